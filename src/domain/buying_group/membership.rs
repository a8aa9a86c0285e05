//! Who belongs to a group, from facts and criteria (Journey Optimizer B2B, "Buying groups": member sources). A lower source
//! never overrides a higher one, and what was removed by hand or journey does not come back by itself.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::template::RoleTemplate;
use crate::domain::model::ContactId;

/// How a member came into the group, from the lowest to the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By the role's conditions.
    Automatic,
    /// By a step of a workflow.
    Journey,
    /// By a person.
    Manual,
}

impl Source {
    /// The word for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Source::Automatic => "automatic",
            Source::Journey => "journey",
            Source::Manual => "manual",
        }
    }
}

/// One who can be decided by facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentSource {
    Journey,
    Manual,
}

/// Somebody put a person into the group or took one out. A fact: never changed once it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentFact {
    /// Orders facts of one instant.
    pub id: i64,
    pub at: Timestamp,
    pub contact: ContactId,
    pub source: AssignmentSource,
    pub change: AssignmentChange,
}

/// What became of the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentChange {
    Assign { role: String },
    Remove,
}

/// One of the account's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub contact: ContactId,
    /// Whether the condition of each role of the template holds, by priority; a role without one never does.
    pub verdicts: Vec<bool>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub contact: ContactId,
    pub role: String,
    pub source: Source,
    /// In this role from this source since.
    pub since: Timestamp,
}

/// A difference from before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberChange {
    pub contact: ContactId,
    pub before: Option<Member>,
    pub after: Option<Member>,
}

/// Who belongs to a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Membership {
    /// By priority of the role, then by contact.
    pub members: Vec<Member>,
    pub changes: Vec<MemberChange>,
    /// Ids of facts that name a role which the template does not have; they change nothing.
    pub ignored: Vec<i64>,
}

/// The members at `as_of`. `people` are all of the account: who is not among them is no member. `before` are the members as
/// they were stored last (empty for a new group). `follow`: automatic members follow the conditions (always for a new group,
/// else by the interest's switch); otherwise those that there are stay, and nobody joins by condition.
pub fn members_of(
    template: &RoleTemplate,
    people: &[Candidate],
    facts: &[AssignmentFact],
    before: &[Member],
    follow: bool,
    as_of: Timestamp,
) -> Membership {
    let known: BTreeMap<ContactId, &Member> = before.iter().map(|member| (member.contact, member)).collect();
    let (decided, ignored) = latest(template, facts, as_of);
    let mut members: BTreeMap<ContactId, Member> = BTreeMap::new();
    for person in people {
        let last = known.get(&person.contact).copied();
        let by_fact = [AssignmentSource::Manual, AssignmentSource::Journey]
            .into_iter()
            .find_map(|source| decided.get(&(person.contact, source)));
        let member = match by_fact {
            Some(fact) => match &fact.change {
                AssignmentChange::Assign { role } => Some(Member {
                    contact: person.contact,
                    role: role.clone(),
                    source: fact.source.into(),
                    since: fact.at,
                }),
                AssignmentChange::Remove => None,
            },
            None if follow => automatic(template, person, last, as_of),
            None => last.filter(|last| last.source == Source::Automatic).cloned(),
        };
        members.extend(member.map(|member| (person.contact, member)));
    }
    let everybody: BTreeSet<ContactId> = known.keys().chain(members.keys()).copied().collect();
    let changes = everybody.into_iter().filter_map(|contact| {
        let (before, after) = (known.get(&contact).copied().cloned(), members.get(&contact).cloned());
        (before != after).then_some(MemberChange { contact, before, after })
    });
    let changes = changes.collect();
    let mut members: Vec<Member> = members.into_values().collect();
    members.sort_by_key(|member| (template.position(&member.role), member.contact));
    Membership { members, changes, ignored }
}

/// The last fact of each source about each person.
fn latest<'a>(
    template: &RoleTemplate,
    facts: &'a [AssignmentFact],
    as_of: Timestamp,
) -> (BTreeMap<(ContactId, AssignmentSource), &'a AssignmentFact>, Vec<i64>) {
    let mut sorted: Vec<&AssignmentFact> = facts.iter().filter(|fact| fact.at <= as_of).collect();
    sorted.sort_by_key(|fact| (fact.at, fact.id));
    let (mut last, mut ignored) = (BTreeMap::<_, &AssignmentFact>::new(), BTreeSet::new());
    for fact in sorted {
        match &fact.change {
            AssignmentChange::Assign { role } if template.position(role).is_none() => {
                ignored.insert(fact.id);
            }
            AssignmentChange::Assign { .. } | AssignmentChange::Remove => {
                let held = last.entry((fact.contact, fact.source)).or_insert(fact);
                // Saying the same again does not begin anew.
                if held.change != fact.change {
                    *held = fact;
                }
            }
        }
    }
    (last, ignored.into_iter().collect())
}

fn automatic(template: &RoleTemplate, person: &Candidate, last: Option<&Member>, as_of: Timestamp) -> Option<Member> {
    let role = template.roles.iter().zip(&person.verdicts).find(|(role, holds)| role.assign_when.is_some() && **holds);
    let role = role.map(|(role, _)| role.name.clone())?;
    let same = last.filter(|last| last.source == Source::Automatic && last.role == role);
    let since = same.map_or(as_of, |last| last.since);
    Some(Member { contact: person.contact, role, source: Source::Automatic, since })
}

impl From<AssignmentSource> for Source {
    fn from(source: AssignmentSource) -> Source {
        match source {
            AssignmentSource::Journey => Source::Journey,
            AssignmentSource::Manual => Source::Manual,
        }
    }
}
