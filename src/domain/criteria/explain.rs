//! Why a criterion holds or does not: the whole tree in plain words, with what was asked and what was found at every leaf.
//! Says no more of a person than the field values that the criterion itself asks for (I12).

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::compiled::{CompiledCriteria, Node};
use super::facts::{Facts, GroupFact};
use super::tree::Test;
use super::verdict::{Answer, Asked};
use super::wording;
use crate::domain::calendar::Calendar;

/// A criterion with its answer and its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// What is asked: "the field `job_title` contains `chef`", "all of these".
    pub text: String,
    pub holds: bool,
    /// What was found; `None` for a node with children.
    pub found: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Explained>,
}

impl CompiledCriteria {
    /// As [`CompiledCriteria::evaluate`], with every test and what was found.
    ///
    /// # Panics
    /// When there is no criterion at that position.
    pub fn explain(&self, at: usize, facts: &Facts<'_>, now: Timestamp, calendar: &Calendar) -> Explained {
        let asked = Asked { facts, now: now.as_secs(), calendar, matcher: &self.matcher };
        explain(&asked, &self.roots[at])
    }
}

fn explain(asked: &Asked<'_>, node: &Node) -> Explained {
    let with = |text: &str, children: &[Node]| Explained {
        text: text.to_owned(),
        holds: asked.node(node).holds,
        found: None,
        children: children.iter().map(|child| explain(asked, child)).collect(),
    };
    match node {
        Node::All(children) => with("all of these", children),
        Node::Any(children) => with("at least one of these", children),
        Node::Not(child) => with("not this", std::slice::from_ref(child)),
        Node::Leaf(test, slot) => {
            let answer = asked.leaf(test, *slot);
            let found = Some(found(asked, test, answer));
            Explained { text: wording::test(test), holds: answer.holds, found, children: Vec::new() }
        }
    }
}

fn found(asked: &Asked<'_>, test: &Test, answer: Answer) -> String {
    let facts = asked.facts;
    let word = |yes: &str, no: &str| if answer.holds { yes.to_owned() } else { no.to_owned() };
    let no_company = || "there is no company".to_owned();
    match test {
        Test::Field { of, field, .. } => {
            asked.field(*of, field).map_or_else(|| "it has no value".to_owned(), |value| format!("it is `{value}`"))
        }
        Test::Activities { .. } => match answer.count.unwrap_or_default() {
            0 => "there is none".to_owned(),
            1 => "there is one".to_owned(),
            count => format!("there are {count}"),
        },
        Test::Segment { .. } => word("it is a member", "it is no member"),
        Test::Score { score, .. } => facts
            .scores
            .get(score)
            .map_or_else(|| "there is no score".to_owned(), |score| format!("it is {}", score.shown)),
        Test::ScoreLabel { score, .. } => facts
            .scores
            .get(score)
            .and_then(|score| score.label.as_ref())
            .map_or_else(|| "there is no label".to_owned(), |label| format!("it is `{label}`")),
        Test::Intent { .. } => facts.company.map_or_else(no_company, |company| match company.intent.is_empty() {
            true => "it shows none".to_owned(),
            false => format!("it meets {}", wording::names(company.intent)),
        }),
        Test::Market { .. } => facts.company.map_or_else(no_company, |company| match company.markets.is_empty() {
            true => "it is in none".to_owned(),
            false => format!("it is in {}", wording::names(company.markets)),
        }),
        Test::View { .. } => match facts.company {
            None => no_company(),
            Some(_) => word("it is in it", "it is not in it"),
        },
        Test::Visits { .. } => match answer.count.unwrap_or_default() {
            0 => "there is none".to_owned(),
            1 => "there is one".to_owned(),
            count => format!("there are {count}"),
        },
        Test::InCrm => match facts.company {
            None => no_company(),
            Some(_) => word("it has a record", "it is a prospect"),
        },
        Test::GoalAchieved { .. } => word("it was achieved", "it was not achieved"),
        Test::Enrolled { .. } => word("it is enrolled", "it is not enrolled"),
        Test::Engagement { .. } => {
            facts.engagement.map_or_else(|| "there is none".to_owned(), |engagement| format!("it is {engagement}"))
        }
        Test::BuyingGroup(test) => match facts.groups {
            [] => "there is no buying group".to_owned(),
            groups => {
                // The group that answers stands first.
                let mut sorted: Vec<&GroupFact> = groups.iter().collect();
                sorted.sort_by_key(|group| !test.holds(group));
                sorted.into_iter().take(3).map(group).collect::<Vec<_>>().join("; ")
            }
        },
    }
}

fn group(group: &GroupFact) -> String {
    let mut parts = vec![format!("`{}`", group.interest)];
    if !group.roles.is_empty() {
        parts.push(format!("role {}", wording::names(&group.roles)));
    }
    if !group.missing_roles.is_empty() {
        parts.push(format!("without {}", wording::names(&group.missing_roles)));
    }
    if let Some(stage) = &group.stage {
        parts.push(format!("stage `{stage}`"));
    }
    parts.push(format!("completeness {} %", group.completeness));
    parts.push(format!("engagement {}", group.engagement));
    parts.join(", ")
}
