//! CRM objects, batches, search, owners and account details (HubSpot: "CRM objects", "Search the CRM", "Owners",
//! "Account information").

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::errors::ErrorItem;
use super::{Paging, flag, loose_list, maybe_text, maybe_u64, scalar, text};

/// One CRM object.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Object {
    #[serde(deserialize_with = "text")]
    pub(crate) id: String,
    #[serde(default)]
    properties: Option<BTreeMap<String, Value>>,
    #[serde(default, deserialize_with = "maybe_text")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    updated_at: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    archived_at: Option<String>,
}

impl Object {
    /// A property's value; empty texts and nulls are both "cleared".
    pub(crate) fn property(&self, name: &str) -> Option<String> {
        self.properties.as_ref()?.get(name).and_then(plain_text)
    }

    /// The id as a number, which is what HubSpot's ids are.
    pub(crate) fn number(&self) -> Option<u64> {
        self.id.parse().ok()
    }

    /// When it was created.
    pub(crate) fn created(&self) -> Option<Timestamp> {
        self.created_at
            .as_deref()
            .and_then(Timestamp::parse)
            .or_else(|| Timestamp::parse(&self.property("createdate").or_else(|| self.property("hs_createdate"))?))
    }

    /// The last-modified instant: the named property, else what the envelope says.
    pub(crate) fn modified(&self, property: &str) -> Option<Timestamp> {
        self.property(property)
            .as_deref()
            .and_then(Timestamp::parse)
            .or_else(|| self.updated_at.as_deref().and_then(Timestamp::parse))
    }

    /// When it was archived.
    pub(crate) fn archived(&self) -> Option<Timestamp> {
        self.archived_at.as_deref().and_then(Timestamp::parse)
    }
}

/// A property value as text; `None` for null and for the empty text, which both mean "cleared".
pub(crate) fn plain_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::Array(_) | Value::Object(_) => Some(value.to_string()),
        _ => scalar(value),
    };
    text.filter(|text| !text.is_empty())
}

/// Answer of a search.
#[derive(Debug, Deserialize)]
pub(crate) struct SearchAnswer {
    #[serde(default, deserialize_with = "maybe_u64")]
    pub(crate) total: Option<u64>,
    pub(crate) results: Vec<Object>,
    #[serde(default)]
    paging: Option<Paging>,
}

impl SearchAnswer {
    /// The offset of the next page.
    pub(crate) fn after(&self) -> Option<&str> {
        self.paging.as_ref()?.after()
    }
}

/// Answer of a batch call, 200 or 207.
#[derive(Debug, Deserialize)]
pub(crate) struct BatchAnswer {
    pub(crate) results: Vec<Object>,
    #[serde(default, deserialize_with = "loose_list")]
    pub(crate) errors: Vec<ErrorItem>,
}

/// An id as batch input.
#[derive(Debug, Serialize)]
pub(crate) struct IdInput<'a> {
    pub(crate) id: &'a str,
}

/// Body of a batch read.
#[derive(Debug, Serialize)]
pub(crate) struct BatchRead<'a> {
    pub(crate) properties: &'a [String],
    pub(crate) inputs: Vec<IdInput<'a>>,
}

/// Body of a batch update.
#[derive(Debug, Serialize)]
pub(crate) struct BatchUpdate<'a> {
    pub(crate) inputs: Vec<UpdateInput<'a>>,
}

/// One record of a batch update; without the id also the body of a single update.
#[derive(Debug, Serialize)]
pub(crate) struct UpdateInput<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'a str>,
    pub(crate) properties: &'a BTreeMap<String, String>,
}

/// A CRM user.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Owner {
    #[serde(deserialize_with = "text")]
    pub(crate) id: String,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) email: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) first_name: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) last_name: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) archived: bool,
}

/// The account behind the credentials.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountDetails {
    #[serde(deserialize_with = "text")]
    pub(crate) portal_id: String,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) account_type: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) time_zone: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) company_currency: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) data_hosting_location: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Collection;

    #[test]
    fn ids_and_values_are_read_in_every_form_hubspot_uses() {
        let page: Collection<Object> = serde_json::from_str(
            r#"{"results":[{"id":51,"properties":{"score":7,"email":"","city":null,"ok":true,"name":"Ek"},
                "updatedAt":"2026-11-02T07:00:00.123Z"},{"id":"0052"}],"paging":{"next":{"after":53}}}"#,
        )
        .unwrap();
        let first = &page.results[0];
        assert_eq!((first.id.as_str(), page.results[1].id.as_str()), ("51", "0052"));
        let values: Vec<_> = ["score", "email", "city", "ok", "name"].map(|name| first.property(name)).to_vec();
        assert_eq!(values, [Some("7".into()), None, None, Some("true".into()), Some("Ek".into())]);
        assert_eq!(first.modified("lastmodifieddate").map(Timestamp::as_ms), Some(1_793_602_800_123));
        assert_eq!(page.after(), Some("53"));
    }

    #[test]
    fn a_page_without_results_is_no_empty_page() {
        for text in ["{}", r#"{"status":"error"}"#, r#"{"results":null}"#, r#"{"results":[{"id":"1"}"#] {
            assert!(serde_json::from_str::<Collection<Object>>(text).is_err(), "{text}");
        }
    }
}
