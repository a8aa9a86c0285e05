//! The lead schema: describing it, and making and hiding custom fields (documentation: "Leads", "Lead Fields").

use serde_json::{Value, json};

use super::{READ_LEAD, Route, Sent, get, post};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::fields::CREATABLE;
use crate::fake::token;

const SCHEMA: &[&str] = &["Read-Write Schema Custom Field", "Read-Write Schema Standard Field"];
const CUSTOM: &[&str] = &["Read-Write Schema Custom Field"];

/// Custom fields that the API may have made in one instance.
const MOST: usize = 100;

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/leads/describe.json", READ_LEAD, describe),
    get("rest/v1/leads/describe2.json", READ_LEAD, describe2),
    get("rest/v1/leads/schema/fields.json", SCHEMA, list),
    post("rest/v1/leads/schema/fields.json", Sent::Json, CUSTOM, create),
    get("rest/v1/leads/schema/fields/{name}.json", SCHEMA, one),
    post("rest/v1/leads/schema/fields/{name}.json", Sent::Json, SCHEMA, update),
];

fn describe(call: &mut Call<'_>) -> Answer {
    Ok(Reply::result(call.account.fields.all().filter(|field| !field.hidden).map(|field| field.described()).collect()))
}

fn describe2(call: &mut Call<'_>) -> Answer {
    let fields = &call.account.fields;
    let searchable: Vec<Value> =
        fields.named().filter(|field| field.searchable).map(|field| json!([field.name])).collect();
    let described: Vec<Value> = fields.named().filter(|field| !field.hidden).map(|field| field.described2()).collect();
    Ok(Reply::result(vec![json!({"name": "API Lead", "searchableFields": searchable, "fields": described})]))
}

fn list(call: &mut Call<'_>) -> Answer {
    let (after, size) = (call.after()?, call.batch_size()?);
    let mut fields = call.account.fields.named().filter(|field| field.name > after).peekable();
    let (mut page, mut last) = (Vec::new(), String::new());
    while page.len() < size {
        let Some(field) = fields.next() else { break };
        page.push(field.schema());
        last.clone_from(&field.name);
    }
    let next = fields.peek().map(|_| token::after(&last));
    Ok(Reply::page(page, next))
}

fn one(call: &mut Call<'_>) -> Answer {
    Ok(Reply::result(vec![call.account.fields.require(&call.params[0])?.schema()]))
}

fn text<'a>(record: &'a Value, name: &str) -> Option<&'a str> {
    record.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn create(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let input = call.input(&body, 300)?;
    let results = input.iter().map(|record| {
        let made = create_one(call, record);
        match made {
            Ok(name) => json!({"name": name, "status": "created"}),
            Err(refusal) => refusal.skipped(),
        }
    });
    Ok(Reply::result(results.collect()))
}

fn create_one(call: &mut Call<'_>, record: &Value) -> Result<String, Refusal> {
    let required = |name: &str| text(record, name).map(str::to_owned).ok_or_else(|| Refusal::missing(name));
    let (name, display, data_type) = (required("name")?, required("displayName")?, required("dataType")?);
    let fields = &mut call.account.fields;
    let starts_well = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if !starts_well || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        return Err(Refusal::mistyped(&name, "field name"));
    }
    if !display.chars().all(|letter| letter.is_alphanumeric() || letter == ' ' || letter == '_') {
        return Err(Refusal::mistyped(&display, "display name"));
    }
    if !CREATABLE.contains(&data_type.as_str()) {
        return Err(Refusal::mistyped(&data_type, "dataType"));
    }
    let taken = |field: &crate::fake::fields::Field| {
        field.name.eq_ignore_ascii_case(&name) || field.display.eq_ignore_ascii_case(&display)
    };
    if fields.all().any(taken) {
        return Err(Refusal::plain(1017));
    }
    if fields.named().filter(|field| field.api_created).count() >= MOST {
        return Err(Refusal::new(1028, "Max field limit reached"));
    }
    fields.add_custom(&name, &display, &data_type);
    if let Some(field) = fields.get_mut(&name) {
        field.api_created = true;
        field.description = text(record, "description").unwrap_or_default().to_owned();
        field.hidden = record.get("isHidden") == Some(&Value::Bool(true));
    }
    Ok(name)
}

/// Name, type and length of a field can never change; it cannot be deleted, only hidden.
fn update(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let input = call.input(&body, 1)?;
    let name = call.params[0].clone();
    let record = &input[0];
    if let Some(fixed) = ["name", "dataType", "length"].iter().find(|fixed| record.get(**fixed).is_some()) {
        return Err(Refusal::unsupported(fixed));
    }
    if let Some(display) = text(record, "displayName") {
        let taken =
            |field: &&crate::fake::fields::Field| field.name != name && field.display.eq_ignore_ascii_case(display);
        if call.account.fields.all().any(|field| taken(&field)) {
            return Err(Refusal::plain(1017));
        }
    }
    let field = call.account.fields.get_mut(&name).ok_or_else(|| Refusal::no_field(&name))?;
    if let Some(display) = text(record, "displayName") {
        field.display = display.to_owned();
    }
    if let Some(description) = record.get("description").and_then(Value::as_str) {
        field.description = description.to_owned();
    }
    if let Some(hidden) = record.get("isHidden").and_then(Value::as_bool) {
        field.hidden = hidden;
    }
    Ok(Reply::result(vec![json!({"name": name, "status": "updated"})]))
}
