//! How a story of a workflow is written: real rules, people with what is known of them and what they do, and at which instant
//! each must stand where. Instants are written as in stories of scores. Between two instants the daemon looks whenever a fact
//! arrives or something is due, unless it was `away`.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::model::{Number, Value};
use intentd::domain::workflow::{Action, Counting, Reason};
use serde::Deserialize;

use super::company_story::Company;
use super::story::Activity;

/// One file: rules and the stories about them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    pub(crate) topic: String,
    pub(crate) zone: String,
    /// A rule file's text.
    pub(crate) rules: String,
    /// Codes of the warnings that these rules get.
    #[serde(default)]
    pub(crate) doubtful: Vec<String>,
    pub(crate) stories: Vec<Story>,
}

/// One story.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Story {
    pub(crate) story: String,
    /// Instead of the topic's, each.
    pub(crate) zone: Option<String>,
    pub(crate) rules: Option<String>,
    pub(crate) doubtful: Option<Vec<String>>,
    pub(crate) people: BTreeMap<String, Person>,
    /// In the order of time. At the first one the workflows are new, and so they are in the rules that begin at a later one.
    pub(crate) expect: Vec<Expectation>,
}

/// Somebody.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    #[serde(default)]
    pub(crate) contact: Contact,
    #[serde(default)]
    pub(crate) activities: Vec<Activity>,
}

/// What is known of a contact.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contact {
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) segments: BTreeSet<String>,
    pub(crate) company: Option<Company>,
    /// Buying groups that it is a member of.
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
}

/// A buying group, as its member sees it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) interest: String,
    pub(crate) role: String,
    pub(crate) stage: Option<String>,
    pub(crate) completeness: Number,
    pub(crate) engagement: Number,
}

/// What must come out at an instant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    pub(crate) at: String,
    /// What is known of people from this instant on.
    #[serde(default)]
    pub(crate) known: BTreeMap<String, Contact>,
    /// The rules that are in force from this instant on.
    pub(crate) rules: Option<String>,
    /// Nobody has looked since the expectation before.
    #[serde(default)]
    pub(crate) away: bool,
    /// Of everybody, by workflow; who or what is not named has never met the enrollment criteria.
    #[serde(default)]
    pub(crate) stand: BTreeMap<String, BTreeMap<String, Stand>>,
    /// All that was wanted since the expectation before, in the order of time.
    #[serde(default)]
    pub(crate) wants: Vec<Want>,
    /// The next instant at which something can happen without a new fact, or `never`; not asked when left out.
    pub(crate) next: Option<String>,
    /// By workflow; of those that are named.
    #[serde(default)]
    pub(crate) figures: BTreeMap<String, Figures>,
}

/// Where a contact stands in a workflow. What is left out must not be.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stand {
    /// The step that it stands at.
    pub(crate) at: Option<String>,
    /// Why it ended.
    pub(crate) ended: Option<Reason>,
    /// Why it was not let in.
    pub(crate) declined: Option<Reason>,
    /// When it ended or was not let in.
    pub(crate) on: Option<String>,
    /// When the goal was met.
    pub(crate) goal: Option<String>,
    pub(crate) counting: Counting,
}

/// Something that is to be done.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Want {
    pub(crate) at: String,
    pub(crate) who: String,
    /// The workflow with the step: `nurture/mail`; `enroll` and `unenroll` are the remote workflow's.
    pub(crate) step: String,
    /// Not asked when left out.
    pub(crate) does: Option<Action>,
}

/// What is shown of a workflow.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Figures {
    pub(crate) started: u64,
    #[serde(default)]
    pub(crate) active: u64,
    #[serde(default)]
    pub(crate) completed: u64,
    #[serde(default)]
    pub(crate) unenrolled_for_goal: u64,
    #[serde(default)]
    pub(crate) suppressed: u64,
    pub(crate) goal_met: u64,
    /// `2 of 5`, or `none`.
    pub(crate) rate: String,
    /// How many met the goal on each day.
    #[serde(default)]
    pub(crate) trend: BTreeMap<String, u64>,
}
