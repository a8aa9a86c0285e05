//! Random criteria and subjects that meet often: few types, few names, instants near midnights and clock changes.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::domain::criteria::{
    ActivityFilter, AttributeTest, Between, CompanyFacts, Criterion, Facts, FieldOf, FieldTest, GroupFact, GroupTest,
    ScoreFact, Test, TextOperator, ValueTest, Window, WorkflowFact,
};
use crate::domain::model::{
    ActivityFact, ActivityObject, ActivityObjectId, ActivityTypeId, Country, Dictionary, Fields, Number, Value,
};
use crate::domain::timeline::{Timeline, fold};

/// 2026-02-20 and 2026-09-20: a clock change is about five weeks away.
const STARTS: [i64; 2] = [1_771_545_600, 1_789_862_400];
const DAY: i64 = 86_400;
const ZONES: [&str; 5] = ["Europe/Stockholm", "UTC", "America/New_York", "Australia/Lord_Howe", "America/Havana"];

pub(super) fn config(cases: u32, seed: u64) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..ProptestConfig::default() }
}

/// Everything that can be asked of a subject, owned.
#[derive(Clone, Debug, Default)]
pub(super) struct World {
    pub(super) contact: Fields,
    pub(super) company: Option<Company>,
    pub(super) segments: BTreeSet<String>,
    /// In any order, perhaps with duplicates.
    pub(super) arrived: Vec<ActivityFact>,
    pub(super) scores: BTreeMap<String, ScoreFact>,
    pub(super) engagement: Option<Number>,
    pub(super) workflows: BTreeMap<String, WorkflowFact>,
    pub(super) groups: Vec<GroupFact>,
    pub(super) enrolled_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Company {
    pub(super) fields: Fields,
    pub(super) markets: BTreeSet<String>,
    pub(super) views: BTreeSet<String>,
    pub(super) intent: BTreeSet<String>,
    pub(super) visits: Vec<Timestamp>,
    pub(super) in_crm: bool,
}

/// A criterion, a subject, and an instant to ask at.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) criterion: Criterion,
    pub(super) world: World,
    pub(super) now: Timestamp,
    pub(super) zone: TimeZone,
}

impl World {
    /// Asks with the facts as the store hands them out: sorted and distinct.
    pub(super) fn with_facts<T>(&self, ask: impl FnOnce(&Facts<'_>) -> T) -> T {
        let company = self.company.as_ref().map(|company| CompanyFacts {
            fields: &company.fields,
            markets: &company.markets,
            views: &company.views,
            intent: &company.intent,
            visits: &company.visits,
            in_crm: company.in_crm,
        });
        let bytes = fold(&[], &self.arrived).unwrap().bytes;
        let mut activities = Vec::new();
        Timeline::parse(&bytes).unwrap().decode_into(&mut activities).unwrap();
        ask(&Facts {
            contact: &self.contact,
            company: company.as_ref(),
            segments: &self.segments,
            activities: &activities,
            scores: &self.scores,
            engagement: self.engagement,
            workflows: &self.workflows,
            groups: &self.groups,
            enrolled_at: self.enrolled_at,
        })
    }
}

pub(super) fn dictionary() -> Dictionary {
    let object = |path: &str| ActivityObject::from([("path".to_owned(), path.to_owned())]);
    let types = [(1, "visit"), (2, "open"), (3, "click")];
    let objects = [(1, "/price"), (2, "/price/list"), (3, "/about")];
    Dictionary {
        types: types.into_iter().map(|(id, name)| (ActivityTypeId(id), name.to_owned())).collect(),
        objects: objects.into_iter().map(|(id, path)| (ActivityObjectId(id), object(path))).collect(),
    }
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    (prop::sample::select(STARTS.to_vec()), prop::sample::select(ZONES.to_vec())).prop_flat_map(|(start, zone)| {
        let now = (-5 * DAY..100 * DAY, 0_i64..1000)
            .prop_map(move |(after, ms)| Timestamp::from_ms((start + after) * 1000 + ms));
        (criterion(), world(start), now).prop_map(move |(criterion, world, now)| Case {
            criterion,
            world,
            now,
            zone: TimeZone::get(zone).unwrap(),
        })
    })
}

/// Some instant of the next four months, more often a midnight in Europe or next to one.
pub(super) fn instant(start: i64) -> impl Strategy<Value = Timestamp> {
    let second = prop_oneof![0_i64..DAY, 79_100_i64..79_300, 82_700_i64..82_900, 3_500_i64..3_700];
    (0_i64..90, second).prop_map(move |(day, second)| Timestamp::from_secs(start + day * DAY + second))
}

fn world(start: i64) -> impl Strategy<Value = World> {
    let fact = (instant(start), 1_u16..5, 0_u32..4, 0_u32..3).prop_map(|(at, activity_type, object, remote_hash)| {
        let (activity_type, object) = (ActivityTypeId(activity_type), ActivityObjectId(object));
        ActivityFact { at, activity_type, object, country: Country(0), remote_hash }
    });
    let small = (
        segments(),
        prop::option::of((0_i64..100, prop::option::of(Just("Hot".to_owned())))),
        prop::option::of((0_i64..100).prop_map(Number::whole)),
        (any::<bool>(), any::<bool>()),
        prop::option::of(instant(start)),
    );
    let big = (fields(start), company(start), prop::collection::vec(fact, 0..25), prop::collection::vec(group(), 0..3));
    (big, small).prop_map(
        |((contact, company, arrived, groups), (segments, score, engagement, (enrolled, goal), enrolled_at))| World {
            contact,
            company,
            segments,
            arrived,
            scores: score
                .map(|(shown, label)| ("lead".to_owned(), ScoreFact { shown: Number::whole(shown), label }))
                .into_iter()
                .collect(),
            engagement,
            workflows: BTreeMap::from([("w".to_owned(), WorkflowFact { enrolled, goal_achieved: goal })]),
            groups,
            enrolled_at,
        },
    )
}

fn segments() -> impl Strategy<Value = BTreeSet<String>> {
    prop::sample::subsequence(vec!["A", "B"], 0..=2).prop_map(|names| names.into_iter().map(str::to_owned).collect())
}

fn fields(start: i64) -> impl Strategy<Value = Fields> {
    let size = prop::option::of((0_i64..100).prop_map(|size| Value::Number(Number::whole(size))));
    let met = prop::option::of(instant(start));
    (size, met, any::<bool>()).prop_map(|(size, met, as_day)| {
        let met = met.map(|at| match as_day {
            true => Value::Date(at.to_jiff().to_zoned(TimeZone::UTC).date()),
            false => Value::Instant(at),
        });
        let named = [("size", size), ("met", met)];
        named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    })
}

fn company(start: i64) -> impl Strategy<Value = Option<Company>> {
    let visits = prop::collection::vec(instant(start), 0..12);
    prop::option::of((fields(start), segments(), segments(), segments(), visits, any::<bool>()).prop_map(
        |(fields, markets, views, intent, mut visits, in_crm)| {
            visits.sort();
            Company { fields, markets, views, intent, visits, in_crm }
        },
    ))
}

fn group() -> impl Strategy<Value = GroupFact> {
    (segments(), segments(), prop::option::of(Just("Open".to_owned())), 0_i64..101, 0_i64..101).prop_map(
        |(roles, missing_roles, stage, completeness, engagement)| GroupFact {
            interest: "A".into(),
            roles,
            missing_roles,
            stage,
            completeness: Number::whole(completeness),
            engagement: Number::whole(engagement),
        },
    )
}

pub(super) fn criterion() -> impl Strategy<Value = Criterion> {
    let leaf = test().prop_map(Criterion::Test);
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Criterion::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Criterion::Any),
            inner.prop_map(|child| Criterion::Not(Box::new(child))),
        ]
    })
}

