//! Property definitions and groups of each object type: what may be written, with which values. The defaults of a new
//! account are in the tables beside this file.

mod companies;
mod contacts;
mod deals;
mod engagements;

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::kind::Kind;

pub(super) use companies::INDUSTRIES;
pub(super) use deals::STAGES;

/// The type of a property's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueType {
    Bool,
    Enumeration,
    Date,
    Datetime,
    String,
    Number,
}

impl ValueType {
    /// As the wire says it.
    pub fn name(self) -> &'static str {
        match self {
            ValueType::Bool => "bool",
            ValueType::Enumeration => "enumeration",
            ValueType::Date => "date",
            ValueType::Datetime => "datetime",
            ValueType::String => "string",
            ValueType::Number => "number",
        }
    }

    /// Reads the wire's word.
    pub fn parse(text: &str) -> Option<ValueType> {
        [
            ValueType::Bool,
            ValueType::Enumeration,
            ValueType::Date,
            ValueType::Datetime,
            ValueType::String,
            ValueType::Number,
        ]
        .into_iter()
        .find(|kind| kind.name() == text)
    }

    /// The field types that may show values of this type (documentation: "Property type and fieldType values").
    pub fn field_types(self) -> &'static [&'static str] {
        match self {
            ValueType::Bool => &["booleancheckbox", "calculation_equation"],
            ValueType::Enumeration => &["booleancheckbox", "checkbox", "radio", "select", "calculation_equation"],
            ValueType::Date | ValueType::Datetime => &["date"],
            ValueType::String => &["text", "textarea", "file", "html", "phonenumber", "calculation_equation"],
            ValueType::Number => &["number", "calculation_equation"],
        }
    }
}

/// One choice of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    pub label: String,
    pub value: String,
    #[serde(default)]
    pub display_order: i64,
    #[serde(default)]
    pub hidden: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Who may write a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Writable {
    Always,
    /// Only while the record is being created: record source details 2 and 3.
    OnCreate,
    Never,
}

/// A property definition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Property {
    pub name: String,
    pub label: String,
    pub group_name: String,
    pub value_type: ValueType,
    pub field_type: String,
    pub description: String,
    pub options: Vec<Choice>,
    pub display_order: i64,
    pub calculated: bool,
    pub has_unique_value: bool,
    pub hidden: bool,
    pub hubspot_defined: bool,
    pub form_field: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub writable: Writable,
}

impl Property {
    /// Several options in one value, separated by `;`.
    pub fn is_multiple(&self) -> bool {
        self.value_type == ValueType::Enumeration && self.field_type == "checkbox"
    }

    /// As the properties API shows it.
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name, "label": self.label, "type": self.value_type.name(), "fieldType": self.field_type,
            "description": self.description, "groupName": self.group_name, "options": self.options,
            "displayOrder": self.display_order, "calculated": self.calculated,
            "externalOptions": self.name == "hubspot_owner_id", "hasUniqueValue": self.has_unique_value,
            "hidden": self.hidden, "hubspotDefined": self.hubspot_defined, "formField": self.form_field,
            "createdAt": self.created_at.to_string(), "updatedAt": self.updated_at.to_string(),
            "archived": self.archived_at.is_some(), "dataSensitivity": "non_sensitive",
            "modificationMetadata": {
                "archivable": !self.hubspot_defined, "readOnlyDefinition": self.hubspot_defined,
                "readOnlyOptions": self.hubspot_defined, "readOnlyValue": self.writable != Writable::Always,
            },
        })
    }
}

/// A property group.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    pub name: String,
    pub label: String,
    pub display_order: i64,
    #[serde(default)]
    pub archived: bool,
}

/// The properties and groups of one object type.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Schema {
    pub properties: BTreeMap<String, Property>,
    pub groups: BTreeMap<String, Group>,
}

impl Schema {
    /// A definition that is not archived.
    pub fn find(&self, name: &str) -> Option<&Property> {
        self.properties.get(name).filter(|property| property.archived_at.is_none())
    }

