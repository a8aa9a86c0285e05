//! The stream `activities` (Marketo: "Activities"): what leads did and what was done to them. History by bulk extract, then
//! the log, ten types to a question. Who came by without a name is delivered along, with what Marketo inferred.

use std::collections::BTreeSet;

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ActivityRecord, Actor, Item};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Reading, Stream, bounds, place, visitors, window};
use crate::activity;
use crate::bulk::{self, Export, Filter};
use crate::log::{self, Place, ReadTo, TYPES_AT_ONCE};

/// What happened.
pub(super) struct Activities;

#[derive(Serialize, Deserialize)]
struct Bounds {
    type_ids: Vec<u64>,
    since: Timestamp,
}

/// A longer pause is made up for by exports.
const LONGEST_GAP_MS: i64 = 3 * 86_400_000;

#[async_trait]
impl Stream for Activities {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "activities".into(),
            kind: StreamKind::Activities,
            title: "Web visits, forms, e-mails, program statuses and the other activities of leads".to_owned(),
            scopes: vec!["Read-Only Activity".to_owned()],
        }
    }

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan> {
        let now = reading.context.now;
        let read_to = ReadTo::of(checkpoint);
        let stretch = read_to.map(|read_to| read_to.next(now, reading.options.overlap_ms));
        let (windows, after) = match (mode, stretch) {
            // Activities never go.
            (Mode::Reconcile, _) => (Vec::new(), read_to.unwrap_or(ReadTo::NOTHING)),
            (Mode::Incremental, Some(stretch)) if stretch.gap_ms <= LONGEST_GAP_MS => {
                (by_log(reading, mode, stretch.since).await?, stretch.after)
            }
            (_, stretch) => {
                let oldest = now.plus_ms(-reading.options.activity_ms);
                let since = match (mode, stretch) {
                    (Mode::Incremental, Some(stretch)) => stretch.since.max(oldest),
                    _ => oldest,
                };
                (by_export(reading, mode, since).await?, ReadTo::all_at(now))
            }
        };
        Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&after) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        if bulk::is_bulk(window) {
            let mut page = bulk::read(reading.client, reading.context, window, cursor).await?;
            visitors::add(reading, &mut page.items).await?;
            return Ok(page);
        }
        let Bounds { type_ids, since } = bounds(window)?;
        let before = place::<Place>(window, cursor)?;
        let (client, permits) = (reading.client, reading.context.permits);
        let (page, before) = match before {
            Some(before) => match log::activities(client, permits, &type_ids, &before.token).await {
                Ok(page) => (page, before),
                // Nobody says how long a token is good: this stretch of the log is walked once more from its start.
                Err(ConnectorError::Rejected { category: Some(code), .. })
                    if matches!(code.as_str(), "1001" | "1003") =>
                {
                    let token = log::another_token(client, permits, since).await?;
                    return from_start(reading, &type_ids, token).await;
                }
                Err(error) => return Err(error),
            },
            None => {
                let token = log::token(client, permits, since).await?;
                return from_start(reading, &type_ids, token).await;
            }
        };
        deliver(reading, page, before).await
    }
}

async fn from_start(reading: &Reading<'_>, type_ids: &[u64], token: String) -> Result<Page> {
    let (client, permits) = (reading.client, reading.context.permits);
    let page = log::activities(client, permits, type_ids, &token).await?;
    deliver(reading, page, Place { token, listed: 0, recent: Vec::new() }).await
}

async fn deliver(
    reading: &Reading<'_>,
    page: crate::wire::Envelope<crate::wire::Activity>,
    before: Place,
) -> Result<Page> {
    let names = reading.client.types.names(reading.client, reading.context.permits).await?;
    let mut seen: BTreeSet<String> = before.recent.into_iter().collect();
    let records: Vec<ActivityRecord> = page
        .result
        .iter()
        .filter_map(|one| activity::record(&names, one))
        .filter(|record| seen.insert(record.remote_id.clone()))
        .collect();
    let recent = records.iter().map(|record| record.remote_id.clone()).collect();
    let listed = before.listed + records.len() as u64;
    let mut items: Vec<Item> = records.into_iter().map(Item::Activity).collect();
    visitors::add(reading, &mut items).await?;
    let next = match page.next_page_token {
        Some(token) if page.more_result => Next::More(Cursor::of(&Place { token, listed, recent })),
        _ => Next::Done(Count { expected: listed, basis: CountBasis::Listed }),
    };
    Ok(Page { items, next })
}

/// The types that are read, by number.
async fn type_ids(reading: &Reading<'_>) -> Result<Vec<u64>> {
    let names = reading.client.types.names(reading.client, reading.context.permits).await?;
    Ok(names.iter().filter(|(_, name)| !reading.options.skipped.contains(*name)).map(|(id, _)| *id).collect())
}

async fn by_log(reading: &Reading<'_>, mode: Mode, since: Timestamp) -> Result<Vec<WindowSpec>> {
    let ids = type_ids(reading).await?;
    let windows = ids.chunks(TYPES_AT_ONCE).map(|type_ids| {
        let types: Vec<String> = type_ids.iter().map(u64::to_string).collect();
        let bounds = Bounds { type_ids: type_ids.to_vec(), since };
        window(format!("types {} since {since}", types.join(",")), mode, &bounds)
    });
    Ok(windows.collect())
}

async fn by_export(reading: &Reading<'_>, mode: Mode, since: Timestamp) -> Result<Vec<WindowSpec>> {
    let ids = type_ids(reading).await?;
    let type_ids: Vec<u32> = ids.into_iter().filter_map(|id| u32::try_from(id).ok()).collect();
    if type_ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(bulk::plan(&Export::Activities { type_ids }, mode, Filter::CreatedAt, since, reading.context.now))
}

/// Who did it, when Marketo names a lead.
pub(super) fn lead_of(record: &ActivityRecord) -> Option<&str> {
    match &record.actor {
        Actor::Contact(id) => Some(id.as_str()),
        Actor::Email(_) | Actor::Visitor(_) => None,
    }
}
