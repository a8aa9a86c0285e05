//! The store suite: every promise of the store, on a SQLite file always, and on PostgreSQL when
//! `INTENTD_TEST_POSTGRES_URL` names a database in which schemas may be made.

#[path = "store/setup.rs"]
mod setup;

#[path = "store/objects.rs"]
mod objects;
#[path = "store/pull.rs"]
mod pull;
