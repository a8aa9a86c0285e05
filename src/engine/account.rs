//! Who we are at a vendor, and what was used of its budgets (I9).

use intentd_sdk::ConnectorError;
use intentd_sdk::connector::Account;
use tokio_util::sync::CancellationToken;

use super::EngineError;
use super::cycle::{Connection, Engine};
use super::summary::{ApiLine, StreamNote, Summary};
use crate::domain::quota::SavedBucket;
use crate::store::{ConnectionRow, QuotaRow};

/// How often the use of budgets is written down while a cycle runs.
const QUOTA_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

impl Engine {
    /// Asks the vendor who we are, refuses another account than the one known, and adopts its limits. Changes nothing in the
    /// database, so that it may be asked beside a daemon at work.
    ///
    /// # Errors
    /// [`EngineError::OtherAccount`] when the credentials belong to another account than before.
    pub async fn recognise(&self, connection: &Connection) -> Result<Account, EngineError> {
        let saved = self.store.load_quota(&connection.name).await?;
        let saved = saved
            .into_iter()
            .map(|row| {
                let bucket =
                    SavedBucket { period_start: row.period_start, used: row.used, parked_until: row.parked_until };
                (row.bucket, bucket)
            })
            .collect();
        if !connection.limiter.knows_the_account() {
            connection.limiter.restore(&saved);
        }
        let account = connection.connector.describe(&connection.limiter).await?;
        let known = self.store.find_connection(&connection.name).await?;
        if let Some(known) = known.filter(|known| known.account_id != account.id) {
            return Err(EngineError::OtherAccount {
                connection: connection.name.clone(),
                known: known.account_id,
                found: account.id,
            });
        }
        // Days are counted in the account's time zone, so the day's use is found only now.
        if connection.limiter.adopt(&connection.connector.limits_of(&account)) {
            connection.limiter.restore(&saved);
        }
        Ok(account)
    }

    /// Recognises the account, writes it down, and takes over what a process that died left behind. Only for the process
    /// that has the database for itself.
    ///
    /// # Errors
    /// As [`Engine::recognise`], and when the store fails.
    pub async fn meet(&self, connection: &Connection) -> Result<Account, EngineError> {
        let account = self.recognise(connection).await?;
        let mut tx = self.store.begin().await?;
        let row = ConnectionRow {
            name: connection.name.clone(),
            vendor: connection.vendor.clone(),
            account_id: account.id.clone(),
            time_zone: account.time_zone.clone(),
            description: account.description.clone(),
        };
        tx.upsert_connection(&row).await?;
        // Nobody else can be sending for this database: what stands as being sent was left by a process that died.
        tx.take_over_sending(&self.owner, self.clock.now()).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Meets a connection. One that cannot be reached, refuses the credentials, or has its budget spent, is left for the next
    /// cycle with a note; the others are not held up by it.
    pub(super) async fn reach(&self, connection: &Connection, summary: &mut Summary) -> Result<bool, EngineError> {
        match self.meet(connection).await {
            Ok(_) => Ok(true),
            Err(EngineError::Connector(error)) if error != ConnectorError::Stopped => {
                note_refused(connection, &error, summary);
                self.save_quota(connection).await?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn save_quota(&self, connection: &Connection) -> Result<(), EngineError> {
        let rows: Vec<QuotaRow> = connection
            .limiter
            .save()
            .into_iter()
            .map(|(bucket, saved)| QuotaRow {
                bucket,
                period_start: saved.period_start,
                used: saved.used,
                parked_until: saved.parked_until,
            })
            .collect();
        let mut tx = self.store.begin().await?;
        tx.save_quota(&connection.name, &rows).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes down every second what was used of the budgets, so that a death in the middle of a cycle forgets little (I9).
    pub(super) async fn keep_quota(self, ended: CancellationToken) {
        loop {
            tokio::select! {
                () = ended.cancelled() => return,
                () = self.clock.sleep(QUOTA_EVERY) => {}
            }
            for connection in &self.connections {
                if let Err(error) = self.save_quota(connection).await {
                    tracing::warn!(connection.name = %connection.name, "the use of budgets could not be stored: {error}");
                }
            }
        }
    }
}

/// A connection that is of no use in this cycle. Refused credentials are told in the log, too: only a person can mend them.
pub(super) fn note_refused(connection: &Connection, error: &ConnectorError, summary: &mut Summary) {
    if matches!(error, ConnectorError::Auth { .. }) {
        tracing::error!(connection.name = %connection.name, "connection {}: {error}; `intentd auth` or a new token mends it", connection.name);
    }
    summary.streams_failed.push(StreamNote {
        connection: connection.name.to_string(),
        stream: "account".into(),
        reason: error.to_string(),
    });
}

pub(super) fn api_line(connection: &Connection) -> ApiLine {
    let counts = connection.limiter.counts();
    ApiLine {
        connection: connection.name.to_string(),
        calls: counts.calls,
        rate_limited: counts.rate_limited,
        failed: counts.failed,
        limit_share: (connection.limiter.limit_share() * 1000.0).round() / 1000.0,
    }
}
