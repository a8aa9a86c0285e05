//! The fake Marketo's own stories: what it refuses, what it keeps, and how it misbehaves on demand. They are told over
//! loopback, as a client would meet them.
#![cfg(feature = "fake")]

mod activities;
mod campaigns;
mod client;
mod custom_activities;
mod echoes;
mod exports;
mod leads;
mod limits;
mod lists;
mod merges;
mod objects;
mod programs;
mod schema;
mod seeded;
mod sign_in;
mod trouble;
mod writes;
