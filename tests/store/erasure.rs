//! Two records that are one person, and persons that are erased.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::model::{ContactId, Number};
use intentd::domain::workflow::{Action, Counting, Declined, Reason, State};
use intentd::store::{Desired, EngagementRow, EnrollmentRow, LocalRow, NewActivity, StoreCounts, ValueRow, WishRow};
use intentd_sdk::record::{Actor, AssociationSet, ExternalId, MembershipRecord, ObjectKind, StreamName};

use crate::activities::activity;
use crate::objects::store_contacts;
use crate::outbox::{plan, wish};
use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    a_merge_moves_everything,
    companies_merge_too,
    an_erased_person_leaves_no_row,
    where_somebody_stands_moves_with_a_merge_and_goes_with_an_erasure,
);

const CONTACT: ObjectKind = ObjectKind::Contact;

fn events() -> StreamName {
    StreamName::from("events")
}

fn value(score: &str) -> ValueRow {
    ValueRow {
        exact: Number::parse(score).unwrap(),
        shown: Number::parse(score).unwrap(),
        label: None,
        as_of: at(0),
        rules_version: 1,
        changed_at: at(0),
    }
}

/// Ada (1) and Bob (300) with folded and new activities, values, links and an outbox row each.
async fn two_lives(bench: &Bench) -> Vec<NewActivity> {
    let page: Vec<NewActivity> = (0..20)
        .map(|n| activity(&format!("e{n}"), Actor::Contact(ExternalId::from(["501", "502"][n as usize % 2])), n))
        .collect();
    write!(bench, tx => {
        store_contacts(&mut tx, &[(1, "501", "ada@example.org"), (300, "502", "bob@example.org")], None).await;
        tx.intern_types(&["email_open".to_owned()]).await.unwrap();
        tx.append_activities(&hubspot(), &events(), &page[..12]).await.unwrap();
        for id in [1, 300] {
            tx.upsert_values(&[(ContactId(id), "lead_score".to_owned(), value("5"))]).await.unwrap();
            tx.set_due(&[(ContactId(id), Some(at(9)))]).await.unwrap();
        }
        let member = |id: &str| MembershipRecord {
            segment_id: ExternalId::from("s"),
            kind: CONTACT,
            member_id: ExternalId::from(id),
            joined_at: None,
        };
        tx.upsert_memberships(&hubspot(), 1, &[member("501"), member("502")]).await.unwrap();
        let set = |from_kind, from: &str, to_kind, to: &str| AssociationSet {
            from_kind,
            from_id: ExternalId::from(from),
            to_kind,
            to: vec![intentd_sdk::record::AssociatedObject {
                id: ExternalId::from(to),
                primary: true,
                labels: Vec::new(),
            }],
        };
        let sets = [
            set(CONTACT, "501", ObjectKind::Company, "c"),
            set(ObjectKind::Company, "c", CONTACT, "501"),
            set(CONTACT, "502", ObjectKind::Company, "c"),
        ];
        tx.replace_associations(&hubspot(), &sets).await.unwrap();
    });
    assert_eq!(bench.store.fold_timelines(0).await.unwrap().folded, 12);
    write!(bench, tx => tx.append_activities(&hubspot(), &events(), &page).await.unwrap());
    plan(bench, &[wish("501", Some("5")), Desired { local_id: 300, ..wish("502", Some("5")) }]).await;
    page
}

