//! The words for what a destination is asked to write, and for what became of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::record::{ExternalId, ObjectKind, Properties, PropertyType};
use crate::time::Timestamp;

/// New values for owned properties of one record. At most one change per record in a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The outbox row; comes back in the outcome.
    pub outbox_id: i64,
    pub kind: ObjectKind,
    pub id: ExternalId,
    /// Property to new value on the wire; empty text clears.
    pub set: BTreeMap<String, String>,
}

/// What became of one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub outbox_id: i64,
    pub result: ChangeResult,
}

/// The result decides the outbox row's next state; nobody looks at the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeResult {
    /// The vendor executed it. `survivor` is set when the vendor answered with another id: the record was merged.
    /// `modified_at` is the record's last-modified instant after the write, when the answer tells it: with it the write is
    /// recognised when it comes home.
    Delivered { survivor: Option<ExternalId>, modified_at: Option<Timestamp> },
    /// A definite no for this record, with the vendor's reason. `property` names the culprit when known.
    Rejected { reason: String, property: Option<String> },
    /// The record is not there any more.
    Missing,
    /// Definitely not executed; may be tried again after this many milliseconds.
    NotExecuted { retry_after_ms: Option<u64>, reason: String },
    /// Perhaps executed: the answer never came or could not be read. Look up before repeating.
    Unknown { reason: String },
}

/// What a record holds, looked up to settle a doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub values: Properties,
    /// The record's last-modified instant, as in [`ChangeResult::Delivered`]: told by a vendor whose readings trail.
    pub modified_at: Option<Timestamp>,
}

/// Something to be done to records at a vendor that is not a property value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Into a static segment (HubSpot: manual list; Marketo: static list). Harmless when repeated.
    AddToSegment { segment: ExternalId },
    /// Out of a static segment. Harmless when repeated.
    RemoveFromSegment { segment: ExternalId },
    /// Into a workflow (HubSpot) or smart campaign (Marketo). A second time is a second e-mail: never repeated unseen.
    Enroll { workflow: ExternalId },
    /// Out of a workflow.
    Unenroll { workflow: ExternalId },
    /// An activity of the admin's own type on the record's timeline, for example where it came from.
    RecordActivity {
        activity_type: String,
        occurred_at: Timestamp,
        /// The value of the type's primary attribute.
        primary: String,
        attributes: BTreeMap<String, String>,
    },
}

/// One record to which an effect is to be applied. Its outcome comes back under the outbox row's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectTarget {
    pub outbox_id: i64,
    pub kind: ObjectKind,
    pub id: ExternalId,
}

/// Whether an effect has been seen at the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// It happened.
    Yes,
    /// It did not happen, and will not happen any more by itself.
    No,
    /// The vendor does not let us tell (yet).
    Unclear,
}

/// A property that the admin wants to exist at the vendor so that we can write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedProperty {
    pub kind: ObjectKind,
    pub name: String,
    pub label: String,
    pub description: String,
    pub value_type: PropertyType,
    /// Values of an enumeration, in order.
    pub options: Vec<String>,
    /// The property group (HubSpot) it is filed under.
    pub group: String,
}

/// What `prepare` found or did for one wanted property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prepared {
    Exists,
    Created,
    /// It cannot be written: read-only at the vendor, another type, or creation refused. The text says what to do.
    Unusable {
        reason: String,
    },
}
