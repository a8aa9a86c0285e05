//! The one boolean language over facts: what it can say (`ast`) and whether it holds (`eval`).

mod activity;
mod ast;
mod eval;
mod facts;
mod matcher;
mod tree;

pub use activity::{ActivityFilter, AttributeTest, TextOperator};
pub use ast::FieldTest;
pub use facts::{CompanyFacts, Facts, GroupFact, ScoreFact, WorkflowFact};
pub use matcher::Matcher;
pub use tree::{Between, Criterion, FieldOf, GroupTest, Subject, Test, ValueTest, Window};
