//! `intentd`: buyer intent, lead scores and what follows from them, computed locally from a mirror of the CRM.
//!
//! The functional core decides ([`domain`]); the shell waits, talks and writes (everything else). A sync is
//! *observe → plan → apply → remember*: [`engine`] pulls pages through a connector into [`store`], recomputes what is
//! touched or due with [`domain`], and lets the outbox close the gap. docs/ARCHITECTURE.md draws the way of one record.

pub mod cli;
pub mod collector;
pub mod config;
pub mod domain;
pub mod engine;
pub mod registry;
pub mod rules;
mod seal;
pub mod store;
pub mod summaries;
pub mod systemd;
pub mod telemetry;
