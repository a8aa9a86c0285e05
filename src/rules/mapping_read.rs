//! From the tree of a checked mapping file to mappings. What did not fit its shape was reported by the checker and is left
//! out here without another word.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use intentd_sdk::record::{ObjectKind, PropertyType, StreamName};

use super::check::Checker;
use super::source::Source;
use super::yaml::{Content, Node};
use crate::domain::criteria::{AttributeTest, TextOperator};
use crate::domain::mapping::transforms::{ALL, Argument, ArgumentKind, Transform};
use crate::domain::mapping::{
    ActivityMapping, ActivityOutcome, AttributeSource, ConflictRule, FieldMapping, FieldType, MappingSet, WriteMapping,
};

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) source: Arc<Source>,
    pub(crate) span: Range<usize>,
}

/// What is named in a place: a property that is read, one that is written, or the value that is written to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    Read,
    Write,
    Value,
}

/// Where properties are named, for problems that only the vendor's definitions show.
pub(crate) type Places = BTreeMap<(String, ObjectKind, Direction, String), Place>;

/// The names that rules can use, also those of entries that have other faults.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Contact fields with their types.
    pub(crate) fields: BTreeMap<String, FieldType>,
    /// Company fields with their types.
    pub(crate) company_fields: BTreeMap<String, FieldType>,
    /// Activity types with their attributes.
    pub(crate) activities: BTreeMap<String, BTreeSet<String>>,
}

/// What is collected from all files of one vendor.
pub(crate) struct MappingReader<'a> {
    pub(crate) vendor: &'a str,
    pub(crate) set: MappingSet,
    pub(crate) places: &'a mut Places,
    pub(crate) names: &'a mut Names,
    /// Fields and written properties so far, also those that have other faults.
    pub(crate) seen: &'a mut BTreeSet<(String, ObjectKind, Direction, String)>,
}

impl MappingReader<'_> {
    /// Reads one file.
    pub(crate) fn file(&mut self, checker: &mut Checker, root: &Node) {
        if let Some(kind) = root.text_of("object").and_then(ObjectKind::from_word) {
            for node in root.items_of("fields") {
                self.field(checker, kind, node);
            }
            for node in root.items_of("write") {
                self.write(checker, kind, node);
            }
        }
        for node in root.items_of("activities") {
            self.activity(checker, node);
        }
    }

    fn field(&mut self, checker: &mut Checker, kind: ObjectKind, node: &Node) {
        let (Some(property), Some(name)) = (node.get("property"), node.get("field")) else { return };
        let (Some(property_text), Some(field)) = (property.text(), name.text()) else { return };
        let value_type = node.text_of("type").map_or(Some(FieldType::Text), FieldType::from_word);
        let fields = match kind {
            ObjectKind::Contact => Some(&mut self.names.fields),
            ObjectKind::Company => Some(&mut self.names.company_fields),
            ObjectKind::Deal => None,
        };
        if let Some(fields) = fields {
            let known = fields.entry(field.to_owned()).or_insert(value_type.unwrap_or(FieldType::Text));
            if value_type.is_some_and(|value_type| value_type != *known) {
                let message = format!("the field `{field}` is of type `{}` elsewhere", known.as_str());
                let help = format!("write `type: {}`, or choose another name", known.as_str());
                checker.report_help(&name.span, "field_type_differs", message, Some(help));
            }
        }
        if !self.seen.insert((self.vendor.to_owned(), kind, Direction::Read, field.to_owned())) {
            let message = format!("the field `{field}` is mapped twice");
            checker.report_help(&name.span, "field_twice", message, Some("keep one, or choose another name".into()));
            return;
        }
        let (Some(value_type), Some(transforms)) = (value_type, transforms(node)) else { return };
        self.place(checker, kind, Direction::Read, property_text, property);
        self.set.fields.push(FieldMapping {
            kind,
            property: property_text.to_owned(),
            field: field.to_owned(),
            value_type,
            transforms,
        });
    }

    fn write(&mut self, checker: &mut Checker, kind: ObjectKind, node: &Node) {
        let Some(property) = node.get("property") else { return };
        let Some(name) = property.text() else { return };
        if !self.seen.insert((self.vendor.to_owned(), kind, Direction::Write, name.to_owned())) {
            let message = format!("the property `{name}` is written twice");
            let help = "one property holds one value: remove one, or choose another property";
            checker.report_help(&property.span, "written_twice", message, Some(help.into()));
            return;
        }
        let value_type = match node.text_of("type") {
            Some("number") => PropertyType::Number,
            Some("text") => PropertyType::Text,
            Some("enumeration") => PropertyType::Enumeration,
            Some("bool") => PropertyType::Bool,
            Some("date") => PropertyType::Date,
            Some("datetime") => PropertyType::Datetime,
            _ => return,
        };
        let (Some(value), Some(label)) = (node.text_of("value"), node.text_of("label")) else { return };
        if node.text_of("ownership") != Some("owned") {
            return;
        }
        self.place(checker, kind, Direction::Write, name, property);
        if let Some(value) = node.get("value") {
            self.place(checker, kind, Direction::Value, name, value);
        }
        self.set.writes.push(WriteMapping {
            kind,
            value: value.to_owned(),
            property: name.to_owned(),
            label: label.to_owned(),
            description: node.text_of("description").unwrap_or_default().to_owned(),
            value_type,
            options: texts(node.items_of("options")),
            group: node.text_of("group").unwrap_or("intentd").to_owned(),
            conflict: (node.text_of("conflict") == Some("ours")).then_some(ConflictRule::Ours),
        });
    }

    fn activity(&mut self, checker: &mut Checker, node: &Node) {
        let mut vendor_types = texts(node.items_of("type"));
        vendor_types.extend(texts(node.items_of("types")));
        if vendor_types.is_empty() && !node.entries().is_empty() {
            let help = "add `type:` with the vendor's word for the activity";
            checker.report_help(
                &node.span,
                "missing_key",
                "an activity mapping needs the key `type`".into(),
                Some(help.into()),
            );
        }
        let stream = node.text_of("stream").map(StreamName::from);
        let when = node.get("when").map(attribute_tests).unwrap_or_default();
        let outcome = if let Some(activity) = node.text_of("activity") {
            let known = self.names.activities.entry(activity.to_owned()).or_default();
            let mut attributes = BTreeMap::new();
            for entry in node.get("attributes").map(Node::entries).unwrap_or_default() {
                known.insert(entry.key.clone());
                let Some(source) = attribute_source(&entry.node) else { continue };
                attributes.insert(entry.key.clone(), source);
            }
            let country = node.get("country").and_then(attribute_source);
            ActivityOutcome::Keep { activity_type: activity.to_owned(), attributes, country }
        } else {
            ActivityOutcome::Skip
        };
        self.set.activities.push(ActivityMapping { stream, vendor_types, when, outcome });
    }

    fn place(&mut self, checker: &Checker, kind: ObjectKind, direction: Direction, property: &str, node: &Node) {
        let place = Place { source: checker.source.clone(), span: node.span.clone() };
        self.places.insert((self.vendor.to_owned(), kind, direction, property.to_owned()), place);
    }
}

