//! Property definitions (documentation: "Properties").

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::General;
use crate::fake::schema::{Choice, Property, ValueType, Writable};

pub(super) const ROUTES: &[Route] = &[
    route("POST", "properties/{type}/batch/read", General, Need::ReadSchema, batch_read),
    route("POST", "properties/{type}/batch/create", General, Need::WriteSchema, batch_create),
    route("POST", "properties/{type}/batch/archive", General, Need::WriteSchema, batch_archive),
    route("GET", "properties/{type}", General, Need::ReadSchema, list),
    route("POST", "properties/{type}", General, Need::WriteSchema, create),
    route("GET", "properties/{type}/{name}", General, Need::ReadSchema, get),
    route("PATCH", "properties/{type}/{name}", General, Need::WriteSchema, update),
    route("DELETE", "properties/{type}/{name}", General, Need::WriteSchema, archive),
];

const BATCH: usize = 100;
const UNIQUE_PROPERTIES: usize = 10;

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct New {
    name: String,
    label: String,
    #[serde(rename = "type")]
    value_type: String,
    field_type: String,
    group_name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    options: Vec<Choice>,
    #[serde(default)]
    display_order: Option<i64>,
    #[serde(default)]
    has_unique_value: bool,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    form_field: bool,
}

fn list(call: &mut Call<'_>) -> Answer {
    let (kind, archived) = (call.kind(0)?, call.flag("archived"));
    let all = call.account.schema(kind).properties.values();
    let shown: Vec<Value> =
        all.filter(|property| property.archived_at.is_some() == archived).map(Property::to_json).collect();
    Ok(Reply::ok(json!({"results": shown})))
}

fn missing(name: &str) -> Refusal {
    Refusal::new(404, Some("OBJECT_NOT_FOUND"), format!("Property {name} does not exist"))
}

fn get(call: &mut Call<'_>) -> Answer {
    let (kind, name) = (call.kind(0)?, call.params[1].clone());
    let found = call.account.schema(kind).properties.get(&name);
    match found.filter(|property| property.archived_at.is_some() == call.flag("archived")) {
        Some(property) => Ok(Reply::ok(property.to_json())),
        None => Err(missing(&name)),
    }
}

fn check(call: &Call<'_>, kind: Kind, new: &New) -> Result<Property, Refusal> {
    let schema = call.account.schema(kind);
    let mut letters = new.name.chars();
    let starts_well = letters.next().is_some_and(|c| c.is_ascii_lowercase());
    if !starts_well || !letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        return Err(Refusal::validation(format!(
            "Property name {} is invalid: only lowercase letters, digits and underscores, starting with a letter",
            new.name
        )));
    }
    if schema.find(&new.name).is_some() {
        let message = format!("A property named '{}' already exists.", new.name);
        return Err(Refusal::new(409, Some("OBJECT_ALREADY_EXISTS"), message)
            .with("subCategory", "Properties.PROPERTY_EXISTS".into()));
    }
    if schema.groups.get(&new.group_name).is_none_or(|group| group.archived) {
        return Err(Refusal::validation(format!("Property group {} does not exist", new.group_name)));
    }
    let Some(value_type) = ValueType::parse(&new.value_type) else {
        return Err(Refusal::validation(format!("Invalid property type: {}", new.value_type)));
    };
    if !value_type.field_types().contains(&new.field_type.as_str()) {
        return Err(Refusal::validation(format!(
            "Field type {} cannot be used with property type {}",
            new.field_type, new.value_type
        )));
    }
    let values: std::collections::BTreeSet<&str> = new.options.iter().map(|option| option.value.as_str()).collect();
    if value_type == ValueType::Enumeration && (new.options.is_empty() || values.len() != new.options.len()) {
        return Err(Refusal::validation("Enumeration properties need options with different values"));
    }
    if value_type == ValueType::Bool && !new.options.is_empty() && !values.iter().eq(["false", "true"].iter()) {
        return Err(Refusal::validation("Boolean properties have exactly the options true and false"));
    }
    let unique = schema.properties.values().filter(|property| property.has_unique_value).count();
    if new.has_unique_value && unique >= UNIQUE_PROPERTIES {
        return Err(Refusal::validation(format!("At most {UNIQUE_PROPERTIES} properties can have unique values")));
    }
    let order = new.display_order.unwrap_or(-1);
    Ok(Property {
        name: new.name.clone(),
        label: new.label.clone(),
        group_name: new.group_name.clone(),
        value_type,
        field_type: new.field_type.clone(),
        description: new.description.clone(),
        options: new.options.clone(),
        display_order: order,
        calculated: false,
        has_unique_value: new.has_unique_value,
        hidden: new.hidden,
        hubspot_defined: false,
        form_field: new.form_field,
        created_at: call.now,
        updated_at: call.now,
        archived_at: None,
        writable: Writable::Always,
    })
}

