//! The company pass: markets, intent, views and buying groups of whoever is marked or due, and what their records at the
//! vendors lack of it (I3, I5).

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::ObjectKind;

use super::Recompute;
use super::values::{company_values, local_ids};
use crate::domain::account::{
    AccountFacts, AccountGroups, AccountValues, CompiledAccounts, CompiledGroups, GroupAccount, Person, StoredGroup,
    compute, compute_groups,
};
use crate::domain::buying_group::{GroupId, StageCause, fact_of_group};
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{CompanyFacts, GroupFact, ScoreFact, Uses};
use crate::domain::engagement::{
    Activity, Counter, GroupSeats, Method, PersonCounts, Scale, Seat, calibrate, needs_calibration,
};
use crate::domain::intent::{Held, Visit};
use crate::domain::mapping::Values;
use crate::domain::model::{ActivityFact, CompanyId, ContactId, Dictionary};
use crate::domain::plan::diff;
use crate::domain::view::{Change, Standing};
use crate::engine::{EngineError, crash};
use crate::store::{
    Desired, FieldChange, GroupRow, GroupUpsert, IntentRow, LoadedCompany, LoadedContact, PlaceKind, Places, ViewEvent,
};

/// Companies per transaction. Each brings its people along.
const BATCH: usize = 100;
const DAY_MS: i64 = 86_400_000;

/// The rules about companies, compiled.
struct Ready {
    accounts: CompiledAccounts,
    groups: Option<(CompiledGroups, Scale)>,
}

/// What a batch of companies is computed from.
struct Loaded {
    companies: BTreeMap<CompanyId, LoadedCompany>,
    people: BTreeMap<CompanyId, BTreeSet<ContactId>>,
    contacts: BTreeMap<ContactId, LoadedContact>,
    scores: BTreeMap<ContactId, BTreeMap<String, ScoreFact>>,
    visits: BTreeMap<CompanyId, Vec<Visit>>,
    intent: BTreeMap<CompanyId, IntentRow>,
    markets: Places,
    views: Places,
    groups: BTreeMap<CompanyId, Vec<StoredGroup>>,
    rows: BTreeMap<CompanyId, Vec<GroupRow>>,
}

/// What is to be stored of a batch.
#[derive(Default)]
struct Outcome {
    intent: Vec<IntentRow>,
    markets: Places,
    views: Places,
    events: Vec<ViewEvent>,
    changes: Vec<FieldChange>,
    due: Vec<(CompanyId, Option<Timestamp>)>,
    groups: Vec<(Option<GroupId>, GroupUpsert, Vec<String>)>,
    /// Companies whose people must be looked at again, because what they can ask of the company changed.
    told: BTreeSet<CompanyId>,
    /// Members whose role or group changed.
    moved: BTreeSet<ContactId>,
    values: BTreeMap<CompanyId, Values>,
}

impl Recompute {
    /// Whether a change of a contact can change what is computed of its companies.
    pub(super) fn companies_ask_people(&self) -> bool {
        self.uses_groups() || self.asks_activities()
    }

    fn uses_groups(&self) -> bool {
        self.rules.engagement.is_some() && !self.rules.buying_groups.interests.is_empty()
    }

    fn asks_activities(&self) -> bool {
        let markets = self.rules.markets.iter().map(|market| &market.criterion);
        let views = self.rules.views.iter().map(|view| &view.criterion);
        !Uses::of(markets.chain(views)).activity_types.is_empty()
    }

    /// Computes every company that is marked or due, and notes them. Says whether there was any.
    pub(super) async fn run_companies(
        &self,
        scale: Option<&Scale>,
        seen: &mut BTreeSet<CompanyId>,
    ) -> Result<bool, EngineError> {
        let mut any = false;
        let mut looked: BTreeSet<CompanyId> = BTreeSet::new();
        loop {
            let mut batch: BTreeMap<CompanyId, Option<i64>> = self
                .store
                .claim_dirty_companies(BATCH as u32)
                .await?
                .into_iter()
                .map(|(id, generation)| (id, Some(generation)))
                .collect();
            if batch.len() < BATCH {
                // Whoever has been looked at by this instant is not due by it again.
                let due = self.store.list_companies_due(self.now, (BATCH - batch.len()) as u32).await?;
                for id in due.into_iter().filter(|id| !looked.contains(id)) {
                    batch.entry(id).or_insert(None);
                }
            }
            if batch.is_empty() {
                return Ok(any);
            }
            any = true;
            looked.extend(batch.keys().copied());
            seen.extend(batch.keys().copied());
            let pass = self.clone();
            let scale = scale.cloned();
            tokio::spawn(async move { pass.compute_companies(scale.as_ref(), &batch).await })
                .await
                .map_err(|_| EngineError::Panicked)??;
        }
    }

