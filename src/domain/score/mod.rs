//! Lead scores: a pure function of facts, model and as-of instant.

mod model;

pub use model::{
    ActivityFilter, AttributeTest, Fading, Group, Label, Limit, PropertyCase, Rule, RuleKind, ScoreModel, TextOperator,
};
