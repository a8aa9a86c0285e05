//! For tests of connectors and of the daemon: a clock that is moved by hand, and permits without limits.

mod clock;
mod permits;

pub use clock::TestClock;
pub use permits::Unlimited;
