//! Writing leads: sync, delete, partitions (documentation: "Leads", "Sync Leads", "Delete Leads"). The answer has one line
//! per record of the input, in its order; each record stands or falls alone.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Route, Sent, WRITE_LEAD, post};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::fields::Home;

/// Records of one call.
pub(super) const MOST: usize = 300;

pub(super) const ROUTES: &[Route] = &[
    post("rest/v1/leads.json", Sent::Json, WRITE_LEAD, sync),
    post("rest/v1/leads/delete.json", Sent::MaybeJson, WRITE_LEAD, delete),
    post("rest/v1/leads/partitions.json", Sent::Json, WRITE_LEAD, repartition),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    CreateOrUpdate,
    CreateOnly,
    UpdateOnly,
    CreateDuplicate,
}

struct Plan {
    action: Action,
    lookup: String,
    partition: Option<u64>,
}

fn plan(call: &Call<'_>, body: &Value) -> Result<Plan, Refusal> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let action = match text("action").unwrap_or("createOrUpdate") {
        "createOrUpdate" => Action::CreateOrUpdate,
        "createOnly" => Action::CreateOnly,
        "updateOnly" => Action::UpdateOnly,
        "createDuplicate" => Action::CreateDuplicate,
        other => return Err(Refusal::mistyped(other, "action")),
    };
    let lookup = text("lookupField").unwrap_or("email").to_owned();
    let field = call.account.fields.get(&lookup).ok_or_else(|| Refusal::unsupported(&lookup))?;
    if !field.searchable || lookup == "cookies" || lookup == "marketoGUID" {
        return Err(Refusal::unsupported(&lookup));
    }
    if lookup == "id" && action != Action::UpdateOnly {
        return Err(Refusal::invalid("lookupField 'id' is only supported with action 'updateOnly'"));
    }
    let partition = match text("partitionName") {
        None => None,
        Some(_) if !matches!(action, Action::CreateOnly | Action::CreateOrUpdate) => {
            return Err(Refusal::invalid("partitionName is only supported with createOnly and createOrUpdate"));
        }
        Some(name) => {
            let found = call.account.partitions.iter().find(|one| one.name == name && one.open);
            let found = found.ok_or_else(|| Refusal::new(1008, format!("Access denied to partition '{name}'")))?;
            Some(found.id)
        }
    };
    Ok(Plan { action, lookup, partition })
}

fn sync(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let plan = plan(call, &body)?;
    let input = call.input(&body, MOST)?;
    let mut results = Vec::new();
    for record in &input {
        let done = record
            .as_object()
            .ok_or_else(|| Refusal::invalid("Each record must be an object"))
            .and_then(|record| sync_one(call, &plan, record));
        results.push(match done {
            Ok((id, status)) => {
                *call.stats.writes_by_lead.entry(id).or_default() += 1;
                json!({"id": id, "status": status})
            }
            Err(refusal) => refusal.skipped(),
        });
    }
    Ok(Reply::result(results))
}

fn sync_one(call: &mut Call<'_>, plan: &Plan, record: &Map<String, Value>) -> Result<(u64, &'static str), Refusal> {
    let key = match record.get(&plan.lookup) {
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        Some(value @ Value::Number(_)) => value.to_string(),
        _ if plan.action == Action::CreateDuplicate => String::new(),
        _ => return Err(Refusal::invalid(format!("Value for lookup field '{}' not found", plan.lookup))),
    };
    let values = checked(call, plan, record)?;
    let matches = if plan.action == Action::CreateDuplicate { Vec::new() } else { matching(call, &plan.lookup, &key)? };
    let now = call.now;
    match (plan.action, matches.as_slice()) {
        (Action::UpdateOnly, []) => Err(Refusal::plain(1004)),
        (Action::CreateOnly, [_, ..]) => Err(Refusal::plain(1005)),
        (_, [_, _, ..]) => Err(Refusal::plain(1007)),
        (_, [id]) => {
            let held = call.account.leads.get(*id).map(|lead| lead.partition);
            if plan.partition.is_some() && plan.partition != held {
                return Err(Refusal::new(1010, "Partition update not allowed"));
            }
            let writer = call.writer("syncLead");
            call.account.write_lead(*id, values, now, &writer);
            Ok((*id, "updated"))
        }
        (_, []) => {
            let writer = call.writer("syncLead");
            let id = call.account.create(values, now, &writer);
            if let Some(partition) = plan.partition {
                call.account.leads.change(id, |lead| lead.partition = partition);
            }
            Ok((id, "created"))
        }
    }
}

