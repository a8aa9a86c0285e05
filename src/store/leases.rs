//! Table `lease`: who may do a thing alone, until when. The fence grows whenever a lease changes hands, so that what an
//! earlier holder still writes can be told apart.

use intentd_sdk::Timestamp;

use super::Tx;
use super::arg::args;
use super::error::Result;

impl Tx {
    /// Takes or renews a lease; its fence, or `None` while somebody else holds it. Renewing keeps the fence.
    pub async fn claim_lease(
        &mut self,
        name: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<i64>> {
        let session = &mut self.session;
        session
            .fetch_optional(
                "INSERT INTO lease (workspace_id, name, owner, fence, lease_until) VALUES ($1, $2, $3, 1, $5)
                 ON CONFLICT (workspace_id, name) DO UPDATE SET owner = excluded.owner,
                     lease_until = excluded.lease_until,
                     fence = CASE WHEN lease.owner = excluded.owner AND lease.lease_until > $4 THEN lease.fence
                         ELSE lease.fence + 1 END
                 WHERE lease.owner IS NULL OR lease.owner = excluded.owner OR lease.lease_until <= $4
                 RETURNING fence",
                args![session.workspace(), name, owner, now, until],
                |row| row.int(0),
            )
            .await
    }

    /// Gives a lease back; whether it was still held with this fence.
    pub async fn release_lease(&mut self, name: &str, owner: &str, fence: i64) -> Result<bool> {
        let session = &mut self.session;
        let released = session
            .execute(
                "UPDATE lease SET owner = NULL WHERE workspace_id = $1 AND name = $2 AND owner = $3 AND fence = $4",
                args![session.workspace(), name, owner, fence],
            )
            .await?;
        Ok(released == 1)
    }
}
