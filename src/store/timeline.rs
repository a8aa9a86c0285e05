//! Table `timeline_segment`: the base, packed timelines of 128 contacts per row (`domain::timeline` knows the bytes), and
//! the fold that moves activities from the tail into it. A fold changes no fact (I3).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;

use crate::domain::model::{ActivityFact, ContactId};
use crate::domain::timeline::segment::{self, SLOTS};
use crate::domain::timeline::{self as packed, Malformed, Segment};

use super::arg::{Arg, args};
use super::db::Session;
use super::error::{Result, StoreError};
use super::{Store, activities, origins};

/// Segments that one transaction of a fold covers: some ten thousand contacts.
const SEGMENTS_AT_ONCE: i64 = 64;

/// What a fold did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FoldReport {
    /// The tail was large enough; otherwise nothing was done.
    pub ran: bool,
    /// Activities that moved from the tail into the base.
    pub folded: u64,
    /// Activities of the tail that the base had already.
    pub duplicates: u64,
    /// Rows of the base that were written.
    pub segments: u64,
}

/// What decides whether an activity is in the base already.
pub(super) struct Event {
    /// Unknown: it is not in the base.
    pub(super) contact: Option<i64>,
    pub(super) at: Timestamp,
    pub(super) hash: u32,
}

impl From<Malformed> for StoreError {
    fn from(error: Malformed) -> StoreError {
        StoreError::Corrupt { detail: format!("a row of timeline_segment: {error}") }
    }
}

fn locate(contact: i64) -> (i64, usize) {
    let (segment, slot) = segment::locate(contact.unsigned_abs());
    (segment as i64, slot)
}

/// The order of facts; of several with the same second and hash the first stays, as in a fold.
pub(super) fn sort_distinct(facts: &mut Vec<ActivityFact>) {
    facts.sort_unstable_by(packed::order);
    let mut second = None;
    let mut hashes: Vec<u32> = Vec::new();
    facts.retain(|fact| {
        if second != Some(fact.at.as_secs()) {
            second = Some(fact.at.as_secs());
            hashes.clear();
        }
        let fresh = !hashes.contains(&fact.remote_hash);
        if fresh {
            hashes.push(fact.remote_hash);
        }
        fresh
    });
}

