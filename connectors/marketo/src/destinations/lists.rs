//! Static lists (Marketo: "Static Lists", list membership). Adding and removing may be repeated without harm.

use std::collections::BTreeMap;

use http::Method;
use intentd_sdk::Result;
use intentd_sdk::change::{ChangeResult, Outcome, Seen};
use intentd_sdk::http::Request;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::ExternalId;
use serde_json::{Value, json};

use super::answer::Written;
use super::effects::{Lead, failed, settled};
use super::verdict::{judge, post, rejected};
use crate::connector::Marketo;
use crate::failure::Refusal;
use crate::paths::{Query, encode, list_members};

/// Puts leads on a list.
pub(super) async fn add(
    marketo: &Marketo,
    permits: &dyn Permits,
    list: &ExternalId,
    leads: &[Lead],
) -> Result<Vec<Outcome>> {
    let input: Vec<Value> = leads.iter().map(|lead| json!({"id": lead.number})).collect();
    send(marketo, permits, list, leads, post(list_members(list.as_str()), &json!({"input": input})), &[]).await
}

/// Takes leads off a list. Who is not on it is off it.
pub(super) async fn remove(
    marketo: &Marketo,
    permits: &dyn Permits,
    list: &ExternalId,
    leads: &[Lead],
) -> Result<Vec<Outcome>> {
    // The ids stand in the address: what is between us and Marketo may drop the body of a DELETE.
    let ids: Vec<String> = leads.iter().map(|lead| format!("id={}", lead.number)).collect();
    let path = format!("{}?{}", list_members(list.as_str()), ids.join("&"));
    let request = Request { method: Method::DELETE, ..Request::get(path) };
    send(marketo, permits, list, leads, request, &["1015"]).await
}

async fn send(
    marketo: &Marketo,
    permits: &dyn Permits,
    list: &ExternalId,
    leads: &[Lead],
    request: Request,
    done: &[&str],
) -> Result<Vec<Outcome>> {
    match marketo.client.write::<Written>(permits, request).await {
        Ok(answer) => Ok(settled(leads, &answer.result, done)),
        Err(failure) => {
            let no = |refusal: &Refusal| match refusal.code() {
                Some("1013") => ChangeResult::Rejected {
                    reason: format!("there is no static list {list} at Marketo: {}", refusal.detail()),
                    property: None,
                },
                _ => rejected(refusal),
            };
            failed(leads, judge(marketo.client.clock.as_ref(), failure), no)
        }
    }
}

/// Who is on a list.
pub(super) async fn are_members(
    marketo: &Marketo,
    permits: &dyn Permits,
    list: &ExternalId,
    leads: &[u64],
) -> Result<BTreeMap<u64, Seen>> {
    let mut seen = BTreeMap::new();
    for leads in leads.chunks(super::BATCH) {
        let path = format!("/rest/v1/lists/{}/leads/ismember.json", encode(list.as_str()));
        let query = leads.iter().fold(Query::new(path), |query, lead| query.with("id", lead.to_string()));
        let answer = marketo.client.get::<Written>(permits, &query).await?;
        for (lead, written) in leads.iter().zip(&answer.result) {
            let verdict = match written.status.as_deref() {
                Some("memberof") => Seen::Yes,
                Some("notmemberof") => Seen::No,
                // A lead that is gone is on no list.
                _ if written.refusal().is_some_and(|reason| reason.is("1004")) => Seen::No,
                _ => Seen::Unclear,
            };
            seen.insert(*lead, verdict);
        }
    }
    Ok(seen)
}
