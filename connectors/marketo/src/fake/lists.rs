//! Static lists and their members (documentation: "Static Lists"). Only these can be written; smart lists have no
//! members that a client could read.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

/// A static list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StaticList {
    pub id: u64,
    pub name: String,
    pub description: String,
    /// The program that it lives in, if any.
    pub program: Option<u64>,
    pub folder: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Members and when they joined.
    pub members: BTreeMap<u64, Timestamp>,
    /// A list that an asset refers to cannot be deleted.
    #[serde(default)]
    pub in_use: bool,
    /// A file is being imported into it: membership calls answer 1019.
    #[serde(default)]
    pub importing: bool,
}

/// All static lists.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lists {
    pub all: BTreeMap<u64, StaticList>,
    next: u64,
}

impl Default for Lists {
    fn default() -> Lists {
        Lists { all: BTreeMap::new(), next: 1_101 }
    }
}

impl Lists {
    /// Adds an empty list; gives its id.
    pub fn add(&mut self, name: &str, at: Timestamp) -> u64 {
        let id = self.next;
        self.next += 7;
        let list = StaticList {
            id,
            name: name.into(),
            description: String::new(),
            program: None,
            folder: 341,
            created_at: at,
            updated_at: at,
            members: BTreeMap::new(),
            in_use: false,
            importing: false,
        };
        self.all.insert(id, list);
        id
    }

    /// A list by its name.
    pub fn named(&self, name: &str) -> Option<&StaticList> {
        self.all.values().find(|list| list.name.eq_ignore_ascii_case(name))
    }

    /// A lead that is gone is in no list.
    pub(crate) fn forget(&mut self, lead: u64) {
        for list in self.all.values_mut() {
            list.members.remove(&lead);
        }
    }

    /// What a merged lead was in, the one that is left is in.
    pub(crate) fn move_lead(&mut self, from: u64, to: u64) {
        for list in self.all.values_mut() {
            if let Some(joined) = list.members.remove(&from) {
                list.members.entry(to).or_insert(joined);
            }
        }
    }
}
