//! Table `quota`: how much of a call budget is used, so that budgets survive a restart and are shared (I9).

use intentd_sdk::Timestamp;
use intentd_sdk::record::ConnectionName;

use super::arg::args;
use super::error::Result;
use super::{Store, Tx};

/// A budget in its present period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaRow {
    pub bucket: String,
    pub period_start: Timestamp,
    /// Calls made in the period.
    pub used: u32,
    /// The vendor told it to rest until then.
    pub parked_until: Option<Timestamp>,
}

impl Tx {
    /// Stores budgets.
    pub async fn save_quota(&mut self, connection: &ConnectionName, rows: &[QuotaRow]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let latest: std::collections::BTreeMap<&str, &QuotaRow> =
            rows.iter().map(|row| (row.bucket.as_str(), row)).collect();
        let rows = latest
            .into_values()
            .map(|row| args![workspace, connection, &row.bucket, row.period_start, row.used, row.parked_until])
            .collect();
        session
            .execute_rows(
                "INSERT INTO quota (workspace_id, connection, bucket, period_start, used, parked_until) {rows}
                 ON CONFLICT (workspace_id, connection, bucket) DO UPDATE SET period_start = excluded.period_start,
                     used = excluded.used, parked_until = excluded.parked_until",
                rows,
                [],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// The budgets of a connection, by name.
    pub async fn load_quota(&self, connection: &ConnectionName) -> Result<Vec<QuotaRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT bucket, period_start, used, parked_until FROM quota
                 WHERE workspace_id = $1 AND connection = $2 ORDER BY bucket",
                args![session.workspace(), connection],
                |row| {
                    Ok(QuotaRow {
                        bucket: row.text(0)?,
                        period_start: row.instant(1)?,
                        used: row.small(2)?,
                        parked_until: row.instant_or_null(3)?,
                    })
                },
            )
            .await
    }
}
