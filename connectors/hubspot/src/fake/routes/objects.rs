//! Records one at a time, and the paged list (documentation: "CRM objects").

use serde::Deserialize;

use super::{Need, Route, route};
use crate::fake::call::{Call, parse_kind};
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::General;
use crate::fake::show::{self, Wanted};
use crate::fake::write::{self, Sent, SentAssociation};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "objects/{type}", General, Need::ReadObjects, list),
    route("POST", "objects/{type}", General, Need::WriteObjects, create),
    route("GET", "objects/{type}/{id}", General, Need::ReadObjects, get),
    route("PATCH", "objects/{type}/{id}", General, Need::WriteObjects, update),
    route("DELETE", "objects/{type}/{id}", General, Need::WriteObjects, archive),
];

/// Largest page, and largest page with history.
const PAGE: usize = 100;
const PAGE_WITH_HISTORY: usize = 50;

fn wanted(call: &Call<'_>, kind: Kind) -> Result<Wanted, Refusal> {
    let associations: Result<Vec<Kind>, Refusal> =
        call.query_list("associations").iter().map(|name| parse_kind(name)).collect();
    let wanted = Wanted {
        properties: call.query_list("properties"),
        history: call.query_list("propertiesWithHistory"),
        associations: associations?,
        hidden: &[],
    };
    Ok(wanted.for_caller(kind, &call.caller))
}

fn list(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let wanted = wanted(call, kind)?;
    let limit = call.limit(10, if wanted.history.is_empty() { PAGE } else { PAGE_WITH_HISTORY })?;
    let after = call.number("after")?.unwrap_or(0).max(0) as u64;
    let table = call.account.table(kind);
    let records = if call.flag("archived") { table.archived() } else { table.live() };
    let mut page = records.range(after..).map(|(_, record)| record);
    let results = page.by_ref().take(limit).map(|record| show::record(call.account, kind, record, &wanted)).collect();
    // The cursor is the id of the next record.
    let next = page.next().map(|record| record.id.to_string());
    Ok(Reply::ok(call.page(results, next)))
}

/// The record that a path names: by id (following merges), or by a unique property.
fn named(call: &Call<'_>, kind: Kind) -> Result<u64, Refusal> {
    let table = call.account.table(kind);
    match call.query("idProperty") {
        None | Some("hs_object_id") => Ok(table.resolve(call.id(1)?)),
        Some(name) if table.is_unique(name) => table.owner_of(name, &call.params[1]).ok_or_else(Refusal::not_found),
        Some(name) => {
            Err(Refusal::validation(format!("Property {name} is not a unique property of {}", kind.plural())))
        }
    }
}

fn get(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let wanted = wanted(call, kind)?;
    let id = named(call, kind)?;
    let table = call.account.table(kind);
    let record = if call.flag("archived") { table.get_archived(id) } else { table.get(id) };
    let record = record.ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(show::record(call.account, kind, record, &wanted)))
}

#[derive(Deserialize)]
struct New {
    properties: Sent,
    #[serde(default)]
    associations: Vec<SentAssociation>,
}

fn create(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let body: New = call.body()?;
    let checked = write::check_new(call, kind, &body.properties, &body.associations)?;
    let wanted = echo(&body.properties);
    let id = write::apply(call, kind, checked);
    respond(call, kind, id, 201, &wanted)
}

#[derive(Deserialize)]
struct Change {
    properties: Sent,
}

fn update(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let body: Change = call.body()?;
    let id = named(call, kind)?;
    let checked = write::check_change(call, kind, id, &body.properties)?;
    let wanted = echo(&body.properties);
    let id = write::apply(call, kind, checked);
    respond(call, kind, id, 200, &wanted)
}

fn archive(call: &mut Call<'_>) -> Answer {
    let (kind, id) = (call.kind(0)?, call.id(1)?);
    call.account.archive(kind, id, call.now);
    Ok(Reply::empty(204))
}

/// A write answers with what was written.
pub(super) fn echo(sent: &Sent) -> Wanted {
    Wanted { properties: sent.keys().cloned().collect(), ..Wanted::default() }
}

fn respond(call: &Call<'_>, kind: Kind, id: u64, status: u16, wanted: &Wanted) -> Answer {
    let record = call.account.table(kind).get(id).ok_or_else(Refusal::not_found)?;
    Ok(Reply::json(status, show::record(call.account, kind, record, wanted)))
}
