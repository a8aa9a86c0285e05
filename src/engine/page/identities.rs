//! Who the records of a page are, written down: joins, merges and partings in the page's own transaction (I1), each with its
//! reason; and local records composed anew from all that is known of them.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ExternalId, ObjectKind, ObjectRecord};

use super::PagePlace;
use crate::domain::identity::{self, Bearer, HeldRecord, Incoming, Known, Local, RecordRef, Resolution};
use crate::domain::mapping::MappedObject;
use crate::engine::EngineError;
use crate::store::{IdentityChange, IdentityEvent, LocalRow, RecordRow, RemoteRow, Tx};

/// Where the records of a page belong.
pub(super) struct Placed {
    /// Local ids, in the order of the records.
    pub(super) locals: Vec<i64>,
    /// Local records that are composed of records with fields of their own, because they have or had several.
    pub(super) composed: BTreeSet<i64>,
}

/// Finds out who the records are, and joins and parts what has to be.
pub(super) async fn place_records(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    mapped: &[(&ObjectRecord, MappedObject)],
    known_rows: &BTreeMap<ExternalId, RemoteRow>,
) -> Result<Placed, EngineError> {
    let several = identity::key_field(kind).is_some() && tx.has_joined_records(kind).await?;
    let free_mail = &place.mapping.identity.free_mail;
    let incoming: Vec<Incoming> = mapped
        .iter()
        .map(|(record, object)| {
            let keys = if several {
                identity::keys(kind, &object.fields, free_mail)
            } else {
                identity::primary_key(kind, &object.fields, free_mail).into_iter().collect()
            };
            Incoming { external_id: record.id.clone(), keys }
        })
        .collect();
    let by_external_id: BTreeMap<ExternalId, i64> =
        known_rows.iter().map(|(id, row)| (id.clone(), row.local_id)).collect();
    // With a single connection, who is known is who it was.
    let asked = incoming.iter().filter(|record| several || !by_external_id.contains_key(&record.external_id));
    let keys: Vec<String> = asked.flat_map(|record| record.keys.iter().cloned()).collect();
    let mut by_key = tx.find_holders(kind, &keys).await?;
    if !several {
        by_key.values_mut().for_each(|holders| holders.truncate(1));
    }
    let mut locals: BTreeSet<i64> = by_key.values().flatten().copied().collect();
    if several {
        locals.extend(by_external_id.values());
    }
    let locals: Vec<i64> = locals.into_iter().collect();
    let records = tx.find_records(kind, &locals).await?;
    let bearers = if several { bearers_with_keys(tx, place, kind, &records).await? } else { bearers_of(&records) };
    let decisions = if several {
        let all: BTreeSet<RecordRef> = bearers
            .values()
            .flatten()
            .map(|bearer| bearer.record.clone())
            .chain(incoming.iter().map(|record| (place.connection.clone(), record.external_id.clone())))
            .collect();
        tx.find_decisions(kind, &all.into_iter().collect::<Vec<_>>()).await?
    } else {
        identity::Decisions::default()
    };
    let known = Known { by_external_id, by_key, bearers, decisions };
    let resolution = identity::resolve(&place.connection, &incoming, &known);
    let first_id = if resolution.fresh > 0 { tx.allocate_ids(kind, resolution.fresh).await? } else { 0 };
    let id_of = |local: Local| match local {
        Local::Old(id) => id,
        Local::New(number) => first_id + number as i64,
    };
    let ids: Vec<i64> = resolution.locals.iter().map(|local| id_of(*local)).collect();
    if !several {
        return Ok(Placed { locals: ids, composed: BTreeSet::new() });
    }
    let mut affected = carry_out(tx, place, kind, &resolution, id_of).await?;
    affected.extend(&ids);
    let now = tx.find_records(kind, &affected.iter().copied().collect::<Vec<_>>()).await?;
    // Records that were joined before each had fields of its own: what they said together is what each said, until it is
    // read again.
    let mixed = |rows: &[RecordRow]| rows.len() > 1 && rows.iter().any(|row| row.fields.is_none());
    let mixed: Vec<i64> = now.iter().filter(|(_, rows)| mixed(rows)).map(|(id, _)| *id).collect();
    tx.make_room(kind, &mixed).await?;
    let own: BTreeMap<&ExternalId, i64> =
        incoming.iter().map(|record| &record.external_id).zip(ids.iter().copied()).collect();
    let mut composed = BTreeSet::new();
    for (local, rows) in &now {
        let lonely = rows.iter().all(|row| {
            row.fields.is_none() && row.connection == place.connection && own.get(&row.external_id) == Some(local)
        });
        if !lonely {
            composed.insert(*local);
        }
    }
    Ok(Placed { locals: ids, composed })
}

