//! Every form that a score or a mapping can be written in, and the exact values that come of it.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ActivityRecord, Actor, ObjectKind, PropertyType, StreamName};

use super::{from_sources, scores_from_text};
use crate::domain::criteria::{ActivityFilter, AttributeTest, FieldTest, TextOperator};
use crate::domain::model::{Number, Rounding, Value};
use crate::domain::score::{Fading, Group, Label, Limit, PropertyCase, Rule, RuleKind, ScoreModel};

fn filter(activity_type: &str, tests: &[(&str, TextOperator, &[&str])]) -> ActivityFilter {
    let test = |(attribute, operator, values): &(&str, TextOperator, &[&str])| AttributeTest {
        attribute: (*attribute).into(),
        operator: *operator,
        values: values.iter().map(|&value| value.into()).collect(),
    };
    ActivityFilter { activity_type: activity_type.into(), tests: tests.iter().map(test).collect() }
}

fn rule(id: &str, kind: RuleKind) -> Rule {
    Rule { id: id.into(), title: id.replace('_', " "), group: None, kind, minimum: None, maximum: None }
}

fn event(activity: ActivityFilter, points: i64, limit: Limit, fading: Fading) -> RuleKind {
    RuleKind::Event { filter: activity, points: Number::whole(points), limit, fading }
}

#[test]
fn every_form_of_a_score_is_read_as_it_is_meant() {
    use TextOperator::{Contains, DoesNotContain, DoesNotEqual, Equals, StartsWith};
    let text = "
scores:
  - name: lead_score
    title: Lead score
    type: {decimal: {places: 1}}
    minimum: -10.5
    maximum: 100
    groups: [{name: engagement, maximum: 60}, {name: other, minimum: -5}]
    rules:
      - {id: plain, event: email_open, points: 3}
      - id: tested
        title: Opened the newsletter
        group: other
        minimum: -1
        maximum: 9
        event: email_open
        where: {asset: Newsletter, link: [a, b], path: {starts_with: /p, does_not_contain: [x, y]}, form: {does_not_equal: z}}
        points: 2.5
        limit: first
        fading: {window: 30d}
      - {id: day, event: visit, points: 1, limit: {per_day: 2}, fading: {linear: {percent: 50, every: 4w}}}
      - {id: week, event: visit, points: 1, limit: {per_window: {count: 3, days: 7}}, fading: {half_life: 14d}}
      - {id: said, event: visit, points: 1, limit: every, fading: never}
      - id: does_not_open
        absence: {after: email_sent, expected: email_open, same: asset, within: 30d, unless: [email_bounce]}
        points: -2
      - id: does_not_read
        absence:
          after: {event: email_sent, where: {asset: {contains: News}}}
          expected: {event: email_click}
          within: 2w
          unless: {event: email_bounce}
        points: -1
        limit: first
      - {id: in_segment, segment: Newsletter subscribers, points: 2}
    labels: [{name: Cold, from: 0}, {name: Hot, from: 50, leave_below: 45}]
";
    let mut tested = rule(
        "tested",
        event(
            filter(
                "email_open",
                &[
                    ("asset", Equals, &["Newsletter"]),
                    ("link", Equals, &["a", "b"]),
                    ("path", StartsWith, &["/p"]),
                    ("path", DoesNotContain, &["x", "y"]),
                    ("form", DoesNotEqual, &["z"]),
                ],
            ),
            0,
            Limit::First,
            Fading::Window { days: 30 },
        ),
    );
    tested.title = "Opened the newsletter".into();
    (tested.group, tested.minimum, tested.maximum) = (Some(1), Some(Number::whole(-1)), Some(Number::whole(9)));
    if let RuleKind::Event { points, .. } = &mut tested.kind {
        *points = Number::parse("2.5").unwrap();
    }
    let absence = |anchor, expected, correlate: Option<&str>, deadline_days, points, limit| RuleKind::Absence {
        anchor,
        expected,
        correlate: correlate.map(str::to_owned),
        deadline_days,
        points: Number::whole(points),
        limit,
        fading: Fading::Never,
        cancelled_by: vec![filter("email_bounce", &[])],
    };
    let (sent, open) = (filter("email_sent", &[]), filter("email_open", &[]));
    let news = filter("email_sent", &[("asset", Contains, &["News"])]);
    let visit = || filter("visit", &[]);
    let model = ScoreModel {
        name: "lead_score".into(),
        title: "Lead score".into(),
        rounding: Rounding::Places(1),
        minimum: Some(Number::parse("-10.5").unwrap()),
        maximum: Some(Number::whole(100)),
        groups: vec![
            Group { name: "engagement".into(), minimum: None, maximum: Some(Number::whole(60)) },
            Group { name: "other".into(), minimum: Some(Number::whole(-5)), maximum: None },
        ],
        rules: vec![
            rule("plain", event(open.clone(), 3, Limit::Every, Fading::Never)),
            tested,
            rule("day", event(visit(), 1, Limit::PerDay { count: 2 }, Fading::Linear { percent: 50, every_days: 28 })),
            rule(
                "week",
                event(visit(), 1, Limit::PerWindow { count: 3, days: 7 }, Fading::HalfLife { half_life_days: 14 }),
            ),
            rule("said", event(visit(), 1, Limit::Every, Fading::Never)),
            rule("does_not_open", absence(sent, open, Some("asset"), 30, -2, Limit::Every)),
            rule("does_not_read", absence(news, filter("email_click", &[]), None, 14, -1, Limit::First)),
            rule(
                "in_segment",
                RuleKind::Segment { segment: "Newsletter subscribers".into(), points: Number::whole(2) },
            ),
        ],
        labels: vec![
            Label { name: "Cold".into(), from: Number::ZERO, leave_below: None },
            Label { name: "Hot".into(), from: Number::whole(50), leave_below: Some(Number::whole(45)) },
        ],
    };
    assert_eq!(scores_from_text("a.yaml", text).unwrap_or_else(|problems| panic!("{problems}")), [model]);
}

