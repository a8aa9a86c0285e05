//! The stream `segments` (Marketo: "Static Lists", "Programs"): static lists and programs with their members. Marketo counts
//! neither, so a segment is read when the activity log says that somebody came or left, and all of them once a day.

use std::collections::BTreeSet;

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{AssetKind, ExternalId, Item, MembershipRecord, ObjectKind, SegmentRecord};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Reading, Stream, assets, bounds, instant, place, window};
use crate::log::ReadTo;
use crate::moves::{self, Moves};
use crate::paths::{self, LISTS, Query};
use crate::wire::{ProgramMember, StaticList};

/// Lists and programs with their members.
pub(super) struct Segments;

/// A program's segment is called so, because programs and lists have numbers of their own.
const PROGRAM: &str = "program:";
/// How often every segment is read, whatever the log says.
const ALL_EVERY_MS: i64 = 24 * 3_600_000;
/// How often it is asked which segments there are, whatever the log says.
const LIST_EVERY_MS: i64 = 3_600_000;
/// The log is read again this far back; what is written later still is found by the daily read.
const OVERLAP_MS: i64 = 5_400_000;
/// With more comings and goings in an hour than this, segments are rather read twice than all of them remembered.
const MOST_SEEN: usize = 5_000;

#[derive(Serialize, Deserialize)]
struct Bounds {
    /// `None`: it was deleted, and nobody belongs to it any more.
    segment: Option<SegmentRecord>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Remembered {
    log: ReadTo,
    all_read_ms: i64,
    /// When it was last asked which segments there are.
    #[serde(default)]
    listed_ms: i64,
    segments: BTreeSet<String>,
    /// Comings and goings that were looked at already; the log is read with an overlap.
    seen: BTreeSet<String>,
}

/// What the log says.
#[derive(Default)]
struct Touched {
    segments: BTreeSet<String>,
    seen: BTreeSet<String>,
    /// Somebody came or left, and it is not said where.
    nameless: bool,
}

#[derive(Serialize, Deserialize)]
struct State {
    token: String,
    listed: u64,
    recent: Vec<String>,
}

#[async_trait]
impl Stream for Segments {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "segments".into(),
            kind: StreamKind::Segments,
            title: "Static lists and programs with their members".to_owned(),
            scopes: ["Read-Only Lead", "Read-Only Assets"].map(str::to_owned).to_vec(),
        }
    }

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan> {
        let now = reading.context.now;
        let before: Option<Remembered> = checkpoint.and_then(Checkpoint::read);
        let is_due = |at_ms: i64, every_ms: i64| now.as_ms() - at_ms >= every_ms;
        let all_are_due = before.as_ref().is_none_or(|before| is_due(before.all_read_ms, ALL_EVERY_MS));
        let Some(before) = before.as_ref().filter(|_| mode == Mode::Incremental && !all_are_due) else {
            return everything(reading, mode, before.as_ref()).await;
        };
        let stretch = before.log.next(now, OVERLAP_MS);
        let touched = Touched::of(&*moves::since(reading, stretch.since, false).await?, &before.seen);
        if touched.nameless {
            return everything(reading, mode, Some(before)).await;
        }
        let seen = if touched.seen.len() <= MOST_SEEN { touched.seen } else { BTreeSet::new() };
        let mut after = Remembered { log: stretch.after, seen, ..before.clone() };
        let mut windows = Vec::new();
        // A list that is new or gone is worth a look once an hour; one that somebody joins is looked at, at once.
        if !touched.segments.is_empty() || is_due(before.listed_ms, LIST_EVERY_MS) {
            let found = segments(reading).await?;
            let of_interest = |id: &str| !before.segments.contains(id) || touched.segments.contains(id);
            windows
                .extend(found.iter().filter(|segment| of_interest(segment.id.as_str())).map(|one| present(one, mode)));
            after.segments = ids(&found);
            after.listed_ms = now.as_ms();
            windows.extend(before.segments.difference(&after.segments).map(|id| absent(id, mode)));
        }
        Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&after) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let Bounds { segment } = bounds(window)?;
        let Some(segment) = segment else { return Ok(end(Vec::new(), 0, CountBasis::Listed)) };
        let before: Option<State> = place(window, cursor)?;
        let listed = before.as_ref().map_or(0, |before| before.listed);
        let page = match members(reading, &segment, before.as_ref().map(|before| before.token.as_str())).await {
            Ok(page) => page,
            // Deleted since the plan was made: no more members will come.
            Err(ConnectorError::Missing { .. }) => return Ok(end(Vec::new(), listed, CountBasis::Listed)),
            // Marketo lists no program with more than 100,000 members. What is known of it stays.
            Err(error @ ConnectorError::Rejected { .. }) if cursor.is_none() => {
                tracing::warn!(segment.id = %segment.id, %error, "the members of this segment cannot be read");
                let known = reading.context.mirror.count_members(&segment.id).await?;
                return Ok(end(vec![Item::Segment(segment)], known, CountBasis::Mirrored));
            }
            Err(error) => return Err(error),
        };
        let mut seen: BTreeSet<&str> = before.iter().flat_map(|b| b.recent.iter().map(String::as_str)).collect();
        let members: Vec<&(String, Option<Timestamp>)> =
            page.members.iter().filter(|(id, _)| seen.insert(id.as_str())).collect();
        let listed = listed + members.len() as u64;
        let items = before.is_none().then(|| Item::Segment(segment.clone())).into_iter();
        let items = items.chain(members.iter().map(|(id, joined_at)| {
            Item::Membership(MembershipRecord {
                segment_id: segment.id.clone(),
                kind: ObjectKind::Contact,
                member_id: ExternalId::from(id.as_str()),
                joined_at: *joined_at,
            })
        }));
        let items = items.collect();
        let recent = members.iter().map(|(id, _)| id.clone()).collect();
        match page.next.filter(|next| before.as_ref().is_none_or(|before| before.token != *next)) {
            Some(token) => Ok(Page { items, next: Next::More(Cursor::of(&State { token, listed, recent })) }),
            None => Ok(end(items, listed, CountBasis::Listed)),
        }
    }
}