    async fn compute_companies(
        &self,
        scale: Option<&Scale>,
        batch: &BTreeMap<CompanyId, Option<i64>>,
    ) -> Result<(), EngineError> {
        let ids: Vec<CompanyId> = batch.keys().copied().collect();
        let loaded = self.load_accounts(&ids).await?;
        // After the facts: their pages and types are in it.
        let dictionary = self.store.dictionary().await?;
        let ready = self.ready(scale, &dictionary);
        let calendar = Calendar::around(&self.zone, self.now);
        let mut outcome = Outcome::default();
        for company in loaded.companies.values() {
            self.compute_company(&ready, &loaded, company, &calendar, &mut outcome);
        }
        for id in ids.iter().filter(|id| !loaded.companies.contains_key(id)) {
            outcome.due.push((*id, None));
        }
        self.note_stages(&loaded, &mut outcome).await?;
        let desired = self.company_differences(&ids, &outcome.values).await?;

        crash::point("companies.before_commit").await;
        let mut tx = self.store.begin().await?;
        tx.upsert_intent(&outcome.intent).await?;
        tx.replace_places(PlaceKind::Market, &outcome.markets).await?;
        tx.replace_places(PlaceKind::View, &outcome.views).await?;
        tx.insert_view_events(&outcome.events).await?;
        tx.insert_field_changes(&outcome.changes).await?;
        let fresh = outcome.groups.iter().filter(|(id, ..)| id.is_none()).count();
        let mut next = if fresh > 0 { tx.allocate_groups(fresh).await?.0 } else { 0 };
        let mut moves = Vec::new();
        for (id, group, stages) in &mut outcome.groups {
            let id = id.unwrap_or_else(|| {
                next += 1;
                GroupId(next - 1)
            });
            group.row.id = id;
            moves.extend(stages.drain(..).map(|stage| (id, stage, StageCause::Condition, self.now)));
        }
        let groups: Vec<GroupUpsert> = outcome.groups.into_iter().map(|(_, group, _)| group).collect();
        tx.upsert_groups(&groups).await?;
        tx.insert_stage_requests(&moves).await?;
        tx.set_companies_due(&outcome.due).await?;
        tx.upsert_outbox(&desired, self.now).await?;
        let people: Vec<ContactId> =
            outcome.told.iter().filter_map(|company| loaded.people.get(company)).flatten().copied().collect();
        if !self.rules.workflows.is_empty() {
            tx.mark_workflows_dirty(&people).await?;
        }
        if self.writes("group.") {
            tx.mark_dirty(&outcome.moved.into_iter().collect::<Vec<_>>()).await?;
        }
        let cleared: Vec<(CompanyId, i64)> =
            batch.iter().filter_map(|(id, generation)| generation.map(|generation| (*id, generation))).collect();
        tx.clear_dirty_companies(&cleared).await?;
        tx.commit().await?;
        crash::point("companies.after_commit").await;
        Ok(())
    }

    fn ready(&self, scale: Option<&Scale>, dictionary: &Dictionary) -> Ready {
        let accounts = CompiledAccounts::new(&self.rules.markets, &self.rules.intent, &self.rules.views, dictionary);
        let groups =
            self.rules.engagement.as_ref().zip(scale).filter(|_| self.uses_groups()).map(|(model, scale)| {
                (CompiledGroups::new(&self.rules.buying_groups, model, dictionary), scale.clone())
            });
        Ready { accounts, groups }
    }

