//! Plans: which windows a stream is read in this time. A plan is stored before its first page is asked for, and one that a dead
//! run left open is taken up again.

use intentd_sdk::cursor::Checkpoint;
use intentd_sdk::source::{Mode, StreamKind, StreamSpec, WindowSpec};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Pull;
use crate::engine::EngineError;
use crate::store::{OpenPlan, OpenWindow, StreamState};

/// What is stored as a stream's checkpoint: the connector's own, and what was asked for. A stream that is asked for more
/// properties than before must be read from its beginning.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredCheckpoint {
    pub(super) selection: String,
    pub(super) connector: Checkpoint,
}

impl Pull {
    /// Resumes the plan that a dead run left open, or makes a new one; tells whether it resumes.
    pub(super) async fn open_plan(
        &self,
        spec: &StreamSpec,
        state: Option<&StreamState>,
    ) -> Result<(OpenPlan, bool), EngineError> {
        let wanted = self.selection_fingerprint(spec);
        if let Some(open) = self.store.find_open_plan(&self.connection, &spec.name).await? {
            let same = open.checkpoint.as_ref().and_then(Checkpoint::read::<StoredCheckpoint>);
            // A reconcile pass says something about one moment only; one that was interrupted starts anew when its turn comes.
            let resumes = open.mode != Mode::Reconcile && same.is_some_and(|stored| stored.selection == wanted);
            let mut tx = self.store.begin().await?;
            if resumes {
                tx.adopt_plan(open.plan_id, self.run_id).await?;
                tx.commit().await?;
                return Ok((open, true));
            }
            let reason = if open.mode == Mode::Reconcile { "starts anew" } else { "asked for other properties" };
            tx.drop_plan(open.plan_id, self.clock.now(), reason).await?;
            tx.commit().await?;
        }
        let stored = state
            .and_then(|state| state.checkpoint.as_ref())
            .and_then(Checkpoint::read::<StoredCheckpoint>)
            .filter(|stored| stored.selection == wanted);
        let mode = if stored.is_some() { Mode::Incremental } else { Mode::Backfill };
        Ok((self.make_plan(spec, mode, stored.map(|stored| stored.connector)).await?, false))
    }

    pub(super) async fn make_plan(
        &self,
        spec: &StreamSpec,
        mode: Mode,
        checkpoint: Option<Checkpoint>,
    ) -> Result<OpenPlan, EngineError> {
        let plan = self.connector.source().plan(&self.context(), &spec.name, mode, checkpoint.as_ref()).await?;
        let stored = StoredCheckpoint { selection: self.selection_fingerprint(spec), connector: plan.checkpoint };
        let stored = Checkpoint::of(&stored);
        self.insert_plan(spec, plan.mode, Some(&stored), plan.windows).await
    }

    pub(super) async fn insert_plan(
        &self,
        spec: &StreamSpec,
        mode: Mode,
        checkpoint: Option<&Checkpoint>,
        windows: Vec<WindowSpec>,
    ) -> Result<OpenPlan, EngineError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let plan_id = tx.insert_plan(self.run_id, &self.connection, &spec.name, mode, checkpoint, now).await?;
        let ids = tx.insert_windows(plan_id, &windows, now).await?;
        tx.commit().await?;
        let windows = ids
            .into_iter()
            .zip(windows)
            .map(|(window_id, spec)| OpenWindow { window_id, spec, cursor: None, stored: 0 })
            .collect();
        Ok(OpenPlan { plan_id, run_id: self.run_id, mode, checkpoint: checkpoint.cloned(), windows })
    }

    pub(super) fn selection_fingerprint(&self, spec: &StreamSpec) -> String {
        match spec.kind {
            // Mapped fields are kept, not what the vendor sent: other mappings need the records once more.
            StreamKind::Objects { kind } => {
                let names = self.selection.properties.get(&kind);
                let mappings: Vec<_> = self.mapping.fields.iter().filter(|mapping| mapping.kind == kind).collect();
                fingerprint(&(names, mappings, self.zone.iana_name()))
            }
            _ => String::new(),
        }
    }
}

/// Sixteen hexadecimal digits over a value.
fn fingerprint(value: &impl Serialize) -> String {
    let canonical = serde_json::to_vec(value).unwrap_or_default();
    Sha256::digest(&canonical).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
