//! From one entry of `role_templates` to a role template.

use super::check::Checker;
use super::criteria_read::{CriteriaReader, place};
use super::criteria_scope::{Layer, Scope};
use super::group_read::report;
use super::references::RefKind;
use super::scalar;
use super::yaml::Node;
use crate::domain::buying_group::{Role, RoleTemplate, Status};
use crate::domain::criteria::Subject;

/// Reads a template. `None` when something in it is wrong, which has been reported.
pub(super) fn template(
    checker: &mut Checker,
    node: &Node,
    criteria: &mut CriteriaReader<'_>,
    band: &dyn Fn(&mut Checker, &Node) -> Option<u32>,
) -> Option<RoleTemplate> {
    let roles: Vec<Option<Role>> =
        node.items_of("roles").iter().map(|node| role(checker, node, criteria, band)).collect();
    let template = RoleTemplate {
        name: node.text_of("name")?.to_owned(),
        description: node.text_of("description").unwrap_or_default().to_owned(),
        status: status(node),
        roles: roles.into_iter().collect::<Option<_>>()?,
    };
    let flaws = template.flaws();
    let sound = flaws.is_empty();
    report(checker, flaws, node, node.items_of("roles"));
    sound.then_some(template)
}

/// `draft` unless it says `live`.
pub(super) fn status(node: &Node) -> Status {
    match node.text_of("status") {
        Some("live") => Status::Live,
        _ => Status::Draft,
    }
}

fn role(
    checker: &mut Checker,
    node: &Node,
    criteria: &mut CriteriaReader<'_>,
    band: &dyn Fn(&mut Checker, &Node) -> Option<u32>,
) -> Option<Role> {
    let name_node = node.get("role")?;
    criteria.references.add(RefKind::Role, name_node.text()?, place(checker, name_node));
    let assign_when = match node.get("assign_when") {
        None => Some(None),
        Some(node) => criteria.criterion(checker, node, Scope::of(Subject::Contact, Layer::Role)).map(Some),
    };
    let weighting = node.get("weighting")?;
    let weight = band(checker, weighting)?;
    let members = node.text_of("members_required").and_then(scalar::whole).map(u32::try_from);
    Some(Role {
        name: name_node.text()?.to_owned(),
        weighting: weighting.text()?.to_owned(),
        weight,
        assign_when: assign_when?,
        required: node.text_of("required") != Some("false"),
        members_required: members.and_then(Result::ok).unwrap_or(1),
    })
}
