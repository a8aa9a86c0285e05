//! Packed activity timelines: the base in which the bulk of all activities is stored.
//!
//! A *timeline* holds one contact's activities, sorted and without duplicates, in about ten bytes each ([`encode`],
//! [`Timeline`]). [`fold()`] adds new ones to it, [`merge`] reads both without packing. A *segment* holds the timelines of 128
//! contacts in one database row ([`segment::encode`], [`Segment`]). Bytes come from a database, so whatever they hold,
//! reading them gives an error and never a panic.

mod fold;
mod packed;
mod remote_hash;
pub mod segment;
mod varint;

pub use fold::{Folded, fold, merge};
pub use packed::{Activities, Malformed, Timeline, encode, order};
pub use remote_hash::remote_hash;
pub use segment::Segment;
