//! Table `score_value`: the results.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;

use crate::domain::model::{ContactId, Number};

use super::arg::{Arg, args};
use super::error::{Result, StoreError};
use super::row::Row;
use super::{Store, Tx};

/// A contact's score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueRow {
    pub exact: Number,
    /// Rounded, as people see it and as it is written to the vendor.
    pub shown: Number,
    pub label: Option<String>,
    /// The instant it was computed for.
    pub as_of: Timestamp,
    pub rules_version: i64,
    /// When the shown value or the label last changed.
    pub changed_at: Timestamp,
}

fn number(row: &Row, column: usize) -> Result<Number> {
    Number::parse(&row.text(column)?).map_err(|_| StoreError::inconsistent("a score is not a number"))
}

impl Tx {
    /// Stores scores by contact and score name. Of several for the same the last one counts.
    pub async fn upsert_values(&mut self, values: &[(ContactId, String, ValueRow)]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let latest: BTreeMap<(ContactId, &str), &ValueRow> =
            values.iter().map(|(contact, score, value)| ((*contact, score.as_str()), value)).collect();
        let rows: Vec<[Arg; 9]> = latest
            .into_iter()
            .map(|((contact, score), value)| {
                args![
                    workspace,
                    contact,
                    score,
                    value.exact.to_string(),
                    value.shown.to_string(),
                    value.label.as_deref(),
                    value.as_of,
                    value.rules_version,
                    value.changed_at,
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO score_value (workspace_id, contact_id, score, exact, shown, label, as_of, rules_version,
                     changed_at) {rows}
                 ON CONFLICT (workspace_id, contact_id, score) DO UPDATE SET exact = excluded.exact,
                     shown = excluded.shown, label = excluded.label, as_of = excluded.as_of,
                     rules_version = excluded.rules_version, changed_at = excluded.changed_at",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Deletes the values of all scores but these: scores that the rules no longer have.
    pub async fn delete_values_except(&mut self, scores: &[&str]) -> Result<u64> {
        let session = &mut self.session;
        let stored = session
            .fetch(
                "SELECT DISTINCT score FROM score_value WHERE workspace_id = $1",
                args![session.workspace()],
                |row| row.text(0),
            )
            .await?;
        let gone = stored.iter().filter(|score| !scores.contains(&score.as_str())).map(|score| args![score]).collect();
        session
            .execute_rows(
                "DELETE FROM score_value WHERE workspace_id = $1 AND score IN ({rows})",
                gone,
                args![session.workspace()],
            )
            .await
    }
}

impl Store {
    /// The scores of these contacts, by contact and score name.
    pub async fn load_values(&self, contacts: &[ContactId]) -> Result<BTreeMap<ContactId, BTreeMap<String, ValueRow>>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch_rows(
                "SELECT contact_id, score, exact, shown, label, as_of, rules_version, changed_at FROM score_value
                 WHERE workspace_id = $1 AND contact_id IN ({rows})",
                contacts.iter().map(|contact| args![*contact]).collect(),
                args![session.workspace()],
                |row| {
                    let value = ValueRow {
                        exact: number(row, 2)?,
                        shown: number(row, 3)?,
                        label: row.text_or_null(4)?,
                        as_of: row.instant(5)?,
                        rules_version: row.int(6)?,
                        changed_at: row.instant(7)?,
                    };
                    Ok((ContactId(row.int(0)?), row.text(1)?, value))
                },
            )
            .await?;
        let mut values: BTreeMap<ContactId, BTreeMap<String, ValueRow>> = BTreeMap::new();
        for (contact, score, value) in rows {
            values.entry(contact).or_default().insert(score, value);
        }
        Ok(values)
    }
}
