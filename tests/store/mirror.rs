//! What the mirror tells about itself.

use std::collections::BTreeMap;

use intentd::domain::model::{ContactId, Number};
use intentd::store::{Desired, RemoteState, ValueRow};
use intentd_sdk::record::{ExternalId, MembershipRecord, ObjectKind, PropertyDefinition, PropertyType};

use crate::objects::store_contacts;
use crate::outbox::{plan, wish};
use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    stale_links_wait_until_they_are_read,
    bound_and_modified_records_are_counted,
    single_definitions_join_the_others,
    a_plan_is_measured_before_it_leaves,
    the_top_contact_is_by_number,
);

const CONTACT: ObjectKind = ObjectKind::Contact;

fn ids(texts: &[&str]) -> Vec<ExternalId> {
    texts.iter().map(|text| ExternalId::from(*text)).collect()
}

async fn stale_links_wait_until_they_are_read(bench: Bench) {
    assert!(bench.store.has_schema().await.unwrap());
    for _ in 0..2 {
        write!(bench, tx => tx.mark_links_stale(&hubspot(), CONTACT, &ids(&["b", "a", "b"])).await.unwrap());
    }
    assert_eq!(bench.store.list_stale_links(&hubspot(), CONTACT, 9).await.unwrap(), ids(&["a", "b"]));
    assert_eq!(bench.store.list_stale_links(&hubspot(), CONTACT, 1).await.unwrap(), ids(&["a"]));
    assert!(bench.store.list_stale_links(&hubspot(), ObjectKind::Deal, 9).await.unwrap().is_empty());
    write!(bench, tx => tx.clear_stale_links(&hubspot(), CONTACT, &ids(&["a", "x"])).await.unwrap());
    assert_eq!(bench.store.list_stale_links(&hubspot(), CONTACT, 9).await.unwrap(), ids(&["b"]));
}

async fn bound_and_modified_records_are_counted(bench: Bench) {
    let people = [(1, "a", "a@e.org"), (2, "b", "b@e.org"), (3, "c", "c@e.org")];
    write!(bench, tx => {
        store_contacts(&mut tx, &people, None).await;
        tx.set_remote_state(&hubspot(), CONTACT, &[("c".into(), RemoteState::Gone)], at(1)).await.unwrap();
        let modified = [(CONTACT, "b".into(), at(8)), (CONTACT, "c".into(), at(8)), (CONTACT, "x".into(), at(8))];
        tx.note_modified(&hubspot(), &modified).await.unwrap();
        let bound = tx.find_bound(&hubspot(), CONTACT, &[1, 2, 3, 4]).await.unwrap();
        assert_eq!(bound, BTreeMap::from([(1, "a".into()), (2, "b".into())]));
        let members = ["a", "b"].map(|id| MembershipRecord {
            segment_id: "s".into(),
            kind: CONTACT,
            member_id: id.into(),
            joined_at: None,
        });
        tx.upsert_memberships(&hubspot(), 1, &members).await.unwrap();
    });
    let count = async |from, to| bench.store.count_modified(&hubspot(), CONTACT, at(from), at(to)).await.unwrap();
    assert_eq!((count(0, 0).await, count(1, 7).await, count(8, 8).await, count(0, 9).await), (1, 0, 1, 2));
    assert_eq!(bench.store.count_members(&hubspot(), &"s".into()).await.unwrap(), 2);
}

async fn single_definitions_join_the_others(bench: Bench) {
    let property = |name: &str, label: &str| PropertyDefinition {
        kind: CONTACT,
        name: name.to_owned(),
        label: label.to_owned(),
        value_type: PropertyType::Number,
        options: Vec::new(),
        read_only: false,
        calculated: true,
    };
    write!(bench, tx => {
        tx.replace_property_definitions(&hubspot(), CONTACT, &[property("a", "A"), property("b", "B")]).await.unwrap();
        tx.upsert_property_definitions(&hubspot(), &[property("b", "New"), property("c", "C")]).await.unwrap();
    });
    assert_eq!(
        bench.store.list_property_definitions(&hubspot()).await.unwrap(),
        [property("a", "A"), property("b", "New"), property("c", "C")]
    );
}

async fn a_plan_is_measured_before_it_leaves(bench: Bench) {
    let clears_nothing = Desired { previous: BTreeMap::from([("score".to_owned(), None)]), ..wish("c", Some("")) };
    plan(&bench, &[wish("a", Some("10")), wish("b", Some("")), clears_nothing]).await;
    assert_eq!(bench.store.measure_plan(&hubspot()).await.unwrap(), (3, 1));
    write!(bench, tx => tx.hold_outbox(&hubspot(), 1, at(1)).await.unwrap());
    assert_eq!(bench.store.measure_plan(&hubspot()).await.unwrap(), (1, 0));
}

async fn the_top_contact_is_by_number(bench: Bench) {
    assert_eq!(bench.store.find_top_contact("lead_score").await.unwrap(), None);
    let value = |shown: &str| ValueRow {
        exact: Number::parse(shown).unwrap(),
        shown: Number::parse(shown).unwrap(),
        label: None,
        as_of: at(0),
        rules_version: 1,
        changed_at: at(0),
    };
    write!(bench, tx => {
        store_contacts(&mut tx, &[(1, "a", "a@e.org"), (2, "b", "b@e.org")], None).await;
        let score = "lead_score".to_owned();
        tx.upsert_values(&[(ContactId(1), score.clone(), value("9")), (ContactId(2), score, value("10"))]).await.unwrap();
    });
    assert_eq!(bench.store.find_top_contact("lead_score").await.unwrap().as_deref(), Some("b@e.org"));
}
