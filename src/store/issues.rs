//! Table `issue`: values that could not be used, and why, so that a person can mend them at the vendor.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, StreamName};

use super::arg::args;
use super::error::Result;
use super::{Store, Tx};

/// A value that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueRow {
    pub stream: StreamName,
    pub external_id: Option<ExternalId>,
    pub property: Option<String>,
    /// Stable word, for example `mapping::not_a_number`.
    pub code: String,
    /// For people; names no personal data (I12).
    pub detail: String,
}

impl Tx {
    /// Notes issues of a run.
    pub async fn insert_issues(
        &mut self,
        run_id: i64,
        connection: &ConnectionName,
        issues: &[IssueRow],
        now: Timestamp,
    ) -> Result<()> {
        if issues.is_empty() {
            return Ok(());
        }
        let session = &mut self.session;
        let workspace = session.workspace();
        let first = session.allocate("issue", issues.len()).await?;
        let rows = (first..)
            .zip(issues)
            .map(|(id, issue)| {
                args![
                    workspace,
                    id,
                    run_id,
                    connection,
                    &issue.stream,
                    issue.external_id.as_ref().map(ExternalId::as_str),
                    issue.property.as_deref(),
                    &issue.code,
                    &issue.detail,
                    now,
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO issue (workspace_id, issue_id, run_id, connection, stream, external_id, property, code,
                     detail, noted_at) {rows}",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Takes back the issues of a run with this code; gives the records that they named.
    pub async fn take_issues(
        &mut self,
        run_id: i64,
        connection: &ConnectionName,
        stream: &StreamName,
        code: &str,
    ) -> Result<Vec<ExternalId>> {
        let session = &mut self.session;
        let named = session
            .fetch(
                "DELETE FROM issue WHERE workspace_id = $1 AND run_id = $2 AND connection = $3 AND stream = $4 AND code = $5
                 RETURNING external_id",
                args![session.workspace(), run_id, connection, stream, code],
                |row| row.text_or_null(0),
            )
            .await?;
        let mut ids: Vec<ExternalId> = named.into_iter().flatten().map(ExternalId::new).collect();
        ids.sort();
        ids.dedup();
        Ok(ids)
    }
}

impl Store {
    /// How many issues a run had, by code.
    pub async fn count_issues(&self, run_id: i64) -> Result<BTreeMap<String, u64>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch(
                "SELECT code, COUNT(*) FROM issue WHERE workspace_id = $1 AND run_id = $2 GROUP BY code",
                args![session.workspace(), run_id],
                |row| Ok((row.text(0)?, row.count(1)?)),
            )
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// The latest issues, newest first.
    pub async fn list_issues(&self, limit: u32) -> Result<Vec<(ConnectionName, IssueRow)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT connection, stream, external_id, property, code, detail FROM issue
                 WHERE workspace_id = $1 ORDER BY issue_id DESC LIMIT $2",
                args![session.workspace(), limit],
                |row| {
                    let issue = IssueRow {
                        stream: row.stream(1)?,
                        external_id: row.text_or_null(2)?.map(ExternalId::new),
                        property: row.text_or_null(3)?,
                        code: row.text(4)?,
                        detail: row.text(5)?,
                    };
                    Ok((row.connection(0)?, issue))
                },
            )
            .await
    }
}
