//! `intentd identity`: why records are one contact or company, and what an admin decides about it. What is decided stays
//! decided: keys do not undo it.

use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use super::output::{line, table};
use super::{Failure, Global, Outcome, context, output};
use crate::domain::identity::{BoundIdentity, FreeMail, HeldRecord, RecordRef, fold_key, givers};
use crate::domain::model::ContactId;
use crate::engine::identities::{self, Decided};
use crate::store::{IdentityChange, IdentityEvent, LocalRow, RecordRow, Store};

/// Stands in the place of a connection before an id of our own.
const LOCAL: &str = "local";
/// Conflicts that are listed at once.
const MOST: u32 = 1_000;

#[derive(clap::Args)]
pub(crate) struct IdentityArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Tell why records are one contact or company, and whose value each field has.
    Show(ShowArgs),
    /// Take a record apart from the others, for good.
    Split(SplitArgs),
    /// Make two records one, for good.
    Join(JoinArgs),
    /// Let keys alone decide about a record again.
    Forget(SplitArgs),
    /// List values that two sources keep changing, and those that wait for a decision.
    Conflicts,
    /// Decide a conflict: which side's value is the right one; or let intentd write a frozen property again.
    Settle(SettleArgs),
}

#[derive(clap::Args)]
struct ShowArgs {
    /// What it is.
    #[arg(value_enum)]
    kind: Kind,
    /// E-mail address or domain, the record's id at a vendor, or connection and id: `hubspot/501`.
    record: String,
}

#[derive(clap::Args)]
struct SplitArgs {
    /// What it is.
    #[arg(value_enum)]
    kind: Kind,
    /// The record: its connection and its id there, `hubspot/501`.
    record: String,
}

#[derive(clap::Args)]
struct JoinArgs {
    /// What they are.
    #[arg(value_enum)]
    kind: Kind,
    /// One record: its connection and its id there, `hubspot/501`.
    one: String,
    /// The other record.
    other: String,
}

