//! What holds for every model and every history.

use std::collections::BTreeSet;

use intentd_sdk::Timestamp;
use jiff::ToSpan;
use proptest::prelude::*;

use super::plain;
use super::random::{Case, case, config, dictionary};
use crate::domain::calendar::Calendar;
use crate::domain::model::{ActivityFact, ContactFacts, Number};
use crate::domain::score::{
    CompiledScore, Contribution, Evaluation, RuleKind, RuleReason, Verdict, evaluate, evaluate_in, explain,
};
use crate::domain::timeline::{Timeline, fold};

/// What the store hands out for what has arrived: sorted and distinct.
fn stored(arrived: &[ActivityFact]) -> Vec<ActivityFact> {
    let bytes = fold(&[], arrived).unwrap().bytes;
    let mut facts = Vec::new();
    Timeline::parse(&bytes).unwrap().decode_into(&mut facts).unwrap();
    facts
}

fn facts<'a>(case: &'a Case, activities: &'a [ActivityFact]) -> ContactFacts<'a> {
    ContactFacts { fields: &case.fields, segments: &case.segments, activities }
}

fn evaluated(case: &Case, activities: &[ActivityFact], as_of: Timestamp) -> Evaluation {
    let score = CompiledScore::new(&case.model, &dictionary());
    evaluate(&score, &facts(case, activities), as_of, &case.zone)
}

/// Midnights, offsets and deadlines: a superset of the instants at which time alone can change a value.
fn instants_that_may_matter(
    case: &Case,
    activities: &[ActivityFact],
    from: Timestamp,
    to: Timestamp,
) -> Vec<Timestamp> {
    let mut instants: BTreeSet<Timestamp> = activities.iter().map(|fact| fact.at).collect();
    let mut midnight = from.to_jiff().to_zoned(case.zone.clone()).start_of_day().unwrap();
    while Timestamp::from(midnight.timestamp()) <= to {
        instants.insert(midnight.timestamp().into());
        midnight = midnight.tomorrow().unwrap().start_of_day().unwrap();
    }
    for rule in &case.model.rules {
        if let RuleKind::Absence { deadline_days, .. } = rule.kind {
            instants.extend(activities.iter().map(|fact| {
                let zoned = fact.at.to_jiff().to_zoned(case.zone.clone());
                Timestamp::from(zoned.checked_add(i64::from(deadline_days).days()).unwrap().timestamp())
            }));
        }
    }
    instants.range(from..=to).copied().collect()
}

proptest! {
    #![proptest_config(config(700, 31))]

    /// The engine finds what the rules say.
    #[test]
    fn agrees_with_the_plain_reading_of_the_rules(case in case()) {
        let activities = stored(&case.arrived);
        let expected = plain::exact(&case, &activities, &dictionary());
        let found = evaluated(&case, &activities, case.as_of);
        prop_assert_eq!(found.exact, expected);
        prop_assert_eq!(found.shown, expected.round(case.model.rounding));
    }

    /// I4: contributions add up to the value, and every rule's activities to the rule.
    #[test]
    fn explanations_add_up_to_the_very_value(case in case()) {
        let activities = stored(&case.arrived);
        let score = CompiledScore::new(&case.model, &dictionary());
        let found = evaluate(&score, &facts(&case, &activities), case.as_of, &case.zone);
        let explained = explain(&score, &dictionary(), &facts(&case, &activities), case.as_of, &case.zone);
        prop_assert!(serde_json::to_string(&explained).is_ok());
        prop_assert_eq!(&found, &Evaluation {
            exact: explained.exact,
            shown: explained.shown,
            label: explained.label.name.clone(),
            next_due: explained.next_due,
        });
        prop_assert_eq!(explained.contributions.iter().map(Contribution::points).sum::<Number>(), found.exact);
        for rule in &explained.rules {
            if let RuleReason::Activities(activities) = &rule.reason {
                prop_assert!(activities.is_sorted_by_key(|activity| activity.at));
                let raw: Number = activities.iter().map(|activity| activity.raw).sum();
                let limited = activities.iter().filter(|activity| activity.verdict != Verdict::Limited);
                prop_assert_eq!(raw, rule.raw);
                prop_assert_eq!(limited.map(|activity| activity.raw).sum::<Number>(), rule.limited);
                prop_assert_eq!(activities.iter().map(|activity| activity.points).sum::<Number>(), rule.faded);
            }
        }
        for adjustment in &explained.adjustments {
            prop_assert_ne!(adjustment.before, adjustment.after);
        }
    }

    /// I2, I3: late, repeated and shuffled deliveries do no harm.
    #[test]
    fn order_and_repetition_of_deliveries_do_not_matter(case in case(), order in any::<prop::sample::Index>(), again in any::<prop::sample::Index>()) {
        let mut arrived = case.arrived.clone();
        let expected = evaluated(&case, &stored(&arrived), case.as_of);
        if !arrived.is_empty() {
            let repeated = arrived[again.index(arrived.len())];
            arrived.rotate_left(order.index(case.arrived.len()));
            arrived.push(repeated);
            arrived.reverse();
        }
        prop_assert_eq!(evaluated(&case, &stored(&arrived), case.as_of), expected);
    }

    /// I3: the past is the same whether asked then or now.
    #[test]
    fn what_happens_later_does_not_change_an_earlier_instant(case in case()) {
        let activities = stored(&case.arrived);
        let by_then: Vec<ActivityFact> = activities.iter().copied().filter(|fact| fact.at <= case.as_of).collect();
        let (with, without) = (evaluated(&case, &activities, case.as_of), evaluated(&case, &by_then, case.as_of));
        prop_assert_eq!((with.exact, with.shown, with.label), (without.exact, without.shown, without.label));
    }
}

