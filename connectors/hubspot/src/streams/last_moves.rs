//! What HubSpot says of the last join and the last removal of a list (HubSpot: "Lists", additional properties). One search
//! brings it for 500 lists, so that lists at rest cost no call of their own.

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::joins::{LATE, READ_AGAIN};
use crate::wire::List;

/// The size of a list and its last moves, as they were before the list was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LastMoves {
    size: u64,
    added: Option<String>,
    removed: Option<String>,
    /// The run that last read the list completely.
    read_at_ms: i64,
}

impl LastMoves {
    /// What the search says; `None` when it says too little or more may still show up.
    pub(super) fn before_reading(list: &List, now: Timestamp) -> Option<LastMoves> {
        let (added, removed) = (list.last_added(), list.last_removed());
        let instants: Option<Vec<i64>> =
            [&added, &removed].into_iter().flatten().map(|text| instant_ms(text)).collect();
        let last_ms = instants?.into_iter().max()?;
        let is_settled = now.as_ms() - last_ms > LATE.as_millis() as i64;
        is_settled.then_some(LastMoves { size: list.size()?, added, removed, read_at_ms: now.as_ms() })
    }

    /// Whether nobody came or left since, and the list need not be read again for its age either.
    pub(super) fn still_hold(&self, newer: &LastMoves) -> bool {
        let age_ms = newer.read_at_ms - self.read_at_ms;
        let same = (self.size, &self.added, &self.removed) == (newer.size, &newer.added, &newer.removed);
        same && (0..READ_AGAIN.as_millis() as i64).contains(&age_ms)
    }
}

/// HubSpot writes instants in both ways.
fn instant_ms(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| Timestamp::parse(text).map(|at| at.as_ms()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000;

    fn of(size: &str, added: Option<i64>, removed: Option<i64>, now: i64) -> Option<LastMoves> {
        let mut more = serde_json::json!({"hs_list_size": size});
        for (name, ago) in [("hs_last_record_added_at", added), ("hs_last_record_removed_at", removed)] {
            if let Some(ago) = ago {
                more[name] = (NOW - ago * 1_000).to_string().into();
            }
        }
        let list = serde_json::json!({"listId": "7", "additionalProperties": more});
        LastMoves::before_reading(&serde_json::from_value(list).unwrap(), Timestamp::from_ms(now))
    }

    #[test]
    fn a_list_at_rest_is_told_by_its_size_and_its_last_moves() {
        let hour = 3_600_000;
        let at_rest = of("12", Some(7_200), Some(9_000), NOW).unwrap();
        assert!(at_rest.still_hold(&of("12", Some(7_200), Some(9_000), NOW + hour).unwrap()));
        assert!(!at_rest.still_hold(&of("12", Some(7_200), Some(9_000), NOW + 24 * hour).unwrap()), "read once a day");
        assert!(!at_rest.still_hold(&of("12", Some(7_200), Some(9_000), NOW - hour).unwrap()), "the clock went back");
        assert!(!at_rest.still_hold(&of("11", Some(7_200), Some(9_000), NOW + hour).unwrap()), "another size");
        assert!(!at_rest.still_hold(&of("12", Some(800), Some(9_000), NOW + hour).unwrap()), "one joined");
        assert!(!at_rest.still_hold(&of("12", Some(7_200), Some(800), NOW + hour).unwrap()), "one left");
        assert!(!at_rest.still_hold(&of("12", Some(7_200), None, NOW + hour).unwrap()), "it says less than before");
    }

    #[test]
    fn what_is_not_said_or_too_fresh_proves_nothing() {
        assert_eq!(of("12", None, None, NOW), None, "nothing said");
        assert_eq!(of("", Some(900), None, NOW), None, "no size");
        assert_eq!(of("12", Some(299), Some(7_200), NOW), None, "more may show up at this instant");
        assert!(of("12", None, Some(301), NOW).is_some());
    }

    #[test]
    fn both_ways_of_writing_an_instant_are_read() {
        assert_eq!(instant_ms("1795000000000"), Some(NOW));
        assert_eq!(instant_ms("2026-11-18T08:26:40Z"), Timestamp::parse("2026-11-18T08:26:40Z").map(|at| at.as_ms()));
        assert_eq!(instant_ms("soon"), None);
    }
}
