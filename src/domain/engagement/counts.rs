//! Day-capped counts of one person's inbound activities in the window: the raw material of every engagement number. Counts
//! depend on the set of activities alone, not on when or how often they were delivered (I3).

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::EngagementModel;
use crate::domain::calendar::Calendar;
use crate::domain::criteria::Matcher;
use crate::domain::model::{ActivityFact, Dictionary};

/// A model's activity table made ready for a dictionary.
#[derive(Clone, Debug)]
pub struct Counter {
    matcher: Matcher<u16>,
    rows: Vec<RowLimit>,
    window_days: u32,
}

#[derive(Clone, Copy, Debug)]
struct RowLimit {
    cap: u32,
    weight: u32,
}

/// What one person did in the window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonCounts {
    /// Sorted by row and day; only days with something that counts.
    pub days: Vec<DayCount>,
    /// The earliest later instant at which a count changes without any new fact: the local midnight at which the oldest
    /// counted day leaves the window, or an activity that is known and yet to come. `None`: never.
    pub next_due: Option<Timestamp>,
}

/// One kind of activity on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// Position in the activity table.
    pub row: u16,
    /// The weight of that row.
    pub weight: u32,
    /// Local day, counted from 1970-01-01.
    pub day: i64,
    pub done: u32,
    /// At most the row's daily cap.
    pub counted: u32,
}

impl Counter {
    /// Makes a model's table ready. Rows of weight zero take their activities away from later rows and count nothing.
    pub fn new(model: &EngagementModel, dictionary: &Dictionary) -> Counter {
        let filters = (0_u16..).zip(&model.activities);
        let filters = filters.flat_map(|(row, activity)| activity.filters().map(move |filter| (row, filter)));
        let rows =
            model.activities.iter().map(|activity| RowLimit { cap: activity.daily_cap, weight: activity.weight });
        let mut matcher = Matcher::new(filters.collect(), &[]);
        matcher.extend(dictionary);
        Counter { matcher, rows: rows.collect(), window_days: model.window_days.max(1) }
    }

    /// Takes in what the dictionary has gained.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        self.matcher.extend(dictionary);
    }

    /// The row in which an activity counts.
    pub fn row(&self, fact: &ActivityFact) -> Option<u16> {
        let row = *self.matcher.slots(fact).first()?;
        self.rows.get(usize::from(row)).filter(|limit| limit.weight > 0 && limit.cap > 0).map(|_| row)
    }

    /// The counts at `as_of` of activities that are sorted by time and without duplicates.
    pub fn count(&self, activities: &[ActivityFact], as_of: Timestamp, calendar: &Calendar) -> PersonCounts {
        let now = as_of.as_secs();
        let first_day = calendar.day_of(now) - i64::from(self.window_days) + 1;
        let start = calendar.start_of_day(first_day).unwrap_or(i64::MIN);
        let from = activities.partition_point(|fact| fact.at.as_secs() < start);
        let until = activities.partition_point(|fact| fact.at.as_secs() <= now).max(from);
        let mut done: BTreeMap<(u16, i64), u32> = BTreeMap::new();
        for fact in &activities[from..until] {
            if let Some(row) = self.row(fact) {
                let count = done.entry((row, calendar.day_of(fact.at.as_secs()))).or_default();
                *count = count.saturating_add(1);
            }
        }
        let oldest = done.keys().map(|(_, day)| *day).min();
        let leaves = oldest.and_then(|day| calendar.start_of_day(day + i64::from(self.window_days)));
        let comes = activities[until..].iter().find(|fact| self.row(fact).is_some()).map(|fact| fact.at.as_secs());
        let days = done.into_iter().map(|((row, day), done)| {
            let limit = self.rows[usize::from(row)];
            DayCount { row, weight: limit.weight, day, done, counted: done.min(limit.cap) }
        });
        PersonCounts { days: days.collect(), next_due: leaves.into_iter().chain(comes).min().map(Timestamp::from_secs) }
    }
}

impl PersonCounts {
    /// Σ n over types and days.
    pub fn total(&self) -> u64 {
        self.days.iter().map(|day| u64::from(day.counted)).sum()
    }

    /// Σ n · (weight − floor) over types and days.
    pub fn weighted(&self, floor: u32) -> u64 {
        self.days.iter().map(|day| day.weighted(floor)).sum()
    }
}

impl DayCount {
    /// n · (weight − floor); nothing for a weight below the floor.
    pub fn weighted(&self, floor: u32) -> u64 {
        u64::from(self.counted) * u64::from(self.weight.saturating_sub(floor))
    }
}
