//! Transaction 1: a page becomes mirror rows, activities, dirty marks and a checkpoint, or nothing (I1). Committing the same
//! page twice changes nothing the second time (I2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{
    ActivityRecord, ConnectionName, Departure, ExternalId, GoneRecord, Item, MembershipRecord, ObjectKind,
    ObjectRecord, StreamName,
};
use intentd_sdk::source::{CountBasis, Next, StreamKind, WindowSpec};
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use super::EngineError;
use crate::domain::identity::{self, Identity, Incoming, Known};
use crate::domain::mapping::{MappedObject, MappingSet};
use crate::domain::model::{ContactId, Country, Fields};
use crate::domain::plan::{Arrival, classify};
use crate::store::{IssueRow, LocalRow, NewActivity, RemoteState, RemoteUpsert, Store, Tx};

/// Activities that no mapping names are kept under this type: counted, never scored.
const UNMAPPED: &str = "unmapped";
/// A record that the vendor lists and whose values have not been read.
const NOT_READ_YET: &str = "reconcile::not_read_yet";

/// Where a page belongs.
#[derive(Clone)]
pub(super) struct PagePlace {
    pub(super) store: Store,
    pub(super) connection: ConnectionName,
    pub(super) mapping: Arc<MappingSet>,
    pub(super) zone: TimeZone,
    pub(super) run_id: i64,
    pub(super) stream: StreamName,
    pub(super) kind: StreamKind,
    pub(super) plan_id: i64,
    pub(super) window_id: i64,
    pub(super) window: WindowSpec,
    pub(super) now: Timestamp,
}

/// What a committed page brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Committed {
    pub(super) delivered: u64,
    pub(super) new: u64,
    pub(super) changed: u64,
    pub(super) echoes: u64,
    /// Windows split off, with their numbers in the store.
    pub(super) split: Vec<(i64, WindowSpec)>,
}

impl Committed {
    pub(super) fn add(&mut self, other: &Committed) {
        self.delivered += other.delivered;
        self.new += other.new;
        self.changed += other.changed;
        self.echoes += other.echoes;
    }
}

/// Items of a page, sorted by what happens to them.
#[derive(Default)]
struct Sorted {
    objects: BTreeMap<ObjectKind, Vec<ObjectRecord>>,
    present: BTreeMap<ObjectKind, Vec<ExternalId>>,
    gone: Vec<GoneRecord>,
    activities: Vec<ActivityRecord>,
    memberships: Vec<MembershipRecord>,
    rest: Vec<Item>,
}

/// Commits a page and moves its window on.
pub(super) async fn commit(place: PagePlace, items: Vec<Item>, next: Next) -> Result<Committed, EngineError> {
    let mut tx = place.store.begin().await?;
    let mut committed = Committed { delivered: items.len() as u64, ..Committed::default() };
    let mut stored = 0;
    let mut sorted = Sorted::default();
    for item in items {
        match item {
            Item::Object(record) => sorted.objects.entry(record.kind).or_default().push(record),
            Item::Present { kind, id } => sorted.present.entry(kind).or_default().push(id),
            Item::Gone(record) => sorted.gone.push(record),
            Item::Activity(record) => sorted.activities.push(record),
            Item::Membership(record) => sorted.memberships.push(record),
            other => sorted.rest.push(other),
        }
    }
    for (kind, records) in &sorted.objects {
        stored += commit_objects(&mut tx, &place, *kind, records, &mut committed).await?;
    }
    for (kind, ids) in &sorted.present {
        stored += commit_present(&mut tx, &place, *kind, ids).await?;
    }
    stored += commit_departures(&mut tx, &place, &sorted.gone).await?;
    stored += commit_activities(&mut tx, &place, &sorted.activities, &mut committed).await?;
    stored += commit_memberships(&mut tx, &place, &sorted.memberships, &mut committed).await?;
    stored += commit_rest(&mut tx, &place, sorted.rest).await?;

    match next {
        Next::More(cursor) => tx.advance_window(place.window_id, &cursor, stored).await?,
        Next::Split { cursor, windows } => {
            let ids = tx.insert_windows(place.plan_id, &windows, place.now).await?;
            committed.split = ids.into_iter().zip(windows).collect();
            tx.advance_window(place.window_id, &cursor, stored).await?;
        }
        Next::Done(count) => {
            // The mirror was counted by the database itself, and as many are there as the vendor counts.
            if count.basis == CountBasis::Mirrored {
                stored += count.expected;
            } else if place.kind == StreamKind::Segments {
                close_segment(&mut tx, &place).await?;
            }
            if let StreamKind::AssociationsOf { kind, .. } = place.kind {
                // Asked and answered: an id of which the vendor gave no associations is not asked again for ever.
                tx.clear_stale_links(&place.connection, kind, &place.window.ids).await?;
            }
            tx.close_window(place.window_id, count, stored, place.now).await?;
        }
    }
    tx.commit().await?;
    Ok(committed)
}