    async fn load_accounts(&self, ids: &[CompanyId]) -> Result<Loaded, EngineError> {
        let since = self.now.plus_ms(-self.visit_retention_days * DAY_MS);
        let people = self.store.load_people(ids).await?;
        let everybody: Vec<ContactId> =
            people.values().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let needed: &[ContactId] = if self.companies_ask_people() { &everybody } else { &[] };
        let contacts = self.store.load_facts(needed).await?;
        let mut visits: BTreeMap<CompanyId, Vec<Visit>> = BTreeMap::new();
        for visit in self.store.load_company_visits(ids, since).await?.visits {
            visits.entry(visit.company).or_default().push(visit.visit());
        }
        for visits in visits.values_mut() {
            visits.sort_unstable();
            visits.dedup();
        }
        Ok(Loaded {
            companies: self.store.load_companies(ids).await?,
            scores: self.score_facts(needed).await?,
            contacts: contacts.into_iter().map(|contact| (contact.id, contact)).collect(),
            people,
            visits,
            intent: self.store.load_intent(ids).await?,
            markets: self.store.load_places(PlaceKind::Market, ids).await?,
            views: self.store.load_places(PlaceKind::View, ids).await?,
            groups: self.store.load_account_groups(ids).await?,
            rows: self.store.load_groups_of_companies(ids).await?,
        })
    }

    fn compute_company(
        &self,
        ready: &Ready,
        loaded: &Loaded,
        company: &LoadedCompany,
        calendar: &Calendar,
        outcome: &mut Outcome,
    ) {
        let id = company.id;
        let people: Vec<&LoadedContact> =
            loaded.people.get(&id).into_iter().flatten().filter_map(|contact| loaded.contacts.get(contact)).collect();
        let mut activities: Vec<ActivityFact> = Vec::new();
        if self.asks_activities() {
            activities = people.iter().flat_map(|contact| contact.activities.iter().copied()).collect();
            activities.sort_unstable();
        }
        let rows = loaded.rows.get(&id).map(Vec::as_slice).unwrap_or_default();
        let group_facts: Vec<GroupFact> = rows.iter().map(|row| row.fact.clone()).collect();
        let before = loaded.intent.get(&id);
        let (none, no_standings) = (Vec::new(), BTreeMap::new());
        let visits = loaded.visits.get(&id).unwrap_or(&none);
        let standings = loaded.views.get(&id).unwrap_or(&no_standings);
        let facts = AccountFacts {
            fields: &company.fields,
            domain: company.domain.as_deref(),
            segments: &company.segments,
            in_crm: company.in_crm,
            visits,
            activities: &activities,
            groups: &group_facts,
            held: Held {
                since: before.and_then(|before| before.evaluation.since),
                complete_from: Some(self.now.plus_ms(-self.visit_retention_days * DAY_MS)),
            },
            standings,
        };
        let values = compute(&ready.accounts, &facts, self.now, calendar);
        let mut due = vec![values.next_due];
        let views: BTreeSet<String> = values
            .standings
            .iter()
            .filter(|(_, standing)| standing.entered_at.is_some())
            .map(|(name, _)| name.clone())
            .collect();

        let mut group_rows: Vec<GroupRow> = rows.to_vec();
        if let Some((groups, scale)) = &ready.groups {
            let met: BTreeSet<String> = values.intent.met.iter().map(|criterion| criterion.name.clone()).collect();
            let instants: Vec<Timestamp> = visits.iter().map(|visit| visit.at).collect();
            let company_facts = CompanyFacts {
                fields: &company.fields,
                markets: &values.markets,
                views: &views,
                intent: &met,
                visits: &instants,
                in_crm: company.in_crm,
            };
            let no_scores = BTreeMap::new();
            let persons: Vec<Person<'_>> = people
                .iter()
                .map(|contact| Person {
                    contact: contact.id,
                    fields: &contact.fields,
                    segments: &contact.segments,
                    activities: &contact.activities,
                    scores: loaded.scores.get(&contact.id).unwrap_or(&no_scores),
                })
                .collect();
            let name = company.name();
            let account = GroupAccount { id, name: &name, facts: &company_facts, segments: &company.segments };
            let stored = loaded.groups.get(&id).map(Vec::as_slice).unwrap_or_default();
            let computed = compute_groups(groups, &account, &persons, stored, scale, self.now, calendar);
            due.push(computed.next_due);
            group_rows = self.note_groups(id, computed, rows, outcome);
        }
        let groups_changed = group_rows != rows;
        self.note_company(id, &values, &views, &group_rows, before, loaded, groups_changed, outcome);
        outcome.due.push((id, due.into_iter().flatten().min()));
    }

