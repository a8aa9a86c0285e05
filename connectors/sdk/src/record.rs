//! The words for what a source delivers. Vendor names stay inside their connector: by the time a thing is a value of
//! this module it is a contact, a company, a deal, an activity, a segment, whatever the vendor calls it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// The admin's name for one account at one vendor, for example `hubspot`. Unique in the configuration.
    ConnectionName
}
text_id! {
    /// A stream of a connector, for example `contacts`.
    StreamName
}
text_id! {
    /// A record's id at the vendor. Always text: vendors use numbers beyond 2^53 and numbers with leading zeros.
    ExternalId
}

/// The kinds of object that are mirrored with their properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A person.
    Contact,
    /// An organisation.
    Company,
    /// A sales opportunity.
    Deal,
}

impl ObjectKind {
    /// Every kind, in a fixed order.
    pub const ALL: [ObjectKind; 3] = [ObjectKind::Contact, ObjectKind::Company, ObjectKind::Deal];

    /// The word used in the configuration, the database and the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            ObjectKind::Contact => "contact",
            ObjectKind::Company => "company",
            ObjectKind::Deal => "deal",
        }
    }

    /// The inverse of [`ObjectKind::as_str`].
    pub fn from_word(word: &str) -> Option<ObjectKind> {
        ObjectKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Property name to value as the vendor sent it. A name that is absent was not asked for; `None` means cleared.
pub type Properties = BTreeMap<String, Option<String>>;

/// One contact, company or deal as the vendor has it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRecord {
    pub kind: ObjectKind,
    pub id: ExternalId,
    /// When the vendor created it, if it says so.
    pub created_at: Option<Timestamp>,
    /// The vendor's last-modified instant. `None` when the vendor has none for this kind.
    pub modified_at: Option<Timestamp>,
    /// By our clock: the record is told as it was then, or later. `None`: readings trail by nobody knows how much, and only
    /// the vendor's own instants tell which of two is newer.
    pub as_of: Option<Timestamp>,
    /// Ids that were merged into this one.
    pub merged_ids: Vec<ExternalId>,
    pub properties: Properties,
}

/// Who did something, as far as the vendor knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The contact with this id at the same vendor.
    Contact(ExternalId),
    /// The person with this e-mail address; resolved locally, secondary addresses included.
    Email(String),
    /// Nobody known: an anonymous visitor id.
    Visitor(String),
}

/// Something a person did: a visit, an opened e-mail, a submitted form, a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRecord {
    /// Unique within the stream at this vendor; the key that rejects duplicates.
    pub remote_id: String,
    pub actor: Actor,
    pub occurred_at: Timestamp,
    /// The vendor's own word for the type, for example `OPEN` or `e_visited_page`. An activity mapping turns it into ours.
    pub vendor_type: String,
    /// Details under the vendor's names (URL, e-mail id, form id …). Only what rules can use; never message bodies or addresses.
    pub attributes: BTreeMap<String, String>,
}

/// What a vendor found out about somebody whom it cannot name: the organisation behind an address, and the country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorRecord {
    /// As the visitor's activities name it.
    pub actor: Actor,
    /// Name of the organisation that the vendor inferred.
    pub organisation: Option<String>,
    /// Its domain, when the vendor knows it: the better key.
    pub domain: Option<String>,
    /// ISO 3166-1 alpha-2, or the vendor's text for a country; empty is unknown.
    pub country: Option<String>,
}

/// Kinds of things at a vendor that rules name and that are no records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    /// A marketing e-mail.
    Email,
    /// A workflow (HubSpot) or smart campaign (Marketo) in which contacts can be enrolled.
    Workflow,
    /// A program (Marketo) or campaign (HubSpot) that groups assets.
    Program,
    /// A form.
    Form,
}

impl AssetKind {
    /// Every kind, in a fixed order.
    pub const ALL: [AssetKind; 4] = [AssetKind::Email, AssetKind::Workflow, AssetKind::Program, AssetKind::Form];

