//! Points for something that happened on a day, with their limit and their fading: what event rules and absence rules
//! have in common.

use intentd_sdk::Timestamp;
use serde::Serialize;

use super::fading::CompiledFading;
use super::limit::LimitState;
use super::model::{Fading, Limit};
use crate::domain::calendar::Calendar;
use crate::domain::model::Number;

/// What became of one activity under one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Verdict {
    /// It counts, with what fading has left of it.
    Counted,
    /// The rule's limit was already used up by earlier ones.
    Limited,
    /// It is older than the rule's window.
    WindowPassed,
    /// Nothing is left of it.
    FadedAway,
    /// Absence: the deadline has not come yet.
    Awaited,
    /// Absence: what was expected came in time.
    Followed { at: Timestamp },
    /// Absence: something called the wait off.
    CalledOff { at: Timestamp },
}

/// The as-of instant of an evaluation, and the earliest later instant that matters, as far as it is known.
pub(super) struct Moment<'a> {
    pub(super) calendar: &'a Calendar,
    /// In seconds since the epoch.
    pub(super) now: i64,
    pub(super) today: i64,
    next_day: i64,
    next_instant: i64,
}

impl<'a> Moment<'a> {
    pub(super) fn new(calendar: &'a Calendar, now: i64) -> Moment<'a> {
        Moment { calendar, now, today: calendar.day_of(now), next_day: i64::MAX, next_instant: i64::MAX }
    }

    /// Something changes at the beginning of this day.
    pub(super) fn expect_day(&mut self, day: i64) {
        self.next_day = self.next_day.min(day);
    }

    /// Something changes at this second.
    pub(super) fn expect_instant(&mut self, at: i64) {
        self.next_instant = self.next_instant.min(at);
    }

    /// The earliest of what was expected.
    pub(super) fn next_due(&self) -> Option<i64> {
        let midnight = (self.next_day != i64::MAX).then(|| self.calendar.start_of_day(self.next_day)).flatten();
        let instant = (self.next_instant != i64::MAX).then_some(self.next_instant);
        [midnight, instant].into_iter().flatten().min()
    }
}

/// Points with a limit and fading.
#[derive(Clone, Debug)]
pub(super) struct Award {
    pub(super) points: Number,
    limit: Limit,
    fading: CompiledFading,
}

/// What an award has given so far.
#[derive(Clone, Debug)]
pub(super) struct AwardState {
    pub(super) sum: Number,
    limit: LimitState,
}

impl Award {
    pub(super) fn new(points: Number, limit: Limit, fading: Fading) -> Award {
        Award { points, limit, fading: CompiledFading::new(fading) }
    }

    pub(super) fn start(&self) -> AwardState {
        AwardState { sum: Number::ZERO, limit: LimitState::new(self.limit) }
    }

    /// Gives the points for one more on this day, which is not before the day of the last. Returns what they are worth at
    /// the moment.
    pub(super) fn grant(&self, state: &mut AwardState, day: i64, moment: &mut Moment<'_>) -> (Verdict, Number) {
        if !state.limit.admits(day) {
            return (Verdict::Limited, Number::ZERO);
        }
        let age = moment.today - day;
        let worth = self.fading.points_at(self.points, age);
        state.sum += worth;
        if moment.next_day > moment.today + 1
            && let Some(next_age) = self.fading.next_change(self.points, age)
        {
            moment.expect_day(day.saturating_add(next_age));
        }
        let verdict = if worth != Number::ZERO || self.points == Number::ZERO {
            Verdict::Counted
        } else if self.fading.is_window() {
            Verdict::WindowPassed
        } else {
            Verdict::FadedAway
        };
        (verdict, worth)
    }
}
