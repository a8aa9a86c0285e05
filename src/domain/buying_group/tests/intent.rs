//! Levels of intent: the formula, that it adds up, fades and comes due in time.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{AttributeTest, TextOperator};
use crate::domain::engagement::{ActivityRow, Counter, EngagementModel, Method, Scaling, default_bands};
use crate::domain::model::{
    ActivityFact, ActivityObject, ActivityObjectId, ActivityTypeId, Country, Dictionary, Number,
};

const DAY: i64 = 86_400;
const NOON: i64 = 1_774_780_000;

fn engagement() -> EngagementModel {
    let row = |word: &str, weight| ActivityRow {
        activities: vec![word.to_owned()],
        tests: Vec::new(),
        title: word.to_owned(),
        kind: "Web".to_owned(),
        daily_cap: 20,
        weight,
    };
    EngagementModel {
        method: Method::Counts,
        scaling: Scaling::Maximum,
        window_days: 30,
        calibrate_every_days: 30,
        bands: default_bands(),
        activities: vec![row("visit", 40), row("form", 40)],
    }
}

fn keyword(name: &str, page: PageRule) -> Keyword {
    Keyword { name: name.to_owned(), pages: vec![page] }
}

fn test(attribute: &str, operator: TextOperator, value: &str) -> AttributeTest {
    AttributeTest { attribute: attribute.to_owned(), operator, values: vec![value.to_owned()] }
}

fn signals() -> SignalModel {
    let path = |value| PageRule::Path(vec![test("path", TextOperator::Contains, value)]);
    let title = |value| PageRule::Title(vec![test("asset", TextOperator::Contains, value)]);
    let elsewhere = PageRule::Path(vec![test("path", TextOperator::DoesNotContain, "/analytics")]);
    let product = |name: &str, keywords| Product { name: name.to_owned(), keywords };
    SignalModel {
        half_life_days: 2,
        half_point: 120,
        solutions: vec![
            Solution {
                name: "Analytics".to_owned(),
                products: vec![product(
                    "Insight",
                    vec![keyword("dashboards", path("/dash")), keyword("KPI", title("kpi"))],
                )],
            },
            Solution {
                name: "Security".to_owned(),
                products: vec![product("Vault", vec![keyword("other", elsewhere)])],
            },
        ],
    }
}

fn dictionary() -> Dictionary {
    let object = |path: &str, title: &str| {
        ActivityObject::from([("path".to_owned(), path.to_owned()), ("asset".to_owned(), title.to_owned())])
    };
    let objects = [object("/analytics/dash", "All about KPIs"), object("/blog", "Blog"), ActivityObject::new()];
    Dictionary {
        types: BTreeMap::from([(ActivityTypeId(1), "visit".to_owned()), (ActivityTypeId(2), "sent".to_owned())]),
        objects: (1..).map(ActivityObjectId).zip(objects).collect(),
    }
}

fn visits(day: i64, object: u32, count: u32) -> Vec<ActivityFact> {
    let visit = |time: u32| ActivityFact {
        at: Timestamp::from_secs(NOON + day * DAY - i64::from(time)),
        activity_type: ActivityTypeId(1),
        object: ActivityObjectId(object),
        country: Country(0),
        remote_hash: object * 1000 + time,
    };
    (0..count).map(visit).collect()
}

fn intent(mut facts: Vec<ActivityFact>, as_of: i64) -> GroupIntent {
    facts.sort();
    let (engagement, dictionary) = (engagement(), dictionary());
    let calendar = Calendar::around(&TimeZone::get("Europe/Stockholm").unwrap(), at(NOON));
    let counter = Counter::new(&engagement, &dictionary);
    let index = SignalIndex::new(signals(), &dictionary);
    group_intent(&index, &engagement, &counter, &[(ContactId(1), &facts)], at(as_of), &calendar)
}

fn told(found: &GroupIntent) -> Vec<(String, String, IntentLevel)> {
    found.signals.iter().map(|signal| (signal.name.clone(), signal.value.to_string(), signal.level)).collect()
}

#[test]
fn a_visit_counts_once_for_each_keyword_product_and_solution() {
    let expected = |name: &str| (name.to_owned(), "0.25".to_owned(), IntentLevel::Medium);
    let found = intent(visits(0, 1, 1), NOON);
    // 40 ÷ (40 + 120), though the page matches by path and by title.
    assert_eq!(told(&found), ["KPI", "dashboards", "Insight", "Analytics"].map(expected));
    let found = intent(visits(0, 2, 1), NOON);
    assert_eq!(told(&found), ["other", "Vault", "Security"].map(expected));
    assert_eq!(told(&intent(visits(0, 3, 1), NOON)), [], "an object without a path is not elsewhere");
}

#[test]
fn interest_fades_by_half_lives_and_has_a_daily_cap() {
    let level = |count: u32, days: i64| {
        let found = intent(visits(0, 2, count), NOON + days * DAY);
        found.signals.first().map(|signal| (signal.value.to_string(), signal.level))
    };
    assert_eq!(level(5, 0), Some(("0.625".to_owned(), IntentLevel::High)));
    assert_eq!(level(5, 2), Some(("0.454545".to_owned(), IntentLevel::Medium)));
    assert_eq!(level(1, 2), Some(("0.142857".to_owned(), IntentLevel::Low)));
    assert_eq!(level(20, 0), level(50, 0));
    assert_eq!(level(1, 30), None, "out of the window");
    for (value, level) in [
        ("0.600001", IntentLevel::High),
        ("0.6", IntentLevel::Medium),
        ("0.2", IntentLevel::Medium),
        ("0.199999", IntentLevel::Low),
    ] {
        assert_eq!(IntentLevel::of(Number::parse(value).unwrap()), level, "{value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, rng_seed: RngSeed::Fixed(33), failure_persistence: None, ..ProptestConfig::default() })]

    /// I4, and nothing changes its level before it is due.
    #[test]
    fn contributions_add_up_and_levels_hold_until_due(
        bursts in prop::collection::vec((-32_i64..2, 1_u32..4, 1_u32..25), 0..6),
        steps in prop::collection::vec(0_i64..40 * DAY, 1..5),
    ) {
        let mut facts: Vec<ActivityFact> = bursts.iter().flat_map(|(day, object, count)| visits(*day, *object, *count)).collect();
        facts.sort();
        facts.dedup();
        let found = intent(facts.clone(), NOON);
        for signal in &found.signals {
            prop_assert_eq!(signal.contributions.iter().map(|part| part.points).sum::<Number>(), signal.value);
            prop_assert_eq!(signal.contributions.iter().map(|part| part.strength).sum::<Number>(), signal.strength);
            prop_assert!(signal.value > Number::ZERO && signal.value < Number::whole(1));
        }
        let levels = |found: &GroupIntent| {
            let mut levels: Vec<_> = found.signals.iter().map(|signal| (signal.name.clone(), signal.level)).collect();
            levels.sort();
            levels
        };
        let until = found.next_due.map_or(i64::MAX, Timestamp::as_secs);
        for later in steps.into_iter().map(|step| NOON + step).chain([until.saturating_sub(1)]).filter(|at| *at < until && *at < NOON + 99 * DAY) {
            prop_assert_eq!(levels(&intent(facts.clone(), later)), levels(&found));
        }
        if let Some(due) = found.next_due {
            let ahead = facts.iter().any(|fact| fact.at > at(NOON));
            prop_assert!(ahead || levels(&intent(facts.clone(), due.as_secs())) != levels(&found));
        }
    }
}
