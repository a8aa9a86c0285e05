//! Identity outside of a pull: everybody composed anew when the rules changed, and what an admin decides. A decision is stored
//! with what it causes, in one transaction, so that it is kept or does not exist.

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ObjectKind};

use super::EngineError;
use super::page::compose_anew;
use crate::domain::identity::{self, BoundIdentity, RecordRef};
use crate::rules::RuleSet;
use crate::store::{IdentityChange, IdentityEvent, Store, Tx};

/// Local records per transaction.
const BATCH: u32 = 500;

/// Composes every local record of several records anew: another source may prevail by now.
pub(super) async fn compose_all(store: &Store, rules: &RuleSet, now: Timestamp) -> Result<(), EngineError> {
    let connections: Vec<(ConnectionName, String)> =
        store.list_connections().await?.into_iter().map(|row| (row.name, row.vendor)).collect();
    let bound = rules.identity.bind(&connections);
    for kind in ObjectKind::ALL.into_iter().filter(|kind| identity::key_field(*kind).is_some()) {
        let mut after = 0;
        loop {
            let locals = store.list_composed(kind, after, BATCH).await?;
            let Some(last) = locals.last() else { break };
            after = *last;
            let mut tx = store.begin().await?;
            let changed = compose_anew(&mut tx, &bound, kind, &locals, now).await?;
            tx.mark_changed(kind, &changed).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// What became of an admin's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// The decision is stored; nothing had to move.
    Kept,
    /// The record belongs to this local record now.
    Moved { from: i64, to: i64 },
}

/// Takes a record out of its local record, for good: no key joins it again until somebody decides otherwise.
///
/// # Errors
/// When the store fails.
pub async fn split(
    store: &Store,
    rules: &BoundIdentity,
    kind: ObjectKind,
    local: i64,
    record: &RecordRef,
    now: Timestamp,
) -> Result<Decided, EngineError> {
    let mut tx = store.begin().await?;
    tx.decide_apart(kind, record, now).await?;
    let lonely = tx.find_records(kind, &[local]).await?.get(&local).is_none_or(|records| records.len() < 2);
    if lonely {
        tx.commit().await?;
        return Ok(Decided::Kept);
    }
    let run_id = tx.insert_run("identity", now).await?;
    let to = tx.allocate_ids(kind, 1).await?;
    tx.make_room(kind, &[local]).await?;
    tx.move_records(kind, std::slice::from_ref(record), local, to).await?;
    let step = (run_id, IdentityChange::Split, local, to);
    conclude(tx, rules, kind, step, record, now).await?;
    Ok(Decided::Moved { from: local, to })
}

/// Makes two records one, for good: they stay one whatever their keys say, until somebody decides otherwise.
///
/// # Errors
/// When the store fails.
pub async fn join(
    store: &Store,
    rules: &BoundIdentity,
    kind: ObjectKind,
    (one, one_local): (&RecordRef, i64),
    (other, other_local): (&RecordRef, i64),
    now: Timestamp,
) -> Result<Decided, EngineError> {
    let mut tx = store.begin().await?;
    tx.decide_together(kind, one, other, now).await?;
    if one_local == other_local {
        tx.commit().await?;
        return Ok(Decided::Kept);
    }
    let run_id = tx.insert_run("identity", now).await?;
    let (from, into) = (one_local.max(other_local), one_local.min(other_local));
    // Also records of one connection: each keeps what it said.
    tx.make_room(kind, &[from, into]).await?;
    tx.merge_local(kind, from, into, now).await?;
    let moved = if one_local == from { one } else { other };
    conclude(tx, rules, kind, (run_id, IdentityChange::Bound, into, from), moved, now).await?;
    Ok(Decided::Moved { from, to: into })
}

async fn conclude(
    mut tx: Tx,
    rules: &BoundIdentity,
    kind: ObjectKind,
    (run_id, change, local_id, other): (i64, IdentityChange, i64, i64),
    record: &RecordRef,
    now: Timestamp,
) -> Result<(), EngineError> {
    compose_anew(&mut tx, rules, kind, &[local_id, other], now).await?;
    let event =
        IdentityEvent { run_id, local_id, other_id: Some(other), change, record: record.clone(), key: None, at: now };
    tx.insert_identity_events(kind, &[event]).await?;
    tx.mark_changed(kind, &[local_id, other]).await?;
    tx.end_run(run_id, now, &serde_json::json!({ "identity": change.as_str() })).await?;
    tx.commit().await?;
    Ok(())
}
