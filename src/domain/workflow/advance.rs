//! One contact, one workflow, one instant: the next state, and what it wants to be done.

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::compiled::{CompiledWorkflow, ENROLL, Meaning, NodeKind};
use super::goal::first_met;
use super::model::{Action, Existing, Wait};
use super::state::{Declined, Ended, Enrollment, GoalMet, Reason, State};
use crate::domain::calendar::Calendar;
use crate::domain::criteria::Facts;

/// When a workflow is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    pub now: Timestamp,
    pub calendar: &'a Calendar,
    /// The workflow is in force for the first time: who meets its criteria now was there before it.
    pub first_pass: bool,
}

/// Something to be done. It is wanted once: the pair of enrollment and step is its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The step's id, or `enroll` and `unenroll` for the remote workflow itself.
    pub step: String,
    pub action: Action,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advance {
    /// The new state; the same as before when nothing happened.
    pub state: Option<State>,
    pub wishes: Vec<Wish>,
    /// The earliest later instant at which something can happen without a new fact.
    pub next_due: Option<Timestamp>,
}

/// The step name of entering and leaving the remote workflow.
const ENTER: &str = "enroll";
const LEAVE: &str = "unenroll";

/// Advances a contact to `moment.now`. `facts.enrolled_at` is set from the state; the caller need not know it.
pub fn advance(workflow: &CompiledWorkflow, state: Option<&State>, facts: &Facts<'_>, moment: &Moment<'_>) -> Advance {
    match state {
        None => enroll(workflow, facts, moment),
        Some(State::Declined(declined)) => {
            Advance { state: Some(State::Declined(declined.clone())), wishes: Vec::new(), next_due: None }
        }
        Some(State::Enrolled(enrollment)) => go_on(workflow, enrollment.clone(), Vec::new(), facts, moment),
    }
}

fn enroll(workflow: &CompiledWorkflow, facts: &Facts<'_>, moment: &Moment<'_>) -> Advance {
    let now = moment.now;
    let trigger = workflow.criteria.evaluate(ENROLL, facts, now, moment.calendar);
    let stays_out = |next_due| Advance { state: None, wishes: Vec::new(), next_due };
    if !trigger.holds {
        return stays_out(trigger.next_change);
    }
    let declined = |reason| Advance {
        state: Some(State::Declined(Declined { at: now, reason })),
        wishes: Vec::new(),
        next_due: None,
    };
    // The goal comes first: who meets it already is never counted, whatever else keeps it out.
    let starting = Facts { enrolled_at: Some(now), ..*facts };
    let meets_goal =
        workflow.goal.is_some_and(|goal| workflow.criteria.evaluate(goal, &starting, now, moment.calendar).holds);
    if meets_goal {
        return declined(Reason::GoalAlreadyMet);
    }
    if moment.first_pass && workflow.model.existing == Existing::Skip {
        return declined(Reason::Existing);
    }
    if suppressed(workflow, facts) {
        return stays_out(trigger.next_change);
    }
    let enrollment =
        Enrollment { enrolled_at: now, step: workflow.first.clone(), entered_at: now, ended: None, goal: None };
    let wishes = workflow
        .model
        .remote
        .iter()
        .map(|remote| Wish { step: ENTER.to_owned(), action: Action::EnrollRemote(remote.clone()) });
    go_on(workflow, enrollment, wishes.collect(), facts, moment)
}

fn suppressed(workflow: &CompiledWorkflow, facts: &Facts<'_>) -> bool {
    workflow.model.suppression.iter().any(|segment| facts.segments.contains(segment))
}

