//! Serde twins of Marketo's JSON. They never leave this crate. Reading is lenient where Marketo is inconsistent (ids and
//! codes as numbers or texts, missing fields, nulls), but an answer without `success` is never taken for a yes, and a
//! `result` of another shape is never taken for an empty one (I10).

mod activities;
mod assets;
mod envelope;
mod records;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

pub(crate) use activities::{Activity, ActivityType, ChangedLead};
pub(crate) use assets::{Asset, ProgramMember};
pub(crate) use envelope::{Envelope, Usage, Verdict};
pub(crate) use records::{LeadField, ObjectDescription, Record, StaticList};

/// An id or a date that may be written as text or as number.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    maybe_text(deserializer)?.ok_or_else(|| serde::de::Error::custom("expected a text or a number"))
}

/// Like [`text`]; null and anything that is no scalar are `None`.
fn maybe_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(scalar(&Value::deserialize(deserializer)?))
}

/// A whole number that may be written as text.
fn maybe_u64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(scalar(&Value::deserialize(deserializer)?).and_then(|text| text.trim().parse().ok()))
}

/// True only for `true` and `"true"`.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(scalar(&Value::deserialize(deserializer)?).is_some_and(|text| text == "true"))
}

/// A list of things that matter less than the rest of the answer: whatever is no list is an empty one.
fn loose_list<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Array(values) => Ok(values.into_iter().filter_map(|value| serde_json::from_value(value).ok()).collect()),
        _ => Ok(Vec::new()),
    }
}

/// The text of a scalar. A whole number written as `1.0` loses its fraction.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => {
                Some((float as i64).to_string())
            }
            _ => Some(number.to_string()),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
