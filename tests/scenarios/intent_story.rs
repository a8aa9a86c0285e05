//! How a story of intent is written: real rules, a company's visits, and what they must show at which instant. Instants are
//! written as in stories of scores.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One file: rules and the stories about them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    pub(crate) topic: String,
    pub(crate) zone: String,
    /// A rule file's text.
    pub(crate) rules: String,
    pub(crate) stories: Vec<Story>,
}

/// One company's story.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub(crate) story: String,
    /// Instead of the topic's.
    pub(crate) zone: Option<String>,
    /// The company's own.
    pub(crate) domain: Option<String>,
    pub(crate) visits: Vec<Visit>,
    /// In the order of time: a beginning is remembered from one to the next.
    pub(crate) expect: Vec<Expectation>,
}

/// One page view.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Visit {
    pub(crate) at: String,
    /// Whoever is called `anonymous …` is nobody known, though always the same.
    pub(crate) by: String,
    /// Host and path: `example.com/prices`.
    pub(crate) page: String,
    /// The country.
    pub(crate) from: Option<String>,
    /// When it becomes known; at once when left out.
    pub(crate) known: Option<String>,
    /// So many, a second apart.
    #[serde(default = "once")]
    pub(crate) times: u32,
}

fn once() -> u32 {
    1
}

/// What must come out at an instant. What is left out must not be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    pub(crate) at: String,
    /// Visits before this instant are not kept any more.
    pub(crate) kept_from: Option<String>,
    /// Criteria that are met, each since when; empty: no intent is shown.
    #[serde(default)]
    pub(crate) met: BTreeMap<String, String>,
    /// When it began to show intent.
    pub(crate) since: Option<String>,
    /// When it last stopped.
    pub(crate) stopped: Option<String>,
    /// What the inclusion rules of met criteria count.
    #[serde(default)]
    pub(crate) visits: u64,
    #[serde(default)]
    pub(crate) visitors: u64,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    /// The next instant at which time alone can change it, or `never`; not asked when left out, as it may be early.
    pub(crate) next: Option<String>,
    /// By criterion, its rules in their order: `include: 3 visits by 2 visitors, met`.
    #[serde(default)]
    pub(crate) because: BTreeMap<String, Vec<String>>,
}
