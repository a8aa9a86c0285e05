//! Whether somebody joined a list since it was read (HubSpot: "Lists", memberships in join order). One call stands for the
//! whole list: a removal shows in its size, and a join shows among its newest ones, also that of a former member.

use std::time::Duration;

use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Reading;
use crate::wire::{Collection, Membership};

/// A join or a removal may show up this much later than it says it happened.
pub(super) const LATE: Duration = Duration::from_secs(5 * 60);
/// A list is read completely at least this often: a merge puts one record in the place of another and keeps the instant.
pub(super) const READ_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);

/// What is remembered of a list between runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Joins {
    /// Stands for the newest members and when they joined.
    fingerprint: String,
    /// The run that last read the list completely.
    read_at_ms: i64,
}

impl Joins {
    /// The newest joins before a complete read.
    pub(super) fn before_reading(fingerprint: String, now: Timestamp) -> Joins {
        Joins { fingerprint, read_at_ms: now.as_ms() }
    }

    /// Whether nobody joined since, and the list need not be read again for its age either.
    pub(super) fn still_hold(&self, fingerprint: &str, now: Timestamp) -> bool {
        let age_ms = now.ms_since(Timestamp::from_ms(self.read_at_ms));
        self.fingerprint == fingerprint && (0..READ_AGAIN.as_millis() as i64).contains(&age_ms)
    }
}

/// Stands for the newest joins of a list; `None` when they cannot tell whether somebody joins later.
pub(super) async fn newest(reading: &Reading<'_>, list: &str) -> Result<Option<String>> {
    let path = format!("{}?limit=250", reading.client.paths.joins(list));
    match reading.client.get::<Collection<Membership>>(reading.context.permits, path).await {
        Ok(page) => Ok(fingerprint(&page.results, reading.context.now)),
        // Not offered for this list, or deleted meanwhile: reading its members will tell.
        Err(ConnectorError::Missing { .. } | ConnectorError::Forbidden { .. } | ConnectorError::Rejected { .. }) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A later join comes before the last of these members, and so changes them, if that one joined long enough ago.
fn fingerprint(members: &[Membership], now: Timestamp) -> Option<String> {
    let joins: Option<Vec<(i64, &str)>> = members
        .iter()
        .map(|member| Some((Timestamp::parse(member.joined_at.as_deref()?)?.as_ms(), member.record_id.as_str())))
        .collect();
    let mut joins = joins.filter(|joins| joins.is_sorted_by(|a, b| a.0 >= b.0))?;
    let (oldest_ms, _) = joins.last()?;
    if now.as_ms() - oldest_ms <= LATE.as_millis() as i64 {
        return None;
    }
    // The order among joins of one instant is not documented.
    joins.sort_unstable();
    let mut digest = Sha256::new();
    for (joined_ms, id) in joins {
        digest.update(format!("{joined_ms} {id}\n"));
    }
    Some(digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000;

    /// Of members with these ids that joined so many seconds ago.
    fn of(members: &[(&str, Option<i64>)]) -> Option<String> {
        let member = |(id, ago): &(&str, Option<i64>)| Membership {
            record_id: (*id).to_owned(),
            joined_at: ago.map(|ago| Timestamp::from_ms(NOW - ago * 1_000).to_string()),
        };
        fingerprint(&members.iter().map(member).collect::<Vec<_>>(), Timestamp::from_ms(NOW))
    }

    #[test]
    fn only_joins_that_can_tell_are_trusted() {
        let sound = of(&[("1", Some(10)), ("2", Some(900)), ("3", Some(900))]);
        assert!(sound.is_some());
        assert_eq!(sound, of(&[("1", Some(10)), ("3", Some(900)), ("2", Some(900))]), "one instant has no order");
        assert_ne!(sound, of(&[("4", Some(10)), ("2", Some(900)), ("3", Some(900))]));
        assert_ne!(sound, of(&[("1", Some(9)), ("2", Some(900)), ("3", Some(900))]), "left and joined again");
        assert_eq!(of(&[]), None, "nobody");
        assert_eq!(of(&[("1", Some(900)), ("2", None)]), None, "without an instant");
        assert_eq!(of(&[("1", Some(900)), ("2", Some(800))]), None, "not newest first");
        assert_eq!(of(&[("1", Some(10)), ("2", Some(299))]), None, "more may show up at these instants");
    }

    #[test]
    fn a_list_is_read_again_after_a_day_and_when_the_clock_went_back() {
        let joins = Joins::before_reading("x".into(), Timestamp::from_ms(NOW));
        let at = |hours: i64| Timestamp::from_ms(NOW + hours * 3_600_000);
        assert_eq!([-1, 0, 23, 24].map(|hours| joins.still_hold("x", at(hours))), [false, true, true, false]);
        assert!(!joins.still_hold("y", at(1)));
    }
}