fn matching(call: &Call<'_>, lookup: &str, key: &str) -> Result<Vec<u64>, Refusal> {
    let leads = &call.account.leads;
    Ok(match lookup {
        "email" => leads.with_email(key),
        "id" => {
            let id: u64 = key.parse().map_err(|_| Refusal::mistyped(key, "Integer"))?;
            leads.get(id).map(|lead| lead.id).into_iter().collect()
        }
        _ => {
            let number: Option<i64> = key.parse().ok();
            let same = |value: &Value| match value {
                Value::String(text) => text.eq_ignore_ascii_case(key),
                other => number.is_some() && other.as_i64() == number,
            };
            let found = leads.all().values().filter(|lead| lead.values.get(lookup).is_some_and(same));
            found.map(|lead| lead.id).collect()
        }
    })
}

/// The values of a record as they are stored, or why it is skipped.
fn checked(call: &Call<'_>, plan: &Plan, record: &Map<String, Value>) -> Result<BTreeMap<String, Value>, Refusal> {
    let mut values = BTreeMap::new();
    for (name, value) in record {
        if name == "id" {
            if plan.lookup != "id" {
                return Err(Refusal::invalid("Field 'id' is only allowed as lookupField"));
            }
            continue;
        }
        let field = call.account.fields.require(name)?;
        match field.home {
            Home::Company => return Err(Refusal::plain(1021)),
            Home::System if *name == plan.lookup => continue,
            Home::System => return Err(Refusal::invalid(format!("Field '{name}' is read-only"))),
            Home::Lead | Home::Custom => {}
        }
        values.insert(name.clone(), field.coerce(value)?);
    }
    Ok(values)
}

/// The ids in `input` or in the query.
pub(super) fn ids(call: &Call<'_>) -> Result<Vec<u64>, Refusal> {
    let from_query = call.query_ids("id")?;
    let ids = if from_query.is_empty() && !call.incoming.body.is_empty() {
        let body: Value = call.body()?;
        let input = call.input(&body, MOST)?;
        let id = |record: &Value| record.get("id").and_then(Value::as_u64).ok_or_else(|| Refusal::missing("id"));
        input.iter().map(id).collect::<Result<Vec<u64>, Refusal>>()?
    } else {
        from_query
    };
    if ids.is_empty() {
        return Err(Refusal::missing("id"));
    }
    if ids.len() > MOST {
        return Err(Refusal::invalid(format!("Too many ids: {}. Maximum is {MOST}", ids.len())));
    }
    Ok(ids)
}

fn delete(call: &mut Call<'_>) -> Answer {
    let ids = ids(call)?;
    let results = ids.into_iter().map(|id| {
        if call.account.delete_lead(id, call.now) {
            *call.stats.writes_by_lead.entry(id).or_default() += 1;
            json!({"id": id, "status": "deleted"})
        } else {
            Refusal::plain(1004).skipped()
        }
    });
    Ok(Reply::result(results.collect()))
}

fn repartition(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let input = call.input(&body, MOST)?;
    let results = input.iter().map(|record| {
        let id = record.get("id").and_then(Value::as_u64).unwrap_or(0);
        let name = record.get("partitionName").and_then(Value::as_str).unwrap_or_default();
        let Some(partition) = call.account.partitions.iter().find(|one| one.name == name && one.open) else {
            return Refusal::new(1008, format!("Access denied to partition '{name}'")).skipped();
        };
        let partition = partition.id;
        match call.account.leads.change(id, |lead| lead.partition = partition) {
            Some(()) => json!({"id": id, "status": "updated"}),
            None => Refusal::plain(1004).skipped(),
        }
    });
    Ok(Reply::result(results.collect()))
}
