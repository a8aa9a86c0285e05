//! Promises of the whole score engine, tried on random models and histories. Seeded, so that a failure comes back.

mod plain;
mod promises;
mod random;
