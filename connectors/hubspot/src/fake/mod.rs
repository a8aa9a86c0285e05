//! A fake HubSpot: a stateful HTTP program that behaves, and above all refuses, as HubSpot's documentation and its
//! users' reports say HubSpot does. It serves the demo, `intentd fake hubspot`, tests and benches. It keeps no secret
//! and proves nothing about the real service that the reference behind it got wrong.
//!
//! Routes are plain functions over the account, called one at a time under a lock; only the edge here is asynchronous.

mod account;
mod auth;
mod call;
mod chance;
mod config;
mod edge;
mod email_events;
mod errors;
mod faults;
mod forms;
mod kind;
mod limits;
mod links;
mod lists;
mod page_views;
mod record;
mod routes;
mod schema;
mod search;
mod seed;
mod show;
mod state;
mod workflows;
mod write;

pub use account::{Account, Owner, Writer};
pub use call::Stats;
pub use config::{FakeConfig, MissingInBatch, Scale, Tier};
pub use edge::FakeHubSpot;
pub use email_events::{Campaign, EmailEvent, EmailEvents};
pub use faults::{Fault, FaultKind};
pub use forms::{Form, Forms, Submission};
pub use kind::Kind;
pub use links::{Label, Links, plain_type, primary_type};
pub use lists::{List, Lists, Processing};
pub use page_views::{PageView, PageViews};
pub use record::{Record, Table, Version};
pub use schema::{Choice, Group, Property, Schema, ValueType, Writable};
pub use workflows::{Workflow, Workflows};
