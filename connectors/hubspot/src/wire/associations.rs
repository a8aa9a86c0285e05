//! Batch read of associations (HubSpot: "Associations", version 4 and dated versions).

use serde::{Deserialize, Serialize};

use super::errors::ErrorItem;
use super::{Paging, list, loose_list, maybe_text, maybe_u64, text};

/// One record whose associations are asked for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AssociationInput {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<String>,
}

/// Answer of the batch read, 200 or 207.
#[derive(Debug, Deserialize)]
pub(crate) struct AssociationAnswer {
    pub(crate) results: Vec<AssociationResult>,
    #[serde(default, deserialize_with = "loose_list")]
    pub(crate) errors: Vec<ErrorItem>,
}

/// The associations of one record, or a part of them.
#[derive(Debug, Deserialize)]
pub(crate) struct AssociationResult {
    from: From,
    #[serde(default, deserialize_with = "list")]
    pub(crate) to: Vec<AssociationTarget>,
    #[serde(default)]
    paging: Option<Paging>,
}

impl AssociationResult {
    /// The record asked for.
    pub(crate) fn source(&self) -> &str {
        &self.from.id
    }

    /// The cursor of this record's next part.
    pub(crate) fn after(&self) -> Option<&str> {
        self.paging.as_ref()?.after()
    }
}

#[derive(Debug, Deserialize)]
struct From {
    #[serde(deserialize_with = "text")]
    id: String,
}

/// The other end.
#[derive(Debug, Deserialize)]
pub(crate) struct AssociationTarget {
    #[serde(alias = "toObjectId", deserialize_with = "text")]
    pub(crate) id: String,
    #[serde(default, rename = "associationTypes", deserialize_with = "list")]
    pub(crate) types: Vec<AssociationType>,
}

/// One type of association between two records.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssociationType {
    #[serde(default, alias = "associationCategory", deserialize_with = "maybe_text")]
    pub(crate) category: Option<String>,
    #[serde(default, alias = "associationTypeId", deserialize_with = "maybe_u64")]
    pub(crate) type_id: Option<u64>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) label: Option<String>,
}
