//! What pages tell about interest: solution → product → keyword, each keyword with rules on the path or title of what was
//! visited (Journey Optimizer B2B, "Intent data": the taxonomy). Nothing here decides; levels are computed beside it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::flaw::Flaw;
use crate::domain::criteria::AttributeTest;
use crate::domain::model::ActivityObject;

/// The most keywords of a product.
const MAX_KEYWORDS: usize = 150;

/// All signals of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalModel {
    /// An activity counts half after so many days.
    pub half_life_days: u32,
    /// A strength of this much gives the value one half; in weights of the activity table.
    pub half_point: u32,
    pub solutions: Vec<Solution>,
}

/// What is sold, at its broadest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solution {
    pub name: String,
    pub products: Vec<Product>,
}

/// A part of a solution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub name: String,
    pub keywords: Vec<Keyword>,
}

/// A subject that pages are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyword {
    pub name: String,
    /// One of these is enough.
    pub pages: Vec<PageRule>,
}

/// A rule on what was visited; all of its tests must hold. An activity whose object lacks the attribute never matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageRule {
    /// On `path`; letter case counts.
    Path(Vec<AttributeTest>),
    /// On `asset`, where activity mappings put the title; letter case does not count.
    Title(Vec<AttributeTest>),
}

/// What a signal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    Keyword,
    Product,
    Solution,
}

impl PageRule {
    /// Whether an object is meant.
    pub fn matches(&self, object: &ActivityObject) -> bool {
        match self {
            PageRule::Path(tests) => {
                tests.iter().all(|test| object.contains_key(&test.attribute) && test.passes(object))
            }
            PageRule::Title(tests) => tests.iter().all(|test| {
                let values = test.values.iter().map(|value| value.to_lowercase()).collect();
                let test = AttributeTest { values, ..test.clone() };
                object.get(&test.attribute).is_some_and(|title| {
                    test.passes(&ActivityObject::from([(test.attribute.clone(), title.to_lowercase())]))
                })
            }),
        }
    }
}

impl SignalModel {
    /// What is wrong with it; `item` is the solution's position.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut solutions = BTreeSet::new();
        let mut products = BTreeSet::new();
        for (at, solution) in self.solutions.iter().enumerate() {
            let mut twice = |what: &str, name: &str| {
                let message = format!("there are two {what} `{name}`");
                flaws.push(Flaw::item(at, "duplicate_signal", message, "choose another name"));
            };
            if !solutions.insert(&solution.name) {
                twice("solutions", &solution.name);
            }
            for product in &solution.products {
                if !products.insert(&product.name) {
                    twice("products", &product.name);
                }
                let mut keywords = BTreeSet::new();
                for keyword in &product.keywords {
                    if !keywords.insert(&keyword.name) {
                        twice("keywords", &keyword.name);
                    }
                }
            }
            for product in solution.products.iter().filter(|product| product.keywords.len() > MAX_KEYWORDS) {
                let count = product.keywords.len();
                let message = format!("the product `{}` has {count} keywords", product.name);
                flaws.push(Flaw::item(at, "too_many_keywords", message, format!("keep {MAX_KEYWORDS} or fewer")));
            }
        }
        flaws
    }
}
