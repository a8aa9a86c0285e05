//! A group as criteria see it: from its completeness, engagement and stage to the facts of `domain::criteria`.

use std::collections::BTreeSet;

use super::completeness::Completeness;
use crate::domain::criteria::GroupFact;
use crate::domain::model::Number;

/// What a criterion can ask of a group, or of a company that has it.
pub fn fact_of_group(
    interest: &str,
    completeness: &Completeness,
    engagement_shown: Number,
    stage: Option<&str>,
) -> GroupFact {
    let filled = completeness.roles.iter().filter(|role| role.assigned > 0);
    GroupFact {
        interest: interest.to_owned(),
        roles: filled.map(|role| role.role.clone()).collect(),
        missing_roles: completeness.missing_roles().into_iter().map(str::to_owned).collect(),
        stage: stage.map(str::to_owned),
        completeness: completeness.exact,
        engagement: engagement_shown,
    }
}

/// What a criterion can ask of a member with this role.
pub fn fact_of_member(group: &GroupFact, role: &str) -> GroupFact {
    GroupFact { roles: BTreeSet::from([role.to_owned()]), ..group.clone() }
}
