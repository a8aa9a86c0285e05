//! Walking Marketo's activity log (Marketo: "Activities"): it goes on from a token, page by page, and a page can be empty
//! although more comes. Activities are not written in the order of their dates, so readers go back a little, and a long
//! way now and then; the store recognises what it has (I2).

use std::time::Duration;

use intentd_sdk::cursor::Checkpoint;
use intentd_sdk::permit::Permits;
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::client::Client;
use crate::paths::{self, Query};
use crate::streams::instant_text;
use crate::wire::{Activity, Envelope};

/// Rows on a page.
const ROWS: &str = "300";
/// Types that one question may name.
pub(crate) const TYPES_AT_ONCE: usize = 10;
/// What every run reads again: no clock is exact, and entries of one moment need not be written in one.
const OVERLAP_MS: i64 = 300_000;
/// What is read again now and then, because entries are written late, and how often.
const TRAIL_MS: i64 = 5_400_000;
const TRAIL_EVERY_MS: i64 = 900_000;
/// How often the long way back is taken.
const LONG_WAY_EVERY_MS: i64 = 6 * 3_600_000;
/// How often a page that brings nothing and does not move is asked for, and the pause in between.
const MOST_STALLS: u32 = 20;
const STALL: Duration = Duration::from_secs(1);
/// Marketo gives itself 300 seconds for a token.
const TOKEN_PATIENCE: Duration = Duration::from_secs(320);

/// How far a reader of the log has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReadTo {
    pub(crate) read_to_ms: i64,
    /// When the trail was last read again.
    #[serde(default)]
    pub(crate) trailed_ms: i64,
    /// When the long way back was last taken.
    pub(crate) went_back_ms: i64,
}

/// Where a run starts in the log, and what to remember when it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) since: Timestamp,
    /// Whether this is the long way.
    pub(crate) goes_far: bool,
    pub(crate) after: ReadTo,
    /// How long the log has not been looked at.
    pub(crate) gap_ms: i64,
}

impl ReadTo {
    /// Nothing was read yet.
    pub(crate) const NOTHING: ReadTo = ReadTo { read_to_ms: 0, trailed_ms: 0, went_back_ms: 0 };

    /// After everything was read at this instant by other means. What is written late is found as always, when the log is
    /// read again.
    pub(crate) fn all_at(now: Timestamp) -> ReadTo {
        ReadTo { read_to_ms: now.as_ms(), trailed_ms: now.as_ms(), went_back_ms: now.as_ms() }
    }

    /// What a stream remembered.
    pub(crate) fn of(checkpoint: Option<&Checkpoint>) -> Option<ReadTo> {
        checkpoint?.read()
    }

    /// The next run's stretch: some minutes back, an hour and a half four times an hour, and the whole overlap four times a day.
    pub(crate) fn next(self, now: Timestamp, overlap_ms: i64) -> Stretch {
        let read_to = Timestamp::from_ms(self.read_to_ms).min(now);
        let goes_far = now.as_ms() - self.went_back_ms >= LONG_WAY_EVERY_MS;
        let trails = goes_far || now.as_ms() - self.trailed_ms >= TRAIL_EVERY_MS;
        let back_ms = match (goes_far, trails) {
            (true, _) => overlap_ms,
            (false, true) => TRAIL_MS.min(overlap_ms),
            (false, false) => OVERLAP_MS.min(overlap_ms),
        };
        let or = |taken: bool, before_ms: i64| if taken { now.as_ms() } else { before_ms };
        Stretch {
            since: read_to.plus_ms(-back_ms),
            goes_far,
            after: ReadTo {
                read_to_ms: now.as_ms(),
                trailed_ms: or(trails, self.trailed_ms),
                went_back_ms: or(goes_far, self.went_back_ms),
            },
            gap_ms: now.ms_since(read_to),
        }
    }
}

/// Where a reader stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) token: String,
    pub(crate) listed: u64,
    /// What the page before held, to recognise what comes twice.
    #[serde(default)]
    pub(crate) recent: Vec<String>,
}

/// The last place in the log that was asked for: the streams of a run start from the same instant.
#[derive(Default)]
pub(crate) struct LastStart {
    known: Mutex<Option<(Timestamp, String)>>,
}

/// A token for the log from an instant on.
pub(crate) async fn token(client: &Client, permits: &dyn Permits, since: Timestamp) -> Result<String> {
    let mut known = client.last_start.known.lock().await;
    if let Some((_, token)) = known.as_ref().filter(|(at, _)| *at == since) {
        return Ok(token.clone());
    }
    let token = new_token(client, permits, since).await?;
    *known = Some((since, token.clone()));
    Ok(token)
}

