//! The activity types of the instance: the catalogue that the vendor publishes, and custom types with their life from
//! draft to approval (documentation: "Activities", "Custom Activities").

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::instants;

pub(crate) const VISIT: u32 = 1;
pub(crate) const FILL_OUT_FORM: u32 = 2;
pub(crate) const CLICK_LINK: u32 = 3;
pub(crate) const SEND_EMAIL: u32 = 6;
pub(crate) const DELIVERED: u32 = 7;
pub(crate) const BOUNCED: u32 = 8;
pub(crate) const UNSUBSCRIBE: u32 = 9;
pub(crate) const OPEN_EMAIL: u32 = 10;
pub(crate) const CLICK_EMAIL: u32 = 11;
pub(crate) const NEW_LEAD: u32 = 12;
pub(crate) const CHANGE_VALUE: u32 = 13;
pub(crate) const CHANGE_SCORE: u32 = 22;
pub(crate) const ADD_TO_LIST: u32 = 24;
pub(crate) const REMOVE_FROM_LIST: u32 = 25;
pub(crate) const MERGE: u32 = 32;
pub(crate) const ADD_TO_OPPORTUNITY: u32 = 34;
pub(crate) const DELETE_LEAD: u32 = 37;
pub(crate) const MOMENT: u32 = 46;
pub(crate) const REQUEST_CAMPAIGN: u32 = 47;
pub(crate) const CHANGE_PROGRAM_STATUS: u32 = 104;
pub(crate) const CHANGE_MEMBER_DATA: u32 = 123;

/// The first id of custom types.
const FIRST_CUSTOM: u32 = 100_001;

/// Id, name, primary attribute, other attributes.
type Standard = (u32, &'static str, &'static str, &'static [&'static str]);

const MAIL: &[&str] = &["Campaign Run ID", "Choice Number", "Step ID", "Test Variant"];
const BOUNCE: &[&str] = &["Campaign Run ID", "Category", "Subcategory", "Details", "Email"];
const OPEN: &[&str] = &[
    "Campaign Run ID",
    "Choice Number",
    "Device",
    "Is Mobile Device",
    "Platform",
    "Step ID",
    "Test Variant",
    "User Agent",
    "Is Bot Activity",
    "Bot Activity Pattern",
];
const CLICK: &[&str] = &[
    "Campaign Run ID",
    "Choice Number",
    "Device",
    "Is Mobile Device",
    "Link",
    "Link ID",
    "Platform",
    "Step ID",
    "Test Variant",
    "User Agent",
    "Is Bot Activity",
    "Bot Activity Pattern",
];

const CATALOGUE: &[Standard] = &[
    (
        1,
        "Visit Webpage",
        "Webpage ID",
        &[
            "Client IP Address",
            "Query Parameters",
            "Referrer URL",
            "Search Engine",
            "Search Query",
            "User Agent",
            "Webpage URL",
        ],
    ),
    (
        2,
        "Fill Out Form",
        "Webform ID",
        &["Client IP Address", "Form Fields", "Query Parameters", "Referrer URL", "User Agent", "Webpage ID"],
    ),
    (
        3,
        "Click Link",
        "Link ID",
        &["Client IP Address", "Query Parameters", "Referrer URL", "User Agent", "Webpage ID"],
    ),
    (6, "Send Email", "Mailing ID", &["Campaign Run ID", "Choice Number", "Step ID"]),
    (7, "Email Delivered", "Mailing ID", MAIL),
    (8, "Email Bounced", "Mailing ID", BOUNCE),
    (
        9,
        "Unsubscribe Email",
        "Mailing ID",
        &[
            "Campaign Run ID",
            "Client IP Address",
            "Form Fields",
            "Query Parameters",
            "Referrer URL",
            "Test Variant",
            "User Agent",
            "Webform ID",
            "Webpage ID",
        ],
    ),
    (10, "Open Email", "Mailing ID", OPEN),
    (11, "Click Email", "Mailing ID", CLICK),
    (12, "New Lead", "", &["Created Date", "Form Name", "Lead Source", "List Name", "SFDC Type", "Source Type"]),
    (
        13,
        "Change Data Value",
        "Attribute Name",
        &["API Method Name", "Campaign", "Modifying User", "New Value", "Old Value", "Reason", "Request Id", "Source"],
    ),
    (
        22,
        "Change Score",
        "Score Name",
        &[
            "Change Value",
            "New Value",
            "Old Value",
            "Reason",
            "Priority",
            "Urgency",
            "Relative Score",
            "Relative Urgency",
        ],
    ),
    (23, "Change Owner", "", &[]),
    (24, "Add to List", "List ID", &["Campaign"]),
    (25, "Remove from List", "List ID", &[]),
    (27, "Email Bounced Soft", "Mailing ID", BOUNCE),
    (32, "Merge Leads", "", &["Master Updated", "Merge Fields", "Merge IDs", "Merge Source", "Merged in Sales"]),
    (34, "Add to Opportunity", "Oppty ID", &["Is Primary", "Role"]),
    (35, "Remove from Opportunity", "Oppty ID", &[]),
    (36, "Update Opportunity", "Oppty ID", &[]),
    (37, "Delete Lead", "Lead ID", &[]),
    (38, "Send Alert", "", &[]),
    (40, "Open Sales Email", "", &["Artifact ID", "Sent by", "Template ID"]),
    (41, "Click Sales Email", "", &["Artifact ID", "Link", "Sent by", "Template ID"]),
    (45, "Receive Sales Email", "", &["Artifact ID", "Received by"]),
    (46, "Interesting Moment", "Milestone", &["Date", "Description", "Source", "Type"]),
    (47, "Request Campaign", "Campaign ID", &["Source"]),
    (100, "Change Lead Partition", "", &[]),
    (101, "Change Revenue Stage", "", &[]),
    (
        104,
        "Change Status in Progression",
        "Program ID",
        &[
            "Acquired By",
            "New Status",
            "New Status ID",
            "Old Status",
            "Old Status ID",
            "Program Member ID",
            "Reason",
            "Success",
        ],
    ),
    (108, "Change Segment", "", &[]),
    (110, "Call Webhook", "", &["Error Type", "Response"]),
    (113, "Add to Nurture", "", &[]),
    (114, "Change Nurture Track", "", &[]),
    (115, "Change Nurture Cadence", "", &[]),
    (123, "Change Program Member Data", "", &[]),
    (145, "Push Lead to Marketo", "", &["Reason", "Source"]),
];

