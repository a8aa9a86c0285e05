//! All saved views against one company: each after those that it asks for.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;

use super::SavedView;
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{CompanyFacts, CompiledCriteria, Facts, Uses, Verdict, in_order};
use crate::domain::model::Dictionary;

/// The views, compiled. Make one per rules version and extend it as the dictionary grows.
#[derive(Clone, Debug)]
pub struct CompiledViews {
    /// Each with the positions of the views that it asks for, which stand before it.
    views: Vec<(String, Vec<usize>)>,
    criteria: CompiledCriteria,
}

impl CompiledViews {
    /// Compiles views against the names that activities use today.
    pub fn new(views: &[SavedView], dictionary: &Dictionary) -> CompiledViews {
        let by_name: BTreeMap<&str, &SavedView> = views.iter().map(|view| (view.name.as_str(), view)).collect();
        let uses: BTreeMap<&str, Uses> =
            by_name.iter().map(|(name, view)| (*name, Uses::of([&view.criterion]))).collect();
        let needs = uses.iter().map(|(name, uses)| (*name, uses.views.iter().map(String::as_str).collect()));
        // Rules with a circle are refused when they load.
        let order = in_order(&needs.collect()).unwrap_or_else(|_| by_name.keys().copied().collect());
        let criteria = CompiledCriteria::new(order.iter().map(|name| &by_name[name].criterion), dictionary);
        let asked = |name: &str| -> Vec<usize> {
            (0..order.len()).filter(|at| uses[name].views.contains(order[*at])).collect()
        };
        let views = order.iter().map(|name| ((*name).to_owned(), asked(name))).collect();
        CompiledViews { views, criteria }
    }

    /// Takes in what the dictionary has got since.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        self.criteria.extend(dictionary);
    }

    /// The criteria in the order of [`CompiledViews::names`], for explanations.
    pub fn criteria(&self) -> &CompiledCriteria {
        &self.criteria
    }

    /// Names of the views, each after those that it asks for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.views.iter().map(|(name, _)| name.as_str())
    }

    /// Whether a company is in each view. What the facts say about views is not looked at; markets and intent must be
    /// those of the same instant, and their own next changes are not in these verdicts.
    pub fn evaluate(&self, facts: &Facts<'_>, now: Timestamp, calendar: &Calendar) -> BTreeMap<&str, Verdict> {
        let Some(company) = facts.company else { return BTreeMap::new() };
        let mut members: BTreeSet<String> = BTreeSet::new();
        let mut verdicts: Vec<Verdict> = Vec::with_capacity(self.views.len());
        for (at, (name, asked)) in self.views.iter().enumerate() {
            let company = CompanyFacts { views: &members, ..company.clone() };
            let facts = Facts { company: Some(&company), ..*facts };
            let mut verdict = self.criteria.evaluate(at, &facts, now, calendar);
            // Where another view changes, this one can.
            let others = asked.iter().filter_map(|at| verdicts.get(*at)).filter_map(|other| other.next_change);
            verdict.next_change = verdict.next_change.into_iter().chain(others).min();
            if verdict.holds {
                members.insert(name.clone());
            }
            verdicts.push(verdict);
        }
        self.views.iter().map(|(name, _)| name.as_str()).zip(verdicts).collect()
    }
}