proptest! {
    #![proptest_config(config(250, 32))]

    /// The next due instant is never late: before it, nothing changes.
    #[test]
    fn nothing_changes_before_the_next_due_instant(case in case(), offsets in prop::collection::vec(0_i64..400 * 86_400, 20)) {
        // Also those that are yet to come: a scheduled meeting makes its contact due.
        let activities = stored(&case.arrived);
        let score = CompiledScore::new(&case.model, &dictionary());
        let calendar = Calendar::around(&case.zone, case.as_of);
        let at = |instant: Timestamp| evaluate_in(&score, &facts(&case, &activities), instant, &calendar);
        let now = at(case.as_of);
        prop_assert!(now.next_due.is_none_or(|next| next > case.as_of));
        let horizon = now.next_due.unwrap_or(case.as_of.plus_ms(400 * 86_400_000));
        let matters = instants_that_may_matter(&case, &activities, case.as_of, horizon);
        let around = matters.iter().flat_map(|instant| [instant.plus_ms(-1000), *instant]);
        let anywhere = offsets.iter().map(|seconds| case.as_of.plus_ms(seconds * 1000));
        for instant in around.chain(anywhere).chain([horizon.plus_ms(-1)]) {
            if instant >= case.as_of && instant < horizon {
                let then = at(instant);
                prop_assert_eq!((then.exact, &then.label), (now.exact, &now.label), "at {}", instant);
            }
        }
    }

    /// Labels with hysteresis are those that watching the value all the time would give.
    #[test]
    fn labels_are_those_of_a_patient_watcher(case in case()) {
        let activities = stored(&case.arrived);
        let activities: Vec<ActivityFact> = activities.into_iter().filter(|fact| fact.at <= case.as_of).collect();
        let score = CompiledScore::new(&case.model, &dictionary());
        let calendar = Calendar::around(&case.zone, case.as_of);
        let at = |instant: Timestamp| evaluate_in(&score, &facts(&case, &activities), instant, &calendar);
        let first = activities.first().map_or(case.as_of, |fact| fact.at);
        let mut instants = vec![first.plus_ms(-1000)];
        instants.extend(instants_that_may_matter(&case, &activities, first, case.as_of));
        instants.push(case.as_of);
        let mut on = vec![false; case.model.labels.len()];
        for instant in instants {
            let shown = at(instant).shown;
            for (label, on) in case.model.labels.iter().zip(&mut on) {
                if shown >= label.from {
                    *on = true;
                }
                if shown < label.leave_below.unwrap_or(label.from) {
                    *on = false;
                }
            }
        }
        let expected = on.iter().rposition(|on| *on).map(|label| case.model.labels[label].name.clone());
        prop_assert_eq!(at(case.as_of).label, expected);
    }

    /// A score that has taken in a grown dictionary is the score compiled anew.
    #[test]
    fn growing_with_the_dictionary_is_compiling_anew(case in case(), known_types in 0_usize..5, known_objects in 0_usize..5) {
        let whole = dictionary();
        let mut part = whole.clone();
        part.types = part.types.into_iter().take(known_types).collect();
        part.objects = part.objects.into_iter().take(known_objects).collect();
        let mut grown = CompiledScore::new(&case.model, &part);
        grown.extend(&whole);
        let activities = stored(&case.arrived);
        let found = evaluate(&grown, &facts(&case, &activities), case.as_of, &case.zone);
        prop_assert_eq!(found, evaluated(&case, &activities, case.as_of));
    }
}
