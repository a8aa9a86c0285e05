//! Marks, due contacts, facts, values, targets.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::model::{ContactId, Number, Value};
use intentd::store::{LocalRow, ValueRow};
use intentd_sdk::record::{ExternalId, MembershipRecord, ObjectKind, SegmentRecord};

use crate::objects::store_contacts;
use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    a_mark_that_came_meanwhile_is_not_cleared,
    time_makes_contacts_due,
    facts_are_complete,
    values_are_kept_exactly,
    targets_are_the_present_records,
    a_contact_is_found_by_what_people_know,
);

async fn three_contacts(bench: &Bench) {
    let people = [(1, "501", "ada@example.org"), (2, "502", "bob@example.org"), (130, "503", "cyd@example.org")];
    write!(bench, tx => store_contacts(&mut tx, &people, Some(1)).await);
}

async fn a_mark_that_came_meanwhile_is_not_cleared(bench: Bench) {
    three_contacts(&bench).await;
    write!(bench, tx => tx.mark_dirty(&[ContactId(2), ContactId(1), ContactId(2)]).await.unwrap());
    let claimed = bench.store.claim_dirty(10).await.unwrap();
    assert_eq!(claimed.iter().map(|(id, _)| id.0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(bench.store.claim_dirty(1).await.unwrap(), claimed[..1]);
    let loaded = bench.store.load_facts(&[ContactId(1), ContactId(130)]).await.unwrap();
    assert_eq!((loaded[0].generation, loaded[1].generation), (Some(claimed[0].1), None));

    write!(bench, tx => tx.mark_dirty(&[ContactId(2)]).await.unwrap());
    let cleared = write!(bench, tx => tx.clear_dirty(&claimed).await.unwrap());
    assert_eq!(cleared, 1);
    let left = bench.store.claim_dirty(10).await.unwrap();
    assert_eq!(left.iter().map(|(id, _)| id.0).collect::<Vec<_>>(), [2]);
    assert!(left[0].1 > claimed[1].1);

    // Cleared and marked again: an old claim does not fit the new mark.
    write!(bench, tx => assert_eq!(tx.clear_dirty(&left).await.unwrap(), 1));
    write!(bench, tx => tx.mark_dirty(&[ContactId(2)]).await.unwrap());
    write!(bench, tx => assert_eq!(tx.clear_dirty(&left).await.unwrap(), 0));
    let marked = write!(bench, tx => tx.mark_all_contacts_dirty().await.unwrap());
    assert_eq!((marked, bench.store.count_dirty().await.unwrap()), (3, 3));
}

async fn time_makes_contacts_due(bench: Bench) {
    let due = [(ContactId(1), Some(at(10))), (ContactId(2), Some(at(5))), (ContactId(3), Some(at(20)))];
    write!(bench, tx => tx.set_due(&due).await.unwrap());
    assert!(bench.store.list_due(at(4), 10).await.unwrap().is_empty());
    assert_eq!(bench.store.list_due(at(10), 10).await.unwrap(), [ContactId(2), ContactId(1)]);
    assert_eq!(bench.store.list_due(at(10), 1).await.unwrap(), [ContactId(2)]);
    write!(bench, tx => {
        tx.set_due(&[(ContactId(2), None), (ContactId(1), Some(at(11)))]).await.unwrap();
        tx.mark_dirty(&[ContactId(3)]).await.unwrap();
    });
    assert!(bench.store.list_due(at(10), 10).await.unwrap().is_empty());
    assert_eq!(bench.store.list_due(at(60), 10).await.unwrap(), [ContactId(1)], "a marked contact is not listed twice");
}

async fn facts_are_complete(bench: Bench) {
    three_contacts(&bench).await;
    let fields = BTreeMap::from([
        ("title".to_owned(), Value::Text("CTO \u{1F600} \"x\"".to_owned())),
        ("revenue".to_owned(), Value::Number(Number::parse("900000000000000000000000.000001").unwrap())),
        ("customer".to_owned(), Value::Bool(true)),
        ("since".to_owned(), Value::Date(jiff::civil::date(2026, 2, 28))),
        ("seen".to_owned(), Value::Instant(at(3))),
        ("topics".to_owned(), Value::Set(BTreeSet::from(["a".to_owned(), "b".to_owned()]))),
    ]);
    let local = LocalRow { id: 2, key: None, secondary_keys: Vec::new(), fields: fields.clone() };
    let segment = |id: &str, name: &str| SegmentRecord {
        id: ExternalId::from(id),
        name: name.to_owned(),
        kind: ObjectKind::Contact,
        writable: false,
        size: None,
    };
    let member = |segment: &str, id: &str| MembershipRecord {
        segment_id: ExternalId::from(segment),
        kind: ObjectKind::Contact,
        member_id: ExternalId::from(id),
        joined_at: None,
    };
    write!(bench, tx => {
        tx.upsert_objects(ObjectKind::Contact, &[local], at(1)).await.unwrap();
        tx.upsert_segments(&hubspot(), &[segment("s1", "Customers"), segment("s2", "Partners")]).await.unwrap();
        let members = [member("s1", "502"), member("s2", "502"), member("s2", "501"), member("s1", "999")];
        tx.upsert_memberships(&hubspot(), 1, &members).await.unwrap();
        let page: Vec<_> = (0..40)
            .map(|n| {
                let id = ["501", "502", "503"][n as usize % 3];
                crate::activities::activity(&format!("e{n}"), intentd_sdk::record::Actor::Contact(id.into()), n)
            })
            .collect();
        tx.intern_types(&["email_open".to_owned()]).await.unwrap();
        tx.append_activities(&hubspot(), &"events".into(), &page).await.unwrap();
    });
    let loaded = bench.store.load_facts(&[130, 2, 1, 77].map(ContactId)).await.unwrap();
    assert_eq!(loaded.iter().map(|contact| contact.id.0).collect::<Vec<_>>(), [1, 2, 130]);
    assert_eq!(loaded[1].fields, fields);
    assert_eq!(loaded[1].segments, BTreeSet::from(["Customers".to_owned(), "Partners".to_owned()]));
    assert_eq!(loaded[2].segments, BTreeSet::new());
    assert_eq!(loaded.iter().map(|contact| contact.activities.len()).collect::<Vec<_>>(), [14, 13, 13]);
    assert!(bench.store.load_facts(&[]).await.unwrap().is_empty());
}

async fn values_are_kept_exactly(bench: Bench) {
    let value = |exact: &str, label: Option<&str>| ValueRow {
        exact: Number::parse(exact).unwrap(),
        shown: Number::parse(exact).unwrap().round(intentd::domain::model::Rounding::Whole),
        label: label.map(str::to_owned),
        as_of: at(1),
        rules_version: 3,
        changed_at: at(2),
    };
    let huge = value("-900000000000000000000000.654321", None);
    let rows = [
        (ContactId(1), "lead_score".to_owned(), value("21.666667", Some("hot"))),
        (ContactId(1), "fit".to_owned(), huge.clone()),
        (ContactId(2), "lead_score".to_owned(), value("1", None)),
        (ContactId(2), "lead_score".to_owned(), value("2", None)),
    ];
    write!(bench, tx => tx.upsert_values(&rows).await.unwrap());
    write!(bench, tx => tx.upsert_values(&rows).await.unwrap());
    let stored = bench.store.load_values(&[ContactId(1), ContactId(2), ContactId(3)]).await.unwrap();
    assert_eq!(stored.len(), 2);
    assert_eq!(stored[&ContactId(1)]["fit"], huge);
    assert_eq!(stored[&ContactId(1)]["lead_score"], value("21.666667", Some("hot")));
    assert_eq!(stored[&ContactId(2)]["lead_score"], value("2", None), "the last one counts");
    let deleted = write!(bench, tx => tx.delete_values_except(&["lead_score"]).await.unwrap());
    assert_eq!(deleted, 1);
    assert_eq!(bench.store.counts().await.unwrap().score_values, 2);
}

async fn targets_are_the_present_records(bench: Bench) {
    three_contacts(&bench).await;
    write!(bench, tx => {
        store_contacts(&mut tx, &[(1, "601", "ada@example.org")], None).await;
        let gone = [(ExternalId::from("502"), intentd::store::RemoteState::Archived)];
        tx.set_remote_state(&hubspot(), ObjectKind::Contact, &gone, at(1)).await.unwrap();
    });
    let contacts = [1, 2, 130].map(ContactId);
    let targets = bench.store.load_targets(&hubspot(), ObjectKind::Contact, &contacts).await.unwrap();
    let ids = |id: i64| targets[&ContactId(id)].iter().map(|t| t.external_id.to_string()).collect::<Vec<_>>();
    assert_eq!((ids(1), ids(130)), (vec!["501".to_owned(), "601".to_owned()], vec!["503".to_owned()]));
    assert!(!targets.contains_key(&ContactId(2)), "an archived record is no target");
    assert_eq!(targets[&ContactId(1)][0].owned, BTreeMap::from([("score".to_owned(), None)]));
    assert!(targets[&ContactId(1)][0].pushed.is_empty());
    assert!(!bench.store.was_ever_pushed(&hubspot()).await.unwrap());
}

async fn a_contact_is_found_by_what_people_know(bench: Bench) {
    three_contacts(&bench).await;
    let local = LocalRow {
        id: 2,
        key: Some("bob@example.org".to_owned()),
        secondary_keys: vec!["bob@old.example".to_owned()],
        fields: BTreeMap::new(),
    };
    write!(bench, tx => tx.upsert_objects(ObjectKind::Contact, &[local], at(1)).await.unwrap());
    for wanted in ["2", "502", "BOB@example.org", " bob@old.example "] {
        let found = bench.store.find_contact(wanted).await.unwrap();
        assert_eq!(found.len(), 1, "{wanted}");
        assert_eq!((found[0].id, found[0].email.as_deref()), (ContactId(2), Some("bob@example.org")), "{wanted}");
        assert_eq!(found[0].external_ids, [(hubspot(), ExternalId::from("502"))]);
    }
    assert!(bench.store.find_contact("nobody@example.org").await.unwrap().is_empty());
}
