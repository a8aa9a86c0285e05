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
        let place =
            set.fields.iter().find(|mapping| mapping.kind == kind && mapping.field == field).and_then(|mapping| {
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
        return at(place, "flow_rests", message)
            .warning()
            .help("add the connection to intentd.yaml, or remove the flow");
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
        set.fields
            .iter()
            .find(|field| field.kind == flow.kind && field.field == flow.field && field.property == end.property)
    });
    let Some(field) = field else {
        let message = format!("`{}` is not read into `{}` at {vendor}", end.property, flow.field);
        let help = format!(
            "add to the {} fields of {vendor}: {{property: {}, field: {}}}",
            flow.kind, end.property, flow.field
        );
        return Err(Box::new(at(place, "flow_unmapped", message).help(help)));
    };
    let owned =
        set.is_some_and(|set| set.writes.iter().any(|write| write.kind == flow.kind && write.property == end.property));
    if owned {
        let message = format!("`{}` is owned by intentd already", end.property);
        return Err(Box::new(at(place, "flow_owned", message).help("remove it from `write:`, or remove the flow")));
    }
    if !field.transforms.iter().all(is_writable) {
        let message =
            format!("the transforms of `{}` make another value of it, which cannot be written back", end.property);
        let help = format!("a flow may use only: {}", WRITABLE.join(", "));
        return Err(Box::new(at(place, "flow_transforms", message).help(help)));
    }
    Ok(field)
}

fn at(place: &Place, code: &str, message: String) -> Problem {
    Problem::at(&place.source, place.span.clone(), format!("identity::{code}"), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::from_sources;

    fn problems(identity: &str, connections: &[(&str, &str)]) -> Vec<String> {
        let contacts = "object: contact\nfields:\n  - {property: email, field: email, transforms: [trim, lowercase]}\n  \
                        - {property: TITLE, field: job_title}\n  - {property: land, field: country, transforms: [country_code]}\n";
        let sources = [
            ("hubspot/contacts.yaml", contacts.replace("TITLE", "jobtitle")),
            ("marketo/contacts.yaml", contacts.replace("TITLE", "title")),
            ("rules/identity.yaml", identity.to_owned()),
        ];
        let sources = sources.map(|(path, text)| (path.to_owned(), text)).into();
        let rules = from_sources(sources).unwrap_or_else(|problems| panic!("{problems}"));
        let connections: Vec<(ConnectionName, String)> =
            connections.iter().map(|(name, vendor)| (ConnectionName::from(*name), (*vendor).to_owned())).collect();
        let mut told: Vec<String> = check_connections(&rules, &connections)
            .iter()
            .map(|problem| format!("{} {}:{}", problem.code.replace("identity::", ""), problem.file, problem.line))
            .collect();
        told.sort();
        told
    }

    const ORDER: &str =
        "identity: {precedence: [{object: contact, fields: [email, job_title, country], order: [hubspot, marketo]}]}\n";
    const TWO: [(&str, &str); 2] = [("crm", "hubspot"), ("mk", "marketo")];

    #[test]
    fn two_sources_of_one_field_need_an_order_and_one_source_does_not() {
        let short = ORDER.replace(", country", "");
        assert_eq!(problems(&short, &[("crm", "hubspot")]), Vec::<String>::new());
        assert_eq!(problems(&short, &TWO), ["precedence_undeclared hubspot/contacts.yaml:5"]);
        assert_eq!(problems(ORDER, &TWO), Vec::<String>::new());
        // A vendor stands for all its connections; an order that leaves one out is none.
        assert_eq!(problems(ORDER, &[("a", "hubspot"), ("b", "hubspot")]), Vec::<String>::new());
        let partial = ORDER.replace("[hubspot, marketo]", "[a]");
        assert_eq!(problems(&partial, &[("a", "hubspot"), ("b", "hubspot")]).len(), 3);
        let misspelt = ORDER.replace("[hubspot, marketo]", "[hubspot, marketo, crmm]");
        assert_eq!(problems(&misspelt, &TWO), ["unknown_source rules/identity.yaml:1"]);
    }

    #[test]
    fn the_shipped_files_declare_every_field_that_two_vendors_or_two_accounts_share() {
        let vendors = ["hubspot", "marketo"];
        let rules = crate::rules::load(None, &vendors).unwrap_or_else(|problems| panic!("{problems}"));
        let connections: Vec<(ConnectionName, String)> =
            [("hubspot", "hubspot"), ("eu", "hubspot"), ("marketo", "marketo"), ("us", "marketo")]
                .map(|(name, vendor)| (ConnectionName::from(name), vendor.to_owned()))
                .into();
        let found = check_connections(&rules, &connections);
        assert!(found.is_empty(), "{}", crate::rules::Problems::new(found));
    }

    #[test]
    fn a_flow_needs_two_ends_that_exist_and_mean_the_same() {
        let flow = |field: &str, first: &str, second: &str| {
            format!(
                "{ORDER}flows:\n  - {{object: contact, field: {field}, between: [{first}, {second}], conflict: ask, ownership: shared}}\n"
            )
        };
        assert_eq!(problems(&flow("job_title", "hubspot.jobtitle", "marketo.title"), &TWO), Vec::<String>::new());
        assert_eq!(problems(&flow("job_title", "crm.jobtitle", "mk.title"), &TWO), Vec::<String>::new());
        let one = [TWO[0]];
        assert_eq!(
            problems(&flow("job_title", "hubspot.jobtitle", "marketo.title"), &one),
            ["flow_rests rules/identity.yaml:3"]
        );
        assert_eq!(
            problems(&flow("job_title", "hubspot.role", "marketo.title"), &TWO),
            ["flow_unmapped rules/identity.yaml:3"]
        );
        assert_eq!(
            problems(&flow("country", "hubspot.land", "marketo.land"), &TWO),
            ["flow_transforms rules/identity.yaml:3", "flow_transforms rules/identity.yaml:3"]
        );
        let three = [("a", "hubspot"), ("b", "hubspot"), ("mk", "marketo")];
        assert_eq!(
            problems(&flow("job_title", "hubspot.jobtitle", "marketo.title"), &three),
            ["flow_ends rules/identity.yaml:3"]
        );
        assert_eq!(
            problems(&flow("job_title", "crm.jobtitle", "hubspot.jobtitle"), &TWO),
            ["flow_ends rules/identity.yaml:3"]
        );
    }
}
