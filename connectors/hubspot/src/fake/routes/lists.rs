//! Lists: making, finding, renaming, deleting (documentation: "Lists").

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::call::{Call, parse_kind};
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::General;
use crate::fake::lists::{List, Processing};

pub(super) const READ: Need = Need::OneOf(&["crm.lists.read"]);
pub(super) const WRITE: Need = Need::OneOf(&["crm.lists.write"]);

pub(super) const ROUTES: &[Route] = &[
    route("POST", "lists/search", General, READ, search),
    route("GET", "lists/all", General, READ, all),
    route("GET", "lists/idmapping", General, READ, map_one),
    route("POST", "lists/idmapping", General, READ, map_many),
    route("GET", "lists/object-type-id/{type}/name/{name}", General, READ, by_name),
    route("POST", "lists", General, WRITE, create),
    route("GET", "lists", General, READ, many),
    route("GET", "lists/{id}", General, READ, get),
    route("DELETE", "lists/{id}", General, WRITE, delete),
    route("PUT", "lists/{id}/restore", General, WRITE, restore),
    route("PUT", "lists/{id}/update-list-name", General, WRITE, rename),
    route("PUT", "lists/{id}/update-list-filters", General, WRITE, refilter),
];

/// The list id in the n-th variable part.
pub(super) fn list_id(call: &Call<'_>, n: usize) -> Result<u64, Refusal> {
    let text = &call.params[n];
    text.parse().map_err(|_| Refusal::validation(format!("Could not parse number from listId: {text}")))
}

pub(super) fn missing(id: u64) -> Refusal {
    Refusal::new(404, Some("OBJECT_NOT_FOUND"), format!("List does not exist with ID {id}."))
}

fn show(list: &List, with_filters: bool) -> Value {
    let mut shown = json!({
        "listId": list.id.to_string(), "listVersion": list.version, "name": list.name,
        "objectTypeId": list.kind.type_id(), "processingType": list.processing.name(),
        "processingStatus": "COMPLETE", "createdAt": list.created_at.to_string(),
        "updatedAt": list.updated_at.to_string(), "filtersUpdatedAt": list.updated_at.to_string(),
        "createdById": "9586504", "updatedById": "9586504", "size": list.members.len(),
    });
    if with_filters {
        shown["filterBranch"] = list.filter_branch.clone().unwrap_or(Value::Null);
    }
    shown
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct New {
    name: String,
    object_type_id: String,
    processing_type: Processing,
    #[serde(default)]
    filter_branch: Option<Value>,
}

/// The root of a filter must be an OR whose children are ANDs.
fn check_branch(branch: &Value) -> Result<(), Refusal> {
    let children = branch["filterBranches"].as_array();
    let sound = branch["filterBranchType"] == "OR"
        && children.is_some_and(|children| children.iter().all(|child| child["filterBranchType"] == "AND"));
    if sound { Ok(()) } else { Err(Refusal::problem()) }
}

fn check_name(call: &Call<'_>, kind: Kind, name: &str, own: Option<u64>) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Err(Refusal::validation("A list needs a name."));
    }
    let mut others = call.account.lists.all.values().filter(|list| list.deleted_at.is_none() && Some(list.id) != own);
    if others.any(|list| list.kind == kind && list.name.eq_ignore_ascii_case(name)) {
        return Err(Refusal::validation(format!("A list with the name \"{name}\" exists already.")));
    }
    Ok(())
}

fn create(call: &mut Call<'_>) -> Answer {
    let new: New = call.body()?;
    let kind = parse_kind(&new.object_type_id)?;
    check_name(call, kind, &new.name, None)?;
    match (&new.filter_branch, new.processing_type) {
        (Some(_), Processing::Manual) => return Err(Refusal::validation("MANUAL lists take no filterBranch.")),
        (None, Processing::Dynamic | Processing::Snapshot) => {
            return Err(Refusal::validation("DYNAMIC and SNAPSHOT lists need a filterBranch."));
        }
        (Some(branch), _) => check_branch(branch)?,
        (None, Processing::Manual) => {}
    }
    let id = call.account.lists.add(&new.name, kind, new.processing_type, call.now);
    let list = call.account.lists.get_mut(id).ok_or_else(|| missing(id))?;
    list.filter_branch = new.filter_branch;
    let mut shown = show(list, true);
    if new.processing_type == Processing::Snapshot {
        shown["processingStatus"] = "PROCESSING".into();
    }
    Ok(Reply::ok(json!({"list": shown})))
}

