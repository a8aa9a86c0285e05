//! The fake HubSpot's own stories: what it refuses, what it keeps, and how it misbehaves on demand. They are told over
//! loopback, as a client would meet them.
#![cfg(feature = "fake")]

mod client;
mod limits;
mod lists;
mod merges;
mod objects;
mod schema;
mod search;
mod seeded;
mod sign_in;
mod trouble;
mod web;
mod writes;