    /// The definitions of a new account.
    pub fn default_of(kind: Kind, created_at: Timestamp) -> Schema {
        let rows = match kind {
            Kind::Contact => contacts::ROWS,
            Kind::Company => companies::ROWS,
            Kind::Deal => deals::ROWS,
            _ => engagements::rows(kind),
        };
        let mut schema = Schema::default();
        for row in rows.iter().chain(COMMON) {
            schema.add(row, created_at);
        }
        schema
    }

    fn add(&mut self, row: &Row, created_at: Timestamp) {
        let Row(name, label, value_type, field_type, group, rights, choices) = *row;
        self.groups.entry(group.into()).or_insert_with(|| Group {
            name: group.into(),
            label: group.into(),
            display_order: 0,
            archived: false,
        });
        let options = choices
            .iter()
            .enumerate()
            .map(|(order, (value, label))| Choice {
                label: (*label).into(),
                value: (*value).into(),
                display_order: order as i64,
                hidden: false,
                description: None,
            })
            .collect();
        let property = Property {
            name: name.into(),
            label: label.into(),
            group_name: group.into(),
            value_type,
            field_type: field_type.into(),
            description: String::new(),
            options,
            display_order: -1,
            calculated: rights == Rights::Calculated,
            has_unique_value: false,
            hidden: false,
            hubspot_defined: true,
            form_field: rights == Rights::Write,
            created_at,
            updated_at: created_at,
            archived_at: None,
            writable: match rights {
                Rights::Write => Writable::Always,
                Rights::Create => Writable::OnCreate,
                Rights::Read | Rights::Calculated => Writable::Never,
            },
        };
        self.properties.insert(name.into(), property);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rights {
    Write,
    Create,
    Read,
    Calculated,
}

type Choices = &'static [(&'static str, &'static str)];

/// Name, label, type, field type, group, rights, options.
#[derive(Clone, Copy)]
struct Row(&'static str, &'static str, ValueType, &'static str, &'static str, Rights, Choices);

const NONE: Choices = &[];

const YES_NO: Choices = &[("true", "Yes"), ("false", "No")];

const LIFECYCLE: Choices = &[
    ("subscriber", "Subscriber"),
    ("lead", "Lead"),
    ("marketingqualifiedlead", "Marketing Qualified Lead"),
    ("salesqualifiedlead", "Sales Qualified Lead"),
    ("opportunity", "Opportunity"),
    ("customer", "Customer"),
    ("evangelist", "Evangelist"),
    ("other", "Other"),
];

/// What every object type has.
const COMMON: &[Row] = &[
    Row("hs_object_id", "Record ID", ValueType::Number, "number", "system", Rights::Read, NONE),
    Row("hs_createdate", "Object create date/time", ValueType::Datetime, "date", "system", Rights::Read, NONE),
    Row(
        "hs_lastmodifieddate",
        "Object last modified date/time",
        ValueType::Datetime,
        "date",
        "system",
        Rights::Read,
        NONE,
    ),
    Row("hubspot_owner_id", "Owner", ValueType::Enumeration, "select", "system", Rights::Write, NONE),
    Row("hs_merged_object_ids", "Merged record IDs", ValueType::Enumeration, "checkbox", "system", Rights::Read, NONE),
    Row("hs_object_source", "Record source (internal)", ValueType::String, "text", "system", Rights::Read, NONE),
    Row("hs_object_source_label", "Record source", ValueType::String, "text", "system", Rights::Read, NONE),
    Row("hs_object_source_id", "Record source ID", ValueType::String, "text", "system", Rights::Read, NONE),
    Row("hs_object_source_user_id", "Record source user ID", ValueType::Number, "number", "system", Rights::Read, NONE),
    Row("hs_object_source_detail_1", "Record source detail 1", ValueType::String, "text", "system", Rights::Read, NONE),
    Row(
        "hs_object_source_detail_2",
        "Record source detail 2",
        ValueType::String,
        "text",
        "system",
        Rights::Create,
        NONE,
    ),
    Row(
        "hs_object_source_detail_3",
        "Record source detail 3",
        ValueType::String,
        "text",
        "system",
        Rights::Create,
        NONE,
    ),
];
