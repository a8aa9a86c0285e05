//! The plan: what would be written, and whether it may be.

mod diff;
mod echo;
mod fight;
mod flow;
#[cfg(test)]
mod flow_model;
mod flow_records;
mod guard;

pub use diff::{diff, same_value};
pub use echo::{Arrival, classify};
pub use fight::{Fight, MOST_REWRITES, is_rewrite};
pub use flow::{FlowConflict, FlowEnd, FlowRule, FlowSide, FlowState, Reading, Taken, is_stale};
pub use flow_records::{FlowRecord, look_at_records};
pub use guard::{GuardLimits, Hold, PlanSize, Verdict, check_departures, check_plan};
