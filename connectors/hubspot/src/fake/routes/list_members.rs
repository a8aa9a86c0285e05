//! Members of lists (documentation: "Lists, memberships"). Joining or leaving moves neither the record's last-modified
//! nor the list's `updatedAt`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::lists::{READ, WRITE, list_id, missing};
use super::{Route, route};
use crate::fake::call::{Call, parse_kind};
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::General;
use crate::fake::lists::{List, Processing};
use crate::fake::write::loose_id;
use intentd_sdk::Timestamp;

pub(super) const ROUTES: &[Route] = &[
    route("POST", "lists/records/memberships/batch/read", General, READ, of_records),
    route("GET", "lists/records/{type}/{id}/memberships", General, READ, of_record),
    route("GET", "lists/{id}/memberships", General, READ, members),
    route("GET", "lists/{id}/memberships/join-order", General, READ, join_order),
    route("PUT", "lists/{id}/memberships/add", General, WRITE, add),
    route("PUT", "lists/{id}/memberships/remove", General, WRITE, remove),
    route("PUT", "lists/{id}/memberships/add-and-remove", General, WRITE, add_and_remove),
    route("PUT", "lists/{id}/memberships/add-from/{source}", General, WRITE, add_from),
    route("DELETE", "lists/{id}/memberships", General, WRITE, clear),
];

const PAGE: usize = 250;
const IDS: usize = 100_000;

fn find<'a>(call: &'a Call<'_>, n: usize) -> Result<&'a List, Refusal> {
    let id = list_id(call, n)?;
    call.account.lists.get(id).ok_or_else(|| missing(id))
}

fn member(id: u64, joined: Timestamp) -> Value {
    json!({"recordId": id.to_string(), "membershipTimestamp": joined.to_string()})
}

fn members(call: &mut Call<'_>) -> Answer {
    let limit = call.limit(100, PAGE)?;
    let after = call.number("after")?.unwrap_or(0).max(0) as u64;
    let list = find(call, 0)?;
    let mut page = list.members.range(after..);
    let results = page.by_ref().take(limit).map(|(id, joined)| member(*id, *joined)).collect();
    let next = page.next().map(|(id, _)| id.to_string());
    Ok(Reply::ok(call.page(results, next)))
}

/// Newest first; the cursor names the last member that was given.
fn join_order(call: &mut Call<'_>) -> Answer {
    let limit = call.limit(100, PAGE)?;
    let after = call.query("after").map(|text| read_cursor(text).ok_or_else(Refusal::problem)).transpose()?;
    let list = find(call, 0)?;
    let mut ordered: Vec<(Timestamp, u64)> = list.members.iter().map(|(id, joined)| (*joined, *id)).collect();
    ordered.sort_unstable_by(|a, b| b.cmp(a));
    let rest: Vec<(Timestamp, u64)> =
        ordered.into_iter().filter(|key| after.is_none_or(|after| *key < after)).collect();
    let next = (rest.len() > limit).then(|| format!("{}-{}", rest[limit - 1].0.as_ms(), rest[limit - 1].1));
    let results = rest.into_iter().take(limit).map(|(joined, id)| member(id, joined)).collect();
    Ok(Reply::ok(call.page(results, next)))
}

fn read_cursor(text: &str) -> Option<(Timestamp, u64)> {
    let (joined, id) = text.rsplit_once('-')?;
    Some((Timestamp::from_ms(joined.parse().ok()?), id.parse().ok()?))
}

/// A list whose members may be written.
fn writable(call: &Call<'_>) -> Result<(u64, Kind), Refusal> {
    let list = find(call, 0)?;
    if list.processing == Processing::Dynamic {
        return Err(Refusal::validation(format!("List {} is DYNAMIC; its memberships cannot be changed.", list.id)));
    }
    Ok((list.id, list.kind))
}

fn ids(values: &[Value]) -> Result<Vec<u64>, Refusal> {
    let read = values.iter().map(|value| {
        let id = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        id.ok_or_else(|| Refusal::validation(format!("Could not parse number from recordId: {value}")))
    });
    read.collect()
}

