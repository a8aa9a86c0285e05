//! Plays stories of membership: who belongs to a group after each step, in which role and from which source.

use std::collections::BTreeMap;

use intentd::domain::buying_group::{
    AssignmentChange, AssignmentFact, AssignmentSource, Candidate, Member, members_of,
};
use intentd::domain::model::ContactId;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{RoleText, differs, instant, template};

/// A role template and stories about it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    zone: String,
    roles: Vec<RoleText>,
    stories: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    story: String,
    /// Automatic members follow their conditions after the group was made.
    #[serde(default = "super::yes")]
    update_existing_groups: bool,
    steps: Vec<Step>,
}

/// What happens, and who is a member then. What is left out stays as it was.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: String,
    /// The account's people with the roles whose conditions they meet.
    matches: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    by_hand: BTreeMap<String, String>,
    #[serde(default)]
    by_journey: BTreeMap<String, String>,
    /// "Role, source, since".
    members: BTreeMap<String, String>,
}

pub(super) fn play(topic: &Topic) -> Result<Vec<String>, String> {
    let zone = TimeZone::get(&topic.zone).map_err(|error| error.to_string())?;
    let template = template(&topic.roles)?;
    let mut faults = Vec::new();
    for story in &topic.stories {
        let mut ids: BTreeMap<String, ContactId> = BTreeMap::new();
        let mut people: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut facts: Vec<AssignmentFact> = Vec::new();
        let mut members: Vec<Member> = Vec::new();
        for (number, step) in story.steps.iter().enumerate() {
            let at = instant(&step.at, &zone)?;
            if let Some(matches) = &step.matches {
                people = matches.clone();
            }
            let named = people.keys().chain(step.by_hand.keys()).chain(step.by_journey.keys());
            for name in named.cloned().collect::<Vec<_>>() {
                let next = ContactId(ids.len() as i64 + 1);
                ids.entry(name).or_insert(next);
            }
            for (source, changes) in
                [(AssignmentSource::Manual, &step.by_hand), (AssignmentSource::Journey, &step.by_journey)]
            {
                for (name, role) in changes {
                    let change = match role.as_str() {
                        "remove" => AssignmentChange::Remove,
                        role => AssignmentChange::Assign { role: role.to_owned() },
                    };
                    facts.push(AssignmentFact { id: facts.len() as i64, at, contact: ids[name], source, change });
                }
            }
            let candidates: Vec<Candidate> = people
                .iter()
                .map(|(name, roles)| Candidate {
                    contact: ids[name],
                    verdicts: template.roles.iter().map(|role| roles.contains(&role.name)).collect(),
                })
                .collect();
            let follow = number == 0 || story.update_existing_groups;
            members = members_of(&template, &candidates, &facts, &members, follow, at).members;
            let names: BTreeMap<ContactId, &String> = ids.iter().map(|(name, id)| (*id, name)).collect();
            let found: BTreeMap<String, String> = members
                .iter()
                .map(|member| {
                    let since = zone.to_datetime(member.since.to_jiff()).date();
                    let line = format!("{}, {}, {since}", member.role, member.source.as_str());
                    (names[&member.contact].clone(), line)
                })
                .collect();
            let what = format!("{}: members at {}", story.story, step.at);
            differs(&mut faults, &what, &format!("{:?}", step.members), &format!("{found:?}"));
        }
    }
    Ok(faults)
}
