//! The stream `segments` (HubSpot: "Lists"): the lists of contacts and of companies with their members. Every list is
//! one window, read completely each time, because a change of membership leaves no trace in any timestamp.

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::http::Request;
use intentd_sdk::record::{ExternalId, Item, MembershipRecord, ObjectKind, SegmentRecord};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Reading, Stream, bounds, place, window};
use crate::limits::GENERAL;
use crate::paths::encode;
use crate::wire::{Collection, List, ListEnvelope, ListSearch, ListSearchAnswer, Membership};

/// Lists and their members.
pub(super) struct Segments;

#[derive(Serialize, Deserialize)]
struct Bounds {
    segment: SegmentRecord,
    processing: bool,
}

#[derive(Serialize, Deserialize)]
struct State {
    after: String,
    listed: u64,
}

/// Most lists per search page.
const LISTS: u64 = 500;

#[async_trait]
impl Stream for Segments {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "segments".into(),
            kind: StreamKind::Segments,
            title: "Lists of contacts and companies with their members".to_owned(),
            scopes: vec!["crm.lists.read".to_owned()],
        }
    }

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, _: Option<&Checkpoint>) -> Result<PullPlan> {
        let (mut windows, mut offset) = (Vec::new(), 0);
        loop {
            let body =
                ListSearch { offset, count: LISTS, sort: "HS_LIST_ID", additional_properties: &["hs_list_size"] };
            let request = Request::json(http::Method::POST, reading.client.paths.list_search(), &body);
            let page: ListSearchAnswer = reading.client.read(reading.context.permits, GENERAL, request).await?;
            windows.extend(page.lists.iter().filter_map(|list| {
                let bounds = Bounds { segment: segment(list)?, processing: list.is_processing() };
                let ids = vec![bounds.segment.id.clone()];
                Some(WindowSpec { ids, ..window(format!("list {}", list.list_id), mode, &bounds) })
            }));
            match page.offset {
                Some(next) if page.has_more && next > offset => offset = next,
                _ if page.has_more && !page.lists.is_empty() => offset += page.lists.len() as u64,
                _ => break,
            }
        }
        // A list that moved between two pages while we searched comes twice.
        windows.sort_by(|a, b| a.key.cmp(&b.key));
        windows.dedup_by(|a, b| a.key == b.key);
        Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&()) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let Bounds { segment, processing } = bounds(window)?;
        let state: Option<State> = place(window, cursor)?;
        let mut path = format!("{}?limit=250", reading.client.paths.members(segment.id.as_str()));
        if let Some(state) = &state {
            path.push_str(&format!("&after={}", encode(&state.after)));
        }
        let page: Collection<Membership> = match reading.client.get(reading.context.permits, path).await {
            Ok(page) => page,
            // Deleted since the plan was made: no more members will come.
            Err(ConnectorError::Missing { .. }) => {
                let expected = state.map_or(0, |state| state.listed);
                let count = Count { expected, basis: CountBasis::Listed };
                return Ok(Page { items: Vec::new(), next: Next::Done(count) });
            }
            Err(error) => return Err(error),
        };
        let listed = state.as_ref().map_or(0, |state| state.listed) + page.results.len() as u64;
        let before = state.as_ref().map(|state| state.after.as_str());
        let next = match page.after().filter(|next| Some(*next) != before) {
            Some(after) => Next::More(Cursor::of(&State { after: after.to_owned(), listed })),
            None => Next::Done(certificate(reading, &segment, processing, listed).await?),
        };
        let members = page.results.iter().map(|member| {
            Item::Membership(MembershipRecord {
                segment_id: segment.id.clone(),
                kind: segment.kind,
                member_id: ExternalId::new(member.record_id.clone()),
                joined_at: member.joined_at.as_deref().and_then(Timestamp::parse),
            })
        });
        let head = state.is_none().then(|| Item::Segment(segment.clone()));
        Ok(Page { items: head.into_iter().chain(members).collect(), next })
    }
}

/// The size HubSpot states, asked for again when it differs, because members come and go while a list is read. A list
/// that is still being worked out has no size to rely on.
async fn certificate(reading: &Reading<'_>, segment: &SegmentRecord, processing: bool, listed: u64) -> Result<Count> {
    let as_listed = Count { expected: listed, basis: CountBasis::Listed };
    match segment.size {
        _ if processing => Ok(as_listed),
        Some(size) if size == listed => Ok(Count { expected: size, basis: CountBasis::Stated }),
        None => Ok(as_listed),
        Some(_) => {
            let path = reading.client.paths.list(segment.id.as_str());
            match reading.client.get::<ListEnvelope>(reading.context.permits, path).await {
                Ok(ListEnvelope { list }) if !list.is_processing() => Ok(match list.size().or(segment.size) {
                    Some(expected) => Count { expected, basis: CountBasis::Stated },
                    None => as_listed,
                }),
                Ok(_) | Err(ConnectorError::Missing { .. }) => Ok(as_listed),
                Err(error) => Err(error),
            }
        }
    }
}

/// `None` for lists of other objects and for deleted ones.
fn segment(list: &List) -> Option<SegmentRecord> {
    let kind = match list.object_type_id.as_deref()? {
        "0-1" => ObjectKind::Contact,
        "0-2" => ObjectKind::Company,
        _ => return None,
    };
    let processing_type = list.processing_type.as_deref().unwrap_or_default();
    list.deleted_at.is_none().then(|| SegmentRecord {
        id: ExternalId::new(list.list_id.clone()),
        name: list.name.clone().unwrap_or_else(|| format!("list {}", list.list_id)),
        kind,
        writable: matches!(processing_type, "MANUAL" | "SNAPSHOT"),
        size: list.size(),
    })
}
