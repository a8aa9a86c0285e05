//! Associations, owners, property definitions, segments and their members.

use intentd_sdk::record::{
    AssociatedObject, AssociationSet, ExternalId, MembershipRecord, ObjectKind, OwnerRecord, PropertyDefinition,
    PropertyType, SegmentRecord,
};

use intentd::store::RemoteState;

use crate::objects::store_contacts;
use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    an_association_set_replaces_what_was_known,
    a_segment_knows_who_joined_and_who_left,
    owners_and_definitions_are_replaced,
);

const CONTACT: ObjectKind = ObjectKind::Contact;

fn set(from: &str, to_kind: ObjectKind, to: &[(&str, bool)]) -> AssociationSet {
    AssociationSet {
        from_kind: CONTACT,
        from_id: ExternalId::from(from),
        to_kind,
        to: to
            .iter()
            .map(|(id, primary)| AssociatedObject {
                id: ExternalId::from(*id),
                primary: *primary,
                labels: vec!["Decision maker".to_owned()],
            })
            .collect(),
    }
}

async fn an_association_set_replaces_what_was_known(bench: Bench) {
    let company = ObjectKind::Company;
    let sets = [
        set("1", company, &[("c1", true), ("c2", false)]),
        set("2", company, &[("c1", true)]),
        set("3", company, &[]),
        set("1", ObjectKind::Deal, &[("d1", false)]),
    ];
    let changed = write!(bench, tx => tx.replace_associations(&hubspot(), &sets).await.unwrap());
    assert_eq!(changed, [(CONTACT, ExternalId::from("1")), (CONTACT, ExternalId::from("2"))]);
    let changed = write!(bench, tx => tx.replace_associations(&hubspot(), &sets).await.unwrap());
    assert!(changed.is_empty(), "I2: the same page changes nothing");
    let later = [set("1", company, &[("c2", true)]), set("2", company, &[("c1", true)])];
    let changed = write!(bench, tx => tx.replace_associations(&hubspot(), &later).await.unwrap());
    assert_eq!(changed, [(CONTACT, ExternalId::from("1"))]);
    let stored = bench.store.list_associations(&hubspot(), CONTACT, &"1".into()).await.unwrap();
    let expected: Vec<(ObjectKind, AssociatedObject)> = vec![
        (company, set("1", company, &[("c2", true)]).to[0].clone()),
        (ObjectKind::Deal, set("1", company, &[("d1", false)]).to[0].clone()),
    ];
    assert_eq!(stored, expected);
    let changed = write!(bench, tx => tx.replace_associations(&hubspot(), &[set("2", company, &[])]).await.unwrap());
    assert_eq!(changed.len(), 1);
    assert!(bench.store.list_associations(&hubspot(), CONTACT, &"2".into()).await.unwrap().is_empty());
}

fn member(segment: &str, id: &str) -> MembershipRecord {
    MembershipRecord {
        segment_id: ExternalId::from(segment),
        kind: CONTACT,
        member_id: ExternalId::from(id),
        joined_at: Some(at(0)),
    }
}

async fn a_segment_knows_who_joined_and_who_left(bench: Bench) {
    let segment = SegmentRecord {
        id: ExternalId::from("s1"),
        name: "Customers".to_owned(),
        kind: CONTACT,
        writable: true,
        size: Some(3),
    };
    let renamed = SegmentRecord { name: "All customers".to_owned(), size: None, ..segment.clone() };
    write!(bench, tx => tx.upsert_segments(&hubspot(), &[segment]).await.unwrap());
    let page = [member("s1", "1"), member("s1", "2"), member("s1", "2"), member("s2", "1")];
    let first = write!(bench, tx => tx.upsert_memberships(&hubspot(), 10, &page).await.unwrap());
    assert_eq!(first.present, 3);
    assert_eq!(first.joined, [(CONTACT, ExternalId::from("1")), (CONTACT, ExternalId::from("2"))]);
    let again = write!(bench, tx => tx.upsert_memberships(&hubspot(), 10, &page).await.unwrap());
    assert_eq!((again.present, again.joined.len()), (3, 0));

    let left = write!(bench, tx => {
        tx.upsert_segments(&hubspot(), std::slice::from_ref(&renamed)).await.unwrap();
        let next = [member("s1", "2"), member("s1", "3")];
        let joined = tx.upsert_memberships(&hubspot(), 11, &next).await.unwrap().joined;
        assert_eq!(joined, [(CONTACT, ExternalId::from("3"))]);
        tx.close_segment(&hubspot(), &"s1".into(), 11).await.unwrap()
    });
    assert_eq!(left, [(CONTACT, ExternalId::from("1"))], "the other segment's member stays");
    let left = write!(bench, tx => tx.close_segment(&hubspot(), &"s1".into(), 11).await.unwrap());
    assert!(left.is_empty());
    assert_eq!(bench.store.list_segments(&hubspot()).await.unwrap(), [(renamed, 2)]);
    assert_eq!(bench.store.counts().await.unwrap().memberships, 3);

    // Members whose own record departed are no evidence of who is on it.
    let count = async || bench.store.count_members(&hubspot(), &"s1".into()).await.unwrap();
    write!(bench, tx => store_contacts(&mut tx, &[(1, "2", "two@example.org")], None).await);
    assert_eq!(count().await, 2);
    write!(bench, tx => {
        let merged = [("2".into(), RemoteState::Merged { into: "9".into() })];
        tx.set_remote_state(&hubspot(), CONTACT, &merged, at(1)).await.unwrap();
    });
    assert_eq!(count().await, 1);
}

async fn owners_and_definitions_are_replaced(bench: Bench) {
    let owner = |id: &str, archived: bool| OwnerRecord {
        id: ExternalId::from(id),
        email: Some("rep@example.org".to_owned()),
        name: "Rep".to_owned(),
        archived,
    };
    write!(bench, tx => tx.upsert_owners(&hubspot(), &[owner("1", false), owner("2", false)]).await.unwrap());
    write!(bench, tx => tx.upsert_owners(&hubspot(), &[owner("2", true)]).await.unwrap());
    assert_eq!(bench.store.list_owners(&hubspot()).await.unwrap(), [owner("1", false), owner("2", true)]);

    let property = |kind: ObjectKind, name: &str| PropertyDefinition {
        kind,
        name: name.to_owned(),
        label: "Label".to_owned(),
        value_type: PropertyType::Enumeration,
        options: vec!["b".to_owned(), "a".to_owned()],
        read_only: true,
        calculated: false,
    };
    let before = [property(CONTACT, "old"), property(CONTACT, "x")];
    write!(bench, tx => {
        tx.replace_property_definitions(&hubspot(), CONTACT, &before).await.unwrap();
        tx.replace_property_definitions(&hubspot(), ObjectKind::Company, &[property(ObjectKind::Company, "y")])
            .await
            .unwrap();
        tx.replace_property_definitions(&hubspot(), CONTACT, &[property(CONTACT, "x")]).await.unwrap();
    });
    assert_eq!(
        bench.store.list_property_definitions(&hubspot()).await.unwrap(),
        [property(ObjectKind::Company, "y"), property(CONTACT, "x")]
    );
}
