//! The functional core: what intentd computes, as functions of values. No I/O, no clock, no randomness, no async; `now`
//! and the time zone are parameters. It knows the connector kit's words (records, changes, permits) and nothing else of ours.

pub mod criteria;
pub mod identity;
pub mod mapping;
pub mod model;
pub mod plan;
pub mod quota;
pub mod score;
pub mod timeline;
pub mod visit;
