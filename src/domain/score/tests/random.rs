//! Random models and histories that meet often: few types, few objects, instants near midnights and clock changes.

use std::collections::BTreeSet;

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::domain::criteria::{ActivityFilter, AttributeTest, FieldTest, TextOperator};
use crate::domain::model::{
    ActivityFact, ActivityObject, ActivityObjectId, ActivityTypeId, Country, Dictionary, Fields, Number, Rounding,
    Value,
};
use crate::domain::score::{Fading, Group, Label, Limit, PropertyCase, Rule, RuleKind, ScoreModel};

pub(super) const TYPES: [&str; 4] = ["visit", "sent", "open", "bounce"];
/// 2026-02-20 and 2026-09-20: a clock change is about five weeks away.
const STARTS: [i64; 2] = [1_771_545_600, 1_789_862_400];
const DAY: i64 = 86_400;

pub(super) fn config(cases: u32, seed: u64) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..ProptestConfig::default() }
}

/// A contact with its model, zone and an instant to ask about.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) model: ScoreModel,
    pub(super) fields: Fields,
    pub(super) segments: BTreeSet<String>,
    /// In any order, perhaps with duplicates.
    pub(super) arrived: Vec<ActivityFact>,
    pub(super) as_of: Timestamp,
    pub(super) zone: TimeZone,
}

pub(super) fn dictionary() -> Dictionary {
    let object = |pairs: &[(&str, &str)]| -> ActivityObject {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let types = TYPES.iter().enumerate().map(|(at, name)| (ActivityTypeId(at as u16 + 1), (*name).to_owned()));
    let objects = [
        object(&[("asset", "A"), ("path", "/price")]),
        object(&[("asset", "B"), ("path", "/price/list")]),
        object(&[("path", "/about")]),
        object(&[("asset", "A")]),
    ];
    let objects = objects.into_iter().enumerate().map(|(at, object)| (ActivityObjectId(at as u32 + 1), object));
    Dictionary { types: types.collect(), objects: objects.collect() }
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    (any_start(), prop::sample::select(vec!["Europe/Stockholm", "UTC", "America/New_York", "Australia/Lord_Howe"]))
        .prop_flat_map(|(start, zone)| {
            let as_of = (-5 * DAY..200 * DAY, 0_i64..1000)
                .prop_map(move |(after, ms)| Timestamp::from_ms((start + after) * 1000 + ms));
            (model(), fields(), any::<bool>(), prop::collection::vec(fact(start), 0..40), as_of).prop_map(
                move |(model, fields, customer, arrived, as_of)| Case {
                    model,
                    fields,
                    segments: customer.then(|| "Customers".to_owned()).into_iter().collect(),
                    arrived,
                    as_of,
                    zone: TimeZone::get(zone).unwrap(),
                },
            )
        })
}

fn any_start() -> impl Strategy<Value = i64> {
    prop::sample::select(STARTS.to_vec())
}

fn fact(start: i64) -> impl Strategy<Value = ActivityFact> {
    // The hours around midnight in Europe and around the clock changes come up most.
    let second = prop_oneof![0_i64..DAY, 79_100_i64..79_300, 82_700_i64..82_900, 3_500_i64..3_700];
    (0_i64..60, second, 1_u16..5, 0_u32..5, 0_u32..3).prop_map(move |(day, second, activity_type, object, hash)| {
        ActivityFact {
            at: Timestamp::from_secs(start + day * DAY + second),
            activity_type: ActivityTypeId(activity_type),
            object: ActivityObjectId(object),
            country: Country(0),
            remote_hash: hash,
        }
    })
}

fn fields() -> impl Strategy<Value = Fields> {
    let met = prop::option::of(any_start().prop_map(|at| Value::Instant(Timestamp::from_secs(at))));
    (prop::option::of(0_i64..100), met).prop_map(|(size, met)| {
        let size = size.map(|size| ("size".to_owned(), Value::Number(Number::whole(size))));
        size.into_iter().chain(met.map(|met| ("met".to_owned(), met))).collect()
    })
}

fn model() -> impl Strategy<Value = ScoreModel> {
    let groups = prop::collection::vec((bound(), bound()), 2);
    let labels = (1_i64..12, 0_i64..6, prop::option::of(0_i64..6), prop::option::of(0_i64..10));
    (prop::collection::vec(rule(), 1..5), groups, labels, (bound(), bound()), 0_u8..3).prop_map(
        |(rules, groups, (first, step, leave_first, leave_second), (minimum, maximum), places)| ScoreModel {
            name: "s".into(),
            title: "S".into(),
            rounding: if places == 0 { Rounding::Whole } else { Rounding::Places(places) },
            minimum: minimum.map(|bound| -bound),
            maximum,
            groups: groups
                .into_iter()
                .enumerate()
                .map(|(at, (minimum, maximum))| Group {
                    name: format!("g{at}"),
                    minimum: minimum.map(|bound| -bound),
                    maximum,
                })
                .collect(),
            rules: rules.into_iter().enumerate().map(|(at, rule)| Rule { id: format!("r{at}"), ..rule }).collect(),
            labels: vec![label("Warm", first, leave_first), label("Hot", first + step + 1, leave_second)],
        },
    )
}

fn label(name: &str, from: i64, leave: Option<i64>) -> Label {
    Label { name: name.into(), from: Number::whole(from), leave_below: leave.map(|less| Number::whole(from - less)) }
}

fn bound() -> impl Strategy<Value = Option<Number>> {
    prop_oneof![3 => Just(None), 1 => (0_i64..30).prop_map(|bound| Some(Number::whole(bound)))]
}

fn points() -> impl Strategy<Value = Number> {
    prop_oneof![(-5_i64..10).prop_map(Number::whole), (-9_000_000_i128..9_000_000).prop_map(Number::from_micros)]
}

fn limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        Just(Limit::Every),
        Just(Limit::First),
        (1_u32..4).prop_map(|count| Limit::PerDay { count }),
        (1_u32..4, 1_u32..20).prop_map(|(count, days)| Limit::PerWindow { count, days }),
    ]
}

