//! Figures for people: how much is stored.

use super::Store;
use super::arg::args;
use super::error::Result;

/// How much is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct StoreCounts {
    pub contacts: u64,
    pub companies: u64,
    pub deals: u64,
    pub segments: u64,
    pub memberships: u64,
    /// Activities of known contacts, in tail and base.
    pub activities: u64,
    /// Of these, the ones in the base.
    pub activities_folded: u64,
    /// Activities whose actor is not known yet.
    pub activities_pending: u64,
    pub score_values: u64,
    pub dirty: u64,
    /// Bytes of the database.
    pub bytes: u64,
}

impl Store {
    /// How much is stored.
    pub async fn counts(&self) -> Result<StoreCounts> {
        let (tail, base) = self.count_tail_and_base().await?;
        let mut session = self.read().await?;
        let bytes = session.dialect().size_in_bytes();
        let bytes = session.fetch_one(bytes, [], |row| row.count(0)).await?;
        session
            .fetch_one(
                "SELECT (SELECT COUNT(*) FROM contact WHERE workspace_id = $1),
                     (SELECT COUNT(*) FROM company WHERE workspace_id = $1),
                     (SELECT COUNT(*) FROM deal WHERE workspace_id = $1),
                     (SELECT COUNT(*) FROM segment WHERE workspace_id = $1),
                     (SELECT COUNT(*) FROM membership WHERE workspace_id = $1),
                     (SELECT COUNT(*) FROM activity_tail WHERE workspace_id = $1 AND contact_id IS NULL),
                     (SELECT COUNT(*) FROM score_value WHERE workspace_id = $1),
                     (SELECT COUNT(*) FROM dirty WHERE workspace_id = $1)",
                args![session.workspace()],
                |row| {
                    Ok(StoreCounts {
                        contacts: row.count(0)?,
                        companies: row.count(1)?,
                        deals: row.count(2)?,
                        segments: row.count(3)?,
                        memberships: row.count(4)?,
                        activities: tail + base,
                        activities_folded: base,
                        activities_pending: row.count(5)?,
                        score_values: row.count(6)?,
                        dirty: row.count(7)?,
                        bytes,
                    })
                },
            )
            .await
    }
}
