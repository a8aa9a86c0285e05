//! Which activities are meant: a type, and tests on what the activity was about.

use serde::{Deserialize, Serialize};

use crate::domain::model::ActivityObject;

/// Which activities are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityFilter {
    /// Our activity type, for example `email_open`.
    pub activity_type: String,
    /// All must hold.
    pub tests: Vec<AttributeTest>,
}

/// A test on one attribute of an activity's object. A missing attribute equals nothing and contains nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeTest {
    pub attribute: String,
    pub operator: TextOperator,
    /// One of these is enough (for the negative operators: none of these may match).
    pub values: Vec<String>,
}

/// The five operators of page paths, usable on any attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextOperator {
    Equals,
    DoesNotEqual,
    Contains,
    DoesNotContain,
    StartsWith,
}

impl ActivityFilter {
    /// Whether an activity of the filter's type with this object is meant.
    pub fn meets(&self, object: &ActivityObject) -> bool {
        self.tests.iter().all(|test| test.passes(object))
    }
}

impl AttributeTest {
    /// Whether the object's attribute passes.
    pub fn passes(&self, object: &ActivityObject) -> bool {
        let have = object.get(&self.attribute).map(String::as_str);
        let any = |matches: fn(&str, &str) -> bool| {
            have.is_some_and(|have| self.values.iter().any(|want| matches(have, want)))
        };
        match self.operator {
            TextOperator::Equals => any(|have, want| have == want),
            TextOperator::DoesNotEqual => !any(|have, want| have == want),
            TextOperator::Contains => any(|have, want| have.contains(want)),
            TextOperator::DoesNotContain => !any(|have, want| have.contains(want)),
            TextOperator::StartsWith => any(|have, want| have.starts_with(want)),
        }
    }
}
