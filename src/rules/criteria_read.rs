//! From the tree of a checked criterion to a criterion, with the checks that need more than its shape: names that must be
//! known, operators that must fit the field's type, tests that the subject cannot answer. What did not fit its shape was
//! reported by the checker and is left out here without another word.

use std::collections::BTreeSet;

use intentd_sdk::record::ObjectKind;

use super::activity_read::activity_filter;
use super::case_read::{FieldWords, day, field_test, is_test};
use super::check::Checker;
use super::criteria_scope::{Layer, Scope};
use super::mapping_read::{Names, Place, texts};
use super::references::{NamedOption, RefKind, References};
use super::scalar;
use super::suggest;
use super::yaml::{Content, Entry, Node};
use crate::domain::criteria::{Between, Criterion, FieldOf, GroupTest, Subject, Test, ValueTest, Window};
use crate::domain::mapping::FieldType;
use crate::domain::model::Number;

const RELATIVE: [&str; 3] = ["within", "in_next", "more_than_ago"];
/// What a market's name cannot be.
pub(crate) const ANY_MARKET: &str = "any";

/// Reads criteria.
pub(crate) struct CriteriaReader<'a> {
    /// What the mappings make; `None` when there are no mappings to check against.
    pub(crate) names: Option<&'a Names>,
    pub(crate) references: &'a mut References,
}

