//! Writing to Marketo. Only the engine's outbox calls this (I5).

use std::collections::BTreeMap;

use async_trait::async_trait;
use intentd_sdk::change::{Change, Outcome, Prepared, WantedProperty};
use intentd_sdk::destination::Destination;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ExternalId, ObjectKind, Properties};
use intentd_sdk::{ConnectorError, Result};

use crate::connector::Marketo;

#[async_trait]
impl Destination for Marketo {
    fn batch_size(&self) -> usize {
        300
    }

    async fn prepare(&self, _: &dyn Permits, _: &[WantedProperty]) -> Result<Vec<Prepared>> {
        Err(ConnectorError::Stopped)
    }

    async fn push(&self, _: &dyn Permits, _: &[Change]) -> Result<Vec<Outcome>> {
        Err(ConnectorError::Stopped)
    }

    async fn look_up(
        &self,
        _: &dyn Permits,
        _: ObjectKind,
        _: &[ExternalId],
        _: &[String],
    ) -> Result<BTreeMap<ExternalId, Properties>> {
        Err(ConnectorError::Stopped)
    }
}