/// The texts of a list's items.
pub(crate) fn texts(nodes: &[Node]) -> Vec<String> {
    nodes.iter().filter_map(Node::text).map(str::to_owned).collect()
}

/// Tests by attribute.
pub(crate) fn attribute_tests(node: &Node) -> Vec<AttributeTest> {
    let mut tests = Vec::new();
    for entry in node.entries() {
        let mut add = |operator, node: &Node| {
            tests.push(AttributeTest { attribute: entry.key.clone(), operator, values: texts(node.items()) });
        };
        if !matches!(entry.node.content, Content::Map(_)) {
            add(TextOperator::Equals, &entry.node);
            continue;
        }
        for test in entry.node.entries() {
            let operator = match test.key.as_str() {
                "equals" => TextOperator::Equals,
                "does_not_equal" => TextOperator::DoesNotEqual,
                "contains" => TextOperator::Contains,
                "does_not_contain" => TextOperator::DoesNotContain,
                "starts_with" => TextOperator::StartsWith,
                _ => continue,
            };
            add(operator, &test.node);
        }
    }
    tests
}

fn attribute_source(node: &Node) -> Option<AttributeSource> {
    if let Some(from) = node.text() {
        return Some(AttributeSource { from: vec![from.to_owned()], transforms: Vec::new() });
    }
    Some(AttributeSource { from: texts(node.items_of("from")), transforms: transforms(node)? })
}

fn transforms(node: &Node) -> Option<Vec<Transform>> {
    node.items_of("transforms").iter().map(transform).collect()
}

fn transform(node: &Node) -> Option<Transform> {
    if let Some(name) = node.text() {
        return Transform::new(name, Argument::None);
    }
    let [entry] = node.entries() else { return None };
    let doc = ALL.iter().find(|doc| doc.name == entry.key)?;
    let argument = match doc.argument {
        ArgumentKind::None => return None,
        ArgumentKind::Text | ArgumentKind::OptionalText => Argument::Text(entry.node.text()?.to_owned()),
        ArgumentKind::Count => Argument::Count(entry.node.text()?.parse().ok()?),
        ArgumentKind::Words => Argument::Words(
            entry
                .node
                .entries()
                .iter()
                .map(|pair| Some((pair.key.clone(), pair.node.text()?.to_owned())))
                .collect::<Option<_>>()?,
        ),
    };
    Transform::new(doc.name, argument)
}