impl CriteriaReader<'_> {
    /// Reads a criterion. `None` when something in it is wrong, which has been reported.
    pub(crate) fn criterion(&mut self, checker: &mut Checker, node: &Node, scope: Scope) -> Option<Criterion> {
        if let Content::List(_) = node.content {
            return self.branch(checker, node, scope).map(Criterion::All);
        }
        let tag = |tag: &str| node.get(tag);
        if let Some(children) = tag("all") {
            return self.branch(checker, children, scope).map(Criterion::All);
        }
        if let Some(children) = tag("any") {
            return self.branch(checker, children, scope).map(Criterion::Any);
        }
        if let Some(child) = tag("not") {
            return self.criterion(checker, child, scope).map(|child| Criterion::Not(Box::new(child)));
        }
        let told = super::criteria_shape::kinds().into_iter().find_map(|kind| node.entry(kind.tag))?;
        if let Some(refused) = scope.refuses(&told.key) {
            checker.report_help(&told.key_span, refused.code, refused.message, Some(refused.help));
            return None;
        }
        self.test(checker, node, told, scope)
    }

    /// The children of `all` or `any`; every one is read, whatever is wrong with another.
    fn branch(&mut self, checker: &mut Checker, node: &Node, scope: Scope) -> Option<Vec<Criterion>> {
        let Content::List(items) = &node.content else { return None };
        if items.is_empty() {
            let help = "add a test to it, or remove it".to_owned();
            checker.report_help(&node.span, "empty", "this list of tests is empty".to_owned(), Some(help));
        }
        let children: Vec<Option<Criterion>> = items.iter().map(|item| self.criterion(checker, item, scope)).collect();
        children.into_iter().collect::<Option<Vec<_>>>().filter(|children| !children.is_empty())
    }

    fn test(&mut self, checker: &mut Checker, node: &Node, told: &Entry, scope: Scope) -> Option<Criterion> {
        let name = told.node.text();
        let test = match told.key.as_str() {
            "field" => {
                let of = if scope.subject == Subject::Company { FieldOf::Company } else { FieldOf::Contact };
                self.field(checker, node, &told.node, of)?
            }
            "company_field" => self.field(checker, node, &told.node, FieldOf::Company)?,
            "activity" => {
                let filter = activity_filter(checker, &told.node, node.get("where"), self.names);
                let count = between(checker, node).map(|count| count.unwrap_or(Between::SOME));
                let window = window(checker, node, scope);
                Test::Activities { filter: filter?, count: count?, window: window? }
            }
            "visits" => {
                let count = between(checker, &told.node).map(|count| count.unwrap_or(Between::SOME));
                let window = window(checker, node, scope);
                Test::Visits { count: count?, window: window? }
            }
            "segment" => {
                self.references.add_segment(name?, place(checker, &told.node));
                Test::Segment { segment: name?.to_owned() }
            }
            "score" => {
                self.refer(checker, RefKind::Score, &told.node);
                let range = between(checker, node)?;
                let test = needed(checker, told, range)?;
                Test::Score { score: name?.to_owned(), test }
            }
            "label" => {
                self.refer(checker, RefKind::Score, &told.node);
                let labels = node.get("is")?;
                for label in labels.items() {
                    self.references.add_label(name?, label.text()?, place(checker, label));
                }
                Test::ScoreLabel { score: name?.to_owned(), labels: texts(labels.items()).into_iter().collect() }
            }
            "engagement" => {
                let test = between(checker, &told.node)?;
                Test::Engagement { test: test? }
            }
            "intent" => match name {
                Some("true") => Test::Intent { criteria: BTreeSet::new() },
                Some("false") => return Some(denied(Test::Intent { criteria: BTreeSet::new() })),
                _ => Test::Intent { criteria: self.names_of(checker, RefKind::IntentCriterion, &told.node) },
            },
            "market" if name == Some(ANY_MARKET) => {
                if scope.layer == Layer::Market {
                    let message = "a market cannot ask for any market: it is one itself".to_owned();
                    checker.report_help(
                        &told.node.span,
                        "circle",
                        message,
                        Some("name the markets it is made of".into()),
                    );
                    return None;
                }
                Test::Market { market: None }
            }
            "market" => {
                self.refer(checker, RefKind::Market, &told.node);
                Test::Market { market: Some(name?.to_owned()) }
            }
            "view" => {
                self.refer(checker, RefKind::View, &told.node);
                Test::View { view: name?.to_owned() }
            }
            "in_crm" => match name? {
                "false" => return Some(denied(Test::InCrm)),
                _ => Test::InCrm,
            },
            "goal" => {
                self.refer(checker, RefKind::Workflow, &told.node);
                Test::GoalAchieved { workflow: name?.to_owned() }
            }
            "enrolled" => {
                self.refer(checker, RefKind::Workflow, &told.node);
                Test::Enrolled { workflow: name?.to_owned() }
            }
            "buying_group" => match name {
                Some("false") => return Some(denied(Test::BuyingGroup(GroupTest::default()))),
                Some(_) => Test::BuyingGroup(GroupTest::default()),
                None => Test::BuyingGroup(self.group(checker, &told.node)?),
            },
            _ => return None,
        };
        Some(Criterion::Test(test))
    }

    fn field(&mut self, checker: &mut Checker, node: &Node, name: &Node, of: FieldOf) -> Option<Test> {
        let field = name.text()?;
        let known = self.names.map(|names| match of {
            FieldOf::Contact => (&names.fields, "contact"),
            FieldOf::Company => (&names.company_fields, "company"),
        });
        let field_type = known.and_then(|(fields, _)| fields.get(field)).copied();
        if let Some((fields, kind)) = known.filter(|_| field_type.is_none()) {
            let help = suggest::nearest(field, fields.keys().map(String::as_str)).map_or_else(
                || format!("map a property to it: `- {{property: …, field: {field}}}` in a file with `object: {kind}`"),
                |known| format!("did you mean `{known}`?"),
            );
            let message = format!("no mapping makes the {kind} field `{field}`");
            checker.report_help(&name.span, "unknown_field", message, Some(help));
        }
        let operators = || node.entries().iter().filter(|entry| is_test(&entry.key) || is_relative(entry));
        let test = match operators().find(|entry| is_relative(entry)) {
            None => ValueTest::Is(field_test(checker, node, field_type, &FieldWords::TEST)?),
            Some(relative) => {
                if let Some(second) = operators().nth(1) {
                    FieldWords::TEST.too_many(checker, &second.key_span);
                    return None;
                }
                days_from_today(checker, relative, field_type)?
            }
        };
        if matches!(field_type, Some(FieldType::Text | FieldType::Set)) {
            let kind = match of {
                FieldOf::Contact => ObjectKind::Contact,
                FieldOf::Company => ObjectKind::Company,
            };
            for value in ["equals", "does_not_equal"].iter().filter_map(|key| node.get(key)).flat_map(Node::items) {
                let Some(text) = value.text() else { continue };
                let (field, value, place) = (field.to_owned(), text.to_owned(), place(checker, value));
                self.references.add_option(NamedOption { kind, field, value, place });
            }
        }
        Some(Test::Field { of, field: field.to_owned(), test })
    }

    fn group(&mut self, checker: &mut Checker, node: &Node) -> Option<GroupTest> {
        let mut names =
            |key: &str, kind: RefKind| node.get(key).map(|node| self.names_of(checker, kind, node)).unwrap_or_default();
        let (interests, roles) = (names("interest", RefKind::Interest), names("role", RefKind::Role));
        let (missing, stages) = (names("missing_role", RefKind::Role), names("stage", RefKind::Stage));
        let mut range = |key: &str| node.get(key).map_or(Some(None), |node| between(checker, node));
        let (completeness, engagement) = (range("completeness"), range("engagement"));
        Some(GroupTest {
            interests,
            roles,
            missing_role: missing.into_iter().next(),
            stages,
            completeness: completeness?,
            engagement: engagement?,
        })
    }

    /// Names in a list, each taken down.
    fn names_of(&mut self, checker: &Checker, kind: RefKind, node: &Node) -> BTreeSet<String> {
        for item in node.items() {
            self.refer(checker, kind, item);
        }
        texts(node.items()).into_iter().collect()
    }

    fn refer(&mut self, checker: &Checker, kind: RefKind, node: &Node) {
        if let Some(name) = node.text() {
            self.references.add(kind, name, place(checker, node));
        }
    }
}

