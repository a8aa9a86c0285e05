//! The stream `assets` (Marketo: "Asset API"): smart campaigns, programs, approved e-mails and forms by name, so that rules
//! can name them and people see which ones can be used.

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{AssetKind, AssetRecord, ExternalId, Item};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result};
use serde::{Deserialize, Serialize};

use super::{Reading, Stream, bounds, place, window};
use crate::paths::{self, Query};
use crate::wire::Asset;

/// Most assets on a page. Marketo states no total: a shorter page is the last.
pub(super) const AT_MOST: usize = 200;

/// Assets by name.
pub(super) struct Assets;

#[derive(Serialize, Deserialize)]
struct Offset {
    offset: u64,
}

#[async_trait]
impl Stream for Assets {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "assets".into(),
            kind: StreamKind::Reference,
            title: "Smart campaigns, programs, approved e-mails and forms by name".to_owned(),
            scopes: vec!["Read-Only Assets".to_owned()],
        }
    }

    async fn plan(&self, _: &Reading<'_>, mode: Mode, _: Option<&Checkpoint>) -> Result<PullPlan> {
        let windows = AssetKind::ALL.iter().map(|kind| window(kind.as_str(), mode, kind)).collect();
        Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&()) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let kind: AssetKind = bounds(window)?;
        let offset = place::<Offset>(window, cursor)?.map_or(0, |place| place.offset);
        let assets = match assets(reading, kind, offset).await {
            Ok(assets) => assets,
            // Each kind has its own rights and addresses: what is not offered is left out, and the others come.
            Err(error) if is_not_offered(&error) => {
                tracing::warn!(asset.kind = kind.as_str(), %error, "assets of this kind are left out");
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        let listed = offset + assets.len() as u64;
        let next = match assets.len() >= AT_MOST {
            true => Next::More(Cursor::of(&Offset { offset: listed })),
            false => Next::Done(Count { expected: listed, basis: CountBasis::Listed }),
        };
        Ok(Page { items: assets.into_iter().map(|asset| Item::Asset(record(kind, asset))).collect(), next })
    }
}

/// The API user may not read this, or the instance does not know the address (610).
fn is_not_offered(error: &ConnectorError) -> bool {
    match error {
        ConnectorError::Forbidden { .. } => true,
        ConnectorError::Rejected { category: Some(code), .. } => code == "610",
        _ => false,
    }
}

/// A page of assets from an offset on.
pub(super) async fn assets(reading: &Reading<'_>, kind: AssetKind, offset: u64) -> Result<Vec<Asset>> {
    let query = match kind {
        AssetKind::Email => Query::new(paths::EMAILS).with("status", "approved"),
        AssetKind::Workflow => Query::new(paths::SMART_CAMPAIGNS),
        AssetKind::Program => Query::new(paths::PROGRAMS),
        AssetKind::Form => Query::new(paths::FORMS).with("status", "approved"),
    };
    let query = query.with("maxReturn", AT_MOST.to_string()).with("offset", offset.to_string());
    Ok(reading.client.get::<Asset>(reading.context.permits, &query).await?.result)
}

fn record(kind: AssetKind, asset: Asset) -> AssetRecord {
    let usable = match kind {
        // Only a campaign that waits for the web service takes leads from outside.
        AssetKind::Workflow => asset.is_active && asset.is_requestable,
        AssetKind::Email | AssetKind::Form => {
            asset.status.as_deref().is_none_or(|status| status.starts_with("approved"))
        }
        AssetKind::Program => true,
    };
    let name = asset.name.unwrap_or_else(|| asset.id.clone());
    AssetRecord { kind, id: ExternalId::new(asset.id), name, usable }
}
