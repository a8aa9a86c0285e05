//! Objects of a page: who is who, what has changed, who is dirty; merges; and records that are only listed.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ExternalId, ObjectKind, ObjectRecord};
use sha2::{Digest, Sha256};

use super::identities::{place_records, recompose};
use super::{Committed, NOT_READ_YET, PagePlace, shared};
use crate::domain::identity::{self, RecordRef};
use crate::domain::mapping::{MappedObject, MappingSet};
use crate::domain::model::{CompanyId, ContactId, Fields};
use crate::domain::plan::{Arrival, classify};
use crate::engine::EngineError;
use crate::store::{IdentityChange, IdentityEvent, IssueRow, LocalRow, RemoteState, RemoteUpsert, Tx};

/// Gives the number of records that this window had not delivered before.
pub(super) async fn commit_objects(
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
    let taken = tx.find_taken(&place.connection, kind, &ids).await?;
    let pushed: BTreeMap<&ExternalId, BTreeMap<String, String>> = taken
        .iter()
        .map(|(id, taken)| (id, taken.iter().map(|(name, taken)| (name.clone(), taken.value.clone())).collect()))
        .collect();
    let none = BTreeMap::new();
    let mapped: Vec<(&ObjectRecord, MappedObject)> = newest
        .values()
        .map(|record| {
            let mut object = place.mapping.apply_object(record, &place.zone);
            if let Some(row) = known_rows.get(&record.id) {
                shared::keep_newer(&mut object, place, kind, (row, taken.get(&record.id)), record);
            }
            (*record, object)
        })
        .collect();
    let placed = place_records(tx, place, kind, &mapped, &known_rows).await?;

    let free_mail = &place.mapping.identity.free_mail;
    let mut locals = Vec::new();
    let mut remotes = Vec::new();
    let mut own_fields = Vec::new();
    let mut dirty = Vec::new();
    let mut dirty_companies = Vec::new();
    let mut stale_links = Vec::new();
    let mut issues = Vec::new();
    let mut rewritten = BTreeSet::new();
    let mut first_time = 0;
    for ((record, object), local_id) in mapped.into_iter().zip(placed.locals) {
        let row = known_rows.get(&record.id);
        let content_hash = content_hash(&place.mapping, kind, &object.fields);
        let ours = pushed.get(&record.id).unwrap_or(&none);
        let mut arrival = classify(row.map(|row| (row.content_hash, &row.owned)), (content_hash, &object.owned), ours);
        if row.is_some_and(|row| shared::was_edited(&place.mapping, kind, row, &object)) {
            arrival = Arrival::Changed;
        }
        let returned = row.is_some_and(|row| row.state != RemoteState::Present);
        let touched = row.is_none_or(|row| row.modified_at != record.modified_at);
        // Our own write may have moved the record's instant past somebody else's edit.
        let is_news = touched || row.is_some_and(|row| row.owned != object.owned);
        // The same foreign value read again is no new reason: its difference is planned, or was refused.
        let edited = arrival == Arrival::OwnedEdited && is_news;
        match arrival {
            Arrival::New => committed.new += 1,
            Arrival::Changed => committed.changed += 1,
            Arrival::OwnedEdited if edited => committed.changed += 1,
            Arrival::Echo if touched => committed.echoes += 1,
            Arrival::OwnedEdited | Arrival::Echo | Arrival::Unchanged => {}
        }
        if let Some(row) = row.filter(|_| is_news) {
            rewritten.extend(shared::rewrites(row, ours, &object).map(|property| (record.id.clone(), property)));
        }
        let composed = placed.composed.contains(&local_id);
        let moved = row.is_some_and(|row| row.local_id != local_id);
        let changed = matches!(arrival, Arrival::New | Arrival::Changed) || returned || moved;
        if kind == ObjectKind::Contact && (changed || edited) {
            dirty.push(ContactId(local_id));
        }
        if kind == ObjectKind::Company && (changed || edited) {
            dirty_companies.push(CompanyId(local_id));
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
        // Our own write coming home is no change, and yet what the record says by now.
        if composed && (changed || touched || arrival == Arrival::Echo) {
            own_fields.push(((place.connection.clone(), record.id.clone()), object.fields));
        } else if !composed && changed {
            locals.push(LocalRow {
                id: local_id,
                key: identity::primary_key(kind, &object.fields, free_mail),
                secondary_keys: identity::secondary_keys(kind, &object.fields, free_mail),
                fields: object.fields,
            });
        }
        remotes.push(RemoteUpsert {
            external_id: record.id.clone(),
            local_id,
            modified_at: shared::last_modified(&place.mapping, kind, row, record.modified_at),
            content_hash,
            owned: object.owned,
            window_id: Some(place.window_id),
        });
    }
    tx.upsert_objects(kind, &locals, place.now).await?;
    tx.upsert_remote(&place.connection, kind, &remotes, place.now).await?;
    let own_fields: Vec<(RecordRef, &Fields)> =
        own_fields.iter().map(|(record, fields)| (record.clone(), fields)).collect();
    tx.put_record_fields(kind, &own_fields).await?;
    recompose(tx, place, kind, placed.composed).await?;
    if kind == ObjectKind::Contact {
        tx.mark_links_stale(&place.connection, kind, &stale_links).await?;
        tx.mark_dirty(&dirty).await?;
    }
    tx.mark_companies_dirty(&dirty_companies).await?;
    issues.extend(shared::note_rewrites(tx, place, kind, rewritten).await?);
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
            let event = IdentityEvent {
                run_id: place.run_id,
                local_id: survivor_row.local_id,
                other_id: Some(loser_row.local_id),
                change: IdentityChange::Merged,
                record: (place.connection.clone(), survivor.clone()),
                key: None,
                at: place.now,
            };
            tx.insert_identity_events(kind, &[event]).await?;
        }
        recompose(tx, place, kind, [survivor_row.local_id]).await?;
        if kind == ObjectKind::Contact {
            tx.mark_dirty(&[ContactId(survivor_row.local_id)]).await?;
        }
    }
    Ok(())
}

/// Records that the vendor lists without their values. One that had left is back with the values it had; one that is not
/// known yet is named, and comes with its values once the vendor's search shows it (I14). Gives the number of records.
pub(super) async fn commit_present(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    ids: &[ExternalId],
) -> Result<u64, EngineError> {
    let listed: BTreeSet<&ExternalId> = ids.iter().collect();
    let known = tx.mark_present(&place.connection, kind, ids, place.window_id).await?;
    let back = tx.bring_back(&place.connection, kind, ids, place.now).await?;
    recompose(tx, place, kind, back.values().copied()).await?;
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

/// 64 bits over everything that rules can use, without what flows both ways: that is compared value by value, so that our own
/// write coming home is no change (I8).
fn content_hash(mapping: &MappingSet, kind: ObjectKind, fields: &Fields) -> i64 {
    let shared: BTreeSet<&String> = mapping.ports_of(kind).map(|port| &port.field).collect();
    let canonical = if shared.is_empty() {
        serde_json::to_vec(fields)
    } else {
        serde_json::to_vec(&fields.iter().filter(|(name, _)| !shared.contains(name)).collect::<BTreeMap<_, _>>())
    };
    let digest = Sha256::digest(canonical.unwrap_or_default());
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}
