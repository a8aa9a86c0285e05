//! What an admin can say about one vendor's properties and activities, as checked values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use intentd_sdk::change::WantedProperty;
use intentd_sdk::record::{ObjectKind, PropertyType, StreamName};
use intentd_sdk::source::Selection;
use serde::{Deserialize, Serialize};

use super::ports::FlowPort;
use super::transforms::Transform;
use crate::domain::criteria::AttributeTest;
use crate::domain::identity::BoundIdentity;
use crate::domain::model::FieldName;

/// Everything that is mapped for one vendor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingSet {
    pub fields: Vec<FieldMapping>,
    pub writes: Vec<WriteMapping>,
    /// In the order of the files: the first that matches an activity decides.
    pub activities: Vec<ActivityMapping>,
    /// The ends of flows at the connection that the mapping is bound to.
    #[serde(skip)]
    pub ports: Vec<FlowPort>,
    /// The rules of identity that the mapping is bound to.
    #[serde(skip)]
    pub identity: Arc<BoundIdentity>,
}

/// The types that a field can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Text,
    Number,
    Bool,
    Date,
    Datetime,
    /// Several values of an enumeration.
    Set,
}

impl FieldType {
    /// Every type, in the order of the reference page.
    pub const ALL: [FieldType; 6] =
        [FieldType::Text, FieldType::Number, FieldType::Bool, FieldType::Date, FieldType::Datetime, FieldType::Set];

    /// The word in the mapping files.
    pub const fn as_str(self) -> &'static str {
        match self {
            FieldType::Text => "text",
            FieldType::Number => "number",
            FieldType::Bool => "bool",
            FieldType::Date => "date",
            FieldType::Datetime => "datetime",
            FieldType::Set => "set",
        }
    }

    /// The inverse of [`FieldType::as_str`].
    pub fn from_word(word: &str) -> Option<FieldType> {
        FieldType::ALL.into_iter().find(|field_type| field_type.as_str() == word)
    }
}

/// One property that becomes one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldMapping {
    pub kind: ObjectKind,
    /// The vendor's name.
    pub property: String,
    /// Ours.
    pub field: FieldName,
    pub value_type: FieldType,
    /// In order; each takes what the one before gave.
    pub transforms: Vec<Transform>,
}

/// Who prevails when a property is both read into a field and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictRule {
    /// What intentd computed is written again when somebody else changed it.
    Ours,
}

/// One property that the daemon owns (I7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteMapping {
    pub kind: ObjectKind,
    /// What is written: `score.lead_score`, `score.lead_score.label`.
    pub value: String,
    pub property: String,
    /// For people, at the vendor.
    pub label: String,
    pub description: String,
    pub value_type: PropertyType,
    /// Values of an enumeration, in order.
    pub options: Vec<String>,
    /// The vendor's property group.
    pub group: String,
    /// Declared when the same property is also read into a field.
    pub conflict: Option<ConflictRule>,
}

/// Where an attribute of an activity comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeSource {
    /// The vendor's attributes; the first that is there and not empty is taken.
    pub from: Vec<String>,
    pub transforms: Vec<Transform>,
}

/// What becomes of a matching activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityOutcome {
    /// It is not kept.
    Skip,
    Keep {
        /// Our type, for example `email_open`.
        activity_type: String,
        /// Our attribute names.
        attributes: BTreeMap<String, AttributeSource>,
        country: Option<AttributeSource>,
    },
}

/// One kind of vendor activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityMapping {
    /// `None`: whichever stream delivers it.
    pub stream: Option<StreamName>,
    /// The vendor's words; one of them.
    pub vendor_types: Vec<String>,
    /// All must hold, on the vendor's attributes.
    pub when: Vec<AttributeTest>,
    pub outcome: ActivityOutcome,
}

impl MappingSet {
    /// What to ask the vendor for: every property that is read or owned, per kind, sorted, once.
    pub fn selection(&self) -> Selection {
        let mut properties: BTreeMap<ObjectKind, BTreeSet<&str>> = BTreeMap::new();
        for mapping in &self.fields {
            properties.entry(mapping.kind).or_default().insert(&mapping.property);
        }
        let mut only_written: BTreeMap<ObjectKind, BTreeSet<String>> = BTreeMap::new();
        for write in &self.writes {
            let is_new = properties.entry(write.kind).or_default().insert(&write.property);
            if is_new {
                only_written.entry(write.kind).or_default().insert(write.property.clone());
            }
        }
        Selection {
            properties: properties
                .into_iter()
                .map(|(kind, names)| (kind, names.into_iter().map(str::to_owned).collect()))
                .collect(),
            only_written,
        }
    }

    /// The owned properties as they should exist at the vendor.
    pub fn wanted_properties(&self) -> Vec<WantedProperty> {
        self.writes
            .iter()
            .map(|write| WantedProperty {
                kind: write.kind,
                name: write.property.clone(),
                label: write.label.clone(),
                description: write.description.clone(),
                value_type: write.value_type,
                options: write.options.clone(),
                group: write.group.clone(),
            })
            .collect()
    }

    /// Every activity type that this mapping can give.
    pub fn activity_types(&self) -> BTreeSet<&str> {
        self.activities
            .iter()
            .filter_map(|mapping| match &mapping.outcome {
                ActivityOutcome::Keep { activity_type, .. } => Some(activity_type.as_str()),
                ActivityOutcome::Skip => None,
            })
            .collect()
    }
}
