//! Makes sure that the properties we write exist at HubSpot and can be written (HubSpot: "Properties"). Of an existing
//! property nothing is changed, except that an enumeration gets the options that it lacks beside those that it has;
//! whatever does not fit is reported with what the admin can do about it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use intentd_sdk::change::{Prepared, WantedProperty};
use intentd_sdk::http::Request;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ObjectKind, PropertyType};
use intentd_sdk::{ConnectorError, Result};

use crate::client::Client;
use crate::failure::Failure;
use crate::objects::type_of;
use crate::streams::value_type;
use crate::wire::{AllOptions, AnyOption, Collection, NewGroup, NewOption, NewProperty, Property, PropertyGroup};

/// One answer per wanted property, in order.
pub(super) async fn prepare(
    client: &Client,
    permits: &dyn Permits,
    wanted: &[WantedProperty],
) -> Result<Vec<Prepared>> {
    let mut known: BTreeMap<ObjectKind, BTreeMap<String, Property>> = BTreeMap::new();
    let mut groups: BTreeSet<(ObjectKind, String)> = BTreeSet::new();
    let mut answers = Vec::with_capacity(wanted.len());
    for property in wanted {
        let kind = property.kind;
        let object = type_of(kind).path;
        if let Entry::Vacant(unknown) = known.entry(kind) {
            let all: Collection<Property> = client.get(permits, client.paths.properties(object)).await?;
            let by_name = all.results.into_iter().filter(|one| !one.archived).map(|one| (one.name.clone(), one));
            unknown.insert(by_name.collect());
        }
        if let Some(existing) = known.get(&kind).and_then(|all| all.get(&property.name)) {
            answers.push(match check(property, existing) {
                Fit::Fits => Prepared::Exists,
                Fit::LacksOptions => extend(client, permits, object, property).await?,
                Fit::Unusable(reason) => Prepared::Unusable { reason },
            });
            continue;
        }
        if let Some(reason) = bad_definition(property) {
            answers.push(Prepared::Unusable { reason });
            continue;
        }
        if !groups.contains(&(kind, property.group.clone())) {
            if let Err(failure) = ensure_group(client, permits, object, &property.group).await {
                answers.push(unusable(client, failure, "the property group could not be created")?);
                continue;
            }
            groups.insert((kind, property.group.clone()));
        }
        answers.push(create(client, permits, object, property).await?);
    }
    Ok(answers)
}

async fn ensure_group(client: &Client, permits: &dyn Permits, object: &str, group: &str) -> Result<(), Failure> {
    let path = client.paths.property_groups(object);
    let all: Collection<PropertyGroup> = client.get(permits, path.clone()).await.map_err(Failure::Broken)?;
    if all.results.iter().any(|one| one.name == group) {
        return Ok(());
    }
    let body = NewGroup { name: group, label: group, display_order: -1 };
    match client.write(permits, Request::json(Method::POST, path, &body)).await {
        Ok(_) => Ok(()),
        // Somebody was faster.
        Err(failure) if failure.refusal().is_some_and(|refusal| refusal.status == 409) => Ok(()),
        Err(failure) => Err(failure),
    }
}

