//! Every form that a criterion can be written in and the exact value that comes of it; where each may stand; and that the
//! schema for editors and the examples of the reference say the same.

use std::collections::BTreeSet;

use super::check::Checker;
use super::criteria_read::CriteriaReader;
use super::criteria_scope::{Layer, Scope};
use super::criteria_shape::{EXAMPLES, criterion, kinds};
use super::references::References;
use super::shape::{Area, Shape, Table, required};
use super::source::Source;
use super::yaml;
use crate::domain::criteria::{
    ActivityFilter, AttributeTest, Between, Criterion, FieldOf, FieldTest, GroupTest, Subject, Test, TextOperator,
    ValueTest, Window,
};
use crate::domain::model::{Number, Value};

const WORKFLOW: Scope = Scope { subject: Subject::Contact, layer: Layer::Workflow, enrollment: true };

/// Reads `criteria: …`; the codes of what is wrong, when anything is.
fn read(text: &str, scope: Scope) -> Result<Criterion, Vec<String>> {
    let source = Source::new("rules/a.yaml", text);
    let parsed = yaml::parse(&source);
    let tree = parsed.tree.unwrap_or_else(|| panic!("{text}"));
    let mut checker = Checker::new(&source, Area::Rules);
    checker.check(&tree, &Shape::Map(Table::new("a test", vec![required("criteria", criterion(), "It.")])));
    let mut references = References::default();
    let mut reader = CriteriaReader { names: None, references: &mut references };
    let read = reader.criterion(&mut checker, tree.get("criteria").unwrap(), scope);
    let problems: Vec<String> = checker.finish().into_iter().map(|problem| problem.code).collect();
    if problems.is_empty() { Ok(read.unwrap()) } else { Err(problems) }
}

fn test_of(written: &str, scope: Scope) -> Test {
    match read(&format!("criteria: {written}"), scope) {
        Ok(Criterion::Test(test)) => test,
        other => panic!("{written}: {other:?}"),
    }
}