/// Gives the number of records that this window had not delivered before.
async fn commit_objects(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    records: &[ObjectRecord],
    committed: &mut Committed,
) -> Result<u64, EngineError> {
    // A record that stands on a page twice counts once, in its newest form.
    let mut newest: BTreeMap<&ExternalId, &ObjectRecord> = BTreeMap::new();
    for record in records {
        let slot = newest.entry(&record.id).or_insert(record);
        if record.modified_at >= slot.modified_at {
            *slot = record;
        }
    }
    let ids: Vec<ExternalId> = newest.keys().map(|id| (*id).clone()).collect();
    let known_rows = tx.find_remote(&place.connection, kind, &ids).await?;
    let pushed = tx.find_pushed(&place.connection, kind, &ids).await?;
    let mapped: Vec<(&ObjectRecord, MappedObject)> =
        newest.values().map(|record| (*record, place.mapping.apply_object(record, &place.zone))).collect();

    let incoming: Vec<Incoming> = mapped
        .iter()
        .map(|(record, object)| Incoming {
            external_id: record.id.clone(),
            key: identity::primary_key(kind, &object.fields),
        })
        .collect();
    let keys: Vec<String> = incoming.iter().filter_map(|record| record.key.clone()).collect();
    let by_key = tx.find_local_by_key(kind, &keys).await?;
    let holders: Vec<i64> = by_key.values().copied().collect();
    let known = Known {
        by_external_id: known_rows.iter().map(|(id, row)| (id.clone(), row.local_id)).collect(),
        taken: tx.find_bound(&place.connection, kind, &holders).await?,
        by_key,
    };
    let identities = identity::resolve(&incoming, &known);
    let fresh = identities.iter().filter(|identity| matches!(identity, Identity::New(_))).count();
    let first_id = if fresh > 0 { tx.allocate_ids(kind, fresh).await? } else { 0 };

    let mut locals = Vec::new();
    let mut remotes = Vec::new();
    let mut dirty = Vec::new();
    let mut stale_links = Vec::new();
    let mut issues = Vec::new();
    let mut first_time = 0;
    for ((record, object), identity) in mapped.into_iter().zip(identities) {
        let local_id = match identity {
            Identity::Same(id) | Identity::Joined(id) => id,
            Identity::New(number) => first_id + number as i64,
        };
        let row = known_rows.get(&record.id);
        let content_hash = content_hash(&object.fields);
        let none = BTreeMap::new();
        let arrival = classify(
            row.map(|row| (row.content_hash, &row.owned)),
            (content_hash, &object.owned),
            pushed.get(&record.id).unwrap_or(&none),
        );
        let returned = row.is_some_and(|row| row.state != RemoteState::Present);
        let touched = row.is_none_or(|row| row.modified_at != record.modified_at);
        // The same foreign value read again is no new reason: its difference is planned, or was refused.
        let edited = arrival == Arrival::OwnedEdited && touched;
        match arrival {
            Arrival::New => committed.new += 1,
            Arrival::Changed => committed.changed += 1,
            Arrival::OwnedEdited if touched => committed.changed += 1,
            Arrival::Echo if touched => committed.echoes += 1,
            Arrival::OwnedEdited | Arrival::Echo | Arrival::Unchanged => {}
        }
        if matches!(arrival, Arrival::New | Arrival::Changed) || returned {
            locals.push(LocalRow {
                id: local_id,
                key: identity::primary_key(kind, &object.fields),
                secondary_keys: identity::secondary_keys(kind, &object.fields),
                fields: object.fields,
            });
        }
        let needs_score = matches!(arrival, Arrival::New | Arrival::Changed) || edited || returned;
        if kind == ObjectKind::Contact && needs_score {
            dirty.push(ContactId(local_id));
        }
        // Associations leave no trace on the record, so whoever was touched is read again. Our own writes are not touches:
        // their instants are known from the answers to them.
        if touched || returned {
            stale_links.push(record.id.clone());
        }
        if row.is_none_or(|row| row.window_id != Some(place.window_id)) {
            first_time += 1;
        }
        issues.extend(object.problems.iter().map(|problem| IssueRow {
            stream: place.stream.clone(),
            external_id: Some(record.id.clone()),
            property: Some(problem.property.clone()),
            code: problem.code.to_string(),
            detail: String::new(),
        }));
        remotes.push(RemoteUpsert {
            external_id: record.id.clone(),
            local_id,
            modified_at: record.modified_at,
            content_hash,
            owned: object.owned,
            window_id: Some(place.window_id),
        });
    }
    tx.upsert_objects(kind, &locals, place.now).await?;
    tx.upsert_remote(&place.connection, kind, &remotes, place.now).await?;
    if kind == ObjectKind::Contact {
        tx.mark_links_stale(&place.connection, kind, &stale_links).await?;
        tx.mark_dirty(&dirty).await?;
    }
    if !issues.is_empty() {
        tx.insert_issues(place.run_id, &place.connection, &issues, place.now).await?;
    }
    follow_merges(tx, place, kind, newest.values().copied()).await?;
    Ok(first_time)
}