fn get(call: &mut Call<'_>) -> Answer {
    let id = list_id(call, 0)?;
    let list = call.account.lists.get(id).ok_or_else(|| missing(id))?;
    Ok(Reply::ok(json!({"list": show(list, call.flag("includeFilters"))})))
}

fn by_name(call: &mut Call<'_>) -> Answer {
    let (kind, name) = (call.kind(0)?, &call.params[1]);
    let mut all = call.account.lists.all.values().filter(|list| list.deleted_at.is_none() && list.kind == kind);
    match all.find(|list| list.name.eq_ignore_ascii_case(name)) {
        Some(list) => Ok(Reply::ok(json!({"list": show(list, call.flag("includeFilters"))}))),
        None => Err(Refusal::new(404, Some("OBJECT_NOT_FOUND"), "List does not exist with that name.")),
    }
}

fn many(call: &mut Call<'_>) -> Answer {
    let ids = call.query_list("listIds");
    let lists: Vec<Value> = ids
        .iter()
        .filter_map(|id| id.parse().ok())
        .filter_map(|id| call.account.lists.get(id))
        .map(|list| show(list, call.flag("includeFilters")))
        .collect();
    Ok(Reply::ok(json!({"lists": lists})))
}

/// Only version 2026-09 has this one.
fn all(call: &mut Call<'_>) -> Answer {
    if !call.incoming.path.contains("/2026-09/") {
        return Err(Refusal::validation("Could not parse number from listId: all"));
    }
    let limit = call.limit(100, 500)?;
    let after = call.number("after")?.unwrap_or(0).max(0) as u64;
    let mut lists = call.account.lists.all.range(after..).map(|(_, list)| list).filter(|l| l.deleted_at.is_none());
    let results = lists.by_ref().take(limit).map(|list| show(list, false)).collect();
    let next = lists.next().map(|list| list.id.to_string());
    Ok(Reply::ok(call.page(results, next)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Search {
    query: Option<String>,
    processing_types: Vec<String>,
    list_ids: Vec<Value>,
    object_type_id: Option<String>,
    offset: usize,
    count: usize,
}

impl Default for Search {
    fn default() -> Search {
        Search {
            query: None,
            processing_types: Vec::new(),
            list_ids: Vec::new(),
            object_type_id: None,
            offset: 0,
            count: 20,
        }
    }
}

fn search(call: &mut Call<'_>) -> Answer {
    let body: Search = call.body()?;
    if body.count > 500 {
        return Err(Refusal::validation("count must not exceed 500"));
    }
    let kind = body.object_type_id.as_deref().map(parse_kind).transpose()?;
    let query = body.query.unwrap_or_default().to_lowercase();
    let ids: BTreeSet<String> =
        body.list_ids.iter().map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).collect();
    let found: Vec<&List> = call
        .account
        .lists
        .all
        .values()
        .filter(|list| list.deleted_at.is_none() && kind.is_none_or(|kind| list.kind == kind))
        .filter(|list| list.name.to_lowercase().contains(&query))
        .filter(|list| ids.is_empty() || ids.contains(&list.id.to_string()))
        .filter(|list| {
            body.processing_types.is_empty() || body.processing_types.iter().any(|one| one == list.processing.name())
        })
        .collect();
    let total = found.len();
    let tells_moves = call.config.list_moves;
    let page: Vec<Value> =
        found.into_iter().skip(body.offset).take(body.count).map(|list| in_search(list, tells_moves)).collect();
    let offset = (body.offset + page.len()).min(total);
    Ok(Reply::ok(json!({"lists": page, "offset": offset, "hasMore": offset < total, "total": total})))
}

/// In search the size comes as a text among the additional properties.
fn in_search(list: &List, tells_moves: bool) -> Value {
    let mut shown = show(list, false);
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("size");
    }
    shown["additionalProperties"] = json!({
        "hs_list_size": list.members.len().to_string(),
        "hs_lastmodifieddate": list.updated_at.as_ms().to_string(),
        "hs_list_reference_count": list.references.len().to_string(),
    });
    // A property that is empty is not shown.
    for (name, at) in [("hs_last_record_added_at", list.added_at), ("hs_last_record_removed_at", list.removed_at)] {
        if let Some(at) = at.filter(|_| tells_moves) {
            shown["additionalProperties"][name] = at.as_ms().to_string().into();
        }
    }
    shown
}

fn rename(call: &mut Call<'_>) -> Answer {
    let (id, now) = (list_id(call, 0)?, call.now);
    let name = call.query("listName").unwrap_or_default().to_owned();
    let kind = call.account.lists.get(id).ok_or_else(|| missing(id))?.kind;
    check_name(call, kind, &name, Some(id))?;
    let list = call.account.lists.get_mut(id).ok_or_else(|| missing(id))?;
    (list.name, list.updated_at, list.version) = (name, now, list.version + 1);
    Ok(Reply::ok(json!({"updatedList": show(list, false)})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filters {
    filter_branch: Value,
}

fn refilter(call: &mut Call<'_>) -> Answer {
    let (id, now) = (list_id(call, 0)?, call.now);
    let body: Filters = call.body()?;
    check_branch(&body.filter_branch)?;
    let list = call.account.lists.get_mut(id).ok_or_else(|| missing(id))?;
    if list.processing != Processing::Dynamic {
        return Err(Refusal::validation("Only the filters of DYNAMIC lists can be changed."));
    }
    (list.filter_branch, list.updated_at, list.version) = (Some(body.filter_branch), now, list.version + 1);
    Ok(Reply::ok(json!({"updatedList": show(list, true)})))
}

fn delete(call: &mut Call<'_>) -> Answer {
    let (id, now) = (list_id(call, 0)?, call.now);
    let list = call.account.lists.get_mut(id).ok_or_else(|| missing(id))?;
    if !list.references.is_empty() {
        let references: Vec<String> = list.references.iter().map(|one| format!("ListReference{{{one}}}")).collect();
        let by_id = format!("{{{id}=[{}]}}", references.join(", "));
        let message = format!(
            "The following lists {id} were blocked for list modification/deletion due to these references: {by_id}"
        );
        return Err(Refusal::validation(message)
            .with("context", json!({"listIds": [id.to_string()], "blockingListReferencesById": [by_id]})));
    }
    list.deleted_at = Some(now);
    Ok(Reply::empty(204))
}

fn restore(call: &mut Call<'_>) -> Answer {
    let id = list_id(call, 0)?;
    let list = call.account.lists.all.get_mut(&id).ok_or_else(|| missing(id))?;
    list.deleted_at = None;
    Ok(Reply::empty(204))
}

fn map_one(call: &mut Call<'_>) -> Answer {
    let legacy = call.number("legacyListId")?.ok_or_else(|| Refusal::validation("legacyListId is needed"))?;
    let legacy = u64::try_from(legacy).unwrap_or(0);
    let found = call.account.lists.all.values().find(|list| list.legacy_id == Some(legacy));
    let list = found.ok_or_else(|| missing(legacy))?;
    Ok(Reply::ok(json!({"listId": list.id.to_string(), "legacyListId": legacy.to_string()})))
}

fn map_many(call: &mut Call<'_>) -> Answer {
    let wanted: Vec<Value> = call.body()?;
    if wanted.len() > 10_000 {
        return Err(Refusal::validation("At most 10000 ids are mapped at once."));
    }
    let (mut missing, mut found) = (Vec::new(), Vec::new());
    for legacy in wanted.iter().map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)) {
        let list = call
            .account
            .lists
            .all
            .values()
            .find(|list| list.legacy_id.map(|id| id.to_string()) == Some(legacy.clone()));
        match list {
            Some(list) => found.push(json!({"listId": list.id.to_string(), "legacyListId": legacy})),
            None => missing.push(legacy),
        }
    }
    Ok(Reply::ok(json!({"missingLegacyListIds": missing, "legacyListIdsToIdsMapping": found})))
}
