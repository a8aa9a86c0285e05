//! The one boolean language over facts: what an admin can say, as checked values. Markets, views, goals, enrollment, roles
//! and stages are criteria of this type; nothing here decides.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::activity::ActivityFilter;
use super::ast::FieldTest;
use crate::domain::model::{FieldName, Number};

/// An AND/OR tree of tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "nodes are few, and most of them are tests")]
pub enum Criterion {
    /// Every one holds; an empty list holds.
    All(Vec<Criterion>),
    /// At least one holds; an empty list does not.
    Any(Vec<Criterion>),
    Not(Box<Criterion>),
    Test(Test),
}

/// Who is tested. A criterion is written for one of these; the checker refuses tests that its facts cannot answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Contact,
    Company,
    BuyingGroup,
}

/// Whose field is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldOf {
    Contact,
    /// The contact's primary company, the company itself, or the buying group's account.
    Company,
}

/// One test. Text in fields compares without regard to case, as in scores; names of segments, scores and so on are exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    Field {
        of: FieldOf,
        field: FieldName,
        test: ValueTest,
    },
    /// How many matching activities there are. Of a company and of a buying group: those of all its people.
    Activities {
        filter: ActivityFilter,
        count: Between,
        window: Window,
    },
    /// Membership of a segment at a vendor.
    Segment {
        segment: String,
    },
    Score {
        score: String,
        test: Between,
    },
    ScoreLabel {
        score: String,
        labels: BTreeSet<String>,
    },
    /// The company shows intent; with names, by one of these criteria.
    Intent {
        criteria: BTreeSet<String>,
    },
    /// The company is in this market; `None`: in any active one.
    Market {
        market: Option<String>,
    },
    /// The company is in this saved view.
    View {
        view: String,
    },
    /// Visits of the company in the last days, as the intent computation counts them.
    Visits {
        count: Between,
        window: Window,
    },
    /// The company has a record at some vendor; it is no mere prospect.
    InCrm,
    /// The contact is counted in the goal of this workflow.
    GoalAchieved {
        workflow: String,
    },
    /// The contact is enrolled in this workflow now.
    Enrolled {
        workflow: String,
    },
    /// Person engagement, 0–100.
    Engagement {
        test: Between,
    },
    /// Of a contact: it is a member of such a group; of a company: it has such a group; of a group: it is such a group.
    BuyingGroup(GroupTest),
}

/// A test on a value, which may be relative to today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueTest {
    Is(FieldTest),
    /// The value's calendar day lies between two days counted from today, both included: −29..0 is "in the last 30 days",
    /// ..−31 is "more than 30 days ago".
    DaysFromToday {
        from: Option<i32>,
        to: Option<i32>,
    },
}

/// A range of numbers. Every bound that is there must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Between {
    pub at_least: Option<Number>,
    pub at_most: Option<Number>,
    /// Strictly more.
    pub above: Option<Number>,
    /// Strictly less.
    pub below: Option<Number>,
}

impl Between {
    /// At least one.
    pub const SOME: Between = Between { at_least: Some(Number::whole(1)), at_most: None, above: None, below: None };

    /// Whether the number lies in the range.
    pub fn holds(&self, number: Number) -> bool {
        self.at_least.is_none_or(|bound| number >= bound)
            && self.at_most.is_none_or(|bound| number <= bound)
            && self.above.is_none_or(|bound| number > bound)
            && self.below.is_none_or(|bound| number < bound)
    }
}

/// Which activities are in question. Days are calendar days of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    Ever,
    /// Today and the `days − 1` days before it.
    LastDays {
        days: u32,
    },
    /// Between two days, both included.
    Between {
        from: Option<Date>,
        to: Option<Date>,
    },
    /// From the instant at which the contact was enrolled in the workflow that asks; without an enrollment, never.
    SinceEnrollment,
}

/// A test on buying groups. Every part that is there must hold for one and the same group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupTest {
    /// Of one of these solution interests; empty: of any.
    pub interests: BTreeSet<String>,
    /// Of a contact: in one of these roles; of others: with at least one member in one of these roles.
    pub roles: BTreeSet<String>,
    /// None of the group's members has this role.
    pub missing_role: Option<String>,
    pub stages: BTreeSet<String>,
    /// 0–100.
    pub completeness: Option<Between>,
    /// The group's engagement as it is shown.
    pub engagement: Option<Between>,
}
