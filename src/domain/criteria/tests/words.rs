//! What explanations say, word by word.

use std::collections::BTreeSet;

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

use super::random::{Company, World, dictionary};
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{
    ActivityFilter, AttributeTest, Between, CompiledCriteria, Criterion, Explained, FieldOf, FieldTest, GroupFact,
    GroupTest, Test, TextOperator, ValueTest, Window,
};
use crate::domain::model::{ActivityFact, ActivityObjectId, ActivityTypeId, Country, Number, Value};

fn explained(world: &World, test: Test) -> (String, bool, String) {
    let compiled = CompiledCriteria::new([&Criterion::Test(test)], &dictionary());
    let zone = TimeZone::get("Europe/Stockholm").unwrap();
    let now = Timestamp::parse("2026-03-29T12:00:00Z").unwrap();
    let Explained { text, holds, found, .. } =
        world.with_facts(|facts| compiled.explain(0, facts, now, &Calendar::around(&zone, now)));
    (text, holds, found.unwrap())
}

fn at_least(least: i64) -> Between {
    Between { at_least: Some(Number::whole(least)), ..Between::default() }
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_leaf_says_what_was_asked_and_what_was_found() {
    let fact = |at: &str| ActivityFact {
        at: Timestamp::parse(at).unwrap(),
        activity_type: ActivityTypeId(1),
        object: ActivityObjectId(1),
        country: Country(0),
        remote_hash: 1,
    };
    let world = World {
        contact: [("job_title".to_owned(), Value::Text("Sales manager".into()))].into(),
        company: Some(Company { markets: names(&["nordics"]), ..Company::default() }),
        arrived: vec![fact("2026-03-29T10:00:00Z"), fact("2026-03-29T13:00:00Z")],
        groups: vec![GroupFact {
            interest: "Cloud".into(),
            roles: names(&["Champion"]),
            missing_roles: names(&["Decision Maker"]),
            stage: None,
            completeness: Number::whole(25),
            engagement: Number::whole(7),
        }],
        ..World::default()
    };
    let field = |test| Test::Field { of: FieldOf::Contact, field: "job_title".into(), test };
    let filter = ActivityFilter {
        activity_type: "visit".into(),
        tests: vec![AttributeTest {
            attribute: "path".into(),
            operator: TextOperator::StartsWith,
            values: vec!["/price".into(), "/prices".into()],
        }],
    };
    let visits =
        |days| Test::Activities { filter: filter.clone(), count: at_least(2), window: Window::LastDays { days } };
    let ahead = |from, to| {
        let test = ValueTest::DaysFromToday { from, to };
        Test::Field { of: FieldOf::Company, field: "renews_on".into(), test }
    };
    let group = GroupTest {
        interests: names(&["Cloud"]),
        missing_role: Some("Decision Maker".into()),
        completeness: Some(Between { below: Some(Number::whole(50)), ..Between::default() }),
        ..GroupTest::default()
    };
    for (test, text, holds, found) in [
        (
            field(ValueTest::Is(FieldTest::Contains(vec!["chef".into(), "manager".into()]))),
            "the field `job_title` contains `chef` or `manager`",
            true,
            "it is `Sales manager`",
        ),
        (
            visits(30),
            "at least 2 `visit` whose path starts with `/price` or `/prices` in the last 30 days",
            false,
            "there is one",
        ),
        (
            visits(1),
            "at least 2 `visit` whose path starts with `/price` or `/prices` in the last day",
            false,
            "there is one",
        ),
        (ahead(Some(0), Some(29)), "the company field `renews_on` lies in the next 30 days", false, "it has no value"),
        (ahead(Some(-29), Some(0)), "the company field `renews_on` lies in the last 30 days", false, "it has no value"),
        (ahead(None, Some(-31)), "the company field `renews_on` lies more than 30 days ago", false, "it has no value"),
        (Test::Market { market: Some("uk".into()) }, "the company is in the market `uk`", false, "it is in `nordics`"),
        (
            Test::BuyingGroup(group),
            "a buying group for `Cloud`, without anybody in the role `Decision Maker`, with completeness of less than 50 %",
            true,
            "`Cloud`, role `Champion`, without `Decision Maker`, completeness 25 %, engagement 7",
        ),
        (Test::Engagement { test: at_least(5) }, "person engagement is at least 5", false, "there is none"),
    ] {
        assert_eq!(explained(&world, test), (text.to_owned(), holds, found.to_owned()));
    }
}