fn end(items: Vec<Item>, expected: u64, basis: CountBasis) -> Page {
    Page { items, next: Next::Done(Count { expected, basis }) }
}

/// Every segment there is, and those that there are no more.
async fn everything(reading: &Reading<'_>, mode: Mode, before: Option<&Remembered>) -> Result<PullPlan> {
    let now = reading.context.now;
    let found = segments(reading).await?;
    let segments = ids(&found);
    let gone = before.iter().flat_map(|before| before.segments.difference(&segments));
    let windows = found.iter().map(|one| present(one, mode)).chain(gone.map(|id| absent(id, mode))).collect();
    let after = Remembered {
        log: ReadTo::all_at(now),
        all_read_ms: now.as_ms(),
        listed_ms: now.as_ms(),
        segments,
        // What is read now need not be read again because the log says so once more.
        seen: BTreeSet::new(),
    };
    Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&after) })
}

fn ids(segments: &[SegmentRecord]) -> BTreeSet<String> {
    segments.iter().map(|segment| segment.id.to_string()).collect()
}

fn present(segment: &SegmentRecord, mode: Mode) -> WindowSpec {
    segment_window(segment.id.clone(), mode, Some(segment.clone()))
}

fn absent(id: &str, mode: Mode) -> WindowSpec {
    segment_window(ExternalId::from(id), mode, None)
}

fn segment_window(id: ExternalId, mode: Mode, segment: Option<SegmentRecord>) -> WindowSpec {
    let key = match id.as_str().strip_prefix(PROGRAM) {
        Some(program) => format!("program {program}"),
        None => format!("list {id}"),
    };
    WindowSpec { ids: vec![id], ..window(key, mode, &Bounds { segment }) }
}

