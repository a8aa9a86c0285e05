//! Custom activities (Marketo: "Custom Activities"), which can be written once and never changed, and the look at a lead's
//! activities that settles what became of a call whose answer was lost (I11).

use std::collections::BTreeMap;

use intentd_sdk::change::{ChangeResult, Outcome, Seen};
use intentd_sdk::permit::Permits;
use intentd_sdk::{Result, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Written;
use super::effects::{Lead, failed, settled};
use super::verdict::{before_the_write, judge, post, rejected};
use crate::connector::Marketo;
use crate::log;
use crate::paths::{ACTIVITIES, Query, encode};
use crate::streams::instant_text;
use crate::wire::Activity;

/// Leads that one question about activities may name.
const LEADS_PER_QUESTION: usize = 30;
/// Our clock and Marketo's need not agree.
const SKEW_MS: i64 = 120_000;
/// Marketo writes some activities down late. After this time one that is not there never happened (Marketo Nation: "activities
/// are not committed in the order of their dates"; other clients look back one day).
const SETTLED_AFTER_MS: i64 = 24 * 3_600_000;

const EXTERNAL: &str = "/rest/v1/activities/external.json";
const EXTERNAL_TYPES: &str = "/rest/v1/activities/external/types.json";

/// A custom activity to write.
pub(super) struct New<'a> {
    /// The type's API name, or its number.
    pub(super) activity_type: &'a str,
    pub(super) at: Timestamp,
    pub(super) primary: &'a str,
    /// By API name.
    pub(super) attributes: &'a BTreeMap<String, String>,
}

/// A custom activity type.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomType {
    id: u64,
    #[serde(default)]
    api_name: String,
    #[serde(default)]
    attributes: Vec<CustomAttribute>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomAttribute {
    #[serde(default)]
    api_name: String,
    #[serde(default)]
    data_type: String,
}

/// Writes the activity for each lead.
pub(super) async fn record(
    marketo: &Marketo,
    permits: &dyn Permits,
    activity: &New<'_>,
    leads: &[Lead],
) -> Result<Vec<Outcome>> {
    let known = find_type(marketo, permits, activity.activity_type).await.map_err(before_the_write)?;
    let Some(custom) = known else { return Ok(super::effects::all(leads, &no_type(activity.activity_type))) };
    let type_id = custom.id;
    let types = match activity.attributes.is_empty() {
        true => BTreeMap::new(),
        false => attribute_types(marketo, permits, custom).await.map_err(before_the_write)?,
    };
    let type_of = |name: &str| types.get(name).map(String::as_str);
    let attributes: Vec<Value> = activity
        .attributes
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| json!({"apiName": name, "value": super::values::value(type_of(name), text)}))
        .collect();
    let input: Vec<Value> = leads
        .iter()
        .map(|lead| {
            json!({
                "leadId": lead.number,
                "activityDate": instant_text(activity.at),
                "activityTypeId": type_id,
                "primaryAttributeValue": activity.primary,
                "attributes": attributes,
            })
        })
        .collect();
    match marketo.client.write::<Written>(permits, post(EXTERNAL, &json!({"input": input}))).await {
        Ok(answer) => Ok(settled(leads, &answer.result, &[])),
        Err(failure) => failed(leads, judge(marketo.client.clock.as_ref(), failure), rejected),
    }
}

/// Whether the activity was written for each lead.
pub(super) async fn look_up(
    marketo: &Marketo,
    permits: &dyn Permits,
    activity: &New<'_>,
    leads: &[u64],
    since: Timestamp,
) -> Result<BTreeMap<u64, Seen>> {
    let Some(custom) = find_type(marketo, permits, activity.activity_type).await? else {
        return Ok(BTreeMap::new());
    };
    // It carries the date that it was given, which may lie before the call.
    let from = activity.at.min(since);
    let found = of_leads(marketo, permits, custom.id, leads, from).await?;
    Ok(seen_or_settled(leads, since, marketo.client.clock.now(), |lead| {
        found.iter().any(|one| {
            one.lead_id.as_deref() == Some(lead)
                && one.at().is_some_and(|at| at.as_secs() == activity.at.as_secs())
                && one.primary_attribute_value.as_deref().unwrap_or_default() == activity.primary
        })
    }))
}

