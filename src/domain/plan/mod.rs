//! The plan: what would be written, and whether it may be.

mod diff;
mod echo;
mod fight;
mod flow;
#[cfg(test)]
mod flow_model;
mod guard;

pub use diff::{diff, same_value};
pub use echo::{Arrival, classify};
pub use fight::{Fight, MOST_REWRITES, is_rewrite};
pub use flow::{FlowConflict, FlowEnd, FlowRule, FlowSide, FlowState, Reading, Taken, is_stale, look};
pub use guard::{GuardLimits, Hold, PlanSize, Verdict, check_departures, check_plan};
