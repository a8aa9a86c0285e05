//! Records that left the vendor.

use intentd_sdk::record::{Departure, ExternalId, GoneRecord, ObjectKind};

use super::PagePlace;
use super::identities::recompose;
use crate::domain::identity;
use crate::engine::EngineError;
use crate::store::{RemoteState, Tx};

/// Records that the vendor says are gone. Gives the number that are known here and marked.
pub(super) async fn commit_departures(tx: &mut Tx, place: &PagePlace, gone: &[GoneRecord]) -> Result<u64, EngineError> {
    for record in gone {
        depart(tx, place, record.kind, &record.id, &record.departure).await?;
    }
    Ok(gone.len() as u64)
}

/// One record leaves. A record that was erased for privacy leaves no trace.
pub(in crate::engine) async fn depart(
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
    if !matches!(departure, Departure::PrivacyDeleted) {
        return recompose(tx, place, kind, [row.local_id]).await;
    }
    if kind == ObjectKind::Contact {
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
