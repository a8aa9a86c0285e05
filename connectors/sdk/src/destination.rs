//! The writing half of a connector.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::change::{Change, Effect, EffectTarget, Held, Outcome, Prepared, Seen, WantedProperty};
use crate::error::{ConnectorError, Result};
use crate::permit::Permits;
use crate::record::{ExternalId, ObjectKind};
use crate::time::Timestamp;

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
    ) -> Result<BTreeMap<ExternalId, Held>>;

    /// The most targets that [`Destination::act`] takes for this effect; `None` when the vendor cannot do such a thing.
    fn effect_batch(&self, effect: &Effect) -> Option<usize> {
        let _ = effect;
        None
    }

    /// Applies one effect to up to [`Destination::effect_batch`] records, with one outcome per target, in any order. The caller
    /// wrote its intent down before; an outcome that is [`crate::change::ChangeResult::Unknown`] is looked up, never repeated
    /// unseen, unless the effect is harmless when repeated.
    ///
    /// # Errors
    /// Only when nothing was executed: [`ConnectorError::is_not_executed`] is true, or the vendor cannot do it at all
    /// ([`ConnectorError::Rejected`]).
    async fn act(&self, permits: &dyn Permits, effect: &Effect, targets: &[EffectTarget]) -> Result<Vec<Outcome>> {
        let _ = (permits, effect, targets);
        Err(ConnectorError::Rejected { category: None, detail: "this vendor has no such action".into() })
    }

    /// Whether an effect that was asked for at `since` took place, for each record. A record that is left out is unclear.
    async fn look_up_effect(
        &self,
        permits: &dyn Permits,
        effect: &Effect,
        ids: &[ExternalId],
        since: Timestamp,
    ) -> Result<BTreeMap<ExternalId, Seen>> {
        let _ = (permits, effect, ids, since);
        Ok(BTreeMap::new())
    }
}
