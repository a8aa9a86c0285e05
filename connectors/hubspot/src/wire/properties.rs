//! Property definitions and their groups (HubSpot: "Properties").

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{flag, list, maybe_text, text};

/// A property's definition.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Property {
    #[serde(deserialize_with = "text")]
    pub(crate) name: String,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) label: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "maybe_text")]
    pub(crate) value_type: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) field_type: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub(crate) options: Vec<PropertyOption>,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) calculated: bool,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) archived: bool,
    #[serde(default)]
    modification_metadata: Option<ModificationMetadata>,
}

impl Property {
    /// Whether HubSpot refuses values from outside.
    pub(crate) fn is_read_only(&self) -> bool {
        self.calculated || self.modification_metadata.as_ref().is_some_and(|metadata| metadata.read_only_value)
    }

    /// Whether HubSpot refuses other options.
    pub(crate) fn has_fixed_options(&self) -> bool {
        self.modification_metadata.as_ref().is_some_and(|metadata| metadata.read_only_options)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModificationMetadata {
    #[serde(default, deserialize_with = "flag")]
    read_only_value: bool,
    #[serde(default, deserialize_with = "flag")]
    read_only_options: bool,
}

/// One value of an enumeration.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct PropertyOption {
    #[serde(deserialize_with = "text")]
    pub(crate) value: String,
    /// Label, place and whatever else there is: goes back as it came.
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// Body that gives an enumeration its options; those that are left out are deleted.
#[derive(Debug, Serialize)]
pub(crate) struct AllOptions<'a> {
    pub(crate) options: Vec<AnyOption<'a>>,
}

/// An option that is there already, or one that is added.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum AnyOption<'a> {
    Kept(&'a PropertyOption),
    Added(NewOption),
}

/// A group that properties are filed under.
#[derive(Debug, Deserialize)]
pub(crate) struct PropertyGroup {
    #[serde(deserialize_with = "text")]
    pub(crate) name: String,
}

/// Body of a property creation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewProperty<'a> {
    pub(crate) group_name: &'a str,
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    #[serde(rename = "type")]
    pub(crate) value_type: &'a str,
    pub(crate) field_type: &'a str,
    pub(crate) description: &'a str,
    pub(crate) form_field: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) options: Vec<NewOption>,
}

/// One value of a new enumeration.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewOption {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) display_order: usize,
    pub(crate) hidden: bool,
}

/// Body of a group creation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewGroup<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    pub(crate) display_order: i32,
}
