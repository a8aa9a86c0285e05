//! Call limits of the instance: a rolling window of twenty seconds, calls at one time, and calls of a day in US Central
//! time (documentation: "Error Codes", "Usage Statistics"). What the public table marks as not counted is not counted.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use intentd_sdk::Timestamp;
use intentd_sdk::clock::Clock;
use jiff::civil::Date;

use super::config;
use super::errors::Refusal;
use super::instants::central_day;

const WINDOW: Duration = Duration::from_secs(20);

/// What was used on one day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Day {
    pub(crate) total: u64,
    pub(crate) errors: BTreeMap<u32, u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Usage {
    window: VecDeque<Duration>,
    pub(crate) days: BTreeMap<Date, Day>,
}

impl Usage {
    /// Lets a call in, or tells which limit it meets.
    pub(crate) fn admit(&mut self, limits: config::Limits, in_flight: usize, clock: &dyn Clock) -> Result<(), Refusal> {
        let now = clock.monotonic();
        while self.window.front().is_some_and(|at| now.saturating_sub(*at) >= WINDOW) {
            self.window.pop_front();
        }
        if self.today(clock.now()).total >= u64::from(limits.daily) {
            return Err(Refusal::plain(607));
        }
        if self.window.len() >= limits.calls_per_20s as usize {
            let text = format!("Max rate limit '{}' exceeded with in '20' secs", limits.calls_per_20s);
            return Err(Refusal::new(606, text));
        }
        if in_flight > limits.concurrent as usize {
            return Err(Refusal::plain(615));
        }
        Ok(())
    }

    /// Counts a call by how it was answered.
    pub(crate) fn count(&mut self, refusal: Option<&Refusal>, limits: config::Limits, clock: &dyn Clock) {
        let is_limit = refusal.is_some_and(|refusal| matches!(refusal.code, 606 | 607 | 615));
        let is_free = refusal.is_some_and(Refusal::is_free) || (is_limit && !limits.refusals_count);
        let day = self.days.entry(central_day(clock.now())).or_default();
        if let Some(refusal) = refusal {
            *day.errors.entry(refusal.code).or_default() += 1;
        }
        if !is_free {
            day.total += 1;
            self.window.push_back(clock.monotonic());
        }
    }

    pub(crate) fn today(&self, now: Timestamp) -> Day {
        self.days.get(&central_day(now)).cloned().unwrap_or_default()
    }
}
