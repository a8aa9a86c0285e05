//! The writing half of a connector.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::change::{Change, Outcome, Prepared, WantedProperty};
use crate::error::Result;
use crate::permit::Permits;
use crate::record::{ExternalId, ObjectKind, Properties};

/// The writing half of a connector. Only the engine's outbox calls it (I5).
#[async_trait]
pub trait Destination: Send + Sync {
    /// The largest batch that [`Destination::push`] takes.
    fn batch_size(&self) -> usize;

    /// Calls that pushing this many changes of one kind will take when none is refused.
    fn predict_calls(&self, changes: usize) -> usize {
        changes.div_ceil(self.batch_size())
    }

    /// Makes sure that the wanted properties exist and can be written; one answer per wanted property, in order.
    async fn prepare(&self, permits: &dyn Permits, wanted: &[WantedProperty]) -> Result<Vec<Prepared>>;

    /// Writes a batch of changes of one kind and gives one outcome per change, in any order. A refused record never
    /// takes its neighbours with it: the connector isolates it.
    ///
    /// # Errors
    /// Only when nothing of the batch was executed: [`crate::ConnectorError::is_not_executed`] is true.
    async fn push(&self, permits: &dyn Permits, batch: &[Change]) -> Result<Vec<Outcome>>;

    /// The values that the vendor has now, to settle unknown outcomes. Records that are not there are left out.
    async fn look_up(
        &self,
        permits: &dyn Permits,
        kind: ObjectKind,
        ids: &[ExternalId],
        properties: &[String],
    ) -> Result<BTreeMap<ExternalId, Properties>>;
}
