//! Typed tests on one field: what an admin can say, as checked values. Nothing here decides.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::model::{Number, Value};

/// A test on one field's value. A missing value passes only [`FieldTest::IsNotSet`] and the negative tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldTest {
    IsSet,
    IsNotSet,
    /// Equal to one of the values; a set passes when it holds one of them. Text compares without regard to case.
    IsAnyOf(BTreeSet<Value>),
    IsNoneOf(BTreeSet<Value>),
    /// Text contains one of these, without regard to case.
    Contains(Vec<String>),
    DoesNotContain(Vec<String>),
    StartsWith(Vec<String>),
    /// Number between two inclusive bounds, either of which may be open.
    NumberBetween {
        at_least: Option<Number>,
        at_most: Option<Number>,
    },
    /// Strictly greater or less.
    NumberAbove(Number),
    NumberBelow(Number),
    /// Date, or the calendar day of an instant in the workspace's time zone, between two inclusive days.
    DateBetween {
        from: Option<Date>,
        to: Option<Date>,
    },
}
