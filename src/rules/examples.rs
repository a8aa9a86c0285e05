//! Examples beside the mappings: a vendor's record and what must become of it. The shipped ones are a test of the shipped
//! mappings; an admin's own are run by `intentd check`. Texts in examples are the admin's, so they may be shown.

use std::collections::BTreeMap;
use std::path::Path;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ActivityRecord, Actor, ExternalId, ObjectKind, ObjectRecord, StreamName};
use jiff::tz::TimeZone;

use super::check::Checker;
use super::problem::{Problem, Problems};
use super::set::RuleSet;
use super::shape::{Area, Kind, Shape, Table, optional, required};
use super::source::Source;
use super::yaml::{self, Node};
use crate::domain::mapping::MappingSet;

/// The shipped examples, by path.
pub fn shipped_examples() -> BTreeMap<String, String> {
    [
        ("tests/hubspot.test.yaml", include_str!("../../mappings/tests/hubspot.test.yaml")),
        ("tests/marketo.test.yaml", include_str!("../../mappings/tests/marketo.test.yaml")),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .collect()
}

/// What an example file may hold.
pub(super) fn file() -> Shape {
    let texts = || Shape::Dictionary { what: "a name", names: false, value: Box::new(Shape::Text) };
    let object = |tag: &'static str| Kind {
        tag,
        table: Table::new(
            "an example",
            vec![
                required("name", Shape::Text, "What the example shows."),
                required(tag, texts(), "Properties as the vendor sends them."),
                required("fields", texts(), "Every field that must come of them."),
                optional("problems", texts(), "Properties that cannot be read, each with the code."),
            ],
        ),
    };
    let activity = Table::new(
        "an activity",
        vec![
            required("type", Shape::Text, "The vendor's word."),
            optional("stream", Shape::Text, "The stream that delivers it."),
            optional("attributes", texts(), "Attributes as the vendor sends them."),
        ],
    );
    let gives = Table::new(
        "a result",
        vec![
            required("activity", Shape::Name, "Our word for the activity."),
            optional("attributes", texts(), "Every attribute that must come of it."),
            optional("country", Shape::Text, "The two-letter country."),
        ],
    );
    let mut kinds: Vec<Kind> = vec![object("contact"), object("company"), object("deal")];
    kinds.push(Kind {
        tag: "activity",
        table: Table::new(
            "an example",
            vec![
                required("name", Shape::Text, "What the example shows."),
                required("activity", Shape::Map(activity), "An activity as the vendor sends it."),
                required(
                    "gives",
                    Shape::single_or_map(
                        Shape::words("a result", &[("nothing", "The activity is not kept.")]),
                        Shape::Map(gives),
                    ),
                    "What must come of it.",
                ),
            ],
        ),
    });
    Shape::Map(Table::new(
        "an example file",
        vec![
            required("vendor", Shape::Name, "Whose mappings are tried."),
            required("examples", Shape::list(Shape::Kinds(kinds)), "Records and what must become of them."),
        ],
    ))
}

/// Runs the examples of one file against the rules; gives how many there were.
///
/// # Errors
/// What is wrong with the file, or every example that does not hold, with what came instead.
pub fn run_examples(rules: &RuleSet, file_name: &str, text: &str) -> Result<usize, Problems> {
    let source = Source::new(file_name, text);
    let parsed = yaml::parse(&source);
    let Some(tree) = parsed.tree.filter(|_| parsed.problems.is_empty()) else {
        return Err(Problems::new(parsed.problems));
    };
    let mut checker = Checker::new(&source, Area::Mapping);
    checker.check(&tree, &file());
    if checker.count() > 0 {
        return Err(Problems::new(checker.finish()));
    }
    let empty = MappingSet::default();
    let vendor = tree.text_of("vendor").unwrap_or_default();
    let set = rules.mappings.get(vendor).unwrap_or(&empty);
    let examples = tree.items_of("examples");
    for example in examples {
        let outcome = match ObjectKind::ALL.into_iter().find_map(|kind| Some((kind, example.get(kind.as_str())?))) {
            Some((kind, properties)) => object(set, kind, properties, example),
            None => activity(set, example),
        };
        if let Err((node, message)) = outcome {
            checker.report(&node.span, "example", message);
        }
    }
    let problems: Vec<Problem> = checker.finish();
    if problems.is_empty() { Ok(examples.len()) } else { Err(Problems::new(problems)) }
}

