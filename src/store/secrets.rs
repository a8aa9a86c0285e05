//! Table `secret`: sealed secrets. They are sealed before they come here, and the key is never in the database (I12).

use intentd_sdk::record::ConnectionName;

use super::arg::args;
use super::error::Result;
use super::{Store, Tx};

impl Tx {
    /// Stores a sealed secret.
    pub async fn save_secret(&mut self, connection: &ConnectionName, name: &str, sealed: &[u8]) -> Result<()> {
        let session = &mut self.session;
        session
            .execute(
                "INSERT INTO secret (workspace_id, connection, name, sealed) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (workspace_id, connection, name) DO UPDATE SET sealed = excluded.sealed",
                args![session.workspace(), connection, name, sealed.to_vec()],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// A sealed secret.
    pub async fn find_secret(&self, connection: &ConnectionName, name: &str) -> Result<Option<Vec<u8>>> {
        let mut session = self.read().await?;
        session
            .fetch_optional(
                "SELECT sealed FROM secret WHERE workspace_id = $1 AND connection = $2 AND name = $3",
                args![session.workspace(), connection, name],
                |row| row.bytes(0),
            )
            .await
    }
}
