//! The test of one case of a field rule or of one criterion, in the field's own type.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;

use super::check::Checker;
use super::score_shape::{DATE_TESTS, NUMBER_TESTS, TEXT_TESTS};
use super::yaml::{Entry, Node};
use crate::domain::criteria::FieldTest;
use crate::domain::mapping::FieldType;
use crate::domain::model::{Number, Value};

/// How a place that holds one test of a field speaks of itself.
pub(crate) struct FieldWords {
    none: &'static str,
    one: &'static str,
    itself: &'static str,
}

impl FieldWords {
    /// A case of a score's rule.
    pub(crate) const CASE: FieldWords =
        FieldWords { none: "a case needs a test", one: "a case holds one test", itself: "a case" };
    /// A test in a criterion.
    pub(crate) const TEST: FieldWords = FieldWords {
        none: "a test of a field needs an operator",
        one: "a test of a field holds one operator",
        itself: "a test",
    };

    /// Says that there is more than one operator.
    pub(crate) fn too_many(&self, checker: &mut Checker, span: &Range<usize>) {
        let help = format!(
            "write each into {} of its own; only `at_least` with `at_most` and `from` with `to` go together",
            self.itself
        );
        checker.report_help(span, "one_key", self.one.into(), Some(help));
    }
}

/// Reads the test of a case; `field_type` is `None` when it is not known.
pub(crate) fn field_test(
    checker: &mut Checker,
    case: &Node,
    field_type: Option<FieldType>,
    words: &FieldWords,
) -> Option<FieldTest> {
    let tests: Vec<&Entry> = case.entries().iter().filter(|entry| is_test(&entry.key)).collect();
    let keys: Vec<&str> = tests.iter().map(|entry| entry.key.as_str()).collect();
    let pair = |known: &[&str]| keys.len() == 2 && keys.iter().all(|key| known.contains(key));
    let entry = match tests.as_slice() {
        [entry] => *entry,
        [first, _] if pair(&["at_least", "at_most"]) || pair(&DATE_TESTS) => first,
        [] => {
            let help = "add one of `equals`, `contains`, `at_least`, `from`, `is_set` …";
            checker.report_help(&case.span, "missing_key", words.none.into(), Some(help.into()));
            return None;
        }
        [_, second, ..] => {
            words.too_many(checker, &second.key_span);
            return None;
        }
    };
    fits(checker, entry, field_type)?;
    let number = |key: &str| case.text_of(key).and_then(|text| Number::parse(text).ok());
    let parts = || texts(&entry.node);
    Some(match entry.key.as_str() {
        "is_set" => match entry.node.text()? {
            "true" => FieldTest::IsSet,
            "false" => FieldTest::IsNotSet,
            _ => return None,
        },
        "equals" | "does_not_equal" => {
            let values = values(checker, &entry.node, field_type)?;
            if entry.key == "equals" { FieldTest::IsAnyOf(values) } else { FieldTest::IsNoneOf(values) }
        }
        "contains" => FieldTest::Contains(parts()),
        "does_not_contain" => FieldTest::DoesNotContain(parts()),
        "starts_with" => FieldTest::StartsWith(parts()),
        "above" => FieldTest::NumberAbove(number("above")?),
        "below" => FieldTest::NumberBelow(number("below")?),
        "at_least" | "at_most" => {
            let (at_least, at_most) = (number("at_least"), number("at_most"));
            if at_least.zip(at_most).is_some_and(|(least, most)| least > most) {
                let help = "swap the two numbers";
                checker.report_help(
                    &entry.node.span,
                    "range",
                    "`at_least` is above `at_most`".into(),
                    Some(help.into()),
                );
                return None;
            }
            FieldTest::NumberBetween { at_least, at_most }
        }
        _ => {
            let from = day(checker, case, "from")?;
            let to = day(checker, case, "to")?;
            if from.zip(to).is_some_and(|(from, to)| from > to) {
                let help = "swap the two days";
                checker.report_help(&entry.node.span, "range", "`from` is after `to`".into(), Some(help.into()));
                return None;
            }
            FieldTest::DateBetween { from, to }
        }
    })
}

