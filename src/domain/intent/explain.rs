//! Why a company shows intent, or what is missing: every rule with its figures and its visits.

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::compiled::{CompiledIntent, RulePlace};
use super::model::{Visit, VisitRule};
use super::sweep::{Counted, sweep};
use crate::domain::calendar::Calendar;

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentExplanation {
    pub shows: bool,
    pub criteria: Vec<CriterionExplanation>,
}

/// One criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriterionExplanation {
    pub name: String,
    pub title: String,
    pub met: bool,
    pub include: Vec<RuleExplanation>,
    pub exclude: Vec<RuleExplanation>,
}

/// One rule with what it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleExplanation {
    pub rule: VisitRule,
    pub met: bool,
    pub visits: u64,
    pub visitors: u64,
    /// The visits that it counts, oldest first.
    pub counted: Vec<Visit>,
    /// First instant of its time frame.
    pub from: Option<Timestamp>,
}

/// The answer of [`super::evaluate()`] with its reasons.
pub fn explain(intent: &CompiledIntent, visits: &[Visit], as_of: Timestamp, calendar: &Calendar) -> IntentExplanation {
    let now = as_of.as_secs();
    let state = sweep(intent, visits, now, calendar);
    let today = calendar.day_of(now);
    let of = |place: &RulePlace, counted: &Counted| {
        let rule = intent.rule(*place);
        RuleExplanation {
            met: counted.visits.len() >= rule.min_visits as usize && counted.visitors() >= rule.min_visitors as usize,
            visits: counted.visits.len() as u64,
            visitors: counted.visitors() as u64,
            counted: counted.visits.iter().map(|(at, _)| visits[*at]).collect(),
            from: calendar.start_of_day(today - i64::from(rule.days) + 1).map(Timestamp::from_secs),
            rule: rule.clone(),
        }
    };
    let criteria = intent.model.criteria.iter().enumerate().map(|(number, criterion)| {
        let side = |excludes: bool| {
            let places = intent.rules.iter().zip(&state.rules);
            places
                .filter(|(place, _)| place.criterion == number && place.excludes == excludes)
                .map(|(place, counted)| of(place, counted))
                .collect()
        };
        CriterionExplanation {
            name: criterion.name.clone(),
            title: criterion.title.clone(),
            met: state.met_since[number].is_some(),
            include: side(false),
            exclude: side(true),
        }
    });
    IntentExplanation { shows: state.shows_since.is_some(), criteria: criteria.collect() }
}
