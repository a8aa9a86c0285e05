//! The stream `segments` (HubSpot: "Lists"): the lists of contacts and of companies with their members. Every list is
//! one window. A list is read completely, unless its size and its last moves prove that nobody came or left; where HubSpot
//! does not tell the last moves, a look at the newest joins can prove as much. When in doubt it is read.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::http::Request;
use intentd_sdk::record::{ExternalId, Item, MembershipRecord, ObjectKind, SegmentRecord};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::joins::{self, Joins};
use super::last_moves::LastMoves;
use super::{Reading, Stream, bounds, onward, place, window};
use crate::limits::GENERAL;
use crate::paths::encode;
use crate::wire::{Collection, List, ListEnvelope, ListSearch, ListSearchAnswer, Membership};

/// Lists and their members.
pub(super) struct Segments;

#[derive(Serialize, Deserialize)]
struct Bounds {
    /// `None`: the list was deleted, and nobody is on it any more.
    segment: Option<SegmentRecord>,
    processing: bool,
    /// Nobody joined since it was read; with as many members as are here, nobody left either.
    nobody_joined: bool,
}

/// The lists of the last run.
#[derive(Default, Serialize, Deserialize)]
struct Remembered {
    lists: BTreeMap<String, Known>,
}

/// What is remembered of a list where that saves a read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Known {
    moves: Option<LastMoves>,
    joins: Option<Joins>,
}

/// A list as the plan finds it.
struct Found {
    segment: SegmentRecord,
    processing: bool,
    moves: Option<LastMoves>,
}

#[derive(Serialize, Deserialize)]
struct State {
    after: String,
    listed: u64,
}

