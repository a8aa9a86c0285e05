//! Static lists and their members (documentation: "Static Lists"). Membership answers one line per id, in its order.

use serde_json::{Value, json};

use super::lead_writes::ids;
use super::leads::{page, wanted};
use super::{READ_ASSETS, READ_LEAD, Route, Sent, WRITE_ASSETS, WRITE_LEAD, get, post};
use crate::fake::account::Account;
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::instants::{asset, zulu};
use crate::fake::lists::StaticList;
use crate::fake::token;

const fn delete(pattern: &'static str, run: fn(&mut Call<'_>) -> Answer) -> Route {
    Route { method: "DELETE", pattern, sent: Sent::MaybeJson, need: WRITE_LEAD, run }
}

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/lists.json", READ_LEAD, browse),
    get("rest/v1/lists/{id}.json", READ_LEAD, one),
    get("rest/v1/lists/{id}/leads/ismember.json", READ_LEAD, is_member),
    get("rest/v1/lists/{id}/leads.json", READ_LEAD, members),
    get("rest/v1/list/{id}/leads.json", READ_LEAD, members),
    post("rest/v1/lists/{id}/leads.json", Sent::MaybeJson, WRITE_LEAD, add),
    delete("rest/v1/lists/{id}/leads.json", remove),
    get("rest/asset/v1/staticLists.json", READ_ASSETS, assets),
    post("rest/asset/v1/staticLists.json", Sent::Form, WRITE_ASSETS, create),
    get("rest/asset/v1/staticList/byName.json", READ_ASSETS, by_name),
    get("rest/asset/v1/staticList/{id}.json", READ_ASSETS, asset_by_id),
    post("rest/asset/v1/staticList/{id}.json", Sent::Form, WRITE_ASSETS, rename),
    post("rest/asset/v1/staticList/{id}/delete.json", Sent::Nothing, WRITE_ASSETS, discard),
];

fn list<'a>(call: &'a Call<'_>) -> Result<&'a StaticList, Refusal> {
    let id = call.id(0)?;
    call.account.lists.all.get(&id).ok_or_else(|| Refusal::new(1013, format!("List '{id}' not found")))
}

fn shown(account: &Account, list: &StaticList) -> Value {
    let mut shown = json!({"id": list.id, "name": list.name, "workspaceName": "Default",
                           "createdAt": zulu(list.created_at), "updatedAt": zulu(list.updated_at)});
    if !list.description.is_empty() {
        shown["description"] = list.description.clone().into();
    }
    if let Some(program) = list.program.and_then(|id| account.programs.all.get(&id)) {
        shown["programName"] = program.name.clone().into();
    }
    shown
}

fn browse(call: &mut Call<'_>) -> Answer {
    let (ids, names) = (call.query_ids("id")?, call.query_list("name"));
    let (programs, workspaces) = (call.query_list("programName"), call.query_list("workspaceName"));
    let (after, size) = (call.after_id()?, call.batch_size()?);
    let account = &*call.account;
    let program_of = |list: &StaticList| {
        list.program.and_then(|id| account.programs.all.get(&id)).map(|program| program.name.clone())
    };
    let mut lists = account
        .lists
        .all
        .range(after + 1..)
        .map(|(_, list)| list)
        .filter(|list| ids.is_empty() || ids.contains(&list.id))
        .filter(|list| names.is_empty() || names.contains(&list.name))
        .filter(|list| programs.is_empty() || program_of(list).is_some_and(|name| programs.contains(&name)))
        .filter(|_| workspaces.is_empty() || workspaces.iter().any(|name| name == "Default"))
        .peekable();
    let (mut page, mut last) = (Vec::new(), 0);
    while page.len() < size {
        let Some(list) = lists.next() else { break };
        page.push(shown(account, list));
        last = list.id;
    }
    let next = lists.peek().map(|_| token::after(&last.to_string()));
    Ok(Reply::page(page, next))
}

fn one(call: &mut Call<'_>) -> Answer {
    Ok(Reply::result(vec![shown(call.account, list(call)?)]))
}

fn members(call: &mut Call<'_>) -> Answer {
    let (fields, size, after) = (wanted(call)?, call.batch_size()?, call.after_id()?);
    let members = list(call)?.members.range(after + 1..).map(|(lead, _)| *lead);
    Ok(page(call.account, members, size, &fields))
}

fn is_member(call: &mut Call<'_>) -> Answer {
    let ids = ids(call)?;
    let list = list(call)?;
    let results = ids.into_iter().map(|id| {
        if call.account.leads.get(id).is_none() {
            return Refusal::plain(1004).skipped_with(id);
        }
        json!({"id": id, "status": if list.members.contains_key(&id) { "memberof" } else { "notmemberof" }})
    });
    Ok(Reply::result(results.collect()))
}

/// The list of a write and the ids that it is about.
fn target(call: &Call<'_>) -> Result<(u64, Vec<u64>), Refusal> {
    let list = list(call)?;
    if list.importing {
        return Err(Refusal::plain(1019));
    }
    Ok((list.id, ids(call)?))
}

