//! The stream `page_views` (HubSpot: "Event occurrences", type `e_visited_page`): pages that known contacts visited.
//! It needs an Enterprise subscription; without it the stream is off and says so.

use std::collections::BTreeMap;

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ActivityRecord, Actor, ExternalId, Item};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::time::{self, Span};
use super::web::bare_url;
use super::{Reading, Stream, bounds, onward, place};
use crate::paths::encode;
use crate::wire::{Collection, EventOccurrence};

const EVENT_TYPE: &str = "e_visited_page";
/// Windows of a backfill that does not fit one page.
const PARTS: i64 = 8;

/// Visits of known contacts.
pub(super) struct PageViews;

#[derive(Serialize, Deserialize)]
struct State {
    after: String,
    listed: u64,
}

#[async_trait]
impl Stream for PageViews {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "page_views".into(),
            kind: StreamKind::Activities,
            title: "Pages that known contacts visited (needs an Enterprise subscription)".to_owned(),
            scopes: vec!["business-intelligence".to_owned()],
        }
    }

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan> {
        let span = time::span(reading, mode, checkpoint);
        let parts = match span {
            // One call tells whether the account offers the stream and whether cutting it is worth anything.
            Some(span) if mode == Mode::Backfill && page(reading, span, None).await?.after().is_some() => PARTS,
            _ => 1,
        };
        Ok(time::plan(reading, mode, checkpoint, span, parts))
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let span: Span = bounds(window)?;
        let state: Option<State> = place(window, cursor)?;
        let before = state.as_ref().map(|state| state.after.as_str());
        let page = page(reading, span, before).await?;
        let items: Vec<Item> = page
            .results
            .iter()
            .filter_map(activity)
            .filter(|activity| span.contains(activity.occurred_at))
            .map(Item::Activity)
            .collect();
        let listed = state.as_ref().map_or(0, |state| state.listed) + items.len() as u64;
        let next = match onward(page.after(), before)? {
            Some(after) => Next::More(Cursor::of(&State { after: after.to_owned(), listed })),
            None => Next::Done(Count { expected: listed, basis: CountBasis::Listed }),
        };
        Ok(Page { items, next })
    }
}

async fn page(reading: &Reading<'_>, span: Span, after: Option<&str>) -> Result<Collection<EventOccurrence>> {
    // Whether the ends are included is not documented: ask for one millisecond more on each side and filter.
    let instant = |ms: i64| encode(&Timestamp::from_ms(ms).to_string());
    let mut path = format!(
        "{}?eventType={EVENT_TYPE}&occurredAfter={}&occurredBefore={}&limit=100",
        reading.client.paths.events(),
        instant(span.from_ms - 1),
        instant(span.to_ms + 1),
    );
    if let Some(after) = after {
        path.push_str(&format!("&after={}", encode(after)));
    }
    reading.client.get(reading.context.permits, path).await.map_err(|error| match error {
        ConnectorError::Forbidden { missing_scopes, detail } => ConnectorError::Forbidden {
            missing_scopes,
            detail: format!("page views need an Enterprise subscription and `business-intelligence`: {detail}"),
        },
        other => other,
    })
}

fn activity(event: &EventOccurrence) -> Option<ActivityRecord> {
    if !event.object_type.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("contact") || kind == "0-1") {
        return None;
    }
    let attributes = [
        ("url", event.property(&["hs_url", "hs_page_url"]).as_deref().and_then(bare_url)),
        ("title", event.property(&["hs_title", "hs_page_title"])),
        ("country", event.property(&["hs_country"])),
        ("utm_campaign", event.property(&["hs_utm_campaign"])),
        ("utm_medium", event.property(&["hs_utm_medium"])),
        ("utm_source", event.property(&["hs_utm_source"])),
        ("visit_source", event.property(&["hs_visit_source"])),
    ];
    Some(ActivityRecord {
        remote_id: event.id.clone(),
        actor: Actor::Contact(ExternalId::new(event.object_id.clone()?)),
        occurred_at: Timestamp::parse(event.occurred_at.as_deref()?)?,
        vendor_type: event.event_type.clone().unwrap_or_else(|| EVENT_TYPE.to_owned()),
        attributes: present(attributes),
    })
}

/// The attributes that have a value.
pub(super) fn present<const N: usize>(attributes: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
    let filled = attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    filled.filter(|(_, value)| !value.is_empty()).collect()
}