async fn a_merge_moves_everything(bench: Bench) {
    let page = two_lives(&bench).await;
    let secondary = LocalRow {
        id: 300,
        key: Some("bob@example.org".to_owned()),
        secondary_keys: vec!["bob@old.example".to_owned()],
        fields: BTreeMap::new(),
    };
    write!(bench, tx => {
        tx.upsert_objects(CONTACT, &[secondary], at(1)).await.unwrap();
        tx.mark_dirty(&[ContactId(300)]).await.unwrap();
    });
    for _ in 0..2 {
        write!(bench, tx => tx.merge_local(CONTACT, 300, 1, at(2)).await.unwrap());
        let loaded = bench.store.load_facts(&[ContactId(1), ContactId(300)]).await.unwrap();
        assert_eq!((loaded.len(), loaded[0].activities.len()), (1, 20));
        assert!(loaded[0].activities.is_sorted_by_key(|fact| fact.at));
        assert!(loaded[0].generation.is_some(), "to be computed again");
        assert_eq!(bench.store.count_dirty().await.unwrap(), 1);
        let counts = bench.store.counts().await.unwrap();
        assert_eq!((counts.contacts, counts.activities, counts.score_values), (1, 20, 1));
        assert_eq!(bench.store.find_merged(CONTACT, 300).await.unwrap(), 1);
        let found = bench.store.find_contact("bob@example.org").await.unwrap();
        assert_eq!((found[0].id, found[0].external_ids.len()), (ContactId(1), 2));
        assert_eq!(bench.store.find_contact("bob@old.example").await.unwrap()[0].id, ContactId(1));
        assert_eq!(
            bench.store.list_due(at(9), 9).await.unwrap(),
            [],
            "the due row of the loser is gone, Ada is marked"
        );
    }
    // The whole stream comes again: all of it is known.
    let again = write!(bench, tx => tx.append_activities(&hubspot(), &events(), &page).await.unwrap());
    assert_eq!((again.inserted, again.present), (0, 20));
    let rows = crate::outbox::open(&bench).await;
    assert!(rows.len() == 2 && rows.iter().all(|row| row.local_id == 1));
    // A chain of merges ends at its last.
    write!(bench, tx => {
        store_contacts(&mut tx, &[(400, "503", "cyd@example.org")], None).await;
        tx.merge_local(CONTACT, 1, 400, at(3)).await.unwrap();
        tx.merge_local(CONTACT, 400, 400, at(3)).await.unwrap();
    });
    assert_eq!(bench.store.find_merged(CONTACT, 300).await.unwrap(), 400);
    assert_eq!(bench.store.load_facts(&[ContactId(400)]).await.unwrap()[0].activities.len(), 20);
}

async fn companies_merge_too(bench: Bench) {
    let company = |id: i64, domain: &str| LocalRow {
        id,
        key: Some(domain.to_owned()),
        secondary_keys: Vec::new(),
        fields: BTreeMap::new(),
    };
    write!(bench, tx => {
        let rows = [company(1, "a.example"), company(2, "b.example")];
        tx.upsert_objects(ObjectKind::Company, &rows, at(0)).await.unwrap();
        tx.merge_local(ObjectKind::Company, 2, 1, at(1)).await.unwrap();
        let found = tx.find_local_by_key(ObjectKind::Company, &["b.example".to_owned()]).await.unwrap();
        assert_eq!(found["b.example"], 1);
    });
    assert_eq!(bench.store.counts().await.unwrap().companies, 1);
}

