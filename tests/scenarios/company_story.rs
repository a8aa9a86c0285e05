//! How a story of a company is written: real rules, what is known of the company, what its people did, and in which markets
//! and views it must be. Instants are written as in stories of scores.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::model::Value;
use serde::Deserialize;

use super::story::Activity;

/// One file: rules and the stories about them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    pub(crate) topic: String,
    pub(crate) zone: String,
    /// A rule file's text; the shipped rules with their mappings when left out.
    pub(crate) rules: Option<String>,
    pub(crate) stories: Vec<Story>,
}

/// One company's story.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub(crate) story: String,
    /// Instead of the topic's.
    pub(crate) zone: Option<String>,
    #[serde(default)]
    pub(crate) company: Company,
    /// What its people did.
    #[serde(default)]
    pub(crate) activities: Vec<Activity>,
    /// In the order of time; entering and leaving is followed from one to the next.
    pub(crate) expect: Vec<Expectation>,
}

/// What is known of a company.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Company {
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) visits: Vec<String>,
    /// The intent criteria that it meets.
    #[serde(default)]
    pub(crate) intent: BTreeSet<String>,
    #[serde(default)]
    pub(crate) segments: BTreeSet<String>,
    #[serde(default = "yes")]
    pub(crate) in_crm: bool,
}

fn yes() -> bool {
    true
}

/// What must come out at an instant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    pub(crate) at: String,
    /// What is known of the company from now on.
    pub(crate) company: Option<Company>,
    #[serde(default)]
    pub(crate) markets: BTreeSet<String>,
    #[serde(default)]
    pub(crate) views: BTreeSet<String>,
    /// The next instant at which time alone can change any of them, or `never`; not asked when left out.
    pub(crate) next: Option<String>,
    /// Views entered and left since the expectation before: `hot entered 2026-05-01 10:00`.
    #[serde(default)]
    pub(crate) steps: Vec<String>,
    /// Of markets and views, each leaf of the explanation: what was asked, then what was found.
    #[serde(default)]
    pub(crate) because: BTreeMap<String, Vec<String>>,
}
