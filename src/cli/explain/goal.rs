//! `intentd explain goal`: whether a contact counts in the goal conversion rate of a workflow, and why: its way through the
//! workflow, the marketing e-mails that reached it, and the goal's criteria with what was found.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde_json::json;

use super::account::Account;
use super::{criteria, find_contact, group};
use crate::cli::output::line;
use crate::cli::{Failure, Global, Outcome, context, meant, output};
use crate::domain::buying_group::fact_of_member;
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{CompiledCriteria, Explained, Facts, GroupFact, ScoreFact, WorkflowFact};
use crate::domain::model::{ActivityFact, ContactFacts, Dictionary};
use crate::domain::score::{CompiledScore, evaluate_in};
use crate::domain::workflow::{CompiledWorkflow, Counting, Enrollment, Reason, State, counting, received};
use crate::engine::cycle::Engine;
use crate::store::{EnrollmentRow, LoadedContact};

#[derive(clap::Args)]
pub(super) struct GoalArgs {
    /// The workflow's name.
    workflow: String,
    /// E-mail address, or the record's id at a vendor.
    contact: String,
    /// As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12:00:00Z).
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

pub(super) async fn run(global: &Global, args: &GoalArgs) -> Outcome {
    let opened = context::look(global).await?;
    let engine = &opened.engine;
    let zone = &engine.settings.zone;
    let as_of = meant::as_of(args.as_of.as_deref(), engine.clock.now(), zone)?;
    let workflows = &engine.rules.rules.workflows;
    let model = meant::named("workflow", workflows, |workflow| workflow.name.as_str(), &args.workflow)?;
    let contact = find_contact(&engine.store, &args.contact).await?;
    let Some(loaded) = engine.store.load_facts(&[contact.id]).await?.pop() else {
        return Err(Failure::Input("this contact has no facts any more".into()));
    };
    let dictionary = engine.store.dictionary().await?;
    let compiled = CompiledWorkflow::new(model, &dictionary);
    let held = engine.store.load_enrollments(&[contact.id]).await?.remove(&contact.id).unwrap_or_default();
    let row = engine.store.list_workflows().await?.into_iter().find(|row| row.name == model.name);
    let cleared = row.and_then(|row| row.goal_cleared_at).filter(|cleared| *cleared <= as_of);
    let state = held.get(&model.name).and_then(|row| at_the_time(&row.state, as_of));
    let counted = counting(&compiled, state.as_ref(), &loaded.activities, cleared);
    let enrollment = match &state {
        Some(State::Enrolled(enrollment)) => Some(enrollment),
        Some(State::Declined(_)) | None => None,
    };
    let mails: Vec<(Timestamp, String)> = enrollment
        .into_iter()
        .flat_map(|enrollment| received(&compiled, enrollment, &loaded.activities))
        .filter(|fact| fact.at <= as_of)
        .map(|fact| (fact.at, mail(fact, &dictionary)))
        .collect();
    let tree = match &model.goal {
        None => None,
        Some(goal) => {
            let criteria = CompiledCriteria::new([goal], &dictionary);
            Some(explained(engine, &criteria, &loaded, &held, enrollment, &dictionary, as_of).await?)
        }
    };
    let reason = reason(counted, model.goal.is_some(), model.emails.is_empty());
    let counts = counted == Counting::Counts;
    let called = contact.email.clone().unwrap_or_else(|| format!("contact {}", contact.id));
    if global.json {
        output::json(&json!({
            "workflow": { "name": model.name, "title": model.title },
            "contact": { "id": contact.id, "email": contact.email },
            "as_of": as_of.to_string(),
            "counts": counts,
            "counting": counted,
            "reason": reason,
            "has_rate": model.goal.is_some() && !model.emails.is_empty(),
            "declined": match &state {
                Some(State::Declined(declined)) => {
                    json!({ "at": declined.at.to_string(), "reason": declined.reason.as_str() })
                }
                _ => serde_json::Value::Null,
            },
            "enrolled_at": enrollment.map(|enrollment| enrollment.enrolled_at.to_string()),
            "step": enrollment.and_then(|enrollment| enrollment.step.clone()),
            "ended": enrollment.and_then(|enrollment| enrollment.ended).map(|ended| {
                json!({ "at": ended.at.to_string(), "reason": ended.reason.as_str() })
            }),
            "goal_met_at": enrollment.and_then(|enrollment| enrollment.goal).map(|goal| goal.at.to_string()),
            "goal_cleared_at": cleared.map(|at| at.to_string()),
            "emails": mails.iter().map(|(at, name)| json!({ "at": at.to_string(), "email": name })).collect::<Vec<_>>(),
            "goal": tree.as_ref().map(criteria::json),
        }));
        return Ok(0);
    }
    let local = |at: Timestamp| context::local_time(at, zone);
    line(&format!("{called} in {} ({})", model.title, model.name));
    line(&format!("as of {}", local(as_of)));
    line("");
    line(&format!("{}: {reason}", if counts { "Counts" } else { "Does not count" }));
    line("");
    match &state {
        None => line("  It has never met the enrollment criteria."),
        Some(State::Declined(declined)) => {
            line(&format!("  {}  not enrolled: {}", local(declined.at), words(declined.reason)));
        }
        Some(State::Enrolled(enrollment)) => {
            let mut events = vec![(enrollment.enrolled_at, "enrolled".to_owned())];
            events.extend(mails.iter().map(|(at, name)| (*at, format!("received {name}"))));
            events.extend(enrollment.goal.map(|goal| (goal.at, "met the goal".to_owned())));
            events.extend(enrollment.ended.map(|ended| (ended.at, format!("left: {}", words(ended.reason)))));
            events.extend(cleared.map(|at| (at, "all goal criteria were cleared".to_owned())));
            events.sort_by_key(|(at, _)| *at);
            for (at, what) in events {
                line(&format!("  {}  {what}", local(at)));
            }
            if let (Some(step), true) = (&enrollment.step, enrollment.is_active()) {
                line(&format!("  It stands at the step {step} since {}.", local(enrollment.entered_at)));
            }
        }
    }
    if model.emails.is_empty() {
        line("");
        line("No marketing e-mail belongs to this workflow, so there is no rate; use a suppression segment instead.");
    }
    if let Some(tree) = &tree {
        line("");
        line(&format!("The goal: {}", if tree.holds { "met" } else { "not met" }));
        criteria::print(tree, 1);
    }
    Ok(0)
}

/// The state as it was then: what came later had not happened yet.
fn at_the_time(state: &State, as_of: Timestamp) -> Option<State> {
    match state {
        State::Declined(declined) => (declined.at <= as_of).then(|| state.clone()),
        State::Enrolled(enrollment) if enrollment.enrolled_at <= as_of => {
            let stood = enrollment.entered_at <= as_of;
            Some(State::Enrolled(Enrollment {
                // Where it stood before is not kept.
                step: enrollment.step.clone().filter(|_| stood),
                ended: enrollment.ended.filter(|ended| ended.at <= as_of),
                goal: enrollment.goal.filter(|goal| goal.at <= as_of),
                ..enrollment.clone()
            }))
        }
        State::Enrolled(_) => None,
    }
}

/// Why it counts or not.
fn reason(counting: Counting, has_goal: bool, no_emails: bool) -> &'static str {
    match counting {
        Counting::Counts => "it met the goal after it had received a marketing e-mail of the workflow.",
        Counting::NotStarted => "it has not started the workflow.",
        Counting::MetBefore => "it met the goal before it could start.",
        Counting::NotMet if !has_goal => "the workflow has no goal.",
        Counting::NotMet => "it has not met the goal.",
        Counting::NoEmailBefore if no_emails => "it met the goal, but the workflow has no marketing e-mails.",
        Counting::NoEmailBefore => "it met the goal, but no marketing e-mail of the workflow had reached it by then.",
        Counting::Cleared => "it met the goal before all goal criteria were cleared.",
        Counting::LeftBefore => "it left for another reason before it met the goal.",
    }
}

