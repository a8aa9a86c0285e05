//! One lead, and the table of all leads with its index by e-mail address. Duplicates of an address can exist, as in the
//! real database. Nothing here checks what a client may do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A person, known or not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lead {
    pub id: u64,
    pub created_at: Timestamp,
    /// Moved by changes of standard fields only.
    pub updated_at: Timestamp,
    /// Moved by any change: what the bulk filter `updatedAt` looks at.
    pub changed_at: Timestamp,
    /// A value that was never set, or cleared, is not here.
    pub values: BTreeMap<String, Value>,
    /// A visitor without a name.
    #[serde(default)]
    pub anonymous: bool,
    /// The company record whose values this lead inherits.
    #[serde(default)]
    pub company: Option<u64>,
    pub partition: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<String>,
}

impl Lead {
    /// A new lead in the default partition.
    pub fn new(id: u64, at: Timestamp) -> Lead {
        Lead {
            id,
            created_at: at,
            updated_at: at,
            changed_at: at,
            values: BTreeMap::new(),
            anonymous: false,
            company: None,
            partition: 1,
            cookies: Vec::new(),
        }
    }

    /// A stored text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_str()
    }

    pub(crate) fn put(&mut self, name: &str, value: Value) {
        if value.is_null() {
            self.values.remove(name);
        } else {
            self.values.insert(name.into(), value);
        }
    }
}

/// All leads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Leads {
    live: BTreeMap<u64, Lead>,
    /// Leads that were merged away, and into whom.
    pub(crate) merged: BTreeMap<u64, u64>,
    next_id: u64,
    #[serde(skip)]
    by_email: HashMap<String, BTreeSet<u64>>,
}

impl Default for Leads {
    fn default() -> Leads {
        Leads { live: BTreeMap::new(), merged: BTreeMap::new(), next_id: 1_001, by_email: HashMap::new() }
    }
}

fn fold(email: &str) -> String {
    email.trim().to_lowercase()
}

impl Leads {
    /// A lead that is neither deleted nor merged away.
    pub fn get(&self, id: u64) -> Option<&Lead> {
        self.live.get(&id)
    }

    /// Live leads in the order of their ids.
    pub fn all(&self) -> &BTreeMap<u64, Lead> {
        &self.live
    }

    /// The leads with this address, in any letter case.
    pub fn with_email(&self, email: &str) -> Vec<u64> {
        self.by_email.get(&fold(email)).into_iter().flatten().copied().collect()
    }

    pub(crate) fn take_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub(crate) fn insert(&mut self, lead: Lead) {
        self.next_id = self.next_id.max(lead.id + 1);
        self.index(&lead);
        self.live.insert(lead.id, lead);
    }

    /// Changes a live lead and keeps the index right.
    pub(crate) fn change<R>(&mut self, id: u64, edit: impl FnOnce(&mut Lead) -> R) -> Option<R> {
        let mut lead = self.remove(id)?;
        let result = edit(&mut lead);
        self.insert(lead);
        Some(result)
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Lead> {
        let lead = self.live.remove(&id)?;
        if let Some(email) = lead.text("email") {
            let key = fold(email);
            if let Some(ids) = self.by_email.get_mut(&key) {
                ids.remove(&id);
                if ids.is_empty() {
                    self.by_email.remove(&key);
                }
            }
        }
        Some(lead)
    }

    fn index(&mut self, lead: &Lead) {
        if let Some(email) = lead.text("email") {
            self.by_email.entry(fold(email)).or_default().insert(lead.id);
        }
    }

    pub(crate) fn rebuild(&mut self) {
        self.by_email.clear();
        for lead in self.live.values() {
            if let Some(email) = lead.text("email") {
                self.by_email.entry(fold(email)).or_default().insert(lead.id);
            }
        }
    }
}