    /// The word used in the database and the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            AssetKind::Email => "email",
            AssetKind::Workflow => "workflow",
            AssetKind::Program => "program",
            AssetKind::Form => "form",
        }
    }

    /// The inverse of [`AssetKind::as_str`].
    pub fn from_word(word: &str) -> Option<AssetKind> {
        AssetKind::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A marketing e-mail, workflow, program or form, by name: so that rules can say its name and people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetRecord {
    pub kind: AssetKind,
    pub id: ExternalId,
    pub name: String,
    /// It can be used now: an approved e-mail, a workflow that takes enrollments from outside.
    pub usable: bool,
}

/// All associations of one object towards one kind: a complete set that replaces what was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssociationSet {
    pub from_kind: ObjectKind,
    pub from_id: ExternalId,
    pub to_kind: ObjectKind,
    pub to: Vec<AssociatedObject>,
}

/// One end of an association.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AssociatedObject {
    pub id: ExternalId,
    /// The vendor calls this one the primary.
    pub primary: bool,
    /// The admin's own labels on the association.
    pub labels: Vec<String>,
}

/// A segment (HubSpot: list) that records can belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentRecord {
    pub id: ExternalId,
    pub name: String,
    pub kind: ObjectKind,
    /// Whether records can be added and removed from outside.
    pub writable: bool,
    /// Members as the vendor counts them.
    pub size: Option<u64>,
}

/// One record's membership of one segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipRecord {
    pub segment_id: ExternalId,
    pub kind: ObjectKind,
    pub member_id: ExternalId,
    pub joined_at: Option<Timestamp>,
}

/// A CRM user to whom records can be assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerRecord {
    pub id: ExternalId,
    pub email: Option<String>,
    pub name: String,
    pub archived: bool,
}

/// The vendor's definition of a property, against which mappings and values are checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyDefinition {
    pub kind: ObjectKind,
    pub name: String,
    pub label: String,
    pub value_type: PropertyType,
    /// Allowed values of an enumeration, in the vendor's order; empty for other types.
    pub options: Vec<String>,
    /// The vendor refuses values from outside.
    pub read_only: bool,
    /// The vendor computes it; such properties change without touching the record's last-modified instant.
    pub calculated: bool,
}

/// The value types that both the vendors and we distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyType {
    Text,
    Number,
    Bool,
    Date,
    Datetime,
    Enumeration,
    /// Something we neither map nor write.
    Other,
}

impl PropertyType {
    /// The word used in the configuration and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            PropertyType::Text => "text",
            PropertyType::Number => "number",
            PropertyType::Bool => "bool",
            PropertyType::Date => "date",
            PropertyType::Datetime => "datetime",
            PropertyType::Enumeration => "enumeration",
            PropertyType::Other => "other",
        }
    }
}

/// How a record left the vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// In the vendor's recycle bin; it can come back.
    Archived,
    /// Absorbed by another record, under whose id its facts live on.
    Merged { into: ExternalId },
    /// Deleted for privacy: every local trace must go.
    PrivacyDeleted,
    /// Not there any more, and the vendor does not say why.
    Vanished,
}

/// A record that is no longer there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneRecord {
    pub kind: ObjectKind,
    pub id: ExternalId,
    pub departure: Departure,
    pub gone_at: Option<Timestamp>,
}

/// One thing on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    Object(ObjectRecord),
    Activity(ActivityRecord),
    Associations(AssociationSet),
    Segment(SegmentRecord),
    Membership(MembershipRecord),
    Owner(OwnerRecord),
    Visitor(VisitorRecord),
    Asset(AssetRecord),
    Property(PropertyDefinition),
    Gone(GoneRecord),
    /// The id exists at the vendor; nothing else is said. A reconcile pass delivers these to find what vanished.
    Present {
        kind: ObjectKind,
        id: ExternalId,
    },
}
