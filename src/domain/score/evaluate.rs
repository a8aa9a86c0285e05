//! The score of a contact at an instant, fast. [`explain`](super::explain()) gives the same numbers with their reasons.

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::compiled::CompiledScore;
use super::labels;
use super::tally::tally;
use super::trace::Silent;
use crate::domain::calendar::Calendar;
use crate::domain::model::{ContactFacts, Number};

/// A contact's score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The exact value, to be stored.
    pub exact: Number,
    /// The exact value rounded once, to be shown and written.
    pub shown: Number,
    /// The label's name; `None` below the first.
    pub label: Option<String>,
    /// The earliest later instant at which the value can change without any new fact; `None` when time alone changes
    /// nothing. May be early, never late.
    pub next_due: Option<Timestamp>,
}

/// The score at `as_of`; later activities are ignored. For many contacts lay out one [`Calendar`] and use
/// [`evaluate_in`].
pub fn evaluate(score: &CompiledScore, facts: &ContactFacts<'_>, as_of: Timestamp, zone: &TimeZone) -> Evaluation {
    evaluate_in(score, facts, as_of, &Calendar::around(zone, as_of))
}

/// As [`evaluate`], with the calendar of the workspace laid out beforehand.
pub fn evaluate_in(
    score: &CompiledScore,
    facts: &ContactFacts<'_>,
    as_of: Timestamp,
    calendar: &Calendar,
) -> Evaluation {
    let now = as_of.as_secs();
    let found = tally(score, facts, now, calendar, &mut Silent);
    let shown = found.exact.round(score.model.rounding);
    let standing = labels::standing(score, facts, now, shown, calendar);
    Evaluation {
        exact: found.exact,
        shown,
        label: standing.label.map(|label| score.model.labels[label].name.clone()),
        next_due: found.next_due.map(Timestamp::from_secs),
    }
}
