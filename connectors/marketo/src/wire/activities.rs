//! Activities and their types (Marketo: "Activities").

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{loose_list, maybe_text, maybe_u64, scalar, text};
use crate::streams::instant;

/// What kind of thing happened. Names are the same everywhere; numbers need not be.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ActivityType {
    pub(crate) id: u64,
    #[serde(deserialize_with = "text")]
    pub(crate) name: String,
}

/// Something that happened to a lead.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Activity {
    /// The identity; `id` is none.
    #[serde(default, rename = "marketoGUID", deserialize_with = "maybe_text")]
    pub(crate) guid: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) lead_id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) activity_date: Option<String>,
    #[serde(default, deserialize_with = "maybe_u64")]
    pub(crate) activity_type_id: Option<u64>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) primary_attribute_value_id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) primary_attribute_value: Option<String>,
    #[serde(default, deserialize_with = "named_values")]
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Activity {
    /// When it happened.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        instant(self.activity_date.as_deref()?)
    }
}

/// A lead of which a field changed, or that is new.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangedLead {
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) lead_id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    activity_date: Option<String>,
    #[serde(default, deserialize_with = "named_values")]
    attributes: BTreeMap<String, String>,
}

impl ChangedLead {
    /// When, if it was not the API that made the change.
    pub(crate) fn by_others_at(&self) -> Option<Timestamp> {
        let by_api = self.attributes.get("Source").is_some_and(|source| source.eq_ignore_ascii_case("Web service API"));
        instant(self.activity_date.as_deref().filter(|_| !by_api)?)
    }
}

/// Name and value pairs; pairs without a value do not count.
fn named_values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let pairs: Vec<Value> = loose_list(deserializer)?;
    let pair = |pair: &Value| Some((pair.get("name").and_then(scalar)?, pair.get("value").and_then(scalar)?));
    Ok(pairs.iter().filter_map(pair).collect())
}
