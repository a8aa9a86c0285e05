//! The store suite: every promise of the store, on a SQLite file always, and on PostgreSQL when
//! `INTENTD_TEST_POSTGRES_URL` names a database in which schemas may be made.

#[path = "store/activities.rs"]
mod activities;
#[path = "store/erasure.rs"]
mod erasure;
#[path = "store/files.rs"]
mod files;
#[path = "store/identity.rs"]
mod identity;
#[path = "store/links.rs"]
mod links;
#[path = "store/lookups.rs"]
mod lookups;
#[path = "store/mirror.rs"]
mod mirror;
#[path = "store/objects.rs"]
mod objects;
#[path = "store/operation.rs"]
mod operation;
#[path = "store/outbox.rs"]
mod outbox;
#[path = "store/outbox_model.rs"]
mod outbox_model;
#[path = "store/outbox_settle.rs"]
mod outbox_settle;
#[path = "store/pull.rs"]
mod pull;
#[path = "store/recompute.rs"]
mod recompute;
#[path = "store/setup.rs"]
mod setup;
#[path = "store/summaries.rs"]
mod summaries;
#[path = "store/visitors.rs"]
mod visitors;