/// The place of a node, for problems that show only when all files are read.
pub(crate) fn place(checker: &Checker, node: &Node) -> Place {
    Place { source: checker.source.clone(), span: node.span.clone() }
}

fn denied(test: Test) -> Criterion {
    Criterion::Not(Box::new(Criterion::Test(test)))
}

fn is_relative(entry: &Entry) -> bool {
    RELATIVE.contains(&entry.key.as_str())
}

/// A day counted from today, of a field that holds days.
fn days_from_today(checker: &mut Checker, entry: &Entry, field_type: Option<FieldType>) -> Option<ValueTest> {
    if let Some(field_type) = field_type.filter(|known| !matches!(known, FieldType::Date | FieldType::Datetime)) {
        let message = format!("`{}` cannot be asked of a field of type `{}`", entry.key, field_type.as_str());
        let help = "only fields of type `date` or `datetime` have days";
        checker.report_help(&entry.key_span, "wrong_operator", message, Some(help.into()));
        return None;
    }
    let days = i32::try_from(scalar::days(entry.node.text()?)?).ok()?;
    let (from, to) = match entry.key.as_str() {
        "within" => (Some(1 - days), Some(0)),
        "in_next" => (Some(0), Some(days - 1)),
        _ => (None, Some(-days - 1)),
    };
    Some(ValueTest::DaysFromToday { from, to })
}

/// The bounds in a group of keys: `Some(None)` when there is none, `None` when they are wrong.
fn between(checker: &mut Checker, node: &Node) -> Option<Option<Between>> {
    let mut unread = false;
    let mut number = |key: &str| {
        let text = node.get(key).map(|node| node.text().and_then(|text| Number::parse(text).ok()));
        unread |= text == Some(None);
        text.flatten()
    };
    let (at_least, at_most) = (number("at_least"), number("at_most"));
    let (above, below) = (number("above"), number("below"));
    if unread {
        return None;
    }
    let crossing = [
        ("at_least", at_least, "at_most", at_most, false),
        ("at_least", at_least, "below", below, true),
        ("above", above, "at_most", at_most, true),
        ("above", above, "below", below, true),
    ];
    for (low_key, low, high_key, high, strict) in crossing {
        let crossed = low.zip(high).is_some_and(|(low, high)| low > high || (strict && low == high));
        if let Some(at) = node.get(low_key).filter(|_| crossed) {
            let message = format!("no number is both `{low_key}` and `{high_key}` these");
            checker.report_help(&at.span, "range", message, Some("swap the two numbers, or remove one".into()));
            return None;
        }
    }
    let range = Between { at_least, at_most, above, below };
    Some((range != Between::default()).then_some(range))
}

/// A range without which a test means nothing.
fn needed(checker: &mut Checker, told: &Entry, range: Option<Between>) -> Option<Between> {
    if range.is_none() {
        let message = format!("a test of a {} needs a number", told.key);
        let help = "add one of `at_least`, `at_most`, `above`, `below`";
        checker.report_help(&told.key_span, "missing_key", message, Some(help.into()));
    }
    range
}

/// The window of a count; one of `within`, `from` with `to`, `since`.
fn window(checker: &mut Checker, node: &Node, scope: Scope) -> Option<Window> {
    let mut ways: Vec<&Entry> = node
        .entries()
        .iter()
        .filter(|entry| matches!(entry.key.as_str(), "within" | "from" | "to" | "since"))
        .collect();
    if ways.iter().all(|entry| matches!(entry.key.as_str(), "from" | "to")) {
        ways.truncate(1);
    }
    if let [_, second, ..] = ways.as_slice() {
        let help = "keep one: `within`, or `from` with `to`, or `since`".to_owned();
        checker.report_help(&second.key_span, "one_key", "a test has one window".to_owned(), Some(help));
        return None;
    }
    if let Some(within) = node.text_of("within") {
        return Some(Window::LastDays { days: u32::try_from(scalar::days(within)?).ok()? });
    }
    if let Some(since) = node.get("since") {
        if !scope.enrollment && since.text() == Some("enrollment") {
            let help = "only a workflow's own criteria know its enrollment: use `within: 30d`".to_owned();
            let message = "there is no enrollment to count from here".to_owned();
            checker.report_help(&since.span, "no_enrollment", message, Some(help));
            return None;
        }
        return Some(Window::SinceEnrollment);
    }
    let (from, to) = (day(checker, node, "from"), day(checker, node, "to"));
    let (from, to) = (from?, to?);
    if let Some(at) = node.get("from").filter(|_| from.zip(to).is_some_and(|(from, to)| from > to)) {
        checker.report_help(&at.span, "range", "`from` is after `to`".to_owned(), Some("swap the two days".into()));
        return None;
    }
    Some(if from.is_none() && to.is_none() { Window::Ever } else { Window::Between { from, to } })
}