/// Whether the key is an operator on a field.
pub(crate) fn is_test(key: &str) -> bool {
    matches!(key, "equals" | "does_not_equal" | "is_set")
        || TEXT_TESTS.contains(&key)
        || NUMBER_TESTS.contains(&key)
        || DATE_TESTS.contains(&key)
}

fn texts(node: &Node) -> Vec<String> {
    super::mapping_read::texts(node.items())
}

/// Whether the operator can be asked of the field's type.
fn fits(checker: &mut Checker, entry: &Entry, field_type: Option<FieldType>) -> Option<()> {
    let Some(field_type) = field_type else { return Some(()) };
    let key = entry.key.as_str();
    let (ok, instead) = match field_type {
        FieldType::Text => {
            (!NUMBER_TESTS.contains(&key) && !DATE_TESTS.contains(&key), "`equals`, `contains` or `starts_with`")
        }
        FieldType::Number => {
            (!TEXT_TESTS.contains(&key) && !DATE_TESTS.contains(&key), "`at_least`, `at_most`, `above` or `below`")
        }
        FieldType::Bool => (matches!(key, "equals" | "does_not_equal" | "is_set"), "`equals: true`"),
        FieldType::Set => (
            matches!(key, "equals" | "does_not_equal" | "is_set"),
            "`equals`, which a set meets when it holds the value",
        ),
        FieldType::Date => (!TEXT_TESTS.contains(&key) && !NUMBER_TESTS.contains(&key), "`from` and `to`"),
        FieldType::Datetime => (DATE_TESTS.contains(&key) || key == "is_set", "`from` and `to`"),
    };
    if ok {
        return Some(());
    }
    let message = format!("`{key}` cannot be asked of a field of type `{}`", field_type.as_str());
    checker.report_help(&entry.key_span, "wrong_operator", message, Some(format!("use {instead}")));
    None
}

/// The values in the field's type. Of a field whose type is not known, every reading of the text is meant.
fn values(checker: &mut Checker, node: &Node, field_type: Option<FieldType>) -> Option<BTreeSet<Value>> {
    let mut values = BTreeSet::new();
    let mut whole = true;
    for item in node.items() {
        let text = item.text()?;
        let number = || Number::parse(text).ok().map(Value::Number);
        let boolean = || text.parse().ok().map(Value::Bool);
        let day = || text.parse::<Date>().ok().map(Value::Date);
        let plain = || Some(Value::Text(text.to_owned()));
        let readings = match field_type {
            Some(FieldType::Text | FieldType::Set) => vec![plain()],
            Some(FieldType::Number) => vec![number()],
            Some(FieldType::Bool) => vec![boolean()],
            Some(FieldType::Date | FieldType::Datetime) => vec![day()],
            None => vec![plain(), number(), boolean(), day()],
        };
        let before = values.len();
        values.extend(readings.into_iter().flatten());
        if values.len() == before
            && field_type.is_some_and(|field_type| !matches!(field_type, FieldType::Text | FieldType::Set))
        {
            let name = field_type.map_or("text", FieldType::as_str);
            let message = format!("`{}` is no value of a field of type `{name}`", checker.source.excerpt(&item.span));
            let example = match field_type {
                Some(FieldType::Number) => "10",
                Some(FieldType::Bool) => "true",
                _ => "2026-11-21",
            };
            checker.report_help(&item.span, "wrong_type", message, Some(format!("write, for example, `{example}`")));
            whole = false;
        }
    }
    whole.then_some(values)
}

/// A day that a key holds: `Some(None)` when it is not written, `None` when it cannot be read.
pub(crate) fn day(checker: &mut Checker, case: &Node, key: &str) -> Option<Option<Date>> {
    let Some(node) = case.get(key) else { return Some(None) };
    match node.text()?.parse::<Date>() {
        Ok(date) => Some(Some(date)),
        Err(_) => {
            let message = format!("`{}` is not a day", checker.source.excerpt(&node.span));
            checker.report_help(&node.span, "wrong_type", message, Some("write it like `2026-11-21`".into()));
            None
        }
    }
}
