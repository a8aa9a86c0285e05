//! The workflow pass: contacts that are marked or due are enrolled, advanced, unenrolled; what their steps want is written down
//! with the state that wants it, so that each is wanted once.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;

use super::Recompute;
use crate::domain::buying_group::fact_of_member;
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{CompanyFacts, Facts, GroupFact, Uses, WorkflowFact};
use crate::domain::model::{CompanyId, ContactId, Fields};
use crate::domain::workflow::{CompiledWorkflow, Counting, Moment, State, StepKind, WorkflowModel, advance, counting};
use crate::engine::EngineError;
use crate::store::{EnrollmentRow, PlaceKind, WishRow, WorkflowRow};

/// Contacts per transaction.
const BATCH: usize = 500;
const DAY_MS: i64 = 86_400_000;

/// A company as criteria ask it, owned.
struct Account {
    fields: Fields,
    markets: BTreeSet<String>,
    views: BTreeSet<String>,
    intent: BTreeSet<String>,
    visits: Vec<Timestamp>,
    in_crm: bool,
}

/// The workflows, compiled, and what is known of them.
struct Ready {
    workflows: Vec<CompiledWorkflow>,
    rows: BTreeMap<String, WorkflowRow>,
    /// Whether any criterion counts visits.
    visits: bool,
    /// Whether any criterion asks where a contact stands in workflows.
    standings: bool,
}

impl Recompute {
    /// Looks at every contact whose workflows are marked or due. Says whether there was any.
    pub(super) async fn run_workflows(&self) -> Result<bool, EngineError> {
        let mut any = false;
        let mut looked: BTreeSet<ContactId> = BTreeSet::new();
        loop {
            let mut batch: BTreeMap<ContactId, Option<i64>> = self
                .store
                .claim_dirty_workflows(BATCH as u32)
                .await?
                .into_iter()
                .map(|(id, generation)| (id, Some(generation)))
                .collect();
            if batch.len() < BATCH {
                // Whoever has been looked at by this instant is not due by it again.
                let due = self.store.list_workflows_due(self.now, (BATCH - batch.len()) as u32).await?;
                for id in due.into_iter().filter(|id| !looked.contains(id)) {
                    batch.entry(id).or_insert(None);
                }
            }
            if batch.is_empty() {
                break;
            }
            any = true;
            looked.extend(batch.keys().copied());
            let pass = self.clone();
            tokio::spawn(async move { pass.advance_contacts(&batch).await })
                .await
                .map_err(|_| EngineError::Panicked)??;
        }
        if self.all_read {
            self.end_first_pass().await?;
        }
        Ok(any)
    }

