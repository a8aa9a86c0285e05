//! Reads what changed in a stretch of time through the search endpoint, which shows at most 10,000 records per search,
//! trails behind, and is not reliably sorted.
//!
//! The order of results is never trusted: a window is either small enough to be paged through as a whole, or it is cut
//! in two by time, or, when it is a single millisecond (bulk jobs stamp more than 10,000 records with the same one), by
//! id. Every cut makes both parts smaller, so reading ends. The total that HubSpot states for exactly the window is its
//! certificate (I14).

use std::collections::BTreeSet;

use intentd_sdk::record::ExternalId;
use intentd_sdk::source::{Count, CountBasis};
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::Reader;
use super::search::{DEPTH, Filter, PAGE, Query};
use crate::wire::{Object, SearchAnswer};

/// The bounds of a window; all ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TimeBounds {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    /// Only within one millisecond: the ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ids: Option<(u64, u64)>,
    /// From here on the search index may still change, so that whatever is read now is read again later.
    fresh_from_ms: i64,
}

impl TimeBounds {
    /// A stretch of time. HubSpot fails on the epoch itself, so time begins one second later.
    /// What lies from `fresh_from` on will be read again.
    pub(crate) fn new(from: Timestamp, to: Timestamp, fresh_from: Timestamp) -> TimeBounds {
        let from_ms = from.as_ms().max(1_000);
        TimeBounds { from_ms, to_ms: to.as_ms().max(from_ms), ids: None, fresh_from_ms: fresh_from.as_ms() }
    }

    /// The same bounds give the same key.
    pub(crate) fn key(&self) -> String {
        let (from, to) = (Timestamp::from_ms(self.from_ms), Timestamp::from_ms(self.to_ms));
        match self.ids {
            None => format!("{from}..{to}"),
            Some((low, high)) => format!("{from} ids {low}..{high}"),
        }
    }

    /// Cuts this window in two; the hint says where about half of it lies before. Both parts are smaller.
    fn cut(&self, hint: Option<u64>) -> Option<(TimeBounds, TimeBounds)> {
        if self.from_ms < self.to_ms {
            let (low, high) = (self.from_ms, self.to_ms);
            let end = match hint.map(|hint| hint as i64) {
                Some(hint) if hint > low && hint <= high => hint - 1,
                Some(hint) if hint == low => low,
                _ => low + (high - low) / 2,
            };
            return Some((TimeBounds { to_ms: end, ..*self }, TimeBounds { from_ms: end + 1, ..*self }));
        }
        let (low, high) = self.ids.unwrap_or((1, i64::MAX as u64));
        if low >= high {
            return None;
        }
        let end = match hint {
            Some(hint) if hint > low && hint <= high => hint - 1,
            _ => low + (high - low) / 2,
        };
        Some((TimeBounds { ids: Some((low, end)), ..*self }, TimeBounds { ids: Some((end + 1, high)), ..*self }))
    }

    /// Cuts off the part that will be read again, when the window has both.
    fn cut_at_fresh(&self) -> Option<(TimeBounds, TimeBounds)> {
        let fresh = self.fresh_from_ms;
        (self.from_ms < fresh && fresh <= self.to_ms)
            .then(|| (TimeBounds { to_ms: fresh - 1, ..*self }, TimeBounds { from_ms: fresh, ..*self }))
    }

    /// The settled and the fresh part, as far as there are two.
    pub(crate) fn parts(self) -> Vec<TimeBounds> {
        match self.cut_at_fresh() {
            Some((settled, fresh)) => vec![settled, fresh],
            None => vec![self],
        }
    }

    fn filters<'a>(&self, modified: &'a str) -> Vec<Filter<'a>> {
        let mut filters = vec![match self.from_ms == self.to_ms {
            true => Filter::equal(modified, self.from_ms),
            false => Filter::between(modified, self.from_ms, self.to_ms),
        }];
        if let Some((low, high)) = self.ids {
            filters.push(Filter::between(ID, low, high));
        }
        filters
    }

    fn sort<'a>(&self, modified: &'a str) -> &'a str {
        if self.from_ms == self.to_ms { ID } else { modified }
    }
}

