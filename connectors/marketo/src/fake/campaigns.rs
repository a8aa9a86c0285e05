//! Smart campaigns: what starts them, who may pass how often, and what their flow does (documentation: "Smart
//! Campaigns"). The flow can be seen by a test, never by a client.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::instants;

/// What starts a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CampaignType {
    /// Runs over a smart list when it is scheduled.
    Batch,
    /// Listens to triggers.
    Trigger,
}

/// How often a person may go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Qualification {
    Once,
    Any,
    /// Once in this many days.
    EveryDays(i64),
}

/// One step of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    SendEmail(u64),
    AddToList(u64),
    /// Program and status name.
    ChangeStatus(u64, String),
    /// REST name of a score field, and the difference.
    ChangeScore(String, i64),
}

/// A smart campaign.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Campaign {
    pub id: u64,
    pub name: String,
    pub description: String,
    pub kind: CampaignType,
    pub active: bool,
    /// Has the trigger "Campaign is Requested" with source "Web Service API".
    pub by_request: bool,
    pub qualification: Qualification,
    pub program: Option<u64>,
    pub folder: u64,
    pub flow: Vec<Step>,
    /// My Tokens that the parent program knows, with braces.
    pub tokens: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Every passage of a lead.
    pub passed: BTreeMap<u64, Vec<Timestamp>>,
    /// Runs that were scheduled through the API.
    #[serde(default)]
    pub scheduled: Vec<Timestamp>,
}

impl Campaign {
    /// `isRequestable` (documentation: "Smart Campaigns").
    pub fn is_requestable(&self) -> bool {
        self.active && self.by_request && self.kind == CampaignType::Trigger
    }

    /// Whether the qualification rule lets a lead pass now.
    pub fn admits(&self, lead: u64, now: Timestamp) -> bool {
        let last = self.passed.get(&lead).and_then(|times| times.last());
        match (self.qualification, last) {
            (_, None) | (Qualification::Any, _) => true,
            (Qualification::Once, Some(_)) => false,
            (Qualification::EveryDays(days), Some(last)) => now.ms_since(*last) >= days * 86_400_000,
        }
    }

    fn status(&self) -> &'static str {
        match self.kind {
            CampaignType::Trigger if self.active => "Active",
            CampaignType::Trigger => "Inactive",
            CampaignType::Batch if self.scheduled.is_empty() => "Never Run",
            CampaignType::Batch => "Single Run",
        }
    }

    /// As an asset.
    pub(crate) fn shown(&self) -> Value {
        let rule = match self.qualification {
            Qualification::Once => "once",
            Qualification::Any => "any",
            Qualification::EveryDays(_) => "interval",
        };
        let folder = match self.program {
            Some(program) => json!({"id": program, "type": "Program"}),
            None => json!({"id": self.folder, "type": "Folder"}),
        };
        let mut shown = json!({
            "id": self.id, "name": self.name, "description": self.description,
            "type": if self.kind == CampaignType::Trigger { "trigger" } else { "batch" },
            "isSystem": false, "isActive": self.active, "isRequestable": self.is_requestable(),
            "recurrence": {"weekdayOnly": false}, "qualificationRuleType": rule, "maxMembers": 0,
            "isCommunicationLimitEnabled": false, "smartListId": self.id + 1, "flowId": self.id + 2,
            "folder": folder, "workspace": "Default", "status": self.status(),
            "computedUrl": format!("https://app-fake.marketo.example/#SC{}A1", self.id),
            "createdAt": instants::asset(self.created_at), "updatedAt": instants::asset(self.updated_at),
        });
        if let Qualification::EveryDays(days) = self.qualification {
            shown["qualificationRuleInterval"] = days.into();
            shown["qualificationRuleUnit"] = "day".into();
        }
        if let Some(program) = self.program {
            shown["parentProgramId"] = program.into();
        }
        shown
    }
}

/// All smart campaigns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Campaigns {
    pub all: BTreeMap<u64, Campaign>,
    next: u64,
}

impl Default for Campaigns {
    fn default() -> Campaigns {
        Campaigns { all: BTreeMap::new(), next: 3_712 }
    }
}

impl Campaigns {
    /// Adds an inactive campaign without a flow; gives its id.
    pub fn add(&mut self, name: &str, kind: CampaignType, at: Timestamp) -> u64 {
        let id = self.next;
        self.next += 11;
        let campaign = Campaign {
            id,
            name: name.into(),
            description: String::new(),
            kind,
            active: false,
            by_request: false,
            qualification: Qualification::Once,
            program: None,
            folder: 341,
            flow: Vec::new(),
            tokens: Vec::new(),
            created_at: at,
            updated_at: at,
            passed: BTreeMap::new(),
            scheduled: Vec::new(),
        };
        self.all.insert(id, campaign);
        id
    }

    /// A campaign by its name.
    pub fn named(&self, name: &str) -> Option<&Campaign> {
        self.all.values().find(|campaign| campaign.name == name)
    }

    pub(crate) fn forget(&mut self, lead: u64) {
        for campaign in self.all.values_mut() {
            campaign.passed.remove(&lead);
        }
    }

    pub(crate) fn move_lead(&mut self, from: u64, to: u64) {
        for campaign in self.all.values_mut() {
            if let Some(times) = campaign.passed.remove(&from) {
                let all = campaign.passed.entry(to).or_default();
                all.extend(times);
                all.sort();
            }
        }
    }
}
