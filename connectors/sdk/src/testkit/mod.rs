//! For tests of connectors and of the daemon: a clock that is moved by hand, permits without limits, and the conformance
//! suite that every connector passes against its vendor's fake.

mod clock;
pub mod conformance;
mod permits;

pub use clock::TestClock;
pub use permits::Unlimited;
