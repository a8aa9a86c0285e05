//! Custom activity types, from draft to approval, and adding activities of them, which can be written once and never
//! changed (documentation: "Custom Activities").

use serde_json::{Value, json};

use super::{Route, Sent, get, post};
use crate::fake::activities::Activity;
use crate::fake::activity_types::{CustomAttribute, CustomType};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::instants;

const READ: &[&str] = &["Read-Only Activity Metadata", "Read-Write Activity Metadata"];
const WRITE: &[&str] = &["Read-Write Activity Metadata"];
const ADD: &[&str] = &["Read-Write Activity"];

const TYPES: usize = 10;
const ATTRIBUTES: usize = 20;
const RECORDS: usize = 300;
const ATTRIBUTE_BYTES: usize = 65_536;

const DATA_TYPES: &[&str] =
    &["string", "boolean", "integer", "float", "link", "email", "currency", "date", "datetime", "phone", "text"];

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/activities/external/types.json", READ, types),
    post("rest/v1/activities/external.json", Sent::Json, ADD, add),
    post("rest/v1/activities/external/type.json", Sent::Json, WRITE, create),
    get("rest/v1/activities/external/type/{name}/describe.json", READ, describe),
    post("rest/v1/activities/external/type/{name}/approve.json", Sent::Nothing, WRITE, approve),
    post("rest/v1/activities/external/type/{name}/discardDraft.json", Sent::Nothing, WRITE, discard),
    post("rest/v1/activities/external/type/{name}/delete.json", Sent::Nothing, WRITE, delete),
    post("rest/v1/activities/external/type/{name}/attributes/create.json", Sent::Json, WRITE, add_attributes),
];

fn custom<'a>(call: &'a mut Call<'_>) -> Result<&'a mut CustomType, Refusal> {
    let name = call.params[0].clone();
    let found = call.account.types.custom.get_mut(&name).filter(|one| one.status != "deleted");
    found.ok_or_else(|| Refusal::new(1013, format!("Activity type '{name}' not found")))
}

fn types(call: &mut Call<'_>) -> Answer {
    Ok(Reply::result(call.account.types.custom.values().map(|one| one.shown(false)).collect()))
}

fn describe(call: &mut Call<'_>) -> Answer {
    Ok(Reply::result(vec![custom(call)?.shown(true)]))
}

fn text(record: &Value, name: &str) -> Result<String, Refusal> {
    let found = record.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    found.map(str::to_owned).ok_or_else(|| Refusal::missing(name))
}

fn attribute(record: &Value, default_type: Option<&str>) -> Result<CustomAttribute, Refusal> {
    let data_type = match (record.get("dataType").and_then(Value::as_str), default_type) {
        (Some(data_type), _) => data_type,
        (None, Some(default)) => default,
        (None, None) => return Err(Refusal::missing("dataType")),
    };
    if !DATA_TYPES.contains(&data_type) {
        return Err(Refusal::mistyped(data_type, "dataType"));
    }
    Ok(CustomAttribute {
        api_name: text(record, "apiName")?,
        name: text(record, "name")?,
        data_type: data_type.to_owned(),
        description: record.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
    })
}

fn create(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let now = call.now;
    let api_name = text(&body, "apiName")?;
    let sound = api_name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && api_name.chars().any(|letter| letter.is_ascii_alphabetic());
    if !sound {
        return Err(Refusal::mistyped(&api_name, "apiName"));
    }
    let name = text(&body, "name")?;
    let primary = body.get("primaryAttribute").ok_or_else(|| Refusal::missing("primaryAttribute"))?;
    let primary = attribute(primary, Some("string"))?;
    let (trigger_name, filter_name) = (text(&body, "triggerName")?, text(&body, "filterName")?);
    let types = &mut call.account.types;
    let mut live = types.custom.values().filter(|one| one.status != "deleted");
    if live.clone().any(|one| one.api_name == api_name || one.name == name) {
        return Err(Refusal::plain(1017));
    }
    if live.by_ref().count() >= TYPES {
        return Err(Refusal::new(1027, "Max Activity Type Limit Reached"));
    }
    let made = CustomType {
        id: types.take_id(),
        api_name: api_name.clone(),
        name,
        description: body.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        trigger_name,
        filter_name,
        primary,
        attributes: Vec::new(),
        status: "draft".into(),
        created_at: now,
        updated_at: now,
    };
    let shown = made.shown(true);
    types.custom.insert(api_name, made);
    Ok(Reply::result(vec![shown]))
}