async fn create(client: &Client, permits: &dyn Permits, object: &str, property: &WantedProperty) -> Result<Prepared> {
    let (value_type, field_type) = match property.value_type {
        PropertyType::Text => ("string", "text"),
        PropertyType::Number => ("number", "number"),
        PropertyType::Bool => ("bool", "booleancheckbox"),
        PropertyType::Date => ("date", "date"),
        PropertyType::Datetime => ("datetime", "date"),
        PropertyType::Enumeration | PropertyType::Other => ("enumeration", "select"),
    };
    let body = NewProperty {
        group_name: &property.group,
        name: &property.name,
        label: &property.label,
        value_type,
        field_type,
        description: &property.description,
        form_field: false,
        options: options(property),
    };
    let failure = match client.write(permits, Request::json(Method::POST, client.paths.properties(object), &body)).await
    {
        Ok(_) => return Ok(Prepared::Created),
        Err(failure) => failure,
    };
    // It exists after all, or the answer was lost: what HubSpot has now decides.
    let in_doubt = failure.refusal().is_none_or(|refusal| refusal.status == 409 || refusal.status >= 500);
    if in_doubt && !failure.is_not_executed(client.clock.now()) {
        match client.get::<Property>(permits, client.paths.property(object, &property.name)).await {
            Ok(existing) => return Ok(checked(property, &existing)),
            Err(ConnectorError::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    unusable(client, failure, "the property could not be created")
}

/// A definite no becomes the answer for this property; everything else is an error of the whole call.
fn unusable(client: &Client, failure: Failure, what: &str) -> Result<Prepared> {
    let reason = match failure.refusal() {
        Some(refusal) if refusal.status < 500 => refusal.reason().0,
        _ => String::new(),
    };
    match failure.into_error(client.clock.now()) {
        error @ ConnectorError::Forbidden { .. } => Ok(Prepared::Unusable { reason: format!("{what}: {error}") }),
        ConnectorError::Rejected { .. } | ConnectorError::Conflict { .. } | ConnectorError::Missing { .. } => {
            Ok(Prepared::Unusable { reason: format!("{what}: {reason}") })
        }
        error => Err(error),
    }
}

fn options(property: &WantedProperty) -> Vec<NewOption> {
    let option = |(display_order, (label, value)): (usize, (&str, &str))| NewOption {
        label: label.to_owned(),
        value: value.to_owned(),
        display_order,
        hidden: false,
    };
    match property.value_type {
        PropertyType::Bool => [("Yes", "true"), ("No", "false")].into_iter().enumerate().map(option).collect(),
        PropertyType::Enumeration => {
            property.options.iter().map(|value| (value.as_str(), value.as_str())).enumerate().map(option).collect()
        }
        _ => Vec::new(),
    }
}

/// Adds the options that are lacking. The definition is read right before, because options that are not sent are deleted.
async fn extend(client: &Client, permits: &dyn Permits, object: &str, wanted: &WantedProperty) -> Result<Prepared> {
    let path = client.paths.property(object, &wanted.name);
    let existing: Property = client.get(permits, path.clone()).await?;
    let lacking = lacking(wanted, &existing);
    if lacking.is_empty() || existing.has_fixed_options() {
        return Ok(checked(wanted, &existing));
    }
    let place = existing.options.len();
    let added = lacking.into_iter().enumerate().map(|(n, value)| NewOption {
        label: value.to_owned(),
        value: value.to_owned(),
        display_order: place + n,
        hidden: false,
    });
    let options = existing.options.iter().map(AnyOption::Kept).chain(added.map(AnyOption::Added)).collect();
    match client.write(permits, Request::json(Method::PATCH, path.clone(), &AllOptions { options })).await {
        Ok(_) => Ok(Prepared::Exists),
        Err(failure) if failure.is_not_executed(client.clock.now()) => Err(failure.into_error(client.clock.now())),
        // Refused, or the answer was lost: what HubSpot has now decides.
        Err(_) => Ok(checked(wanted, &client.get(permits, path).await?)),
    }
}

/// How an existing property suits us.
enum Fit {
    Fits,
    LacksOptions,
    Unusable(String),
}

fn check(wanted: &WantedProperty, existing: &Property) -> Fit {
    let name = &wanted.name;
    if existing.is_read_only() {
        return Fit::Unusable(format!("`{name}` is read-only at HubSpot; map to a property of your own"));
    }
    let found = value_type(existing);
    if found != wanted.value_type {
        let (found, wanted) = (found.as_str(), wanted.value_type.as_str());
        return Fit::Unusable(format!("`{name}` is of type {found} at HubSpot, not {wanted}; choose another name"));
    }
    if lacking(wanted, existing).is_empty() { Fit::Fits } else { Fit::LacksOptions }
}

/// The verdict when nothing more can be done about it.
fn checked(wanted: &WantedProperty, existing: &Property) -> Prepared {
    match check(wanted, existing) {
        Fit::Fits => Prepared::Exists,
        Fit::Unusable(reason) => Prepared::Unusable { reason },
        Fit::LacksOptions => {
            let option = lacking(wanted, existing).into_iter().next().unwrap_or_default();
            let name = &wanted.name;
            Prepared::Unusable {
                reason: format!("`{name}` has no option `{option}`; add it in HubSpot's property settings"),
            }
        }
    }
}

/// Wanted values of an enumeration that it does not have.
fn lacking<'a>(wanted: &'a WantedProperty, existing: &Property) -> Vec<&'a str> {
    let has = |option: &str| existing.options.iter().any(|one| one.value == option);
    let all = wanted.options.iter().map(String::as_str);
    all.filter(|option| wanted.value_type == PropertyType::Enumeration && !has(option)).collect()
}

fn bad_definition(property: &WantedProperty) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let starts_well = property.name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if !starts_well || !property.name.bytes().all(plain) {
        return Some(format!(
            "`{}` cannot be created: HubSpot wants lower-case letters, digits and `_`, beginning with a letter",
            property.name
        ));
    }
    match property.value_type {
        PropertyType::Other => Some(format!("`{}` has no type that HubSpot can create", property.name)),
        PropertyType::Enumeration if property.options.is_empty() => {
            Some(format!("`{}` is an enumeration without options", property.name))
        }
        _ => None,
    }
}