fn go_on(
    workflow: &CompiledWorkflow,
    mut enrollment: Enrollment,
    mut wishes: Vec<Wish>,
    facts: &Facts<'_>,
    moment: &Moment<'_>,
) -> Advance {
    let now = moment.now;
    let facts = Facts { enrolled_at: Some(enrollment.enrolled_at), ..*facts };
    let mut due: Vec<Option<Timestamp>> = Vec::new();
    if enrollment.can_meet_goal() {
        let (met, look_again) = first_met(workflow, &facts, enrollment.enrolled_at, now, moment.calendar);
        due.push(look_again);
        if let Some(at) = met {
            enrollment.goal = Some(GoalMet { at });
            if enrollment.is_active() {
                leave(workflow, &mut enrollment, &mut wishes, Reason::Goal, now);
            }
            due.clear();
        }
    }
    if enrollment.is_active() && suppressed(workflow, &facts) {
        leave(workflow, &mut enrollment, &mut wishes, Reason::Suppressed, now);
        due.clear();
    }
    if enrollment.is_active() {
        due.push(walk(workflow, &mut enrollment, &mut wishes, &facts, moment));
    }
    Advance { state: Some(State::Enrolled(enrollment)), wishes, next_due: due.into_iter().flatten().min() }
}

/// Ends an enrollment before its time; the remote workflow must not go on with the contact either.
fn leave(
    workflow: &CompiledWorkflow,
    enrollment: &mut Enrollment,
    wishes: &mut Vec<Wish>,
    reason: Reason,
    at: Timestamp,
) {
    enrollment.ended = Some(Ended { at, reason });
    let Some(remote) = &workflow.model.remote else { return };
    match wishes.iter().position(|wish| wish.step == ENTER) {
        // It was never told to the vendor.
        Some(entering) => _ = wishes.remove(entering),
        None => {
            wishes.push(Wish { step: LEAVE.to_owned(), action: Action::UnenrollRemote(remote.clone()) });
        }
    }
}

/// Goes through the steps as far as this instant lets; gives when it can go on.
fn walk(
    workflow: &CompiledWorkflow,
    enrollment: &mut Enrollment,
    wishes: &mut Vec<Wish>,
    facts: &Facts<'_>,
    moment: &Moment<'_>,
) -> Option<Timestamp> {
    let now = moment.now;
    let after = |from: Timestamp, wait: Wait| match wait {
        Wait::Days(days) => moment.calendar.plus_days(from.as_secs(), days).map(Timestamp::from_secs),
        Wait::Seconds(seconds) => Some(from.plus_ms(seconds.saturating_mul(1000))),
    };
    loop {
        let Some(id) = enrollment.step.clone() else {
            let due = match (workflow.model.steps.is_empty(), workflow.model.completes_after_days) {
                (true, Some(days)) => after(enrollment.enrolled_at, Wait::Days(days)),
                // A workflow that only drives a remote one goes on as long as that does, which nobody tells us.
                (true, None) if workflow.model.remote.is_some() => return None,
                _ => Some(now),
            };
            match due {
                Some(due) if due <= now => {
                    enrollment.ended = Some(Ended { at: due.max(enrollment.entered_at), reason: Reason::Completed });
                    return None;
                }
                due => return due,
            }
        };
        let Some(node) = workflow.nodes.get(&id) else {
            leave(workflow, enrollment, wishes, Reason::StepRemoved, now);
            return None;
        };
        let next = match &node.kind {
            NodeKind::Delay(wait) => match after(enrollment.entered_at, *wait) {
                Some(due) if due <= now => node.next.clone(),
                due => return due,
            },
            NodeKind::WaitFor { wait, within, yes, no } => {
                let deadline = after(enrollment.entered_at, *within);
                let came = facts
                    .activities
                    .iter()
                    .filter(|fact| fact.at.as_secs() >= enrollment.entered_at.as_secs() && fact.at <= now)
                    .filter(|fact| deadline.is_none_or(|deadline| fact.at < deadline))
                    .any(|fact| workflow.matcher.slots(fact).contains(&Meaning::Awaited(*wait)));
                let follows = match deadline {
                    _ if came => yes,
                    Some(deadline) if deadline <= now => no,
                    deadline => return deadline,
                };
                // A branch that holds no steps leads to what comes after both.
                follows.clone()
            }
            NodeKind::Condition { branches, otherwise } => branches
                .iter()
                .find(|(criterion, _)| workflow.criteria.evaluate(*criterion, facts, now, moment.calendar).holds)
                .map_or_else(|| otherwise.clone(), |(_, first)| first.clone()),
            NodeKind::Act(action) => {
                wishes.push(Wish { step: id, action: action.clone() });
                node.next.clone()
            }
        };
        enrollment.step = next;
        enrollment.entered_at = now;
    }
}