#[derive(clap::Args)]
struct SettleArgs {
    /// A contact's record: its connection and its id there, `hubspot/501`.
    record: String,
    /// The field in conflict, or the frozen property.
    field: String,
    /// Whose value is the right one: a connection. Not needed for a frozen property.
    #[arg(long, value_name = "CONNECTION")]
    take: Option<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Kind {
    Contact,
    Company,
}

impl Kind {
    fn object(self) -> ObjectKind {
        match self {
            Kind::Contact => ObjectKind::Contact,
            Kind::Company => ObjectKind::Company,
        }
    }
}

pub(crate) async fn run(global: &Global, args: &IdentityArgs) -> Outcome {
    match &args.what {
        What::Show(args) => show(global, args).await,
        What::Split(args) => decide(global, args, true).await,
        What::Forget(args) => decide(global, args, false).await,
        What::Join(args) => join(global, args).await,
        What::Conflicts => conflicts(global).await,
        What::Settle(args) => settle(global, args).await,
    }
}

/// The rules in force, for the connections of the configuration.
fn bound(global: &Global, opened: &context::Opened) -> Result<BoundIdentity, Failure> {
    let config = context::load_config(global)?;
    Ok(opened.engine.rules.rules.identity.bind(&context::connections_of(&config)))
}

async fn show(global: &Global, args: &ShowArgs) -> Outcome {
    let opened = context::look(global).await?;
    let (store, zone) = (&opened.engine.store, &opened.engine.settings.zone);
    let rules = bound(global, &opened)?;
    let kind = args.kind.object();
    let id = find(store, kind, &args.record, &rules.free_mail).await?;
    let Some(local) = store.find_local_row(kind, id).await? else {
        return Err(Failure::Input("it does not exist any more".into()));
    };
    let records = store.load_records(kind, &[id]).await?.remove(&id).unwrap_or_default();
    let events = store.list_identity_events(kind, id).await?;
    let refs: Vec<RecordRef> = records.iter().map(RecordRow::record).collect();
    let decisions = store.find_decisions(kind, &refs).await?;
    let held = held(&records, &local);
    let sources = givers(kind, &held, &rules);
    let company = if kind == ObjectKind::Contact { company_of(store, &local, &rules).await? } else { None };
    if global.json {
        output::json(&serde_json::json!({
            "id": id,
            "key": local.key,
            "other_keys": local.secondary_keys,
            "records": records.iter().map(|record| serde_json::json!({
                "connection": record.connection,
                "id": record.external_id,
                "present": record.present,
                "apart": decisions.apart.contains(&record.record()),
            })).collect::<Vec<_>>(),
            "fields": local.fields.iter().map(|(name, value)| serde_json::json!({
                "field": name,
                "value": value.to_string(),
                "from": sources.get(name).map(|record| &record.connection),
            })).collect::<Vec<_>>(),
            "company_by_domain": company,
            "history": events.iter().map(|event| serde_json::json!({
                "at": event.at.to_string(),
                "event": event.change.as_str(),
                "connection": event.record.0,
                "id": event.record.1,
                "key": event.key,
                "other": event.other_id,
                "run": event.run_id,
            })).collect::<Vec<_>>(),
        }));
        return Ok(0);
    }
    line(&format!("{} {id}: {}", kind, local.key.as_deref().unwrap_or("no key")));
    if !local.secondary_keys.is_empty() {
        line(&format!("also known as {}", local.secondary_keys.join(", ")));
    }
    line("");
    let rows: Vec<Vec<String>> = records
        .iter()
        .map(|record| {
            let apart = decisions.apart.contains(&record.record());
            let state = match (record.present, apart) {
                (_, true) => "apart, by decision",
                (true, false) => "there",
                (false, false) => "left",
            };
            vec![record.connection.to_string(), record.external_id.to_string(), state.to_owned()]
        })
        .collect();
    table(&["connection", "record", "state"], &rows);
    if !events.is_empty() {
        line("");
        for event in &events {
            line(&format!("  {}  {}", context::local_time(event.at, zone), told(event, id)));
        }
    }
    if records.len() > 1 {
        line("");
        let rows: Vec<Vec<String>> = local
            .fields
            .iter()
            .map(|(name, value)| {
                let from = sources.get(name).map_or_else(String::new, |record| record.connection.to_string());
                vec![name.clone(), from, value.to_string()]
            })
            .collect();
        table(&["field", "from", "value"], &rows);
    }
    if let Some(company) = company {
        line("");
        line(&format!("Its address has the domain of a company: `intentd identity show company {LOCAL}/{company}`."));
    }
    Ok(0)
}

fn held(records: &[RecordRow], local: &LocalRow) -> Vec<HeldRecord> {
    records
        .iter()
        .map(|record| HeldRecord {
            connection: record.connection.clone(),
            external_id: record.external_id.clone(),
            present: record.present,
            modified_at: record.modified_at,
            fields: record.fields.clone().unwrap_or_else(|| local.fields.clone()),
        })
        .collect()
}

/// The company with the domain of a contact's address.
async fn company_of(store: &Store, contact: &LocalRow, rules: &BoundIdentity) -> Result<Option<i64>, Failure> {
    let domain = contact.key.as_deref().and_then(|address| rules.free_mail.company_domain(address));
    let Some(domain) = domain.filter(|_| rules.link_by_domain) else { return Ok(None) };
    Ok(store.find_companies_by_domain(std::slice::from_ref(&domain)).await?.remove(&domain))
}

/// One step of the history in words.
fn told(event: &IdentityEvent, seen_from: i64) -> String {
    let record = format!("{} {}", event.record.0, event.record.1);
    let key = event.key.as_ref().map_or_else(String::new, |key| format!(", because both have {key}"));
    let other = event.other_id.unwrap_or_default();
    let here = event.local_id == seen_from;
    match event.change {
        IdentityChange::Joined => format!("{record} joined{key}"),
        IdentityChange::Merged if event.key.is_none() => {
            format!("{other} became part of it: the vendor merged into {record}")
        }
        IdentityChange::Merged => format!("{other} became part of it{key} (seen on {record})"),
        IdentityChange::Parted if here => format!("{record} left for {other}: they share no key any more"),
        IdentityChange::Parted => format!("{record} came from {}: they share no key any more", event.local_id),
        IdentityChange::Split if here => format!("{record} was taken apart by decision; it is {other} now"),
        IdentityChange::Split => format!("{record} was taken apart from {} by decision", event.local_id),
        IdentityChange::Bound => format!("{other} became part of it by decision ({record})"),
    }
}

/// The one local record that somebody means.
async fn find(store: &Store, kind: ObjectKind, text: &str, free_mail: &FreeMail) -> Result<i64, Failure> {
    if let Some((connection, id)) = text.split_once('/') {
        // Our own ids are told where nothing else is unique.
        if let (LOCAL, Ok(id)) = (connection, id.parse::<i64>()) {
            return Ok(id);
        }
        if let Ok((_, local)) = find_record(store, kind, text).await {
            return Ok(local);
        }
    }
    let key = match kind {
        ObjectKind::Company => free_mail.company_domain(text),
        _ => fold_key(text),
    };
    let found = store.find_locals(kind, key.as_deref(), text.trim()).await?;
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            Err(Failure::Input(format!("no {kind} is known by `{text}`; has it been synced? `intentd status` tells")))
        }
        several => Err(Failure::Input(format!(
            "{} of them are known by `{text}`; give one of {}",
            several.len(),
            several.iter().map(|id| format!("{LOCAL}/{id}")).collect::<Vec<_>>().join(", ")
        ))),
    }
}

