//! What is forgotten when its time is over: visits of nobody known, visitors, and the secrets by which they were told apart
//! (table `visit_key`). Visits of contacts belong to the contact's history and stay.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;

use crate::domain::visit::{DayKey, PAGE_VIEW};

use super::arg::{Arg, args};
use super::error::{Result, StoreError};
use super::{Store, Tx};

/// What a retention pass deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForgottenVisits {
    pub visits: u64,
    pub visitors: u64,
}

impl Store {
    /// Deletes visits of nobody known, and visitors, from before this instant; in transactions of at most `batch` rows, so that
    /// others can write in between. Visits of contacts belong to the contact's history and stay.
    pub async fn forget_visits(&self, before: Timestamp, batch: u32) -> Result<ForgottenVisits> {
        let mut forgotten = ForgottenVisits::default();
        loop {
            let mut tx = self.begin().await?;
            let visits = tx.forget_visits_once(before, batch).await?;
            let visitors = tx.forget_visitors_once(before, batch).await?;
            tx.commit().await?;
            forgotten.visits += visits;
            forgotten.visitors += visitors;
            if visits < u64::from(batch) && visitors < u64::from(batch) {
                return Ok(forgotten);
            }
        }
    }
}

impl Tx {
    /// The secret of this day (an ISO date), by which visitors without an id are told apart; `fresh` when the day has none
    /// yet. Secrets of earlier days are deleted (I12).
    pub async fn find_or_insert_day_key(&mut self, day: &str, fresh: &DayKey) -> Result<DayKey> {
        self.delete_day_keys(day).await?;
        let session = &mut self.session;
        session
            .execute(
                "INSERT INTO visit_key (workspace_id, day, secret) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                args![session.workspace(), day, fresh.expose().to_vec()],
            )
            .await?;
        let secret = session
            .fetch_one(
                "SELECT secret FROM visit_key WHERE workspace_id = $1 AND day = $2",
                args![session.workspace(), day],
                |row| row.bytes(0),
            )
            .await?;
        let secret = secret.try_into().map_err(|_| StoreError::inconsistent("the secret of a day is not 32 bytes"))?;
        Ok(DayKey::new(secret))
    }

    /// Deletes the secrets of the days before this one.
    pub async fn delete_day_keys(&mut self, before: &str) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute("DELETE FROM visit_key WHERE workspace_id = $1 AND day < $2", args![session.workspace(), before])
            .await
    }

    async fn forget_visits_once(&mut self, before: Timestamp, batch: u32) -> Result<u64> {
        let session = &mut self.session;
        let old = session
            .fetch(
                "SELECT t.source_id, t.remote_id FROM activity_tail t
                 WHERE t.workspace_id = $1 AND t.contact_id IS NULL AND t.occurred_at < $3 AND t.type_id =
                     (SELECT type_id FROM activity_type WHERE workspace_id = $1 AND name = $2)
                 ORDER BY t.occurred_at LIMIT $4",
                args![session.workspace(), PAGE_VIEW, before, batch],
                |row| Ok((row.int(0)?, args![row.text(1)?])),
            )
            .await?;
        let mut by_source: BTreeMap<i64, Vec<[Arg; 1]>> = BTreeMap::new();
        for (source, id) in old {
            by_source.entry(source).or_default().push(id);
        }
        let mut deleted = 0;
        for (source, ids) in by_source {
            deleted += session
                .execute_rows(
                    "DELETE FROM activity_tail WHERE workspace_id = $1 AND source_id = $2 AND remote_id IN ({rows})",
                    ids,
                    args![session.workspace(), source],
                )
                .await?;
        }
        Ok(deleted)
    }

    async fn forget_visitors_once(&mut self, before: Timestamp, batch: u32) -> Result<u64> {
        let session = &mut self.session;
        let old = session
            .fetch(
                "SELECT connection, actor_kind, actor FROM visitor WHERE workspace_id = $1 AND last_seen < $2
                 ORDER BY last_seen LIMIT $3",
                args![session.workspace(), before, batch],
                |row| Ok((row.text(0)?, row.text(1)?, args![row.text(2)?])),
            )
            .await?;
        let mut by_place: BTreeMap<(String, String), Vec<[Arg; 1]>> = BTreeMap::new();
        for (connection, kind, actor) in old {
            by_place.entry((connection, kind)).or_default().push(actor);
        }
        let mut deleted = 0;
        for ((connection, kind), actors) in by_place {
            deleted += session
                .execute_rows(
                    "DELETE FROM visitor WHERE workspace_id = $1 AND connection = $2 AND actor_kind = $3
                         AND actor IN ({rows})",
                    actors,
                    args![session.workspace(), connection, kind],
                )
                .await?;
        }
        Ok(deleted)
    }
}
