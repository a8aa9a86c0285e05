//! Tables `company_due`, `workflow_dirty`, `workflow_due`: which companies and whose workflows must be looked at again, because
//! something changed or because time has passed.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;

use crate::domain::model::{CompanyId, ContactId};

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, Tx};

impl Tx {
    /// Sets when companies change by the passing of time alone; `None`: never.
    pub async fn set_companies_due(&mut self, due: &[(CompanyId, Option<Timestamp>)]) -> Result<()> {
        let due: BTreeMap<i64, Option<Timestamp>> = due.iter().map(|(company, at)| (company.0, *at)).collect();
        let never = due.iter().filter(|(_, at)| at.is_none()).map(|(company, _)| args![*company]).collect();
        let session = &mut self.session;
        let workspace = session.workspace();
        session
            .execute_rows(
                "DELETE FROM company_due WHERE workspace_id = $1 AND company_id IN ({rows})",
                never,
                args![workspace],
            )
            .await?;
        let rows = due.iter().filter_map(|(company, at)| Some(args![workspace, *company, (*at)?])).collect();
        session
            .execute_rows(
                "INSERT INTO company_due (workspace_id, company_id, due_at) {rows}
                 ON CONFLICT (workspace_id, company_id) DO UPDATE SET due_at = excluded.due_at
                 WHERE company_due.due_at <> excluded.due_at",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Notes that every company must be computed again.
    pub async fn mark_all_companies_dirty(&mut self) -> Result<u64> {
        let session = &mut self.session;
        let generation = session.allocate("generation", 1).await?;
        session
            .execute(
                "INSERT INTO company_dirty (workspace_id, company_id, generation)
                 SELECT workspace_id, id, $2 FROM company WHERE workspace_id = $1
                 ON CONFLICT (workspace_id, company_id) DO UPDATE SET generation = excluded.generation",
                args![session.workspace(), generation],
            )
            .await
    }

    /// Notes that the workflows of these contacts must be looked at again.
    pub async fn mark_workflows_dirty(&mut self, contacts: &[ContactId]) -> Result<()> {
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
                "INSERT INTO workflow_dirty (workspace_id, contact_id, generation) {rows}
                 ON CONFLICT (workspace_id, contact_id) DO UPDATE SET generation = excluded.generation",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Notes that the workflows of every contact must be looked at again.
    pub async fn mark_all_workflows_dirty(&mut self) -> Result<u64> {
        let session = &mut self.session;
        let generation = session.allocate("generation", 1).await?;
        session
            .execute(
                "INSERT INTO workflow_dirty (workspace_id, contact_id, generation)
                 SELECT workspace_id, id, $2 FROM contact WHERE workspace_id = $1
                 ON CONFLICT (workspace_id, contact_id) DO UPDATE SET generation = excluded.generation",
                args![session.workspace(), generation],
            )
            .await
    }

    /// Clears marks, but only where nothing was marked since; how many were cleared.
    pub async fn clear_dirty_workflows(&mut self, marks: &[(ContactId, i64)]) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute_rows(
                "WITH v(contact_id, generation) AS ({rows})
                 DELETE FROM workflow_dirty WHERE workspace_id = $1 AND contact_id IN (SELECT contact_id FROM v)
                     AND (contact_id, generation) IN (SELECT contact_id, generation FROM v)",
                marks.iter().map(|(contact, generation)| args![*contact, *generation]).collect(),
                args![session.workspace()],
            )
            .await
    }

    /// Sets when contacts' standing in workflows changes by the passing of time alone; `None`: never.
    pub async fn set_workflows_due(&mut self, due: &[(ContactId, Option<Timestamp>)]) -> Result<()> {
        let due: BTreeMap<ContactId, Option<Timestamp>> = due.iter().copied().collect();
        let never = due.iter().filter(|(_, at)| at.is_none()).map(|(contact, _)| args![*contact]).collect();
        let session = &mut self.session;
        let workspace = session.workspace();
        session
            .execute_rows(
                "DELETE FROM workflow_due WHERE workspace_id = $1 AND contact_id IN ({rows})",
                never,
                args![workspace],
            )
            .await?;
        let rows = due.iter().filter_map(|(contact, at)| Some(args![workspace, *contact, (*at)?])).collect();
        session
            .execute_rows(
                "INSERT INTO workflow_due (workspace_id, contact_id, due_at) {rows}
                 ON CONFLICT (workspace_id, contact_id) DO UPDATE SET due_at = excluded.due_at
                 WHERE workflow_due.due_at <> excluded.due_at",
                rows,
                [],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// Companies whose time has come and that are not marked anyway, earliest first.
    pub async fn list_companies_due(&self, now: Timestamp, limit: u32) -> Result<Vec<CompanyId>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT company_id FROM company_due WHERE workspace_id = $1 AND due_at <= $2
                     AND NOT EXISTS (SELECT 1 FROM company_dirty d
                         WHERE d.workspace_id = company_due.workspace_id AND d.company_id = company_due.company_id)
                 ORDER BY due_at, company_id LIMIT $3",
                args![session.workspace(), now, limit],
                |row| Ok(CompanyId(row.int(0)?)),
            )
            .await
    }

    /// Contacts whose workflows are marked, with their generation.
    pub async fn claim_dirty_workflows(&self, limit: u32) -> Result<Vec<(ContactId, i64)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT contact_id, generation FROM workflow_dirty WHERE workspace_id = $1 ORDER BY contact_id LIMIT $2",
                args![session.workspace(), limit],
                |row| Ok((ContactId(row.int(0)?), row.int(1)?)),
            )
            .await
    }

    /// Contacts in whose workflows something falls due and that are not marked anyway, earliest first.
    pub async fn list_workflows_due(&self, now: Timestamp, limit: u32) -> Result<Vec<ContactId>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT contact_id FROM workflow_due WHERE workspace_id = $1 AND due_at <= $2
                     AND NOT EXISTS (SELECT 1 FROM workflow_dirty d
                         WHERE d.workspace_id = workflow_due.workspace_id AND d.contact_id = workflow_due.contact_id)
                 ORDER BY due_at, contact_id LIMIT $3",
                args![session.workspace(), now, limit],
                |row| Ok(ContactId(row.int(0)?)),
            )
            .await
    }
}
