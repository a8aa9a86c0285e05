//! The program as its users meet it: the real binary against a fake HubSpot on loopback, and the promises that only the
//! whole can keep.

mod access_log;
mod account;
mod cli;
mod collector;
mod crash;
mod cycle;
mod daemon;
mod docs;
mod exact;
mod faults;
mod guard;
mod identity;
mod identity_flows;
mod inside;
mod mmdb_file;
mod oauth;
mod outbox;
mod pair;
mod privacy;
mod reconcile;
mod scoring_cli;
mod service_files;
mod summaries;
mod two_sides;
