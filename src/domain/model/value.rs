//! Typed field values of contacts, companies and deals, after mapping.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use intentd_sdk::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::number::Number;

/// The admin's name of a field, for example `job_title`.
pub type FieldName = String;

/// The fields of one record. A missing name was never mapped or is cleared; there is no null.
pub type Fields = BTreeMap<FieldName, Value>;

/// A value of one of the six types that rules can test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Text(String),
    Number(Number),
    Bool(bool),
    Date(Date),
    Instant(Timestamp),
    /// Several values of an enumeration.
    Set(BTreeSet<String>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Number(number) => number.fmt(f),
            Value::Bool(value) => value.fmt(f),
            Value::Date(date) => date.fmt(f),
            Value::Instant(instant) => instant.fmt(f),
            Value::Set(values) => {
                let mut first = true;
                for value in values {
                    if !first {
                        f.write_str("; ")?;
                    }
                    first = false;
                    f.write_str(value)?;
                }
                Ok(())
            }
        }
    }
}