/// How long activities of a type are kept, in days; `None` is for ever (knowledge base: "Activities Data Retention
/// Policy").
pub(crate) fn retention_days(kind: u32) -> Option<i64> {
    match kind {
        NEW_LEAD => None,
        DELETE_LEAD => Some(14),
        ADD_TO_LIST | CHANGE_SCORE | CHANGE_VALUE | VISIT | CLICK_LINK | 19 | 28 | 36 | REQUEST_CAMPAIGN
        | DELIVERED | SEND_EMAIL => Some(90),
        _ => Some(760),
    }
}

fn data_type(attribute: &str) -> &'static str {
    match attribute {
        name if name.ends_with(" ID") || name.ends_with(" Number") || name.ends_with("Score") => "integer",
        "Change Value" | "Priority" => "integer",
        "New Value" | "Old Value" => "string",
        name if name.starts_with("Is ") => "boolean",
        "Acquired By" | "Success" | "Master Updated" | "Merged in Sales" => "boolean",
        _ => "string",
    }
}

/// An attribute of a custom type.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CustomAttribute {
    pub api_name: String,
    pub name: String,
    pub data_type: String,
    #[serde(default)]
    pub description: String,
}

impl CustomAttribute {
    pub(crate) fn shown(&self, is_primary: bool) -> Value {
        json!({"apiName": self.api_name, "name": self.name, "dataType": self.data_type,
               "description": self.description, "isPrimary": is_primary})
    }
}

/// A custom activity type.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CustomType {
    pub id: u32,
    pub api_name: String,
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub trigger_name: String,
    pub filter_name: String,
    pub primary: CustomAttribute,
    pub attributes: Vec<CustomAttribute>,
    /// `draft`, `approved`, `approved with draft` or `deleted`.
    pub status: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl CustomType {
    pub(crate) fn is_approved(&self) -> bool {
        self.status.starts_with("approved")
    }

    /// For the external type endpoints.
    pub(crate) fn shown(&self, with_attributes: bool) -> Value {
        let mut shown = json!({
            "id": self.id, "apiName": self.api_name, "name": self.name, "description": self.description,
            "triggerName": self.trigger_name, "filterName": self.filter_name, "status": self.status,
            "createdAt": instants::zulu(self.created_at), "updatedAt": instants::zulu(self.updated_at),
            "primaryAttribute": self.primary.shown(true),
        });
        if with_attributes {
            shown["attributes"] = self.attributes.iter().map(|one| one.shown(false)).collect();
        }
        shown
    }
}

/// The custom types of an instance; the standard ones are the same everywhere here.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ActivityTypes {
    pub custom: BTreeMap<String, CustomType>,
    next: u32,
}

impl ActivityTypes {
    pub(crate) fn take_id(&mut self) -> u32 {
        self.next += 1;
        FIRST_CUSTOM + self.next - 1
    }

    /// The approved custom type of an id.
    pub(crate) fn approved(&self, id: u32) -> Option<&CustomType> {
        self.custom.values().find(|one| one.id == id && one.is_approved())
    }

    /// Whether activities can have this type.
    pub(crate) fn is_known(&self, id: u32) -> bool {
        CATALOGUE.iter().any(|(known, ..)| *known == id) || self.approved(id).is_some()
    }

    /// For types.json: custom types come without a mark.
    pub(crate) fn shown(&self) -> Vec<Value> {
        let mut all: Vec<Value> = CATALOGUE
            .iter()
            .map(|(id, name, primary, attributes)| {
                let attributes: Vec<Value> =
                    attributes.iter().map(|name| json!({"name": name, "dataType": data_type(name)})).collect();
                let mut shown = json!({"id": id, "name": name, "attributes": attributes,
                                       "description": format!("{name} activity")});
                if !primary.is_empty() {
                    shown["primaryAttribute"] = json!({"name": primary, "dataType": data_type(primary)});
                }
                shown
            })
            .collect();
        all.extend(self.custom.values().filter(|one| one.is_approved()).map(|one| {
            let attribute =
                |one: &CustomAttribute| json!({"name": one.name, "apiName": one.api_name, "dataType": one.data_type});
            let attributes: Vec<Value> = one.attributes.iter().map(attribute).collect();
            json!({"id": one.id, "name": one.name, "apiName": one.api_name, "description": one.description,
                   "primaryAttribute": attribute(&one.primary), "attributes": attributes})
        }));
        all
    }
}
