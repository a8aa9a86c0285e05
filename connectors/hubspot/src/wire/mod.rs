//! Serde twins of HubSpot's JSON. They never leave this crate. Reading is lenient where HubSpot is inconsistent (ids as
//! numbers or texts, missing fields, nulls), but a page without its `results` is never taken for an empty one (I10).

mod associations;
mod errors;
mod events;
mod lists;
mod objects;
mod properties;
mod workflows;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

pub(crate) use associations::{AssociationAnswer, AssociationInput, AssociationType};
pub(crate) use errors::{ErrorBody, ErrorItem};
pub(crate) use events::{Campaign, EmailEvent, EmailEvents, EventOccurrence, Form, Submission};
pub(crate) use lists::{
    List, ListEnvelope, ListSearch, ListSearchAnswer, Membership, MembershipChanges, RecordInput, RecordMemberships,
};
pub(crate) use objects::{
    AccountDetails, BatchAnswer, BatchRead, BatchUpdate, IdInput, Object, Owner, SearchAnswer, UpdateInput, plain_text,
};
pub(crate) use properties::{AllOptions, AnyOption, NewGroup, NewOption, NewProperty, Property, PropertyGroup};
pub(crate) use workflows::{Enrollment, WorkflowIds};

/// A page of any collection.
#[derive(Debug, Deserialize)]
pub(crate) struct Collection<T> {
    pub(crate) results: Vec<T>,
    #[serde(default)]
    paging: Option<Paging>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    #[serde(default)]
    next: Option<NextPage>,
}

#[derive(Debug, Deserialize)]
struct NextPage {
    #[serde(default, deserialize_with = "maybe_text")]
    after: Option<String>,
}

impl Paging {
    /// The cursor of the next page.
    pub(crate) fn after(&self) -> Option<&str> {
        self.next.as_ref()?.after.as_deref().filter(|after| !after.is_empty())
    }
}

impl<T> Collection<T> {
    /// The cursor of the next page; the last page has none.
    pub(crate) fn after(&self) -> Option<&str> {
        self.paging.as_ref()?.after()
    }
}

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

/// A list that may be null.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// A list of things that matter less than the rest of the answer: whatever is no list is an empty one.
fn loose_list<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Array(values) => Ok(values.into_iter().filter_map(|value| serde_json::from_value(value).ok()).collect()),
        _ => Ok(Vec::new()),
    }
}

/// True only for `true` and `"true"`.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(scalar(&Value::deserialize(deserializer)?).is_some_and(|text| text == "true"))
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
