//! Lists (called segments in the user interface) and their members (documentation: "Lists").

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kind::Kind;

/// How a list gets its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Processing {
    /// Members are written.
    Manual,
    /// Members follow from filters; writing is refused.
    Dynamic,
    /// Filled once from filters, then written.
    Snapshot,
}

impl Processing {
    /// As the wire says it.
    pub fn name(self) -> &'static str {
        match self {
            Processing::Manual => "MANUAL",
            Processing::Dynamic => "DYNAMIC",
            Processing::Snapshot => "SNAPSHOT",
        }
    }
}

/// A list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct List {
    pub id: u64,
    pub legacy_id: Option<u64>,
    pub name: String,
    pub kind: Kind,
    pub processing: Processing,
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    pub filter_branch: Option<Value>,
    /// Record id and when it joined.
    pub members: BTreeMap<u64, Timestamp>,
    /// When somebody last joined, and when somebody last left.
    #[serde(default)]
    pub added_at: Option<Timestamp>,
    #[serde(default)]
    pub removed_at: Option<Timestamp>,
    /// What refers to this list and so forbids to delete it, for example `WORKFLOW 585051946`.
    pub references: Vec<String>,
}

/// All lists, by id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Lists {
    pub all: BTreeMap<u64, List>,
}

impl Lists {
    /// A list that is not deleted.
    pub fn get(&self, id: u64) -> Option<&List> {
        self.all.get(&id).filter(|list| list.deleted_at.is_none())
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut List> {
        self.all.get_mut(&id).filter(|list| list.deleted_at.is_none())
    }

    /// Makes a list; gives its id. Contact lists get a classic id too.
    pub fn add(&mut self, name: &str, kind: Kind, processing: Processing, at: Timestamp) -> u64 {
        let id = self.all.last_key_value().map_or(61, |(last, _)| last + 1);
        self.all.insert(
            id,
            List {
                id,
                legacy_id: (kind == Kind::Contact).then_some(id + 3),
                name: name.into(),
                kind,
                processing,
                version: 1,
                created_at: at,
                updated_at: at,
                deleted_at: None,
                filter_branch: None,
                members: BTreeMap::new(),
                added_at: None,
                removed_at: None,
                references: Vec::new(),
            },
        );
        id
    }

    /// Adds a member. False when it is one already, or there is no such list.
    pub fn join(&mut self, list: u64, record: u64, at: Timestamp) -> bool {
        let Some(list) = self.get_mut(list) else { return false };
        let is_new = !list.members.contains_key(&record);
        list.members.entry(record).or_insert(at);
        if is_new {
            list.added_at = list.added_at.max(Some(at));
        }
        is_new
    }

    /// Removes a member. False when it was none.
    pub fn leave(&mut self, list: u64, record: u64, at: Timestamp) -> bool {
        let Some(list) = self.get_mut(list) else { return false };
        let was_member = list.members.remove(&record).is_some();
        if was_member {
            list.removed_at = list.removed_at.max(Some(at));
        }
        was_member
    }

    pub(crate) fn forget(&mut self, kind: Kind, record: u64) {
        for list in self.all.values_mut().filter(|list| list.kind == kind) {
            list.members.remove(&record);
        }
    }

    pub(crate) fn rename(&mut self, kind: Kind, from: u64, to: u64) {
        for list in self.all.values_mut().filter(|list| list.kind == kind) {
            if let Some(joined) = list.members.remove(&from) {
                list.members.entry(to).or_insert(joined);
            }
        }
    }
}