    /// Takes down what of a company's groups is to be stored; gives the groups as they are now.
    fn note_groups(
        &self,
        company: CompanyId,
        computed: AccountGroups,
        before: &[GroupRow],
        outcome: &mut Outcome,
    ) -> Vec<GroupRow> {
        let mut rows = Vec::new();
        for values in computed.groups {
            let old = values.id.and_then(|id| before.iter().find(|row| row.id == id));
            let stage = values.history.current.clone();
            let fact = fact_of_group(&values.interest, &values.completeness, values.engagement_shown, stage.as_deref());
            let mut row = GroupRow {
                id: values.id.unwrap_or(GroupId(0)),
                interest: values.interest,
                company,
                name: values.name,
                stage,
                completeness: values.completeness.exact,
                engagement: values.engagement,
                fact,
                roles: values.completeness,
                intent: serde_json::to_value(&values.intent.signals).unwrap_or_default(),
                created_at: old.map_or(self.now, |old| old.created_at),
                changed_at: old.map_or(self.now, |old| old.changed_at),
            };
            if !values.membership.changes.is_empty() {
                outcome.moved.extend(values.membership.changes.iter().map(|change| change.contact));
            }
            let same = old == Some(&row) && values.membership.changes.is_empty();
            if !same {
                row.changed_at = self.now;
                let upsert = GroupUpsert { row: row.clone(), members: values.membership.members };
                outcome.groups.push((values.id, upsert, values.moves));
            }
            rows.push(row);
        }
        rows
    }

    /// Takes down what of a company is to be stored.
    #[expect(clippy::too_many_arguments, reason = "they are the layers of one company, each made by another function")]
    fn note_company(
        &self,
        id: CompanyId,
        values: &AccountValues,
        views: &BTreeSet<String>,
        groups: &[GroupRow],
        before: Option<&IntentRow>,
        loaded: &Loaded,
        groups_changed: bool,
        outcome: &mut Outcome,
    ) {
        let same_intent = before
            .is_some_and(|before| before.evaluation == values.intent && before.rules_version == self.rules_version);
        if !same_intent {
            let changed_at =
                before.filter(|before| before.evaluation == values.intent).map_or(self.now, |before| before.changed_at);
            outcome.intent.push(IntentRow {
                company: id,
                evaluation: values.intent.clone(),
                as_of: self.now,
                rules_version: self.rules_version,
                changed_at,
            });
        }
        let empty = BTreeMap::new();
        let markets_before = loaded.markets.get(&id).unwrap_or(&empty);
        let markets: BTreeMap<String, Standing> = values
            .markets
            .iter()
            .map(|name| {
                let kept = markets_before.get(name).copied();
                (name.clone(), kept.unwrap_or(Standing { entered_at: Some(self.now), due_at: None }))
            })
            .collect();
        let views_before = loaded.views.get(&id).unwrap_or(&empty);
        let met = |intent: &crate::domain::intent::IntentEvaluation| -> Vec<String> {
            intent.met.iter().map(|criterion| criterion.name.clone()).collect()
        };
        let intent_told = before.map(|before| met(&before.evaluation)).unwrap_or_default() != met(&values.intent);
        let visits_told = before.is_none_or(|before| before.evaluation.last_visit_at != values.intent.last_visit_at);
        let entered = |standings: &BTreeMap<String, Standing>| -> BTreeSet<String> {
            standings.iter().filter(|(_, at)| at.entered_at.is_some()).map(|(name, _)| name.clone()).collect()
        };
        let places_told = markets.keys().ne(markets_before.keys()) || entered(views_before) != *views;
        if intent_told || visits_told || places_told || groups_changed {
            outcome.told.insert(id);
        }
        if markets != *markets_before {
            outcome.markets.insert(id, markets);
        }
        if values.standings != *views_before {
            outcome.views.insert(id, values.standings.clone());
        }
        outcome.events.extend(values.steps.iter().map(|(view, step)| ViewEvent {
            view: view.clone(),
            company: id,
            entered: step.change == Change::Entered,
            at: step.at,
        }));
        outcome.values.insert(id, company_values(&values.intent, &values.markets, views, groups));
    }

    /// Takes down which companies reached another stage since they were looked at last. The first look is the beginning of
    /// the history, not a change.
    async fn note_stages(&self, loaded: &Loaded, outcome: &mut Outcome) -> Result<(), EngineError> {
        let Some(rules) = &self.rules.recommendations else { return Ok(()) };
        let ids = local_ids(loaded.companies.keys().copied());
        let last = self.store.load_last_changes(ObjectKind::Company, &rules.field, &ids).await?;
        for company in loaded.companies.values() {
            let value = company.fields.get(&rules.field).map(ToString::to_string);
            let known = last.get(&company.id.0);
            if known == Some(&value) {
                continue;
            }
            outcome.changes.push(FieldChange {
                kind: ObjectKind::Company,
                local_id: company.id.0,
                field: rules.field.clone(),
                at: if known.is_none() { Timestamp::EPOCH } else { self.now },
                value,
            });
        }
        Ok(())
    }