fn fading() -> impl Strategy<Value = Fading> {
    prop_oneof![
        Just(Fading::Never),
        (1_u32..60).prop_map(|days| Fading::Window { days }),
        (1_u32..120, 1_u32..40).prop_map(|(percent, every_days)| Fading::Linear { percent, every_days }),
        (1_u32..30).prop_map(|half_life_days| Fading::HalfLife { half_life_days }),
    ]
}

fn filter() -> impl Strategy<Value = ActivityFilter> {
    use TextOperator::{Contains, DoesNotContain, DoesNotEqual, Equals, StartsWith};
    let operator = prop::sample::select(vec![Equals, DoesNotEqual, Contains, DoesNotContain, StartsWith]);
    let test =
        (prop::sample::select(vec!["asset", "path"]), operator, prop::sample::select(vec!["A", "/price", "/about"]));
    (prop::sample::select(TYPES.to_vec()), prop::option::of(test)).prop_map(|(activity_type, test)| ActivityFilter {
        activity_type: activity_type.to_owned(),
        tests: test
            .map(|(attribute, operator, value)| AttributeTest {
                attribute: attribute.into(),
                operator,
                values: vec![value.into()],
            })
            .into_iter()
            .collect(),
    })
}

fn kind() -> impl Strategy<Value = RuleKind> {
    let event = (filter(), points(), limit(), fading()).prop_map(|(filter, points, limit, fading)| RuleKind::Event {
        filter,
        points,
        limit,
        fading,
    });
    let absence = (
        (filter(), filter(), prop::collection::vec(filter(), 0..2)),
        prop::option::of(Just("asset".to_owned())),
        0_u32..45,
        (points(), limit(), fading()),
    )
        .prop_map(|((anchor, expected, cancelled_by), correlate, deadline_days, (points, limit, fading))| {
            RuleKind::Absence { anchor, expected, correlate, deadline_days, points, limit, fading, cancelled_by }
        });
    let property = (points(), points(), 0_i64..100).prop_map(|(large, met, size)| RuleKind::Property {
        field: "size".into(),
        cases: vec![
            PropertyCase { test: FieldTest::NumberAbove(Number::whole(size)), points: large },
            PropertyCase { test: FieldTest::IsNotSet, points: met },
        ],
    });
    let segment = points().prop_map(|points| RuleKind::Segment { segment: "Customers".into(), points });
    prop_oneof![4 => event, 3 => absence, 1 => property, 1 => segment]
}

fn rule() -> impl Strategy<Value = Rule> {
    (kind(), prop::option::of(0_usize..2), bound(), bound()).prop_map(|(kind, group, minimum, maximum)| Rule {
        id: String::new(),
        title: "R".into(),
        group,
        kind,
        minimum: minimum.map(|bound| -bound),
        maximum,
    })
}
