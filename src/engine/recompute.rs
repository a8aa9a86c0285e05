//! Transaction 2: values are computed for whoever is dirty or due, and a difference from what the vendor holds becomes an
//! outbox row in the same transaction (I3, I5).
//!
//! There are three passes: contacts (here), companies with their buying groups, and workflows. What one of them changes and
//! another depends on is marked in the transaction that changes it; the passes take turns until nobody is marked or due. A
//! contact's changes are planned by the contact pass alone, which knows all its values.

mod companies;
mod values;
mod workflows;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};
use jiff::tz::TimeZone;

use super::progress::{Event, Progress};
use super::summary::Scored;
use super::{EngineError, crash, flows};
use crate::domain::account::CompiledGroups;
use crate::domain::calendar::Calendar;
use crate::domain::engagement::Scale;
use crate::domain::mapping::{MappingSet, Values};
use crate::domain::model::{
    ActivityObjectId, ActivityTypeId, CompanyId, ContactFacts, ContactId, Dictionary, FieldName, Fields, Value,
};
use crate::domain::plan::diff;
use crate::domain::score::{CompiledScore, Evaluation, evaluate_in};
use crate::rules::RuleSet;
use crate::store::{Desired, EngagementRow, LoadedContact, Store, ValueRow};

/// Contacts per transaction.
const BATCH: usize = 500;
/// Turns of the passes in one run. Two or three do; a circle that rules make ends here and goes on in the next cycle.
const TURNS: usize = 8;

/// Where computed values go.
#[derive(Clone)]
pub struct Target {
    pub connection: ConnectionName,
    pub mapping: Arc<MappingSet>,
}

/// One recompute pass.
#[derive(Clone)]
pub struct Recompute {
    pub store: Store,
    pub rules: Arc<RuleSet>,
    pub rules_version: i64,
    pub targets: Vec<Target>,
    pub zone: TimeZone,
    /// Visits are kept for so many days.
    pub visit_retention_days: i64,
    pub run_id: i64,
    pub now: Timestamp,
    /// Every connection was read to its end before: whoever comes later is new to workflows.
    pub all_read: bool,
    pub progress: Arc<dyn Progress>,
}

/// The scores, compiled against a dictionary, and the newest numbers of that dictionary.
#[derive(Clone)]
struct Ready {
    scores: Vec<CompiledScore>,
    /// How engaged somebody is; `None`: no rules of engagement.
    engagement: Option<Engagement>,
    newest: (ActivityTypeId, ActivityObjectId),
}

/// Person engagement, compiled, with the scale in force.
#[derive(Clone)]
struct Engagement {
    groups: CompiledGroups,
    scale: Scale,
}

impl Ready {
    fn knows(&self, contacts: &[LoadedContact]) -> bool {
        let mut activities = contacts.iter().flat_map(|contact| &contact.activities);
        activities.all(|fact| fact.activity_type <= self.newest.0 && fact.object <= self.newest.1)
    }

    fn with(&self, dictionary: &Dictionary) -> Ready {
        let mut scores = self.scores.clone();
        scores.iter_mut().for_each(|score| score.extend(dictionary));
        let engagement = self.engagement.as_ref().map(|engagement| Engagement {
            groups: CompiledGroups::new(engagement.groups.rules(), engagement.groups.engagement(), dictionary),
            scale: engagement.scale.clone(),
        });
        Ready { scores, engagement, newest: newest(dictionary) }
    }
}

fn newest(dictionary: &Dictionary) -> (ActivityTypeId, ActivityObjectId) {
    let newest_type = dictionary.types.last_key_value().map_or(ActivityTypeId(0), |(id, _)| *id);
    (newest_type, dictionary.objects.last_key_value().map_or(ActivityObjectId(0), |(id, _)| *id))
}

