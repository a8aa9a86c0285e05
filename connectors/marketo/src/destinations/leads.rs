//! Values of leads (Marketo: "Sync Leads"): always `updateOnly` by `id`, so that no lead is made and no duplicate is met.

use std::collections::BTreeMap;

use intentd_sdk::Result;
use intentd_sdk::change::{Change, Held, Outcome};
use intentd_sdk::permit::Permits;
use intentd_sdk::record::ExternalId;
use serde_json::Value;

use super::records::{self, Target, looked_up, update_only};
use super::{BATCH, number};
use crate::connector::Marketo;
use crate::fields::Object;
use crate::paths::{LEADS, Query};
use crate::wire::Record;

/// How leads are written.
pub(super) fn target() -> Target {
    Target {
        object: Object::Lead,
        path: LEADS,
        frame: update_only(("lookupField", "id")),
        key: |id| Some(("id", Value::from(number(id)?))),
    }
}

/// Writes values of leads.
pub(super) async fn push(marketo: &Marketo, permits: &dyn Permits, changes: &[&Change]) -> Result<Vec<Outcome>> {
    records::push(marketo, permits, &target(), changes).await
}

/// The values that leads have now.
pub(super) async fn look_up(
    marketo: &Marketo,
    permits: &dyn Permits,
    ids: &[ExternalId],
    properties: &[String],
) -> Result<BTreeMap<ExternalId, Held>> {
    let known = marketo.fields.of(&marketo.client, permits, Object::Lead).await?;
    // A field that is not there would make Marketo refuse the question.
    let mut names: Vec<&str> = properties.iter().map(String::as_str).filter(|name| known.contains_key(*name)).collect();
    names.push("id");
    let numbers: Vec<String> = ids.iter().filter_map(number).map(|id| id.to_string()).collect();
    let mut found = BTreeMap::new();
    for numbers in numbers.chunks(BATCH) {
        let query = Query::new(LEADS)
            .with("filterType", "id")
            .with("filterValues", numbers.join(","))
            .with("fields", names.join(","))
            .with("batchSize", BATCH.to_string());
        let mut token = None;
        loop {
            let page = marketo.client.get::<Record>(permits, &query.clone().with_some("nextPageToken", token)).await?;
            for lead in &page.result {
                if let Some(id) = lead.id() {
                    found.insert(ExternalId::from(id), looked_up(&lead.0, properties));
                }
            }
            token = page.next_page_token.filter(|_| page.more_result || page.result.len() == BATCH);
            if token.is_none() {
                break;
            }
        }
    }
    Ok(found)
}
