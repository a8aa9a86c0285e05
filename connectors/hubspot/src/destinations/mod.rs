//! Writing to HubSpot: properties are prepared, changes pushed in batches, records put on lists and into workflows, and
//! doubts settled by looking. Only the engine's outbox calls this (I5).

mod bisect;
mod memberships;
mod prepare;
mod single;
mod workflows;

use std::collections::BTreeMap;

use async_trait::async_trait;
use intentd_sdk::change::{Change, Effect, EffectTarget, Held, Outcome, Prepared, Seen, WantedProperty};
use intentd_sdk::destination::Destination;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ExternalId, ObjectKind};
use intentd_sdk::{ConnectorError, Result, Timestamp};

use crate::connector::HubSpot;
use crate::objects::{Reader, calls, type_of};

#[async_trait]
impl Destination for HubSpot {
    fn batch_size(&self) -> usize {
        calls::PAGE
    }

    async fn prepare(&self, permits: &dyn Permits, wanted: &[WantedProperty]) -> Result<Vec<Prepared>> {
        prepare::prepare(&self.client, permits, wanted).await
    }

    async fn push(&self, permits: &dyn Permits, batch: &[Change]) -> Result<Vec<Outcome>> {
        bisect::push(&self.client, permits, batch).await
    }

    async fn look_up(
        &self,
        permits: &dyn Permits,
        kind: ObjectKind,
        ids: &[ExternalId],
        properties: &[String],
    ) -> Result<BTreeMap<ExternalId, Held>> {
        let reader = Reader { client: &self.client, permits, mirror: None, object: type_of(kind), properties };
        let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let found = reader.by_ids(&ids).await?;
        let values = found.into_iter().map(|(id, object)| {
            let values = properties.iter().map(|name| (name.clone(), object.property(name))).collect();
            (ExternalId::new(id), Held { values, modified_at: object.modified(type_of(kind).modified) })
        });
        Ok(values.collect())
    }

    fn effect_batch(&self, effect: &Effect) -> Option<usize> {
        match effect {
            Effect::AddToSegment { .. } | Effect::RemoveFromSegment { .. } => Some(memberships::BATCH),
            Effect::Enroll { .. } | Effect::Unenroll { .. } => Some(workflows::BATCH),
            Effect::RecordActivity { .. } => None,
        }
    }

    async fn act(&self, permits: &dyn Permits, effect: &Effect, targets: &[EffectTarget]) -> Result<Vec<Outcome>> {
        match effect {
            Effect::AddToSegment { segment } => {
                memberships::write(&self.client, permits, segment, memberships::Way::In, targets).await
            }
            Effect::RemoveFromSegment { segment } => {
                memberships::write(&self.client, permits, segment, memberships::Way::Out, targets).await
            }
            Effect::Enroll { workflow } => {
                workflows::write(&self.client, permits, workflow, workflows::Way::In, targets).await
            }
            Effect::Unenroll { workflow } => {
                workflows::write(&self.client, permits, workflow, workflows::Way::Out, targets).await
            }
            Effect::RecordActivity { .. } => Err(ConnectorError::Rejected {
                category: None,
                detail: "HubSpot takes no activities of the admin's own types from us".to_owned(),
            }),
        }
    }

    async fn look_up_effect(
        &self,
        permits: &dyn Permits,
        effect: &Effect,
        ids: &[ExternalId],
        _since: Timestamp,
    ) -> Result<BTreeMap<ExternalId, Seen>> {
        match effect {
            Effect::AddToSegment { segment } => {
                memberships::look_up(&self.client, permits, segment, memberships::Way::In, ids).await
            }
            Effect::RemoveFromSegment { segment } => {
                memberships::look_up(&self.client, permits, segment, memberships::Way::Out, ids).await
            }
            Effect::Enroll { workflow } => {
                workflows::look_up(&self.client, permits, workflow, workflows::Way::In, ids).await
            }
            Effect::Unenroll { workflow } => {
                workflows::look_up(&self.client, permits, workflow, workflows::Way::Out, ids).await
            }
            Effect::RecordActivity { .. } => Ok(BTreeMap::new()),
        }
    }
}
