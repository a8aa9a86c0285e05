//! Random histories: order and duplicates do not matter, contributions add up, time changes nothing before `next_due`.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::domain::engagement::apportion;
use crate::domain::model::Number;
use crate::domain::timeline::{Timeline, fold};

const NOON: i64 = 1_774_780_000;
const DAY: i64 = 86_400;

fn history() -> impl Strategy<Value = Vec<ActivityFact>> {
    let burst = (-33_i64..3, 0_i64..DAY, 1_u16..6, 1_u32..30);
    prop::collection::vec(burst, 0..8).prop_map(|bursts| {
        let facts = bursts.into_iter().enumerate().flat_map(|(number, (day, second, word, times))| {
            let at = NOON + day * DAY + second;
            (0..times).map(move |time| fact(at + i64::from(time), word, number as u32 * 100 + time))
        });
        facts.collect()
    })
}

/// As the store keeps them, after arriving in this order and in pages of this size.
fn stored(arrived: &[ActivityFact], page: usize) -> Vec<ActivityFact> {
    let mut base = Vec::new();
    for page in arrived.chunks(page) {
        base = fold(&base, page).unwrap().bytes;
    }
    let mut facts = Vec::new();
    Timeline::parse(&base).and_then(|timeline| timeline.decode_into(&mut facts)).unwrap();
    facts
}

fn scales(counts: &[PersonCounts]) -> Vec<(EngagementModel, Scale)> {
    [(Method::Counts, Scaling::Maximum), (Method::Normalized, Scaling::Maximum), (Method::Normalized, Scaling::MinMax)]
        .into_iter()
        .map(|(method, scaling)| {
            let model = model(method, scaling);
            let groups = [GroupSeats::new(vec![100, 60], counts.iter().map(|counts| seat(0, 7, counts)))];
            // Maxima of some of the people only, so that others go beyond them.
            let measured = calibrate(&model, "2026-03-01".parse().unwrap(), counts.iter().take(1), groups.into_iter());
            let scale = Scale::of(&model, Some(&measured)).unwrap();
            (model, scale)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..ProptestConfig::default() })]

    /// I3: counts are a function of the set of facts.
    #[test]
    fn order_of_arrival_and_redelivery_change_nothing(
        history in history(),
        order in any::<prop::sample::Index>(),
        pages in (1_usize..9, 1_usize..9),
        zone in prop::sample::select(vec!["UTC", "Europe/Stockholm", "America/Havana", "Asia/Kathmandu"]),
    ) {
        let counter = Counter::new(&model(Method::Counts, Scaling::Maximum), &dictionary());
        let calendar = calendar(zone);
        let as_of = Timestamp::from_secs(NOON);
        let once = counter.count(&stored(&history, pages.0), as_of, &calendar);
        let mut again = history.clone();
        let turn = if again.is_empty() { 0 } else { order.index(again.len()) };
        again.rotate_left(turn);
        again.extend(history.iter().rev());
        prop_assert_eq!(&counter.count(&stored(&again, pages.1), as_of, &calendar), &once);
        for day in &once.days {
            prop_assert!(day.counted == day.done.min(20) && day.row < 3);
            prop_assert!((calendar.day_of(NOON) - 29..=calendar.day_of(NOON)).contains(&day.day));
        }
    }

    /// Nothing changes from `as_of` to just before `next_due`, and something does there.
    #[test]
    fn next_due_is_sound_and_not_early(
        history in history(),
        steps in prop::collection::vec(0_i64..40 * DAY, 1..6),
        zone in prop::sample::select(vec!["UTC", "Europe/Stockholm", "America/Havana"]),
    ) {
        let counter = Counter::new(&model(Method::Counts, Scaling::Maximum), &dictionary());
        let calendar = calendar(zone);
        let facts = stored(&history, 4);
        let found = counter.count(&facts, Timestamp::from_secs(NOON), &calendar);
        let until = found.next_due.map_or(i64::MAX, Timestamp::as_secs);
        for at in steps.into_iter().map(|step| NOON + step).chain([until.saturating_sub(1)]).filter(|at| *at < until) {
            let later = counter.count(&facts, Timestamp::from_secs(at), &calendar);
            prop_assert_eq!(&later.days, &found.days);
        }
        if let Some(due) = found.next_due {
            prop_assert_ne!(&counter.count(&facts, due, &calendar).days, &found.days);
        } else {
            prop_assert!(found.days.is_empty());
        }
    }

    /// I4: days make activities, activities members, members roles, roles the value: to the last millionth.
    #[test]
    fn contributions_add_up_on_every_level(
        histories in prop::collection::vec((history(), 0_usize..4), 1..5),
        weights in prop::collection::vec(prop::sample::select(vec![20_u32, 40, 60, 80, 100, 75, 1]), 1..4),
    ) {
        let counter = Counter::new(&model(Method::Counts, Scaling::Maximum), &dictionary());
        let calendar = calendar("Europe/Stockholm");
        let counts: Vec<PersonCounts> = histories
            .iter()
            .map(|(history, _)| counter.count(&stored(history, 5), Timestamp::from_secs(NOON), &calendar))
            .collect();
        for (model, scale) in scales(&counts) {
            for person in &counts {
                let explained = explain_person(&model, &scale, person);
                prop_assert_eq!(explained.exact, scale.person(person));
                prop_assert_eq!(explained.activities.iter().map(|activity| activity.points).sum::<Number>(), explained.exact);
                prop_assert!(scale == Scale::Counts || explained.exact <= Number::whole(100));
            }
            let seats = || (0_i64..).zip(&histories).zip(&counts).map(|((at, (_, role)), counts)| seat(*role, at, counts));
            let group = GroupSeats::new(weights.clone(), seats());
            let shuffled = GroupSeats::new(weights.clone(), seats().collect::<Vec<_>>().into_iter().rev().chain(seats()));
            prop_assert_eq!(group.engagement(&scale), shuffled.engagement(&scale));
            let names: Vec<String> = (0..weights.len()).map(|role| format!("role {role}")).collect();
            let explained = explain_group(&model, &scale, &names, &group);
            prop_assert_eq!(explained.exact, group.engagement(&scale).exact);
            prop_assert_eq!(explained.roles.iter().map(|role| role.points).sum::<Number>(), explained.exact);
            for role in &explained.roles {
                prop_assert_eq!(role.members.iter().map(|member| member.points).sum::<Number>(), role.points);
                for member in &role.members {
                    let points: Number = member.activities.iter().map(|activity| activity.points).sum();
                    prop_assert_eq!(points, member.points);
                    for activity in &member.activities {
                        prop_assert_eq!(activity.days.iter().map(|day| day.points).sum::<Number>(), activity.points);
                    }
                }
            }
        }
    }
}

#[test]
fn parts_of_nothing_are_nothing() {
    assert!(apportion(Number::ZERO, &[3, 4]).iter().all(|part| *part == Number::ZERO));
}
