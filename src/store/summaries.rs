//! Table `model_answer`: what a language model answered, by the hash of everything that it was told.

use intentd_sdk::Timestamp;

use crate::domain::buying_group::Answer;

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, Tx};

/// How long an answer is kept.
const KEPT_MS: i64 = 180 * 86_400_000;

/// An answer to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    pub fingerprint: String,
    pub answer: Answer,
    /// People were told by their names; such an answer goes when anybody is erased.
    pub personal: bool,
    pub answered_at: Timestamp,
}

impl Tx {
    /// Keeps an answer, in the place of an earlier one to the same. Answers that are half a year older go.
    pub async fn upsert_answer(&mut self, row: &AnswerRow) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        session
            .execute(
                "DELETE FROM model_answer WHERE workspace_id = $1 AND answered_at < $2",
                args![workspace, row.answered_at.plus_ms(-KEPT_MS)],
            )
            .await?;
        session
            .execute(
                "INSERT INTO model_answer (workspace_id, fingerprint, answer, personal, answered_at)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (workspace_id, fingerprint) DO UPDATE SET answer = excluded.answer,
                     personal = excluded.personal, answered_at = excluded.answered_at",
                args![workspace, &row.fingerprint, Arg::json(&row.answer), row.personal, row.answered_at],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// What was answered to this.
    pub async fn find_answer(&self, fingerprint: &str) -> Result<Option<Answer>> {
        let mut session = self.read().await?;
        session
            .fetch_optional(
                "SELECT answer FROM model_answer WHERE workspace_id = $1 AND fingerprint = $2",
                args![session.workspace(), fingerprint],
                |row| row.json(0),
            )
            .await
    }
}
