//! Writing companies, named accounts, opportunities, roles and sales persons (documentation: "Lead Database", sync and
//! delete calls). With a native CRM sync most of them are read-only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::objects::key_text;
use super::{Route, Sent, post};
use crate::fake::activities::Activity;
use crate::fake::activity_types::ADD_TO_OPPORTUNITY;
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::fields::{Field, Home};
use crate::fake::object_shapes::Shape;
use crate::fake::objects::ObjectKind;

const MOST: usize = 300;

const COMPANY: &[&str] = &["Read-Write Company"];
const ACCOUNT: &[&str] = &["Read-Write Named Account"];
const OPPORTUNITY: &[&str] = &["Read-Write Opportunity"];
const PERSON: &[&str] = &["Read-Write Sales Person"];

pub(super) const ROUTES: &[Route] = &[
    post("rest/v1/companies.json", Sent::Json, COMPANY, |call| sync(call, ObjectKind::Company)),
    post("rest/v1/companies/delete.json", Sent::Json, COMPANY, |call| delete(call, ObjectKind::Company)),
    post("rest/v1/namedaccounts.json", Sent::Json, ACCOUNT, |call| sync(call, ObjectKind::NamedAccount)),
    post("rest/v1/namedaccounts/delete.json", Sent::Json, ACCOUNT, |call| delete(call, ObjectKind::NamedAccount)),
    post("rest/v1/opportunities.json", Sent::Json, OPPORTUNITY, |call| sync(call, ObjectKind::Opportunity)),
    post("rest/v1/opportunities/delete.json", Sent::Json, OPPORTUNITY, |call| delete(call, ObjectKind::Opportunity)),
    post("rest/v1/opportunities/roles.json", Sent::Json, OPPORTUNITY, |call| sync(call, ObjectKind::Role)),
    post("rest/v1/opportunities/roles/delete.json", Sent::Json, OPPORTUNITY, |call| delete(call, ObjectKind::Role)),
    post("rest/v1/salespersons.json", Sent::Json, PERSON, |call| sync(call, ObjectKind::SalesPerson)),
    post("rest/v1/salespersons/delete.json", Sent::Json, PERSON, |call| delete(call, ObjectKind::SalesPerson)),
];

/// The names of the key that `dedupeBy` or `deleteBy` chooses.
fn key_names(shape: &Shape, chosen: &str) -> Result<Vec<&'static str>, Refusal> {
    match chosen {
        "dedupeFields" => Ok(shape.dedupe.to_vec()),
        "idField" => Ok(vec![shape.id_field]),
        other => Err(Refusal::mistyped(other, "dedupeFields or idField")),
    }
}

fn read_only(call: &Call<'_>, shape: &Shape) -> Result<(), Refusal> {
    if call.config.crm_sync && shape.from_crm { Err(Refusal::plain(1018)) } else { Ok(()) }
}

fn key_of(record: &Value, names: &[&'static str]) -> Result<Vec<(&'static str, String)>, Refusal> {
    let one = |name: &&'static str| {
        let value = record.get(*name).and_then(key_text);
        value.map(|value| (*name, value)).ok_or_else(|| Refusal::missing(name))
    };
    names.iter().map(one).collect()
}

fn text<'a>(body: &'a Value, name: &str, default: &'a str) -> &'a str {
    body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).unwrap_or(default)
}

fn with_seq(seq: usize, mut line: Value) -> Value {
    line["seq"] = seq.into();
    line
}

fn sync(call: &mut Call<'_>, kind: ObjectKind) -> Answer {
    let shape = kind.shape();
    read_only(call, shape)?;
    let body: Value = call.body()?;
    let action = text(&body, "action", "createOrUpdate").to_owned();
    if !["createOrUpdate", "createOnly", "updateOnly"].contains(&action.as_str()) {
        return Err(Refusal::mistyped(&action, "action"));
    }
    let by = text(&body, "dedupeBy", "dedupeFields");
    if by == "idField" && action != "updateOnly" {
        return Err(Refusal::invalid("dedupeBy 'idField' is only supported with action 'updateOnly'"));
    }
    let names = key_names(shape, by)?;
    let input = call.input(&body, MOST)?;
    let mut seen = BTreeSet::new();
    let mut results = Vec::new();
    for (seq, record) in input.iter().enumerate() {
        let line = match sync_one(call, kind, &action, &names, record, &mut seen) {
            Ok(line) => line,
            Err(refusal) => refusal.skipped(),
        };
        results.push(with_seq(seq, line));
    }
    Ok(Reply::result(results))
}

