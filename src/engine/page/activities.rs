//! Activities and memberships of a page.

use std::collections::BTreeSet;

use intentd_sdk::record::{ActivityRecord, ExternalId, MembershipRecord, ObjectKind};

use super::{Committed, PagePlace, UNMAPPED};
use crate::domain::model::{ContactId, Country};
use crate::domain::visit::PAGE_VIEW;
use crate::engine::EngineError;
use crate::store::{NewActivity, Tx};

/// Gives the number of rows of this page that are stored now.
pub(super) async fn commit_activities(
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
    let touched: Vec<ContactId> = appended.touched.iter().copied().collect();
    tx.mark_dirty(&touched).await?;
    if mapped.iter().flatten().any(|activity| activity.activity_type == PAGE_VIEW) {
        tx.mark_companies_of_contacts_dirty(&touched).await?;
        tx.mark_visitors_seen(&place.connection, &appended.waiting, place.now).await?;
    }
    committed.new += appended.inserted;
    // What belongs to somebody who was erased is accounted for by not being kept.
    Ok(appended.present + appended.refused)
}

/// Gives the number of memberships of this page that are stored now.
pub(super) async fn commit_memberships(
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
pub(super) async fn close_segment(tx: &mut Tx, place: &PagePlace) -> Result<(), EngineError> {
    if let Some(segment) = place.window.ids.first() {
        let left = tx.close_segment(&place.connection, segment, place.window_id).await?;
        mark_members_dirty(tx, place, &left).await?;
    }
    Ok(())
}

pub(super) async fn mark_members_dirty(
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