fn between(most: i64) -> impl Strategy<Value = Between> {
    let bound = move || prop::option::of((0..most).prop_map(Number::whole));
    prop_oneof![
        Just(Between::SOME),
        bound().prop_map(|at_least| Between { at_least, ..Between::default() }),
        bound().prop_map(|at_most| Between { at_most, ..Between::default() }),
        (bound(), bound()).prop_map(|(above, below)| Between { above, below, ..Between::default() }),
    ]
}

fn window() -> impl Strategy<Value = Window> {
    let day = || prop::option::of((0_i64..100).prop_map(|day| date(STARTS[0] + day * DAY)));
    prop_oneof![
        Just(Window::Ever),
        (1_u32..45).prop_map(|days| Window::LastDays { days }),
        (day(), day()).prop_map(|(from, to)| Window::Between { from, to }),
        Just(Window::SinceEnrollment),
    ]
}

fn date(at: i64) -> jiff::civil::Date {
    Timestamp::from_secs(at).to_jiff().to_zoned(TimeZone::UTC).date()
}

fn filter() -> impl Strategy<Value = ActivityFilter> {
    use TextOperator::{DoesNotContain, Equals, StartsWith};
    let operator = prop::sample::select(vec![Equals, DoesNotContain, StartsWith]);
    (prop::sample::select(vec!["visit", "open", "never_seen"]), prop::option::of(operator)).prop_map(
        |(activity_type, operator)| ActivityFilter {
            activity_type: activity_type.to_owned(),
            tests: operator
                .map(|operator| AttributeTest { attribute: "path".into(), operator, values: vec!["/price".into()] })
                .into_iter()
                .collect(),
        },
    )
}

fn test() -> impl Strategy<Value = Test> {
    let of = || prop::sample::select(vec![FieldOf::Contact, FieldOf::Company]);
    let name = || prop::sample::select(vec!["A".to_owned(), "B".to_owned(), "C".to_owned()]);
    let days = || prop::option::of(-40_i32..40);
    prop_oneof![
        1 => (of(), 0_i64..100).prop_map(|(of, size)| Test::Field {
            of,
            field: "size".into(),
            test: ValueTest::Is(FieldTest::NumberAbove(Number::whole(size))),
        }),
        4 => (of(), days(), days()).prop_map(|(of, from, to)| Test::Field {
            of,
            field: "met".into(),
            test: ValueTest::DaysFromToday { from, to },
        }),
        6 => (filter(), between(5), window())
            .prop_map(|(filter, count, window)| Test::Activities { filter, count, window }),
        3 => (between(5), window()).prop_map(|(count, window)| Test::Visits { count, window }),
        1 => name().prop_map(|segment| Test::Segment { segment }),
        1 => between(100).prop_map(|test| Test::Score { score: "lead".into(), test }),
        1 => Just(Test::ScoreLabel { score: "lead".into(), labels: ["Hot".to_owned()].into() }),
        1 => segments().prop_map(|criteria| Test::Intent { criteria }),
        1 => prop::option::of(name()).prop_map(|market| Test::Market { market }),
        1 => name().prop_map(|view| Test::View { view }),
        1 => Just(Test::InCrm),
        1 => Just(Test::GoalAchieved { workflow: "w".into() }),
        1 => Just(Test::Enrolled { workflow: "w".into() }),
        1 => between(100).prop_map(|test| Test::Engagement { test }),
        1 => (segments(), segments(), prop::option::of(name()), prop::option::of(between(100))).prop_map(
            |(interests, roles, missing_role, completeness)| Test::BuyingGroup(GroupTest {
                interests,
                roles,
                missing_role,
                completeness,
                ..GroupTest::default()
            })
        ),
    ]
}