/// Records on one page of a search.
pub(crate) const ONE_PAGE: u64 = PAGE;
/// The record's id as a property.
const ID: &str = "hs_object_id";
/// A window that is cut keeps about this many records: a little room for those that arrive meanwhile.
const CUT_AT: u64 = 9_000;
/// A window of fewer records is read rather than cut in search of the part that changed.
const CUT_FROM: u64 = 4 * PAGE;
/// How often a window is stepped back when records leave it while it is read.
const MOST_STEPS_BACK: u32 = 20;

/// Where a window stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TimeState {
    /// The window as it was cut so far.
    bounds: TimeBounds,
    offset: u64,
    /// HubSpot's cursor for this place, when it is no offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    /// The totals HubSpot stated while the window was read: least, most, last.
    totals: Option<(u64, u64, u64)>,
    /// Distinct records delivered.
    delivered: u64,
    /// Records that were counted but had been modified again, or had gone, when they were read.
    left: u64,
    steps_back: u32,
    /// Ids of the page before, to recognise those that come twice.
    recent: BTreeSet<ExternalId>,
}

/// What follows a page of objects.
#[derive(Debug)]
pub(crate) enum TimeNext {
    More(TimeState),
    Split(TimeState, TimeBounds),
    Done(Count),
}

/// Reads the next page of a window.
pub(crate) async fn read(
    reader: &Reader<'_>,
    bounds: &TimeBounds,
    state: Option<TimeState>,
) -> Result<(Vec<Object>, TimeNext)> {
    let mut state = state.unwrap_or_else(|| TimeState::start(bounds.clone()));
    let modified = reader.object.modified;
    let stamp_only = [modified.to_owned()];
    let query = Query::new(state.bounds.filters(modified), state.bounds.sort(modified), true);
    let limit = PAGE.min(DEPTH - state.offset.min(DEPTH - 1));
    let query = match &state.cursor {
        Some(cursor) => query.page_at(cursor, limit),
        None => query.page(state.offset, limit),
    };
    let (query, with_properties) = query.with_properties(reader.properties, &stamp_only);
    let answer = reader.search(&query).await?;
    let next = next_place(&answer, &state)?;
    if state.offset == 0 && next.is_some() {
        if let Some((settled, fresh)) = state.bounds.cut_at_fresh() {
            return Ok((Vec::new(), TimeNext::Split(TimeState::start(settled), fresh)));
        }
        match mirrored(reader, &state.bounds, answer.total).await? {
            Mirrored::All(expected) => {
                return Ok((Vec::new(), TimeNext::Done(Count { expected, basis: CountBasis::Mirrored })));
            }
            Mirrored::Most => {
                if let Some((own, rest)) = state.bounds.cut(None) {
                    return Ok((Vec::new(), TimeNext::Split(TimeState::start(own), rest)));
                }
            }
            Mirrored::Little => {}
        }
    }
    let overflows = next.as_ref().is_some_and(|next| next.offset >= DEPTH);
    if overflows || (state.offset == 0 && answer.total.is_some_and(|total| total > DEPTH)) {
        let (own, rest) = cut(reader, &state.bounds).await?;
        return Ok((Vec::new(), TimeNext::Split(TimeState::start(own), rest)));
    }
    if let Some(back) = state.shrunk(answer.total) {
        // Records left the window, so those behind them moved forward past our place: go back by as many.
        state.step_back(back);
        return Ok((Vec::new(), TimeNext::More(state)));
    }
    let objects = state.take(answer.results, modified);
    let objects = if with_properties || objects.is_empty() {
        objects
    } else {
        let ids: Vec<String> = objects.iter().map(|object| object.id.clone()).collect();
        let full = reader.by_ids(&ids).await?;
        let gone = ids.iter().filter(|id| !full.contains_key(*id)).count() as u64;
        state.delivered -= gone.min(state.delivered);
        state.left += gone;
        full.into_values().collect()
    };
    Ok((
        objects,
        match next {
            Some(next) => {
                (state.offset, state.cursor) = (next.offset, next.cursor);
                TimeNext::More(state)
            }
            None => TimeNext::Done(state.certificate()),
        },
    ))
}

