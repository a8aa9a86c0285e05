//! Marketo Engage for intentd. Marketo's words and JSON stay inside this crate: outside it there are contacts, companies,
//! deals, activities and segments.
//!
//! `connector` builds a connection, `client` makes calls, `failure` and `codes` say what a refusal means, `limits` and
//! `paths` know Marketo's budgets and addresses. `fields`, `lead` and `activity` turn what comes into records, `log` walks
//! the activity log. `streams` has one file per stream, `bulk` reads large amounts through bulk extract, `destinations`
//! writes. `fake` is a Marketo to try all this on.

mod activity;
mod bulk;
mod client;
mod codes;
mod connector;
mod destinations;
mod failure;
#[cfg(feature = "fake")]
pub mod fake;
mod fields;
mod lead;
mod limits;
mod log;
mod moves;
mod paths;
mod settings;
mod streams;
mod wire;

pub use connector::{MARKETO, MarketoKind, kind};
