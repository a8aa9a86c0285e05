//! Checks of the rules against what a vendor's account really has: its property definitions and its segments. They run when
//! those have been read, and point at the line of the mapping that is at fault.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ObjectKind, PropertyDefinition, PropertyType};

use super::mapping_read::{Direction, Place};
use super::problem::Problem;
use super::references::NamedOption;
use super::set::RuleSet;
use super::suggest;
use crate::domain::mapping::{FieldMapping, FieldType, MappingSet, WriteMapping};

/// Everything that one account's definitions show to be wrong. A written property that is not there is no problem: it is
/// created before the first write. Kinds of which no definition is known are left alone.
pub fn check_schema(rules: &RuleSet, vendor: &str, definitions: &[PropertyDefinition]) -> Vec<Problem> {
    let Some(set) = rules.mappings.get(vendor) else { return Vec::new() };
    let mut known: BTreeMap<ObjectKind, BTreeMap<&str, &PropertyDefinition>> = BTreeMap::new();
    for definition in definitions {
        known.entry(definition.kind).or_default().insert(&definition.name, definition);
    }
    let place =
        |kind, direction, property: &str| rules.places.get(&(vendor.to_owned(), kind, direction, property.to_owned()));
    let mut problems = Vec::new();
    for field in &set.fields {
        let Some(defined) = known.get(&field.kind) else { continue };
        let Some(place) = place(field.kind, Direction::Read, &field.property) else { continue };
        match defined.get(field.property.as_str()) {
            None => {
                let message = format!("this account has no {} property `{}`", field.kind, field.property);
                let help = suggest::nearest(&field.property, defined.keys().copied()).map_or_else(
                    || "remove the mapping, or create the property".into(),
                    |near| format!("did you mean `{near}`?"),
                );
                problems.push(at(place, "unknown_property", message).help(help));
            }
            Some(definition) => problems.extend(read_type(place, field, definition)),
        }
    }
    for write in &set.writes {
        let Some(definition) = known.get(&write.kind).and_then(|defined| defined.get(write.property.as_str())) else {
            continue;
        };
        let Some(place) = place(write.kind, Direction::Write, &write.property) else { continue };
        problems.extend(written(place, write, definition));
    }
    problems.extend(rules.options.iter().filter_map(|option| unknown_option(option, set, &known)));
    problems
}

/// A value that criteria ask for and that the property cannot have. A warning: an option can be added later, and another
/// vendor's property may have it.
fn unknown_option(
    named: &NamedOption,
    set: &MappingSet,
    known: &BTreeMap<ObjectKind, BTreeMap<&str, &PropertyDefinition>>,
) -> Option<Problem> {
    let of_field = |field: &&FieldMapping| field.kind == named.kind && field.field.as_str() == named.field;
    let mut fields = set.fields.iter().filter(of_field).peekable();
    fields.peek()?;
    let mut property = "";
    let mut all: Vec<&str> = Vec::new();
    for field in fields {
        let definition = known.get(&field.kind)?.get(field.property.as_str())?;
        // A transform makes other values of the options.
        let is_plain = field.transforms.is_empty() && definition.value_type == PropertyType::Enumeration;
        if !is_plain || definition.options.is_empty() {
            return None;
        }
        property = &field.property;
        all.extend(definition.options.iter().map(String::as_str));
    }
    // Criteria compare texts without regard to case.
    if all.iter().any(|option| option.to_lowercase() == named.value.to_lowercase()) {
        return None;
    }
    let message = format!("`{property}` has no option `{}` in this account", named.value);
    let place = &named.place;
    let mut problem = Problem::at(&place.source, place.span.clone(), "rules::unknown_option", message).warning();
    problem.help = Some(
        suggest::nearest(&named.value, all.iter().copied())
            .map_or_else(|| format!("it has {}", all.join(", ")), |near| format!("did you mean `{near}`?")),
    );
    Some(problem)
}

/// Segments that rules name and that no account has, when those are known. Warnings: a segment can be made later.
pub fn check_segments(rules: &RuleSet, known: Option<&BTreeSet<String>>) -> Vec<Problem> {
    let Some(known) = known else { return Vec::new() };
    rules
        .segments
        .iter()
        .filter(|(name, _)| !known.contains(*name))
        .map(|(name, place)| {
            let message = format!("no account has a segment `{name}`");
            let mut problem =
                Problem::at(&place.source, place.span.clone(), "rules::unknown_segment", message).warning();
            problem.help =
                suggest::nearest(name, known.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
            problem
        })
        .collect()
}

fn at(place: &Place, code: &str, message: String) -> Problem {
    Problem::at(&place.source, place.span.clone(), format!("mapping::{code}"), message)
}

/// A field whose type can never be read from the property. Transforms can turn any text into another, so that only fields
/// without transforms are judged.
fn read_type(place: &Place, field: &FieldMapping, definition: &PropertyDefinition) -> Option<Problem> {
    if !field.transforms.is_empty() {
        return None;
    }
    let fits = matches!(
        (definition.value_type, field.value_type),
        (_, FieldType::Text)
            | (PropertyType::Text | PropertyType::Other, _)
            | (PropertyType::Number, FieldType::Number)
            | (PropertyType::Bool, FieldType::Bool)
            | (PropertyType::Date | PropertyType::Datetime, FieldType::Date | FieldType::Datetime)
            | (PropertyType::Enumeration, FieldType::Set | FieldType::Bool)
    );
    (!fits).then(|| {
        let message = format!(
            "`{}` is of type {} in this account, and the field is of type {}",
            field.property,
            definition.value_type.as_str(),
            field.value_type.as_str()
        );
        let meant = match definition.value_type {
            PropertyType::Number => "number",
            PropertyType::Bool => "bool",
            PropertyType::Date => "date",
            PropertyType::Datetime => "datetime",
            PropertyType::Text | PropertyType::Enumeration | PropertyType::Other => "text",
        };
        at(place, "type_differs", message).help(format!("write `type: {meant}`"))
    })
}

fn written(place: &Place, write: &WriteMapping, definition: &PropertyDefinition) -> Vec<Problem> {
    let mut problems = Vec::new();
    if definition.read_only || definition.calculated {
        let message = format!("`{}` cannot be written in this account", write.property);
        problems.push(at(place, "read_only", message).help("choose another name: intentd creates the property"));
        return problems;
    }
    if definition.value_type != write.value_type {
        let message = format!(
            "`{}` is of type {} in this account, and {} is written",
            write.property,
            definition.value_type.as_str(),
            write.value_type.as_str()
        );
        problems.push(at(place, "type_differs", message).help("choose another name: intentd creates the property"));
        return problems;
    }
    if write.value_type == PropertyType::Enumeration {
        let missing: Vec<&str> =
            write.options.iter().filter(|option| !definition.options.contains(option)).map(String::as_str).collect();
        if !missing.is_empty() {
            let message = format!("`{}` lacks the options {} in this account", write.property, missing.join(", "));
            problems.push(at(place, "missing_option", message).help("add them to the property at the vendor"));
        }
    }
    problems
}
