//! Reading associations: many at once, of one record, and the labels (documentation: "Associations"). A record without
//! associations is reported in a 207, which is not a failure.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::account::Account;
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::{Associations, General};
use crate::fake::links::{plain_type, primary_type};
use crate::fake::write::loose_id;

pub(super) const ROUTES: &[Route] = &[
    route("POST", "associations/{from}/{to}/batch/read", Associations, Need::ReadEnds, batch_read),
    route("GET", "associations/{from}/{to}/labels", Associations, Need::ReadEnds, labels),
    route("GET", "objects/{type}/{id}/associations/{to}", General, Need::ReadObjects, of_one),
];

const INPUTS: usize = 1_000;
const PAGE: usize = 500;

/// The category and label of a type.
pub(super) fn spec(account: &Account, from: Kind, to: Kind, type_id: u32) -> Value {
    if let Some(label) = account.labels.iter().find(|l| (l.from, l.to, l.type_id) == (from, to, type_id)) {
        return json!({"category": "USER_DEFINED", "typeId": type_id, "label": label.label});
    }
    let label = (primary_type(from, to) == Some(type_id)).then_some("Primary");
    json!({"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": label})
}

fn end(call: &Call<'_>, from: Kind, to: Kind, id: u64, types: &BTreeSet<u32>) -> Value {
    let id = if call.config.association_ids_as_text { json!(id.to_string()) } else { json!(id) };
    let types: Vec<Value> = types.iter().map(|type_id| spec(call.account, from, to, *type_id)).collect();
    json!({"toObjectId": id, "associationTypes": types})
}

#[derive(Deserialize)]
struct Body {
    inputs: Vec<Input>,
}

#[derive(Deserialize)]
struct Input {
    #[serde(deserialize_with = "loose_id")]
    id: String,
    #[serde(default)]
    after: Option<String>,
}

fn batch_read(call: &mut Call<'_>) -> Answer {
    let (from, to) = (call.kind(0)?, call.kind(1)?);
    let body: Body = call.body()?;
    if body.inputs.is_empty() || body.inputs.len() > INPUTS {
        return Err(Refusal::validation(format!(
            "Between 1 and {INPUTS} inputs are allowed, but {} came",
            body.inputs.len()
        )));
    }
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for input in &body.inputs {
        let id: u64 = input.id.parse().map_err(|_| Refusal::validation(format!("Invalid object id: {}", input.id)))?;
        let Some(ends) = call.account.links.of(from, id, to) else {
            errors.push(none(from, to, id));
            continue;
        };
        let after = match input.after.as_deref() {
            None | Some("") => 0,
            Some(text) => text.parse::<u64>().map_err(|_| Refusal::validation(format!("Invalid after: {text}")))?,
        };
        let mut page = ends.range(after..);
        let shown: Vec<Value> = page
            .by_ref()
            .take(call.config.association_page)
            .map(|(other, types)| end(call, from, to, *other, types))
            .collect();
        let mut result = json!({"from": {"id": input.id}, "to": shown});
        if let Some((next, _)) = page.next() {
            result["paging"] = call.paging(&next.to_string());
        }
        results.push(result);
    }
    let at = call.now.to_string();
    let mut body = json!({"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at});
    if errors.is_empty() {
        return Ok(Reply::ok(body));
    }
    body["numErrors"] = errors.len().into();
    body["errors"] = errors.into();
    Ok(Reply::json(207, body))
}

fn none(from: Kind, to: Kind, id: u64) -> Value {
    json!({
        "status": "error", "category": "OBJECT_NOT_FOUND", "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": format!("No {} is associated with {} {id}.", to.singular(), from.singular()),
        "context": {"fromObjectId": [id.to_string()], "fromObjectType": [from.singular()],
                    "toObjectType": [to.singular()]},
    })
}

fn of_one(call: &mut Call<'_>) -> Answer {
    let (from, to) = (call.kind(0)?, call.kind(2)?);
    let id = call.account.table(from).resolve(call.id(1)?);
    if call.account.table(from).get(id).is_none() {
        return Err(Refusal::not_found());
    }
    let limit = call.limit(PAGE, PAGE)?;
    let after = call.number("after")?.unwrap_or(0).max(0) as u64;
    let mut page = call.account.links.of(from, id, to).into_iter().flat_map(|ends| ends.range(after..));
    let results = page.by_ref().take(limit).map(|(other, types)| end(call, from, to, *other, types)).collect();
    let next = page.next().map(|(other, _)| other.to_string());
    Ok(Reply::ok(call.page(results, next)))
}

fn labels(call: &mut Call<'_>) -> Answer {
    let (from, to) = (call.kind(0)?, call.kind(1)?);
    let standard = [plain_type(from, to), primary_type(from, to)];
    let own = call.account.labels.iter().filter(|label| label.from == from && label.to == to).map(|l| l.type_id);
    let types = standard.into_iter().flatten().chain(own);
    let results: Vec<Value> = types.map(|type_id| spec(call.account, from, to, type_id)).collect();
    Ok(Reply::ok(json!({"results": results})))
}
