//! Markets: named filters over what companies are. A company is in a target market when it is in any active one. A pure
//! function of the company's facts and the instant (I3).

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::criteria::{CompanyFacts, CompiledCriteria, Criterion, Facts, Uses, in_order};
use crate::domain::model::Dictionary;

/// One market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Market {
    /// Stable name, `nordics`: lower-case letters, digits, underscore.
    pub name: String,
    /// For people.
    pub title: String,
    /// Nobody is in a market that is not active.
    pub active: bool,
    /// Over companies. May ask for other markets, but not in a circle.
    pub criterion: Criterion,
}

/// The markets that a company is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InMarkets {
    /// Names of active markets; when there is any, the company is in target market.
    pub names: BTreeSet<String>,
    /// The earliest later instant at which any of this can change without a new fact. May be early, never late.
    pub next_change: Option<Timestamp>,
}

/// The active markets, compiled. Make one per rules version and extend it as the dictionary grows.
#[derive(Clone, Debug)]
pub struct CompiledMarkets {
    /// In an order in which each stands after those that it asks for.
    names: Vec<String>,
    criteria: CompiledCriteria,
}

impl CompiledMarkets {
    /// Compiles the active markets against the names that activities use today.
    pub fn new(markets: &[Market], dictionary: &Dictionary) -> CompiledMarkets {
        let active: BTreeMap<&str, &Market> =
            markets.iter().filter(|market| market.active).map(|market| (market.name.as_str(), market)).collect();
        let uses: BTreeMap<&str, Uses> =
            active.iter().map(|(name, market)| (*name, Uses::of([&market.criterion]))).collect();
        let needs = uses.iter().map(|(name, uses)| (*name, uses.markets.iter().map(String::as_str).collect()));
        // Rules with a circle are refused when they load.
        let order = in_order(&needs.collect()).unwrap_or_else(|_| active.keys().copied().collect());
        let criteria = CompiledCriteria::new(order.iter().map(|name| &active[name].criterion), dictionary);
        CompiledMarkets { names: order.into_iter().map(str::to_owned).collect(), criteria }
    }

    /// Takes in what the dictionary has got since.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        self.criteria.extend(dictionary);
    }

    /// The criteria in the order of [`CompiledMarkets::names`], for explanations.
    pub fn criteria(&self) -> &CompiledCriteria {
        &self.criteria
    }

    /// Names of the active markets, each after those that it asks for.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The markets of a company. What the facts say about markets is not looked at.
    pub fn evaluate(&self, facts: &Facts<'_>, now: Timestamp, calendar: &Calendar) -> InMarkets {
        let mut found = InMarkets::default();
        let Some(company) = facts.company else { return found };
        for (at, name) in self.names.iter().enumerate() {
            let company = CompanyFacts { markets: &found.names, ..company.clone() };
            let facts = Facts { company: Some(&company), ..*facts };
            let verdict = self.criteria.evaluate(at, &facts, now, calendar);
            found.next_change = found.next_change.into_iter().chain(verdict.next_change).min();
            if verdict.holds {
                found.names.insert(name.clone());
            }
        }
        found
    }
}
