//! What an admin can say about a score, as checked values. `rules` builds these from YAML; nothing here reads text.

use serde::{Deserialize, Serialize};

use crate::domain::criteria::{ActivityFilter, FieldTest};
use crate::domain::model::{FieldName, Number, Rounding};

/// One score: a contact field that the daemon owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreModel {
    /// Stable name, `lead_score`: letters, digits, underscore.
    pub name: String,
    /// For people.
    pub title: String,
    /// How the value is shown and written: integer or decimal.
    pub rounding: Rounding,
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
    pub groups: Vec<Group>,
    pub rules: Vec<Rule>,
    /// Ascending by `from`. A contact below the first has no label.
    pub labels: Vec<Label>,
}

/// Rules whose sum is limited together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
}

/// A name for a range of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub name: String,
    /// Entered when the shown value is at least this.
    pub from: Number,
    /// Hysteresis: left only when the shown value is below this. Not above `from`; `None` is `from` itself.
    pub leave_below: Option<Number>,
}

/// One reason for points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Stable and unique within the score: `opens_newsletter`.
    pub id: String,
    /// For people.
    pub title: String,
    /// Position in [`ScoreModel::groups`].
    pub group: Option<usize>,
    pub kind: RuleKind,
    /// Bounds of this rule's sum.
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
}

/// The kinds of rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// Each matching activity gives points.
    Event { filter: ActivityFilter, points: Number, limit: Limit, fading: Fading },
    /// Each anchor activity that is not followed by an expected one within the deadline gives points. "Followed" means:
    /// at the anchor's instant or later, before the deadline day has ended its time (anchor + `deadline_days` calendar
    /// days), with the same value of the correlation attribute. A late-arriving expected activity that is dated inside
    /// the deadline takes the points away again.
    Absence {
        anchor: ActivityFilter,
        expected: ActivityFilter,
        /// Attribute that must be equal, for example `asset` (the mailing). `None`: any expected activity counts.
        correlate: Option<String>,
        deadline_days: u32,
        points: Number,
        limit: Limit,
        fading: Fading,
        /// Any of these after the anchor and before the deadline cancels it (a bounce, an unsubscription).
        cancelled_by: Vec<ActivityFilter>,
    },
    /// The first case that matches the field gives its points.
    Property { field: FieldName, cases: Vec<PropertyCase> },
    /// Membership of a segment gives points.
    Segment { segment: String, points: Number },
}

/// One value range of a property rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyCase {
    pub test: FieldTest,
    pub points: Number,
}

/// How many of the matching activities count. Days are calendar days of the workspace; the earliest count first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    Every,
    First,
    PerDay {
        count: u32,
    },
    /// At most `count` in any `days` consecutive calendar days.
    PerWindow {
        count: u32,
        days: u32,
    },
}

/// How points fade as the activity gets older. Ages are whole calendar days of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fading {
    Never,
    /// Counts today and the `days − 1` days before it, then not at all.
    Window {
        days: u32,
    },
    /// Loses `percent` of the original points every `every_days` days, down to nothing.
    Linear {
        percent: u32,
        every_days: u32,
    },
    /// Halves every `half_life_days` days, evaluated at whole days.
    HalfLife {
        half_life_days: u32,
    },
}