/// Records that were absorbed by others: their facts move to the survivor.
async fn follow_merges(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    records: impl Iterator<Item = &ObjectRecord>,
) -> Result<(), EngineError> {
    let absorbed: BTreeMap<ExternalId, ExternalId> = records
        .flat_map(|record| record.merged_ids.iter().map(|id| (id.clone(), record.id.clone())))
        .filter(|(loser, survivor)| loser != survivor)
        .collect();
    if absorbed.is_empty() {
        return Ok(());
    }
    let mut ids: Vec<ExternalId> = absorbed.keys().cloned().collect();
    ids.extend(absorbed.values().cloned());
    let rows = tx.find_remote(&place.connection, kind, &ids).await?;
    for (loser, survivor) in &absorbed {
        let (Some(loser_row), Some(survivor_row)) = (rows.get(loser), rows.get(survivor)) else { continue };
        if matches!(loser_row.state, RemoteState::Merged { .. }) {
            continue;
        }
        let state = RemoteState::Merged { into: survivor.clone() };
        tx.set_remote_state(&place.connection, kind, &[(loser.clone(), state)], place.now).await?;
        if loser_row.local_id != survivor_row.local_id {
            tx.merge_local(kind, loser_row.local_id, survivor_row.local_id, place.now).await?;
        }
        if kind == ObjectKind::Contact {
            tx.mark_dirty(&[ContactId(survivor_row.local_id)]).await?;
        }
    }
    Ok(())
}

