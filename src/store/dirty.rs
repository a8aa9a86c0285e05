//! Tables `dirty` and `due`: who must be computed again, because a fact changed or because time has passed.

use std::collections::BTreeSet;

use intentd_sdk::Timestamp;

use crate::domain::model::ContactId;

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, Tx};

impl Tx {
    /// Notes that facts of these contacts changed. Every mark has a generation of its own, so that a recompute that had
    /// loaded older facts does not clear it.
    pub async fn mark_dirty(&mut self, contacts: &[ContactId]) -> Result<()> {
        if contacts.is_empty() {
            return Ok(());
        }
        let session = &mut self.session;
        let generation = session.allocate("generation", 1).await?;
        let contacts: BTreeSet<ContactId> = contacts.iter().copied().collect();
        let rows: Vec<[Arg; 3]> =
            contacts.into_iter().map(|contact| args![session.workspace(), contact, generation]).collect();
        session
            .execute_rows(
                "INSERT INTO dirty (workspace_id, contact_id, generation) {rows}
                 ON CONFLICT (workspace_id, contact_id) DO UPDATE SET generation = excluded.generation",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Notes that every contact must be computed again, for example after a change of the rules.
    pub async fn mark_all_contacts_dirty(&mut self) -> Result<u64> {
        let session = &mut self.session;
        let generation = session.allocate("generation", 1).await?;
        session
            .execute(
                "INSERT INTO dirty (workspace_id, contact_id, generation)
                 SELECT workspace_id, id, $2 FROM contact WHERE workspace_id = $1
                 ON CONFLICT (workspace_id, contact_id) DO UPDATE SET generation = excluded.generation",
                args![session.workspace(), generation],
            )
            .await
    }

    /// Clears marks, but only where nothing was marked since; how many were cleared.
    pub async fn clear_dirty(&mut self, marks: &[(ContactId, i64)]) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute_rows(
                "WITH v(contact_id, generation) AS ({rows})
                 DELETE FROM dirty WHERE workspace_id = $1 AND contact_id IN (SELECT contact_id FROM v)
                     AND (contact_id, generation) IN (SELECT contact_id, generation FROM v)",
                marks.iter().map(|(contact, generation)| args![*contact, *generation]).collect(),
                args![session.workspace()],
            )
            .await
    }

    /// Sets when contacts change by the passing of time alone; `None`: never.
    pub async fn set_due(&mut self, due: &[(ContactId, Option<Timestamp>)]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let due: std::collections::BTreeMap<ContactId, Option<Timestamp>> = due.iter().copied().collect();
        let never = due.iter().filter(|(_, at)| at.is_none()).map(|(contact, _)| args![*contact]).collect();
        session
            .execute_rows("DELETE FROM due WHERE workspace_id = $1 AND contact_id IN ({rows})", never, args![workspace])
            .await?;
        let rows = due.iter().filter_map(|(contact, at)| Some(args![workspace, *contact, (*at)?])).collect();
        session
            .execute_rows(
                "INSERT INTO due (workspace_id, contact_id, due_at) {rows}
                 ON CONFLICT (workspace_id, contact_id) DO UPDATE SET due_at = excluded.due_at
                 WHERE due.due_at <> excluded.due_at",
                rows,
                [],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// Marked contacts with their generation, in the order of their ids, so that neighbours share a timeline segment.
    pub async fn claim_dirty(&self, limit: u32) -> Result<Vec<(ContactId, i64)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT contact_id, generation FROM dirty WHERE workspace_id = $1 ORDER BY contact_id LIMIT $2",
                args![session.workspace(), limit],
                |row| Ok((ContactId(row.int(0)?), row.int(1)?)),
            )
            .await
    }

    /// Contacts whose time has come and that are not marked anyway, earliest first.
    pub async fn list_due(&self, now: Timestamp, limit: u32) -> Result<Vec<ContactId>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT contact_id FROM due WHERE workspace_id = $1 AND due_at <= $2
                     AND NOT EXISTS (SELECT 1 FROM dirty d
                         WHERE d.workspace_id = due.workspace_id AND d.contact_id = due.contact_id)
                 ORDER BY due_at, contact_id LIMIT $3",
                args![session.workspace(), now, limit],
                |row| Ok(ContactId(row.int(0)?)),
            )
            .await
    }

    /// How many contacts are marked.
    pub async fn count_dirty(&self) -> Result<u64> {
        let mut session = self.read().await?;
        session
            .fetch_one("SELECT COUNT(*) FROM dirty WHERE workspace_id = $1", args![session.workspace()], |row| {
                row.count(0)
            })
            .await
    }
}