/// `hubspot/501` as a record that exists, with its local record.
async fn find_record(store: &Store, kind: ObjectKind, text: &str) -> Result<(RecordRef, i64), Failure> {
    let (connection, id) = text
        .split_once('/')
        .ok_or_else(|| Failure::Input(format!("`{text}` names no record; write connection and id, `hubspot/501`")))?;
    let record: RecordRef = (ConnectionName::from(connection), ExternalId::from(id));
    let locals = store.find_locals(kind, None, id).await?;
    let records = store.load_records(kind, &locals).await?;
    let local = records.iter().find(|(_, rows)| rows.iter().any(|row| row.record() == record)).map(|(local, _)| *local);
    match local {
        Some(local) => Ok((record, local)),
        None => Err(Failure::Input(format!("there is no {kind} `{id}` of the connection `{connection}`"))),
    }
}

async fn decide(global: &Global, args: &SplitArgs, apart: bool) -> Outcome {
    let opened = context::open(global, std::sync::Arc::new(crate::engine::progress::Silent)).await?;
    let engine = &opened.engine;
    let kind = args.kind.object();
    let (record, local) = find_record(&engine.store, kind, &args.record).await?;
    if !apart {
        let mut tx = engine.store.begin().await?;
        let count = tx.forget_decisions(kind, &record).await?;
        tx.commit().await?;
        report(
            global,
            &format!("{count} decisions about {} forgotten; its keys decide when it is read again", args.record),
            None,
        );
        return Ok(0);
    }
    let rules = bound(global, &opened)?;
    let decided = identities::split(&engine.store, &rules, kind, local, &record, engine.clock.now()).await?;
    let text = match decided {
        Decided::Kept => format!("{} was alone; nothing joins it from now on", args.record),
        Decided::Moved { to, .. } => format!("{} is {kind} {to} now, and nothing joins it", args.record),
    };
    report(global, &text, Some(decided));
    Ok(0)
}

async fn join(global: &Global, args: &JoinArgs) -> Outcome {
    let opened = context::open(global, std::sync::Arc::new(crate::engine::progress::Silent)).await?;
    let engine = &opened.engine;
    let kind = args.kind.object();
    let (one, one_local) = find_record(&engine.store, kind, &args.one).await?;
    let (other, other_local) = find_record(&engine.store, kind, &args.other).await?;
    if one == other {
        return Err(Failure::Input("these are the same record".into()));
    }
    let rules = bound(global, &opened)?;
    let now = engine.clock.now();
    let decided = identities::join(&engine.store, &rules, kind, (&one, one_local), (&other, other_local), now).await?;
    let text = match decided {
        Decided::Kept => "they were one already, and stay it".to_owned(),
        Decided::Moved { to, .. } => format!("both are {kind} {to} now"),
    };
    report(global, &text, Some(decided));
    Ok(0)
}

fn report(global: &Global, text: &str, decided: Option<Decided>) {
    if global.json {
        let (from, to) = match decided {
            Some(Decided::Moved { from, to }) => (Some(from), Some(to)),
            _ => (None, None),
        };
        output::json(&serde_json::json!({ "done": text, "from": from, "to": to }));
    } else {
        line(text);
    }
}

