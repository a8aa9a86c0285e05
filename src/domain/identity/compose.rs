//! One contact or company out of the records that are it. The result is a function of the records and the declared
//! precedence alone (I3): in whatever order they arrived, joined or left, the same records give the same fields.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use super::keys::{keys, primary_key};
use super::rules::BoundIdentity;
use crate::domain::model::Fields;

/// One record of a local record, as its vendor last told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRecord {
    pub connection: ConnectionName,
    pub external_id: ExternalId,
    /// Not in the bin and not gone.
    pub present: bool,
    pub modified_at: Option<Timestamp>,
    pub fields: Fields,
}

/// What the records make together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composed {
    pub fields: Fields,
    /// The key under which the local record is known first.
    pub key: Option<String>,
    /// Every other key of its records.
    pub secondary_keys: Vec<String>,
}

/// Composes fields and keys. Records that left count only when no other is there. For each field the first source in the
/// declared order that has a value gives it; a source that has none is passed over, because "not known here" is not "not
/// so". Where nothing is declared, the order of the connections' names decides. Of two records of one connection the one
/// that changed last is asked first.
pub fn compose(kind: ObjectKind, records: &[HeldRecord], identity: &BoundIdentity) -> Composed {
    let givers = givers(kind, records, identity);
    let fields: Fields = givers
        .into_iter()
        .filter_map(|(name, record)| Some((name.clone(), record.fields.get(name)?.clone())))
        .collect();
    let key = primary_key(kind, &fields, &identity.free_mail);
    let keys: BTreeSet<String> =
        counting(records).into_iter().flat_map(|record| keys(kind, &record.fields, &identity.free_mail)).collect();
    let secondary_keys = keys.into_iter().filter(|known| Some(known) != key.as_ref()).collect();
    Composed { fields, key, secondary_keys }
}

/// Which record gives the value of each field.
pub fn givers<'a>(
    kind: ObjectKind,
    records: &'a [HeldRecord],
    identity: &BoundIdentity,
) -> BTreeMap<&'a String, &'a HeldRecord> {
    let records = counting(records);
    let names: BTreeSet<&String> = records.iter().flat_map(|record| record.fields.keys()).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let order = identity.precedence.get(&(kind, name.clone())).map_or(&[][..], Vec::as_slice);
            let rank = |record: &HeldRecord| order.iter().position(|source| *source == record.connection);
            let giver = records
                .iter()
                .filter(|record| record.fields.contains_key(name))
                // Sources that the order does not name come last, in their own order.
                .min_by_key(|record| rank(record).unwrap_or(usize::MAX))?;
            Some((name, *giver))
        })
        .collect()
}

/// The records that count, in the order in which they are asked.
fn counting(records: &[HeldRecord]) -> Vec<&HeldRecord> {
    let any_present = records.iter().any(|record| record.present);
    let mut counting: Vec<&HeldRecord> = records.iter().filter(|record| record.present || !any_present).collect();
    counting.sort_by_key(|record| (&record.connection, Reverse(record.modified_at), &record.external_id));
    counting
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::identity::rules::{IdentityRules, PrecedenceRule};
    use crate::domain::model::Value;

    fn identity(order: &[&str]) -> BoundIdentity {
        let rules = IdentityRules {
            precedence: vec![PrecedenceRule {
                kind: ObjectKind::Contact,
                fields: ["job_title".to_owned()].into(),
                order: order.iter().map(|name| (*name).to_owned()).collect(),
            }],
            free_mail: ["gmail.com".to_owned()].into(),
            ..IdentityRules::default()
        };
        rules.bind(&[("hubspot".into(), "hubspot".into()), ("marketo".into(), "marketo".into())])
    }

    fn record(connection: &str, present: bool, fields: &[(&str, &str)]) -> HeldRecord {
        HeldRecord {
            connection: connection.into(),
            external_id: "1".into(),
            present,
            modified_at: None,
            fields: fields.iter().map(|(name, text)| ((*name).to_owned(), Value::Text((*text).to_owned()))).collect(),
        }
    }

    fn text(composed: &Composed, field: &str) -> Option<String> {
        composed.fields.get(field).map(ToString::to_string)
    }

    #[test]
    fn the_declared_order_decides_and_an_empty_source_is_passed_over() {
        let both = [
            record("hubspot", true, &[("email", "a@x.example"), ("job_title", "CTO"), ("city", "Lund")]),
            record("marketo", true, &[("email", "b@x.example"), ("job_title", "Chief"), ("phone", "1")]),
        ];
        let composed = compose(ObjectKind::Contact, &both, &identity(&["marketo", "hubspot"]));
        assert_eq!(text(&composed, "job_title").as_deref(), Some("Chief"));
        assert_eq!(text(&composed, "city").as_deref(), Some("Lund"));
        assert_eq!(text(&composed, "phone").as_deref(), Some("1"));
        // Nothing is declared for the address: the names of the connections decide, and no address is forgotten.
        assert_eq!(
            (composed.key.as_deref(), composed.secondary_keys),
            (Some("a@x.example"), vec!["b@x.example".into()])
        );
        let hubspot_only = [both[0].clone(), record("marketo", true, &[])];
        let composed = compose(ObjectKind::Contact, &hubspot_only, &identity(&["marketo", "hubspot"]));
        assert_eq!(text(&composed, "job_title").as_deref(), Some("CTO"));
    }

    #[test]
    fn a_record_that_left_counts_only_when_no_other_is_there() {
        let archived = record("hubspot", false, &[("job_title", "CTO")]);
        let there = record("marketo", true, &[("job_title", "Chief")]);
        let order = identity(&["hubspot", "marketo"]);
        let composed = compose(ObjectKind::Contact, &[archived.clone(), there], &order);
        assert_eq!(text(&composed, "job_title").as_deref(), Some("Chief"));
        let composed = compose(ObjectKind::Contact, &[archived], &order);
        assert_eq!(text(&composed, "job_title").as_deref(), Some("CTO"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn i3_the_same_records_give_the_same_contact_in_any_order(
            records in proptest::collection::vec(
                (prop_oneof!["hubspot", "marketo"], "[1-9]", any::<bool>(), proptest::option::of(0_i64..3),
                 proptest::collection::btree_map("job_title|city|email", "[a-c]@x.example", 0..3)), 1..5),
            turn in 0_usize..5,
        ) {
            let mut records: Vec<HeldRecord> = records.into_iter().map(|(connection, id, present, at, fields)| HeldRecord {
                connection: connection.as_str().into(),
                external_id: id.as_str().into(),
                present,
                modified_at: at.map(Timestamp::from_secs),
                fields: fields.into_iter().map(|(name, text)| (name, Value::Text(text))).collect(),
            }).collect();
            // One record stands once.
            records.sort_by_key(|record| (record.connection.clone(), record.external_id.clone()));
            records.dedup_by_key(|record| (record.connection.clone(), record.external_id.clone()));
            let order = identity(&["marketo", "hubspot"]);
            let composed = compose(ObjectKind::Contact, &records, &order);
            let turn = turn % records.len();
            records.rotate_left(turn);
            prop_assert_eq!(&compose(ObjectKind::Contact, &records, &order), &composed);
            records.reverse();
            prop_assert_eq!(compose(ObjectKind::Contact, &records, &order), composed);
        }
    }
}
