//! Values of companies (Marketo: "Sync Companies"), which Marketo finds by `externalCompanyId`. Companies that a CRM manages
//! are refused by Marketo, and so are those that have no such key.

use std::collections::BTreeMap;

use intentd_sdk::Result;
use intentd_sdk::change::{Change, Outcome};
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ExternalId, Properties};
use serde_json::Value;

use super::BATCH;
use super::records::{self, Target, looked_up, update_only};
use crate::connector::Marketo;
use crate::fields::Object;
use crate::paths::{COMPANIES, Query};
use crate::wire::Record;

const KEY: &str = "externalCompanyId";

/// How companies are written.
fn target() -> Target {
    Target {
        object: Object::Company,
        path: COMPANIES,
        frame: update_only(("dedupeBy", "dedupeFields")),
        key: |id| Some((KEY, Value::from(id.as_str()))),
    }
}

/// Writes values of companies.
pub(super) async fn push(marketo: &Marketo, permits: &dyn Permits, changes: &[&Change]) -> Result<Vec<Outcome>> {
    records::push(marketo, permits, &target(), changes).await
}

/// The values that companies have now.
pub(super) async fn look_up(
    marketo: &Marketo,
    permits: &dyn Permits,
    ids: &[ExternalId],
    properties: &[String],
) -> Result<BTreeMap<ExternalId, Properties>> {
    let known = marketo.fields.of(&marketo.client, permits, Object::Company).await?;
    let mut names: Vec<&str> = properties.iter().map(String::as_str).filter(|name| known.contains_key(*name)).collect();
    names.push(KEY);
    let mut found = BTreeMap::new();
    for ids in ids.chunks(BATCH) {
        let keys: Vec<&str> = ids.iter().map(ExternalId::as_str).collect();
        let query = Query::new(COMPANIES)
            .with("filterType", KEY)
            .with("filterValues", keys.join(","))
            .with("fields", names.join(","));
        for company in marketo.client.get::<Record>(permits, &query).await?.result {
            if let Some(id) = company.value(KEY) {
                found.insert(ExternalId::from(id), looked_up(&company.0, properties));
            }
        }
    }
    Ok(found)
}
