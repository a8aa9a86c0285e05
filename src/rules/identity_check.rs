//! Checks of the rules of identity against the connections that there are: two sources of one field need a declared
//! precedence, and a flow needs two ends that exist, are read, and mean the same (I7).

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ConnectionName, ObjectKind};

use super::mapping_read::{Direction, Place};
use super::problem::Problem;
use super::set::RuleSet;
use super::suggest;
use crate::domain::identity::{BoundIdentity, key_field};
use crate::domain::mapping::{FieldMapping, WRITABLE, is_writable};
use crate::domain::plan::{FlowEnd, FlowRule};

/// Everything that is wrong or doubtful about identity with these connections and their vendors.
pub fn check_connections(rules: &RuleSet, connections: &[(ConnectionName, String)]) -> Vec<Problem> {
    let bound = rules.identity.bind(connections);
    let mut problems = undeclared(rules, connections, &bound);
    problems.extend(misspelt(rules, connections));
    for (flow, places) in rules.identity.flows.iter().zip(&rules.identity_places.flows) {
        problems.extend(check_flow(rules, &bound, flow, places));
    }
    problems
}

/// Fields with several sources that no precedence puts in order.
fn undeclared(rules: &RuleSet, connections: &[(ConnectionName, String)], bound: &BoundIdentity) -> Vec<Problem> {
    let mut sources: BTreeMap<(ObjectKind, &str), Vec<&(ConnectionName, String)>> = BTreeMap::new();
    for connection in connections {
        for field in rules.mappings.get(&connection.1).into_iter().flat_map(|set| &set.fields) {
            if key_field(field.kind).is_some() {
                sources.entry((field.kind, &field.field)).or_default().push(connection);
            }
        }
    }
    let mut problems = Vec::new();
    for ((kind, field), sources) in sources.into_iter().filter(|(_, sources)| sources.len() > 1) {
        let order = bound.precedence.get(&(kind, field.to_owned()));
        let unnamed = sources.iter().find(|(name, _)| !order.is_some_and(|order| order.contains(name)));
        let Some((_, vendor)) = unnamed else { continue };
        let names: Vec<&str> = sources.iter().map(|(name, _)| name.as_str()).collect();
        let set = &rules.mappings[vendor];
        let place = set
            .fields
            .iter()
            .find(|mapping| mapping.kind == kind && mapping.field == field)
            .and_then(|mapping| {
                rules.places.get(&(vendor.clone(), kind, Direction::Read, mapping.property.clone()))
            });
        let Some(place) = place else { continue };
        let message = format!("the {kind} field `{field}` has {} sources and no declared precedence", names.len());
        let help = format!(
            "add to `precedence:` in rules/identity.yaml: {{object: {kind}, fields: [{field}], order: [{}]}}",
            names.join(", ")
        );
        problems.push(at(place, "precedence_undeclared", message).help(help));
    }
    problems
}

/// Names in orders that mean nothing but look like a connection.
fn misspelt(rules: &RuleSet, connections: &[(ConnectionName, String)]) -> Vec<Problem> {
    let known: BTreeSet<&str> =
        connections.iter().flat_map(|(name, vendor)| [name.as_str(), vendor.as_str()]).collect();
    let mut problems = Vec::new();
    for (rule, place) in rules.identity.precedence.iter().zip(&rules.identity_places.precedence) {
        for name in rule.order.iter().filter(|name| !known.contains(name.as_str())) {
            if let Some(near) = suggest::nearest(name, known.iter().copied()) {
                let message = format!("no connection and no vendor is named `{name}`");
                let help = format!("did you mean `{near}`?");
                problems.push(at(place, "unknown_source", message).warning().help(help));
            }
        }
    }
    problems
}

fn check_flow(rules: &RuleSet, bound: &BoundIdentity, flow: &FlowRule, places: &[Place; 2]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut fields: Vec<&FieldMapping> = Vec::new();
    let mut ends: Vec<&ConnectionName> = Vec::new();
    for (end, place) in flow.ends.iter().zip(places) {
        let Some(connection) = bound.connection_of(end) else {
            problems.push(no_connection(bound, end, place));
            continue;
        };
        ends.push(connection);
        let vendor = bound.connections.iter().find(|(name, _)| name == connection).map(|(_, vendor)| vendor.as_str());
        match check_end(rules, flow, end, vendor.unwrap_or_default(), place) {
            Ok(field) => fields.push(field),
            Err(problem) => problems.push(*problem),
        }
    }
    if let [one, other] = ends.as_slice()
        && one == other
    {
        let message = format!("both ends of the flow are the connection `{one}`");
        problems.push(at(&places[1], "flow_ends", message).help("name another connection"));
    }
    if let [one, other] = fields.as_slice()
        && one.value_type != other.value_type
    {
        let message = format!(
            "`{}` is read as {} at one end and as {} at the other",
            flow.field,
            one.value_type.as_str(),
            other.value_type.as_str()
        );
        problems.push(at(&places[1], "flow_types", message).help("give both field mappings the same `type`"));
    }
    problems
}

fn no_connection(bound: &BoundIdentity, end: &FlowEnd, place: &Place) -> Problem {
    let several: Vec<&str> = bound
        .connections
        .iter()
        .filter(|(_, vendor)| *vendor == end.source)
        .map(|(connection, _)| connection.as_str())
        .collect();
    if several.is_empty() {
        let message = format!("no connection is `{}`, so nothing flows", end.source);
        return at(place, "flow_rests", message).warning().help("add the connection to intentd.yaml, or remove the flow");
    }
    let message = format!("`{}` is {} connections", end.source, several.len());
    at(place, "flow_ends", message).help(format!("name the one that is meant: {}", several.join(", ")))
}

fn check_end<'a>(
    rules: &'a RuleSet,
    flow: &FlowRule,
    end: &FlowEnd,
    vendor: &str,
    place: &Place,
) -> Result<&'a FieldMapping, Box<Problem>> {
    let set = rules.mappings.get(vendor);
    let field = set.and_then(|set| {
        set.fields.iter().find(|field| {
            field.kind == flow.kind && field.field == flow.field && field.property == end.property
        })
    });
    let Some(field) = field else {
        let message = format!("`{}` is not read into `{}` at {vendor}", end.property, flow.field);
        let help = format!("add to the {} fields of {vendor}: {{property: {}, field: {}}}", flow.kind, end.property, flow.field);
        return Err(Box::new(at(place, "flow_unmapped", message).help(help)));
    };
    let owned = set.is_some_and(|set| {
        set.writes.iter().any(|write| write.kind == flow.kind && write.property == end.property)
    });
    if owned {
        let message = format!("`{}` is owned by intentd already", end.property);
        return Err(Box::new(at(place, "flow_owned", message).help("remove it from `write:`, or remove the flow")));
    }
    if !field.transforms.iter().all(is_writable) {
        let message = format!("the transforms of `{}` make another value of it, which cannot be written back", end.property);
        let help = format!("a flow may use only: {}", WRITABLE.join(", "));
        return Err(Box::new(at(place, "flow_transforms", message).help(help)));
    }
    Ok(field)
}

fn at(place: &Place, code: &str, message: String) -> Problem {
    Problem::at(&place.source, place.span.clone(), format!("identity::{code}"), message)
}
