//! One pass over a contact's facts: the exact score at one instant and the next instant at which it can change by itself.
//! The order is fixed: matching activities → limits → fading → rule sum → rule bounds → group bounds → total bounds.

use super::absence::Waits;
use super::award::{AwardState, Moment};
use super::bounds;
use super::compiled::{CompiledRule, CompiledScore};
use super::model::RuleKind;
use super::trace::Trace;
use super::{event, property, segment};
use crate::domain::calendar::Calendar;
use crate::domain::model::{ActivityFact, ContactFacts, Number};

/// What a pass finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) exact: Number,
    /// In seconds since the epoch.
    pub(super) next_due: Option<i64>,
}

enum State {
    Event(AwardState),
    Absence(Waits),
    /// Rules that look at no activity.
    Still,
}

/// The activities that have happened by this second.
pub(super) fn happened(activities: &[ActivityFact], now: i64) -> &[ActivityFact] {
    // Almost always everything has happened.
    match activities.last() {
        Some(last) if last.at.as_secs() > now => {
            &activities[..activities.partition_point(|fact| fact.at.as_secs() <= now)]
        }
        Some(_) | None => activities,
    }
}

/// Computes the score at the second `now`. Later activities are ignored.
pub(super) fn tally<T: Trace>(
    score: &CompiledScore,
    facts: &ContactFacts<'_>,
    now: i64,
    calendar: &Calendar,
    trace: &mut T,
) -> Tally {
    let mut moment = Moment::new(calendar, now);
    let mut states: Vec<State> = score.rules.iter().map(start).collect();
    let past = happened(facts.activities, now);
    // Known already and yet to come: a scheduled meeting, or something that happened while facts were being read.
    if let Some(next) = facts.activities.get(past.len()) {
        moment.expect_instant(next.at.as_secs());
    }
    for (at, fact) in past.iter().enumerate() {
        let slots = score.matcher.slots(fact);
        if slots.is_empty() {
            continue;
        }
        let second = fact.at.as_secs();
        let day = calendar.day_of(second);
        for slot in slots {
            match (&score.rules[slot.rule], &mut states[slot.rule]) {
                (CompiledRule::Event(award), State::Event(state)) => {
                    event::see(award, state, slot.rule, (at, day), &mut moment, trace);
                }
                (CompiledRule::Absence(rule), State::Absence(waits)) => {
                    let key = rule.correlate.map_or(0, |attribute| score.matcher.key(attribute, fact));
                    rule.see(waits, slot.part, key, second, at);
                }
                (
                    CompiledRule::Event(_) | CompiledRule::Absence(_) | CompiledRule::Property | CompiledRule::Segment,
                    _,
                ) => {}
            }
        }
    }
    let mut sums: Vec<Number> = Vec::with_capacity(states.len());
    for (rule, state) in states.into_iter().enumerate() {
        sums.push(match (state, &score.rules[rule], &score.model.rules[rule].kind) {
            (State::Event(state), _, _) => state.sum,
            (State::Absence(waits), CompiledRule::Absence(compiled), _) => {
                compiled.settle(waits, rule, &mut moment, trace)
            }
            (_, _, RuleKind::Property { field, cases }) => {
                property::points((rule, field, cases), facts.fields, calendar.zone(), trace)
            }
            (_, _, RuleKind::Segment { segment, points }) => {
                segment::points((rule, segment, *points), facts.segments, trace)
            }
            (State::Absence(_) | State::Still, _, RuleKind::Event { .. } | RuleKind::Absence { .. }) => Number::ZERO,
        });
    }
    let exact = bounds::total(&score.model, &mut sums, trace);
    Tally { exact, next_due: moment.next_due() }
}

fn start(rule: &CompiledRule) -> State {
    match rule {
        CompiledRule::Event(award) => State::Event(award.start()),
        CompiledRule::Absence(_) => State::Absence(Waits::default()),
        CompiledRule::Property | CompiledRule::Segment => State::Still,
    }
}
