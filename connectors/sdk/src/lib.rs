//! What a connector implements, and what the daemon promises it.
//!
//! The words ([`record`], [`change`], [`cursor`], [`error`], [`permit`]) are plain values without I/O: the domain
//! builds on them. The seams ([`source`], [`destination`]) are the two traits of a connector. The tools
//! ([`http`], [`auth`], [`clock`], [`retry`]) are the only places of the program that name an HTTP client, read a
//! clock, or compute a delay.

pub mod auth;
pub mod change;
pub mod clock;
pub mod connector;
pub mod cursor;
pub mod destination;
pub mod error;
pub mod http;
pub mod permit;
pub mod record;
pub mod retry;
pub mod source;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod time;

pub use error::{ConnectorError, Result};
pub use time::Timestamp;
