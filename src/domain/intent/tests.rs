//! The promises of the intent computation, against a plain second telling of the rules.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::criteria::TextOperator;
use crate::domain::model::{ActivityObjectId, CompanyId, ContactId, Country, Dictionary, Number};

const PAGES: [(&str, &str); 6] = [
    ("www.example.com", "/"),
    ("example.com", "/prices"),
    ("blog.example.com", "/post/1"),
    ("example.com", "/careers/"),
    ("other.example", "/prices"),
    ("example.com", "/Prices"),
];

fn dictionary() -> Dictionary {
    let mut dictionary = Dictionary::default();
    for (number, (host, path)) in PAGES.iter().enumerate() {
        let object = [("host".to_owned(), (*host).to_owned()), ("path".to_owned(), (*path).to_owned())];
        dictionary.objects.insert(ActivityObjectId(number as u32 + 1), object.into());
    }
    dictionary
}

fn stockholm(at: Timestamp) -> Calendar {
    Calendar::around(&TimeZone::get("Europe/Stockholm").unwrap(), at)
}

fn instant(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn visit(at: &str, visitor: i64, page: u32) -> Visit {
    Visit {
        at: instant(at),
        visitor: Visitor::Contact(ContactId(visitor)),
        page: ActivityObjectId(page),
        country: Country::from_code("SE"),
    }
}

fn rule(operator: TextOperator, value: &str) -> VisitRule {
    VisitRule {
        paths: vec![PathTest { operator, values: vec![value.into()] }],
        case_sensitive: true,
        domains: BTreeSet::new(),
        countries: BTreeSet::new(),
        min_visits: 1,
        min_visitors: 1,
        days: 30,
    }
}

fn criterion(name: &str, include: Vec<VisitRule>, exclude: Vec<VisitRule>) -> VisitorCriterion {
    VisitorCriterion { name: name.into(), title: name.into(), include, exclude }
}

fn compiled(criteria: Vec<VisitorCriterion>) -> CompiledIntent {
    CompiledIntent::new(&IntentModel { criteria, excluded_companies: BTreeSet::new() }, &dictionary())
}

fn at(intent: &CompiledIntent, visits: &[Visit], as_of: &str) -> IntentEvaluation {
    let as_of = instant(as_of);
    evaluate(intent, visits, Held::default(), as_of, &stockholm(as_of))
}

#[test]
fn a_criterion_at_exactly_its_minimum_and_at_its_day_boundary() {
    let prices = VisitRule { min_visits: 3, min_visitors: 2, days: 7, ..rule(TextOperator::StartsWith, "/prices") };
    let intent = compiled(vec![criterion("prices", vec![prices], vec![])]);
    let visits =
        [visit("2026-03-23T10:00:00Z", 1, 2), visit("2026-03-24T10:00:00Z", 1, 2), visit("2026-03-25T10:00:00Z", 2, 5)];
    assert!(!at(&intent, &visits, "2026-03-25T09:59:59Z").shows(), "two visits are not three");
    let shows = at(&intent, &visits, "2026-03-25T10:00:00Z");
    assert!(shows.shows());
    assert_eq!(shows.since, Some(instant("2026-03-25T10:00:00Z")));
    assert_eq!((shows.visits, shows.visitors), (3, 2));
    // The week of the 23rd ends with the 29th, a day of 23 hours in Stockholm.
    assert_eq!(shows.next_due, Some(instant("2026-03-29T22:00:00Z")));
    assert!(at(&intent, &visits, "2026-03-29T21:59:59Z").shows());
    let after = at(&intent, &visits, "2026-03-29T22:00:00Z");
    assert!(!after.shows());
    assert_eq!(after.stopped_at, Some(instant("2026-03-29T22:00:00Z")));
}

#[test]
fn the_day_of_25_hours_ends_an_hour_later() {
    let intent =
        compiled(vec![criterion("home", vec![VisitRule { days: 1, ..rule(TextOperator::Equals, "/") }], vec![])]);
    let visits = [visit("2026-10-24T22:00:00Z", 1, 1)];
    let shows = at(&intent, &visits, "2026-10-25T22:59:59Z");
    assert!(shows.shows());
    assert_eq!(shows.next_due, Some(instant("2026-10-25T23:00:00Z")));
    assert!(!at(&intent, &visits, "2026-10-25T23:00:00Z").shows());
}

#[test]
fn an_exclusion_takes_the_intent_away_and_gives_it_back_when_it_has_passed() {
    let careers = VisitRule { days: 2, ..rule(TextOperator::Equals, "/careers") };
    let intent = compiled(vec![criterion("prices", vec![rule(TextOperator::Equals, "/prices")], vec![careers])]);
    let visits = [visit("2026-05-01T08:00:00Z", 1, 2), visit("2026-05-03T08:00:00Z", 1, 4)];
    assert!(at(&intent, &visits, "2026-05-02T08:00:00Z").shows());
    assert!(!at(&intent, &visits, "2026-05-03T08:00:00Z").shows());
    let back = at(&intent, &visits, "2026-05-04T22:00:00Z");
    assert_eq!(back.since, Some(instant("2026-05-04T22:00:00Z")));
}

#[test]
fn domains_countries_and_letter_case_are_part_of_a_rule() {
    let blog =
        VisitRule { domains: BTreeSet::from(["blog.example.com".into()]), ..rule(TextOperator::StartsWith, "/") };
    let own = VisitRule { domains: BTreeSet::from(["example.com".into()]), ..rule(TextOperator::Equals, "/prices") };
    let norway = VisitRule { countries: BTreeSet::from([Country::from_code("NO")]), ..rule(TextOperator::Equals, "/") };
    let any_case = VisitRule { case_sensitive: false, ..rule(TextOperator::Equals, "/PRICES") };
    let intent = compiled(vec![
        criterion("blog", vec![blog], vec![]),
        criterion("own", vec![own], vec![]),
        criterion("norway", vec![norway], vec![]),
        criterion("any_case", vec![any_case], vec![]),
    ]);
    let met = |page: u32| {
        let visits = [visit("2026-05-01T08:00:00Z", 1, page)];
        let met = at(&intent, &visits, "2026-05-01T09:00:00Z").met;
        met.into_iter().map(|criterion| criterion.name).collect::<Vec<_>>()
    };
    assert_eq!(met(1), [""; 0], "the home page, from Sweden");
    assert_eq!(met(2), ["own", "any_case"]);
    assert_eq!(met(3), ["blog"]);
    assert_eq!(met(5), ["any_case"], "another domain");
    assert_eq!(met(6), ["any_case"], "the path's letter case counts");
}

#[test]
fn a_beginning_before_the_oldest_kept_visit_is_remembered() {
    let intent = compiled(vec![criterion("home", vec![rule(TextOperator::Equals, "/")], vec![])]);
    let visits = [visit("2026-05-01T08:00:00Z", 1, 1), visit("2026-05-20T08:00:00Z", 1, 1)];
    let as_of = instant("2026-06-01T00:00:00Z");
    let held =
        Held { since: Some(instant("2026-02-01T00:00:00Z")), complete_from: Some(instant("2026-04-25T00:00:00Z")) };
    let kept = evaluate(&intent, &visits, held, as_of, &stockholm(as_of));
    assert_eq!(kept.since, held.since, "visits before the kept ones may have shown intent");
    let told = Held { complete_from: Some(instant("2026-03-25T00:00:00Z")), ..held };
    let told = evaluate(&intent, &visits, told, as_of, &stockholm(as_of));
    assert_eq!(told.since, Some(instant("2026-05-01T08:00:00Z")), "the kept visits tell for certain");
}

#[test]
fn lift_compares_with_the_home_page_and_is_nothing_without_one() {
    let goal = ConversionGoal {
        stages: BTreeSet::from(["customer".into()]),
        from: "2026-05-01".parse().unwrap(),
        to: "2026-05-31".parse().unwrap(),
        lookback_days: 7,
        dismissed: BTreeSet::from(["/careers".into()]),
    };
    let model = IntentModel {
        criteria: vec![criterion(
            "prices",
            vec![rule(TextOperator::Equals, "/prices")],
            vec![rule(TextOperator::Equals, "/careers")],
        )],
        excluded_companies: BTreeSet::new(),
    };
    let visits = BTreeMap::from([
        (CompanyId(1), vec![visit("2026-05-08T08:00:00Z", 1, 1), visit("2026-05-09T08:00:00Z", 1, 2)]),
        (CompanyId(2), vec![visit("2026-05-08T08:00:00Z", 2, 1)]),
        (CompanyId(3), vec![visit("2026-05-08T08:00:00Z", 3, 1), visit("2026-05-08T09:00:00Z", 3, 4)]),
        // Too early for its conversion, and inside the days before the window.
        (CompanyId(4), vec![visit("2026-04-27T08:00:00Z", 4, 1)]),
    ]);
    let conversions = [
        Conversion { company: CompanyId(1), at: instant("2026-05-10T08:00:00Z") },
        Conversion { company: CompanyId(4), at: instant("2026-05-20T08:00:00Z") },
        // Outside the window.
        Conversion { company: CompanyId(2), at: instant("2026-06-02T08:00:00Z") },
    ];
    let as_of = instant("2026-06-10T00:00:00Z");
    let found = recommend(&goal, &conversions, &visits, &model, &dictionary(), &stockholm(as_of));
    assert_eq!(found.converted, 2);
    assert_eq!(found.home, Some(Ratio { part: 1, whole: 4 }));
    let row = |path: &str| found.rows.iter().find(|row| row.path == path).unwrap();
    assert_eq!((row("/prices").rate, row("/prices").lift), (Ratio { part: 1, whole: 1 }, Some(Number::whole(4))));
    assert_eq!(row("/").lift, Some(Number::whole(1)));
    assert_eq!(row("/careers").lift, Some(Number::ZERO));
    assert!(row("/careers").dismissed);
    assert_eq!(row("/prices").tags, [Tag::Included { criterion: "prices".into() }]);
    assert_eq!(row("/careers").tags, [Tag::Excluded { criterion: "prices".into() }]);
    assert_eq!(found.rows[0].path, "/prices");

    let without_home: BTreeMap<CompanyId, Vec<Visit>> = visits
        .iter()
        .map(|(id, visits)| (*id, visits.iter().copied().filter(|visit| visit.page != ActivityObjectId(1)).collect()))
        .collect();
    let found = recommend(&goal, &conversions, &without_home, &model, &dictionary(), &stockholm(as_of));
    assert_eq!(found.home, None);
    assert!(found.rows.iter().all(|row| row.lift.is_none()));
}

/// The rules told again, plainly: look at every visit for every rule, at one instant.
fn plainly(model: &IntentModel, visits: &[Visit], now: Timestamp, calendar: &Calendar) -> Vec<String> {
    let today = calendar.day_of(now.as_secs());
    let met = |rule: &VisitRule| {
        let counted: Vec<&Visit> = visits
            .iter()
            .filter(|visit| visit.at <= now)
            .filter(|visit| today - calendar.day_of(visit.at.as_secs()) < i64::from(rule.days))
            .filter(|visit| rule.countries.is_empty() || rule.countries.contains(&visit.country))
            .filter(|visit| {
                let (host, path) = PAGES[visit.page.0 as usize - 1];
                let (host, path) = (host.trim_start_matches("www."), path.trim_end_matches('/'));
                let path = if path.is_empty() { "/" } else { path };
                (rule.domains.is_empty() || rule.domains.iter().any(|domain| host.ends_with(domain.as_str())))
                    && rule.paths.iter().any(|test| {
                        let mut values = test.values.iter();
                        match test.operator {
                            TextOperator::Equals => values.any(|value| path == value),
                            TextOperator::DoesNotEqual => values.all(|value| path != value),
                            TextOperator::Contains => values.any(|value| path.contains(value)),
                            TextOperator::DoesNotContain => values.all(|value| !path.contains(value)),
                            TextOperator::StartsWith => values.any(|value| path.starts_with(value)),
                        }
                    })
            })
            .collect();
        let visitors: BTreeSet<Visitor> = counted.iter().map(|visit| visit.visitor).collect();
        counted.len() >= rule.min_visits as usize && visitors.len() >= rule.min_visitors as usize
    };
    let criteria = model
        .criteria
        .iter()
        .filter(|criterion| criterion.include.iter().any(met) && !criterion.exclude.iter().any(met));
    criteria.map(|criterion| criterion.name.clone()).collect()
}

fn any_rule() -> impl Strategy<Value = VisitRule> {
    let operators = prop::sample::select(vec![
        TextOperator::Equals,
        TextOperator::DoesNotEqual,
        TextOperator::Contains,
        TextOperator::DoesNotContain,
        TextOperator::StartsWith,
    ]);
    let values = prop::sample::select(vec!["/prices", "/post", "/careers", "/"]);
    (operators, values, 1_u32..4, 1_u32..3, 1_u32..6, any::<bool>(), any::<bool>()).prop_map(
        |(operator, value, min_visits, min_visitors, days, domain, country)| VisitRule {
            min_visits,
            min_visitors,
            days,
            domains: if domain { BTreeSet::from(["example.com".into()]) } else { BTreeSet::new() },
            countries: if country { BTreeSet::from([Country::from_code("SE")]) } else { BTreeSet::new() },
            ..rule(operator, value)
        },
    )
}

fn any_model() -> impl Strategy<Value = IntentModel> {
    let criteria = (prop::collection::vec(any_rule(), 1..3), prop::collection::vec(any_rule(), 0..2));
    prop::collection::vec(criteria, 1..3).prop_map(|criteria| IntentModel {
        criteria: criteria
            .into_iter()
            .enumerate()
            .map(|(number, (include, exclude))| criterion(&format!("c{number}"), include, exclude))
            .collect(),
        excluded_companies: BTreeSet::new(),
    })
}

/// Visits around the spring change of clocks, with many at one instant.
fn any_visits() -> impl Strategy<Value = Vec<Visit>> {
    let start = instant("2026-03-26T00:00:00Z").as_secs();
    let one = (0_i64..200, 1_i64..4, 1_u32..=PAGES.len() as u32, any::<bool>()).prop_map(
        move |(hour, visitor, page, swede)| Visit {
            at: Timestamp::from_secs(start + hour * 3600),
            visitor: Visitor::Contact(ContactId(visitor)),
            page: ActivityObjectId(page),
            country: if swede { Country::from_code("SE") } else { Country(0) },
        },
    );
    prop::collection::vec(one, 0..25).prop_map(|mut visits| {
        visits.sort();
        visits.dedup();
        visits
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(4), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn i3_the_sweep_tells_what_the_rules_say_at_every_instant(model in any_model(), visits in any_visits()) {
        let intent = CompiledIntent::new(&model, &dictionary());
        let start = instant("2026-03-26T00:00:00Z");
        let calendar = stockholm(start);
        let mut since = None;
        let mut due: Option<Timestamp> = None;
        let mut last: Option<IntentEvaluation> = None;
        for half_hour in 0..500 {
            let now = start.plus_ms(half_hour * 1_800_000);
            let told = plainly(&model, &visits, now, &calendar);
            let found = evaluate(&intent, &visits, Held::default(), now, &calendar);
            let names: Vec<String> = found.met.iter().map(|criterion| criterion.name.clone()).collect();
            prop_assert_eq!(&names, &told, "at {}", now);
            since = if told.is_empty() { None } else { since.or(Some(now)) };
            prop_assert_eq!(found.since, since, "since, at {}", now);
            // Between due instants nothing changes.
            if due.is_none_or(|due| now < due) && let Some(last) = &last {
                prop_assert_eq!(&found.met, &last.met, "before its due instant, at {}", now);
                prop_assert_eq!(found.visits, last.visits);
            }
            let explained = explain(&intent, &visits, now, &calendar);
            prop_assert_eq!(explained.shows, found.shows());
            due = found.next_due;
            last = Some(found);
        }
    }
}
