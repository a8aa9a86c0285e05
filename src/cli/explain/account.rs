//! One company with everything that is computed of it, loaded once: for explanations of its intent, its groups and the goals of
//! its people. The same functions compute it as in a cycle, at whatever instant is asked for.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;

use crate::cli::Failure;
use crate::domain::account::{AccountFacts, AccountValues, CompiledAccounts, compute};
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{CompanyFacts, GroupFact, ScoreFact};
use crate::domain::intent::{Held, Visit};
use crate::domain::model::{ActivityFact, CompanyId, ContactFacts, ContactId, Dictionary};
use crate::domain::score::{CompiledScore, evaluate_in};
use crate::domain::view::Standing;
use crate::engine::cycle::Engine;
use crate::store::{GroupRow, IntentRow, LoadedCompany, LoadedContact, PlaceKind};

const DAY_MS: i64 = 86_400_000;

/// A company at an instant.
pub(crate) struct Account {
    pub(crate) company: LoadedCompany,
    pub(crate) people: Vec<LoadedContact>,
    /// The people's scores at the instant.
    pub(super) scores: BTreeMap<ContactId, BTreeMap<String, ScoreFact>>,
    /// Sorted; later ones are there too, and no computation looks at them.
    pub(super) visits: Vec<Visit>,
    pub(super) groups: Vec<GroupRow>,
    pub(super) values: AccountValues,
    pub(crate) dictionary: Dictionary,
    pub(super) rules: CompiledAccounts,
    pub(super) calendar: Calendar,
    pub(super) as_of: Timestamp,
    /// Of all people, sorted by time.
    pub(super) activities: Vec<ActivityFact>,
    /// Names of the views that it is in at the instant.
    pub(super) views: BTreeSet<String>,
    met: BTreeSet<String>,
    instants: Vec<Timestamp>,
}

impl Account {
    /// Loads and computes a company.
    ///
    /// # Errors
    /// When the instant lies before the oldest visits that are kept.
    pub(crate) async fn load(engine: &Engine, id: CompanyId, as_of: Timestamp) -> Result<Account, Failure> {
        let (store, settings) = (&engine.store, &engine.settings);
        let now = engine.clock.now();
        let kept_from = now.plus_ms(-settings.visit_retention_days * DAY_MS);
        if as_of < kept_from {
            let days = settings.visit_retention_days;
            return Err(Failure::Input(format!(
                "visits are kept for {days} days, so nothing can be explained before {}",
                super::day(kept_from, &settings.zone)
            )));
        }
        let Some(company) = store.load_companies(&[id]).await?.remove(&id) else {
            return Err(Failure::Input("this company does not exist any more".into()));
        };
        let people = store.load_people(&[id]).await?.remove(&id).unwrap_or_default();
        let people = store.load_facts(&people.into_iter().collect::<Vec<_>>()).await?;
        let mut visits: Vec<Visit> =
            store.load_company_visits(&[id], kept_from).await?.visits.iter().map(|visit| visit.visit()).collect();
        visits.sort_unstable();
        visits.dedup();
        let before: Option<IntentRow> = store.load_intent(&[id]).await?.remove(&id);
        let groups = store.load_groups_of_companies(&[id]).await?.remove(&id).unwrap_or_default();
        let standings: BTreeMap<String, Standing> = match as_of < now {
            // Where it stands now says nothing about the past.
            true => BTreeMap::new(),
            false => store.load_places(PlaceKind::View, &[id]).await?.remove(&id).unwrap_or_default(),
        };
        // After the facts: their pages and types are in it.
        let dictionary = store.dictionary().await?;
        let calendar = Calendar::around(&settings.zone, as_of);
        let rules = &engine.rules.rules;
        let compiled = CompiledAccounts::new(&rules.markets, &rules.intent, &rules.views, &dictionary);
        let models: Vec<(&str, CompiledScore)> =
            rules.scores.iter().map(|model| (model.name.as_str(), CompiledScore::new(model, &dictionary))).collect();
        let scores = people.iter().map(|contact| {
            let facts =
                ContactFacts { fields: &contact.fields, segments: &contact.segments, activities: &contact.activities };
            let of_contact = models.iter().map(|(name, score)| {
                let value = evaluate_in(score, &facts, as_of, &calendar);
                ((*name).to_owned(), ScoreFact { shown: value.shown, label: value.label })
            });
            (contact.id, of_contact.collect())
        });
        let scores = scores.collect();
        let mut activities: Vec<ActivityFact> =
            people.iter().flat_map(|contact| contact.activities.iter().copied()).collect();
        activities.sort_unstable();
        let group_facts: Vec<GroupFact> = groups.iter().map(|row| row.fact.clone()).collect();
        let facts = AccountFacts {
            fields: &company.fields,
            domain: company.domain.as_deref(),
            segments: &company.segments,
            in_crm: company.in_crm,
            visits: &visits,
            activities: &activities,
            groups: &group_facts,
            held: Held {
                since: before.and_then(|before| before.evaluation.since).filter(|since| *since <= as_of),
                complete_from: Some(kept_from),
            },
            standings: &standings,
        };
        let values = compute(&compiled, &facts, as_of, &calendar);
        let entered = values.standings.iter().filter(|(_, standing)| standing.entered_at.is_some());
        let views = entered.map(|(name, _)| name.clone()).collect();
        let met = values.intent.met.iter().map(|criterion| criterion.name.clone()).collect();
        let instants = visits.iter().map(|visit| visit.at).collect();
        Ok(Account {
            company,
            people,
            scores,
            visits,
            groups,
            values,
            dictionary,
            rules: compiled,
            calendar,
            as_of,
            activities,
            views,
            met,
            instants,
        })
    }

    /// The company as criteria ask it.
    pub(super) fn facts(&self) -> CompanyFacts<'_> {
        CompanyFacts {
            fields: &self.company.fields,
            markets: &self.values.markets,
            views: &self.views,
            intent: &self.met,
            visits: &self.instants,
            in_crm: self.company.in_crm,
        }
    }

    /// Domain and record, for the first line of an answer.
    pub(super) fn called(&self) -> String {
        let domain = self.company.domain.as_deref().unwrap_or("no domain");
        let known = if self.company.in_crm { "in the CRM" } else { "not in the CRM" };
        format!("{} ({domain}, {known})", self.company.name())
    }
}
