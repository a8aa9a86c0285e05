//! The model made ready: which rules each known page matches.

use std::collections::BTreeMap;

use super::model::{IntentModel, Visit, VisitRule};
use super::path::{PageTest, normal_host, normal_path};
use crate::domain::model::{ActivityObject, ActivityObjectId, Country, Dictionary};

/// Where a rule stands in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RulePlace {
    pub(super) criterion: usize,
    pub(super) excludes: bool,
    /// Position among the inclusion or exclusion rules of its criterion.
    pub(super) rule: usize,
}

/// An intent model, compiled. Cheap to share; make one per model and dictionary.
#[derive(Clone, Debug)]
pub struct CompiledIntent {
    pub(super) model: IntentModel,
    pub(super) rules: Vec<RulePlace>,
    tests: Vec<PageTest>,
    /// Rules whose page test a page passes; a page without an entry passes none.
    pages: BTreeMap<ActivityObjectId, Box<[usize]>>,
    /// Rules that a visit of an unknown page passes: those that only say what a path is not.
    blank: Box<[usize]>,
    next_object: u32,
}

impl CompiledIntent {
    /// Compiles a model against the pages that are known today.
    pub fn new(model: &IntentModel, dictionary: &Dictionary) -> CompiledIntent {
        let mut rules = Vec::new();
        for (criterion, of_model) in model.criteria.iter().enumerate() {
            for (excludes, list) in [(false, &of_model.include), (true, &of_model.exclude)] {
                rules.extend((0..list.len()).map(|rule| RulePlace { criterion, excludes, rule }));
            }
        }
        let mut compiled = CompiledIntent {
            model: model.clone(),
            rules,
            tests: Vec::new(),
            pages: BTreeMap::new(),
            blank: Box::new([]),
            next_object: 0,
        };
        compiled.tests = compiled.rules.iter().map(|place| PageTest::new(compiled.rule(*place))).collect();
        compiled.blank = compiled.passed(&ActivityObject::new());
        compiled.extend(dictionary);
        compiled
    }

    /// Takes in the pages that the dictionary has got since. Its numbers are never reused and new ones are higher.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        for (id, page) in dictionary.objects.range(ActivityObjectId(self.next_object)..) {
            let passed = self.passed(page);
            if passed != self.blank {
                self.pages.insert(*id, passed);
            }
        }
        if let Some((last, _)) = dictionary.objects.last_key_value() {
            self.next_object = self.next_object.max(last.0.saturating_add(1));
        }
    }

    /// The model that was compiled.
    pub fn model(&self) -> &IntentModel {
        &self.model
    }

    pub(super) fn rule(&self, place: RulePlace) -> &VisitRule {
        let criterion = &self.model.criteria[place.criterion];
        if place.excludes { &criterion.exclude[place.rule] } else { &criterion.include[place.rule] }
    }

    /// The rules, by position, that a visit matches.
    pub(super) fn matches<'a>(&'a self, visit: &Visit) -> impl Iterator<Item = usize> + 'a {
        let country = visit.country;
        let pages = self.pages.get(&visit.page).unwrap_or(&self.blank);
        pages.iter().copied().filter(move |rule| self.comes_from(*rule, country))
    }

    fn comes_from(&self, rule: usize, country: Country) -> bool {
        let countries = &self.rule(self.rules[rule]).countries;
        countries.is_empty() || countries.contains(&country)
    }

    fn passed(&self, page: &ActivityObject) -> Box<[usize]> {
        let text = |name: &str| page.get(name).map_or("", String::as_str);
        let (host, path) = (normal_host(text("host")), normal_path(text("path")));
        (0..self.tests.len()).filter(|at| self.tests[*at].matches(&host, &path)).collect()
    }
}
