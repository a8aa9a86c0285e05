//! Programs, their channels with the ladder of statuses, their members, and e-mails (documentation: "Programs", "Program
//! Members", "Emails").

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::instants;

/// A rung of a channel's ladder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    pub id: u64,
    pub name: String,
    pub step: u32,
    pub success: bool,
}

/// A channel: programs of one channel share their statuses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Channel {
    pub id: u64,
    pub name: String,
    pub program_type: String,
    pub statuses: Vec<Status>,
}

impl Channel {
    /// A status by its name.
    pub fn status(&self, name: &str) -> Option<&Status> {
        self.statuses.iter().find(|status| status.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn shown(&self, at: Timestamp) -> Value {
        let statuses: Vec<Value> = self
            .statuses
            .iter()
            .map(|one| {
                json!({"name": one.name, "description": null, "hidden": false, "type": null, "step": one.step,
                       "success": one.success})
            })
            .collect();
        json!({"id": self.id, "name": self.name, "applicableProgramType": self.program_type,
               "progressionStatuses": statuses, "createdAt": instants::asset(at), "updatedAt": instants::asset(at)})
    }
}

/// A lead in a program.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    pub id: u64,
    pub status: String,
    pub success: bool,
    pub acquired_by: bool,
    pub exhausted: bool,
    pub joined_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default)]
    pub values: BTreeMap<String, Value>,
}

/// A program.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Program {
    pub id: u64,
    pub name: String,
    pub description: String,
    /// `Default`, `Event`, `Engagement`, `Email`.
    pub kind: String,
    pub channel: String,
    pub folder: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub members: BTreeMap<u64, Member>,
}

impl Program {
    pub(crate) fn shown(&self) -> Value {
        let status = match self.kind.as_str() {
            "Engagement" => "on",
            "Email" => "unlocked",
            _ => "",
        };
        json!({
            "id": self.id, "name": self.name, "description": self.description, "type": self.kind,
            "channel": self.channel, "status": status, "workspace": "Default", "costs": null, "tags": null,
            "folder": {"type": "Folder", "value": self.folder, "folderName": "Marketing"},
            "url": format!("https://app-fake.marketo.example/#PG{}A1", self.id),
            "createdAt": instants::asset(self.created_at), "updatedAt": instants::asset(self.updated_at),
        })
    }
}

/// An e-mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Email {
    pub id: u64,
    pub name: String,
    pub subject: String,
    pub approved: bool,
    /// Reaches those who unsubscribed too.
    pub operational: bool,
    pub program: Option<u64>,
    /// Part of an A/B test: not returned by the query calls.
    #[serde(default)]
    pub in_test: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Email {
    pub(crate) fn shown(&self) -> Value {
        let folder = match self.program {
            Some(program) => json!({"type": "Program", "value": program, "folderName": "Nurture"}),
            None => json!({"type": "Folder", "value": 341, "folderName": "Emails"}),
        };
        let text = |value: &str| json!({"type": "Text", "value": value});
        json!({
            "id": self.id, "name": self.name, "description": "", "subject": text(&self.subject),
            "fromName": text("Saga Wikbo"), "fromEmail": text("saga.wikbo@nordlys.example"),
            "replyEmail": text("saga.wikbo@nordlys.example"), "folder": folder, "operational": self.operational,
            "textOnly": false, "publishToMSI": false, "webView": false, "autoCopyToText": true, "preHeader": "",
            "status": if self.approved { "approved" } else { "draft" }, "template": 1_038, "version": 2,
            "workspace": "Default", "isOpenTrackingDisabled": false,
            "url": format!("https://app-fake.marketo.example/#EM{}A1", self.id),
            "createdAt": instants::asset(self.created_at), "updatedAt": instants::asset(self.updated_at),
        })
    }
}

/// Programs, channels and e-mails.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Programs {
    pub all: BTreeMap<u64, Program>,
    pub channels: Vec<Channel>,
    pub emails: BTreeMap<u64, Email>,
    next: u64,
}

impl Programs {
    fn take(&mut self) -> u64 {
        self.next += 3;
        1_041 + self.next
    }

    /// Adds a channel whose statuses are in rising steps; the names in `success` count as success.
    pub fn add_channel(&mut self, name: &str, program_type: &str, statuses: &[&str], success: &[&str]) {
        let id = self.take();
        let statuses = statuses.iter().enumerate().map(|(place, status)| Status {
            id: id * 10 + place as u64,
            name: (*status).into(),
            step: 10 * (place as u32 + 1),
            success: success.contains(status),
        });
        let channel =
            Channel { id, name: name.into(), program_type: program_type.into(), statuses: statuses.collect() };
        self.channels.push(channel);
    }

    /// Adds a program without members; gives its id.
    pub fn add(&mut self, name: &str, kind: &str, channel: &str, at: Timestamp) -> u64 {
        let id = self.take();
        let program = Program {
            id,
            name: name.into(),
            description: String::new(),
            kind: kind.into(),
            channel: channel.into(),
            folder: 341,
            created_at: at,
            updated_at: at,
            members: BTreeMap::new(),
        };
        self.all.insert(id, program);
        id
    }

    /// Adds an approved e-mail; gives its id.
    pub fn add_email(&mut self, name: &str, subject: &str, at: Timestamp) -> u64 {
        let id = self.take();
        let email = Email {
            id,
            name: name.into(),
            subject: subject.into(),
            approved: true,
            operational: false,
            program: None,
            in_test: false,
            created_at: at,
            updated_at: at,
        };
        self.emails.insert(id, email);
        id
    }

    pub(crate) fn channel_of(&self, program: u64) -> Option<&Channel> {
        let name = &self.all.get(&program)?.channel;
        self.channels.iter().find(|channel| &channel.name == name)
    }

    pub(crate) fn take_member_id(&mut self) -> u64 {
        3_240_000 + self.take()
    }

    pub(crate) fn forget(&mut self, lead: u64) {
        for program in self.all.values_mut() {
            program.members.remove(&lead);
        }
    }

    pub(crate) fn move_lead(&mut self, from: u64, to: u64) {
        for program in self.all.values_mut() {
            if let Some(member) = program.members.remove(&from) {
                program.members.entry(to).or_insert(member);
            }
        }
    }
}