    /// Everybody has been looked at once: who meets a workflow's criteria from now on is new to it.
    async fn end_first_pass(&self) -> Result<(), EngineError> {
        let rows = self.store.list_workflows().await?;
        let named = |row: &WorkflowRow| self.rules.workflows.iter().any(|workflow| workflow.name == row.name);
        let over: Vec<WorkflowRow> = rows
            .into_iter()
            .filter(|row| !row.first_pass_done && named(row))
            .map(|row| WorkflowRow { first_pass_done: true, ..row })
            .collect();
        if !over.is_empty() {
            let mut tx = self.store.begin().await?;
            tx.upsert_workflows(&over).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn advance_contacts(&self, batch: &BTreeMap<ContactId, Option<i64>>) -> Result<(), EngineError> {
        let ids: Vec<ContactId> = batch.keys().copied().collect();
        let contacts = self.store.load_facts(&ids).await?;
        let scores = self.score_facts(&ids).await?;
        let engagement = self.store.load_engagement(&ids).await?;
        let groups = self.store.load_groups_of_contacts(&ids).await?;
        let before = self.store.load_enrollments(&ids).await?;
        let dictionary = self.store.dictionary().await?;
        let ready = self.ready_workflows(&dictionary).await?;
        let (employers, accounts) = self.accounts_of(&ids, ready.visits).await?;
        let calendar = Calendar::around(&self.zone, self.now);

        let (mut rows, mut wishes, mut due, mut told) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for contact in &contacts {
            let account = employers.get(&contact.id).and_then(|company| accounts.get(company));
            let company = account.map(|account| CompanyFacts {
                fields: &account.fields,
                markets: &account.markets,
                views: &account.views,
                intent: &account.intent,
                visits: &account.visits,
                in_crm: account.in_crm,
            });
            let members: Vec<GroupFact> = groups
                .get(&contact.id)
                .into_iter()
                .flatten()
                .map(|(group, member)| fact_of_member(&group.fact, &member.role))
                .collect();
            let empty = BTreeMap::new();
            let held = before.get(&contact.id);
            let mut standings: BTreeMap<String, WorkflowFact> = held
                .into_iter()
                .flatten()
                .map(|(name, row)| (name.clone(), standing(&row.state, row.counting)))
                .collect();
            let mut next_due: Option<Timestamp> = None;
            let mut changed = false;
            for workflow in &ready.workflows {
                let name = &workflow.model().name;
                let facts = Facts {
                    contact: &contact.fields,
                    company: company.as_ref(),
                    segments: &contact.segments,
                    activities: &contact.activities,
                    scores: scores.get(&contact.id).unwrap_or(&empty),
                    engagement: engagement.get(&contact.id).map(|row| row.shown),
                    workflows: &standings,
                    groups: &members,
                    enrolled_at: None,
                };
                let known = ready.rows.get(name);
                let first_pass = known.is_none_or(|row| !row.first_pass_done);
                let moment = Moment { now: self.now, calendar: &calendar, first_pass };
                let old = held.and_then(|held| held.get(name));
                let advance = advance(workflow, old.map(|row| &row.state), &facts, &moment);
                next_due = [next_due, advance.next_due].into_iter().flatten().min();
                let Some(state) = advance.state else { continue };
                let cleared = known.and_then(|row| row.goal_cleared_at);
                let counting = counting(workflow, Some(&state), &contact.activities, cleared);
                if let State::Enrolled(enrollment) = &state {
                    wishes.extend(advance.wishes.into_iter().map(|wish| WishRow {
                        workflow: name.clone(),
                        contact: contact.id,
                        enrolled_at: enrollment.enrolled_at,
                        step: wish.step,
                        action: wish.action,
                        wanted_at: self.now,
                    }));
                }
                let now = standing(&state, counting);
                changed |= standings.insert(name.clone(), now) != Some(now);
                if old.is_none_or(|old| old.state != state || old.counting != counting) {
                    rows.push(EnrollmentRow {
                        workflow: name.clone(),
                        contact: contact.id,
                        state,
                        counting,
                        changed_at: self.now,
                    });
                }
            }
            if changed {
                told.push(contact.id);
            }
            due.push((contact.id, next_due));
        }
        let known: BTreeSet<ContactId> = contacts.iter().map(|contact| contact.id).collect();
        due.extend(ids.iter().filter(|id| !known.contains(id)).map(|id| (*id, None)));

        let mut tx = self.store.begin().await?;
        tx.upsert_enrollments(&rows).await?;
        tx.insert_wishes(&wishes).await?;
        tx.set_workflows_due(&due).await?;
        let cleared: Vec<(ContactId, i64)> =
            batch.iter().filter_map(|(id, generation)| generation.map(|generation| (*id, generation))).collect();
        tx.clear_dirty_workflows(&cleared).await?;
        if ready.standings {
            // Another workflow, earlier in the list, may ask for what changed just now.
            tx.mark_workflows_dirty(&told).await?;
        }
        if self.writes("workflow.") {
            tx.mark_dirty(&told).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn ready_workflows(&self, dictionary: &crate::domain::model::Dictionary) -> Result<Ready, EngineError> {
        let uses = Uses::of(self.rules.workflows.iter().flat_map(criteria));
        Ok(Ready {
            workflows: self.rules.workflows.iter().map(|model| CompiledWorkflow::new(model, dictionary)).collect(),
            rows: self.store.list_workflows().await?.into_iter().map(|row| (row.name.clone(), row)).collect(),
            visits: uses.visits,
            standings: !uses.goals.is_empty() || !uses.enrollments.is_empty(),
        })
    }

    async fn accounts_of(
        &self,
        contacts: &[ContactId],
        visits: bool,
    ) -> Result<(BTreeMap<ContactId, CompanyId>, BTreeMap<CompanyId, Account>), EngineError> {
        let employers = self.store.load_primary_companies(contacts).await?;
        let ids: Vec<CompanyId> = employers.values().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let intent = self.store.load_intent(&ids).await?;
        let mut markets = self.store.load_places(PlaceKind::Market, &ids).await?;
        let mut views = self.store.load_places(PlaceKind::View, &ids).await?;
        let mut seen: BTreeMap<CompanyId, Vec<Timestamp>> = BTreeMap::new();
        if visits {
            let since = self.now.plus_ms(-self.visit_retention_days * DAY_MS);
            for visit in self.store.load_company_visits(&ids, since).await?.visits {
                seen.entry(visit.company).or_default().push(visit.at);
            }
        }
        let mut accounts = BTreeMap::new();
        for (id, company) in self.store.load_companies(&ids).await? {
            let entered = |standings: BTreeMap<String, crate::domain::view::Standing>| {
                standings.into_iter().filter(|(_, at)| at.entered_at.is_some()).map(|(name, _)| name).collect()
            };
            let mut visits = seen.remove(&id).unwrap_or_default();
            visits.sort_unstable();
            let met = intent.get(&id).map(|row| row.evaluation.met.iter().map(|met| met.name.clone()).collect());
            let account = Account {
                fields: company.fields,
                markets: entered(markets.remove(&id).unwrap_or_default()),
                views: entered(views.remove(&id).unwrap_or_default()),
                intent: met.unwrap_or_default(),
                visits,
                in_crm: company.in_crm,
            };
            accounts.insert(id, account);
        }
        Ok((employers, accounts))
    }
}

fn standing(state: &State, counting: Counting) -> WorkflowFact {
    WorkflowFact {
        enrolled: matches!(state, State::Enrolled(enrollment) if enrollment.is_active()),
        goal_achieved: counting == Counting::Counts,
    }
}

/// Every criterion of a workflow.
fn criteria(model: &WorkflowModel) -> Vec<&crate::domain::criteria::Criterion> {
    let mut found = vec![&model.enroll];
    found.extend(&model.goal);
    let mut steps: Vec<_> = model.steps.iter().collect();
    while let Some(step) = steps.pop() {
        match &step.kind {
            StepKind::WaitFor { yes, no, .. } => steps.extend(yes.iter().chain(no)),
            StepKind::Condition { branches, otherwise } => {
                for branch in branches {
                    found.push(&branch.when);
                    steps.extend(&branch.steps);
                }
                steps.extend(otherwise);
            }
            StepKind::Delay(_) | StepKind::Act(_) => {}
        }
    }
    found
}
