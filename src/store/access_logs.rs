//! Table `access_log`: how far the access logs of web servers have been read.

use intentd_sdk::Timestamp;

use super::arg::args;
use super::error::Result;
use super::{Store, Tx};

/// How far an access log has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPlace {
    /// A hash of its first line.
    pub first_line: String,
    /// Bytes of its text.
    pub next_offset: u64,
    /// A hash of everything until there.
    pub content: String,
}

impl Tx {
    /// Notes how far an access log has been read; gives its number, a new one when it has none. Commits with the visits that
    /// were read until there (I1).
    pub async fn upsert_log(&mut self, id: Option<i64>, site: &str, place: &LogPlace, now: Timestamp) -> Result<i64> {
        let session = &mut self.session;
        let id = match id {
            Some(id) => id,
            None => session.allocate("access_log", 1).await?,
        };
        session
            .execute(
                "INSERT INTO access_log (workspace_id, log_id, site, first_line, next_offset, content, read_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (workspace_id, log_id) DO UPDATE SET next_offset = excluded.next_offset,
                     content = excluded.content, read_at = excluded.read_at",
                args![session.workspace(), id, site, &place.first_line, place.next_offset, &place.content, now],
            )
            .await?;
        Ok(id)
    }
}

impl Store {
    /// Access logs of a site that began with this line, with their numbers.
    pub async fn list_logs(&self, site: &str, first_line: &str) -> Result<Vec<(i64, LogPlace)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT log_id, first_line, next_offset, content FROM access_log
                 WHERE workspace_id = $1 AND site = $2 AND first_line = $3 ORDER BY log_id",
                args![session.workspace(), site, first_line],
                |row| {
                    let place =
                        LogPlace { first_line: row.text(1)?, next_offset: row.count(2)?, content: row.text(3)? };
                    Ok((row.int(0)?, place))
                },
            )
            .await
    }
}