/// Most lists per search page.
const LISTS: u64 = 500;
/// Most members per page: a list that is no longer is read as cheaply as it is looked at.
const MEMBERS: u64 = 250;
/// What the search is asked to tell of a list.
const TOLD: [&str; 3] = ["hs_list_size", "hs_last_record_added_at", "hs_last_record_removed_at"];
/// Lists that are looked at side by side.
const AT_ONCE: usize = 8;

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

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan> {
        let before: Remembered = checkpoint.and_then(Checkpoint::read).unwrap_or_default();
        let mut found = search(reading).await?;
        let names: BTreeSet<&str> = found.iter().map(|found| found.segment.id.as_str()).collect();
        let absent: Vec<String> = before.lists.keys().filter(|id| !names.contains(id.as_str())).cloned().collect();
        let mut windows = Vec::new();
        for id in absent {
            match still_there(reading, &id).await? {
                Some(list) => found.push(list),
                None => windows.push(list_window(&id, mode, None, false, false)),
            }
        }
        let looks: Vec<(WindowSpec, String, Known)> = stream::iter(found)
            .map(|found| {
                let known = before.lists.get(found.segment.id.as_str());
                look(reading, mode, found, known)
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut lists = BTreeMap::new();
        for (window, id, known) in looks {
            windows.push(window);
            lists.insert(id, known);
        }
        windows.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&Remembered { lists }) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let Bounds { segment, processing, nobody_joined } = bounds(window)?;
        let Some(segment) = segment else { return Ok(done(Vec::new(), 0, CountBasis::Listed)) };
        if let Some(size) = segment.size.filter(|size| !processing && (nobody_joined || *size == 0))
            && cursor.is_none()
            && reading.context.mirror.count_members(&segment.id).await? == size
        {
            return Ok(done(vec![Item::Segment(segment)], size, CountBasis::Mirrored));
        }
        let state: Option<State> = place(window, cursor)?;
        let mut path = format!("{}?limit={MEMBERS}", reading.client.paths.members(segment.id.as_str()));
        if let Some(state) = &state {
            path.push_str(&format!("&after={}", encode(&state.after)));
        }
        let page: Collection<Membership> = match reading.client.get(reading.context.permits, path).await {
            Ok(page) => page,
            // Deleted since the plan was made: no more members will come.
            Err(ConnectorError::Missing { .. }) => {
                return Ok(done(Vec::new(), state.map_or(0, |state| state.listed), CountBasis::Listed));
            }
            Err(error) => return Err(error),
        };
        let listed = state.as_ref().map_or(0, |state| state.listed) + page.results.len() as u64;
        let before = state.as_ref().map(|state| state.after.as_str());
        let next = match onward(page.after(), before)? {
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

fn done(items: Vec<Item>, expected: u64, basis: CountBasis) -> Page {
    Page { items, next: Next::Done(Count { expected, basis }) }
}

fn list_window(
    id: &str,
    mode: Mode,
    segment: Option<SegmentRecord>,
    processing: bool,
    nobody_joined: bool,
) -> WindowSpec {
    let bounds = Bounds { segment, processing, nobody_joined };
    WindowSpec { ids: vec![ExternalId::new(id)], ..window(format!("list {id}"), mode, &bounds) }
}

/// Every list of contacts and of companies, by id.
async fn search(reading: &Reading<'_>) -> Result<Vec<Found>> {
    let (mut all, mut offset) = (Vec::new(), 0);
    loop {
        let body = ListSearch { offset, count: LISTS, sort: "HS_LIST_ID", additional_properties: &TOLD };
        let request = Request::json(http::Method::POST, reading.client.paths.list_search(), &body);
        let page: ListSearchAnswer = reading.client.read(reading.context.permits, GENERAL, request).await?;
        all.extend(page.lists.iter().filter_map(|list| found(list, reading.context.now)));
        match page.offset {
            Some(next) if page.has_more && next > offset => offset = next,
            _ if page.has_more && !page.lists.is_empty() => offset += page.lists.len() as u64,
            _ if page.has_more => {
                let detail = "the list search says that there is more and brings nothing".to_owned();
                return Err(ConnectorError::Malformed { detail });
            }
            _ => break,
        }
    }
    // A list that moved between two pages while we searched comes twice.
    all.sort_by(|a, b| a.segment.id.cmp(&b.segment.id));
    all.dedup_by(|a, b| a.segment.id == b.segment.id);
    Ok(all)
}

/// A list that the search does not bring any more; `None` when it was deleted.
async fn still_there(reading: &Reading<'_>, id: &str) -> Result<Option<Found>> {
    let path = reading.client.paths.list(id);
    match reading.client.get::<ListEnvelope>(reading.context.permits, path).await {
        Ok(ListEnvelope { list }) => Ok(found(&list, reading.context.now)),
        Err(ConnectorError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The window of a list, its id, and what to remember of it. Everything that is remembered was so before the list is
/// read: whoever joins in between shows up next time.
async fn look(
    reading: &Reading<'_>,
    mode: Mode,
    Found { segment, processing, moves }: Found,
    known: Option<&Known>,
) -> Result<(WindowSpec, String, Known)> {
    let (id, now) = (segment.id.to_string(), reading.context.now);
    let known = known.filter(|_| mode == Mode::Incremental);
    let at_rest = |known: &&Known| match (&known.moves, &moves) {
        (Some(before), Some(newer)) => before.still_hold(newer),
        _ => false,
    };
    if let Some(known) = known.filter(at_rest).filter(|_| !processing) {
        return Ok((list_window(&id, mode, Some(segment), processing, true), id, known.clone()));
    }
    let moves = moves.filter(|_| !processing);
    let worth_it = moves.is_none() && !processing && segment.size.is_some_and(|size| size > MEMBERS);
    let newest = if worth_it { joins::newest(reading, &id).await? } else { None };
    let (nobody_joined, joins) = match (newest, known.and_then(|known| known.joins.as_ref())) {
        (None, _) => (false, None),
        (Some(newest), Some(known)) if known.still_hold(&newest, now) => (true, Some(known.clone())),
        (Some(newest), _) => (false, Some(Joins::before_reading(newest, now))),
    };
    Ok((list_window(&id, mode, Some(segment), processing, nobody_joined), id, Known { moves, joins }))
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
fn found(list: &List, now: Timestamp) -> Option<Found> {
    let kind = match list.object_type_id.as_deref()? {
        "0-1" => ObjectKind::Contact,
        "0-2" => ObjectKind::Company,
        _ => return None,
    };
    let processing_type = list.processing_type.as_deref().unwrap_or_default();
    let segment = SegmentRecord {
        id: ExternalId::new(list.list_id.clone()),
        name: list.name.clone().unwrap_or_else(|| format!("list {}", list.list_id)),
        kind,
        writable: matches!(processing_type, "MANUAL" | "SNAPSHOT"),
        size: list.size(),
    };
    let moves = LastMoves::before_reading(list, now);
    list.deleted_at.is_none().then(|| Found { segment, processing: list.is_processing(), moves })
}