fn bearers_of(records: &BTreeMap<i64, Vec<RecordRow>>) -> BTreeMap<i64, Vec<Bearer>> {
    let bearer = |row: &RecordRow| Bearer { record: row.record(), present: row.present, keys: None };
    records.iter().map(|(id, rows)| (*id, rows.iter().map(bearer).collect())).collect()
}

async fn bearers_with_keys(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    records: &BTreeMap<i64, Vec<RecordRow>>,
) -> Result<BTreeMap<i64, Vec<Bearer>>, EngineError> {
    let stored = tx.find_local(kind, &records.keys().copied().collect::<Vec<_>>()).await?;
    let mut bearers = bearers_of(records);
    for (id, rows) in records {
        for (row, bearer) in rows.iter().zip(bearers.get_mut(id).into_iter().flatten()) {
            bearer.keys = match &row.fields {
                Some(fields) => Some(identity::keys(kind, fields, &place.mapping.identity.free_mail)),
                None => stored.get(id).map(|local| local.key.iter().chain(&local.secondary_keys).cloned().collect()),
            };
        }
    }
    Ok(bearers)
}

/// Joins, merges and parts; the local records that are not what they were.
async fn carry_out(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    resolution: &Resolution,
    id_of: impl Fn(Local) -> i64,
) -> Result<BTreeSet<i64>, EngineError> {
    let mut affected = BTreeSet::new();
    let mut events = Vec::new();
    let event = |local_id, other_id, change, record: &RecordRef, key: Option<&String>| IdentityEvent {
        run_id: place.run_id,
        local_id,
        other_id,
        change,
        record: record.clone(),
        key: key.cloned(),
        at: place.now,
    };
    let rooms: BTreeSet<i64> =
        resolution.partings.iter().flat_map(|parting| [parting.from, id_of(parting.to)]).collect();
    tx.make_room(kind, &rooms.into_iter().collect::<Vec<_>>()).await?;
    for parting in &resolution.partings {
        let to = id_of(parting.to);
        tx.move_records(kind, &parting.records, parting.from, to).await?;
        affected.extend([parting.from, to]);
        events.extend(
            parting.records.iter().map(|record| event(parting.from, Some(to), IdentityChange::Parted, record, None)),
        );
    }
    for merge in &resolution.merges {
        tx.merge_local(kind, merge.from, merge.into, place.now).await?;
        affected.insert(merge.into);
        events.push(event(merge.into, Some(merge.from), IdentityChange::Merged, &merge.record, Some(&merge.key)));
    }
    let welcoming: BTreeSet<i64> = resolution.joined.values().map(|(into, _)| *into).collect();
    tx.make_room(kind, &welcoming.into_iter().collect::<Vec<_>>()).await?;
    for (id, (into, key)) in &resolution.joined {
        affected.insert(*into);
        let record = (place.connection.clone(), id.clone());
        events.push(event(*into, None, IdentityChange::Joined, &record, Some(key)));
    }
    tx.insert_identity_events(kind, &events).await?;
    Ok(affected)
}

/// Composes local records anew from their records; those that are no longer what they were are dirty.
pub(super) async fn recompose(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    locals: impl IntoIterator<Item = i64>,
) -> Result<(), EngineError> {
    let locals: Vec<i64> = locals.into_iter().collect::<BTreeSet<i64>>().into_iter().collect();
    if locals.is_empty() || identity::key_field(kind).is_none() {
        return Ok(());
    }
    let changed = compose_anew(tx, &place.mapping.identity, kind, &locals, place.now).await?;
    Ok(tx.mark_changed(kind, &changed).await?)
}

/// Composes local records anew; the ids of those that changed.
pub(in crate::engine) async fn compose_anew(
    tx: &mut Tx,
    rules: &identity::BoundIdentity,
    kind: ObjectKind,
    locals: &[i64],
    now: intentd_sdk::Timestamp,
) -> Result<Vec<i64>, EngineError> {
    let records = tx.find_records(kind, locals).await?;
    let stored = tx.find_local(kind, locals).await?;
    let mut rows = Vec::new();
    for (id, records) in records {
        // A single record without fields of its own: the local record's are its.
        if records.iter().all(|record| record.fields.is_none()) {
            continue;
        }
        let before = stored.get(&id);
        let held: Vec<HeldRecord> = records
            .into_iter()
            .map(|record| HeldRecord {
                connection: record.connection,
                external_id: record.external_id,
                present: record.present,
                modified_at: record.modified_at,
                fields: record.fields.or_else(|| before.map(|local| local.fields.clone())).unwrap_or_default(),
            })
            .collect();
        let composed = identity::compose(kind, &held, rules);
        let row = LocalRow { id, key: composed.key, secondary_keys: composed.secondary_keys, fields: composed.fields };
        if before != Some(&row) {
            rows.push(row);
        }
    }
    tx.upsert_objects(kind, &rows, now).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