/// Runs the examples in the `tests` folder of the admin's folder; gives how many there were.
///
/// # Errors
/// Everything that is wrong with the files, and every example that does not hold.
pub fn run_folder_examples(rules: &RuleSet, folder: &Path) -> Result<usize, Problems> {
    let Ok(entries) = std::fs::read_dir(folder.join("tests")) else { return Ok(0) };
    let (mut count, mut problems) = (0, Vec::new());
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !name.ends_with(".test.yaml") || name.starts_with('.') {
            continue;
        }
        let file = format!("tests/{name}");
        match super::read_text(&path) {
            Err(message) => problems.push(Problem::in_file(file, "yaml::unreadable", message)),
            Ok(text) => match run_examples(rules, &file, &text) {
                Ok(held) => count += held,
                Err(found) => problems.extend(found),
            },
        }
    }
    if problems.is_empty() { Ok(count) } else { Err(Problems::new(problems)) }
}

type Outcome<'a> = Result<(), (&'a Node, String)>;

fn object<'a>(set: &MappingSet, kind: ObjectKind, properties: &Node, example: &'a Node) -> Outcome<'a> {
    let record = ObjectRecord {
        kind,
        id: ExternalId::new("1"),
        created_at: None,
        modified_at: None,
        as_of: None,
        merged_ids: Vec::new(),
        properties: texts(properties).into_iter().map(|(name, text)| (name, Some(text))).collect(),
    };
    let mapped = set.apply_object(&record, &TimeZone::UTC);
    let fields = mapped.fields.into_iter().map(|(name, value)| (name, value.to_string())).collect();
    compare(example, "fields", fields)?;
    let problems = mapped.problems.into_iter().map(|problem| (problem.property, problem.code)).collect();
    compare(example, "problems", problems)
}

fn activity<'a>(set: &MappingSet, example: &'a Node) -> Outcome<'a> {
    let Some((activity, gives)) = example.get("activity").zip(example.get("gives")) else { return Ok(()) };
    let record = ActivityRecord {
        remote_id: "1".into(),
        actor: Actor::Visitor("1".into()),
        occurred_at: Timestamp::EPOCH,
        vendor_type: activity.text_of("type").unwrap_or_default().to_owned(),
        attributes: activity.get("attributes").map(texts).unwrap_or_default(),
    };
    let stream = StreamName::from(activity.text_of("stream").unwrap_or_default());
    match (set.apply_activity(&stream, &record), gives.text()) {
        (None, Some(_)) => Ok(()),
        (None, None) => Err((gives, "the activity is not kept".into())),
        (Some(mapped), Some(_)) => Err((gives, format!("the activity is kept as `{}`", mapped.activity_type))),
        (Some(mapped), None) => {
            if gives.text_of("activity") != Some(mapped.activity_type.as_str()) {
                return Err((gives.get("activity").unwrap_or(gives), format!("it gives `{}`", mapped.activity_type)));
            }
            compare(gives, "attributes", mapped.object)?;
            let country = mapped.country.code();
            if gives.text_of("country") != country.as_deref() {
                return Err((gives, format!("the country is {}", country.as_deref().unwrap_or("not known"))));
            }
            Ok(())
        }
    }
}

fn compare<'a>(example: &'a Node, key: &str, found: BTreeMap<String, String>) -> Outcome<'a> {
    let wanted = example.get(key).map(texts).unwrap_or_default();
    let node = example.get(key).unwrap_or(example);
    for (name, value) in &wanted {
        match found.get(name) {
            Some(other) if other == value => {}
            Some(other) => return Err((node.get(name).unwrap_or(node), format!("`{name}` is `{other}`"))),
            None => return Err((node.get(name).unwrap_or(node), format!("there is no `{name}`"))),
        }
    }
    match found.into_iter().find(|(name, _)| !wanted.contains_key(name)) {
        Some((name, value)) => Err((node, format!("there is also `{name}`: `{value}`"))),
        None => Ok(()),
    }
}

fn texts(node: &Node) -> BTreeMap<String, String> {
    node.entries().iter().filter_map(|entry| Some((entry.key.clone(), entry.node.text()?.to_owned()))).collect()
}
