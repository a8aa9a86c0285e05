//! Tables `buying_group`, `group_member`, `group_decision`, `group_stage`, `engagement_value`, `calibration`: buying groups as they
//! were computed, and what people and workflows decided about them.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;

use crate::domain::account::StoredGroup;
use crate::domain::buying_group::{
    AssignmentChange, AssignmentFact, AssignmentSource, Completeness, GroupId, Member, Source, StageCause, StageRequest,
};
use crate::domain::criteria::GroupFact;
use crate::domain::engagement::Calibration;
use crate::domain::model::{CompanyId, ContactId, Number};

use super::arg::{Arg, args};
use super::db::Session;
use super::error::{Result, StoreError};
use super::row::Row;
use super::{Store, Tx};

/// A group as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    pub id: GroupId,
    pub interest: String,
    pub company: CompanyId,
    pub name: String,
    pub stage: Option<String>,
    /// Exact.
    pub completeness: Number,
    /// Exact.
    pub engagement: Number,
    /// What criteria ask, as they were computed.
    pub fact: GroupFact,
    /// How full each role is.
    pub roles: Completeness,
    /// Signals with their levels, as JSON.
    pub intent: serde_json::Value,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// What is to be stored of one group. `id` is allocated before.
#[derive(Clone, Debug)]
pub struct GroupUpsert {
    pub row: GroupRow,
    pub members: Vec<Member>,
}

/// A contact's engagement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngagementRow {
    pub contact: ContactId,
    /// Exact.
    pub exact: Number,
    /// Rounded half up to a whole number.
    pub shown: Number,
    pub changed_at: Timestamp,
}

fn number(row: &Row, column: usize) -> Result<Number> {
    Number::parse(&row.text(column)?).map_err(|_| StoreError::inconsistent("a group's value is not a number"))
}

fn source(word: &str) -> Result<Source> {
    [Source::Automatic, Source::Journey, Source::Manual]
        .into_iter()
        .find(|source| source.as_str() == word)
        .ok_or_else(|| StoreError::inconsistent("an unknown source of a member"))
}

impl Tx {
    /// Ids for new groups.
    pub async fn allocate_groups(&mut self, count: usize) -> Result<GroupId> {
        Ok(GroupId(self.session.allocate("buying_group", count).await?))
    }