fn add(call: &mut Call<'_>, kind: Kind, property: Property) -> Value {
    let shown = property.to_json();
    if property.has_unique_value {
        call.account.table_mut(kind).make_unique(&property.name);
    }
    call.account.schema_mut(kind).properties.insert(property.name.clone(), property);
    shown
}

fn create(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let new: New = call.body()?;
    let property = check(call, kind, &new)?;
    Ok(Reply::json(201, add(call, kind, property)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    label: Option<String>,
    #[serde(rename = "type")]
    value_type: Option<String>,
    field_type: Option<String>,
    group_name: Option<String>,
    description: Option<String>,
    options: Option<Vec<Choice>>,
    display_order: Option<i64>,
    hidden: Option<bool>,
    form_field: Option<bool>,
}

fn update(call: &mut Call<'_>) -> Answer {
    let (kind, name, now) = (call.kind(0)?, call.params[1].clone(), call.now);
    let change: Change = call.body()?;
    let schema = call.account.schema_mut(kind);
    let group_exists = change.group_name.as_ref().is_none_or(|group| schema.groups.contains_key(group));
    let property = schema.properties.get_mut(&name).filter(|property| property.archived_at.is_none());
    let property = property.ok_or_else(|| missing(&name))?;
    if property.hubspot_defined {
        return Err(Refusal::validation(format!("Property {name} is defined by HubSpot and cannot be changed")));
    }
    if !group_exists {
        return Err(Refusal::validation("Property group does not exist"));
    }
    let wanted_type = change.value_type.as_deref().map(ValueType::parse);
    if wanted_type.is_some_and(|wanted| wanted != Some(property.value_type)) {
        return Err(Refusal::validation(format!("The type of property {name} cannot be changed to that")));
    }
    if change.field_type.as_deref().is_some_and(|wanted| !property.value_type.field_types().contains(&wanted)) {
        return Err(Refusal::validation(format!("The field type of property {name} cannot be changed to that")));
    }
    let Change { label, field_type, group_name, description, options, display_order, hidden, form_field, .. } = change;
    property.label = label.unwrap_or_else(|| property.label.clone());
    property.field_type = field_type.unwrap_or_else(|| property.field_type.clone());
    property.group_name = group_name.unwrap_or_else(|| property.group_name.clone());
    property.description = description.unwrap_or_else(|| property.description.clone());
    property.options = options.unwrap_or_else(|| property.options.clone());
    property.display_order = display_order.unwrap_or(property.display_order);
    property.hidden = hidden.unwrap_or(property.hidden);
    property.form_field = form_field.unwrap_or(property.form_field);
    property.updated_at = now;
    Ok(Reply::ok(property.to_json()))
}

fn remove(call: &mut Call<'_>, kind: Kind, name: &str) -> Result<(), Refusal> {
    let now = call.now;
    let property = call.account.schema_mut(kind).properties.get_mut(name);
    let property = property.filter(|property| property.archived_at.is_none()).ok_or_else(|| missing(name))?;
    if property.hubspot_defined {
        return Err(Refusal::validation(format!("Property {name} is defined by HubSpot and cannot be archived")));
    }
    property.archived_at = Some(now);
    Ok(())
}

fn archive(call: &mut Call<'_>) -> Answer {
    let (kind, name) = (call.kind(0)?, call.params[1].clone());
    remove(call, kind, &name)?;
    Ok(Reply::empty(204))
}

#[derive(Deserialize)]
struct Batch<T> {
    inputs: Vec<T>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

fn sized<T: serde::de::DeserializeOwned>(call: &Call<'_>) -> Result<Vec<T>, Refusal> {
    let batch: Batch<T> = call.body()?;
    if batch.inputs.is_empty() || batch.inputs.len() > BATCH {
        return Err(Refusal::validation(format!("Between 1 and {BATCH} inputs are allowed")));
    }
    Ok(batch.inputs)
}

fn complete(call: &Call<'_>, results: Vec<Value>) -> Value {
    let at = call.now.to_string();
    json!({"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at})
}

fn batch_read(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let inputs: Vec<Named> = sized(call)?;
    let schema = call.account.schema(kind);
    let found = inputs.iter().filter_map(|input| schema.find(&input.name)).map(Property::to_json).collect();
    Ok(Reply::ok(complete(call, found)))
}

fn batch_create(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let inputs: Vec<New> = sized(call)?;
    let checked: Result<Vec<Property>, Refusal> = inputs.iter().map(|new| check(call, kind, new)).collect();
    let created = checked?.into_iter().map(|property| add(call, kind, property)).collect();
    Ok(Reply::json(201, complete(call, created)))
}

fn batch_archive(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    for input in sized::<Named>(call)? {
        // Unknown names are passed over.
        match remove(call, kind, &input.name) {
            Err(refusal) if refusal.status != 404 => return Err(refusal),
            _ => {}
        }
    }
    Ok(Reply::empty(204))
}
