//! One company at one instant: the markets it is in, the intent that its visits show, the saved views that it enters and leaves.
//! The layers are computed in that order, each from the ones before it (I3), and the earliest instant at which any of them can
//! change by time alone is the company's due instant.

mod groups;

pub use groups::{
    AccountGroups, CompiledGroups, GroupAccount, GroupValues, Person, PersonEngagement, StoredGroup, compute_groups,
};

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;

use crate::domain::calendar::Calendar;
use crate::domain::criteria::{CompanyFacts, Facts, GroupFact, Verdict};
use crate::domain::intent::{CompiledIntent, Held, IntentEvaluation, IntentModel, Visit, evaluate};
use crate::domain::market::{CompiledMarkets, Market};
use crate::domain::model::{ActivityFact, Dictionary, Fields};
use crate::domain::view::{Change, CompiledViews, SavedView, Standing, Step, follow};

/// The rules about companies, compiled. Make one per rules version and extend it as the dictionary grows.
#[derive(Clone, Debug)]
pub struct CompiledAccounts {
    pub markets: CompiledMarkets,
    pub intent: CompiledIntent,
    pub views: CompiledViews,
}

impl CompiledAccounts {
    /// Compiles the rules against the names that activities use today.
    pub fn new(
        markets: &[Market],
        intent: &IntentModel,
        views: &[SavedView],
        dictionary: &Dictionary,
    ) -> CompiledAccounts {
        CompiledAccounts {
            markets: CompiledMarkets::new(markets, dictionary),
            intent: CompiledIntent::new(intent, dictionary),
            views: CompiledViews::new(views, dictionary),
        }
    }
}

/// Everything that a company's values depend on.
#[derive(Clone, Copy, Debug)]
pub struct AccountFacts<'a> {
    pub fields: &'a Fields,
    /// Its registrable domain.
    pub domain: Option<&'a str>,
    pub segments: &'a BTreeSet<String>,
    pub in_crm: bool,
    /// Sorted, without duplicates.
    pub visits: &'a [Visit],
    /// Of all its people, sorted by time; empty when no view counts activities.
    pub activities: &'a [ActivityFact],
    /// Its buying groups, as they were computed last.
    pub groups: &'a [GroupFact],
    /// What was computed before and the visits that are kept may not tell any more.
    pub held: Held,
    /// Where it stood with each view.
    pub standings: &'a BTreeMap<String, Standing>,
}

/// What is computed of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountValues {
    pub markets: BTreeSet<String>,
    pub intent: IntentEvaluation,
    /// Views that it is in or may enter by time alone.
    pub standings: BTreeMap<String, Standing>,
    /// What happened since it was looked at last, by view, in the order of time.
    pub steps: Vec<(String, Step)>,
    /// The earliest later instant at which anything of this can change without a new fact.
    pub next_due: Option<Timestamp>,
}

/// Computes a company at `now`.
pub fn compute(
    rules: &CompiledAccounts,
    facts: &AccountFacts<'_>,
    now: Timestamp,
    calendar: &Calendar,
) -> AccountValues {
    let excluded = facts.domain.is_some_and(|domain| rules.intent.model().excluded_companies.contains(domain));
    if excluded {
        // Left out everywhere, from now on: it leaves every view that it was in.
        let mut steps = Vec::new();
        for (name, standing) in facts.standings {
            let left =
                follow(Standing { due_at: None, ..*standing }, now, |_| Verdict { holds: false, next_change: None });
            steps.extend(left.steps.into_iter().map(|step| (name.clone(), step)));
        }
        return AccountValues {
            markets: BTreeSet::new(),
            intent: IntentEvaluation::default(),
            standings: BTreeMap::new(),
            steps,
            next_due: None,
        };
    }
    let (none_fields, no_scores, no_workflows) = (Fields::new(), BTreeMap::new(), BTreeMap::new());
    let visits: Vec<Timestamp> = facts.visits.iter().map(|visit| visit.at).collect();
    let (no_names, views) = (BTreeSet::new(), BTreeSet::new());
    let base = CompanyFacts {
        fields: facts.fields,
        markets: &no_names,
        views: &views,
        intent: &no_names,
        visits: &visits,
        in_crm: facts.in_crm,
    };
    let bare = Facts {
        contact: &none_fields,
        company: None,
        segments: facts.segments,
        activities: facts.activities,
        scores: &no_scores,
        engagement: None,
        workflows: &no_workflows,
        groups: facts.groups,
        enrolled_at: None,
    };
    // What the company was at an earlier instant, by the facts that are known now.
    let at = |instant: Timestamp| {
        let markets = rules.markets.evaluate(&Facts { company: Some(&base), ..bare }, instant, calendar);
        let intent = evaluate(&rules.intent, facts.visits, facts.held, instant, calendar);
        (markets, intent)
    };
    let verdicts_at = |instant: Timestamp| {
        let (markets, intent) = at(instant);
        let met: BTreeSet<String> = intent.met.iter().map(|criterion| criterion.name.clone()).collect();
        let company = CompanyFacts { markets: &markets.names, intent: &met, ..base.clone() };
        let lower = [markets.next_change, intent.next_due].into_iter().flatten().min();
        let verdicts = rules.views.evaluate(&Facts { company: Some(&company), ..bare }, instant, calendar);
        verdicts
            .into_iter()
            .map(|(name, mut verdict)| {
                // Where a layer below changes, a view can.
                verdict.next_change = verdict.next_change.into_iter().chain(lower).min();
                (name.to_owned(), verdict)
            })
            .collect::<BTreeMap<_, _>>()
    };

    let (markets, intent) = at(now);
    let mut standings = BTreeMap::new();
    let mut steps = Vec::new();
    let mut due = vec![markets.next_change, intent.next_due];
    let mut asked: BTreeMap<Timestamp, BTreeMap<String, Verdict>> = BTreeMap::new();
    for name in rules.views.names() {
        let before = facts.standings.get(name).copied().unwrap_or_default();
        let followed =
            follow(before, now, |instant| asked.entry(instant).or_insert_with(|| verdicts_at(instant))[name]);
        steps.extend(followed.steps.into_iter().map(|step| (name.to_owned(), step)));
        due.push(followed.standing.due_at);
        if followed.standing != Standing::default() {
            standings.insert(name.to_owned(), followed.standing);
        }
    }
    // A view that the rules do not name any more has no members.
    for (name, standing) in facts.standings {
        if standing.entered_at.is_some() && !rules.views.names().any(|known| known == name) {
            steps.push((name.clone(), Step { change: Change::Left, at: now }));
        }
    }
    steps.sort_by(|a, b| (a.1.at, &a.0).cmp(&(b.1.at, &b.0)));
    AccountValues { markets: markets.names, intent, standings, steps, next_due: due.into_iter().flatten().min() }
}
