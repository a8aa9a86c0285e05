//! Lists and their members (HubSpot: "Lists"; "segments" in its user interface).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{flag, loose_list, maybe_text, maybe_u64, scalar, text};

/// Body of a list search.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListSearch<'a> {
    pub(crate) offset: u64,
    pub(crate) count: u64,
    pub(crate) sort: &'a str,
    pub(crate) additional_properties: &'a [&'a str],
}

/// Answer of a list search.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListSearchAnswer {
    pub(crate) lists: Vec<List>,
    #[serde(default, deserialize_with = "maybe_u64")]
    pub(crate) offset: Option<u64>,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) has_more: bool,
}

/// Answer of reading one list.
#[derive(Debug, Deserialize)]
pub(crate) struct ListEnvelope {
    pub(crate) list: List,
}

/// A list without its members.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct List {
    #[serde(deserialize_with = "text")]
    pub(crate) list_id: String,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) object_type_id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) processing_type: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) processing_status: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) deleted_at: Option<String>,
    #[serde(default, deserialize_with = "maybe_u64")]
    size: Option<u64>,
    #[serde(default)]
    additional_properties: Option<BTreeMap<String, Value>>,
}

impl List {
    /// Members as HubSpot counts them.
    pub(crate) fn size(&self) -> Option<u64> {
        self.additional("hs_list_size").and_then(|text| text.parse().ok()).or(self.size)
    }

    /// When somebody last joined, as HubSpot writes it.
    pub(crate) fn last_added(&self) -> Option<String> {
        self.additional("hs_last_record_added_at")
    }

    /// When somebody was last removed, as HubSpot writes it.
    pub(crate) fn last_removed(&self) -> Option<String> {
        self.additional("hs_last_record_removed_at")
    }

    fn additional(&self, name: &str) -> Option<String> {
        let value = self.additional_properties.as_ref()?.get(name)?;
        scalar(value).filter(|text| !text.is_empty())
    }

    /// Whether HubSpot is still working out who belongs to it.
    pub(crate) fn is_processing(&self) -> bool {
        self.processing_status.as_deref().is_some_and(|status| !status.eq_ignore_ascii_case("complete"))
    }
}

/// One member.
#[derive(Debug, Deserialize)]
#[serde(from = "MembershipForm")]
pub(crate) struct Membership {
    pub(crate) record_id: String,
    pub(crate) joined_at: Option<String>,
}

/// Documented as an object; some versions give bare ids.
#[derive(Deserialize)]
#[serde(untagged)]
enum MembershipForm {
    Full {
        #[serde(rename = "recordId", deserialize_with = "text")]
        record_id: String,
        #[serde(default, rename = "membershipTimestamp", deserialize_with = "maybe_text")]
        joined_at: Option<String>,
    },
    Bare(#[serde(deserialize_with = "text")] String),
}

impl From<MembershipForm> for Membership {
    fn from(form: MembershipForm) -> Membership {
        match form {
            MembershipForm::Full { record_id, joined_at } => Membership { record_id, joined_at },
            MembershipForm::Bare(record_id) => Membership { record_id, joined_at: None },
        }
    }
}

/// Answer of adding or removing members. Who needed no change is not mentioned at all.
#[derive(Debug, Deserialize)]
pub(crate) struct MembershipChanges {
    #[serde(rename = "recordIdsMissing", deserialize_with = "ids")]
    pub(crate) missing: Vec<String>,
}

/// Ids that come as texts or as numbers.
fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Vec::<Value>::deserialize(deserializer)?.iter().filter_map(scalar).collect())
}

/// One record whose lists are asked for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordInput<'a> {
    pub(crate) object_type_id: &'a str,
    pub(crate) record_id: &'a str,
}

/// The lists of many records.
#[derive(Debug, Deserialize)]
pub(crate) struct RecordMemberships {
    pub(crate) results: Vec<RecordLists>,
}

/// The lists of one record.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordLists {
    #[serde(deserialize_with = "text")]
    pub(crate) record_id: String,
    #[serde(rename = "recordListMemberships", deserialize_with = "loose_list")]
    pub(crate) lists: Vec<ListOfRecord>,
}

/// One list that a record is on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListOfRecord {
    #[serde(deserialize_with = "text")]
    pub(crate) list_id: String,
}
