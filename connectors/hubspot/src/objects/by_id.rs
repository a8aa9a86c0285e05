//! Reads every record of a type through the list endpoint, in several windows of ids at once.
//!
//! HubSpot documents that the list is in ascending id order and that its cursor is the id of the next record. When the
//! first page and one probe prove it, the window that starts at an id can be read without its predecessors: each
//! window asks the search for the id some thousand records ahead and splits off what begins there. When HubSpot behaves
//! otherwise, nothing is split and one window follows the cursor; a window that cannot trust the order any more fails
//! rather than skip a record (I14).

use std::time::Duration;

use futures_util::future::{join, join_all};
use intentd_sdk::clock;
use intentd_sdk::source::{Count, CountBasis};
use intentd_sdk::{ConnectorError, Result};
use serde::{Deserialize, Serialize};

use super::Reader;
use super::search::{Filter, Query};
use crate::wire::{Collection, Object};

/// The bounds of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdBounds {
    /// The first id that belongs to the window.
    pub(crate) from: u64,
    /// The last id that belongs to it, when another window is known to begin behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<u64>,
    /// Records from here to the end, roughly; 0 when nobody counted yet.
    remaining: u64,
    /// Records per window; 0 when the order is not proven, which only the first window may be.
    step: u64,
}

impl IdBounds {
    /// Everything.
    pub(crate) fn all() -> IdBounds {
        IdBounds { from: 1, to: None, remaining: 0, step: 0 }
    }

    /// The same bounds give the same key.
    pub(crate) fn key(&self) -> String {
        format!("ids {}..", self.from)
    }
}

/// Where a window stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdState {
    after: String,
    /// The largest id seen.
    last: u64,
    /// The last id that belongs to the window; `None`: to the end.
    to: Option<u64>,
    /// Whether `after` is proven to be an id.
    proven: bool,
    listed: u64,
    /// What HubSpot counted in the window when it was asked on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counted: Option<u64>,
}

/// What follows a page of objects.
#[derive(Debug)]
pub(crate) enum IdNext {
    More(IdState),
    Split(IdState, Vec<IdBounds>),
    Done(Count),
}

/// Whether a page carries properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    Properties,
    Ids,
}

/// The fewest records that make a window of their own worth its two searches.
const SMALLEST_STEP: u64 = 1_000;
/// Windows that a large account is cut into: enough chains to fill the limit from the first second on.
const WINDOWS: u64 = 10;
/// Borders that one window looks for at a time.
const BORDERS_AT_ONCE: u64 = 4;
/// The search shows no record beyond its 10,000th.
const LARGEST_STEP: u64 = 9_900;
/// How long a lagging search index is given before its total is asked for again.
const INDEX_PAUSE: Duration = Duration::from_secs(3);

/// Reads the next page of a window.
pub(crate) async fn read(
    reader: &Reader<'_>,
    depth: Depth,
    bounds: &IdBounds,
    state: Option<IdState>,
) -> Result<(Vec<Object>, IdNext)> {
    let is_first = state.is_none();
    let mut state = state.unwrap_or_else(|| IdState {
        // The id before the first one: right whether the cursor's own record is included or not.
        after: if bounds.from > 1 { (bounds.from - 1).to_string() } else { String::new() },
        last: bounds.from.saturating_sub(2),
        to: bounds.to,
        proven: bounds.step > 0,
        listed: 0,
        counted: None,
    });
    let after = Some(state.after.as_str()).filter(|after| !after.is_empty());
    let page = async {
        match depth {
            Depth::Properties => reader.list(after).await,
            Depth::Ids => reader.list_ids(after, super::calls::PAGE, false).await,
        }
    };
    // The windows of an account end at about the same time, and their counts would wait for each other: most are asked for on
    // the way, while the wide limit is what everybody waits for.
    let half_way = bounds.step > 0 && state.counted.is_none() && state.listed * 2 >= bounds.step;
    let page = if half_way {
        let (page, counted) = join(page, count(reader, bounds.from, state.to)).await;
        state.counted = counted?;
        page?
    } else {
        page.await?
    };
    let next = page.after().map(str::to_owned);
    if next.as_deref() == Some(state.after.as_str()) {
        return Err(malformed("the list cursor does not move"));
    }
    let ascends = ascends(&page, state.last);
    if state.proven && !ascends {
        return Err(malformed("the list is not in ascending id order"));
    }
    let past_the_end = |id: u64| state.to.is_some_and(|to| id > to);
    let at_end = next.is_none()
        || page.results.iter().filter_map(Object::number).any(past_the_end)
        || next.as_deref().and_then(|next| next.parse().ok()).is_some_and(past_the_end);
    let (proven, before) = (state.proven, state.last);
    let belongs = |object: &Object| match object.number() {
        // The cursor's own record may come a second time.
        Some(id) if !is_first && id == before => false,
        Some(id) if proven => id >= bounds.from && !past_the_end(id),
        Some(_) => true,
        None => !proven,
    };
    let newest = page.results.iter().filter_map(Object::number).fold(state.last, u64::max);
    let first = page.results.first().and_then(Object::number);
    let objects: Vec<Object> = page.results.into_iter().filter(belongs).collect();
    state.last = newest;
    state.listed += objects.len() as u64;
    let Some(next) = next.filter(|_| !at_end) else {
        let count = certificate(reader, bounds.from, &state).await?;
        return Ok((objects, IdNext::Done(count)));
    };
    state.after = next;
    let rest = if is_first && ascends { split(reader, bounds, &mut state, first).await? } else { Vec::new() };
    Ok((objects, if rest.is_empty() { IdNext::More(state) } else { IdNext::Split(state, rest) }))
}

