//! What an admin says about engagement, as checked values: which activities count, how much, and by which method. Only
//! inbound activities belong into the table; what is not in it never counts.

use serde::{Deserialize, Serialize};

use crate::domain::criteria::{ActivityFilter, AttributeTest};

/// The engagement of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngagementModel {
    pub method: Method,
    pub scaling: Scaling,
    /// Today and the `window_days − 1` days before it.
    pub window_days: u32,
    /// The maxima of the normalized method are measured anew after so many days.
    pub calibrate_every_days: u32,
    /// Names of weights, for activities and roles.
    pub bands: Vec<Band>,
    /// An activity that several rows mean counts in the first of them.
    pub activities: Vec<ActivityRow>,
}

/// How counts become a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Day-capped counts; a group's by the shares of all roles of its template. Without upper limit.
    Counts,
    /// Activity weights, square roots and frozen maxima: 0 to 100; a group's by the shares of the roles in use.
    Normalized,
}

/// How activity weights are normalized before they are summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// By the greatest weight: every activity of the table counts.
    Maximum,
    /// The literal min-max: the least weight that occurs counts nothing.
    MinMax,
}

/// A name for a weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// Lower case: `vital`.
    pub name: String,
    pub value: u32,
}

/// One row of the activity table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRow {
    /// Our activity types, of which each counts here; those that no mapping makes do no harm.
    pub activities: Vec<String>,
    /// All must hold.
    pub tests: Vec<AttributeTest>,
    /// For people: "Open Email".
    pub title: String,
    /// The kind of engagement: "Email".
    pub kind: String,
    /// So many of a person's count per day.
    pub daily_cap: u32,
    /// Zero: the activity does not count.
    pub weight: u32,
}

/// The weights as the vendor ships them (Journey Optimizer B2B, "Buying groups": Weighting).
pub fn default_bands() -> Vec<Band> {
    [("trivial", 20), ("minor", 40), ("normal", 60), ("important", 80), ("vital", 100)]
        .into_iter()
        .map(|(name, value)| Band { name: name.to_owned(), value })
        .collect()
}

impl ActivityRow {
    /// One filter for each activity type.
    pub fn filters(&self) -> impl Iterator<Item = ActivityFilter> {
        let filter = |name: &String| ActivityFilter { activity_type: name.clone(), tests: self.tests.clone() };
        self.activities.iter().map(filter)
    }
}

impl EngagementModel {
    /// The weight that a band's name stands for.
    pub fn band(&self, name: &str) -> Option<u32> {
        self.bands.iter().find(|band| band.name == name).map(|band| band.value)
    }
}
