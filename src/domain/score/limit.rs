//! How many of a rule's activities count. They are asked about in the order in which they happened, and the earliest
//! count: what has once counted is never displaced by something later.

use std::collections::VecDeque;

use super::model::Limit;

/// Where a limit stands after the activities seen so far.
#[derive(Clone, Debug)]
pub(super) enum LimitState {
    Open,
    Once { taken: bool },
    Day { count: u32, day: i64, taken: u32 },
    Window { count: usize, days: i64, recent: VecDeque<i64> },
}

impl LimitState {
    pub(super) fn new(limit: Limit) -> LimitState {
        match limit {
            Limit::Every => LimitState::Open,
            Limit::First => LimitState::Once { taken: false },
            Limit::PerDay { count } => LimitState::Day { count, day: i64::MIN, taken: 0 },
            Limit::PerWindow { count, days } => {
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                LimitState::Window { count, days: i64::from(days.max(1)), recent: VecDeque::new() }
            }
        }
    }

    /// Whether one more on this day counts, and takes its place if so. Days must not decrease from call to call.
    pub(super) fn admits(&mut self, on: i64) -> bool {
        match self {
            LimitState::Open => true,
            LimitState::Once { taken } => !std::mem::replace(taken, true),
            LimitState::Day { count, day, taken } => {
                if *day != on {
                    (*day, *taken) = (on, 0);
                }
                let admitted = *taken < *count;
                *taken += u32::from(admitted);
                admitted
            }
            LimitState::Window { count, days, recent } => {
                while recent.front().is_some_and(|day| *day <= on - *days) {
                    recent.pop_front();
                }
                let admitted = recent.len() < *count;
                if admitted {
                    recent.push_back(on);
                }
                admitted
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(limit: Limit, days: &[i64]) -> Vec<i64> {
        let mut state = LimitState::new(limit);
        days.iter().copied().filter(|day| state.admits(*day)).collect()
    }

    #[test]
    fn the_earliest_count() {
        let days = [1, 1, 1, 2, 5, 8, 8, 9];
        assert_eq!(counted(Limit::Every, &days), days);
        assert_eq!(counted(Limit::First, &days), [1]);
        assert_eq!(counted(Limit::PerDay { count: 2 }, &days), [1, 1, 2, 5, 8, 8, 9]);
        assert_eq!(counted(Limit::PerWindow { count: 2, days: 7 }, &days), [1, 1, 8, 8]);
        assert_eq!(counted(Limit::PerWindow { count: 1, days: 1 }, &days), [1, 2, 5, 8, 9]);
        assert_eq!(counted(Limit::PerDay { count: 0 }, &days), [0_i64; 0]);
    }

    #[test]
    fn no_window_ever_holds_more_than_its_count() {
        let days: Vec<i64> = (0..400)
            .map(|n| n * n % 61 / 3 + n / 3)
            .scan(0, |last, day| {
                *last = day.max(*last);
                Some(*last)
            })
            .collect();
        for (count, width) in [(1, 1), (1, 7), (3, 7), (5, 30)] {
            let counted = counted(Limit::PerWindow { count, days: width }, &days);
            for start in 0..200 {
                let inside = counted.iter().filter(|day| (start..start + i64::from(width)).contains(*day)).count();
                assert!(inside <= count as usize, "{inside} in {width} days from day {start}");
            }
        }
    }
}
