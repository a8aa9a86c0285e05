//! Up to a hundred records at a time (documentation: "CRM objects, batch"). Without `objectWriteTraceId` on every
//! input a write is all or nothing; with it each input succeeds or fails alone, reported in a 207.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::objects::echo;
use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::config::MissingInBatch;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::General;
use crate::fake::record::fold;
use crate::fake::show::{self, Wanted};
use crate::fake::write::{self, Checked, Sent, SentAssociation, SentId};

pub(super) const ROUTES: &[Route] = &[
    route("POST", "objects/{type}/batch/read", General, Need::ReadObjects, read),
    route("POST", "objects/{type}/batch/create", General, Need::WriteObjects, create),
    route("POST", "objects/{type}/batch/update", General, Need::WriteObjects, update),
    route("POST", "objects/{type}/batch/upsert", General, Need::WriteObjects, upsert),
    route("POST", "objects/{type}/batch/archive", General, Need::WriteObjects, archive),
];

const BATCH: usize = 100;
const BATCH_WITH_HISTORY: usize = 50;

fn check_size(count: usize, max: usize) -> Result<(), Refusal> {
    if count == 0 {
        return Err(Refusal::validation("The inputs must not be empty"));
    }
    if count > max {
        return Err(Refusal::validation(format!("Too many inputs: {count}. The limit is {max}.")));
    }
    Ok(())
}

