//! One record, and the table of all records of one object type with its indexes: by id, by last-modified, by unique
//! value. What search still shows of a record written a moment ago is kept here too. Nothing here checks values.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

/// A former or present value of a property.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub value: String,
    pub at: Timestamp,
    pub source_type: String,
    pub source_id: String,
}

/// A CRM record. Values are text, as on the wire; a missing value was never set, an empty one was cleared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    pub id: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    pub values: BTreeMap<String, String>,
    /// Oldest first; only for properties that were written after the record was made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub history: BTreeMap<String, Vec<Version>>,
    /// Ids that were merged into this record, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<(u64, Timestamp)>,
}

impl Record {
    /// A new record.
    pub fn new(id: u64, at: Timestamp) -> Record {
        Record {
            id,
            created_at: at,
            updated_at: at,
            archived_at: None,
            values: BTreeMap::new(),
            history: BTreeMap::new(),
            merged: Vec::new(),
        }
    }

    /// A stored value that is not empty.
    pub fn stored(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The addresses that identify a contact, in lower case: `email` and the parts of `hs_additional_emails`.
    pub fn addresses(&self) -> impl Iterator<Item = String> + '_ {
        let additional = self.stored("hs_additional_emails").unwrap_or_default();
        self.stored("email").into_iter().chain(additional.split(';')).map(str::trim).filter(|a| !a.is_empty()).map(fold)
    }
}

/// Unique values are compared without regard to case.
pub(crate) fn fold(value: &str) -> String {
    value.trim().to_lowercase()
}

/// A record that search does not yet show as it is.
#[derive(Clone, Debug)]
struct Lagging {
    until: Timestamp,
    before: Option<Box<Record>>,
}

/// All records of one object type.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Table {
    live: BTreeMap<u64, Record>,
    archived: BTreeMap<u64, Record>,
    /// Ids that were merged away, and where they lead.
    aliases: BTreeMap<u64, u64>,
    next_id: u64,
    /// The properties whose values may occur once; `email` for contacts.
    unique_names: BTreeSet<String>,
    #[serde(skip)]
    unique: HashMap<String, HashMap<String, u64>>,
    #[serde(skip)]
    by_modified: BTreeSet<(Timestamp, u64)>,
    #[serde(skip)]
    lagging: BTreeMap<u64, Lagging>,
}

impl Table {
    pub(crate) fn new(first_id: u64) -> Table {
        Table { next_id: first_id, ..Table::default() }
    }

    /// A record that is neither archived nor merged away.
    pub fn get(&self, id: u64) -> Option<&Record> {
        self.live.get(&id)
    }

    /// An archived record.
    pub fn get_archived(&self, id: u64) -> Option<&Record> {
        self.archived.get(&id)
    }

    /// The id that an id leads to now: itself, or the survivor of the merge that absorbed it.
    pub fn resolve(&self, id: u64) -> u64 {
        let mut id = id;
        while let Some(next) = self.aliases.get(&id) {
            id = *next;
        }
        id
    }

    /// Live records in the order of their ids.
    pub fn live(&self) -> &BTreeMap<u64, Record> {
        &self.live
    }

    /// Archived records in the order of their ids.
    pub fn archived(&self) -> &BTreeMap<u64, Record> {
        &self.archived
    }

    /// The live record that owns a value of a unique property.
    pub fn owner_of(&self, name: &str, value: &str) -> Option<u64> {
        self.unique.get(name)?.get(&fold(value)).copied()
    }

    /// Whether values of this property may occur once only.
    pub fn is_unique(&self, name: &str) -> bool {
        self.unique_names.contains(name)
    }

    /// Ids by last-modified, oldest first.
    pub(crate) fn by_modified(&self) -> &BTreeSet<(Timestamp, u64)> {
        &self.by_modified
    }

    pub(crate) fn make_unique(&mut self, name: &str) {
        self.unique_names.insert(name.into());
        self.rebuild();
    }

