//! The functional core: what intentd computes, as functions of values. No I/O, no clock, no randomness, no async; `now`
//! and the time zone are parameters. It knows the connector kit's words (records, changes, permits) and nothing else of ours.

pub mod account;
pub mod buying_group;
pub mod calendar;
pub mod criteria;
pub mod engagement;
pub mod identity;
pub mod intent;
pub mod mapping;
pub mod market;
pub mod model;
pub mod plan;
pub mod quota;
pub mod score;
pub mod timeline;
pub mod view;
pub mod visit;
pub mod workflow;
