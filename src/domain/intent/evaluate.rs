//! Whether a company shows intent, since when, by which criteria, and until when at least nothing changes by itself.

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::compiled::CompiledIntent;
use super::model::Visit;
use super::sweep::{next_slide, sweep};
use crate::domain::calendar::Calendar;

/// A company's intent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentEvaluation {
    /// The criteria that are met, in the order of the model. Intent is shown when there is any.
    pub met: Vec<MetCriterion>,
    /// The instant at which it began to show intent.
    pub since: Option<Timestamp>,
    /// When it last stopped, if it does not show intent now.
    pub stopped_at: Option<Timestamp>,
    /// Visits inside the time frames that an inclusion rule of a met criterion counts.
    pub visits: u64,
    /// Different visitors among them.
    pub visitors: u64,
    pub first_visit_at: Option<Timestamp>,
    pub last_visit_at: Option<Timestamp>,
    /// The earliest later instant at which anything of this can change without a new visit; `None` when time alone changes
    /// nothing. May be early, never late.
    pub next_due: Option<Timestamp>,
}

/// A criterion that is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetCriterion {
    pub name: String,
    pub since: Timestamp,
}

/// What is remembered beyond the visits that are kept: a company may have begun to show intent before the oldest of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The beginning that was computed last, while it showed intent.
    pub since: Option<Timestamp>,
    /// All visits from this instant on are there; `None`: all there ever were.
    pub complete_from: Option<Timestamp>,
}

impl IntentEvaluation {
    /// Whether the company shows intent.
    pub fn shows(&self) -> bool {
        !self.met.is_empty()
    }
}

/// The intent that these visits show at `as_of`; later ones are ignored. `visits` is sorted by time, without duplicates.
pub fn evaluate(
    intent: &CompiledIntent,
    visits: &[Visit],
    held: Held,
    as_of: Timestamp,
    calendar: &Calendar,
) -> IntentEvaluation {
    let now = as_of.as_secs();
    let state = sweep(intent, visits, now, calendar);
    let met: Vec<MetCriterion> = intent
        .model
        .criteria
        .iter()
        .zip(&state.met_since)
        .filter_map(|(criterion, since)| {
            Some(MetCriterion { name: criterion.name.clone(), since: Timestamp::from_secs((*since)?) })
        })
        .collect();
    let mut counted: Vec<usize> = Vec::new();
    for (rule, place) in state.rules.iter().zip(&intent.rules) {
        if !place.excludes && state.met_since[place.criterion].is_some() {
            counted.extend(rule.visits.iter().map(|(at, _)| *at));
        }
    }
    counted.sort_unstable();
    counted.dedup();
    let mut visitors: Vec<_> = counted.iter().map(|at| visits[*at].visitor).collect();
    visitors.sort_unstable();
    visitors.dedup();

    let slides = next_slide(intent, &state).and_then(|day| calendar.start_of_day(day));
    let comes = visits.iter().map(|visit| visit.at.as_secs()).find(|at| *at > now);
    IntentEvaluation {
        since: state.shows_since.map(|since| beginning(intent, Timestamp::from_secs(since), held, calendar)),
        stopped_at: state.stopped_at.filter(|_| met.is_empty()).map(Timestamp::from_secs),
        visits: counted.len() as u64,
        visitors: visitors.len() as u64,
        first_visit_at: counted.first().map(|at| visits[*at].at),
        last_visit_at: counted.last().map(|at| visits[*at].at),
        next_due: [slides, comes].into_iter().flatten().min().map(Timestamp::from_secs),
        met,
    }
}

/// The beginning as the visits tell it, unless they do not reach back far enough to tell: then the one that was seen before.
fn beginning(intent: &CompiledIntent, told: Timestamp, held: Held, calendar: &Calendar) -> Timestamp {
    let Some(complete_from) = held.complete_from else { return told };
    let first_day = calendar.day_of(complete_from.as_secs());
    // From this midnight on every window that was open held only visits that are kept.
    let exact_from = calendar.start_of_day(first_day + i64::from(intent.model.longest_days()));
    let exact = exact_from.is_some_and(|from| told.as_secs() > from);
    match held.since {
        Some(since) if !exact && since < told => since,
        _ => told,
    }
}