    pub(crate) fn take_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub(crate) fn insert(&mut self, record: Record) {
        self.next_id = self.next_id.max(record.id + 1);
        self.index(&record);
        self.live.insert(record.id, record);
    }

    /// Changes a live record and keeps the indexes right.
    pub(crate) fn change<R>(&mut self, id: u64, edit: impl FnOnce(&mut Record) -> R) -> Option<R> {
        let mut record = self.live.remove(&id)?;
        self.unindex(&record);
        let result = edit(&mut record);
        self.index(&record);
        self.live.insert(id, record);
        Some(result)
    }

    /// Search goes on showing the record as it is now (or not at all, when it is new) until `until`.
    pub(crate) fn lag(&mut self, id: u64, until: Timestamp, is_new: bool) {
        match self.lagging.get_mut(&id) {
            Some(lagging) => lagging.until = until,
            None => {
                let before = if is_new { None } else { self.live.get(&id).cloned().map(Box::new) };
                self.lagging.insert(id, Lagging { until, before });
            }
        }
    }

    /// Lets search catch up.
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        self.lagging.retain(|_, lagging| lagging.until > now);
    }

    /// What search shows of a live record; `None` when it does not know it yet.
    pub(crate) fn shown(&self, id: u64) -> Option<&Record> {
        match self.lagging.get(&id) {
            Some(lagging) => lagging.before.as_deref().filter(|_| self.live.contains_key(&id)),
            None => self.live.get(&id),
        }
    }

    /// The records that search shows otherwise than they are.
    pub(crate) fn lagging(&self) -> impl Iterator<Item = u64> + '_ {
        self.lagging.keys().copied()
    }

    pub(crate) fn is_lagging(&self, id: u64) -> bool {
        self.lagging.contains_key(&id)
    }

    pub(crate) fn archive(&mut self, id: u64, at: Timestamp) -> bool {
        let Some(mut record) = self.live.remove(&id) else { return false };
        self.unindex(&record);
        self.lagging.remove(&id);
        record.archived_at = Some(at);
        self.archived.insert(id, record);
        true
    }

    pub(crate) fn unarchive(&mut self, id: u64, at: Timestamp) -> bool {
        let Some(mut record) = self.archived.remove(&id) else { return false };
        record.archived_at = None;
        record.updated_at = at;
        self.insert(record);
        true
    }

    /// Takes a record out without a trace.
    pub(crate) fn remove(&mut self, id: u64) -> Option<Record> {
        self.lagging.remove(&id);
        if let Some(record) = self.live.remove(&id) {
            self.unindex(&record);
            return Some(record);
        }
        self.archived.remove(&id)
    }

    pub(crate) fn alias(&mut self, from: u64, to: u64) {
        self.aliases.insert(from, to);
    }

    /// Makes the indexes anew, after a restore.
    pub(crate) fn rebuild(&mut self) {
        self.by_modified.clear();
        self.unique.clear();
        let live = std::mem::take(&mut self.live);
        for record in live.values() {
            self.index(record);
        }
        self.live = live;
    }

    fn index(&mut self, record: &Record) {
        self.by_modified.insert((record.updated_at, record.id));
        for name in &self.unique_names {
            let values = self.unique.entry(name.clone()).or_default();
            for value in unique_values(record, name) {
                values.insert(value, record.id);
            }
        }
    }

    fn unindex(&mut self, record: &Record) {
        self.by_modified.remove(&(record.updated_at, record.id));
        for name in &self.unique_names {
            let Some(values) = self.unique.get_mut(name) else { continue };
            for value in unique_values(record, name) {
                if values.get(&value) == Some(&record.id) {
                    values.remove(&value);
                }
            }
        }
    }
}

fn unique_values(record: &Record, name: &str) -> Vec<String> {
    if name == "email" {
        return record.addresses().collect();
    }
    record.stored(name).map(fold).into_iter().collect()
}
