//! Another integration that rewrites what we wrote, again and again, is not fought for ever: a property of one record in
//! which our value was rewritten too often within a day is frozen, and a person decides (I7).

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

/// Rewrites, each within a day of the last, that end a fight.
pub const MOST_REWRITES: u32 = 3;
/// A rewrite that comes later than this after the last one begins anew.
const WINDOW_MS: i64 = 24 * 3_600_000;

/// How often our value in one property of one record was rewritten by somebody else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fight {
    pub rewrites: u32,
    pub last_at: Timestamp,
    /// Since when nothing is written to the property.
    pub frozen_at: Option<Timestamp>,
}

impl Fight {
    /// Our value was rewritten once more.
    #[must_use]
    pub fn rewritten(self, now: Timestamp) -> Fight {
        let goes_on = self.rewrites > 0 && now.ms_since(self.last_at) <= WINDOW_MS;
        let rewrites = if goes_on { self.rewrites + 1 } else { 1 };
        let frozen_at = self.frozen_at.or((rewrites >= MOST_REWRITES).then_some(now));
        Fight { rewrites, last_at: now, frozen_at }
    }
}

/// Whether an arriving value is a rewrite of ours: our value was there, and now it is not.
pub fn is_rewrite(ours: Option<&str>, held: Option<&str>, arrived: Option<&str>) -> bool {
    ours.is_some_and(|ours| super::same_value(ours, held) && !super::same_value(ours, arrived))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_rewrites_within_a_day_of_each_other_freeze_and_slow_ones_do_not() {
        let hour = |n: i64| Timestamp::from_secs(1_795_251_600 + n * 3_600);
        let fast = [0, 20, 40].into_iter().fold(Fight::default(), |fight, at| fight.rewritten(hour(at)));
        assert_eq!((fast.rewrites, fast.frozen_at), (3, Some(hour(40))));
        assert_eq!(fast.rewritten(hour(99)).frozen_at, Some(hour(40)), "frozen until somebody decides");
        let slow = [0, 25, 50, 75].into_iter().fold(Fight::default(), |fight, at| fight.rewritten(hour(at)));
        assert_eq!((slow.rewrites, slow.frozen_at), (1, None));
    }

    #[test]
    fn only_what_was_ours_can_be_rewritten() {
        assert!(is_rewrite(Some("11"), Some("11.0"), Some("99")));
        assert!(is_rewrite(Some("11"), Some("11"), None));
        assert!(!is_rewrite(Some("11"), Some("11"), Some("11.0")));
        assert!(!is_rewrite(Some("11"), Some("99"), Some("98")), "it was theirs already");
        assert!(!is_rewrite(None, None, Some("99")));
    }
}
