//! How complete a group is: the mean over its required roles of the share of members that each has of those it needs (Journey
//! Optimizer B2B, "Completeness scores"). Exact: shares are summed as fractions and divided once (I4).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::template::RoleTemplate;
use crate::domain::engagement::apportion;
use crate::domain::model::{Number, Rounding};

/// A group's completeness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completeness {
    /// 0–100, to a millionth. 100 when no role is required.
    pub exact: Number,
    /// Rounded half up to a whole number.
    pub shown: Number,
    /// Every role of the template, by priority.
    pub roles: Vec<RoleFill>,
}

/// How far a role is filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleFill {
    pub role: String,
    pub required: bool,
    pub assigned: u32,
    pub members_required: u32,
    /// 0–100, rounded half up to a whole number.
    pub percent: Number,
    /// What it adds to the completeness; these add up to `exact`.
    pub points: Number,
}

/// The completeness of a group whose members have these roles (by position in the template).
pub fn completeness(template: &RoleTemplate, members: impl IntoIterator<Item = usize>) -> Completeness {
    let mut assigned: BTreeMap<usize, u32> = BTreeMap::new();
    for role in members {
        *assigned.entry(role).or_default() += 1;
    }
    let needed = |at: usize| u128::from(template.roles[at].members_required.max(1));
    let have = |at: usize| assigned.get(&at).copied().unwrap_or(0);
    let required: Vec<usize> = (0..template.roles.len()).filter(|at| template.roles[*at].required).collect();
    // Every share as a whole number of the same fraction.
    let denominator = required.iter().map(|at| needed(*at)).fold(1, lcm);
    let share = |at: usize| u128::from(have(at)).min(needed(at)) * (denominator / needed(at));
    let parts: Vec<u128> =
        (0..template.roles.len()).map(|at| if template.roles[at].required { share(at) } else { 0 }).collect();
    let whole = |value: u128| i128::try_from(value).unwrap_or(i128::MAX);
    let exact = match required.len() as u128 {
        0 => Number::whole(100),
        count => Number::whole(100).scale(whole(parts.iter().sum()), whole(denominator * count)),
    };
    let roles = template.roles.iter().zip(apportion(exact, &parts)).enumerate().map(|(at, (role, points))| RoleFill {
        role: role.name.clone(),
        required: role.required,
        assigned: have(at),
        members_required: role.members_required,
        percent: Number::whole(100)
            .scale(i128::from(have(at)).min(whole(needed(at))), whole(needed(at)))
            .round(Rounding::Whole),
        points,
    });
    Completeness { exact, shown: exact.round(Rounding::Whole), roles: roles.collect() }
}

impl Completeness {
    /// Roles of the template that nobody has, by priority.
    pub fn missing_roles(&self) -> Vec<&str> {
        self.roles.iter().filter(|role| role.assigned == 0).map(|role| role.role.as_str()).collect()
    }

    /// Required roles that lack members, by priority.
    pub fn open_roles(&self) -> impl Iterator<Item = &RoleFill> {
        self.roles.iter().filter(|role| role.required && role.assigned < role.members_required)
    }
}

fn lcm(a: u128, b: u128) -> u128 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}
