//! What a person does to members: assign, remove, change role, for up to fifty at a time (Journey Optimizer B2B, "Buying
//! group details": actions). All or nothing: the answer is the facts to store, or why none is.

use std::collections::BTreeSet;

use intentd_sdk::Timestamp;

use super::membership::{AssignmentChange, AssignmentFact, AssignmentSource, Member};
use super::refusal::Refusal;
use super::template::RoleTemplate;
use crate::domain::model::ContactId;

/// The most people of one action, e-mails included.
pub const MAX_BULK: usize = 50;

/// What to do with those who were chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkAction {
    /// People of the account become members; who is one already changes role.
    Assign {
        role: String,
    },
    ChangeRole {
        role: String,
    },
    Remove,
    /// Send an approved e-mail of the vendor: checked here, sent through the outbox.
    SendEmail,
}

/// The facts of an action, numbered from `first_id`; none for an e-mail.
///
/// # Errors
/// When nobody or too many are chosen, the role does not exist, or somebody is no member or not of the account.
pub fn bulk(
    action: &BulkAction,
    chosen: &BTreeSet<ContactId>,
    template: &RoleTemplate,
    account_people: &BTreeSet<ContactId>,
    members: &[Member],
    first_id: i64,
    at: Timestamp,
) -> Result<Vec<AssignmentFact>, Refusal> {
    match chosen.len() {
        0 => return Err(Refusal::Nobody),
        1..=MAX_BULK => {}
        count => return Err(Refusal::TooMany { count }),
    }
    let change = match action {
        BulkAction::Assign { role } | BulkAction::ChangeRole { role } => {
            if template.position(role).is_none() {
                return Err(Refusal::UnknownRole { role: role.clone(), roles: template.role_names() });
            }
            Some(AssignmentChange::Assign { role: role.clone() })
        }
        BulkAction::Remove => Some(AssignmentChange::Remove),
        BulkAction::SendEmail => None,
    };
    match action {
        BulkAction::Assign { .. } => {
            let count = chosen.difference(account_people).count();
            if count > 0 {
                return Err(Refusal::NotOfAccount { count });
            }
        }
        BulkAction::ChangeRole { .. } | BulkAction::Remove | BulkAction::SendEmail => {
            let known: BTreeSet<ContactId> = members.iter().map(|member| member.contact).collect();
            let count = chosen.difference(&known).count();
            if count > 0 {
                return Err(Refusal::NotMembers { count });
            }
        }
    }
    let facts = change.into_iter().flat_map(|change| {
        (first_id..).zip(chosen).map(move |(id, contact)| AssignmentFact {
            id,
            at,
            contact: *contact,
            source: AssignmentSource::Manual,
            change: change.clone(),
        })
    });
    Ok(facts.collect())
}
