//! The activity log. Its order is the order in which activities were written down, which is not the order in which they
//! happened: some come late (knowledge base, article 348678). Who reads by date alone loses those.

use std::borrow::Cow;
use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One activity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Activity {
    /// `marketoGUID` is this number as text; larger than 32 bits hold.
    pub number: u64,
    pub lead: u64,
    pub kind: u32,
    /// `activityDate`.
    pub at: Timestamp,
    /// When it was written to the log; never before `at`.
    pub logged_at: Timestamp,
    pub campaign: Option<u64>,
    pub primary_id: Option<u64>,
    pub primary: Option<String>,
    pub attributes: Vec<(Cow<'static, str>, Value)>,
    /// The REST name of the changed field, of types 13 and 22.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Activity {
    /// An activity that is logged when it happens.
    pub fn new(kind: u32, lead: u64, at: Timestamp) -> Activity {
        Activity {
            number: 0,
            lead,
            kind,
            at,
            logged_at: at,
            campaign: None,
            primary_id: None,
            primary: None,
            attributes: Vec::new(),
            field: None,
        }
    }

    /// The same activity with its primary attribute.
    pub fn about(mut self, id: u64, value: impl Into<String>) -> Activity {
        self.primary_id = Some(id);
        self.primary = Some(value.into());
        self
    }

    /// The same activity with one more attribute.
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Activity {
        self.attributes.push((Cow::Borrowed(name), value.into()));
        self
    }

    /// The same activity, caused by a campaign.
    pub fn by(mut self, campaign: Option<u64>) -> Activity {
        self.campaign = campaign;
        self
    }

    /// The same activity, written to the log this much later.
    pub fn late(mut self, ms: i64) -> Activity {
        self.logged_at = self.at.plus_ms(ms.max(0));
        self
    }

    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// All activities.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Activities {
    log: Vec<Activity>,
    /// What will be logged later.
    waiting: BTreeMap<Timestamp, Vec<Activity>>,
    next: u64,
}

impl Default for Activities {
    fn default() -> Activities {
        Activities { log: Vec::new(), waiting: BTreeMap::new(), next: 3_000_000_001 }
    }
}

impl Activities {
    /// Adds an activity; it shows once its `logged_at` has come. Gives its number.
    pub fn add(&mut self, mut activity: Activity) -> u64 {
        activity.number = self.next;
        self.next += 1;
        activity.logged_at = activity.logged_at.max(activity.at);
        let number = activity.number;
        self.waiting.entry(activity.logged_at).or_default().push(activity);
        number
    }

    /// Writes down everything whose time has come.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while let Some(entry) = self.waiting.first_entry().filter(|entry| *entry.key() <= now) {
            for mut activity in entry.remove() {
                // The log stays in the order of logging, even when a test writes into the past.
                if let Some(last) = self.log.last() {
                    activity.logged_at = activity.logged_at.max(last.logged_at);
                }
                self.log.push(activity);
            }
        }
    }

    /// The log so far.
    pub fn log(&self) -> &[Activity] {
        &self.log
    }

    /// The first position whose activity was logged at or after an instant.
    pub(crate) fn position(&self, at: Timestamp) -> usize {
        self.log.partition_point(|activity| activity.logged_at < at)
    }

    /// Moves the activities of merged leads to the one that is left.
    pub(crate) fn move_lead(&mut self, from: u64, to: u64) {
        for activity in self.log.iter_mut().chain(self.waiting.values_mut().flatten()) {
            if activity.lead == from {
                activity.lead = to;
            }
        }
    }
}
