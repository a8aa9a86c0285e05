//! The one boolean language over facts: what it can say (`tree`, `ast`), whether it holds (`verdict`, `eval`) and why
//! (`explain`). Markets, views, goals, enrollment, roles and stages all speak it.

mod activity;
mod ast;
mod compiled;
mod counting;
mod eval;
mod explain;
mod facts;
mod matcher;
mod order;
#[cfg(test)]
mod tests;
mod tree;
mod uses;
mod verdict;
mod wording;

pub use activity::{ActivityFilter, AttributeTest, TextOperator};
pub use ast::FieldTest;
pub use compiled::CompiledCriteria;
pub use explain::Explained;
pub use facts::{CompanyFacts, Facts, GroupFact, ScoreFact, WorkflowFact};
pub use matcher::Matcher;
pub use order::in_order;
pub use tree::{Between, Criterion, FieldOf, GroupTest, Subject, Test, ValueTest, Window};
pub use uses::Uses;
pub use verdict::Verdict;
