//! The stream `properties` (Marketo: "Describe"): what each field of leads, companies and opportunities is.

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{Item, ObjectKind};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result};

use super::{Reading, Stream, bounds, window};
use crate::fields::{Object, definition};

/// Field definitions.
pub(super) struct Properties;

#[async_trait]
impl Stream for Properties {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "properties".into(),
            kind: StreamKind::Reference,
            title: "Definitions of the fields of leads, companies and opportunities".to_owned(),
            scopes: vec!["Read-Only Lead".to_owned()],
        }
    }

    async fn plan(&self, _: &Reading<'_>, mode: Mode, _: Option<&Checkpoint>) -> Result<PullPlan> {
        let windows = ObjectKind::ALL.iter().map(|kind| window(kind.as_str(), mode, kind)).collect();
        Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&()) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, _: Option<&Cursor>) -> Result<Page> {
        let kind: ObjectKind = bounds(window)?;
        let object = match kind {
            ObjectKind::Contact => Object::Lead,
            ObjectKind::Company => Object::Company,
            ObjectKind::Deal => Object::Opportunity,
        };
        let items: Vec<Item> = match reading.fields.of(reading.client, reading.context.permits, object).await {
            Ok(fields) => fields.iter().map(|(name, field)| Item::Property(definition(kind, name, field))).collect(),
            // Companies and opportunities are optional: without them the other definitions must still come.
            Err(error @ ConnectorError::Forbidden { .. }) if kind != ObjectKind::Contact => {
                tracing::warn!(object.kind = kind.as_str(), %error, "definitions of this kind are left out");
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        let count = Count { expected: items.len() as u64, basis: CountBasis::Listed };
        Ok(Page { items, next: Next::Done(count) })
    }
}
