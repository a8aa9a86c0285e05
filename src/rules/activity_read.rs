//! An activity that a rule means: its type and the tests on its attributes, with names that some mapping must make.

use super::check::Checker;
use super::mapping_read::{Names, attribute_tests};
use super::suggest;
use super::yaml::Node;
use crate::domain::criteria::ActivityFilter;

/// Reads an activity's name and its `where`; `names` is `None` when there are no mappings to check against.
pub(crate) fn activity_filter(
    checker: &mut Checker,
    name_node: &Node,
    tests: Option<&Node>,
    names: Option<&Names>,
) -> Option<ActivityFilter> {
    let name = name_node.text()?;
    if let Some(names) = names.filter(|names| !names.activities.contains_key(name)) {
        let known: Vec<&str> = names.activities.keys().map(String::as_str).collect();
        let help = suggest::help(name, known);
        let message = format!("no mapping makes the activity `{name}`");
        checker.report_help(&name_node.span, "unknown_activity", message, help);
    }
    for entry in tests.map(Node::entries).unwrap_or_default() {
        let at = Node { content: entry.node.content.clone(), span: entry.key_span.clone() };
        known_attribute(checker, name, &entry.key, &at, names);
    }
    let tests = tests.map(attribute_tests).unwrap_or_default();
    Some(ActivityFilter { activity_type: name.to_owned(), tests })
}

/// Says when no mapping of the activity makes the attribute.
pub(crate) fn known_attribute(
    checker: &mut Checker,
    activity: &str,
    attribute: &str,
    at: &Node,
    names: Option<&Names>,
) {
    let Some(known) = names.and_then(|names| names.activities.get(activity)) else { return };
    if !known.contains(attribute) {
        let message = format!("no mapping gives `{activity}` the attribute `{attribute}`");
        let help = suggest::help(attribute, known.iter().map(String::as_str).collect::<Vec<_>>())
            .unwrap_or_else(|| format!("add `attributes: {{{attribute}: …}}` to its entry in the activity mapping"));
        checker.report_help(&at.span, "unknown_attribute", message, Some(help));
    }
}