fn approve(call: &mut Call<'_>) -> Answer {
    let now = call.now;
    let found = custom(call)?;
    if found.status == "approved" {
        return Err(Refusal::new(709, "The activity type has no draft"));
    }
    (found.status, found.updated_at) = ("approved".into(), now);
    Ok(Reply::result(vec![found.shown(true)]))
}

fn discard(call: &mut Call<'_>) -> Answer {
    let found = custom(call)?;
    if found.status != "approved with draft" {
        return Err(Refusal::new(709, "The activity type has no draft to discard"));
    }
    found.status = "approved".into();
    Ok(Reply::result(vec![found.shown(true)]))
}

fn delete(call: &mut Call<'_>) -> Answer {
    let found = custom(call)?;
    found.status = "deleted".into();
    Ok(Reply::result(vec![found.shown(false)]))
}

fn add_attributes(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let now = call.now;
    let records = body.get("attributes").and_then(Value::as_array).ok_or_else(|| Refusal::missing("attributes"))?;
    let made: Vec<CustomAttribute> = records.iter().map(|record| attribute(record, None)).collect::<Result<_, _>>()?;
    let found = custom(call)?;
    if found.attributes.len() + made.len() > ATTRIBUTES {
        return Err(Refusal::new(1028, "Max field limit reached"));
    }
    let taken = |one: &CustomAttribute| {
        one.api_name == found.primary.api_name || found.attributes.iter().any(|known| known.api_name == one.api_name)
    };
    if made.iter().any(taken) {
        return Err(Refusal::plain(1017));
    }
    found.attributes.extend(made);
    found.updated_at = now;
    if found.status == "approved" {
        found.status = "approved with draft".into();
    }
    Ok(Reply::result(vec![found.shown(true)]))
}

/// The only write whose records carry `errors` instead of `reasons`.
fn add(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let input = call.input(&body, RECORDS)?;
    let results = input.iter().map(|record| match add_one(call, record) {
        Ok(number) => json!({"id": number, "marketoGUID": number.to_string(), "status": "added"}),
        Err(refusal) => json!({"status": "skipped", "errors": [refusal.shown()]}),
    });
    Ok(Reply::result(results.collect()))
}

fn add_one(call: &mut Call<'_>, record: &Value) -> Result<u64, Refusal> {
    let number = |name: &str| record.get(name).and_then(Value::as_u64).ok_or_else(|| Refusal::missing(name));
    let (lead, kind) = (number("leadId")?, number("activityTypeId")?);
    let date = text(record, "activityDate")?;
    let at = instants::parse(&date).ok_or_else(|| Refusal::mistyped(&date, "Datetime"))?;
    let primary = text(record, "primaryAttributeValue")?;
    let known = u32::try_from(kind).ok().and_then(|kind| call.account.types.approved(kind)).cloned();
    let custom = known.ok_or_else(|| Refusal::invalid(format!("Activity type '{kind}' not found or not approved")))?;
    if call.account.leads.get(lead).is_none() {
        return Err(Refusal::plain(1004));
    }
    let mut activity = Activity::new(custom.id, lead, at);
    activity.logged_at = call.now;
    activity.primary = Some(primary);
    if let Some(attributes) = record.get("attributes") {
        if attributes.to_string().len() > ATTRIBUTE_BYTES {
            return Err(Refusal::new(1049, "Failed to Create Activity"));
        }
        for one in attributes.as_array().into_iter().flatten() {
            let name = text(one, "apiName")?;
            let field = custom.attributes.iter().find(|known| known.api_name == name);
            let field = field.ok_or_else(|| Refusal::no_field(&name))?;
            let value = one.get("value").cloned().unwrap_or(Value::Null);
            activity.attributes.push((field.name.clone().into(), value));
        }
    }
    Ok(call.account.log(activity))
}
