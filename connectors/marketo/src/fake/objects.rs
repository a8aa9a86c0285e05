//! Companies, named accounts, opportunities, roles and sales persons: five objects with one life (documentation:
//! "Companies", "Named Accounts", "Opportunities", "Opportunity Roles", "Sales Persons"). They can be found by known
//! keys only; nothing lists them all.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::instants;
use super::object_shapes::Shape;

/// One of the five objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ObjectKind {
    Company,
    NamedAccount,
    Opportunity,
    Role,
    SalesPerson,
}

impl ObjectKind {
    pub(crate) const ALL: [ObjectKind; 5] = [
        ObjectKind::Company,
        ObjectKind::NamedAccount,
        ObjectKind::Opportunity,
        ObjectKind::Role,
        ObjectKind::SalesPerson,
    ];
}

/// One record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Object {
    pub id: u64,
    pub guid: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub values: BTreeMap<String, Value>,
}

impl Object {
    /// A stored text, or a number as text.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.values.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// The value of a field or key, as text.
    pub(crate) fn key(&self, name: &str) -> Option<String> {
        match name {
            "id" => Some(self.id.to_string()),
            "marketoGUID" => Some(self.guid.clone()),
            _ => self.text(name),
        }
    }

    pub(crate) fn shown(&self, shape: &Shape, seq: usize, fields: &[String]) -> Value {
        let mut shown = Map::new();
        shown.insert("seq".into(), seq.into());
        let keys = [shape.id_field].into_iter().chain(shape.dedupe.iter().copied());
        let asked: Vec<&str> = if fields.is_empty() {
            shape.defaults.iter().copied().chain(["createdAt", "updatedAt"]).collect()
        } else {
            fields.iter().map(String::as_str).collect()
        };
        for name in keys.chain(asked) {
            let value = match name {
                "id" => self.id.into(),
                "marketoGUID" => Value::from(self.guid.clone()),
                "createdAt" => instants::zulu(self.created_at).into(),
                "updatedAt" => instants::zulu(self.updated_at).into(),
                // Some numbers of these objects are texts on the wire.
                "amount" => self.text(name).map_or(Value::Null, Value::from),
                _ => self.values.get(name).cloned().unwrap_or(Value::Null),
            };
            shown.insert(name.into(), value);
        }
        shown.into()
    }
}

/// All records of one kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Objects {
    pub(crate) all: BTreeMap<u64, Object>,
    next: u64,
}

impl Objects {
    pub(crate) fn starting_at(next: u64) -> Objects {
        Objects { all: BTreeMap::new(), next }
    }

    /// A record by its number.
    pub fn get(&self, id: u64) -> Option<&Object> {
        self.all.get(&id)
    }

    /// All records in the order of their numbers.
    pub fn all(&self) -> impl Iterator<Item = &Object> {
        self.all.values()
    }

    /// The records whose fields have these values, without regard to case.
    pub(crate) fn matching(&self, wanted: &[(&str, String)]) -> Vec<u64> {
        let fits = |object: &Object| {
            wanted.iter().all(|(name, value)| object.key(name).is_some_and(|held| held.eq_ignore_ascii_case(value)))
        };
        self.all.values().filter(|object| fits(object)).map(|object| object.id).collect()
    }

    /// Adds a record as an admin would.
    pub fn add(&mut self, values: &[(&str, Value)], at: Timestamp) -> u64 {
        let id = self.next;
        self.next += 1;
        let spread = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let guid = format!("{:08x}-{:04x}-4a2b-9c1d-{id:012x}", spread >> 32, (spread >> 16) & 0xffff);
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.all.insert(id, Object { id, guid, created_at: at, updated_at: at, values });
        id
    }
}