impl Recompute {
    /// Computes every contact and company that is dirty or due. Gives their numbers.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn run(&self) -> Result<Scored, EngineError> {
        let waiting = self.store.count_dirty().await?;
        self.progress.note(Event::RecomputeStarted { contacts: waiting });
        let (mut contacts, mut companies) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..TURNS {
            let scale = self.scale().await?;
            let some_contacts = self.run_contacts(scale.as_ref(), &mut contacts).await?;
            let some_companies = self.run_companies(scale.as_ref(), &mut companies).await?;
            let some_workflows = self.run_workflows().await?;
            if !some_contacts && !some_companies && !some_workflows {
                break;
            }
        }
        Ok(Scored { contacts: contacts.len() as u64, companies: companies.len() as u64 })
    }

    /// Computes every contact that is dirty or due, and notes them. Says whether there was any.
    async fn run_contacts(&self, scale: Option<&Scale>, seen: &mut BTreeSet<ContactId>) -> Result<bool, EngineError> {
        let dictionary = self.store.dictionary().await?;
        let scores = self.rules.scores.iter().map(|model| CompiledScore::new(model, &dictionary)).collect();
        let engagement = self.rules.engagement.as_ref().zip(scale).map(|(model, scale)| Engagement {
            groups: CompiledGroups::new(&self.rules.buying_groups, model, &dictionary),
            scale: scale.clone(),
        });
        let ready = Arc::new(Ready { scores, engagement, newest: newest(&dictionary) });
        let mut any = false;
        loop {
            let mut batch: BTreeMap<ContactId, Option<i64>> = self
                .store
                .claim_dirty(BATCH as u32)
                .await?
                .into_iter()
                .map(|(id, generation)| (id, Some(generation)))
                .collect();
            if batch.len() < BATCH {
                for id in self.store.list_due(self.now, (BATCH - batch.len()) as u32).await? {
                    batch.entry(id).or_insert(None);
                }
            }
            if batch.is_empty() {
                return Ok(any);
            }
            any = true;
            // Whoever is computed again in a later turn was told of already.
            let count = batch.keys().filter(|id| seen.insert(**id)).count() as u64;
            let pass = self.clone();
            let ready = Arc::clone(&ready);
            tokio::spawn(async move { pass.compute(&ready, &batch).await })
                .await
                .map_err(|_| EngineError::Panicked)??;
            self.progress.note(Event::Recomputed { contacts: count });
        }
    }

    async fn compute(&self, ready: &Ready, batch: &BTreeMap<ContactId, Option<i64>>) -> Result<(), EngineError> {
        let ids: Vec<ContactId> = batch.keys().copied().collect();
        let mut contacts = self.store.load_facts(&ids).await?;
        let flowing = flows::look_at(&self.store, &self.targets, &ids, &self.zone, self.now).await?;
        let overlaid = overlay(&mut contacts, &flowing.fields);
        let ready = self.knowing(ready, &contacts).await?;
        let before = self.store.load_values(&ids).await?;
        let engaged_before = self.store.load_engagement(&ids).await?;
        let mut standing = self.standing_values(&ids).await?;
        let calendar = Calendar::around(&self.zone, self.now);
        let mut values = Vec::new();
        let mut engaged = Vec::new();
        let mut due = Vec::new();
        let mut computed: BTreeMap<ContactId, Values> = BTreeMap::new();
        for contact in &contacts {
            let facts =
                ContactFacts { fields: &contact.fields, segments: &contact.segments, activities: &contact.activities };
            let mut next_due: Option<Timestamp> = None;
            let mut results = standing.remove(&contact.id).unwrap_or_default();
            for (model, score) in self.rules.scores.iter().zip(&ready.scores) {
                let evaluation = evaluate_in(score, &facts, self.now, &calendar);
                next_due = [next_due, evaluation.next_due].into_iter().flatten().min();
                put_values(&mut results, &model.name, &evaluation);
                let old = before.get(&contact.id).and_then(|values| values.get(&model.name));
                if let Some(row) = self.changed_row(old, &evaluation) {
                    values.push((contact.id, model.name.clone(), row));
                }
            }
            if let Some(Engagement { groups, scale }) = &ready.engagement {
                let person = groups.person(&contact.activities, scale, self.now, &calendar);
                next_due = [next_due, person.counts.next_due].into_iter().flatten().min();
                results.insert("engagement".to_owned(), Some(Value::Number(person.shown)));
                let old = engaged_before.get(&contact.id);
                if old.is_none_or(|old| old.exact != person.exact) {
                    let same = old.filter(|old| old.shown == person.shown);
                    engaged.push(EngagementRow {
                        contact: contact.id,
                        exact: person.exact,
                        shown: person.shown,
                        changed_at: same.map_or(self.now, |old| old.changed_at),
                    });
                }
            }
            due.push((contact.id, next_due));
            computed.insert(contact.id, results);
        }
        let desired = self.differences(&ids, &computed, &flowing).await?;

        crash::point("recompute.before_commit").await;
        let mut tx = self.store.begin().await?;
        tx.upsert_values(&values).await?;
        tx.upsert_engagement(&engaged).await?;
        if !self.rules.workflows.is_empty() {
            tx.mark_workflows_dirty(&ids).await?;
        }
        if self.companies_ask_people() {
            let companies: Vec<CompanyId> = tx.find_companies_of(&ids).await?.into_iter().collect();
            tx.mark_companies_dirty(&companies).await?;
        }
        tx.set_due(&due).await?;
        tx.upsert_outbox(&desired, self.now).await?;
        tx.put_flow_states(&flowing.states).await?;
        let changed: Vec<(ContactId, &Fields)> = contacts
            .iter()
            .filter(|contact| overlaid.contains(&contact.id))
            .map(|contact| (contact.id, &contact.fields))
            .collect();
        tx.set_contact_fields(&changed).await?;
        for (connection, issue) in &flowing.asked {
            tx.insert_issues(self.run_id, connection, std::slice::from_ref(issue), self.now).await?;
        }
        let cleared: Vec<(ContactId, i64)> =
            batch.iter().filter_map(|(id, generation)| generation.map(|generation| (*id, generation))).collect();
        tx.clear_dirty(&cleared).await?;
        // Contacts that are gone have no facts: their instants go too, or they would be due for ever.
        let known: BTreeSet<ContactId> = contacts.iter().map(|contact| contact.id).collect();
        let gone: Vec<_> = ids.iter().filter(|id| !known.contains(id)).map(|id| (*id, None)).collect();
        tx.set_due(&gone).await?;
        tx.commit().await?;
        crash::point("recompute.after_commit").await;
        Ok(())
    }

    /// The scores with every name that these contacts' activities use. The collector stores visits while a pass runs: their
    /// pages may be newer than the names that the pass began with.
    async fn knowing<'a>(&self, ready: &'a Ready, contacts: &[LoadedContact]) -> Result<Cow<'a, Ready>, EngineError> {
        if ready.knows(contacts) {
            return Ok(Cow::Borrowed(ready));
        }
        let dictionary = self.store.dictionary().await?;
        Ok(Cow::Owned(ready.with(&dictionary)))
    }

    fn changed_row(&self, old: Option<&ValueRow>, evaluation: &Evaluation) -> Option<ValueRow> {
        let same = old.is_some_and(|old| {
            old.exact == evaluation.exact
                && old.shown == evaluation.shown
                && old.label == evaluation.label
                && old.rules_version == self.rules_version
        });
        let changed = old.is_none_or(|old| old.shown != evaluation.shown || old.label != evaluation.label);
        (!same).then(|| ValueRow {
            exact: evaluation.exact,
            shown: evaluation.shown,
            label: evaluation.label.clone(),
            as_of: self.now,
            rules_version: self.rules_version,
            changed_at: if changed { self.now } else { old.map_or(self.now, |old| old.changed_at) },
        })
    }

    /// What each destination has to be told about these contacts. A contact without a difference gets an empty set, which
    /// withdraws a change that was planned and is not needed any more.
    async fn differences(
        &self,
        ids: &[ContactId],
        computed: &BTreeMap<ContactId, Values>,
        flowing: &flows::Flowing,
    ) -> Result<Vec<Desired>, EngineError> {
        let kind = ObjectKind::Contact;
        let mut desired = Vec::new();
        for target in &self.targets {
            let places = self.store.load_targets(&target.connection, kind, ids).await?;
            let records: Vec<ExternalId> = places.values().flatten().map(|place| place.external_id.clone()).collect();
            let frozen = self.store.load_frozen(&target.connection, kind, &records).await?;
            let on_the_way = if frozen.is_empty() && target.mapping.ports.is_empty() {
                BTreeMap::new()
            } else {
                self.store.load_on_the_way(&target.connection, kind, &records).await?
            };
            for (id, places) in places {
                let Some(values) = computed.get(&id) else { continue };
                let wanted = target.mapping.desired(kind, values);
                for place in places {
                    let mut set = diff(&wanted, &place.owned);
                    let mut previous: BTreeMap<String, Option<String>> =
                        set.keys().map(|name| (name.clone(), place.owned.get(name).cloned().flatten())).collect();
                    let under_way = on_the_way.get(&place.external_id);
                    let record = (target.connection.clone(), place.external_id.clone());
                    if let Some(wishes) = flowing.wanted.get(&record) {
                        flows::add_wishes(&mut set, &mut previous, wishes, under_way);
                    }
                    flows::leave_frozen(&mut set, &place.external_id, &frozen, under_way);
                    previous.retain(|name, _| set.contains_key(name));
                    desired.push(Desired {
                        connection: target.connection.clone(),
                        kind,
                        external_id: place.external_id,
                        local_id: id.0,
                        set,
                        previous,
                        run_id: self.run_id,
                    });
                }
            }
        }
        Ok(desired)
    }
}

/// Puts what flows decided into the contacts' fields; who got another value by it.
fn overlay(
    contacts: &mut [LoadedContact],
    fields: &BTreeMap<ContactId, Vec<(FieldName, Option<Value>)>>,
) -> BTreeSet<ContactId> {
    let mut changed = BTreeSet::new();
    for contact in contacts {
        for (field, value) in fields.get(&contact.id).into_iter().flatten() {
            if contact.fields.get(field) != value.as_ref() {
                changed.insert(contact.id);
                match value {
                    Some(value) => _ = contact.fields.insert(field.clone(), value.clone()),
                    None => _ = contact.fields.remove(field),
                }
            }
        }
    }
    changed
}

fn put_values(values: &mut Values, score: &str, evaluation: &Evaluation) {
    values.insert(format!("score.{score}"), Some(Value::Number(evaluation.shown)));
    values.insert(format!("score.{score}.label"), evaluation.label.clone().map(Value::Text));
}
