//! Writing to Marketo: fields are prepared, values pushed with Sync Leads and Sync Companies, effects applied (static lists,
//! smart campaigns, custom activities), and doubts settled by looking. Only the engine's outbox calls this (I5).

mod activities;
mod answer;
mod campaigns;
mod companies;
mod effects;
mod leads;
mod lists;
mod prepare;
mod records;
mod values;
mod verdict;

use std::collections::BTreeMap;

use async_trait::async_trait;
use intentd_sdk::change::{Change, ChangeResult, Effect, EffectTarget, Held, Outcome, Prepared, Seen, WantedProperty};
use intentd_sdk::destination::Destination;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ExternalId, ObjectKind};
use intentd_sdk::{ConnectorError, Result, Timestamp};

use crate::connector::Marketo;

/// Records in one call of the lead database.
const BATCH: usize = 300;

#[async_trait]
impl Destination for Marketo {
    fn batch_size(&self) -> usize {
        BATCH
    }

    async fn prepare(&self, permits: &dyn Permits, wanted: &[WantedProperty]) -> Result<Vec<Prepared>> {
        prepare::prepare(self, permits, wanted).await
    }

    async fn push(&self, permits: &dyn Permits, batch: &[Change]) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::with_capacity(batch.len());
        for kind in ObjectKind::ALL {
            let changes: Vec<&Change> = batch.iter().filter(|change| change.kind == kind).collect();
            if changes.is_empty() {
                continue;
            }
            let pushed = match kind {
                ObjectKind::Contact => leads::push(self, permits, &changes).await,
                ObjectKind::Company => companies::push(self, permits, &changes).await,
                ObjectKind::Deal => Ok(changes.iter().map(|change| outcome(change, no_deals())).collect()),
            };
            match pushed {
                Ok(pushed) => outcomes.extend(pushed),
                Err(error) if outcomes.is_empty() => return Err(error),
                // Something of another kind was executed before.
                Err(error) => outcomes.extend(records::not_executed(&changes, &error)),
            }
        }
        Ok(outcomes)
    }

    async fn look_up(
        &self,
        permits: &dyn Permits,
        kind: ObjectKind,
        ids: &[ExternalId],
        properties: &[String],
    ) -> Result<BTreeMap<ExternalId, Held>> {
        match kind {
            ObjectKind::Contact => leads::look_up(self, permits, ids, properties).await,
            ObjectKind::Company => companies::look_up(self, permits, ids, properties).await,
            ObjectKind::Deal => Err(ConnectorError::Rejected { category: None, detail: NO_DEALS.to_owned() }),
        }
    }

    fn effect_batch(&self, effect: &Effect) -> Option<usize> {
        effects::batch(effect)
    }

    async fn act(&self, permits: &dyn Permits, effect: &Effect, targets: &[EffectTarget]) -> Result<Vec<Outcome>> {
        effects::act(self, permits, effect, targets).await
    }

    async fn look_up_effect(
        &self,
        permits: &dyn Permits,
        effect: &Effect,
        ids: &[ExternalId],
        since: Timestamp,
    ) -> Result<BTreeMap<ExternalId, Seen>> {
        effects::look_up(self, permits, effect, ids, since).await
    }
}

const NO_DEALS: &str = "intentd writes no opportunities to Marketo; map to contacts or companies";

fn no_deals() -> ChangeResult {
    ChangeResult::Rejected { reason: NO_DEALS.to_owned(), property: None }
}

fn outcome(change: &Change, result: ChangeResult) -> Outcome {
    Outcome { outbox_id: change.outbox_id, result }
}

/// A lead's number. Whatever is no number is no lead.
fn number(id: &ExternalId) -> Option<u64> {
    id.as_str().parse().ok()
}
