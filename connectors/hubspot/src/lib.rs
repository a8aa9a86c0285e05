//! HubSpot for intentd. HubSpot's words and JSON stay inside this crate: outside it there are contacts, companies,
//! deals, activities and segments.
//!
//! `connector` builds a connection, `client` makes calls, `failure` says what a refusal means, `limits` and `paths` know
//! HubSpot's budgets and addresses. `objects` reads CRM objects completely (by id) and incrementally (by time);
//! `streams` has one file per stream, `destinations` writes properties. `fake` is a HubSpot to try all this on.

mod auth;
mod client;
mod connector;
mod destinations;
mod failure;
#[cfg(feature = "fake")]
pub mod fake;
mod limits;
mod objects;
mod paths;
mod settings;
mod streams;
mod wire;

pub use connector::{HUBSPOT, HubSpotKind, kind};