async fn conflicts(global: &Global) -> Outcome {
    let opened = context::look(global).await?;
    let (store, zone) = (&opened.engine.store, &opened.engine.settings.zone);
    let asked = store.list_asked(MOST).await?;
    let frozen = store.list_frozen(MOST).await?;
    let ids: Vec<i64> = asked.iter().map(|(contact, ..)| contact.0).collect();
    let records = store.load_records(ObjectKind::Contact, &ids).await?;
    let flows = &opened.engine.rules.rules.identity.flows;
    let names = |contact: ContactId| -> Vec<String> {
        let rows = records.get(&contact.0).into_iter().flatten();
        rows.map(|row| format!("{}/{}", row.connection, row.external_id)).collect()
    };
    let sides = |field: &str| {
        flows.iter().find(|flow| flow.field == field).map(|flow| flow.ends.each_ref().map(|end| end.source.clone()))
    };
    if global.json {
        output::json(&serde_json::json!({
            "conflicts": asked.iter().map(|(contact, field, state)| serde_json::json!({
                "contact": contact,
                "records": names(*contact),
                "field": field,
                "sides": sides(field),
                "values": state.seen.as_ref().map(|seen| seen.each_ref().map(|side| side.value.clone())),
                "asked_at": state.asked_at.map(|at| at.to_string()),
            })).collect::<Vec<_>>(),
            "frozen": frozen.iter().map(|row| serde_json::json!({
                "connection": row.connection,
                "kind": row.kind.as_str(),
                "id": row.external_id,
                "property": row.property,
                "rewrites": row.fight.rewrites,
                "frozen_at": row.fight.frozen_at.map(|at| at.to_string()),
            })).collect::<Vec<_>>(),
        }));
        return Ok(0);
    }
    if asked.is_empty() && frozen.is_empty() {
        line("No conflicts.");
        return Ok(0);
    }
    if !asked.is_empty() {
        line("Edited at both ends; `intentd identity settle <record> <field> --take <connection>` decides:");
        let rows: Vec<Vec<String>> = asked
            .iter()
            .map(|(contact, field, state)| {
                let values = state.seen.as_ref().map(|seen| seen.each_ref().map(|side| side.value.clone()));
                let [first, second] = values.unwrap_or_default();
                vec![names(*contact).join(", "), field.clone(), first, second]
            })
            .collect();
        table(&["records", "field", "first side", "second side"], &rows);
    }
    if !frozen.is_empty() {
        line(
            "Rewritten again and again by somebody else, and left alone since; `intentd identity settle <record> <property>` \
              lets intentd write them again:",
        );
        let rows: Vec<Vec<String>> = frozen
            .iter()
            .map(|row| {
                let since = row.fight.frozen_at.map_or_else(String::new, |at| context::local_time(at, zone));
                vec![format!("{}/{}", row.connection, row.external_id), row.property.clone(), since]
            })
            .collect();
        table(&["record", "property", "since"], &rows);
    }
    Ok(0)
}

async fn settle(global: &Global, args: &SettleArgs) -> Outcome {
    let opened = context::open(global, std::sync::Arc::new(crate::engine::progress::Silent)).await?;
    let engine = &opened.engine;
    let kind = ObjectKind::Contact;
    let (record, local) = find_record(&engine.store, kind, &args.record).await?;
    let contact = ContactId(local);
    let rules = bound(global, &opened)?;
    let mut states = engine.store.load_flow_states(&[contact]).await?;
    let flow = rules.flows.iter().find(|flow| flow.field == args.field);
    let mut done = Vec::new();
    let mut tx = engine.store.begin().await?;
    if let (Some(flow), Some(state)) = (flow, states.get_mut(&(contact, args.field.clone())))
        && state.asked_at.is_some()
    {
        let sides: Vec<&str> =
            flow.ends.iter().filter_map(|end| rules.connection_of(end)).map(ConnectionName::as_str).collect();
        let side = args.take.as_ref().and_then(|take| sides.iter().position(|side| side == take));
        let Some(side) = side else {
            return Err(Failure::Input(format!(
                "whose value is the right one? add --take {}",
                sides.join(" or --take ")
            )));
        };
        state.settle(side);
        done.push(format!("`{}` becomes what {} has", args.field, sides[side]));
        tx.put_flow_states(&states).await?;
    }
    let rows = engine.store.load_records(kind, &[local]).await?.remove(&local).unwrap_or_default();
    let shared = flow.map(|flow| flow.ends.each_ref().map(|end| end.property.as_str()));
    for row in rows {
        let properties = shared.iter().flatten().copied().chain([args.field.as_str()]);
        for property in properties {
            // A property is one record's; a field is that of all.
            if property == args.field && row.record() != record {
                continue;
            }
            if tx.end_fight(&row.connection, kind, &row.external_id, property).await? > 0 {
                done.push(format!("{} `{property}` is written again", row.connection));
            }
        }
    }
    tx.mark_dirty(&[contact]).await?;
    tx.commit().await?;
    if done.is_empty() {
        return Err(Failure::Input(format!(
            "`{}` of {} waits for nobody; `intentd identity conflicts` lists what does",
            args.field, args.record
        )));
    }
    report(global, &format!("{}; the next sync does it", done.join("; ")), None);
    Ok(0)
}
