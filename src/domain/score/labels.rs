//! Which label a score has. Without hysteresis it is the highest whose `from` the shown value reaches.
//!
//! With hysteresis a label is like a thermostat: on from the instant at which the shown value reaches `from`, off from the
//! instant at which it falls below `leave_below`, and the contact has the highest label that is on. That depends on the
//! value's past, but not on anything remembered: where the present value leaves a label open, the past is replayed from
//! the facts, over every instant at which the value could change, from the oldest activity on (I3). Before that, and for
//! fields and segments always, the present facts count. A past that retention has removed is not replayed.

use super::compiled::CompiledScore;
use super::model::Label;
use super::tally::{happened, tally};
use super::trace::Silent;
use crate::domain::calendar::Calendar;
use crate::domain::model::{ContactFacts, Number};

/// The label of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Position in the model's labels.
    pub(super) label: Option<usize>,
    /// The value alone would not give this label: it was reached at this second and has not been left since.
    pub(super) held_since: Option<i64>,
}

/// The label for the shown value `shown` at the second `now`.
pub(super) fn standing(
    score: &CompiledScore,
    facts: &ContactFacts<'_>,
    now: i64,
    shown: Number,
    calendar: &Calendar,
) -> Standing {
    let labels = &score.model.labels;
    let reached = labels.iter().rposition(|label| label.from <= shown);
    let plain = Standing { label: reached, held_since: None };
    let above = &labels[reached.map_or(0, |at| at + 1)..];
    if !above.iter().any(|label| leave_below(label) <= shown) {
        return plain;
    }
    let on_since = replay(score, facts, now, calendar);
    match on_since.iter().rposition(Option::is_some) {
        Some(held) if Some(held) > reached => Standing { label: Some(held), held_since: on_since[held] },
        Some(_) | None => plain,
    }
}

fn leave_below(label: &Label) -> Number {
    label.leave_below.map_or(label.from, |leave| leave.min(label.from))
}

/// Since when each label has been on at `now`.
fn replay(score: &CompiledScore, facts: &ContactFacts<'_>, now: i64, calendar: &Calendar) -> Vec<Option<i64>> {
    let labels = &score.model.labels;
    let mut on_since: Vec<Option<i64>> = vec![None; labels.len()];
    let mut feed = |shown: Number, at: i64| {
        for (label, on_since) in labels.iter().zip(&mut on_since) {
            if shown >= label.from {
                on_since.get_or_insert(at);
            } else if shown < leave_below(label) {
                *on_since = None;
            }
        }
    };
    let activities = happened(facts.activities, now);
    let mut at = activities.first().map_or(now, |fact| fact.at.as_secs());
    let nothing = ContactFacts { activities: &[], ..*facts };
    feed(tally(score, &nothing, at - 1, calendar, &mut Silent).exact.round(score.model.rounding), at - 1);
    loop {
        let known = happened(activities, at);
        let facts = ContactFacts { activities: known, ..*facts };
        let found = tally(score, &facts, at, calendar, &mut Silent);
        feed(found.exact.round(score.model.rounding), at);
        let next_fact = activities.get(known.len()).map(|fact| fact.at.as_secs());
        match [next_fact, found.next_due].into_iter().flatten().min() {
            // The next instant is always later; should it ever not be, this ends all the same.
            Some(next) if next <= now => at = next.max(at + 1),
            Some(_) | None => return on_since,
        }
    }
}
