//! The plan: what would be written, and whether it may be.

mod diff;
mod echo;
mod guard;

pub use diff::{diff, same_value};
pub use echo::{Arrival, classify};
pub use guard::{GuardLimits, Hold, PlanSize, Verdict, check_departures, check_plan};
