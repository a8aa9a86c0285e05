//! What may become of rules that groups were made by: live templates and stage models stay as they are, an interest keeps its
//! template, and what somebody uses is not taken away. Asked before changed rules come into force.

use std::collections::BTreeMap;

use super::interest::BuyingGroupRules;
use super::refusal::Refusal;
use super::template::Status;

/// Who uses solution interests besides the jobs of the rules themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Workflows by the solution interest that they name.
    pub journeys: BTreeMap<String, Vec<String>>,
}

/// Everything that speaks against the change; empty: it may be made.
pub fn check_change(before: &BuyingGroupRules, after: &BuyingGroupRules, usage: &Usage) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for template in before.templates.iter().filter(|template| template.status == Status::Live) {
        let refused = match after.template(&template.name) {
            Some(other) => template.replace(other.clone()).err(),
            None => template.delete().err(),
        };
        refusals.extend(refused);
    }
    for model in before.stage_models.iter().filter(|model| model.status == Status::Live) {
        match after.stage_model(&model.name) {
            Some(other) => refusals.extend(model.replace(other.clone()).err()),
            None => {
                let user = after.interests.iter().find(|interest| interest.stage_model.as_ref() == Some(&model.name));
                refusals.extend(user.map(|interest| Refusal::StagesInUse {
                    name: model.name.clone(),
                    interest: interest.name.clone(),
                }));
            }
        }
    }
    for interest in &before.interests {
        match after.interest(&interest.name) {
            Some(other) if other.template != interest.template => refusals
                .push(Refusal::TemplateChanged { name: interest.name.clone(), template: interest.template.clone() }),
            Some(_) => {}
            None => refusals.extend(
                user_of(&interest.name, after, usage)
                    .map(|user| Refusal::InterestInUse { name: interest.name.clone(), user }),
            ),
        }
    }
    refusals
}

fn user_of(interest: &str, after: &BuyingGroupRules, usage: &Usage) -> Option<String> {
    let job = after.jobs.iter().find(|job| job.interest == interest);
    let journey = || usage.journeys.get(interest).and_then(|names| names.first());
    job.map(|job| format!("the job for the {}", job.audience))
        .or_else(|| journey().map(|name| format!("the workflow `{name}`")))
}