#[test]
fn cases_are_read_in_the_type_of_their_field() {
    let contacts = "
object: contact
fields:
  - {property: a, field: title}
  - {property: b, field: employees, type: number}
  - {property: c, field: opted_out, type: bool}
  - {property: d, field: roles, type: set, transforms: [split]}
  - {property: e, field: born_on, type: date}
  - {property: f, field: seen_at, type: datetime}
";
    let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    let text = |text: &str| Value::Text(text.into());
    let cases: Vec<(&str, &str, FieldTest)> = vec![
        ("title", "equals: [CEO, 12]", FieldTest::IsAnyOf([text("CEO"), text("12")].into())),
        ("title", "contains: chef", FieldTest::Contains(vec!["chef".into()])),
        ("title", "does_not_contain: [a, b]", FieldTest::DoesNotContain(vec!["a".into(), "b".into()])),
        ("title", "starts_with: VP", FieldTest::StartsWith(vec!["VP".into()])),
        ("title", "is_set: true", FieldTest::IsSet),
        ("title", "is_set: false", FieldTest::IsNotSet),
        ("employees", "equals: 12.0", FieldTest::IsAnyOf([Value::Number(Number::whole(12))].into())),
        ("employees", "above: 12", FieldTest::NumberAbove(Number::whole(12))),
        ("employees", "below: 12", FieldTest::NumberBelow(Number::whole(12))),
        (
            "employees",
            "at_least: 50, at_most: 99",
            FieldTest::NumberBetween { at_least: Some(Number::whole(50)), at_most: Some(Number::whole(99)) },
        ),
        ("employees", "at_most: 9", FieldTest::NumberBetween { at_least: None, at_most: Some(Number::whole(9)) }),
        ("opted_out", "does_not_equal: true", FieldTest::IsNoneOf([Value::Bool(true)].into())),
        ("roles", "equals: CHAMPION", FieldTest::IsAnyOf([text("CHAMPION")].into())),
        ("born_on", "equals: 1990-02-01", FieldTest::IsAnyOf([Value::Date(day("1990-02-01"))].into())),
        (
            "seen_at",
            "from: 2026-01-01, to: 2026-12-31",
            FieldTest::DateBetween { from: Some(day("2026-01-01")), to: Some(day("2026-12-31")) },
        ),
    ];
    for (field, test, wanted) in cases {
        let scores =
            format!("scores: [{{name: s, rules: [{{id: r, field: {field}, cases: [{{{test}, points: 1}}]}}]}}]");
        let sources = [("hubspot/contacts.yaml", contacts), ("rules/scores.yaml", &scores)];
        let sources: BTreeMap<String, String> =
            sources.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let rules = from_sources(sources).unwrap_or_else(|problems| panic!("{field} {test}\n{problems}"));
        let RuleKind::Property { cases, .. } = &rules.scores[0].rules[0].kind else { panic!("{field}") };
        assert_eq!(cases, &[PropertyCase { test: wanted, points: Number::whole(1) }], "{field} {test}");
    }
}