fn add(call: &mut Call<'_>) -> Answer {
    let (list, ids) = target(call)?;
    let results = ids.into_iter().map(|id| {
        if call.account.leads.get(id).is_none() {
            return Refusal::plain(1004).skipped_with(id);
        }
        call.account.join_list(list, id, call.now, None);
        *call.stats.list_writes.entry(list).or_default() += 1;
        json!({"id": id, "status": "added"})
    });
    Ok(Reply::result(results.collect()))
}

fn remove(call: &mut Call<'_>) -> Answer {
    let (list, ids) = target(call)?;
    let results = ids.into_iter().map(|id| {
        if call.account.leads.get(id).is_none() {
            return Refusal::plain(1004).skipped_with(id);
        }
        if !call.account.leave_list(list, id, call.now) {
            return Refusal::plain(1015).skipped_with(id);
        }
        *call.stats.list_writes.entry(list).or_default() += 1;
        json!({"id": id, "status": "removed"})
    });
    Ok(Reply::result(results.collect()))
}

fn as_asset(list: &StaticList) -> Value {
    let folder = match list.program {
        Some(program) => json!({"id": program, "type": "Program"}),
        None => json!({"id": list.folder, "type": "Folder"}),
    };
    json!({"id": list.id, "name": list.name, "description": list.description, "folder": folder,
           "workspace": "Default", "createdAt": asset(list.created_at), "updatedAt": asset(list.updated_at),
           "url": format!("https://app-fake.marketo.example/#ST{}A1", list.id),
           "computedUrl": format!("https://app-fake.marketo.example/#ST{}A1", list.id)})
}

fn assets(call: &mut Call<'_>) -> Answer {
    let (offset, most) = call.window()?;
    let (from, to) = (call.instant("earliestUpdatedAt")?, call.instant("latestUpdatedAt")?);
    let found =
        call.account.lists.all.values().filter(|list| {
            from.is_none_or(|from| list.updated_at >= from) && to.is_none_or(|to| list.updated_at <= to)
        });
    Ok(Reply::assets(found.skip(offset).take(most).map(as_asset).collect()))
}

fn by_name(call: &mut Call<'_>) -> Answer {
    let name = call.required("name")?;
    Ok(Reply::assets(call.account.lists.named(name).map(as_asset).into_iter().collect()))
}

fn asset_by_id(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    Ok(Reply::assets(call.account.lists.all.get(&id).map(as_asset).into_iter().collect()))
}

fn check_name(call: &Call<'_>, name: &str, own: Option<u64>) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Err(Refusal::new(701, "name cannot be blank"));
    }
    match call.account.lists.named(name) {
        Some(list) if Some(list.id) != own => Err(Refusal::new(709, format!("{name} already exists"))),
        _ => Ok(()),
    }
}

fn create(call: &mut Call<'_>) -> Answer {
    let name = call.form("name").unwrap_or_default();
    check_name(call, &name, None)?;
    let folder = call.form("folder").ok_or_else(|| Refusal::new(701, "folder cannot be blank"))?;
    let folder: Value = serde_json::from_str(&folder).map_err(|_| Refusal::plain(609))?;
    let parent = folder["id"].as_u64().ok_or_else(|| Refusal::new(710, "Parent Folder Not Found"))?;
    let is_program = match folder["type"].as_str() {
        Some("Folder") => false,
        Some("Program") if call.account.programs.all.contains_key(&parent) => true,
        Some("Program") => return Err(Refusal::new(710, "Parent Folder Not Found")),
        _ => return Err(Refusal::new(711, "Incompatible Folder Type")),
    };
    let id = call.account.lists.add(&name, call.now);
    let description = call.form("description").unwrap_or_default();
    let list = call.account.lists.all.get_mut(&id).ok_or_else(|| Refusal::plain(1013))?;
    list.description = description;
    if is_program {
        list.program = Some(parent);
    } else {
        list.folder = parent;
    }
    Ok(Reply::assets(vec![as_asset(list)]))
}

fn rename(call: &mut Call<'_>) -> Answer {
    let (id, now) = (call.id(0)?, call.now);
    let (name, description) = (call.form("name"), call.form("description"));
    if let Some(name) = &name {
        check_name(call, name, Some(id))?;
    }
    let list = call.account.lists.all.get_mut(&id).ok_or_else(|| Refusal::new(702, "List not found"))?;
    if let Some(name) = name {
        list.name = name;
    }
    if let Some(description) = description {
        list.description = description;
    }
    list.updated_at = now;
    Ok(Reply::assets(vec![as_asset(list)]))
}

fn discard(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    let list = call.account.lists.all.get(&id).ok_or_else(|| Refusal::new(702, "List not found"))?;
    if list.in_use || list.importing {
        return Err(Refusal::new(709, format!("Static list {id} is in use")));
    }
    call.account.lists.all.remove(&id);
    Ok(Reply::assets(vec![json!({"id": id})]))
}