fn answer(call: &mut Call<'_>, status: u16, mut results: Vec<Value>, errors: Vec<Value>) -> Reply {
    if call.config.shuffle_batches {
        call.chance.shuffle(&mut results);
    }
    let at = call.now.to_string();
    let mut body = json!({"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at});
    if errors.is_empty() {
        return Reply::json(status, body);
    }
    body["numErrors"] = errors.len().into();
    body["errors"] = errors.into();
    Reply::json(207, body)
}

fn missing(kind: Kind, ids: &[String]) -> Refusal {
    let message = format!(
        "Could not get some {} objects, they may be deleted or not exist. Check that ids are valid.",
        kind.singular().to_uppercase()
    );
    Refusal::new(400, Some("OBJECT_NOT_FOUND"), message).with("context", json!({"ids": ids}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadBody {
    #[serde(default)]
    properties: Vec<String>,
    #[serde(default)]
    properties_with_history: Vec<String>,
    #[serde(default)]
    id_property: Option<String>,
    inputs: Vec<SentId>,
}

fn read(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let body: ReadBody = call.body()?;
    let has_history = !body.properties_with_history.is_empty();
    check_size(body.inputs.len(), if has_history { BATCH_WITH_HISTORY } else { BATCH })?;
    let wanted = Wanted { properties: body.properties, history: body.properties_with_history, ..Wanted::default() }
        .for_caller(kind, &call.caller);
    let table = call.account.table(kind);
    let id_property = body.id_property.as_deref().filter(|name| *name != "hs_object_id");
    if let Some(name) = id_property.filter(|name| !table.is_unique(name)) {
        return Err(Refusal::validation(format!("Property {name} is not a unique property of {}", kind.plural())));
    }
    let archived = call.flag("archived");
    let (mut results, mut absent, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for input in &body.inputs {
        let id = match id_property {
            Some(name) => table.owner_of(name, &input.id),
            None => input.id.parse().ok(),
        };
        let record = id.and_then(|id| if archived { table.get_archived(id) } else { table.get(id) });
        match record {
            Some(record) if seen.insert(record.id) => results.push(show::record(call.account, kind, record, &wanted)),
            Some(_) => {}
            None => absent.push(input.id.clone()),
        }
    }
    let errors = if absent.is_empty() {
        Vec::new()
    } else {
        let context = json!({"ids": absent});
        vec![missing(kind, &absent).as_item(context)]
    };
    Ok(answer(call, 200, results, errors))
}

/// One input of a write, of any of the three kinds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    #[serde(default, deserialize_with = "optional_id")]
    id: Option<String>,
    #[serde(default)]
    id_property: Option<String>,
    properties: Sent,
    #[serde(default)]
    associations: Vec<SentAssociation>,
    #[serde(default)]
    object_write_trace_id: Option<String>,
}

fn optional_id<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    write::loose_id(from).map(Some)
}

#[derive(Deserialize)]
struct WriteBody {
    inputs: Vec<Input>,
}

type Check = fn(&Call<'_>, Kind, &Input) -> Result<Checked, Refusal>;

fn create(call: &mut Call<'_>) -> Answer {
    write_all(call, 201, false, |call, kind, input| {
        write::check_new(call, kind, &input.properties, &input.associations)
    })
}

fn update(call: &mut Call<'_>) -> Answer {
    write_all(call, 200, false, |call, kind, input| {
        let table = call.account.table(kind);
        let given = input.id.as_deref().unwrap_or_default();
        let id = match input.id_property.as_deref() {
            None | Some("hs_object_id") => given.parse().ok(),
            // Even the e-mail address of a contact is not good enough here.
            Some(name) if name != "email" && table.is_unique(name) => table.owner_of(name, given),
            Some(_) => return Err(not_unique(kind)),
        };
        // An id that was merged away is not followed here.
        match id.filter(|id| table.get(*id).is_some()) {
            Some(id) => write::check_change(call, kind, id, &input.properties),
            None => Err(missing(kind, &[given.to_owned()])),
        }
    })
}

fn upsert(call: &mut Call<'_>) -> Answer {
    write_all(call, 200, true, |call, kind, input| {
        let table = call.account.table(kind);
        let given = input.id.as_deref().unwrap_or_default();
        let name = match input.id_property.as_deref() {
            Some(name) if table.is_unique(name) => name,
            _ => return Err(not_unique(kind)),
        };
        if let Some(id) = table.owner_of(name, given) {
            return write::check_change(call, kind, id, &input.properties);
        }
        let mut sent = input.properties.clone();
        sent.entry(name.to_owned()).or_insert_with(|| given.into());
        write::check_new(call, kind, &sent, &input.associations)
    })
}

fn not_unique(kind: Kind) -> Refusal {
    Refusal::validation(format!("Unable to perform update/upsert by non-unique {} property", kind.type_id()))
}

/// Checks everything, then writes everything that may be written.
fn write_all(call: &mut Call<'_>, status: u16, says_new: bool, check: Check) -> Answer {
    let kind = call.kind(0)?;
    let body: WriteBody = call.body()?;
    check_size(body.inputs.len(), BATCH)?;
    refuse_duplicates(&body.inputs)?;
    // Upserts by address are never partial.
    let by_address = says_new && body.inputs.iter().any(|input| input.id_property.as_deref() == Some("email"));
    let is_traced = !by_address && body.inputs.iter().all(|input| input.object_write_trace_id.is_some());
    let reports_missing = call.config.missing_in_batch_update == MissingInBatch::ReportedIn207;
    let (mut passed, mut errors) = (Vec::new(), Vec::new());
    let mut taken = BTreeSet::new();
    for input in &body.inputs {
        let checked = check(call, kind, input).and_then(|checked| {
            refuse_taken(call, kind, &checked, &mut taken)?;
            Ok(checked)
        });
        match checked {
            Ok(checked) => passed.push((input, checked)),
            Err(refusal) if is_traced => {
                errors.push(refusal.as_item(json!({"objectWriteTraceId": [input.object_write_trace_id]})));
            }
            Err(refusal) if reports_missing && refusal.body["category"] == "OBJECT_NOT_FOUND" => {
                errors.push(refusal.as_item(json!({"ids": [input.id]})));
            }
            Err(refusal) => return Err(refusal),
        }
    }
    let mut results = Vec::new();
    for (input, checked) in passed {
        let is_new = checked.target.is_none();
        let id = write::apply(call, kind, checked);
        let Some(record) = call.account.table(kind).get(id) else { continue };
        let mut shown = show::record(call.account, kind, record, &echo(&input.properties));
        if says_new {
            shown["new"] = is_new.into();
        }
        if let Some(trace) = &input.object_write_trace_id {
            shown["objectWriteTraceId"] = trace.clone().into();
        }
        results.push(shown);
    }
    Ok(answer(call, status, results, errors))
}

fn refuse_duplicates(inputs: &[Input]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for id in inputs.iter().filter_map(|input| input.id.as_ref()) {
        if !seen.insert(fold(id)) {
            return Err(Refusal::validation(format!("Duplicate IDs found in batch input: [{id}]. IDs must be unique")));
        }
    }
    Ok(())
}

/// Two inputs of one batch cannot both get the same address.
fn refuse_taken(
    call: &Call<'_>,
    kind: Kind,
    checked: &Checked,
    taken: &mut BTreeSet<(String, String)>,
) -> Result<(), Refusal> {
    let table = call.account.table(kind);
    for (name, value) in checked.values.iter().filter(|(name, value)| table.is_unique(name) && !value.is_empty()) {
        if !taken.insert((name.clone(), fold(value))) {
            return Err(Refusal::new(409, Some("CONFLICT"), format!("Duplicate value of {name} in the batch input")));
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct ArchiveBody {
    inputs: Vec<SentId>,
}

fn archive(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let body: ArchiveBody = call.body()?;
    check_size(body.inputs.len(), BATCH)?;
    for input in body.inputs {
        if let Ok(id) = input.id.parse() {
            call.account.archive(kind, id, call.now);
        }
    }
    Ok(Reply::empty(204))
}