/// How much of a fresh window is here already: what we wrote ourselves comes home in great numbers, and need not be read
/// before the index has settled. Equal counts are a hint and no proof (a record that was modified twice within the window
/// counts once on both sides), so only what will be read again anyway is passed over on their word.
enum Mirrored {
    All(u64),
    Most,
    Little,
}

async fn mirrored(reader: &Reader<'_>, bounds: &TimeBounds, total: Option<u64>) -> Result<Mirrored> {
    let fresh = bounds.from_ms >= bounds.fresh_from_ms;
    let (Some((mirror, kind)), Some(total), None, true) = (reader.mirror, total, bounds.ids, fresh) else {
        return Ok(Mirrored::Little);
    };
    let (from, to) = (Timestamp::from_ms(bounds.from_ms), Timestamp::from_ms(bounds.to_ms));
    let here = mirror.count_modified(kind, from, to).await?;
    Ok(if here == total {
        Mirrored::All(total)
    } else if total >= CUT_FROM && here * 2 > total {
        Mirrored::Most
    } else {
        Mirrored::Little
    })
}

/// A place in the results of a search.
struct Place {
    /// Records before it.
    offset: u64,
    cursor: Option<String>,
}

/// HubSpot's search cursor is an offset so far, and documented as a text that means nothing.
fn next_place(answer: &SearchAnswer, state: &TimeState) -> Result<Option<Place>> {
    let stuck = || ConnectorError::Malformed { detail: "the search cursor does not move".to_owned() };
    let Some(after) = answer.after() else { return Ok(None) };
    if let Ok(offset) = after.parse::<u64>() {
        return if offset > state.offset { Ok(Some(Place { offset, cursor: None })) } else { Err(stuck()) };
    }
    // Every page brings somebody, so a search that shows ten thousand records at most comes to an end.
    if state.cursor.as_deref() == Some(after) || answer.results.is_empty() {
        return Err(stuck());
    }
    let offset = state.offset + answer.results.len() as u64;
    Ok(Some(Place { offset, cursor: Some(after.to_owned()) }))
}

/// Cuts a window that holds too much, near its 9,000th record.
async fn cut(reader: &Reader<'_>, bounds: &TimeBounds) -> Result<(TimeBounds, TimeBounds)> {
    let modified = reader.object.modified;
    let stamp_only = [modified.to_owned()];
    let query = Query::new(bounds.filters(modified), bounds.sort(modified), true).page(CUT_AT, 1);
    let (query, _) = query.with_properties(&stamp_only, &stamp_only);
    let hint = match reader.search(&query).await {
        Ok(answer) => answer.results.first().and_then(|object| match bounds.from_ms == bounds.to_ms {
            true => object.number(),
            false => object.modified(modified).and_then(|at| u64::try_from(at.as_ms()).ok()),
        }),
        Err(ConnectorError::Rejected { .. } | ConnectorError::Malformed { .. }) => None,
        Err(error) => return Err(error),
    };
    bounds.cut(hint).ok_or_else(|| ConnectorError::Malformed {
        detail: "the search counts more than one record for a single id".to_owned(),
    })
}

impl TimeState {
    fn start(bounds: TimeBounds) -> TimeState {
        TimeState {
            bounds,
            offset: 0,
            cursor: None,
            totals: None,
            delivered: 0,
            left: 0,
            steps_back: 0,
            recent: BTreeSet::new(),
        }
    }

    /// Goes back by so many records; with a cursor that is no offset that means to the beginning.
    fn step_back(&mut self, back: u64) {
        self.steps_back += 1;
        if self.cursor.take().is_none() {
            self.offset = self.offset.saturating_sub(back);
        } else {
            (self.offset, self.delivered, self.left) = (0, 0, 0);
            self.recent.clear();
        }
    }

