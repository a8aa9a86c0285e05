//! The end state of a run in a form that two runs can be compared by: instants are left out, since two runs never have
//! the same.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::account::Account;

impl Account {
    /// Values of leads (without date-times), list members, passages through campaigns, and the other objects.
    pub fn comparable(&self) -> Value {
        let is_time = |name: &str| self.fields.get(name).is_some_and(|field| field.data_type == "datetime");
        let leads: BTreeMap<String, BTreeMap<&String, &Value>> = self
            .leads
            .all()
            .values()
            .map(|lead| (lead.id.to_string(), lead.values.iter().filter(|(name, _)| !is_time(name)).collect()))
            .collect();
        let lists: BTreeMap<&str, Vec<u64>> =
            self.lists.all.values().map(|list| (list.name.as_str(), list.members.keys().copied().collect())).collect();
        let passed: BTreeMap<&str, BTreeMap<String, usize>> = self
            .campaigns
            .all
            .values()
            .map(|one| {
                (one.name.as_str(), one.passed.iter().map(|(id, times)| (id.to_string(), times.len())).collect())
            })
            .collect();
        let objects: Vec<Vec<&BTreeMap<String, Value>>> =
            self.all_objects().map(|objects| objects.all().map(|object| &object.values).collect()).collect();
        json!({"leads": leads, "lists": lists, "campaigns": passed, "objects": objects})
    }
}
