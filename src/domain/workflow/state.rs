//! Where one contact stands in one workflow. Stored as it is; a contact without a state has never met the enrollment criteria.

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

/// A contact's standing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It met the enrollment criteria and was not let in; it is not counted anywhere, and not asked again.
    Declined(Declined),
    Enrolled(Enrollment),
}

/// Why somebody was not let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    pub at: Timestamp,
    pub reason: Reason,
}

/// One way through a workflow, from its start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrollment {
    pub enrolled_at: Timestamp,
    /// The step that the contact stands at; `None` when all are behind it, or there are none.
    pub step: Option<String>,
    /// When it came there.
    pub entered_at: Timestamp,
    pub ended: Option<Ended>,
    pub goal: Option<GoalMet>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Timestamp,
    pub reason: Reason,
}

/// Reasons to be let in no more, or no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It already met the goal.
    GoalAlreadyMet,
    /// It was there before the workflow, which takes only new ones.
    Existing,
    /// It met the goal.
    Goal,
    /// It joined a suppression segment.
    Suppressed,
    /// It went through to the end.
    Completed,
    /// The step that it stood at is not in the rules any more.
    StepRemoved,
}

impl Reason {
    /// The word in the database, in lists and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::GoalAlreadyMet => "goal_already_met",
            Reason::Existing => "existing",
            Reason::Goal => "goal",
            Reason::Suppressed => "suppressed",
            Reason::Completed => "completed",
            Reason::StepRemoved => "step_removed",
        }
    }
}

/// The goal was met, while enrolled or after completing. Who stops meeting it later stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalMet {
    pub at: Timestamp,
}

impl Enrollment {
    /// Whether it goes on.
    pub fn is_active(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether the goal can still be met: while active, and any time after completing.
    pub fn can_meet_goal(&self) -> bool {
        self.goal.is_none() && self.ended.is_none_or(|ended| ended.reason == Reason::Completed)
    }
}