    /// Remembers the total; by how many it shrank since the page before, when the reader must step back for it.
    fn shrunk(&mut self, total: Option<u64>) -> Option<u64> {
        let total = total?;
        let (least, most, last) = self.totals.unwrap_or((total, total, total));
        self.totals = Some((least.min(total), most.max(total), total));
        (total < last && self.offset > 0 && self.steps_back < MOST_STEPS_BACK).then(|| last - total)
    }

    /// Keeps what belongs to the window and was not on the page before.
    fn take(&mut self, results: Vec<Object>, modified: &str) -> Vec<Object> {
        let window = self.bounds.from_ms..=self.bounds.to_ms;
        let mut page = BTreeSet::new();
        let mut objects = Vec::with_capacity(results.len());
        for object in results {
            if object.modified(modified).is_some_and(|at| !window.contains(&at.as_ms())) {
                // Modified again while we searched: it belongs to a later window, which will find it.
                self.left += 1;
                continue;
            }
            let id = ExternalId::new(object.id.clone());
            if page.insert(id.clone()) && !self.recent.contains(&id) {
                self.delivered += 1;
                objects.push(object);
            }
        }
        self.recent = page;
        objects
    }

    /// HubSpot's total for the window. When it moved during the reading, any value it took is as good as another, so the
    /// one nearest to what was delivered is taken; records that left are not expected.
    fn certificate(&self) -> Count {
        match self.totals {
            None => Count { expected: self.delivered, basis: CountBasis::Listed },
            Some((least, most, _)) => Count {
                expected: (self.delivered + self.left).clamp(least, most).saturating_sub(self.left),
                basis: CountBasis::Stated,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from_ms: i64, to_ms: i64) -> TimeBounds {
        TimeBounds { from_ms, to_ms, ids: None, fresh_from_ms: i64::MAX }
    }

    #[test]
    fn every_cut_makes_both_parts_smaller_and_leaves_no_gap() {
        let hints = [None, Some(0), Some(1_000), Some(1_001), Some(1_500), Some(2_000), Some(9_999), Some(u64::MAX)];
        for hint in hints {
            let (own, rest) = window(1_000, 2_000).cut(hint).unwrap();
            assert_eq!((own.from_ms, own.to_ms + 1, rest.to_ms), (1_000, rest.from_ms, 2_000), "{hint:?}");
            assert!(own.to_ms >= own.from_ms && rest.to_ms >= rest.from_ms, "{hint:?}");
        }
    }

    #[test]
    fn a_single_millisecond_is_cut_by_id_until_nothing_is_left_to_cut() {
        let mut part = window(1_000, 1_000);
        let mut cuts = 0;
        while let Some((own, rest)) = part.cut(None) {
            let ((low, end), (start, high)) = (own.ids.unwrap(), rest.ids.unwrap());
            assert!(low <= end && end + 1 == start && start <= high);
            part = own;
            cuts += 1;
        }
        assert_eq!(cuts, 63);
        assert_eq!(window(1_000, 1_000).cut(Some(77)).unwrap().1.ids, Some((77, i64::MAX as u64)));
    }

    #[test]
    fn a_window_never_starts_at_the_epoch() {
        let end = Timestamp::from_ms(i64::MAX);
        let bounds = TimeBounds { fresh_from_ms: i64::MAX, ..TimeBounds::new(Timestamp::EPOCH, Timestamp::EPOCH, end) };
        assert_eq!(bounds, window(1_000, 1_000));
    }

    #[test]
    fn records_that_leave_while_reading_make_the_reader_step_back() {
        let mut state = TimeState::start(window(1_000, 2_000));
        assert_eq!(state.shrunk(Some(500)), None);
        state.offset = 200;
        assert_eq!(state.shrunk(Some(497)), Some(3));
        assert_eq!(state.shrunk(Some(497)), None);
        state.delivered = 499;
        assert_eq!(state.certificate().expected, 499, "both totals were stated");
        state.delivered = 400;
        assert_eq!(state.certificate().expected, 497, "a loss is never explained away");
    }
}
