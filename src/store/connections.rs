//! Table `connection`: the accounts we talk to.

use intentd_sdk::record::ConnectionName;

use super::arg::args;
use super::error::Result;
use super::{Store, Tx};

/// One account at one vendor, as it was at the last connection test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRow {
    pub name: ConnectionName,
    pub vendor: String,
    /// The vendor's id of the account; pinned, so that a token of another account is noticed.
    pub account_id: String,
    /// IANA name.
    pub time_zone: String,
    /// For people.
    pub description: String,
}

impl Tx {
    /// Remembers the account behind a connection.
    pub async fn upsert_connection(&mut self, row: &ConnectionRow) -> Result<()> {
        let session = &mut self.session;
        session
            .execute(
                "INSERT INTO connection (workspace_id, name, vendor, account_id, time_zone, description)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (workspace_id, name) DO UPDATE SET vendor = excluded.vendor,
                     account_id = excluded.account_id, time_zone = excluded.time_zone, description = excluded.description",
                args![session.workspace(), &row.name, &row.vendor, &row.account_id, &row.time_zone, &row.description],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// The accounts that were ever reached, by name.
    pub async fn list_connections(&self) -> Result<Vec<ConnectionRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT name, vendor, account_id, time_zone, description FROM connection
                 WHERE workspace_id = $1 ORDER BY name",
                args![session.workspace()],
                |row| {
                    Ok(ConnectionRow {
                        name: row.connection(0)?,
                        vendor: row.text(1)?,
                        account_id: row.text(2)?,
                        time_zone: row.text(3)?,
                        description: row.text(4)?,
                    })
                },
            )
            .await
    }

    /// The account behind a connection, if it was ever reached.
    pub async fn find_connection(&self, name: &ConnectionName) -> Result<Option<ConnectionRow>> {
        let mut session = self.read().await?;
        session
            .fetch_optional(
                "SELECT name, vendor, account_id, time_zone, description FROM connection
                 WHERE workspace_id = $1 AND name = $2",
                args![session.workspace(), name],
                |row| {
                    Ok(ConnectionRow {
                        name: row.connection(0)?,
                        vendor: row.text(1)?,
                        account_id: row.text(2)?,
                        time_zone: row.text(3)?,
                        description: row.text(4)?,
                    })
                },
            )
            .await
    }
}
