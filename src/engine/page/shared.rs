//! Properties of a page that somebody else writes besides us: what flows both ways, and values of ours that were rewritten. A
//! reading that is older than our own write does not undo it (I8); who keeps rewriting us is not fought for ever (I7).

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ExternalId, ObjectKind, ObjectRecord};

use super::PagePlace;
use crate::domain::mapping::{MappedObject, MappingSet};
use crate::domain::plan::{Reading, Taken, is_rewrite, is_stale, same_value};
use crate::engine::EngineError;
use crate::store::{IssueRow, PropertyRef, RemoteRow, Tx};

/// Somebody else rewrote our value too often; nothing is written to the property until a person decides.
const FROZEN: &str = "write::frozen";

type Values = BTreeMap<String, Option<String>>;

fn text<'a>(values: &'a Values, property: &str) -> Option<&'a str> {
    values.get(property).and_then(Option::as_deref)
}

/// Puts what is known in the place of a shared value that was read from before our write.
pub(super) fn keep_newer(
    object: &mut MappedObject,
    place: &PagePlace,
    kind: ObjectKind,
    (row, taken): (&RemoteRow, Option<&BTreeMap<String, Taken>>),
    record: &ObjectRecord,
) {
    for port in place.mapping.ports_of(kind) {
        let Some(known) = row.owned.get(&port.property) else { continue };
        let taken = taken.and_then(|taken| taken.get(&port.property));
        let arrived = Reading { modified_at: record.modified_at, as_of: record.as_of };
        if !is_stale(row.modified_at, arrived, taken) {
            continue;
        }
        object.owned.insert(port.property.clone(), known.clone());
        match port.value(known.as_deref(), &place.zone) {
            Some(value) => _ = object.fields.insert(port.field.clone(), value),
            None => _ = object.fields.remove(&port.field),
        }
    }
}

/// Whether a shared value is another one than the vendor was known to hold.
pub(super) fn was_edited(mapping: &MappingSet, kind: ObjectKind, row: &RemoteRow, object: &MappedObject) -> bool {
    mapping.ports_of(kind).any(|port| {
        object.owned.get(&port.property).is_some_and(|arrived| {
            row.owned
                .get(&port.property)
                .is_none_or(|known| !same_value(known.as_deref().unwrap_or_default(), arrived.as_deref()))
        })
    })
}

/// The last instant at which a record was changed; one with shared values does not go back in time.
pub(super) fn last_modified(
    mapping: &MappingSet,
    kind: ObjectKind,
    row: Option<&RemoteRow>,
    arrived_at: Option<Timestamp>,
) -> Option<Timestamp> {
    let known = row.and_then(|row| row.modified_at).filter(|_| mapping.ports_of(kind).next().is_some());
    if arrived_at.is_some() { arrived_at.max(known) } else { arrived_at }
}

/// Properties in which our value was, and now is not.
pub(super) fn rewrites<'a>(
    row: &'a RemoteRow,
    ours: &'a BTreeMap<String, String>,
    object: &'a MappedObject,
) -> impl Iterator<Item = String> + 'a {
    object
        .owned
        .keys()
        .filter(|property| {
            let ours = ours.get(*property).map(String::as_str);
            is_rewrite(ours, text(&row.owned, property), text(&object.owned, property))
        })
        .cloned()
}

/// Counts rewrites; an issue for each property that is frozen by it.
pub(super) async fn note_rewrites(
    tx: &mut Tx,
    place: &PagePlace,
    kind: ObjectKind,
    rewritten: BTreeSet<PropertyRef>,
) -> Result<Vec<IssueRow>, EngineError> {
    if rewritten.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<ExternalId> = rewritten.iter().map(|(id, _)| id.clone()).collect();
    let known = tx.find_fights(&place.connection, kind, &ids.into_iter().collect::<Vec<_>>()).await?;
    let mut fights = BTreeMap::new();
    let mut issues = Vec::new();
    for property in rewritten {
        let before = known.get(&property).copied().unwrap_or_default();
        let fight = before.rewritten(place.now);
        if before.frozen_at.is_none() && fight.frozen_at.is_some() {
            issues.push(IssueRow {
                stream: place.stream.clone(),
                external_id: Some(property.0.clone()),
                property: Some(property.1.clone()),
                code: FROZEN.to_owned(),
                detail: format!("rewritten {} times by somebody else", fight.rewrites),
            });
        }
        fights.insert(property, fight);
    }
    tx.put_fights(&place.connection, kind, &fights).await?;
    Ok(issues)
}