fn change(call: &mut Call<'_>, to_add: &[Value], to_remove: &[Value]) -> Answer {
    let (list, kind) = writable(call)?;
    if to_add.is_empty() && to_remove.is_empty() {
        return Err(Refusal::validation("At least one record id is needed."));
    }
    if to_add.len() + to_remove.len() > IDS {
        return Err(Refusal::validation(format!("At most {IDS} record ids are allowed.")));
    }
    let (to_add, to_remove) = (ids(to_add)?, ids(to_remove)?);
    let (mut added, mut removed, mut absent) = (Vec::new(), Vec::new(), Vec::new());
    for id in to_add {
        if call.account.table(kind).get(id).is_none() {
            absent.push(id.to_string());
        } else if call.account.lists.join(list, id, call.now) {
            added.push(id.to_string());
            call.account.joined_list(list, id, call.now);
        }
    }
    for id in to_remove {
        if call.account.table(kind).get(id).is_none() {
            absent.push(id.to_string());
        } else if call.account.lists.leave(list, id, call.now) {
            removed.push(id.to_string());
        }
    }
    *call.stats.list_writes.entry(list).or_default() += (added.len() + removed.len()) as u64;
    // The first name is misspelt in the real answer too.
    Ok(Reply::ok(json!({"recordsIdsAdded": added, "recordIdsRemoved": removed, "recordIdsMissing": absent})))
}

fn add(call: &mut Call<'_>) -> Answer {
    let ids: Vec<Value> = call.body()?;
    change(call, &ids, &[])
}

fn remove(call: &mut Call<'_>) -> Answer {
    let ids: Vec<Value> = call.body()?;
    change(call, &[], &ids)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Both {
    #[serde(default)]
    record_ids_to_add: Vec<Value>,
    #[serde(default)]
    record_ids_to_remove: Vec<Value>,
}

fn add_and_remove(call: &mut Call<'_>) -> Answer {
    let both: Both = call.body()?;
    change(call, &both.record_ids_to_add, &both.record_ids_to_remove)
}

fn add_from(call: &mut Call<'_>) -> Answer {
    let (list, kind) = writable(call)?;
    let source = find(call, 1)?;
    if source.kind != kind || source.members.len() > IDS {
        return Err(Refusal::problem());
    }
    let ids: Vec<u64> = source.members.keys().copied().collect();
    for id in ids {
        if call.account.lists.join(list, id, call.now) {
            call.account.joined_list(list, id, call.now);
        }
    }
    Ok(Reply::empty(204))
}

fn clear(call: &mut Call<'_>) -> Answer {
    let (list, _) = writable(call)?;
    let now = call.now;
    if let Some(list) = call.account.lists.get_mut(list) {
        if list.members.len() > IDS {
            return Err(Refusal::validation(format!("Lists of more than {IDS} members cannot be emptied at once.")));
        }
        if !list.members.is_empty() {
            list.removed_at = list.removed_at.max(Some(now));
        }
        list.members.clear();
    }
    Ok(Reply::empty(204))
}

fn memberships(call: &Call<'_>, kind: Kind, id: u64) -> Vec<Value> {
    let lists = call.account.lists.all.values().filter(|list| list.deleted_at.is_none() && list.kind == kind);
    let joined = lists.filter_map(|list| list.members.get(&id).map(|joined| (list, *joined)));
    joined
        .map(|(list, at)| {
            json!({"listId": list.id.to_string(), "listVersion": list.version, "isPublicList": false,
                   "firstAddedTimestamp": at.to_string(), "lastAddedTimestamp": at.to_string()})
        })
        .collect()
}

fn of_record(call: &mut Call<'_>) -> Answer {
    let results = memberships(call, call.kind(0)?, call.id(1)?);
    Ok(Reply::ok(json!({"results": results})))
}

#[derive(Deserialize)]
struct Records {
    inputs: Vec<RecordId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordId {
    object_type_id: String,
    #[serde(deserialize_with = "loose_id")]
    record_id: String,
}

fn of_records(call: &mut Call<'_>) -> Answer {
    let body: Records = call.body()?;
    let mut results = Vec::new();
    for input in &body.inputs {
        let kind = parse_kind(&input.object_type_id)?;
        let found = memberships(call, kind, input.record_id.parse().unwrap_or(0));
        results.push(json!({"objectTypeId": kind.type_id(), "recordId": input.record_id,
                            "recordListMemberships": found}));
    }
    let at = call.now.to_string();
    Ok(Reply::ok(json!({"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at})))
}