async fn an_erased_person_leaves_no_row(bench: Bench) {
    two_lives(&bench).await;
    let waiting = [
        activity("w1", Actor::Email("ada@example.org".to_owned()), 40),
        activity("w2", Actor::Contact(ExternalId::from("501")), 41),
    ];
    write!(bench, tx => {
        tx.append_activities(&hubspot(), &events(), &waiting).await.unwrap();
        tx.mark_dirty(&[ContactId(1)]).await.unwrap();
        tx.mark_links_stale(&hubspot(), CONTACT, &["501".into(), "502".into()]).await.unwrap();
        tx.erase_contact(1, &["h1".to_owned(), "h2".to_owned()], at(2)).await.unwrap();
    });
    bench.store.checkpoint().await.unwrap();
    let counts = bench.store.counts().await.unwrap();
    let expected = StoreCounts {
        contacts: 1,
        memberships: 1,
        activities: 10,
        activities_folded: 6,
        score_values: 1,
        bytes: counts.bytes,
        ..StoreCounts::default()
    };
    assert_eq!(counts, expected, "Bob is untouched, nothing of Ada is left");
    assert!(bench.store.find_contact("501").await.unwrap().is_empty());
    assert!(bench.store.find_contact("ada@example.org").await.unwrap().is_empty());
    assert!(bench.store.list_associations(&hubspot(), CONTACT, &"501".into()).await.unwrap().is_empty());
    let of_company = bench.store.list_associations(&hubspot(), ObjectKind::Company, &"c".into()).await.unwrap();
    assert!(of_company.is_empty());
    assert_eq!(bench.store.list_stale_links(&hubspot(), CONTACT, 9).await.unwrap(), ["502".into()]);
    assert_eq!(crate::outbox::open(&bench).await.len(), 1);
    assert_eq!(bench.store.load_facts(&[ContactId(300)]).await.unwrap()[0].activities.len(), 10);
    let mut tx = bench.begin().await;
    let asked = ["h2".to_owned(), "h3".to_owned()];
    assert_eq!(tx.find_tombstones(&asked).await.unwrap(), BTreeSet::from(["h2".to_owned()]));
    drop(tx);
    // Not a byte of her address is left in the files.
    if let Some(folder) = &bench.folder {
        for name in ["intentd.db", "intentd.db-wal"] {
            let bytes = std::fs::read(folder.path().join(name)).unwrap_or_default();
            assert!(!bytes.windows(15).any(|window| window == b"ada@example.org"), "{name}");
        }
    }
}

/// Engagement, workflows and what they want: of the survivor after a merge, of nobody after an erasure.
async fn where_somebody_stands_moves_with_a_merge_and_goes_with_an_erasure(bench: Bench) {
    two_lives(&bench).await;
    let state = State::Declined(Declined { at: at(1), reason: Reason::Existing });
    let engaged = |id: i64| EngagementRow {
        contact: ContactId(id),
        exact: Number::whole(7),
        shown: Number::whole(7),
        changed_at: at(1),
    };
    write!(bench, tx => {
        tx.upsert_enrollments(&[EnrollmentRow {
            workflow: "nurture".into(),
            contact: ContactId(300),
            state: state.clone(),
            counting: Counting::NotStarted,
            changed_at: at(1),
        }])
        .await
        .unwrap();
        tx.insert_wishes(&[WishRow {
            workflow: "nurture".into(),
            contact: ContactId(300),
            enrolled_at: at(1),
            step: "mail".into(),
            action: Action::CallWebhook { webhook: "x".into() },
            wanted_at: at(1),
        }])
        .await
        .unwrap();
        tx.upsert_engagement(&[engaged(1), engaged(300)]).await.unwrap();
        tx.mark_workflows_dirty(&[ContactId(300)]).await.unwrap();
        tx.set_workflows_due(&[(ContactId(300), Some(at(9)))]).await.unwrap();
        tx.merge_local(CONTACT, 300, 1, at(2)).await.unwrap();
    });
    let both = [ContactId(1), ContactId(300)];
    let stand = bench.store.load_enrollments(&both).await.unwrap();
    assert_eq!(stand.keys().copied().collect::<Vec<_>>(), [ContactId(1)]);
    assert_eq!(bench.store.list_wishes("nurture", 9).await.unwrap()[0].contact, ContactId(1));
    assert_eq!(bench.store.load_engagement(&both).await.unwrap().len(), 1);
    assert!(bench.store.claim_dirty_workflows(9).await.unwrap().is_empty());
    assert!(bench.store.list_workflows_due(at(99), 9).await.unwrap().is_empty());

    write!(bench, tx => tx.erase_contact(1, &["0".repeat(64)], at(3)).await.unwrap());
    assert!(bench.store.load_enrollments(&both).await.unwrap().is_empty());
    assert!(bench.store.list_wishes("nurture", 9).await.unwrap().is_empty());
    assert!(bench.store.load_engagement(&both).await.unwrap().is_empty());
}
