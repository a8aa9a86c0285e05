//! Table `run`: what was started, when, and what came of it.

use intentd_sdk::Timestamp;

use super::arg::{Arg, args};
use super::error::{Result, StoreError};
use super::row::Row;
use super::{Store, Tx};

/// One start of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    pub run_id: i64,
    /// `pull`, `recompute`, `push` …
    pub kind: String,
    pub started_at: Timestamp,
    /// `None`: still running, or the daemon died.
    pub ended_at: Option<Timestamp>,
    pub summary: Option<serde_json::Value>,
}

const COLUMNS_OF_RUN: &str = "run_id, kind, started_at, ended_at, summary";

impl Tx {
    /// Notes that something starts; its number.
    pub async fn insert_run(&mut self, kind: &str, started_at: Timestamp) -> Result<i64> {
        let session = &mut self.session;
        let run_id = session.allocate("run", 1).await?;
        session
            .execute(
                "INSERT INTO run (workspace_id, run_id, kind, started_at) VALUES ($1, $2, $3, $4)",
                args![session.workspace(), run_id, kind, started_at],
            )
            .await?;
        Ok(run_id)
    }

    /// Notes that it has ended.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such run.
    pub async fn end_run(&mut self, run_id: i64, ended_at: Timestamp, summary: &serde_json::Value) -> Result<()> {
        let session = &mut self.session;
        let changed = session
            .execute(
                "UPDATE run SET ended_at = $3, summary = $4 WHERE workspace_id = $1 AND run_id = $2",
                args![session.workspace(), run_id, ended_at, Arg::json(summary)],
            )
            .await?;
        if changed == 0 { Err(StoreError::missing(format!("run {run_id}"))) } else { Ok(()) }
    }
}

impl Store {
    /// The latest run of this kind, ended or not.
    pub async fn find_last_run(&self, kind: &str) -> Result<Option<RunRow>> {
        let mut session = self.read().await?;
        session
            .fetch_optional(
                super::statement::Sql::with(
                    "SELECT {columns} FROM run WHERE workspace_id = $1 AND kind = $2 ORDER BY run_id DESC LIMIT 1",
                    "{columns}",
                    COLUMNS_OF_RUN,
                ),
                args![session.workspace(), kind],
                read_run,
            )
            .await
    }

    /// The latest runs, newest first.
    pub async fn list_runs(&self, limit: u32) -> Result<Vec<RunRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                super::statement::Sql::with(
                    "SELECT {columns} FROM run WHERE workspace_id = $1 ORDER BY run_id DESC LIMIT $2",
                    "{columns}",
                    COLUMNS_OF_RUN,
                ),
                args![session.workspace(), limit],
                read_run,
            )
            .await
    }
}

fn read_run(row: &Row) -> Result<RunRow> {
    Ok(RunRow {
        run_id: row.int(0)?,
        kind: row.text(1)?,
        started_at: row.instant(2)?,
        ended_at: row.instant_or_null(3)?,
        summary: row.json_or_null(4)?,
    })
}