/// The type by its API name, or by its number, which needs no look.
async fn find_type(marketo: &Marketo, permits: &dyn Permits, wanted: &str) -> Result<Option<CustomType>> {
    if let Ok(id) = wanted.parse() {
        return Ok(Some(CustomType { id, api_name: String::new(), attributes: Vec::new() }));
    }
    let types = marketo.client.get::<CustomType>(permits, &Query::new(EXTERNAL_TYPES)).await?;
    Ok(types.result.into_iter().find(|one| one.api_name == wanted))
}

/// What the values of the type's attributes are.
async fn attribute_types(
    marketo: &Marketo,
    permits: &dyn Permits,
    custom: CustomType,
) -> Result<BTreeMap<String, String>> {
    let mut attributes = custom.attributes;
    if attributes.is_empty() && !custom.api_name.is_empty() {
        let path = format!("/rest/v1/activities/external/type/{}/describe.json", encode(&custom.api_name));
        let described = marketo.client.get::<CustomType>(permits, &Query::new(path)).await?;
        attributes = described.result.into_iter().flat_map(|one| one.attributes).collect();
    }
    Ok(attributes.into_iter().map(|one| (one.api_name, one.data_type)).collect())
}

fn no_type(name: &str) -> ChangeResult {
    let reason = format!(
        "Marketo has no custom activity type `{name}`; make and approve it in Admin > Marketo Custom Activities, and write \
         its API name here"
    );
    ChangeResult::Rejected { reason, property: None }
}

/// The activities of one type that these leads have since shortly before an instant.
pub(super) async fn of_leads(
    marketo: &Marketo,
    permits: &dyn Permits,
    type_id: u64,
    leads: &[u64],
    since: Timestamp,
) -> Result<Vec<Activity>> {
    let (client, since) = (&marketo.client, since.plus_ms(-SKEW_MS));
    let mut found = Vec::new();
    let start = log::token(client, permits, since).await?;
    for leads in leads.chunks(LEADS_PER_QUESTION) {
        let ids: Vec<String> = leads.iter().map(u64::to_string).collect();
        let query = Query::new(ACTIVITIES).with("activityTypeIds", type_id.to_string()).with("leadIds", ids.join(","));
        let mut token = start.clone();
        loop {
            let page = log::page::<Activity>(client, permits, query.clone(), &token).await?;
            found.extend(page.result.into_iter().filter(|one| one.at().is_none_or(|at| at >= since)));
            match page.next_page_token {
                Some(next) if page.more_result => token = next,
                _ => break,
            }
        }
    }
    Ok(found)
}

/// Yes for whom it was seen; no for the others, once Marketo has had the time to write it down.
pub(super) fn seen_or_settled(
    leads: &[u64],
    since: Timestamp,
    now: Timestamp,
    was_seen: impl Fn(&str) -> bool,
) -> BTreeMap<u64, Seen> {
    let unseen = if now.ms_since(since) >= SETTLED_AFTER_MS { Seen::No } else { Seen::Unclear };
    leads.iter().map(|lead| (*lead, if was_seen(&lead.to_string()) { Seen::Yes } else { unseen })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_says_no_before_marketo_had_its_time() {
        // I11: a campaign that is requested twice sends two e-mails.
        let since = Timestamp::from_secs(1_000_000);
        for (hours, seen, expected) in [
            (0, true, Seen::Yes),
            (0, false, Seen::Unclear),
            (23, false, Seen::Unclear),
            (24, false, Seen::No),
            (24, true, Seen::Yes),
        ] {
            let now = since.plus_ms(hours * 3_600_000);
            assert_eq!(seen_or_settled(&[7], since, now, |_| seen)[&7], expected, "{hours} {seen}");
        }
    }
}
