//! Who is who: one contact per person by e-mail, one company by domain. Keys are compared case-folded; a record without a key
//! keeps its own identity by its remote id.

mod tombstone;

pub use tombstone::{tombstone_of_actor, tombstone_of_address, tombstone_of_record};

use std::collections::BTreeMap;

use intentd_sdk::record::{ExternalId, ObjectKind};

use crate::domain::model::{Fields, Value};

/// The field whose value joins records of a kind: a person's e-mail, a company's domain. Deals join by nothing.
pub const fn key_field(kind: ObjectKind) -> Option<&'static str> {
    match kind {
        ObjectKind::Contact => Some("email"),
        ObjectKind::Company => Some("domain"),
        ObjectKind::Deal => None,
    }
}

/// The field that holds further keys of the same record, if the mapping fills it.
pub const fn secondary_key_field(kind: ObjectKind) -> Option<&'static str> {
    match kind {
        ObjectKind::Contact => Some("other_emails"),
        ObjectKind::Company => Some("other_domains"),
        ObjectKind::Deal => None,
    }
}

/// Folds a key: surrounding space and case do not distinguish people or companies. Empty is no key.
pub fn fold_key(text: &str) -> Option<String> {
    let folded = text.trim().to_lowercase();
    (!folded.is_empty()).then_some(folded)
}

/// The primary key among a record's fields.
pub fn primary_key(kind: ObjectKind, fields: &Fields) -> Option<String> {
    match fields.get(key_field(kind)?)? {
        Value::Text(text) => fold_key(text),
        _ => None,
    }
}

/// Further keys among a record's fields, without the primary one.
pub fn secondary_keys(kind: ObjectKind, fields: &Fields) -> Vec<String> {
    let primary = primary_key(kind, fields);
    let texts: Vec<&str> = match secondary_key_field(kind).and_then(|name| fields.get(name)) {
        Some(Value::Text(text)) => text.split(';').collect(),
        Some(Value::Set(values)) => values.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let mut keys: Vec<String> =
        texts.into_iter().filter_map(fold_key).filter(|key| Some(key) != primary.as_ref()).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// A record that looks for its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    pub external_id: ExternalId,
    pub key: Option<String>,
}

/// What the store knows about the incoming records of one page.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Local ids of records seen before on this connection.
    pub by_external_id: BTreeMap<ExternalId, i64>,
    /// Local ids that hold a key.
    pub by_key: BTreeMap<String, i64>,
    /// Of those local ids, the ones that another record *of the same connection* already stands for. One vendor's two
    /// records are two people, whatever their keys say at this moment: the key has moved.
    pub taken: BTreeMap<i64, ExternalId>,
}

/// The local identity of one incoming record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Seen before under this local id.
    Same(i64),
    /// New on this connection, but another connection knows the person under this local id.
    Joined(i64),
    /// Nobody knows it: the number counts the new ones of this page from 0.
    New(usize),
}

/// Resolves a page of incoming records. The answers stand in the order of the records.
pub fn resolve(incoming: &[Incoming], known: &Known) -> Vec<Identity> {
    let mut fresh = 0;
    incoming
        .iter()
        .map(|record| {
            if let Some(id) = known.by_external_id.get(&record.external_id) {
                return Identity::Same(*id);
            }
            let holder = record.key.as_ref().and_then(|key| known.by_key.get(key));
            match holder.filter(|id| !known.taken.contains_key(id)) {
                Some(id) => Identity::Joined(*id),
                None => {
                    fresh += 1;
                    Identity::New(fresh - 1)
                }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incoming(id: &str, key: Option<&str>) -> Incoming {
        Incoming { external_id: id.into(), key: key.and_then(fold_key) }
    }

    #[test]
    fn a_person_is_one_contact_across_connections_and_two_records_of_one_connection_are_two() {
        let known = Known {
            by_external_id: [("1".into(), 10)].into(),
            by_key: [("ann@a.example".into(), 10), ("bo@b.example".into(), 20)].into(),
            taken: [(10, "1".into())].into(),
        };
        let page = [
            incoming("1", Some("ann@a.example")),
            incoming("2", Some(" Bo@B.example")),
            incoming("3", Some("ANN@a.example")),
            incoming("4", None),
        ];
        assert_eq!(
            resolve(&page, &known),
            [Identity::Same(10), Identity::Joined(20), Identity::New(0), Identity::New(1)]
        );
    }

    #[test]
    fn secondary_addresses_are_keys_too() {
        let fields: Fields = [
            ("email".to_owned(), Value::Text("a@x.example".into())),
            ("other_emails".to_owned(), Value::Text("B@x.example;a@x.example; ".into())),
        ]
        .into();
        assert_eq!(primary_key(ObjectKind::Contact, &fields).as_deref(), Some("a@x.example"));
        assert_eq!(secondary_keys(ObjectKind::Contact, &fields), ["b@x.example"]);
    }
}
