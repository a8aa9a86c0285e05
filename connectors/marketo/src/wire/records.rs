//! Leads, companies, named accounts, opportunities and static lists as Marketo sends them, and the descriptions of their
//! fields (Marketo: "Describe").

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{flag, loose_list, maybe_text, maybe_u64, scalar, text};
use crate::streams::instant;

/// A record with whatever fields were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record(pub(crate) BTreeMap<String, Option<String>>);

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = BTreeMap::<String, Value>::deserialize(deserializer)?;
        Ok(Record(fields.into_iter().map(|(name, value)| (name, scalar(&value))).collect()))
    }
}

impl Record {
    /// A value that is neither absent nor blank.
    pub(crate) fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.as_deref().filter(|value| !value.trim().is_empty())
    }

    /// The number of a lead, company, list or program.
    pub(crate) fn id(&self) -> Option<&str> {
        self.value("id")
    }

    /// An instant.
    pub(crate) fn instant(&self, field: &str) -> Option<Timestamp> {
        instant(self.value(field)?)
    }
}

/// A field of leads. Without `rest` the REST API cannot use it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeadField {
    #[serde(default, deserialize_with = "maybe_u64")]
    pub(crate) id: Option<u64>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) display_name: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) data_type: Option<String>,
    #[serde(default)]
    pub(crate) rest: Option<RestName>,
}

/// What the REST API calls a field.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RestName {
    #[serde(deserialize_with = "text")]
    pub(crate) name: String,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) read_only: bool,
}

/// The description of companies, named accounts or opportunities.
#[derive(Debug, Deserialize)]
pub(crate) struct ObjectDescription {
    #[serde(default, deserialize_with = "loose_list")]
    pub(crate) fields: Vec<ObjectField>,
}

/// A field of such an object.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObjectField {
    #[serde(deserialize_with = "text")]
    pub(crate) name: String,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) display_name: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) data_type: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) updateable: bool,
}

/// A static list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StaticList {
    #[serde(deserialize_with = "text")]
    pub(crate) id: String,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) program_name: Option<String>,
}
