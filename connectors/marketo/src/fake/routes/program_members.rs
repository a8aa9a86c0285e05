//! Members of programs: finding them, and moving them up the ladder (documentation: "Program Members").

use serde_json::{Map, Value, json};

use super::{READ_LEAD, Route, Sent, WRITE_LEAD, get, post};
use crate::fake::activities::Activity;
use crate::fake::activity_types::CHANGE_MEMBER_DATA;
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::instants::zulu;
use crate::fake::programs::{Member, Program};
use crate::fake::token;

const MOST: usize = 300;
const MEMBERS: usize = 100_000;
const WEEK_MS: i64 = 7 * 86_400_000;

/// Name, display name, data type, updateable, searchable.
const FIELDS: &[(&str, &str, &str, bool, bool)] = &[
    ("leadId", "Lead Id", "integer", false, true),
    ("programId", "Program Id", "integer", false, false),
    ("statusName", "Program Status", "string", true, true),
    ("reachedSuccess", "Reached Success", "boolean", false, true),
    ("acquiredBy", "Acquired By", "boolean", false, false),
    ("isExhausted", "Is Exhausted", "boolean", false, true),
    ("membershipDate", "Membership Date", "datetime", false, false),
    ("updatedAt", "Updated At", "datetime", false, true),
    ("registrationCode", "Registration Code", "string", true, false),
    ("webinarUrl", "Webinar Url", "string", true, false),
];

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/programs/members/describe.json", READ_LEAD, describe),
    get("rest/v1/programs/{id}/members.json", READ_LEAD, members),
    post("rest/v1/programs/{id}/members/status.json", Sent::Json, WRITE_LEAD, status),
    post("rest/v1/programs/{id}/members/delete.json", Sent::Json, WRITE_LEAD, remove),
    post("rest/v1/programs/{id}/members.json", Sent::Json, WRITE_LEAD, data),
];

fn program<'a>(call: &'a Call<'_>) -> Result<&'a Program, Refusal> {
    let id = call.id(0)?;
    call.account.programs.all.get(&id).ok_or_else(|| Refusal::new(1013, format!("Program '{id}' not found")))
}

fn describe(call: &mut Call<'_>) -> Answer {
    let fields: Vec<Value> = FIELDS
        .iter()
        .map(|(name, display, data_type, updateable, _)| {
            json!({"name": name, "displayName": display, "dataType": data_type, "updateable": updateable,
                   "crmManaged": false})
        })
        .collect();
    let searchable: Vec<Value> = FIELDS.iter().filter(|field| field.4).map(|field| json!([field.0])).collect();
    Ok(Reply::result(vec![json!({
        "name": "API Program Membership", "description": "Map for API program membership fields",
        "createdAt": zulu(call.account.created_at), "updatedAt": zulu(call.account.created_at),
        "dedupeFields": ["leadId", "programId"], "searchableFields": searchable, "fields": fields,
    })]))
}

fn value(program: u64, lead: u64, member: &Member, name: &str) -> Value {
    match name {
        "leadId" => lead.into(),
        "programId" => program.into(),
        "statusName" => member.status.clone().into(),
        "reachedSuccess" => member.success.into(),
        "acquiredBy" => member.acquired_by.into(),
        "isExhausted" => member.exhausted.into(),
        "membershipDate" => zulu(member.joined_at).into(),
        "updatedAt" => zulu(member.updated_at).into(),
        other => member.values.get(other).cloned().unwrap_or(Value::Null),
    }
}