/// Records that the vendor lists without their values. One that had left is back with the values it had; one that is not
/// known yet is named, and comes with its values once the vendor's search shows it (I14). Gives the number of records.
async fn commit_present(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    ids: &[ExternalId],
) -> Result<u64, EngineError> {
    let listed: BTreeSet<&ExternalId> = ids.iter().collect();
    let known = tx.mark_present(&place.connection, kind, ids, place.window_id).await?;
    let back = tx.bring_back(&place.connection, kind, ids, place.now).await?;
    if kind == ObjectKind::Contact {
        tx.mark_dirty(&back.values().copied().map(ContactId).collect::<Vec<_>>()).await?;
        tx.mark_links_stale(&place.connection, kind, &back.into_keys().collect::<Vec<_>>()).await?;
    }
    if known < listed.len() as u64 {
        let rows = tx.find_remote(&place.connection, kind, ids).await?;
        let issues: Vec<IssueRow> = listed
            .iter()
            .filter(|id| !rows.contains_key(**id))
            .map(|id| IssueRow {
                stream: place.stream.clone(),
                external_id: Some((*id).clone()),
                property: None,
                code: NOT_READ_YET.to_owned(),
                detail: String::new(),
            })
            .collect();
        tx.insert_issues(place.run_id, &place.connection, &issues, place.now).await?;
    }
    Ok(listed.len() as u64)
}

/// Records that the vendor says are gone. Gives the number that are known here and marked.
async fn commit_departures(tx: &mut Tx, place: &PagePlace, gone: &[GoneRecord]) -> Result<u64, EngineError> {
    for record in gone {
        depart(tx, place, record.kind, &record.id, &record.departure).await?;
    }
    Ok(gone.len() as u64)
}

/// One record leaves. A record that was erased for privacy leaves no trace.
pub(super) async fn depart(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    id: &ExternalId,
    departure: &Departure,
) -> Result<(), EngineError> {
    let rows = tx.find_remote(&place.connection, kind, std::slice::from_ref(id)).await?;
    let Some(row) = rows.get(id) else { return Ok(()) };
    let state = match departure {
        Departure::Archived => RemoteState::Archived,
        Departure::Merged { into } => RemoteState::Merged { into: into.clone() },
        Departure::Vanished => RemoteState::Gone,
        Departure::PrivacyDeleted => RemoteState::Erased,
    };
    if matches!(row.state, RemoteState::Merged { .. } | RemoteState::Erased) {
        return Ok(());
    }
    tx.set_remote_state(&place.connection, kind, &[(id.clone(), state)], place.now).await?;
    if kind == ObjectKind::Contact && matches!(departure, Departure::PrivacyDeleted) {
        let local = tx.find_local(kind, &[row.local_id]).await?;
        let addresses = local.values().flat_map(|row| row.key.iter().chain(&row.secondary_keys));
        let tombstones: Vec<String> = addresses
            .filter_map(|address| identity::tombstone_of_address(address))
            .chain([identity::tombstone_of_record(&place.connection, id)])
            .collect();
        tx.erase_contact(row.local_id, &tombstones, place.now).await?;
    }
    Ok(())
}

/// Gives the number of rows of this page that are stored now.
async fn commit_activities(
    tx: &mut Tx,
    place: &PagePlace,
    records: &[ActivityRecord],
    committed: &mut Committed,
) -> Result<u64, EngineError> {
    if records.is_empty() {
        return Ok(0);
    }
    let mapped: Vec<_> = records.iter().map(|record| place.mapping.apply_activity(&place.stream, record)).collect();
    let names: BTreeSet<String> = mapped
        .iter()
        .map(|activity| activity.as_ref().map_or(UNMAPPED, |activity| &activity.activity_type).to_owned())
        .collect();
    let types = tx.intern_types(&names.into_iter().collect::<Vec<_>>()).await?;
    let objects: Vec<_> =
        mapped.iter().map(|activity| activity.as_ref().map(|a| a.object.clone()).unwrap_or_default()).collect();
    let object_ids = tx.intern_objects(&objects).await?;
    let rows: Vec<NewActivity> = records
        .iter()
        .zip(&mapped)
        .zip(object_ids)
        .filter_map(|((record, activity), object)| {
            let name = activity.as_ref().map_or(UNMAPPED, |activity| &activity.activity_type);
            Some(NewActivity {
                remote_id: record.remote_id.clone(),
                actor: record.actor.clone(),
                at: record.occurred_at,
                activity_type: *types.get(name)?,
                object,
                country: activity.as_ref().map_or(Country::default(), |activity| activity.country),
            })
        })
        .collect();
    let appended = tx.append_activities(&place.connection, &place.stream, &rows).await?;
    tx.mark_dirty(&appended.touched.iter().copied().collect::<Vec<_>>()).await?;
    committed.new += appended.inserted;
    // What belongs to somebody who was erased is accounted for by not being kept.
    Ok(appended.present + appended.refused)
}