    /// What each destination has to be told about these companies.
    async fn company_differences(
        &self,
        ids: &[CompanyId],
        computed: &BTreeMap<CompanyId, Values>,
    ) -> Result<Vec<Desired>, EngineError> {
        let kind = ObjectKind::Company;
        let mut desired = Vec::new();
        for target in &self.targets {
            if !target.mapping.writes.iter().any(|write| write.kind == kind) {
                continue;
            }
            let places = self.store.load_places_of(&target.connection, kind, &local_ids(ids.iter().copied())).await?;
            for (id, places) in places {
                let Some(values) = computed.get(&CompanyId(id)) else { continue };
                let wanted = target.mapping.desired(kind, values);
                for place in places {
                    let set = diff(&wanted, &place.owned);
                    let previous =
                        set.keys().map(|name| (name.clone(), place.owned.get(name).cloned().flatten())).collect();
                    desired.push(Desired {
                        connection: target.connection.clone(),
                        kind,
                        external_id: place.external_id,
                        local_id: id,
                        set,
                        previous,
                        run_id: self.run_id,
                    });
                }
            }
        }
        Ok(desired)
    }

    /// The scores of these contacts as criteria ask them.
    pub(super) async fn score_facts(
        &self,
        contacts: &[ContactId],
    ) -> Result<BTreeMap<ContactId, BTreeMap<String, ScoreFact>>, EngineError> {
        let values = self.store.load_values(contacts).await?;
        let fact = |row: crate::store::ValueRow| ScoreFact { shown: row.shown, label: row.label };
        Ok(values
            .into_iter()
            .map(|(contact, scores)| (contact, scores.into_iter().map(|(name, row)| (name, fact(row))).collect()))
            .collect())
    }

    /// The scale of engagement in force, measured anew when it is time; `None` without rules of engagement.
    pub(super) async fn scale(&self) -> Result<Option<Scale>, EngineError> {
        let Some(model) = &self.rules.engagement else { return Ok(None) };
        if model.method == Method::Counts {
            return Ok(Some(Scale::Counts));
        }
        let last = self.store.find_calibration().await?;
        let today = self.zone.to_datetime(self.now.to_jiff()).date();
        let quiet = last.as_ref().is_some_and(|last| last.person_max == 0 || last.group_max == 0);
        if !quiet && needs_calibration(model, last.as_ref(), today, Activity::default()).is_none() {
            return Ok(Scale::of(model, last.as_ref()));
        }
        let dictionary = self.store.dictionary().await?;
        let counter = Counter::new(model, &dictionary);
        let calendar = Calendar::around(&self.zone, self.now);
        let mut counts: BTreeMap<ContactId, PersonCounts> = BTreeMap::new();
        let mut after = ContactId(0);
        loop {
            let ids = self.store.list_contacts(after, super::BATCH as u32).await?;
            let Some(last) = ids.last() else { break };
            after = *last;
            for contact in self.store.load_facts(&ids).await? {
                let count = counter.count(&contact.activities, self.now, &calendar);
                if !count.days.is_empty() {
                    counts.insert(contact.id, count);
                }
            }
        }
        let groups = self.store.list_groups().await?;
        let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
        let members = self.store.load_members(&ids).await?;
        let seats = groups.iter().filter_map(|group| {
            let template = self.rules.buying_groups.template_of(&group.interest)?;
            let seats = members.get(&group.id).into_iter().flatten().filter_map(|member| {
                let role = template.position(&member.role)?;
                Some(Seat { role, contact: member.contact, counts: counts.get(&member.contact)? })
            });
            Some(GroupSeats::new(template.weights(), seats))
        });
        let measured = calibrate(model, today, counts.values(), seats);
        let scale = Scale::of(model, Some(&measured));
        if last.as_ref() != Some(&measured) {
            let mut tx = self.store.begin().await?;
            tx.insert_calibration(&measured, self.now).await?;
            tx.mark_all_contacts_dirty().await?;
            tx.mark_all_companies_dirty().await?;
            tx.commit().await?;
        }
        Ok(scale)
    }
}
