//! Writing to HubSpot: properties are prepared, changes pushed in batches, and values looked up to settle doubts. Only
//! the engine's outbox calls this (I5).

mod bisect;
mod prepare;
mod single;

use std::collections::BTreeMap;

use async_trait::async_trait;
use intentd_sdk::Result;
use intentd_sdk::change::{Change, Outcome, Prepared, WantedProperty};
use intentd_sdk::destination::Destination;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ExternalId, ObjectKind, Properties};

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
    ) -> Result<BTreeMap<ExternalId, Properties>> {
        let reader = Reader { client: &self.client, permits, mirror: None, object: type_of(kind), properties };
        let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let found = reader.by_ids(&ids).await?;
        let values = found.into_iter().map(|(id, object)| {
            let values = properties.iter().map(|name| (name.clone(), object.property(name))).collect();
            (ExternalId::new(id), values)
        });
        Ok(values.collect())
    }
}
