//! When the goal was met, and whether that counts.

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::compiled::{CompiledWorkflow, Meaning};
use super::state::{Enrollment, State};
use crate::domain::calendar::Calendar;
use crate::domain::criteria::Facts;
use crate::domain::model::ActivityFact;

/// Whether a contact counts in the goal conversion rate, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// It met the goal after it had received a marketing e-mail of the workflow.
    Counts,
    /// It never started the workflow.
    NotStarted,
    /// It met the goal before it could start.
    MetBefore,
    /// It has not met the goal (yet).
    NotMet,
    /// It met the goal, and no marketing e-mail of the workflow had reached it by then.
    NoEmailBefore,
    /// It met the goal before all goal criteria were cleared.
    Cleared,
    /// It left for another reason before it met the goal.
    LeftBefore,
}

/// Whether a contact counts. `cleared_at` is when all goal criteria were last removed.
pub fn counting(
    workflow: &CompiledWorkflow,
    state: Option<&State>,
    activities: &[ActivityFact],
    cleared_at: Option<Timestamp>,
) -> Counting {
    let enrollment = match state {
        Some(State::Enrolled(enrollment)) => enrollment,
        Some(State::Declined(declined)) if declined.reason == super::Reason::GoalAlreadyMet => {
            return Counting::MetBefore;
        }
        Some(State::Declined(_)) | None => return Counting::NotStarted,
    };
    let Some(goal) = enrollment.goal else {
        return if enrollment.can_meet_goal() { Counting::NotMet } else { Counting::LeftBefore };
    };
    if cleared_at.is_some_and(|cleared| goal.at <= cleared) {
        return Counting::Cleared;
    }
    if received_before(workflow, enrollment, activities, goal.at) { Counting::Counts } else { Counting::NoEmailBefore }
}

/// Whether a marketing e-mail of the workflow reached the contact between its enrollment and this instant.
fn received_before(
    workflow: &CompiledWorkflow,
    enrollment: &Enrollment,
    activities: &[ActivityFact],
    until: Timestamp,
) -> bool {
    received(workflow, enrollment, activities).any(|fact| fact.at <= until)
}

/// The marketing e-mails of the workflow that reached the contact since its enrollment, oldest first.
pub fn received<'a>(
    workflow: &'a CompiledWorkflow,
    enrollment: &Enrollment,
    activities: &'a [ActivityFact],
) -> impl Iterator<Item = &'a ActivityFact> {
    let from = activities.partition_point(|fact| fact.at.as_secs() < enrollment.enrolled_at.as_secs());
    activities[from..].iter().filter(|fact| workflow.matcher.slots(fact).contains(&Meaning::Received))
}

/// The first instant after `from`, up to `to`, at which the goal is met; or none, and when to look again.
///
/// It depends on the facts alone, not on how often somebody looked. Only activities and the passing of time are known with
/// their instants: a goal that asks for fields as well is dated by its activities, and one that holds already at `from` by
/// today's fields has been met by a field that changed since. Nobody knows when, so that one counts as met at `to`.
pub(super) fn first_met(
    workflow: &CompiledWorkflow,
    facts: &Facts<'_>,
    from: Timestamp,
    to: Timestamp,
    calendar: &Calendar,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let Some(goal) = workflow.goal else { return (None, None) };
    let met = |at: Timestamp| workflow.criteria.evaluate(goal, facts, at, calendar);
    let now = met(to);
    if from >= to || met(from).holds {
        return (now.holds.then_some(to), now.next_change);
    }
    let mut at = from;
    while let Some(next) = met(at).next_change.filter(|next| *next > at && *next <= to) {
        if met(next).holds {
            return (Some(next), now.next_change);
        }
        at = next;
    }
    (now.holds.then_some(to), now.next_change)
}