/// Why somebody was not let in or left.
pub(super) fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::GoalAlreadyMet => "it met the goal already",
        Reason::Existing => "it was there before the workflow, which takes only new ones",
        Reason::Goal => "it met the goal",
        Reason::Suppressed => "it is in a suppression segment",
        Reason::Completed => "it went through to the end",
        Reason::StepRemoved => "its step was taken out of the rules",
    }
}

fn mail(fact: &ActivityFact, dictionary: &Dictionary) -> String {
    let asset = dictionary.objects.get(&fact.object).and_then(|object| object.get("asset"));
    asset.map_or_else(|| "a marketing e-mail".to_owned(), |asset| format!("`{asset}`"))
}

/// The goal's tree, from the facts that the workflow pass looks at.
async fn explained(
    engine: &Engine,
    goal: &CompiledCriteria,
    contact: &LoadedContact,
    held: &BTreeMap<String, EnrollmentRow>,
    enrollment: Option<&Enrollment>,
    dictionary: &Dictionary,
    as_of: Timestamp,
) -> Result<Explained, Failure> {
    let store = &engine.store;
    let calendar = Calendar::around(&engine.settings.zone, as_of);
    let own = ContactFacts { fields: &contact.fields, segments: &contact.segments, activities: &contact.activities };
    let scores: BTreeMap<String, ScoreFact> = engine
        .rules
        .rules
        .scores
        .iter()
        .map(|model| {
            let value = evaluate_in(&CompiledScore::new(model, dictionary), &own, as_of, &calendar);
            (model.name.clone(), ScoreFact { shown: value.shown, label: value.label })
        })
        .collect();
    let employer = store.load_primary_companies(&[contact.id]).await?.remove(&contact.id);
    let account = match employer {
        Some(company) => Some(Account::load(engine, company, as_of).await?),
        None => None,
    };
    let company = account.as_ref().map(Account::facts);
    let engagement = match &account {
        Some(account) if engine.rules.rules.engagement.is_some() => {
            let (groups, scale) = group::compiled(engine, account).await?;
            Some(groups.person(&contact.activities, &scale, as_of, &calendar).shown)
        }
        _ => store.load_engagement(&[contact.id]).await?.remove(&contact.id).map(|row| row.shown),
    };
    let members: Vec<GroupFact> = store
        .load_groups_of_contacts(&[contact.id])
        .await?
        .remove(&contact.id)
        .into_iter()
        .flatten()
        .map(|(group, member)| fact_of_member(&group.fact, &member.role))
        .collect();
    let standings: BTreeMap<String, WorkflowFact> = held
        .iter()
        .map(|(name, row)| {
            let enrolled = matches!(&row.state, State::Enrolled(enrollment) if enrollment.is_active());
            (name.clone(), WorkflowFact { enrolled, goal_achieved: row.counting == Counting::Counts })
        })
        .collect();
    let facts = Facts {
        contact: &contact.fields,
        company: company.as_ref(),
        segments: &contact.segments,
        activities: &contact.activities,
        scores: &scores,
        engagement,
        workflows: &standings,
        groups: &members,
        enrolled_at: enrollment.map(|enrollment| enrollment.enrolled_at),
    };
    Ok(goal.explain(0, &facts, as_of, &calendar))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::workflow::{Ended, GoalMet};

    #[test]
    fn what_came_later_had_not_happened_yet() {
        let at = Timestamp::from_secs;
        let enrollment = Enrollment {
            enrolled_at: at(100),
            step: Some("wait".into()),
            entered_at: at(150),
            ended: Some(Ended { at: at(300), reason: Reason::Goal }),
            goal: Some(GoalMet { at: at(290) }),
        };
        let state = State::Enrolled(enrollment.clone());
        assert_eq!(at_the_time(&state, at(99)), None);
        assert_eq!(at_the_time(&state, at(300)), Some(state.clone()));
        let Some(State::Enrolled(then)) = at_the_time(&state, at(295)) else { panic!("it was enrolled") };
        assert_eq!((then.goal, then.ended), (enrollment.goal, None));
        let Some(State::Enrolled(then)) = at_the_time(&state, at(120)) else { panic!("it was enrolled") };
        assert_eq!((then.goal, then.ended, then.step), (None, None, None));
    }
}