/// The same, when the token that was given before is not good any more.
pub(crate) async fn another_token(client: &Client, permits: &dyn Permits, since: Timestamp) -> Result<String> {
    *client.last_start.known.lock().await = None;
    token(client, permits, since).await
}

async fn new_token(client: &Client, permits: &dyn Permits, since: Timestamp) -> Result<String> {
    let query = Query::new(paths::PAGING_TOKEN).with("sinceDatetime", instant_text(since)).patience(TOKEN_PATIENCE);
    let answer = client.get::<Value>(permits, &query).await?;
    answer
        .next_page_token
        .ok_or_else(|| ConnectorError::Malformed { detail: "no paging token in the answer".to_owned() })
}

/// A page of activities of at most ten types.
pub(crate) async fn activities(
    client: &Client,
    permits: &dyn Permits,
    type_ids: &[u64],
    token: &str,
) -> Result<Envelope<Activity>> {
    let ids: Vec<String> = type_ids.iter().map(u64::to_string).collect();
    page(client, permits, Query::new(paths::ACTIVITIES).with("activityTypeIds", ids.join(",")), token).await
}

/// A page of activities of one type about some of its assets.
async fn activities_about(
    client: &Client,
    permits: &dyn Permits,
    type_id: u64,
    asset_ids: &[u64],
    token: &str,
) -> Result<Envelope<Activity>> {
    let ids: Vec<String> = asset_ids.iter().map(u64::to_string).collect();
    let query = Query::new(paths::ACTIVITIES).with("activityTypeIds", type_id.to_string());
    page(client, permits, query.with("assetIds", ids.join(",")), token).await
}

/// A page of any view of the log.
pub(crate) async fn page<T: DeserializeOwned>(
    client: &Client,
    permits: &dyn Permits,
    query: Query,
    token: &str,
) -> Result<Envelope<T>> {
    let query = query.with("batchSize", ROWS).with("nextPageToken", token);
    for _ in 0..MOST_STALLS {
        let page = client.get::<T>(permits, &query).await?;
        let stands = page.more_result && page.next_page_token.as_deref().is_none_or(|next| next == token);
        if !stands {
            return Ok(page);
        }
        if !page.result.is_empty() {
            break;
        }
        // Nothing, from the same place, although there is more: Marketo was not done looking.
        client.clock.sleep(STALL).await;
    }
    Err(ConnectorError::Malformed { detail: "the paging token does not move".to_owned() })
}

/// What is collected from the log.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted<'a> {
    Types(&'a [u64]),
    /// One type, about these of its assets only.
    About(u64, &'a [u64]),
}

/// Everything of that since an instant, however many pages it takes.
pub(crate) async fn collect(
    client: &Client,
    permits: &dyn Permits,
    wanted: Wanted<'_>,
    since: &str,
    mut each: impl FnMut(Activity),
) -> Result<()> {
    let walks: Vec<Wanted<'_>> = match wanted {
        Wanted::Types(ids) => ids.chunks(TYPES_AT_ONCE).map(Wanted::Types).collect(),
        Wanted::About(..) => vec![wanted],
    };
    for walk in walks {
        let mut token = since.to_owned();
        loop {
            let page = match walk {
                Wanted::Types(ids) => activities(client, permits, ids, &token).await?,
                Wanted::About(id, assets) => activities_about(client, permits, id, assets, &token).await?,
            };
            page.result.into_iter().for_each(&mut each);
            match page.next_page_token {
                Some(next) if page.more_result => token = next,
                _ => break,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_goes_back_some_minutes_or_an_hour_or_the_long_way() {
        let (minute, hour) = (60_000, 3_600_000);
        let day = 24 * hour;
        let start = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
        let first = ReadTo::all_at(start).next(start.plus_ms(5 * minute), day);
        assert_eq!((first.since, first.goes_far), (start.plus_ms(-5 * minute), false));
        let second = first.after.next(start.plus_ms(10 * minute), day);
        assert_eq!(second.since, start);
        let third = second.after.next(start.plus_ms(15 * minute), day);
        assert_eq!(
            (third.since, third.goes_far),
            (start.plus_ms(10 * minute - 90 * minute), false),
            "a quarter of an hour"
        );
        let fourth = third.after.next(start.plus_ms(20 * minute), day);
        assert_eq!(fourth.since, start.plus_ms(10 * minute));
        let fifth = fourth.after.next(start.plus_ms(7 * hour), day);
        let (since, gap_ms) = (start.plus_ms(20 * minute - day), 7 * hour - 20 * minute);
        assert_eq!((fifth.since, fifth.gap_ms, fifth.goes_far), (since, gap_ms, true));
        let stepped_clock = fifth.after.next(start, day);
        assert!(stepped_clock.since <= start);
    }
}