    /// Stores groups and replaces their members.
    pub async fn upsert_groups(&mut self, groups: &[GroupUpsert]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let rows: Vec<[Arg; 12]> = groups
            .iter()
            .map(|GroupUpsert { row, .. }| {
                args![
                    workspace,
                    row.id.0,
                    &row.interest,
                    row.company.0,
                    &row.name,
                    row.stage.as_deref(),
                    row.completeness.to_string(),
                    row.engagement.to_string(),
                    Arg::json(&row.roles),
                    Arg::json(&row.intent),
                    row.created_at,
                    row.changed_at,
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO buying_group (workspace_id, group_id, interest, company_id, name, stage, completeness,
                     engagement, roles, intent, created_at, changed_at) {rows}
                 ON CONFLICT (workspace_id, group_id) DO UPDATE SET name = excluded.name, stage = excluded.stage,
                     completeness = excluded.completeness, engagement = excluded.engagement, roles = excluded.roles,
                     intent = excluded.intent, changed_at = excluded.changed_at",
                rows,
                [],
            )
            .await?;
        session
            .execute_rows(
                "DELETE FROM group_member WHERE workspace_id = $1 AND group_id IN ({rows})",
                groups.iter().map(|group| args![group.row.id.0]).collect(),
                args![workspace],
            )
            .await?;
        let members = groups
            .iter()
            .flat_map(|group| {
                group.members.iter().map(move |member| {
                    let source = member.source.as_str();
                    args![workspace, group.row.id.0, member.contact, &member.role, source, member.since]
                })
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO group_member (workspace_id, group_id, contact_id, role, source, since) {rows}",
                members,
                [],
            )
            .await?;
        Ok(())
    }

    /// Keeps who was put into a group or taken out of it, and by whom. Gives the fact's number.
    pub async fn insert_decision(
        &mut self,
        group: GroupId,
        contact: ContactId,
        source: AssignmentSource,
        change: &AssignmentChange,
        actor: &str,
        now: Timestamp,
    ) -> Result<i64> {
        let session = &mut self.session;
        let id = session.allocate("group_decision", 1).await?;
        let role = match change {
            AssignmentChange::Assign { role } => Some(role.as_str()),
            AssignmentChange::Remove => None,
        };
        let source = Source::from(source).as_str();
        session
            .execute(
                "INSERT INTO group_decision (workspace_id, decision_id, group_id, contact_id, role, source, actor, decided_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                args![session.workspace(), id, group.0, contact, role, source, actor, now],
            )
            .await?;
        Ok(id)
    }

    /// Keeps requests to move groups to a stage, from the first to the last.
    pub async fn insert_stage_requests(&mut self, requests: &[(GroupId, String, StageCause, Timestamp)]) -> Result<()> {
        if requests.is_empty() {
            return Ok(());
        }
        let session = &mut self.session;
        let workspace = session.workspace();
        let first = session.allocate("group_stage", requests.len()).await?;
        let rows = requests
            .iter()
            .zip(first..)
            .map(|((group, to, cause, at), id)| args![workspace, id, group.0, to, stage_cause_word(*cause), *at])
            .collect();
        session
            .execute_rows(
                "INSERT INTO group_stage (workspace_id, event_id, group_id, to_stage, cause, moved_at) {rows}",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Stores engagement.
    pub async fn upsert_engagement(&mut self, rows: &[EngagementRow]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let rows = rows
            .iter()
            .map(|row| args![workspace, row.contact, row.exact.to_string(), row.shown.to_string(), row.changed_at])
            .collect();
        session
            .execute_rows(
                "INSERT INTO engagement_value (workspace_id, contact_id, exact, shown, changed_at) {rows}
                 ON CONFLICT (workspace_id, contact_id) DO UPDATE SET exact = excluded.exact, shown = excluded.shown,
                     changed_at = excluded.changed_at",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Keeps a calibration; the newest is in force.
    pub async fn insert_calibration(&mut self, calibration: &Calibration, now: Timestamp) -> Result<()> {
        let session = &mut self.session;
        session
            .execute(
                "INSERT INTO calibration (workspace_id, taken_at, maxima) VALUES ($1, $2, $3)
                 ON CONFLICT (workspace_id, taken_at) DO UPDATE SET maxima = excluded.maxima",
                args![session.workspace(), now, Arg::json(calibration)],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// The groups of these companies with everything that was decided about them.
    pub async fn load_account_groups(&self, companies: &[CompanyId]) -> Result<BTreeMap<CompanyId, Vec<StoredGroup>>> {
        let mut session = self.read().await?;
        let groups = session
            .fetch_rows(
                "SELECT group_id, company_id, interest, name FROM buying_group
                 WHERE workspace_id = $1 AND company_id IN ({rows})",
                companies.iter().map(|company| args![company.0]).collect(),
                args![session.workspace()],
                |row| {
                    let group = StoredGroup {
                        id: GroupId(row.int(0)?),
                        interest: row.text(2)?,
                        name: row.text(3)?,
                        members: Vec::new(),
                        assignments: Vec::new(),
                        requests: Vec::new(),
                    };
                    Ok((CompanyId(row.int(1)?), group))
                },
            )
            .await?;
        let ids: Vec<GroupId> = groups.iter().map(|(_, group)| group.id).collect();
        let mut members = members_of(&mut session, &ids).await?;
        let mut assignments = assignments_of(&mut session, &ids).await?;
        let mut requests = requests_of(&mut session, &ids).await?;
        let mut found: BTreeMap<CompanyId, Vec<StoredGroup>> = BTreeMap::new();
        for (company, mut group) in groups {
            group.members = members.remove(&group.id).unwrap_or_default();
            group.assignments = assignments.remove(&group.id).unwrap_or_default();
            group.requests = requests.remove(&group.id).unwrap_or_default();
            found.entry(company).or_default().push(group);
        }
        Ok(found)
    }

    /// The groups of these companies as they were computed.
    pub async fn load_groups_of_companies(
        &self,
        companies: &[CompanyId],
    ) -> Result<BTreeMap<CompanyId, Vec<GroupRow>>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch_rows(
                "SELECT group_id, interest, company_id, name, stage, completeness, engagement, roles, intent, created_at,
                     changed_at FROM buying_group WHERE workspace_id = $1 AND company_id IN ({rows})",
                companies.iter().map(|company| args![company.0]).collect(),
                args![session.workspace()],
                group_row,
            )
            .await?;
        let mut found: BTreeMap<CompanyId, Vec<GroupRow>> = BTreeMap::new();
        for row in rows {
            found.entry(row.company).or_default().push(row);
        }
        Ok(found)
    }

    /// The groups that these contacts are members of, with their role.
    pub async fn load_groups_of_contacts(
        &self,
        contacts: &[ContactId],
    ) -> Result<BTreeMap<ContactId, Vec<(GroupRow, Member)>>> {
        let mut session = self.read().await?;
        let members = session
            .fetch_rows(
                "SELECT group_id, contact_id, role, source, since FROM group_member
                 WHERE workspace_id = $1 AND contact_id IN ({rows})",
                contacts.iter().map(|contact| args![*contact]).collect(),
                args![session.workspace()],
                |row| Ok((GroupId(row.int(0)?), member(row)?)),
            )
            .await?;
        let ids: std::collections::BTreeSet<GroupId> = members.iter().map(|(group, _)| *group).collect();
        let groups: BTreeMap<GroupId, GroupRow> = session
            .fetch_rows(
                "SELECT group_id, interest, company_id, name, stage, completeness, engagement, roles, intent, created_at,
                     changed_at FROM buying_group WHERE workspace_id = $1 AND group_id IN ({rows})",
                ids.into_iter().map(|id| args![id.0]).collect(),
                args![session.workspace()],
                group_row,
            )
            .await?
            .into_iter()
            .map(|row| (row.id, row))
            .collect();
        let mut found: BTreeMap<ContactId, Vec<(GroupRow, Member)>> = BTreeMap::new();
        for (group, member) in members {
            if let Some(row) = groups.get(&group) {
                found.entry(member.contact).or_default().push((row.clone(), member));
            }
        }
        Ok(found)
    }

    /// Every group, by name.
    pub async fn list_groups(&self) -> Result<Vec<GroupRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT group_id, interest, company_id, name, stage, completeness, engagement, roles, intent, created_at,
                     changed_at FROM buying_group WHERE workspace_id = $1 ORDER BY name, group_id",
                args![session.workspace()],
                group_row,
            )
            .await
    }

    /// The members of these groups.
    pub async fn load_members(&self, groups: &[GroupId]) -> Result<BTreeMap<GroupId, Vec<Member>>> {
        members_of(&mut self.read().await?, groups).await
    }

    /// Requests to move a group to a stage.
    pub async fn list_stage_requests(&self, group: GroupId) -> Result<Vec<StageRequest>> {
        Ok(requests_of(&mut self.read().await?, &[group]).await?.remove(&group).unwrap_or_default())
    }

    /// The engagement of these contacts.
    pub async fn load_engagement(&self, contacts: &[ContactId]) -> Result<BTreeMap<ContactId, EngagementRow>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch_rows(
                "SELECT contact_id, exact, shown, changed_at FROM engagement_value
                 WHERE workspace_id = $1 AND contact_id IN ({rows})",
                contacts.iter().map(|contact| args![*contact]).collect(),
                args![session.workspace()],
                |row| {
                    Ok(EngagementRow {
                        contact: ContactId(row.int(0)?),
                        exact: number(row, 1)?,
                        shown: number(row, 2)?,
                        changed_at: row.instant(3)?,
                    })
                },
            )
            .await?;
        Ok(rows.into_iter().map(|row| (row.contact, row)).collect())
    }

    /// The calibration in force.
    pub async fn find_calibration(&self) -> Result<Option<Calibration>> {
        let mut session = self.read().await?;
        session
            .fetch_optional(
                "SELECT maxima FROM calibration WHERE workspace_id = $1 ORDER BY taken_at DESC LIMIT 1",
                args![session.workspace()],
                |row| row.json(0),
            )
            .await
    }
}

fn member(row: &Row) -> Result<Member> {
    Ok(Member {
        contact: ContactId(row.int(1)?),
        role: row.text(2)?,
        source: source(&row.text(3)?)?,
        since: row.instant(4)?,
    })
}

async fn members_of(session: &mut Session, groups: &[GroupId]) -> Result<BTreeMap<GroupId, Vec<Member>>> {
    let rows = session
        .fetch_rows(
            "SELECT group_id, contact_id, role, source, since FROM group_member
             WHERE workspace_id = $1 AND group_id IN ({rows})",
            groups.iter().map(|group| args![group.0]).collect(),
            args![session.workspace()],
            |row| Ok((GroupId(row.int(0)?), member(row)?)),
        )
        .await?;
    let mut found: BTreeMap<GroupId, Vec<Member>> = BTreeMap::new();
    for (group, member) in rows {
        found.entry(group).or_default().push(member);
    }
    for members in found.values_mut() {
        members.sort_by_key(|member| member.contact);
    }
    Ok(found)
}

async fn assignments_of(session: &mut Session, groups: &[GroupId]) -> Result<BTreeMap<GroupId, Vec<AssignmentFact>>> {
    let rows = session
        .fetch_rows(
            "SELECT group_id, decision_id, contact_id, role, source, decided_at FROM group_decision
             WHERE workspace_id = $1 AND group_id IN ({rows})",
            groups.iter().map(|group| args![group.0]).collect(),
            args![session.workspace()],
            |row| {
                let change = match row.text_or_null(3)? {
                    Some(role) => AssignmentChange::Assign { role },
                    None => AssignmentChange::Remove,
                };
                let source = match source(&row.text(4)?)? {
                    Source::Manual => AssignmentSource::Manual,
                    Source::Journey | Source::Automatic => AssignmentSource::Journey,
                };
                let contact = ContactId(row.int(2)?);
                let fact = AssignmentFact { id: row.int(1)?, at: row.instant(5)?, contact, source, change };
                Ok((GroupId(row.int(0)?), fact))
            },
        )
        .await?;
    let mut found: BTreeMap<GroupId, Vec<AssignmentFact>> = BTreeMap::new();
    for (group, fact) in rows {
        found.entry(group).or_default().push(fact);
    }
    Ok(found)
}

async fn requests_of(session: &mut Session, groups: &[GroupId]) -> Result<BTreeMap<GroupId, Vec<StageRequest>>> {
    let rows = session
        .fetch_rows(
            "SELECT group_id, event_id, to_stage, cause, moved_at FROM group_stage
             WHERE workspace_id = $1 AND group_id IN ({rows})",
            groups.iter().map(|group| args![group.0]).collect(),
            args![session.workspace()],
            |row| {
                let cause = stage_cause(&row.text(3)?)?;
                let request = StageRequest { id: row.int(1)?, at: row.instant(4)?, to: row.text(2)?, cause };
                Ok((GroupId(row.int(0)?), request))
            },
        )
        .await?;
    let mut found: BTreeMap<GroupId, Vec<StageRequest>> = BTreeMap::new();
    for (group, request) in rows {
        found.entry(group).or_default().push(request);
    }
    Ok(found)
}

const fn stage_cause_word(cause: StageCause) -> &'static str {
    match cause {
        StageCause::Manual => "manual",
        StageCause::Journey => "journey",
        StageCause::Condition => "condition",
    }
}

fn stage_cause(word: &str) -> Result<StageCause> {
    [StageCause::Manual, StageCause::Journey, StageCause::Condition]
        .into_iter()
        .find(|cause| stage_cause_word(*cause) == word)
        .ok_or_else(|| StoreError::inconsistent("an unknown cause of a stage"))
}

fn group_row(row: &Row) -> Result<GroupRow> {
    let interest = row.text(1)?;
    let stage = row.text_or_null(4)?;
    let roles: Completeness = row.json(7)?;
    let engagement = number(row, 6)?;
    let shown = engagement.round(crate::domain::model::Rounding::Whole);
    Ok(GroupRow {
        id: GroupId(row.int(0)?),
        fact: crate::domain::buying_group::fact_of_group(&interest, &roles, shown, stage.as_deref()),
        interest,
        company: CompanyId(row.int(2)?),
        name: row.text(3)?,
        stage,
        completeness: number(row, 5)?,
        engagement,
        roles,
        intent: row.json(8)?,
        created_at: row.instant(9)?,
        changed_at: row.instant(10)?,
    })
}
