//! x
#[cfg(feature = "fake")]
pub mod fake;
