//! What criteria are asked of: the facts of one contact, company or buying group, and what was computed from them before.
//! The layers are computed in this order, so that no value can depend on itself: scores, markets, intent and views, person
//! engagement, buying groups, workflows.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;

use crate::domain::model::{ActivityFact, Fields, Number};

/// Everything that a criterion can ask of its subject. What does not apply is empty.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The contact's fields; empty for a company or a group.
    pub contact: &'a Fields,
    /// The fields of the primary company.
    pub company: Option<&'a CompanyFacts<'a>>,
    /// Names of the segments that the subject is in.
    pub segments: &'a BTreeSet<String>,
    /// Sorted by time. Of a contact its own, else those of all its people.
    pub activities: &'a [ActivityFact],
    pub scores: &'a BTreeMap<String, ScoreFact>,
    /// Person engagement as it is shown.
    pub engagement: Option<Number>,
    /// Workflows by name: where the contact stands in them.
    pub workflows: &'a BTreeMap<String, WorkflowFact>,
    /// Groups that the contact is a member of, that the company has, or the group itself.
    pub groups: &'a [GroupFact],
    /// When the contact was enrolled in the workflow that asks.
    pub enrolled_at: Option<Timestamp>,
}

/// What is known of a company.
#[derive(Clone, Debug)]
pub struct CompanyFacts<'a> {
    pub fields: &'a Fields,
    /// Names of the active markets that it is in.
    pub markets: &'a BTreeSet<String>,
    /// Names of the saved views that it is in.
    pub views: &'a BTreeSet<String>,
    /// Names of the intent criteria that it meets; empty: it shows no intent.
    pub intent: &'a BTreeSet<String>,
    /// Instants of its visits, sorted.
    pub visits: &'a [Timestamp],
    pub in_crm: bool,
}

/// A score's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreFact {
    pub shown: Number,
    pub label: Option<String>,
}

/// Where a contact stands in a workflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkflowFact {
    pub enrolled: bool,
    /// Counted in the workflow's goal.
    pub goal_achieved: bool,
}

/// A buying group, as far as criteria ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFact {
    pub interest: String,
    /// Of a contact: its own role in the group. Of a company or a group: the roles with at least one member.
    pub roles: BTreeSet<String>,
    /// Roles of the template that nobody has.
    pub missing_roles: BTreeSet<String>,
    pub stage: Option<String>,
    pub completeness: Number,
    /// As shown.
    pub engagement: Number,
}
