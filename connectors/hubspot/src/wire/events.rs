//! Event occurrences, e-mail events, forms and their submissions (HubSpot: "Event occurrences", "Email events",
//! "Forms", "Form submissions").

use std::collections::BTreeMap;

use intentd_sdk::{ConnectorError, Result};
use serde::Deserialize;
use serde_json::Value;

use super::{list, maybe_text, plain_text, text};

/// One event of a contact.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventOccurrence {
    #[serde(deserialize_with = "text")]
    pub(crate) id: String,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) event_type: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) object_type: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) object_id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) occurred_at: Option<String>,
    #[serde(default)]
    properties: Option<BTreeMap<String, Value>>,
}

impl EventOccurrence {
    /// The first of the named properties that has a value.
    pub(crate) fn property(&self, names: &[&str]) -> Option<String> {
        let properties = self.properties.as_ref()?;
        names.iter().find_map(|name| properties.get(*name).and_then(plain_text))
    }
}

/// A page of e-mail events.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmailEvents {
    #[serde(default)]
    has_more: Option<bool>,
    #[serde(default, deserialize_with = "maybe_text")]
    offset: Option<String>,
    pub(crate) events: Vec<EmailEvent>,
}

impl EmailEvents {
    /// The offset of the next page.
    ///
    /// # Errors
    /// When there is more and it is not said where.
    pub(crate) fn next(&self) -> Result<Option<&str>> {
        match self.offset.as_deref().filter(|offset| !offset.is_empty()) {
            _ if self.has_more != Some(true) => Ok(None),
            Some(offset) => Ok(Some(offset)),
            None => {
                Err(ConnectorError::Malformed { detail: "there are more events, but no offset to them".to_owned() })
            }
        }
    }
}

/// Something that happened to an e-mail.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmailEvent {
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) created: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "maybe_text")]
    pub(crate) event_type: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) recipient: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) email_campaign_id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) app_id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) url: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) filtered_event: Option<String>,
    #[serde(default)]
    pub(crate) sent_by: Option<EventReference>,
}

/// Points at another e-mail event.
#[derive(Debug, Deserialize)]
pub(crate) struct EventReference {
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) created: Option<String>,
}

/// What a marketing e-mail is called.
#[derive(Debug, Deserialize)]
pub(crate) struct Campaign {
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) name: Option<String>,
}

/// A form.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Form {
    #[serde(deserialize_with = "text")]
    pub(crate) id: String,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) form_type: Option<String>,
}

/// One submission of a form.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submission {
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) conversion_id: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) submitted_at: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) page_url: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub(crate) values: Vec<SubmittedValue>,
}

/// One field of a submission.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubmittedValue {
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) value: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) object_type_id: Option<String>,
}

impl EmailEvent {
    /// When it happened, in milliseconds.
    pub(crate) fn created_ms(&self) -> Option<i64> {
        self.created.as_deref()?.parse().ok()
    }
}