#[test]
fn the_first_entry_that_matches_an_activity_decides() {
    let text = "
activities:
  - {stream: other, type: A, skip: true}
  - {type: A, when: {bot: 'true'}, skip: true}
  - {types: [A, B], when: {kind: {starts_with: [x, y]}}, activity: special, attributes: {asset: {from: [name, id]}}}
  - {type: A, activity: common, attributes: {asset: name}, country: {from: land, transforms: [uppercase]}}
";
    let sources = BTreeMap::from([("hubspot/activities.yaml".to_owned(), text.to_owned())]);
    let rules = from_sources(sources).unwrap_or_else(|problems| panic!("{problems}"));
    let set = &rules.mappings["hubspot"];
    assert_eq!(set.activity_types(), BTreeSet::from(["common", "special"]));
    let read = |stream: &str, vendor_type: &str, attributes: &[(&str, &str)]| {
        let record = ActivityRecord {
            remote_id: "1".into(),
            actor: Actor::Visitor("v".into()),
            occurred_at: Timestamp::EPOCH,
            vendor_type: vendor_type.into(),
            attributes: attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        };
        let mapped = set.apply_activity(&StreamName::from(stream), &record)?;
        Some((mapped.activity_type, mapped.object.get("asset").cloned(), mapped.country.code()))
    };
    let some = |kind: &str, asset: Option<&str>, country: Option<&str>| {
        Some((kind.to_owned(), asset.map(str::to_owned), country.map(str::to_owned)))
    };
    for (stream, vendor_type, attributes, wanted) in [
        ("other", "A", &[][..], None),
        ("main", "A", &[("bot", "true")], None),
        ("main", "A", &[("bot", "false"), ("name", "N"), ("land", "se")], some("common", Some("N"), Some("SE"))),
        ("main", "A", &[("kind", "y1"), ("name", ""), ("id", "7")], some("special", Some("7"), None)),
        ("main", "B", &[("kind", "z")], None),
        ("main", "A", &[], some("common", None, None)),
        ("main", "C", &[], None),
    ] {
        assert_eq!(read(stream, vendor_type, attributes), wanted, "{stream} {vendor_type} {attributes:?}");
    }
}

#[test]
fn a_written_label_takes_its_options_from_the_score() {
    let rules = super::load(None, &["hubspot"]).unwrap();
    let mut wanted = rules.mappings["hubspot"].wanted_properties();
    assert!(wanted.iter().all(|property| property.group == "intentd"));
    wanted.retain(|property| property.name.contains("_score"));
    let names: Vec<&str> = wanted.iter().map(|property| property.name.as_str()).collect();
    assert_eq!(names, ["intentd_lead_score", "intentd_lead_score_label", "intentd_fit_score"]);
    assert!(wanted.iter().all(|property| property.kind == ObjectKind::Contact));
    assert_eq!(wanted[1].value_type, PropertyType::Enumeration);
    assert_eq!(wanted[1].options, ["Cold", "Warm", "Hot"]);
}
