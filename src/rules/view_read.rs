//! From the key `views` of a checked rule file to saved views.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Checker;
use super::criteria_read::{CriteriaReader, place};
use super::criteria_scope::{Layer, Scope};
use super::mapping_read::Place;
use super::problem::Problem;
use super::references::{RefKind, circle};
use super::yaml::Node;
use crate::domain::criteria::{Subject, Uses};
use crate::domain::view::SavedView;

/// What is collected from all rule files.
#[derive(Default)]
pub(crate) struct Views {
    pub(crate) views: Vec<SavedView>,
    /// Where each name stands, also of views with other faults.
    places: BTreeMap<String, Place>,
}

impl Views {
    /// Reads one file.
    pub(crate) fn file(&mut self, checker: &mut Checker, root: &Node, criteria: &mut CriteriaReader<'_>) {
        for node in root.items_of("views") {
            let criterion = node
                .get("criteria")
                .and_then(|node| criteria.criterion(checker, node, Scope::of(Subject::Company, Layer::View)));
            let Some((name_node, name)) = node.get("name").and_then(|node| Some((node, node.text()?))) else {
                continue;
            };
            if self.places.insert(name.to_owned(), place(checker, name_node)).is_some() {
                let message = format!("there is another view `{name}`");
                checker.report_help(&name_node.span, "duplicate_view", message, Some("choose another name".into()));
                continue;
            }
            let Some(criterion) = criterion else { continue };
            let title = node.text_of("title").unwrap_or(name).to_owned();
            self.views.push(SavedView { name: name.to_owned(), title, criterion });
        }
    }

    /// The names that criteria can use.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        self.places.keys().cloned().collect()
    }

    /// Views that ask for one another in a circle.
    pub(crate) fn circle(&self) -> Option<Problem> {
        let uses: Vec<(&str, Uses)> =
            self.views.iter().map(|view| (view.name.as_str(), Uses::of([&view.criterion]))).collect();
        let needs = uses.iter().map(|(name, uses)| (*name, uses.views.iter().map(String::as_str).collect()));
        circle(RefKind::View, &needs.collect(), &self.places)
    }
}
