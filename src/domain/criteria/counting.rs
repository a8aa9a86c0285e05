//! Counts of instants in a window, and the next instant at which time alone moves such a count into or out of a range.
//! Instants count from their own second on and leave a sliding window when a local day begins.

use jiff::civil::Date;

use super::tree::{Between, Window};
use crate::domain::calendar::Calendar;
use crate::domain::model::Number;

/// Where a window lies at one instant. All in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// The first second that counts.
    from: i64,
    /// The first second that does not count any more.
    until: i64,
    /// Of a window that slides: its days.
    slides: Option<i64>,
}

/// How many there are, and when that can move into or out of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) count: usize,
    pub(super) holds: bool,
    /// In seconds since the epoch.
    pub(super) next: Option<i64>,
}

impl Bounds {
    /// The window as it lies at the second `now`; `None` where nothing can ever be in it.
    pub(super) fn at(window: &Window, now: i64, enrolled_at: Option<i64>, calendar: &Calendar) -> Option<Bounds> {
        let ever = Bounds { from: i64::MIN, until: i64::MAX, slides: None };
        match window {
            Window::Ever => Some(ever),
            Window::LastDays { days } => {
                let days = i64::from(*days).max(1);
                let from = calendar.start_of_day(calendar.day_of(now) - days + 1).unwrap_or(i64::MIN);
                Some(Bounds { from, slides: Some(days), ..ever })
            }
            Window::Between { from, to } => {
                let from = from.map(|day| calendar.start_of_day(day_number(day)).unwrap_or(i64::MIN));
                let until = to.map(|day| calendar.start_of_day(day_number(day) + 1).unwrap_or(i64::MAX));
                Some(Bounds { from: from.unwrap_or(i64::MIN), until: until.unwrap_or(i64::MAX), slides: None })
            }
            Window::SinceEnrollment => enrolled_at.map(|from| Bounds { from, ..ever }),
        }
    }

    /// The items that count now or will: `at` gives the second of one, and they are sorted by it.
    pub(super) fn within<'a, T>(&self, items: &'a [T], at: impl Fn(&T) -> i64) -> &'a [T] {
        let items = &items[items.partition_point(|item| at(item) < self.from)..];
        &items[..items.partition_point(|item| at(item) < self.until)]
    }

    /// Counts what has happened by `now`. The seconds are those of [`Bounds::within`], from the earliest on, as far as
    /// they concern the count.
    pub(super) fn count(
        &self,
        seconds: impl Iterator<Item = i64> + Clone,
        range: &Between,
        now: i64,
        calendar: &Calendar,
    ) -> Counted {
        let count = seconds.clone().take_while(|at| *at <= now).count();
        let holds = holds(range, count);
        let mut present = count;
        let mut coming = seconds.clone().skip(count).peekable();
        let mut going = seconds.map_while(|at| self.leaves(at, calendar)).peekable();
        let next = loop {
            // What leaves has come before, as a day begins after all of the days before it.
            let comes = coming.peek().copied();
            let goes = going.peek().copied();
            let Some(at) = comes.into_iter().chain(goes).min() else { break None };
            while coming.next_if_eq(&at).is_some() {
                present += 1;
            }
            while going.next_if_eq(&at).is_some() {
                present = present.saturating_sub(1);
            }
            if self::holds(range, present) != holds {
                break Some(at);
            }
        };
        Counted { count, holds, next }
    }

    /// When something of this second leaves the window.
    fn leaves(&self, at: i64, calendar: &Calendar) -> Option<i64> {
        calendar.start_of_day(calendar.day_of(at) + self.slides?)
    }
}

fn holds(range: &Between, count: usize) -> bool {
    range.holds(Number::whole(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// Days since 1970-01-01, as the calendar counts them.
pub(super) fn day_number(day: Date) -> i64 {
    day.duration_since(Date::constant(1970, 1, 1)).as_hours().div_euclid(24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbered_from_the_epoch() {
        for (day, number) in [("1970-01-01", 0), ("1969-12-31", -1), ("2026-03-29", 20_541), ("0001-01-01", -719_162)] {
            assert_eq!(day_number(day.parse().unwrap()), number, "{day}");
        }
    }
}
