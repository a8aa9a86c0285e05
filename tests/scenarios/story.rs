//! How a story file is written. Instants are local times of the story's zone (`2026-03-29 01:30`) or, where that is not
//! enough, RFC 3339 (`2026-10-25T00:30:00Z`).

use std::collections::BTreeMap;

use intentd::domain::model::{Number, Value};
use serde::Deserialize;

use super::score_yaml::ScoreYaml;

/// One file: a score and the stories about it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    pub(crate) topic: String,
    pub(crate) zone: String,
    pub(crate) score: ScoreYaml,
    pub(crate) stories: Vec<Story>,
}

/// One contact's story.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub(crate) story: String,
    /// Instead of the topic's.
    pub(crate) zone: Option<String>,
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) segments: Vec<String>,
    #[serde(default)]
    pub(crate) activities: Vec<Activity>,
    pub(crate) expect: Vec<Expectation>,
}

/// One thing that the contact did.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Activity {
    pub(crate) at: String,
    pub(crate) did: String,
    #[serde(default)]
    pub(crate) about: BTreeMap<String, String>,
    /// When it becomes known; at once when left out.
    pub(crate) known: Option<String>,
    /// The remote id; one of its own when left out.
    pub(crate) id: Option<String>,
    /// So many, a second apart.
    #[serde(default = "once")]
    pub(crate) times: u32,
}

fn once() -> u32 {
    1
}

/// What must come out at an instant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    pub(crate) at: String,
    /// With what is known at another instant than `at`.
    pub(crate) known: Option<String>,
    /// As shown.
    pub(crate) score: Number,
    /// Before rounding, where it differs.
    pub(crate) exact: Option<Number>,
    pub(crate) label: Option<String>,
    /// The label is held by hysteresis since this instant.
    pub(crate) held_since: Option<String>,
    /// The next instant at which time alone can change the value, or `never`; what is known and yet to come counts.
    pub(crate) next: String,
    /// All contributions: rule ids, `rule <id> maximum`, `group <name> maximum`, `total minimum` …
    pub(crate) because: Option<BTreeMap<String, Number>>,
    /// Per rule, what became of each activity.
    pub(crate) verdicts: Option<BTreeMap<String, Vec<String>>>,
}