fn members(call: &mut Call<'_>) -> Answer {
    let filter = call.required("filterType")?.to_owned();
    let values = call.query_list("filterValues");
    let fields = call.query_list("fields");
    if let Some(unknown) = fields.iter().find(|name| !FIELDS.iter().any(|field| field.0 == **name)) {
        return Err(Refusal::no_field(unknown));
    }
    if values.len() > MOST {
        return Err(Refusal::invalid(format!("Too many filterValues: {}. Maximum is {MOST}", values.len())));
    }
    let (from, to) = (call.instant("startAt")?, call.instant("endAt")?);
    if filter == "updatedAt" {
        let start = from.ok_or_else(|| Refusal::missing("startAt"))?;
        if to.unwrap_or(call.now).ms_since(start) > WEEK_MS {
            return Err(Refusal::invalid("The range of updatedAt exceeds 7 days"));
        }
    } else if !FIELDS.iter().any(|field| field.0 == filter && field.4) {
        return Err(Refusal::unsupported(&filter));
    } else if values.is_empty() {
        return Err(Refusal::missing("filterValues"));
    }
    let (after, size) = (call.after_id()?, call.batch_size()?);
    let program = program(call)?;
    if program.members.len() > MEMBERS {
        return Err(Refusal::invalid(format!("Program membership size exceeds {MEMBERS}")));
    }
    let fits = |lead: u64, member: &Member| match filter.as_str() {
        "updatedAt" => from.is_none_or(|from| member.updated_at >= from) && to.is_none_or(|to| member.updated_at <= to),
        name => {
            let held = value(program.id, lead, member, name);
            let held = held.as_str().map_or_else(|| held.to_string(), str::to_owned);
            values.iter().any(|value| value.eq_ignore_ascii_case(&held))
        }
    };
    let mut found = program.members.range(after + 1..).filter(|(lead, member)| fits(**lead, member)).peekable();
    let default = ["leadId", "programId", "reachedSuccess", "acquiredBy", "membershipDate"].map(str::to_owned);
    let asked = if fields.is_empty() { default.as_slice() } else { fields.as_slice() };
    let (mut page, mut last) = (Vec::new(), 0);
    while page.len() < size {
        let Some((lead, member)) = found.next() else { break };
        let mut shown = Map::new();
        shown.insert("seq".into(), page.len().into());
        shown.insert("leadId".into(), (*lead).into());
        for name in asked {
            shown.insert(name.clone(), value(program.id, *lead, member, name));
        }
        page.push(shown.into());
        last = *lead;
    }
    let next = found.peek().map(|_| token::after(&last.to_string()));
    Ok(Reply::page(page, next))
}

/// One line per record of the input, in its order.
fn each(
    call: &mut Call<'_>,
    body: &Value,
    write: impl Fn(&mut Call<'_>, u64, &Value) -> Result<&'static str, Refusal>,
) -> Answer {
    let input = call.input(body, MOST)?;
    let mut results = Vec::new();
    for (seq, record) in input.iter().enumerate() {
        let lead = record.get("leadId").and_then(Value::as_u64);
        let done = lead.ok_or_else(|| Refusal::missing("leadId")).and_then(|lead| {
            call.account.leads.get(lead).ok_or_else(|| Refusal::plain(1004))?;
            write(call, lead, record)
        });
        let mut line = match done {
            Ok(status) => json!({"status": status}),
            Err(refusal) => refusal.skipped(),
        };
        line["seq"] = seq.into();
        if let Some(lead) = lead {
            line["leadId"] = lead.into();
        }
        results.push(line);
    }
    Ok(Reply::result(results))
}

fn status(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let id = program(call)?.id;
    let name = body.get("statusName").and_then(Value::as_str).ok_or_else(|| Refusal::missing("statusName"))?;
    if call.account.programs.channel_of(id).and_then(|channel| channel.status(name)).is_none() {
        return Err(Refusal::plain(1025));
    }
    each(call, &body, |call, lead, _| {
        let was = call.account.programs.all.get(&id).is_some_and(|program| program.members.contains_key(&lead));
        if !call.account.progress(id, lead, name, call.now, None) {
            return Err(Refusal::plain(1037));
        }
        Ok(if was { "updated" } else { "created" })
    })
}

fn remove(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let id = program(call)?.id;
    each(call, &body, |call, lead, _| {
        let members = call.account.programs.all.get_mut(&id).map(|program| &mut program.members);
        match members.and_then(|members| members.remove(&lead)) {
            Some(_) => Ok("deleted"),
            None => Err(Refusal::new(1013, "Membership not found")),
        }
    })
}

fn data(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let (id, now) = (program(call)?.id, call.now);
    each(call, &body, |call, lead, record| {
        let values = record.as_object().into_iter().flatten().filter(|(name, _)| *name != "leadId");
        for (name, _) in values.clone() {
            let known = FIELDS.iter().find(|field| field.0 == name.as_str());
            match known {
                None => return Err(Refusal::no_field(name)),
                Some(field) if !field.3 || field.0 == "statusName" => {
                    return Err(Refusal::invalid(format!("Field '{name}' is read-only")));
                }
                Some(_) => {}
            }
        }
        let program = call.account.programs.all.get_mut(&id).ok_or_else(|| Refusal::plain(1013))?;
        let program_name = program.name.clone();
        let member = program.members.get_mut(&lead).ok_or_else(|| Refusal::new(1013, "Membership not found"))?;
        for (name, value) in values {
            member.values.insert(name.clone(), value.clone());
        }
        member.updated_at = now;
        call.account.log(Activity::new(CHANGE_MEMBER_DATA, lead, now).about(id, program_name));
        Ok("updated")
    })
}
