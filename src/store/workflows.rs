//! Tables `workflow`, `enrollment`, `wish`: where contacts stand in workflows, and what the steps want to be done.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;

use crate::domain::model::ContactId;
use crate::domain::workflow::{Action, Counting, State};

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, Tx};

/// A workflow as the rules name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowRow {
    pub name: String,
    pub in_force_since: Timestamp,
    /// Every contact has been looked at once: who meets its criteria from now on is new.
    pub first_pass_done: bool,
    pub goal_cleared_at: Option<Timestamp>,
}

/// A contact's standing in a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrollmentRow {
    pub workflow: String,
    pub contact: ContactId,
    pub state: State,
    pub counting: Counting,
    pub changed_at: Timestamp,
}

/// Something that a step wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishRow {
    pub workflow: String,
    pub contact: ContactId,
    pub enrolled_at: Timestamp,
    pub step: String,
    pub action: Action,
    pub wanted_at: Timestamp,
}

impl Tx {
    /// Stores workflows.
    pub async fn upsert_workflows(&mut self, rows: &[WorkflowRow]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let rows = rows
            .iter()
            .map(|row| args![workspace, &row.name, row.in_force_since, row.first_pass_done, row.goal_cleared_at])
            .collect();
        session
            .execute_rows(
                "INSERT INTO workflow (workspace_id, name, in_force_since, first_pass_done, goal_cleared_at) {rows}
                 ON CONFLICT (workspace_id, name) DO UPDATE SET in_force_since = excluded.in_force_since,
                     first_pass_done = excluded.first_pass_done, goal_cleared_at = excluded.goal_cleared_at",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Stores where contacts stand.
    pub async fn upsert_enrollments(&mut self, rows: &[EnrollmentRow]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let rows = rows
            .iter()
            .map(|row| {
                let state = Arg::json(&row.state);
                args![workspace, &row.workflow, row.contact, state, Arg::json(&row.counting), row.changed_at]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO enrollment (workspace_id, workflow, contact_id, state, counting, changed_at) {rows}
                 ON CONFLICT (workspace_id, workflow, contact_id) DO UPDATE SET state = excluded.state,
                     counting = excluded.counting, changed_at = excluded.changed_at",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Writes wishes down. One that is there already is the same one: a step of an enrollment wishes once.
    pub async fn insert_wishes(&mut self, rows: &[WishRow]) -> Result<u64> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let rows = rows
            .iter()
            .map(|row| {
                let action = Arg::json(&row.action);
                args![workspace, &row.workflow, row.contact, row.enrolled_at, &row.step, action, row.wanted_at]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO wish (workspace_id, workflow, contact_id, enrolled_at, step, action, wanted_at) {rows}
                 ON CONFLICT DO NOTHING",
                rows,
                [],
            )
            .await
    }
}

impl Store {
    /// The workflows that were ever in force.
    pub async fn list_workflows(&self) -> Result<Vec<WorkflowRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT name, in_force_since, first_pass_done, goal_cleared_at FROM workflow WHERE workspace_id = $1
                 ORDER BY name",
                args![session.workspace()],
                |row| {
                    Ok(WorkflowRow {
                        name: row.text(0)?,
                        in_force_since: row.instant(1)?,
                        first_pass_done: row.flag(2)?,
                        goal_cleared_at: row.int_or_null(3)?.map(Timestamp::from_ms),
                    })
                },
            )
            .await
    }

    /// Where these contacts stand, by contact and workflow.
    pub async fn load_enrollments(
        &self,
        contacts: &[ContactId],
    ) -> Result<BTreeMap<ContactId, BTreeMap<String, EnrollmentRow>>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch_rows(
                "SELECT workflow, contact_id, state, counting, changed_at FROM enrollment
                 WHERE workspace_id = $1 AND contact_id IN ({rows})",
                contacts.iter().map(|contact| args![*contact]).collect(),
                args![session.workspace()],
                enrollment_row,
            )
            .await?;
        let mut found: BTreeMap<ContactId, BTreeMap<String, EnrollmentRow>> = BTreeMap::new();
        for row in rows {
            found.entry(row.contact).or_default().insert(row.workflow.clone(), row);
        }
        Ok(found)
    }

    /// Everybody who stands anywhere in a workflow.
    pub async fn list_enrollments(&self, workflow: &str) -> Result<Vec<EnrollmentRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT workflow, contact_id, state, counting, changed_at FROM enrollment
                 WHERE workspace_id = $1 AND workflow = $2 ORDER BY contact_id",
                args![session.workspace(), workflow],
                enrollment_row,
            )
            .await
    }

    /// What the steps of a workflow want, oldest first.
    pub async fn list_wishes(&self, workflow: &str, limit: u32) -> Result<Vec<WishRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT workflow, contact_id, enrolled_at, step, action, wanted_at FROM wish
                 WHERE workspace_id = $1 AND workflow = $2 ORDER BY wanted_at, contact_id, step LIMIT $3",
                args![session.workspace(), workflow, limit],
                |row| {
                    Ok(WishRow {
                        workflow: row.text(0)?,
                        contact: ContactId(row.int(1)?),
                        enrolled_at: row.instant(2)?,
                        step: row.text(3)?,
                        action: row.json(4)?,
                        wanted_at: row.instant(5)?,
                    })
                },
            )
            .await
    }

    /// How many wishes each workflow has.
    pub async fn count_wishes(&self) -> Result<BTreeMap<String, u64>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch(
                "SELECT workflow, COUNT(*) FROM wish WHERE workspace_id = $1 GROUP BY workflow",
                args![session.workspace()],
                |row| Ok((row.text(0)?, row.count(1)?)),
            )
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// How many contacts stand how with the goal of each workflow.
    pub async fn count_standings(&self) -> Result<BTreeMap<String, BTreeMap<Counting, u64>>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch(
                "SELECT workflow, counting, COUNT(*) FROM enrollment WHERE workspace_id = $1 GROUP BY workflow, counting",
                args![session.workspace()],
                |row| Ok((row.text(0)?, row.json::<Counting>(1)?, row.count(2)?)),
            )
            .await?;
        let mut found: BTreeMap<String, BTreeMap<Counting, u64>> = BTreeMap::new();
        for (workflow, counting, count) in rows {
            found.entry(workflow).or_default().insert(counting, count);
        }
        Ok(found)
    }
}

fn enrollment_row(row: &super::row::Row) -> Result<EnrollmentRow> {
    Ok(EnrollmentRow {
        workflow: row.text(0)?,
        contact: ContactId(row.int(1)?),
        state: row.json(2)?,
        counting: row.json(3)?,
        changed_at: row.instant(4)?,
    })
}
