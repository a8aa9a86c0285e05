//! The end state of a run in a form that two runs can be compared by: instants are left out, since two runs never
//! have the same.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::account::Account;
use super::kind::Kind;
use super::schema::ValueType;

impl Account {
    /// Values (without date-times), associations, list members and enrollments.
    pub fn comparable(&self) -> Value {
        let mut objects = Map::new();
        for kind in Kind::ALL {
            let schema = self.schema(kind);
            let mut records = Map::new();
            for (id, record) in self.table(kind).live() {
                let timeless = record.values.iter().filter(|(name, _)| {
                    schema.properties.get(*name).is_none_or(|property| property.value_type != ValueType::Datetime)
                });
                let values: BTreeMap<&String, &String> = timeless.collect();
                let merged: Vec<u64> = record.merged.iter().map(|(id, _)| *id).collect();
                records.insert(id.to_string(), json!({"values": values, "merged": merged}));
            }
            objects.insert(kind.plural().into(), records.into());
        }
        let links: Vec<Value> = self
            .links
            .all()
            .map(|(from_kind, from, to_kind, to, types)| {
                json!([from_kind.singular(), from, to_kind.singular(), to, types])
            })
            .collect();
        let lists: BTreeMap<&str, Vec<u64>> =
            self.lists.all.values().map(|list| (list.name.as_str(), list.members.keys().copied().collect())).collect();
        let enrolled: BTreeMap<&str, BTreeMap<u64, usize>> = self
            .workflows
            .all
            .values()
            .map(|flow| (flow.name.as_str(), flow.enrolled.iter().map(|(id, times)| (*id, times.len())).collect()))
            .collect();
        json!({"objects": objects, "associations": links, "lists": lists, "enrolled": enrolled})
    }
}
