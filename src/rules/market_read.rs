//! From the key `markets` of a checked rule file to markets.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Checker;
use super::criteria_read::{ANY_MARKET, CriteriaReader, place};
use super::criteria_scope::{Layer, Scope};
use super::mapping_read::Place;
use super::problem::Problem;
use super::references::{RefKind, circle};
use super::yaml::Node;
use crate::domain::criteria::{Subject, Uses};
use crate::domain::market::Market;

/// What is collected from all rule files.
#[derive(Default)]
pub(crate) struct Markets {
    pub(crate) markets: Vec<Market>,
    /// Where each name stands, also of markets with other faults.
    places: BTreeMap<String, Place>,
}

impl Markets {
    /// Reads one file.
    pub(crate) fn file(&mut self, checker: &mut Checker, root: &Node, criteria: &mut CriteriaReader<'_>) {
        for node in root.items_of("markets") {
            let criterion = node
                .get("criteria")
                .and_then(|node| criteria.criterion(checker, node, Scope::of(Subject::Company, Layer::Market)));
            let Some((name_node, name)) = node.get("name").and_then(|node| Some((node, node.text()?))) else {
                continue;
            };
            if name == ANY_MARKET {
                let message = "`any` means every market, and cannot be the name of one".to_owned();
                checker.report_help(&name_node.span, "name", message, Some("choose another name".into()));
            }
            if self.places.insert(name.to_owned(), place(checker, name_node)).is_some() {
                let message = format!("there is another market `{name}`");
                checker.report_help(&name_node.span, "duplicate_market", message, Some("choose another name".into()));
                continue;
            }
            let Some(criterion) = criterion else { continue };
            self.markets.push(Market {
                name: name.to_owned(),
                title: node.text_of("title").unwrap_or(name).to_owned(),
                active: node.text_of("active") != Some("false"),
                criterion,
            });
        }
    }

    /// The names that criteria can use.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        self.places.keys().cloned().collect()
    }

    /// Markets that ask for one another in a circle.
    pub(crate) fn circle(&self) -> Option<Problem> {
        let uses: Vec<(&str, Uses)> =
            self.markets.iter().map(|market| (market.name.as_str(), Uses::of([&market.criterion]))).collect();
        let needs = uses.iter().map(|(name, uses)| (*name, uses.markets.iter().map(String::as_str).collect()));
        circle(RefKind::Market, &needs.collect(), &self.places)
    }
}
