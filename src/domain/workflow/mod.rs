//! Workflows: who is enrolled, who met the goal and counts, and what the steps want to be done. A state machine per contact:
//! [`advance()`] is a pure function of the state, the facts and the instant, and everything that it wants done to the world is
//! a value (a [`Wish`]) that the shell writes down in the same transaction as the new state, so that each action happens once.
//!
//! [`figures()`] sums the states up to the goal conversion rate.

mod advance;
mod compiled;
mod figures;
mod goal;
mod model;
mod state;
#[cfg(test)]
mod tests;

pub use advance::{Advance, Moment, Wish, advance};
pub use compiled::CompiledWorkflow;
pub use figures::{Figures, GoalChange, figures, goal_change};
pub use goal::{Counting, counting, received};
pub use model::{Action, Branch, Existing, RemoteWorkflow, Step, StepKind, Wait, WorkflowModel};
pub use state::{Declined, Ended, Enrollment, GoalMet, Reason, State};