async fn load_segments(session: &mut Session, segments: &BTreeSet<i64>) -> Result<BTreeMap<i64, Vec<u8>>> {
    let rows = session
        .fetch_rows(
            "SELECT segment_id, packed FROM timeline_segment WHERE workspace_id = $1 AND segment_id IN ({rows})",
            segments.iter().map(|segment| args![*segment]).collect(),
            args![session.workspace()],
            |row| Ok((row.int(0)?, row.bytes(1)?)),
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// The folded activities of these contacts.
pub(super) async fn load_base(session: &mut Session, contacts: &[ContactId]) -> Result<Vec<(ContactId, ActivityFact)>> {
    let contacts: BTreeSet<ContactId> = contacts.iter().copied().collect();
    let wanted = contacts.iter().map(|contact| locate(contact.0).0).collect();
    let stored = load_segments(session, &wanted).await?;
    let mut facts = Vec::new();
    let mut open: Option<(i64, Segment<'_>)> = None;
    let mut buffer = Vec::new();
    for contact in contacts {
        let (segment_id, slot) = locate(contact.0);
        let Some(bytes) = stored.get(&segment_id) else { continue };
        let current = match open {
            Some((id, current)) if id == segment_id => current,
            _ => {
                let parsed = Segment::parse(bytes)?;
                open = Some((segment_id, parsed));
                parsed
            }
        };
        buffer.clear();
        current.timeline(slot)?.decode_into(&mut buffer)?;
        facts.extend(buffer.iter().map(|fact| (contact, *fact)));
    }
    Ok(facts)
}

/// For each event, whether the base has it: same contact, same second, same hash. Segments whose latest instant is older
/// than the event are not read, because nothing newer can be a duplicate.
pub(super) async fn find_folded(session: &mut Session, events: &[Event]) -> Result<Vec<bool>> {
    let mut earliest: BTreeMap<i64, i64> = BTreeMap::new();
    for event in events {
        if let Some(contact) = event.contact {
            let at = earliest.entry(locate(contact).0).or_insert(i64::MAX);
            *at = (*at).min(event.at.as_secs());
        }
    }
    let ends = session
        .fetch_rows(
            "SELECT segment_id, last_at FROM timeline_segment WHERE workspace_id = $1 AND segment_id IN ({rows})",
            earliest.keys().map(|segment| args![*segment]).collect(),
            args![session.workspace()],
            |row| Ok((row.int(0)?, row.instant(1)?)),
        )
        .await?;
    let wanted: BTreeSet<i64> = ends
        .into_iter()
        .filter(|(segment, last_at)| earliest.get(segment).is_some_and(|at| *at <= last_at.as_secs()))
        .map(|(segment, _)| segment)
        .collect();
    let stored = load_segments(session, &wanted).await?;
    let mut known: BTreeMap<i64, BTreeSet<(i64, u32)>> = BTreeMap::new();
    let mut folded = Vec::with_capacity(events.len());
    for event in events {
        let found = match event.contact {
            Some(contact) => in_base(&stored, &mut known, contact, event)?,
            None => false,
        };
        folded.push(found);
    }
    Ok(folded)
}

fn in_base(
    stored: &BTreeMap<i64, Vec<u8>>,
    known: &mut BTreeMap<i64, BTreeSet<(i64, u32)>>,
    contact: i64,
    event: &Event,
) -> Result<bool> {
    let (segment_id, slot) = locate(contact);
    let Some(bytes) = stored.get(&segment_id) else { return Ok(false) };
    let keys = match known.entry(contact) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => {
            let timeline = Segment::parse(bytes)?.timeline(slot)?;
            if timeline.last_at().is_none_or(|last| event.at.as_secs() > last.as_secs()) {
                return Ok(false);
            }
            let mut facts = Vec::with_capacity(timeline.len());
            timeline.decode_into(&mut facts)?;
            entry.insert(facts.iter().map(|fact| (fact.at.as_secs(), fact.remote_hash)).collect())
        }
    };
    Ok(keys.contains(&(event.at.as_secs(), event.hash)))
}

/// Removes rows of the tail that the base of their contact has already.
pub(super) async fn remove_folded(session: &mut Session, contacts: &BTreeSet<ContactId>) -> Result<u64> {
    let rows = session
        .fetch_rows(
            "SELECT t.source_id, t.remote_id, t.contact_id, t.occurred_at, t.remote_hash FROM activity_tail t
             JOIN timeline_segment s ON s.workspace_id = t.workspace_id AND s.segment_id = t.contact_id / 128
                 AND t.occurred_at <= s.last_at + 999
             WHERE t.workspace_id = $1 AND t.contact_id IN ({rows})",
            contacts.iter().map(|contact| args![*contact]).collect(),
            args![session.workspace()],
            |row| {
                let event = Event { contact: Some(row.int(2)?), at: row.instant(3)?, hash: row.small(4)? };
                Ok(((row.int(0)?, row.text(1)?), event))
            },
        )
        .await?;
    let (keys, events): (Vec<(i64, String)>, Vec<Event>) = rows.into_iter().unzip();
    let folded = find_folded(session, &events).await?;
    let mut gone: BTreeMap<i64, Vec<[Arg; 1]>> = BTreeMap::new();
    for ((source, id), _) in keys.into_iter().zip(folded).filter(|(_, folded)| *folded) {
        gone.entry(source).or_default().push(args![id]);
    }
    let mut removed = 0;
    for (source, ids) in gone {
        removed += session
            .execute_rows(
                "DELETE FROM activity_tail WHERE workspace_id = $1 AND source_id = $2 AND remote_id IN ({rows})",
                ids,
                args![session.workspace(), source],
            )
            .await?;
    }
    Ok(removed)
}

/// Takes a contact's timeline out of the base.
pub(super) async fn take_base(session: &mut Session, contact: i64) -> Result<Vec<ActivityFact>> {
    let facts = load_base(session, &[ContactId(contact)]).await?;
    if !facts.is_empty() {
        rewrite(session, &BTreeMap::from([(contact, Edit::Clear)])).await?;
    }
    Ok(facts.into_iter().map(|(_, fact)| fact).collect())
}

/// Adds activities to a contact's timeline in the base.
pub(super) async fn add_base(session: &mut Session, contact: i64, facts: Vec<ActivityFact>) -> Result<()> {
    if !facts.is_empty() {
        rewrite(session, &BTreeMap::from([(contact, Edit::Add(facts))])).await?;
    }
    Ok(())
}

enum Edit {
    Add(Vec<ActivityFact>),
    Clear,
}

#[derive(Default)]
struct Rewritten {
    added: u64,
    duplicates: u64,
    segments: u64,
}

/// Writes the segments of these contacts anew.
async fn rewrite(session: &mut Session, edits: &BTreeMap<i64, Edit>) -> Result<Rewritten> {
    let wanted: BTreeSet<i64> = edits.keys().map(|contact| locate(*contact).0).collect();
    let stored = load_segments(session, &wanted).await?;
    let mut report = Rewritten { segments: wanted.len() as u64, ..Rewritten::default() };
    let mut rows: Vec<[Arg; 5]> = Vec::with_capacity(wanted.len());
    for segment_id in wanted {
        let before = Segment::parse(stored.get(&segment_id).map_or(&[], Vec::as_slice))?;
        let mut timelines: Vec<Vec<u8>> = (0..SLOTS).map(|slot| before.bytes_of(slot).to_vec()).collect();
        let first = segment_id * SLOTS as i64;
        for (contact, edit) in edits.range(first..first + SLOTS as i64) {
            let timeline = &mut timelines[locate(*contact).1];
            match edit {
                Edit::Clear => timeline.clear(),
                Edit::Add(facts) => {
                    let folded = packed::fold(timeline, facts)?;
                    report.added += folded.added as u64;
                    report.duplicates += folded.duplicates as u64;
                    *timeline = folded.bytes;
                }
            }
        }
        let (mut events, mut last_at) = (0_u64, Timestamp::from_ms(i64::MIN));
        for bytes in &timelines {
            let timeline = packed::Timeline::parse(bytes)?;
            events += timeline.len() as u64;
            last_at = timeline.last_at().map_or(last_at, |last| last.max(last_at));
        }
        rows.push(args![session.workspace(), segment_id, last_at, events, segment::encode(&timelines)]);
    }
    session
        .execute_rows(
            "INSERT INTO timeline_segment (workspace_id, segment_id, last_at, events, packed) {rows}
             ON CONFLICT (workspace_id, segment_id) DO UPDATE SET last_at = excluded.last_at,
                 events = excluded.events, packed = excluded.packed",
            rows,
            [],
        )
        .await?;
    Ok(report)
}

impl Store {
    /// Folds the tail into the base when it holds at least this share of the base's activities (0: always). Works in
    /// transactions of some thousand contacts each, so that others can write in between; dying half-way loses nothing.
    /// Activities of unknown actors stay in the tail.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another daemon folds at the same time.
    pub async fn fold_timelines(&self, least_share_percent: u64) -> Result<FoldReport> {
        let (tail, base) = self.count_tail_and_base().await?;
        if tail == 0 || tail.saturating_mul(100) < base.saturating_mul(least_share_percent) {
            return Ok(FoldReport::default());
        }
        let mut report = FoldReport { ran: true, ..FoldReport::default() };
        let mut from_contact = 0;
        loop {
            let mut session = self.db.write_snapshot().await?;
            let next = session
                .fetch_one(
                    "SELECT MIN(contact_id) FROM activity_tail WHERE workspace_id = $1 AND contact_id >= $2",
                    args![session.workspace(), from_contact],
                    |row| row.int_or_null(0),
                )
                .await?;
            let Some(next) = next else { return Ok(report) };
            let first = locate(next).0 * SLOTS as i64;
            from_contact = first + SEGMENTS_AT_ONCE * SLOTS as i64;
            if origins::matter(&mut session).await? {
                origins::note_fold(&mut session, first, from_contact).await?;
            }
            let done = fold_range(&mut session, first, from_contact).await?;
            session.commit().await?;
            report.folded += done.added;
            report.duplicates += done.duplicates;
            report.segments += done.segments;
        }
    }

    /// Activities of known contacts in the tail, and activities in the base.
    pub(super) async fn count_tail_and_base(&self) -> Result<(u64, u64)> {
        let mut session = self.read().await?;
        session
            .fetch_one(
                "SELECT (SELECT COUNT(*) FROM activity_tail WHERE workspace_id = $1 AND contact_id IS NOT NULL),
                     (SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) FROM timeline_segment WHERE workspace_id = $1)",
                args![session.workspace()],
                |row| Ok((row.count(0)?, row.count(1)?)),
            )
            .await
    }
}

/// Folds the contacts from `first` to before `end`.
async fn fold_range(session: &mut Session, first: i64, end: i64) -> Result<Rewritten> {
    let rows = session
        .fetch(
            "SELECT contact_id, occurred_at, type_id, object_id, country, remote_hash FROM activity_tail
             WHERE workspace_id = $1 AND contact_id >= $2 AND contact_id < $3",
            args![session.workspace(), first, end],
            |row| Ok((row.int(0)?, activities::read_fact(row, 1)?)),
        )
        .await?;
    let mut tail: BTreeMap<i64, Vec<ActivityFact>> = BTreeMap::new();
    for (contact, fact) in rows {
        tail.entry(contact).or_default().push(fact);
    }
    let edits = tail.into_iter().map(|(contact, facts)| (contact, Edit::Add(facts))).collect();
    let report = rewrite(session, &edits).await?;
    session
        .execute(
            "DELETE FROM activity_tail WHERE workspace_id = $1 AND contact_id >= $2 AND contact_id < $3",
            args![session.workspace(), first, end],
        )
        .await?;
    Ok(report)
}
