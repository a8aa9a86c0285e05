//! The figures of a workflow: how many started, how many the goal counts, and how that went day by day.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::goal::Counting;
use super::model::WorkflowModel;
use super::state::{Reason, State};
use crate::domain::calendar::Calendar;
use crate::domain::intent::Ratio;

/// What is shown of a workflow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// All contacts who started it.
    pub started: u64,
    pub active: u64,
    pub completed: u64,
    /// Unenrolled because they met the goal, counted or not.
    pub unenrolled_for_goal: u64,
    pub suppressed: u64,
    /// Contacts that the goal counts.
    pub goal_met: u64,
    /// Goal conversion rate; `None` without a marketing e-mail in the workflow: then use a suppression segment instead.
    pub rate: Option<Ratio>,
    /// First second of each day on which a counted contact met the goal, with their number.
    pub trend: BTreeMap<Timestamp, u64>,
}

/// Sums up all states of a workflow, each with whether it counts.
pub fn figures<'a>(
    model: &WorkflowModel,
    contacts: impl IntoIterator<Item = (&'a State, Counting)>,
    calendar: &Calendar,
) -> Figures {
    let mut figures = Figures::default();
    for (state, counting) in contacts {
        let State::Enrolled(enrollment) = state else { continue };
        figures.started += 1;
        match enrollment.ended.map(|ended| ended.reason) {
            None => figures.active += 1,
            Some(Reason::Completed) => figures.completed += 1,
            Some(Reason::Goal) => figures.unenrolled_for_goal += 1,
            Some(Reason::Suppressed) => figures.suppressed += 1,
            Some(Reason::StepRemoved | Reason::GoalAlreadyMet | Reason::Existing) => {}
        }
        if let (Counting::Counts, Some(goal)) = (counting, enrollment.goal) {
            figures.goal_met += 1;
            let midnight = calendar.start_of_day(calendar.day_of(goal.at.as_secs()));
            *figures.trend.entry(midnight.map_or(goal.at, Timestamp::from_secs)).or_default() += 1;
        }
    }
    if !model.emails.is_empty() && model.goal.is_some() {
        figures.rate = Some(Ratio { part: figures.goal_met, whole: figures.started });
    }
    figures
}

/// What an edit of the rules means for a workflow's goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoalChange {
    /// Nothing, or criteria were added or edited: the counts stay.
    Kept,
    /// All criteria were cleared: count and rate begin again at zero.
    Cleared,
}

/// Compares a workflow with itself under the rules before.
pub fn goal_change(before: &WorkflowModel, after: &WorkflowModel) -> GoalChange {
    match (&before.goal, &after.goal) {
        (Some(_), None) => GoalChange::Cleared,
        (Some(_), Some(_)) | (None, _) => GoalChange::Kept,
    }
}
