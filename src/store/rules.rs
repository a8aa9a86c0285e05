//! Table `rules_version`: which rules were in force, so that a value can be explained with the rules that made it (I3, I4).

use intentd_sdk::Timestamp;

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, Tx};

/// Rules that were in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesRow {
    pub version: i64,
    pub fingerprint: String,
    /// The sources as they were read: file name to text.
    pub sources: serde_json::Value,
}

impl Tx {
    /// The version of these rules; the same fingerprint has the same version. They are the current ones from now on.
    pub async fn insert_rules_version(
        &mut self,
        fingerprint: &str,
        sources: &serde_json::Value,
        now: Timestamp,
    ) -> Result<i64> {
        let session = &mut self.session;
        let known = session
            .fetch_optional(
                "UPDATE rules_version SET last_used_at = $3 WHERE workspace_id = $1 AND fingerprint = $2
                 RETURNING version",
                args![session.workspace(), fingerprint, now],
                |row| row.int(0),
            )
            .await?;
        if let Some(version) = known {
            return Ok(version);
        }
        let version = session.allocate("rules", 1).await?;
        session
            .execute(
                "INSERT INTO rules_version (workspace_id, version, fingerprint, sources, first_used_at, last_used_at)
                 VALUES ($1, $2, $3, $4, $5, $5)",
                args![session.workspace(), version, fingerprint, Arg::json(sources), now],
            )
            .await?;
        Ok(version)
    }
}

impl Store {
    /// The rules that were put into force last.
    pub async fn find_current_rules(&self) -> Result<Option<RulesRow>> {
        let mut session = self.read().await?;
        session
            .fetch_optional(
                "SELECT version, fingerprint, sources FROM rules_version WHERE workspace_id = $1
                 ORDER BY last_used_at DESC, version DESC LIMIT 1",
                args![session.workspace()],
                |row| Ok(RulesRow { version: row.int(0)?, fingerprint: row.text(1)?, sources: row.json(2)? }),
            )
            .await
    }
}
