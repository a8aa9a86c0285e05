//! Who is who: one contact per person by e-mail, one company by registrable domain, across all connections. Joins are
//! functions of keys, of what the admin decided, and of nothing else; each can be explained and undone.

mod compose;
mod domain;
mod keys;
mod resolve;
#[cfg(test)]
mod resolve_tests;
mod rules;
mod tombstone;

pub use compose::{Composed, HeldRecord, compose, givers};
pub use domain::registrable_domain;
pub use keys::{fold_key, key_field, keys, primary_key, secondary_key_field, secondary_keys};
pub use resolve::{
    Bearer, Decisions, Incoming, Known, Local, Merge, Parting, RecordRef, Resolution, components, resolve,
};
pub use rules::{BoundIdentity, FreeMail, IdentityRules, PrecedenceRule};
pub use tombstone::{tombstone_of_actor, tombstone_of_address, tombstone_of_record};
