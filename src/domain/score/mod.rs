//! Lead scores: a pure function of facts, model and as-of instant (I3), explained to the last point (I4).
//!
//! [`CompiledScore`] is a model made ready; [`evaluate()`] gives a contact's number, label and next due instant; [`explain()`]
//! gives the same with every reason. One file per kind of rule (`event`, `absence`, `property`, `segment`) and per step
//! (`limit`, `fading`, `bounds`, `labels`).

mod absence;
mod award;
mod bounds;
mod compiled;
mod evaluate;
mod event;
mod explain;
mod fading;
pub(in crate::domain) mod half_life;
mod labels;
mod limit;
mod model;
mod property;
mod segment;
mod slot;
mod tally;
#[cfg(test)]
mod tests;
mod trace;

pub use award::Verdict;
pub use compiled::CompiledScore;
pub use evaluate::{Evaluation, evaluate, evaluate_in};
pub use explain::{
    Adjusted, Adjustment, Bound, Contribution, Explanation, HeldLabel, LabelExplanation, MatchedActivity,
    RuleExplanation, RuleReason, explain,
};
pub use model::{Fading, Group, Label, Limit, PropertyCase, Rule, RuleKind, ScoreModel};
