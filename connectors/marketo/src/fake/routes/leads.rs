//! Reading leads by id and by filter (documentation: "Leads"). Nothing here lists all leads, and no filter knows ranges.

use serde_json::{Map, Value};

use super::{READ_LEAD, Route, get};
use crate::fake::account::Account;
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::fields::DEFAULT;
use crate::fake::leads::Lead;
use crate::fake::token;

/// Values of one filter.
const VALUES: usize = 300;
/// Leads that one filter may find.
const MATCHES: usize = 1_000;

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/leads.json", READ_LEAD, by_filter),
    get("rest/v1/lead/{id}.json", READ_LEAD, one),
    get("rest/v1/leads/partitions.json", READ_LEAD, partitions),
    get("rest/v1/leads/programs/{id}.json", READ_LEAD, in_program),
];

/// The fields that a call asks for, all of them known.
pub(super) fn wanted(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let asked = call.query_list("fields");
    for name in &asked {
        call.account.fields.require(name)?;
    }
    Ok(if asked.is_empty() { DEFAULT.iter().map(|name| (*name).to_owned()).collect() } else { asked })
}

/// A lead with the asked fields; a custom field without a value is left out, which means `null` too.
pub(super) fn show(account: &Account, lead: &Lead, fields: &[String]) -> Value {
    let mut shown = Map::new();
    shown.insert("id".into(), lead.id.into());
    for name in fields {
        let value = account.value(lead, name);
        let is_custom = account.fields.get(name).is_some_and(|field| field.is_custom());
        if !(value.is_null() && is_custom) {
            shown.insert(name.clone(), value);
        }
    }
    shown.into()
}

fn one(call: &mut Call<'_>) -> Answer {
    let (id, fields) = (call.id(0)?, wanted(call)?);
    match call.account.leads.get(id) {
        Some(lead) => Ok(Reply::result(vec![show(call.account, lead, &fields)])),
        None => Err(Refusal::new(1004, format!("Lead '{id}' not found"))),
    }
}

/// The live leads that a filter finds, in the order of their ids.
fn find(call: &Call<'_>, filter: &str, values: &[String]) -> Result<Vec<u64>, Refusal> {
    let account = &call.account;
    let field = account.fields.get(filter).ok_or_else(|| Refusal::unsupported(filter))?;
    if !field.searchable {
        return Err(Refusal::unsupported(filter));
    }
    let mut found: Vec<u64> = match filter {
        "id" => {
            let ids: Result<Vec<u64>, Refusal> =
                values.iter().map(|text| text.parse().map_err(|_| Refusal::mistyped(text, "Integer"))).collect();
            ids?.into_iter().filter(|id| account.leads.get(*id).is_some()).collect()
        }
        "email" => values.iter().flat_map(|value| account.leads.with_email(value)).collect(),
        "cookies" => {
            if let Some(bad) = values.iter().find(|value| !value.contains("token:")) {
                return Err(Refusal::new(1012, format!("Invalid cookie value '{bad}'")));
            }
            let has = |lead: &&Lead| lead.cookies.iter().any(|cookie| values.contains(cookie));
            account.leads.all().values().filter(has).map(|lead| lead.id).collect()
        }
        _ => {
            let folded: Vec<String> = values.iter().map(|value| value.to_lowercase()).collect();
            let has = |lead: &&Lead| match account.value(lead, filter) {
                Value::Null => false,
                Value::String(text) => folded.contains(&text.to_lowercase()),
                other => folded.contains(&other.to_string()),
            };
            account.leads.all().values().filter(has).map(|lead| lead.id).collect()
        }
    };
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn by_filter(call: &mut Call<'_>) -> Answer {
    let filter = call.required("filterType")?.to_owned();
    let values = call.query_list("filterValues");
    if values.is_empty() {
        return Err(Refusal::missing("filterValues"));
    }
    if values.len() > VALUES {
        return Err(Refusal::invalid(format!("Too many filterValues: {}. Maximum is {VALUES}", values.len())));
    }
    let (fields, size, after) = (wanted(call)?, call.batch_size()?, call.after_id()?);
    let found = find(call, &filter, &values)?;
    if found.len() > MATCHES {
        return Err(Refusal::invalid("Too many results match the filter"));
    }
    Ok(page(call.account, found.into_iter().filter(|id| *id > after), size, &fields))
}

/// One page of leads whose ids come in order.
pub(super) fn page(account: &Account, ids: impl Iterator<Item = u64>, size: usize, fields: &[String]) -> Reply {
    let mut leads = ids.filter_map(|id| account.leads.get(id)).peekable();
    let (mut page, mut last) = (Vec::new(), 0);
    while page.len() < size {
        let Some(lead) = leads.next() else { break };
        page.push(show(account, lead, fields));
        last = lead.id;
    }
    let more = leads.peek().is_some();
    if more {
        return Reply::page(page, Some(token::after(&last.to_string())));
    }
    // Where nothing follows, the real endpoint says nothing about more.
    Reply::result(page)
}

fn partitions(call: &mut Call<'_>) -> Answer {
    let partitions = call.account.partitions.iter();
    let shown = partitions.map(|one| serde_json::json!({"id": one.id, "name": one.name, "description": ""}));
    Ok(Reply::result(shown.collect()))
}

fn in_program(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    let (fields, size, after) = (wanted(call)?, call.batch_size()?, call.after_id()?);
    let program = call.account.programs.all.get(&id).ok_or_else(|| Refusal::plain(1013))?;
    let members: Vec<u64> = program.members.range(after + 1..).map(|(lead, _)| *lead).collect();
    let mut reply = page(call.account, members.into_iter(), size, &fields);
    if let crate::fake::errors::Body::Envelope(envelope) = &mut reply.body
        && let Some(Value::Array(leads)) = envelope.get_mut("result")
    {
        for lead in leads {
            let member = lead["id"].as_u64().and_then(|lead| program.members.get(&lead));
            if let Some(member) = member {
                lead["membership"] = super::memberships::shown(member);
            }
        }
    }
    Ok(reply)
}
