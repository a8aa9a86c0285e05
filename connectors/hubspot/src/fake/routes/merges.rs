//! Merging, and deleting a person for good (documentation: "Merge records", "GDPR delete").

use serde::Deserialize;

use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::General;
use crate::fake::show::{self, Wanted};
use crate::fake::write::loose_id;

pub(super) const ROUTES: &[Route] = &[
    route("POST", "objects/{type}/merge", General, Need::WriteObjects, merge),
    route("POST", "objects/{type}/gdpr-delete", General, Need::WriteObjects, gdpr_delete),
];

/// Merges combined into one record stop here.
const IDENTITIES: usize = 250;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Merge {
    #[serde(deserialize_with = "loose_id")]
    primary_object_id: String,
    #[serde(deserialize_with = "loose_id")]
    object_id_to_merge: String,
}

fn merge(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let body: Merge = call.body()?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| Refusal::not_found());
    let (primary, absorbed) = (number(&body.primary_object_id)?, number(&body.object_id_to_merge)?);
    if primary == absorbed {
        return Err(Refusal::validation("A record cannot be merged with itself."));
    }
    let table = call.account.table(kind);
    let merged = |id: u64| table.get(id).map(|record| record.merged.len() + 1);
    if merged(primary).unwrap_or(0) + merged(absorbed).unwrap_or(0) > IDENTITIES {
        return Err(Refusal::new(414, None, "Cannot have more than 250 identities on a profile"));
    }
    let survivor = call.account.merge(kind, primary, absorbed, call.now).ok_or_else(Refusal::not_found)?;
    let record = call.account.table(kind).get(survivor).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(show::record(call.account, kind, record, &Wanted::default())))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Deletion {
    #[serde(default)]
    id_property: Option<String>,
    #[serde(deserialize_with = "loose_id")]
    object_id: String,
}

fn gdpr_delete(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    if kind != Kind::Contact {
        return Err(Refusal::validation("Only contacts can be deleted permanently."));
    }
    let body: Deletion = call.body()?;
    let table = call.account.table(kind);
    let id = match body.id_property.as_deref() {
        Some("email") => table.owner_of("email", &body.object_id),
        _ => body.object_id.parse().ok(),
    };
    if let Some(id) = id {
        call.account.gdpr_delete(id);
    }
    Ok(Reply::empty(204))
}
