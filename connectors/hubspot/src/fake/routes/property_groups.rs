//! Property groups (documentation: "Properties, groups").

use serde::Deserialize;
use serde_json::json;

use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::limits::Class::General;
use crate::fake::schema::Group;

pub(super) const ROUTES: &[Route] = &[
    route("GET", "properties/{type}/groups", General, Need::ReadSchema, list),
    route("POST", "properties/{type}/groups", General, Need::WriteSchema, create),
    route("GET", "properties/{type}/groups/{name}", General, Need::ReadSchema, get),
    route("PATCH", "properties/{type}/groups/{name}", General, Need::WriteSchema, update),
    route("DELETE", "properties/{type}/groups/{name}", General, Need::WriteSchema, archive),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct New {
    name: String,
    label: String,
    #[serde(default)]
    display_order: Option<i64>,
}

fn list(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let groups: Vec<&Group> = call.account.schema(kind).groups.values().filter(|group| !group.archived).collect();
    Ok(Reply::ok(json!({"results": groups})))
}

fn create(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let new: New = call.body()?;
    if new.name.is_empty() {
        return Err(Refusal::validation("A property group needs a name"));
    }
    let groups = &mut call.account.schema_mut(kind).groups;
    if groups.get(&new.name).is_some_and(|group| !group.archived) {
        let message = format!("A property group named '{}' already exists.", new.name);
        return Err(Refusal::new(409, Some("OBJECT_ALREADY_EXISTS"), message)
            .with("subCategory", "Properties.GROUP_EXISTS".into()));
    }
    let order = new.display_order.unwrap_or(-1);
    let group = Group { name: new.name.clone(), label: new.label, display_order: order, archived: false };
    groups.insert(new.name, group.clone());
    Ok(Reply::json(201, json!(group)))
}

fn get(call: &mut Call<'_>) -> Answer {
    let (kind, name) = (call.kind(0)?, &call.params[1]);
    let group = call.account.schema(kind).groups.get(name).filter(|group| !group.archived);
    Ok(Reply::ok(json!(group.ok_or_else(Refusal::not_found)?)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    label: Option<String>,
    display_order: Option<i64>,
}

fn update(call: &mut Call<'_>) -> Answer {
    let (kind, name) = (call.kind(0)?, call.params[1].clone());
    let change: Change = call.body()?;
    let group = call.account.schema_mut(kind).groups.get_mut(&name).filter(|group| !group.archived);
    let group = group.ok_or_else(Refusal::not_found)?;
    if let Some(label) = change.label {
        group.label = label;
    }
    group.display_order = change.display_order.unwrap_or(group.display_order);
    Ok(Reply::ok(json!(group)))
}

fn archive(call: &mut Call<'_>) -> Answer {
    let (kind, name) = (call.kind(0)?, call.params[1].clone());
    let schema = call.account.schema_mut(kind);
    let in_use = schema.properties.values().any(|p| p.group_name == name && p.archived_at.is_none());
    if in_use {
        return Err(Refusal::validation(format!("Property group {name} still has properties")));
    }
    let group = schema.groups.get_mut(&name).filter(|group| !group.archived).ok_or_else(Refusal::not_found)?;
    group.archived = true;
    Ok(Reply::empty(204))
}