/// Whether the ids of a page are numbers that grow, from beyond what was seen before.
fn ascends(page: &Collection<Object>, last: u64) -> bool {
    let mut before = last;
    page.results.iter().enumerate().all(|(at, object)| match object.number() {
        // The cursor's own record may come first.
        Some(id) if id > before || (at == 0 && id == before) => {
            before = id;
            true
        }
        _ => false,
    })
}

/// Decides where the window ends so that others can begin there.
async fn split(
    reader: &Reader<'_>,
    bounds: &IdBounds,
    state: &mut IdState,
    first: Option<u64>,
) -> Result<Vec<IdBounds>> {
    let (remaining, step) = if bounds.step > 0 {
        (bounds.remaining, bounds.step)
    } else {
        let Some(Proven { total, newest }) = prove(reader, state).await? else { return Ok(Vec::new()) };
        state.proven = true;
        let step = total.div_ceil(WINDOWS).clamp(SMALLEST_STEP, LARGEST_STEP);
        if is_even(first, state, total, newest) {
            return Ok(ranges(state, newest, total.div_ceil(step), step));
        }
        (total, step)
    };
    // A window of its own is worth it from half a step on.
    let ahead = (1..=BORDERS_AT_ONCE).map(|n| n * step).filter(|ahead| *ahead <= LARGEST_STEP);
    let ahead: Vec<u64> = ahead.filter(|ahead| remaining >= ahead + step / 2).collect();
    let found = join_all(ahead.iter().map(|ahead| border(reader, bounds.from, *ahead))).await;
    let mut borders: Vec<(u64, u64)> = Vec::new();
    for (ahead, border) in ahead.into_iter().zip(found) {
        let before = borders.last().map_or(state.last + 1, |(_, border)| *border);
        match border? {
            Some(border) if border > before => borders.push((ahead, border)),
            // Without this border those behind it are of no use: the window before it would have no end.
            _ => break,
        }
    }
    state.to = borders.first().map(|(_, border)| border - 1).or(state.to);
    let ends = borders.iter().skip(1).map(|(_, border)| Some(border - 1)).chain([bounds.to]);
    let windows = borders.iter().zip(ends).map(|((ahead, from), to)| IdBounds {
        from: *from,
        to,
        remaining: if to == bounds.to { remaining - ahead } else { step },
        step,
    });
    Ok(windows.collect())
}

/// Whether the ids lie about as densely on the first page as they do on the whole, so that equal stretches of ids hold about
/// equally many records and nobody has to be asked for borders.
fn is_even(first: Option<u64>, state: &IdState, total: u64, newest: u64) -> bool {
    let Some(first) = first.filter(|first| *first < state.last && state.listed > 1) else { return false };
    let expected = u128::from(newest - first) * u128::from(state.listed - 1) / u128::from(state.last - first);
    let total = u128::from(total);
    expected * 4 >= total * 3 && expected * 4 <= total * 5
}

