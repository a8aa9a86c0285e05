//! Table `asset`: e-mails, workflows, programs and forms of a vendor, which rules name and which are no records.

use std::collections::BTreeMap;

use intentd_sdk::record::{AssetKind, AssetRecord, ConnectionName, ExternalId};

use super::arg::args;
use super::error::Result;
use super::{Store, Tx};

impl Tx {
    /// Stores e-mails, workflows, programs and forms of a vendor; the number of different ones.
    pub async fn upsert_assets(&mut self, connection: &ConnectionName, assets: &[AssetRecord]) -> Result<u64> {
        let session = &mut self.session;
        let latest: BTreeMap<(AssetKind, &ExternalId), &AssetRecord> =
            assets.iter().map(|asset| ((asset.kind, &asset.id), asset)).collect();
        let count = latest.len() as u64;
        let rows = latest
            .into_values()
            .map(|asset| {
                args![session.workspace(), connection, asset.kind.as_str(), &asset.id, &asset.name, asset.usable]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO asset (workspace_id, connection, kind, asset_id, name, usable) {rows}
                 ON CONFLICT (workspace_id, connection, kind, asset_id) DO UPDATE SET name = excluded.name,
                     usable = excluded.usable",
                rows,
                [],
            )
            .await?;
        Ok(count)
    }
}

impl Store {
    /// What the vendor's assets are called, by kind and id.
    pub async fn list_assets(&self, connection: &ConnectionName) -> Result<Vec<AssetRecord>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT kind, asset_id, name, usable FROM asset WHERE workspace_id = $1 AND connection = $2
                 ORDER BY kind, asset_id",
                args![session.workspace(), connection],
                |row| {
                    Ok(AssetRecord {
                        kind: row.word(0, AssetKind::from_word)?,
                        id: row.external_id(1)?,
                        name: row.text(2)?,
                        usable: row.flag(3)?,
                    })
                },
            )
            .await
    }
}
