//! A company's visits in the order of time: after each instant at which something can change (a visit, a midnight at which a
//! window slides), which criteria are met.

use std::collections::{BTreeMap, VecDeque};

use super::compiled::CompiledIntent;
use super::model::{Visit, Visitor};
use crate::domain::calendar::Calendar;

/// The visits that one rule counts at some instant.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    /// Positions in the visits, with their days; oldest first.
    pub(super) visits: VecDeque<(usize, i64)>,
    visitors: BTreeMap<Visitor, u32>,
}

impl Counted {
    pub(super) fn visitors(&self) -> usize {
        self.visitors.len()
    }

    fn add(&mut self, at: usize, day: i64, visitor: Visitor) {
        self.visits.push_back((at, day));
        *self.visitors.entry(visitor).or_default() += 1;
    }

    /// Drops what is older than the first day of the window.
    fn slide(&mut self, first_day: i64, visits: &[Visit]) {
        while let Some((at, _)) = self.visits.pop_front_if(|(_, day)| *day < first_day) {
            let visitor = visits[at].visitor;
            if let Some(count) = self.visitors.get_mut(&visitor) {
                *count -= 1;
                if *count == 0 {
                    self.visitors.remove(&visitor);
                }
            }
        }
    }
}

/// The state after the last instant.
pub(super) struct Swept {
    pub(super) rules: Vec<Counted>,
    /// Per criterion: met since, in seconds; `None` when it is not met.
    pub(super) met_since: Vec<Option<i64>>,
    /// Any criterion met since.
    pub(super) shows_since: Option<i64>,
    /// When it last stopped.
    pub(super) stopped_at: Option<i64>,
}

/// Goes through the visits up to and including `now` (in seconds). `visits` is sorted by time.
pub(super) fn sweep(intent: &CompiledIntent, visits: &[Visit], now: i64, calendar: &Calendar) -> Swept {
    let mut state = Swept {
        rules: vec![Counted::default(); intent.rules.len()],
        met_since: vec![None; intent.model.criteria.len()],
        shows_since: None,
        stopped_at: None,
    };
    let today = calendar.day_of(now);
    let mut day = None;
    let mut at = 0;
    while at < visits.len() && visits[at].at.as_secs() <= now {
        let instant = visits[at].at.as_secs();
        let visit_day = calendar.day_of(instant);
        if day != Some(visit_day) {
            pass_days(intent, visits, &mut state, (day, visit_day), Some(instant), calendar);
            day = Some(visit_day);
        }
        while at < visits.len() && visits[at].at.as_secs() == instant {
            for rule in intent.matches(&visits[at]) {
                state.rules[rule].add(at, visit_day, visits[at].visitor);
            }
            at += 1;
        }
        settle(intent, &mut state, instant);
    }
    if let Some(day) = day.filter(|day| *day < today) {
        pass_days(intent, visits, &mut state, (Some(day), today), None, calendar);
    }
    state
}

/// Slides the windows at each midnight after the first day up to the one that begins the second. A visit at the very midnight
/// belongs to the same instant: what holds then is noted when it has been counted.
fn pass_days(
    intent: &CompiledIntent,
    visits: &[Visit],
    state: &mut Swept,
    (from, to): (Option<i64>, i64),
    next_visit: Option<i64>,
    calendar: &Calendar,
) {
    let Some(mut day) = from else { return };
    // Only midnights at which a counted visit leaves a window can change anything.
    while let Some(next) = next_slide(intent, state).filter(|next| *next <= to) {
        day = next.max(day + 1);
        for (counted, place) in state.rules.iter_mut().zip(&intent.rules) {
            counted.slide(day - i64::from(intent.rule(*place).days) + 1, visits);
        }
        if let Some(midnight) = calendar.start_of_day(day).filter(|midnight| Some(*midnight) != next_visit) {
            settle(intent, state, midnight);
        }
    }
}

/// The first day on which a visit that is counted now is not counted any more.
pub(super) fn next_slide(intent: &CompiledIntent, state: &Swept) -> Option<i64> {
    let leaves = state.rules.iter().zip(&intent.rules).filter_map(|(counted, place)| {
        counted.visits.front().map(|(_, day)| day + i64::from(intent.rule(*place).days))
    });
    leaves.min()
}

/// Notes which criteria are met from this instant on.
fn settle(intent: &CompiledIntent, state: &mut Swept, at: i64) {
    let mut include = vec![false; state.met_since.len()];
    let mut exclude = vec![false; state.met_since.len()];
    for (counted, place) in state.rules.iter().zip(&intent.rules) {
        let rule = intent.rule(*place);
        let met = counted.visits.len() >= rule.min_visits as usize && counted.visitors() >= rule.min_visitors as usize;
        let side = if place.excludes { &mut exclude } else { &mut include };
        side[place.criterion] |= met;
    }
    let mut shows = false;
    for (criterion, since) in state.met_since.iter_mut().enumerate() {
        let met = include[criterion] && !exclude[criterion];
        *since = met.then(|| since.unwrap_or(at));
        shows |= met;
    }
    if state.shows_since.is_some() && !shows {
        state.stopped_at = Some(at);
    }
    state.shows_since = shows.then(|| state.shows_since.unwrap_or(at));
}