/// Cuts what is left into equal stretches of ids; the window itself keeps the first.
fn ranges(state: &mut IdState, newest: u64, count: u64, step: u64) -> Vec<IdBounds> {
    let width = (newest - state.last).div_ceil(count.max(1)).max(1);
    let borders: Vec<u64> = (1..count).map(|n| state.last + 1 + n * width).filter(|from| *from <= newest).collect();
    state.to = borders.first().map(|border| border - 1);
    let ends = borders.iter().skip(1).map(|border| Some(border - 1)).chain([None]);
    borders.iter().zip(ends).map(|(from, to)| IdBounds { from: *from, to, remaining: 0, step }).collect()
}

/// The id that stands so many records ahead.
async fn border(reader: &Reader<'_>, from: u64, ahead: u64) -> Result<Option<u64>> {
    let filters = if from > 1 { vec![Filter::at_least(ID, from)] } else { Vec::new() };
    let answer = tolerate(reader.search(&Query::new(filters, ID, true).page(ahead, 1)).await)?;
    Ok(answer.and_then(|answer| answer.results.first().and_then(Object::number)))
}

/// The record's id as a property.
const ID: &str = "hs_object_id";

/// What is known once the list's cursor is known for an id.
struct Proven {
    total: u64,
    newest: u64,
}

/// Proves that the list's cursor is an id. `None`: not proven, or not worth it.
///
/// An offset looks like an id while ids are dense from 1; the newest record tells them apart, because no offset is as
/// large as its id unless both mean the same.
async fn prove(reader: &Reader<'_>, state: &IdState) -> Result<Option<Proven>> {
    if state.after.parse::<u64>().is_ok_and(|after| after < state.last) || state.after.parse::<u64>().is_err() {
        return Ok(None);
    }
    let newest = Query::new(Vec::new(), ID, false).page(0, 1);
    let Some(answer) = tolerate(reader.search(&newest).await)? else { return Ok(None) };
    let Some(total) = answer.total.filter(|total| *total >= 2 * SMALLEST_STEP) else { return Ok(None) };
    let Some(newest) = answer.results.first().and_then(Object::number).filter(|id| *id > state.last + 1) else {
        return Ok(None);
    };
    let probe = reader.list_ids(Some(&(newest - 1).to_string()), 1, false).await;
    let Some(probe) = tolerate(probe)? else { return Ok(None) };
    let found = probe.results.first().and_then(Object::number);
    Ok(found.is_some_and(|id| id == newest || id + 1 == newest).then_some(Proven { total, newest }))
}

/// What HubSpot counts in the window. Its search index may trail, so a difference is asked about once more.
async fn certificate(reader: &Reader<'_>, from: u64, state: &IdState) -> Result<Count> {
    let IdState { to, listed, counted, .. } = *state;
    let mut stated = match counted {
        Some(counted) if counted == listed => Some(counted),
        _ => count(reader, from, to).await?,
    };
    if stated.is_some_and(|total| total != listed) {
        clock::rest(reader.client.clock.as_ref(), reader.permits, INDEX_PAUSE).await?;
        stated = count(reader, from, to).await?.or(stated);
    }
    Ok(match stated {
        // Fewer than were listed: the index has not caught up with records that were just created. Nothing is missing.
        Some(expected) if expected >= listed => Count { expected, basis: CountBasis::Stated },
        _ => Count { expected: listed, basis: CountBasis::Listed },
    })
}

/// The total of a search for exactly the window; `None` when the search is not to be had.
async fn count(reader: &Reader<'_>, from: u64, to: Option<u64>) -> Result<Option<u64>> {
    let filters = match to {
        Some(to) => vec![Filter::between(ID, from.max(1), to)],
        None if from > 1 => vec![Filter::at_least(ID, from)],
        None => Vec::new(),
    };
    let query = Query::new(filters, ID, true).page(0, 1);
    Ok(tolerate(reader.search(&query).await)?.and_then(|answer| answer.total))
}

/// A search is a convenience here: when it is not to be had, the list alone is read.
fn tolerate<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error @ (ConnectorError::Stopped | ConnectorError::Auth { .. } | ConnectorError::Limited { .. })) => {
            Err(error)
        }
        Err(_) => Ok(None),
    }
}

fn malformed(detail: &str) -> ConnectorError {
    ConnectorError::Malformed { detail: detail.to_owned() }
}