/// Every static list and every program.
async fn segments(reading: &Reading<'_>) -> Result<Vec<SegmentRecord>> {
    let mut all = lists(reading).await?;
    match programs(reading).await {
        Ok(programs) => all.extend(programs),
        Err(error @ ConnectorError::Forbidden { .. }) => {
            tracing::warn!(%error, "members of programs are left out");
        }
        Err(error) => return Err(error),
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup_by(|a, b| a.id == b.id);
    Ok(all)
}

async fn lists(reading: &Reading<'_>) -> Result<Vec<SegmentRecord>> {
    let (mut all, mut token): (Vec<SegmentRecord>, Option<String>) = (Vec::new(), None);
    loop {
        let query = Query::new(LISTS).with("batchSize", "300").with_some("nextPageToken", token.as_ref());
        let page = reading.client.get::<StaticList>(reading.context.permits, &query).await?;
        let empty = page.result.is_empty();
        all.extend(page.result.into_iter().map(|list| {
            let name = list.name.unwrap_or_else(|| format!("list {}", list.id));
            SegmentRecord {
                // Lists of programs have names that are unique within their program only.
                name: list.program_name.map_or_else(|| name.clone(), |program| format!("{program}.{name}")),
                id: ExternalId::new(list.id),
                kind: ObjectKind::Contact,
                writable: true,
                size: None,
            }
        }));
        match page.next_page_token.filter(|next| (page.more_result || !empty) && token.as_ref() != Some(next)) {
            Some(next) => token = Some(next),
            None => return Ok(all),
        }
    }
}

async fn programs(reading: &Reading<'_>) -> Result<Vec<SegmentRecord>> {
    let mut all = Vec::new();
    loop {
        let page = assets::assets(reading, AssetKind::Program, all.len() as u64).await?;
        let full = page.len() >= assets::AT_MOST;
        all.extend(page.into_iter().map(|program| SegmentRecord {
            name: program.name.unwrap_or_else(|| format!("program {}", program.id)),
            id: ExternalId::new(format!("{PROGRAM}{}", program.id)),
            kind: ObjectKind::Contact,
            writable: false,
            size: None,
        }));
        if !full {
            return Ok(all);
        }
    }
}

impl Touched {
    /// The segments that somebody joined or left, apart from what was seen before.
    fn of(moves: &Moves, before: &BTreeSet<String>) -> Touched {
        let mut touched = Touched { nameless: moves.tells_no_members, ..Touched::default() };
        for one in &moves.members {
            let is_known = one.guid.as_ref().is_some_and(|guid| before.contains(guid));
            touched.seen.extend(one.guid.clone());
            match &one.segment {
                _ if is_known => {}
                Some(id) if one.is_program => _ = touched.segments.insert(format!("{PROGRAM}{id}")),
                Some(id) => _ = touched.segments.insert(id.clone()),
                None => touched.nameless = true,
            }
        }
        touched
    }
}

struct Members {
    members: Vec<(String, Option<Timestamp>)>,
    next: Option<String>,
}

async fn members(reading: &Reading<'_>, segment: &SegmentRecord, token: Option<&str>) -> Result<Members> {
    let path = match segment.id.as_str().strip_prefix(PROGRAM) {
        Some(program) => paths::program_members(program),
        None => paths::list_members(segment.id.as_str()),
    };
    let query = Query::new(path).with("fields", "id").with("batchSize", "300").with_some("nextPageToken", token);
    let page = reading.client.get::<ProgramMember>(reading.context.permits, &query).await?;
    let goes_on = page.more_result || !page.result.is_empty();
    let members = page.result.into_iter().map(|member| {
        let since = member.membership.and_then(|membership| instant(membership.membership_date.as_deref()?));
        (member.id, since)
    });
    Ok(Members { members: members.collect(), next: page.next_page_token.filter(|_| goes_on) })
}