fn sync_one(
    call: &mut Call<'_>,
    kind: ObjectKind,
    action: &str,
    names: &[&'static str],
    record: &Value,
    seen: &mut BTreeSet<Vec<String>>,
) -> Result<Value, Refusal> {
    let shape = kind.shape();
    let key = key_of(record, names)?;
    if !seen.insert(key.iter().map(|(_, value)| value.to_lowercase()).collect()) {
        return Err(Refusal::plain(1036));
    }
    let values = checked(shape, record)?;
    if kind == ObjectKind::Role {
        let lead = key.iter().find(|(name, _)| *name == "leadId").and_then(|(_, id)| id.parse().ok());
        if lead.is_some_and(|id| call.account.leads.get(id).is_none()) {
            return Err(Refusal::plain(1004));
        }
    }
    let (now, found) = (call.now, call.account.objects(kind).matching(&key));
    let shown = |id: u64, guid: &str, status: &str| match shape.id_field {
        "id" => json!({"id": id, "status": status}),
        _ => json!({"marketoGUID": guid, "status": status}),
    };
    match (action, found.first().copied()) {
        ("createOnly", Some(_)) => Err(Refusal::plain(1017)),
        ("updateOnly", None) => Err(Refusal::plain(1013)),
        (_, Some(id)) => {
            let objects = call.account.objects_mut(kind);
            let object = objects.all.get_mut(&id).ok_or_else(|| Refusal::plain(1013))?;
            for (name, value) in values {
                object.values.insert(name, value);
            }
            object.updated_at = now;
            let guid = object.guid.clone();
            // Linked leads inherit what changed here.
            if kind == ObjectKind::Company {
                touch_leads(call, id);
            }
            Ok(shown(id, &guid, "updated"))
        }
        (_, None) => {
            if let Some(name) = shape.required.iter().find(|name| values.get(**name).is_none_or(Value::is_null)) {
                return Err(Refusal::invalid(format!("{name} must not be null")));
            }
            let pairs: Vec<(&str, Value)> = values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            let id = call.account.objects_mut(kind).add(&pairs, now);
            let guid = call.account.objects(kind).get(id).map(|object| object.guid.clone()).unwrap_or_default();
            if kind == ObjectKind::Role {
                tell_role(call, id, &values);
            }
            Ok(shown(id, &guid, "created"))
        }
    }
}

fn touch_leads(call: &mut Call<'_>, company: u64) {
    let now = call.now;
    let linked = call.account.leads.all().values().filter(|lead| lead.company == Some(company));
    let ids: Vec<u64> = linked.map(|lead| lead.id).collect();
    for id in ids {
        call.account.leads.change(id, |lead| (lead.updated_at, lead.changed_at) = (now, now));
    }
}

fn tell_role(call: &mut Call<'_>, id: u64, values: &BTreeMap<String, Value>) {
    let Some(lead) = values.get("leadId").and_then(Value::as_u64) else { return };
    let text = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let activity = Activity::new(ADD_TO_OPPORTUNITY, lead, call.now)
        .about(id, text("externalOpportunityId"))
        .with("Is Primary", values.get("isPrimary").cloned().unwrap_or(Value::Bool(false)))
        .with("Role", text("role"));
    call.account.log(activity);
}

/// The values of a record as they are stored.
fn checked(shape: &Shape, record: &Value) -> Result<BTreeMap<String, Value>, Refusal> {
    let record = record.as_object().ok_or_else(|| Refusal::invalid("Each record must be an object"))?;
    let mut values = BTreeMap::new();
    for (name, value) in record {
        if name == shape.id_field {
            continue;
        }
        let (_, display, data_type, updateable) = shape.field(name).ok_or_else(|| Refusal::no_field(name))?;
        if !updateable {
            return Err(Refusal::invalid(format!("Field '{name}' is read-only")));
        }
        let field = Field {
            id: 0,
            name: name.clone(),
            display: (*display).into(),
            data_type: (*data_type).into(),
            length: Some(2_000),
            home: Home::Custom,
            searchable: false,
            hidden: false,
            description: String::new(),
            api_created: false,
        };
        values.insert(name.clone(), field.coerce(value)?);
    }
    Ok(values)
}

fn delete(call: &mut Call<'_>, kind: ObjectKind) -> Answer {
    let shape = kind.shape();
    read_only(call, shape)?;
    let body: Value = call.body()?;
    let names = key_names(shape, text(&body, "deleteBy", "dedupeFields"))?;
    let input = call.input(&body, MOST)?;
    let mut seen = BTreeSet::new();
    let mut results = Vec::new();
    for (seq, record) in input.iter().enumerate() {
        let line = match delete_one(call, kind, &names, record, &mut seen) {
            Ok(line) => line,
            Err(refusal) => refusal.skipped(),
        };
        results.push(with_seq(seq, line));
    }
    Ok(Reply::result(results))
}

fn delete_one(
    call: &mut Call<'_>,
    kind: ObjectKind,
    names: &[&'static str],
    record: &Value,
    seen: &mut BTreeSet<Vec<String>>,
) -> Result<Value, Refusal> {
    let key = key_of(record, names)?;
    if !seen.insert(key.iter().map(|(_, value)| value.to_lowercase()).collect()) {
        return Err(Refusal::plain(1036));
    }
    let id = call.account.objects(kind).matching(&key).first().copied().ok_or_else(|| Refusal::plain(1013))?;
    let in_use = kind == ObjectKind::Company && call.account.leads.all().values().any(|lead| lead.company == Some(id));
    if in_use {
        return Err(Refusal::plain(1022));
    }
    let gone = call.account.objects_mut(kind).all.remove(&id).ok_or_else(|| Refusal::plain(1013))?;
    Ok(match kind.shape().id_field {
        "id" => json!({"id": id, "status": "deleted"}),
        _ => json!({"marketoGUID": gone.guid, "status": "deleted"}),
    })
}