/// Gives the number of memberships of this page that are stored now.
async fn commit_memberships(
    tx: &mut Tx,
    place: &PagePlace,
    records: &[MembershipRecord],
    committed: &mut Committed,
) -> Result<u64, EngineError> {
    if records.is_empty() {
        return Ok(0);
    }
    let upserted = tx.upsert_memberships(&place.connection, place.window_id, records).await?;
    committed.new += upserted.joined.len() as u64;
    mark_members_dirty(tx, place, &upserted.joined).await?;
    Ok(upserted.present)
}

/// The window of a segment is read to its end: whoever it did not deliver has left the segment.
async fn close_segment(tx: &mut Tx, place: &PagePlace) -> Result<(), EngineError> {
    if let Some(segment) = place.window.ids.first() {
        let left = tx.close_segment(&place.connection, segment, place.window_id).await?;
        mark_members_dirty(tx, place, &left).await?;
    }
    Ok(())
}

async fn mark_members_dirty(
    tx: &mut Tx,
    place: &PagePlace,
    members: &[(ObjectKind, ExternalId)],
) -> Result<(), EngineError> {
    let ids: Vec<ExternalId> =
        members.iter().filter(|(kind, _)| *kind == ObjectKind::Contact).map(|(_, id)| id.clone()).collect();
    let rows = tx.find_remote(&place.connection, ObjectKind::Contact, &ids).await?;
    tx.mark_dirty(&rows.values().map(|row| ContactId(row.local_id)).collect::<Vec<_>>()).await?;
    Ok(())
}

/// Segments, owners, definitions and associations. Gives the number of rows stored.
async fn commit_rest(tx: &mut Tx, place: &PagePlace, items: Vec<Item>) -> Result<u64, EngineError> {
    let mut associations = Vec::new();
    let mut segments = Vec::new();
    let mut owners = Vec::new();
    let mut definitions: BTreeMap<ObjectKind, Vec<_>> = BTreeMap::new();
    for item in items {
        match item {
            Item::Associations(set) => associations.push(set),
            Item::Segment(segment) => segments.push(segment),
            Item::Owner(owner) => owners.push(owner),
            Item::Property(definition) => definitions.entry(definition.kind).or_default().push(definition),
            Item::Object(_) | Item::Present { .. } | Item::Gone(_) | Item::Activity(_) | Item::Membership(_) => {}
        }
    }
    let mut stored = owners.len() as u64;
    // A segment's own row comes along with its members; the certificate counts the members.
    if !associations.is_empty() {
        tx.replace_associations(&place.connection, &associations).await?;
        for kind in ObjectKind::ALL {
            let ids: Vec<ExternalId> =
                associations.iter().filter(|set| set.from_kind == kind).map(|set| set.from_id.clone()).collect();
            tx.clear_stale_links(&place.connection, kind, &ids).await?;
        }
        // Associations that come along with their objects are not what their window counts.
        if matches!(place.kind, StreamKind::AssociationsOf { .. }) {
            stored += associations.len() as u64;
        }
    }
    tx.upsert_segments(&place.connection, &segments).await?;
    tx.upsert_owners(&place.connection, &owners).await?;
    for (kind, definitions) in &definitions {
        tx.replace_property_definitions(&place.connection, *kind, definitions).await?;
        stored += definitions.len() as u64;
    }
    Ok(stored)
}

/// 64 bits over everything that rules can use.
fn content_hash(fields: &Fields) -> i64 {
    let canonical = serde_json::to_vec(fields).unwrap_or_default();
    let digest = Sha256::digest(&canonical);
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}
