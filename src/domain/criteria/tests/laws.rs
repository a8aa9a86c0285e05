//! What holds for every criterion and every history.

use intentd_sdk::Timestamp;
use proptest::prelude::*;

use super::plain;
use super::random::{Case, case, config, criterion, dictionary};
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{CompiledCriteria, Criterion, Explained, Test, Uses, Verdict};

fn ask(case: &Case, criterion: &Criterion, now: Timestamp) -> Verdict {
    let compiled = CompiledCriteria::new([criterion], &dictionary());
    case.world.with_facts(|facts| compiled.evaluate(0, facts, now, &Calendar::around(&case.zone, case.now)))
}

fn not(criterion: Criterion) -> Criterion {
    Criterion::Not(Box::new(criterion))
}

/// Whether every node of an explanation follows from its children.
fn follows(explained: &Explained) -> bool {
    let children = &explained.children;
    let of_children = match explained.text.as_str() {
        "all of these" => children.iter().all(|child| child.holds),
        "at least one of these" => children.iter().any(|child| child.holds),
        "not this" => !children[0].holds,
        _ => explained.found.is_some() && children.is_empty() && explained.holds,
    };
    (of_children == explained.holds || explained.found.is_some()) && children.iter().all(follows)
}

proptest! {
    #![proptest_config(config(800, 41))]

    /// The compiled criterion finds what the criterion says.
    #[test]
    fn agrees_with_the_plain_reading(case in case()) {
        let plainly = case.world.with_facts(|facts| plain::holds(&case.criterion, facts, case.now, &case.zone));
        prop_assert_eq!(ask(&case, &case.criterion, case.now).holds, plainly);
    }

    /// Until the next change nothing changes, and it lies ahead.
    #[test]
    fn time_alone_changes_nothing_before_the_next_change(case in case(), steps in prop::collection::vec(0.0..1.0_f64, 12)) {
        let found = ask(&case, &case.criterion, case.now);
        let end = found.next_change.unwrap_or(case.now.plus_ms(200 * 86_400_000));
        prop_assert!(end > case.now);
        let ahead = end.ms_since(case.now);
        let last = ahead - 1;
        let steps = steps.into_iter().map(|step| (step * ahead as f64) as i64);
        for ms in steps.chain([last, last - 1000]).filter(|ms| (0..ahead).contains(ms)) {
            let later = case.now.plus_ms(ms);
            let plainly = case.world.with_facts(|facts| plain::holds(&case.criterion, facts, later, &case.zone));
            prop_assert_eq!(plainly, found.holds, "at {}, before {:?}", later, found.next_change);
        }
    }

    /// A single test says exactly when: its answer is another one then.
    #[test]
    fn a_single_test_names_the_very_instant(case in case()) {
        fn leaves(criterion: &Criterion) -> Vec<&Test> {
            match criterion {
                Criterion::All(children) | Criterion::Any(children) => children.iter().flat_map(leaves).collect(),
                Criterion::Not(child) => leaves(child),
                Criterion::Test(test) => vec![test],
            }
        }
        for test in leaves(&case.criterion) {
            let single = Criterion::Test(test.clone());
            let found = ask(&case, &single, case.now);
            if let Some(next) = found.next_change {
                prop_assert_ne!(ask(&case, &single, next).holds, found.holds, "{:?} at {}", test, next);
            }
        }
    }

    /// I3: the order of arrival and repeated deliveries do not matter.
    #[test]
    fn i3_the_order_of_arrival_does_not_matter(case in case(), turn in 0_usize..25) {
        let mut other = case.clone();
        if !other.world.arrived.is_empty() {
            let turn = turn % other.world.arrived.len();
            other.world.arrived.rotate_left(turn);
            other.world.arrived.extend_from_within(..turn);
        }
        prop_assert_eq!(ask(&other, &case.criterion, case.now), ask(&case, &case.criterion, case.now));
    }

    /// Not, All and Any are the words of logic.
    #[test]
    fn the_laws_of_logic(case in case(), other in criterion()) {
        let one = case.criterion.clone();
        let holds = |criterion: Criterion| ask(&case, &criterion, case.now);
        let (a, b) = (holds(one.clone()).holds, holds(other.clone()).holds);
        let both = vec![one.clone(), other.clone()];
        prop_assert_eq!(holds(Criterion::All(both.clone())).holds, a && b);
        prop_assert_eq!(holds(Criterion::Any(both.clone())).holds, a || b);
        prop_assert_eq!(holds(not(not(one.clone()))), holds(one.clone()));
        prop_assert_eq!(holds(not(one.clone())).holds, !a);
        // De Morgan, with the next change: it is the same question.
        let negated = Criterion::Any(vec![not(one), not(other)]);
        prop_assert_eq!(holds(not(Criterion::All(both))), holds(negated));
        let nothing = |holds| Verdict { holds, next_change: None };
        prop_assert_eq!(holds(Criterion::All(Vec::new())), nothing(true));
        prop_assert_eq!(holds(Criterion::Any(Vec::new())), nothing(false));
    }

    /// I4: the explanation is of this very answer, and follows from its own leaves.
    #[test]
    fn i4_the_explanation_is_of_this_answer(case in case()) {
        let compiled = CompiledCriteria::new([&case.criterion], &dictionary());
        let calendar = Calendar::around(&case.zone, case.now);
        let explained = case.world.with_facts(|facts| compiled.explain(0, facts, case.now, &calendar));
        prop_assert_eq!(explained.holds, ask(&case, &case.criterion, case.now).holds);
        prop_assert!(follows(&explained), "{:#?}", explained);
    }

    /// Criteria compiled together, and with a dictionary that grows, answer as each alone.
    #[test]
    fn company_changes_no_answer(case in case(), other in criterion()) {
        let mut compiled = CompiledCriteria::new([&other, &case.criterion], &Default::default());
        compiled.extend(&dictionary());
        let calendar = Calendar::around(&case.zone, case.now);
        let found = case.world.with_facts(|facts| compiled.evaluate(1, facts, case.now, &calendar));
        prop_assert_eq!(found, ask(&case, &case.criterion, case.now));
    }

    /// What a criterion does not use, it does not look at.
    #[test]
    fn what_is_not_used_makes_no_difference(case in case()) {
        let uses = Uses::of([&case.criterion]);
        let mut other = case.clone();
        let world = &mut other.world;
        world.contact.retain(|name, _| uses.contact_fields.contains(name));
        world.segments.retain(|name| uses.segments.contains(name));
        world.scores.retain(|name, _| uses.scores.contains(name));
        world.arrived.retain(|fact| {
            dictionary().types.get(&fact.activity_type).is_some_and(|name| uses.activity_types.contains(name))
        });
        if !uses.buying_groups {
            world.groups.clear();
        }
        if !uses.engagement {
            world.engagement = None;
        }
        if !uses.since_enrollment {
            world.enrolled_at = None;
        }
        if let Some(company) = &mut world.company {
            company.fields.retain(|name, _| uses.company_fields.contains(name));
            company.views.retain(|name| uses.views.contains(name));
            company.markets.retain(|name| uses.any_market || uses.markets.contains(name));
            if !uses.visits {
                company.visits.clear();
            }
            if !uses.intent {
                company.intent.clear();
            }
            company.in_crm &= uses.in_crm;
        }
        let found = ask(&case, &case.criterion, case.now);
        prop_assert_eq!(ask(&other, &case.criterion, case.now), found);
        prop_assert!(uses.time || found.next_change.is_none());
    }
}
