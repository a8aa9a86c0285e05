//! Role templates: which roles a group has, how much each weighs, who gets one by itself (Journey Optimizer B2B, "Create
//! and manage buying group role templates"). A live template is fixed, as groups were made by it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::flaw::Flaw;
use super::refusal::Refusal;
use crate::domain::criteria::Criterion;

/// The role whose members come first.
pub const DECISION_MAKER: &str = "Decision Maker";

/// The roles that there are without being declared.
pub const DEFAULT_ROLES: [&str; 6] =
    [DECISION_MAKER, "Influencer", "Practitioner", "Executive Steering Committee", "Champion", "Other"];

/// Default and custom roles together.
pub const MAX_ROLES: usize = 20;

/// The most members that a role can require.
pub const MAX_MEMBERS_REQUIRED: u32 = 50;

/// Whether it is in use or may still be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Live,
}

/// A set of roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleTemplate {
    /// Unique.
    pub name: String,
    pub description: String,
    pub status: Status,
    /// By priority: who matches several gets the first.
    pub roles: Vec<Role>,
}

/// One role of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub name: String,
    /// The band's name, for people: `vital`.
    pub weighting: String,
    /// The band's value.
    pub weight: u32,
    /// Who gets the role by itself; `None`: only by hand or journey.
    pub assign_when: Option<Criterion>,
    /// Counts for completeness.
    pub required: bool,
    /// So many make the role complete; at least 1.
    pub members_required: u32,
}

impl RoleTemplate {
    /// What is wrong with it, also as a draft.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut seen = BTreeSet::new();
        for (at, role) in self.roles.iter().enumerate() {
            if !seen.insert(role.name.as_str()) {
                let message = format!("the role `{}` is in the template twice", role.name);
                flaws.push(Flaw::item(at, "duplicate_role", message, "keep one"));
            }
            if !(1..=MAX_MEMBERS_REQUIRED).contains(&role.members_required) {
                let message = format!("the role `{}` requires {} members", role.name, role.members_required);
                flaws.push(Flaw::item(
                    at,
                    "out_of_range",
                    message,
                    format!("write 1 to {MAX_MEMBERS_REQUIRED}; to require none write `required: false`"),
                ));
            }
        }
        if self.status == Status::Live && self.roles.is_empty() {
            let message = format!("the live template `{}` has no role", self.name);
            flaws.push(Flaw::whole("no_roles", message, "add a role, or write `status: draft`"));
        }
        flaws
    }

    /// The same template, live.
    ///
    /// # Errors
    /// When it has no role, or anything else is wrong with it.
    pub fn publish(self) -> Result<RoleTemplate, Refusal> {
        let live = RoleTemplate { status: Status::Live, ..self };
        let flaws: Vec<String> = live.flaws().into_iter().map(|flaw| flaw.message).collect();
        if flaws.is_empty() {
            return Ok(live);
        }
        Err(Refusal::Unpublishable { name: live.name, flaws: flaws.join("; ") })
    }

    /// Puts another version in its place.
    ///
    /// # Errors
    /// When it is live and the other says anything else.
    pub fn replace(&self, other: RoleTemplate) -> Result<RoleTemplate, Refusal> {
        if self.status == Status::Live && *self != other {
            return Err(Refusal::LiveTemplateEdited { name: self.name.clone() });
        }
        Ok(other)
    }

    /// Takes it away.
    ///
    /// # Errors
    /// When it is live.
    pub fn delete(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Draft => Ok(()),
            Status::Live => Err(Refusal::LiveTemplateDeleted { name: self.name.clone() }),
        }
    }

    /// Position of a role.
    pub fn position(&self, role: &str) -> Option<usize> {
        self.roles.iter().position(|known| known.name == role)
    }

    /// Names of the roles, by priority.
    pub fn role_names(&self) -> Vec<String> {
        self.roles.iter().map(|role| role.name.clone()).collect()
    }

    /// Weights of the roles, by priority.
    pub fn weights(&self) -> Vec<u32> {
        self.roles.iter().map(|role| role.weight).collect()
    }
}
