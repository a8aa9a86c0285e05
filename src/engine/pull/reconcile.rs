//! The reconcile pass: finds what incremental reading cannot see, archived, merged and deleted records (I10).

use std::collections::BTreeMap;
use std::sync::Arc;

use intentd_sdk::cursor::Checkpoint;
use intentd_sdk::record::{Departure, ObjectKind};
use intentd_sdk::source::{Mode, StreamSpec};

use super::follow::Followed;
use super::plans::StoredCheckpoint;
use super::{Pull, batch_window};
use crate::domain::plan::check_departures;
use crate::engine::EngineError;
use crate::engine::page::depart;
use crate::engine::summary::StreamRecords;
use crate::store::{OpenWindow, StreamState, StreamSwitch};

impl Pull {
    /// Finds what incremental reading cannot see: archived, merged and deleted records. The inner error is the reason for which
    /// the stream was halted (I10).
    pub(super) async fn reconcile(
        &self,
        spec: &StreamSpec,
        kind: ObjectKind,
        followed: &BTreeMap<ObjectKind, Arc<Followed>>,
    ) -> Result<Result<StreamRecords, String>, EngineError> {
        // Reconciling reads no values: the checkpoint of the values stays what it is.
        let state = self.store.find_stream(&self.connection, &spec.name).await?.unwrap_or_default();
        let stored = state.checkpoint.as_ref().and_then(Checkpoint::read::<StoredCheckpoint>);
        let plan = self.make_plan(spec, Mode::Reconcile, stored.map(|stored| stored.connector)).await?;
        let (plan_id, known) = (plan.plan_id, self.store.count_targets(&self.connection, kind).await?);
        let total = self.read_windows(spec, plan, followed).await?;
        let mut tx = self.store.begin().await?;
        let unseen = tx.list_unseen(&self.connection, kind, plan_id, None, u32::MAX).await?;
        if let (Err(reason), false) = (check_departures(unseen.len() as u64, known), state.is_approved()) {
            let state = StreamState { state: StreamSwitch::Halted, reason: Some(reason.clone()), ..state };
            tx.drop_plan(plan_id, self.now, &reason).await?;
            tx.set_stream(&self.connection, &spec.name, &state).await?;
            tx.commit().await?;
            return Ok(Err(reason));
        }
        let window = OpenWindow { window_id: 0, spec: batch_window(&[], Mode::Reconcile), cursor: None, stored: 0 };
        let place = self.place(spec, plan_id, &window);
        // Neither listed nor in the recycle bin, twice: deleted for good, which is what a privacy deletion looks like. Once
        // is not enough: a record that was archived, or merged into one that the search does not show yet, while the list
        // was read, looks the same, and what is erased does not come back.
        if kind == ObjectKind::Contact {
            for id in tx.list_gone(&self.connection, kind).await? {
                depart(&mut tx, &place, kind, &id, &Departure::PrivacyDeleted).await?;
            }
        }
        for id in &unseen {
            depart(&mut tx, &place, kind, id, &Departure::Vanished).await?;
        }
        tx.close_plan(plan_id, self.now).await?;
        tx.commit().await?;
        Ok(Ok(self.records(spec, Mode::Reconcile, &total)))
    }
}