fn at_least(least: i64) -> Between {
    Between { at_least: Some(Number::whole(least)), ..Between::default() }
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_kind_of_test_is_read_as_it_is_meant() {
    let field = |of, field: &str, test| Test::Field { of, field: field.into(), test };
    let contact = |name, test| field(FieldOf::Contact, name, test);
    let days = |from, to| ValueTest::DaysFromToday { from, to };
    let clicks = |count, window| Test::Activities {
        filter: ActivityFilter { activity_type: "email_click".into(), tests: vec![] },
        count,
        window,
    };
    let day = |text: &str| Some(text.parse().unwrap());
    let text = |text: &str| Value::Text(text.into());
    for (written, wanted) in [
        (
            "{field: job_title, contains: [chef, chief]}",
            contact("job_title", ValueTest::Is(FieldTest::Contains(vec!["chef".into(), "chief".into()]))),
        ),
        ("{field: met_on, is_set: false}", contact("met_on", ValueTest::Is(FieldTest::IsNotSet))),
        ("{field: met_on, within: 30d}", contact("met_on", days(Some(-29), Some(0)))),
        ("{field: met_on, within: 1d}", contact("met_on", days(Some(0), Some(0)))),
        ("{field: met_on, in_next: 2w}", contact("met_on", days(Some(0), Some(13)))),
        ("{field: met_on, more_than_ago: 30d}", contact("met_on", days(None, Some(-31)))),
        (
            "{company_field: country, equals: SE}",
            field(FieldOf::Company, "country", ValueTest::Is(FieldTest::IsAnyOf([text("SE")].into()))),
        ),
        ("{activity: email_click}", clicks(Between::SOME, Window::Ever)),
        ("{activity: email_click, at_least: 2, within: 30d}", clicks(at_least(2), Window::LastDays { days: 30 })),
        (
            "{activity: email_click, above: 1, below: 9, from: 2026-01-01}",
            clicks(
                Between { above: Some(Number::whole(1)), below: Some(Number::whole(9)), ..Between::default() },
                Window::Between { from: day("2026-01-01"), to: None },
            ),
        ),
        (
            "{activity: email_click, at_most: 0, from: 2026-01-01, to: 2026-01-31}",
            clicks(
                Between { at_most: Some(Number::ZERO), ..Between::default() },
                Window::Between { from: day("2026-01-01"), to: day("2026-01-31") },
            ),
        ),
        ("{activity: email_click, since: enrollment}", clicks(Between::SOME, Window::SinceEnrollment)),
        (
            "{activity: email_click, where: {path: {starts_with: /p}, asset: [A, B]}}",
            Test::Activities {
                filter: ActivityFilter {
                    activity_type: "email_click".into(),
                    tests: vec![
                        AttributeTest {
                            attribute: "path".into(),
                            operator: TextOperator::StartsWith,
                            values: vec!["/p".into()],
                        },
                        AttributeTest {
                            attribute: "asset".into(),
                            operator: TextOperator::Equals,
                            values: vec!["A".into(), "B".into()],
                        },
                    ],
                },
                count: Between::SOME,
                window: Window::Ever,
            },
        ),
        (
            "{visits: {at_least: 3}, within: 7d}",
            Test::Visits { count: at_least(3), window: Window::LastDays { days: 7 } },
        ),
        ("{segment: Big customers}", Test::Segment { segment: "Big customers".into() }),
        ("{score: lead_score, at_least: 50}", Test::Score { score: "lead_score".into(), test: at_least(50) }),
        (
            "{label: lead_score, is: [Hot, Warm]}",
            Test::ScoreLabel { score: "lead_score".into(), labels: names(&["Hot", "Warm"]) },
        ),
        ("{engagement: {at_least: 40}}", Test::Engagement { test: at_least(40) }),
        ("{intent: true}", Test::Intent { criteria: names(&[]) }),
        ("{intent: [prices, demo]}", Test::Intent { criteria: names(&["prices", "demo"]) }),
        ("{intent: prices}", Test::Intent { criteria: names(&["prices"]) }),
        ("{market: any}", Test::Market { market: None }),
        ("{market: nordics}", Test::Market { market: Some("nordics".into()) }),
        ("{view: hot}", Test::View { view: "hot".into() }),
        ("{in_crm: true}", Test::InCrm),
        ("{goal: welcome}", Test::GoalAchieved { workflow: "welcome".into() }),
        ("{enrolled: welcome}", Test::Enrolled { workflow: "welcome".into() }),
        ("{buying_group: true}", Test::BuyingGroup(GroupTest::default())),
        (
            "{buying_group: {interest: Cloud, role: [Champion], missing_role: Decision Maker, stage: Open, completeness: \
             {below: 50}, engagement: {at_least: 5}}}",
            Test::BuyingGroup(GroupTest {
                interests: names(&["Cloud"]),
                roles: names(&["Champion"]),
                missing_role: Some("Decision Maker".into()),
                stages: names(&["Open"]),
                completeness: Some(Between { below: Some(Number::whole(50)), ..Between::default() }),
                engagement: Some(at_least(5)),
            }),
        ),
    ] {
        assert_eq!(test_of(written, WORKFLOW), wanted, "{written}");
    }
    let company = test_of("{field: country, is_set: true}", Scope::of(Subject::Company, Layer::Market));
    assert_eq!(company, field(FieldOf::Company, "country", ValueTest::Is(FieldTest::IsSet)), "a company's own field");
}

#[test]
fn trees_are_read_as_they_stand() {
    let leaf = |name: &str| Criterion::Test(Test::Segment { segment: name.into() });
    let not = |child| Criterion::Not(Box::new(child));
    for (written, wanted) in [
        ("[{segment: A}, {segment: B}]", Criterion::All(vec![leaf("A"), leaf("B")])),
        ("{all: [{segment: A}]}", Criterion::All(vec![leaf("A")])),
        (
            "{any: [{segment: A}, [{segment: B}, {segment: C}]]}",
            Criterion::Any(vec![leaf("A"), Criterion::All(vec![leaf("B"), leaf("C")])]),
        ),
        ("{not: {segment: A}}", not(leaf("A"))),
        ("{not: [{segment: A}]}", not(Criterion::All(vec![leaf("A")]))),
        ("{not: {any: [{not: {segment: A}}]}}", not(Criterion::Any(vec![not(leaf("A"))]))),
        ("{in_crm: false}", not(Criterion::Test(Test::InCrm))),
        ("{intent: false}", not(Criterion::Test(Test::Intent { criteria: names(&[]) }))),
        ("{buying_group: false}", not(Criterion::Test(Test::BuyingGroup(GroupTest::default())))),
    ] {
        assert_eq!(read(&format!("criteria: {written}"), WORKFLOW), Ok(wanted), "{written}");
    }
}

/// The order of computation, seen from each place: what stands later cannot be asked.
#[test]
fn nobody_is_asked_what_he_cannot_know() {
    let written = |tag: &str| match tag {
        "field" | "company_field" => format!("{{{tag}: a, is_set: true}}"),
        "score" => "{score: a, at_least: 1}".to_owned(),
        "label" => "{label: a, is: Hot}".to_owned(),
        "engagement" | "visits" => format!("{{{tag}: {{at_least: 1}}}}"),
        "intent" | "in_crm" | "buying_group" => format!("{{{tag}: true}}"),
        tag => format!("{{{tag}: a}}"),
    };
    let leaves: Vec<&str> =
        kinds().iter().map(|kind| kind.tag).filter(|tag| !matches!(*tag, "all" | "any" | "not")).collect();
    let answered = |scope| -> Vec<&str> {
        let asked = |tag: &&&str| read(&format!("criteria: {}", written(tag)), scope).is_ok();
        leaves.iter().filter(asked).copied().collect()
    };
    let facts = ["field", "company_field", "activity", "visits", "segment"];
    let sorted = |more: &[&'static str], without: &[&str]| -> Vec<&str> {
        let all = facts.iter().chain(more).copied().filter(|tag| !without.contains(tag)).collect::<BTreeSet<_>>();
        leaves.iter().copied().filter(|tag| all.contains(tag)).collect()
    };
    use Subject::{BuyingGroup, Company, Contact};
    for (subject, layer, more, without) in [
        (Company, Layer::Market, &["market", "in_crm"][..], &[][..]),
        (Company, Layer::View, &["market", "in_crm", "intent", "view"], &[]),
        (Contact, Layer::Role, &["market", "in_crm", "intent", "view", "score", "label", "engagement"], &[]),
        (BuyingGroup, Layer::Stage, &["market", "in_crm", "intent", "view", "buying_group"], &["field", "segment"]),
        (
            Contact,
            Layer::Workflow,
            &["market", "in_crm", "intent", "view", "score", "label", "engagement", "buying_group", "goal", "enrolled"],
            &[],
        ),
    ] {
        assert_eq!(answered(Scope::of(subject, layer)), sorted(more, without), "{subject:?} {layer:?}");
    }
}

#[test]
fn whatever_is_wrong_in_a_branch_the_others_are_read_too() {
    let text = "criteria: {any: [{field: a}, {not: {market: any, at_least: 1}}, {all: []}, {segment: A}]}";
    let market = Scope::of(Subject::Company, Layer::Market);
    let codes = read(text, market).unwrap_err();
    assert_eq!(codes, ["rules::unknown_key", "rules::missing_key", "rules::circle", "rules::empty"]);
}

#[test]
fn the_examples_of_the_reference_can_be_read() {
    for (title, example) in EXAMPLES {
        let scopes =
            [Scope::of(Subject::Company, Layer::View), WORKFLOW, Scope::of(Subject::BuyingGroup, Layer::Stage)];
        assert!(scopes.iter().any(|scope| read(example, *scope).is_ok()), "{title}");
    }
}
