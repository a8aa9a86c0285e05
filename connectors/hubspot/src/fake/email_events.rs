//! Events of marketing e-mails per recipient, and the campaigns they belong to (documentation: "Email Events API").

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One event. `kind` is the wire's `type`; some events have none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EmailEvent {
    pub number: u64,
    pub created: Timestamp,
    pub kind: Option<String>,
    pub recipient: String,
    pub campaign: u64,
    /// The SENT event that this one follows, by time and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_by: Option<(Timestamp, u64)>,
    #[serde(default)]
    pub filtered: bool,
    /// Fields that only some types have: `url`, `linkId`, `duration`, `response`, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, Value>,
}

/// One sending of one e-mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Campaign {
    pub id: u64,
    pub name: String,
    pub subject: String,
    pub content_id: u64,
    pub sent_at: Timestamp,
}

/// All events by time, and the campaigns.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct EmailEvents {
    by_time: BTreeMap<(Timestamp, u64), EmailEvent>,
    pub campaigns: BTreeMap<u64, Campaign>,
    next: u64,
}

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    events: Vec<EmailEvent>,
    campaigns: BTreeMap<u64, Campaign>,
}

impl From<Stored> for EmailEvents {
    fn from(stored: Stored) -> EmailEvents {
        let mut all = EmailEvents { campaigns: stored.campaigns, ..EmailEvents::default() };
        for event in stored.events {
            all.insert(event);
        }
        all
    }
}

impl From<EmailEvents> for Stored {
    fn from(all: EmailEvents) -> Stored {
        Stored { events: all.by_time.into_values().collect(), campaigns: all.campaigns }
    }
}

impl EmailEvents {
    /// Adds an event without extras; gives its key.
    pub fn add(&mut self, kind: &str, recipient: &str, campaign: u64, created: Timestamp) -> (Timestamp, u64) {
        let number = self.next;
        self.insert(EmailEvent {
            number,
            created,
            kind: Some(kind.into()),
            recipient: recipient.into(),
            campaign,
            sent_by: None,
            filtered: false,
            more: BTreeMap::new(),
        });
        (created, number)
    }

    /// Adds an event that carries its own number.
    pub fn insert(&mut self, event: EmailEvent) {
        self.next = self.next.max(event.number + 1);
        self.by_time.insert((event.created, event.number), event);
    }

    /// The number that the next event gets.
    pub fn next_number(&self) -> u64 {
        self.next
    }

    /// Events in the order of time.
    pub fn by_time(&self) -> &BTreeMap<(Timestamp, u64), EmailEvent> {
        &self.by_time
    }

    pub(crate) fn forget(&mut self, address: &str) {
        self.by_time.retain(|_, event| !event.recipient.eq_ignore_ascii_case(address));
    }
}

impl EmailEvent {
    /// The id on the wire; unique together with `created`.
    pub fn wire_id(&self) -> String {
        wire_id(self.number)
    }
}

pub(crate) fn wire_id(number: u64) -> String {
    format!("{number:08x}-e5e5-4e5e-8e5e-{:012x}", number.wrapping_mul(0x9e37_79b9) & 0xffff_ffff_ffff)
}
