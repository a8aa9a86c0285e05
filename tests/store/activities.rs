//! Activities: once each, whoever delivers them and wherever they are stored.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::model::{ActivityObject, ActivityObjectId, ActivityTypeId, ContactId, Country};
use intentd::store::{LineSource, LocalRow, NewActivity, RemoteState, Tx};
use intentd_sdk::record::{Actor, ExternalId, ObjectKind, StreamName};

use crate::objects::store_contacts;
use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    words_have_numbers_that_stay,
    an_activity_is_stored_once,
    duplicates_are_rejected_across_tail_and_base,
    a_fold_changes_no_fact,
    waiting_activities_find_their_contact,
    activities_of_the_erased_are_refused,
    people_read_a_history,
    a_small_tail_is_not_folded,
);

fn events() -> StreamName {
    StreamName::from("email_events")
}

fn by_id(id: &str) -> Actor {
    Actor::Contact(ExternalId::from(id))
}

/// An activity of a contact, some minutes after the morning.
pub(crate) fn activity(remote_id: &str, actor: Actor, minutes: i64) -> NewActivity {
    NewActivity {
        remote_id: remote_id.to_owned(),
        actor,
        at: at(minutes).plus_ms(250),
        activity_type: ActivityTypeId(1),
        object: ActivityObjectId(0),
        country: Country::from_code("de"),
    }
}

async fn two_contacts(bench: &Bench) {
    write!(bench, tx => {
        store_contacts(&mut tx, &[(1, "501", "ada@example.org"), (200, "502", "bob@example.org")], None).await;
        tx.intern_types(&["email_open".to_owned()]).await.unwrap();
    });
}

async fn append(tx: &mut Tx, activities: &[NewActivity]) -> intentd::store::Appended {
    tx.append_activities(&hubspot(), &events(), activities).await.unwrap()
}

async fn facts(bench: &Bench) -> Vec<(ContactId, Vec<intentd::domain::model::ActivityFact>)> {
    let loaded = bench.store.load_facts(&[ContactId(1), ContactId(200), ContactId(999)]).await.unwrap();
    loaded.into_iter().map(|contact| (contact.id, contact.activities)).collect()
}

async fn words_have_numbers_that_stay(bench: Bench) {
    let names = ["visit", "email_open", "visit"].map(str::to_owned);
    let first = write!(bench, tx => tx.intern_types(&names).await.unwrap());
    assert_eq!(
        first.values().copied().collect::<BTreeSet<_>>(),
        BTreeSet::from([ActivityTypeId(1), ActivityTypeId(2)])
    );
    let more = ["form_submit", "visit"].map(str::to_owned);
    let second = write!(bench, tx => tx.intern_types(&more).await.unwrap());
    assert_eq!((second["visit"], second["form_submit"]), (first["visit"], ActivityTypeId(3)));

    let object = |path: &str| ActivityObject::from([("path".to_owned(), path.to_owned())]);
    let page = [object("/a"), ActivityObject::new(), object("/b"), object("/a")];
    let numbers = write!(bench, tx => tx.intern_objects(&page).await.unwrap());
    assert_eq!(numbers, [numbers[0], ActivityObjectId(0), numbers[2], numbers[0]]);
    assert_ne!(numbers[0], numbers[2]);
    let again = write!(bench, tx => tx.intern_objects(&[object("/c"), object("/b")]).await.unwrap());
    assert_eq!((again[0], again[1]), (ActivityObjectId(3), numbers[2]));
    let dictionary = bench.store.dictionary().await.unwrap();
    assert_eq!(dictionary.types[&first["visit"]], "visit");
    assert_eq!(dictionary.objects.len(), 3);
    assert_eq!(dictionary.objects[&numbers[2]], object("/b"));
}

/// I2.
async fn an_activity_is_stored_once(bench: Bench) {
    two_contacts(&bench).await;
    let page = [
        activity("e1", by_id("501"), 1),
        activity("e2", by_id("502"), 2),
        activity("e1", by_id("501"), 1),
        activity("e3", Actor::Email(" ADA@example.org".to_owned()), 3),
        activity("e4", Actor::Visitor("v1".to_owned()), 3),
    ];
    let first = write!(bench, tx => append(&mut tx, &page).await);
    assert_eq!((first.inserted, first.present, first.refused), (4, 4, 0));
    assert_eq!(first.touched, BTreeSet::from([ContactId(1), ContactId(200)]));
    let before = facts(&bench).await;
    assert_eq!(before.iter().map(|(id, facts)| (id.0, facts.len())).collect::<Vec<_>>(), [(1, 2), (200, 1)]);
    let again = write!(bench, tx => append(&mut tx, &page).await);
    assert_eq!((again.inserted, again.present), (0, 4));
    assert!(again.touched.is_empty());
    assert_eq!(facts(&bench).await, before);
    // The same id in another stream is another activity.
    let other = write!(bench, tx => {
        tx.append_activities(&hubspot(), &StreamName::from("calls"), &page[..1]).await.unwrap()
    });
    assert_eq!(other.inserted, 1);
    let counts = bench.store.counts().await.unwrap();
    assert_eq!((counts.activities, counts.activities_folded, counts.activities_pending), (4, 0, 1));
}

async fn duplicates_are_rejected_across_tail_and_base(bench: Bench) {
    two_contacts(&bench).await;
    let page: Vec<NewActivity> =
        (0..50).map(|n| activity(&format!("e{n}"), by_id(if n % 2 == 0 { "501" } else { "502" }), n)).collect();
    write!(bench, tx => append(&mut tx, &page[..30]).await);
    let report = bench.store.fold_timelines(0).await.unwrap();
    assert_eq!((report.ran, report.folded, report.duplicates, report.segments), (true, 30, 0, 2));
    let appended = write!(bench, tx => append(&mut tx, &page).await);
    assert_eq!((appended.inserted, appended.present), (20, 50), "30 are in the base");
    let all = facts(&bench).await;
    assert_eq!(all.iter().map(|(_, facts)| facts.len()).collect::<Vec<_>>(), [25, 25]);
    // The same second and another id is another activity, in the base's time too.
    let twin = activity("twin", by_id("501"), 0);
    let appended = write!(bench, tx => append(&mut tx, std::slice::from_ref(&twin)).await);
    assert_eq!(appended.touched, BTreeSet::from([ContactId(1)]));
    assert_eq!(facts(&bench).await[0].1.len(), 26);
    let report = bench.store.fold_timelines(0).await.unwrap();
    assert_eq!((report.folded, report.duplicates), (21, 0));
    let appended = write!(bench, tx => append(&mut tx, &[page.clone(), vec![twin]].concat()).await);
    assert_eq!((appended.inserted, appended.present), (0, 51));
    let counts = bench.store.counts().await.unwrap();
    assert_eq!((counts.activities, counts.activities_folded), (51, 51));
}

/// I3: base and tail together are the same facts before and after a fold, however the activities came.
async fn a_fold_changes_no_fact(bench: Bench) {
    two_contacts(&bench).await;
    // A fixed shuffle: late arrivals, several in one second, two contacts far apart.
    let page: Vec<NewActivity> = (0..300)
        .map(|n| (n * 7919) % 300)
        .map(|n| NewActivity {
            activity_type: ActivityTypeId(1 + (n % 3) as u16),
            object: ActivityObjectId((n % 5) as u32),
            ..activity(&format!("e{n}"), by_id(if n % 3 == 0 { "501" } else { "502" }), n / 4)
        })
        .collect();
    for part in page.chunks(77) {
        write!(bench, tx => append(&mut tx, part).await);
        let before = facts(&bench).await;
        assert!(bench.store.fold_timelines(0).await.unwrap().ran);
        assert_eq!(facts(&bench).await, before);
    }
    let folded = facts(&bench).await;
    assert_eq!(folded.iter().map(|(_, facts)| facts.len()).sum::<usize>(), 300);
    for (_, facts) in &folded {
        assert!(facts.is_sorted_by_key(|fact| (fact.at, fact.activity_type, fact.object, fact.remote_hash)));
    }
    let empty = bench.store.fold_timelines(0).await.unwrap();
    assert!(!empty.ran);
}

async fn waiting_activities_find_their_contact(bench: Bench) {
    let page = [
        activity("e1", by_id("501"), 1),
        activity("e2", Actor::Email("ADA@Example.org".to_owned()), 2),
        activity("e3", Actor::Email("ada@old.example".to_owned()), 3),
        activity("e4", Actor::Visitor("v1".to_owned()), 4),
        activity("e5", by_id("777"), 5),
    ];
    let first = write!(bench, tx => {
        tx.intern_types(&["email_open".to_owned()]).await.unwrap();
        append(&mut tx, &page).await
    });
    assert_eq!((first.inserted, first.touched.len()), (5, 0));
    assert_eq!(bench.store.fold_timelines(0).await.unwrap().folded, 0, "what waits stays in the tail");
    let local = LocalRow {
        id: 1,
        key: Some("ada@example.org".to_owned()),
        secondary_keys: vec!["ada@old.example".to_owned()],
        fields: BTreeMap::new(),
    };
    let touched = write!(bench, tx => {
        store_contacts(&mut tx, &[(1, "501", "ada@example.org")], None).await;
        tx.upsert_objects(ObjectKind::Contact, &[local], at(0)).await.unwrap();
        tx.resolve_pending_activities(&hubspot()).await.unwrap()
    });
    assert_eq!(touched, BTreeSet::from([ContactId(1)]));
    assert_eq!(facts(&bench).await[0].1.len(), 3);
    assert_eq!(bench.store.counts().await.unwrap().activities_pending, 2);
    let again = write!(bench, tx => tx.resolve_pending_activities(&hubspot()).await.unwrap());
    assert!(again.is_empty());
    let other = write!(bench, tx => {
        let marketo = intentd_sdk::record::ConnectionName::from("marketo");
        tx.resolve_pending_activities(&marketo).await.unwrap()
    });
    assert!(other.is_empty(), "ids of another connection are other people");

    // An activity that waits under an address although the base has it already is dropped when it finds its contact.
    bench.store.fold_timelines(0).await.unwrap();
    write!(bench, tx => tx.upsert_objects(ObjectKind::Contact, &[LocalRow {
        id: 1, key: None, secondary_keys: Vec::new(), fields: BTreeMap::new() }], at(1)).await.unwrap());
    write!(bench, tx => append(&mut tx, &page[1..2]).await);
    assert_eq!(bench.store.counts().await.unwrap().activities_pending, 3);
    write!(bench, tx => {
        store_contacts(&mut tx, &[(1, "501", "ada@example.org")], None).await;
        tx.resolve_pending_activities(&hubspot()).await.unwrap()
    });
    let counts = bench.store.counts().await.unwrap();
    assert_eq!((counts.activities, counts.activities_pending), (3, 2));
}

async fn activities_of_the_erased_are_refused(bench: Bench) {
    two_contacts(&bench).await;
    let appended = write!(bench, tx => {
        let gone = [(ExternalId::from("501"), RemoteState::Erased)];
        tx.set_remote_state(&hubspot(), ObjectKind::Contact, &gone, at(1)).await.unwrap();
        append(&mut tx, &[activity("e1", by_id("501"), 1), activity("e2", by_id("502"), 1)]).await
    });
    assert_eq!((appended.inserted, appended.present, appended.refused), (1, 1, 1));
}

async fn people_read_a_history(bench: Bench) {
    two_contacts(&bench).await;
    let object = ActivityObject::from([("asset".to_owned(), "Spring mailing".to_owned())]);
    let number = write!(bench, tx => tx.intern_objects(std::slice::from_ref(&object)).await.unwrap())[0];
    write!(bench, tx => append(&mut tx, &[NewActivity { object: number, ..activity("e1", by_id("501"), 1) }]).await);
    bench.store.fold_timelines(0).await.unwrap();
    write!(bench, tx => append(&mut tx, &[activity("e2", by_id("501"), 2), activity("e0", by_id("501"), 0)]).await);
    let lines = bench.store.list_activities(ContactId(1), 10).await.unwrap();
    assert_eq!(
        lines.iter().map(|line| (line.at, line.source)).collect::<Vec<_>>(),
        [(at(2), LineSource::Tail), (at(1), LineSource::Base), (at(0), LineSource::Tail)],
        "newest first, whole seconds"
    );
    assert_eq!((lines[1].activity_type.as_str(), &lines[1].object), ("email_open", &object));
    assert_eq!((lines[1].country, lines[0].object.len()), (Country::from_code("DE"), 0));
    assert_eq!(bench.store.list_activities(ContactId(1), 2).await.unwrap(), lines[..2]);
}

async fn a_small_tail_is_not_folded(bench: Bench) {
    two_contacts(&bench).await;
    let page: Vec<NewActivity> = (0..105).map(|n| activity(&format!("e{n}"), by_id("501"), n)).collect();
    write!(bench, tx => append(&mut tx, &page[..100]).await);
    assert!(bench.store.fold_timelines(5).await.unwrap().ran, "an empty base takes everything");
    write!(bench, tx => append(&mut tx, &page[..104]).await);
    assert!(!bench.store.fold_timelines(5).await.unwrap().ran, "4 of 100");
    write!(bench, tx => append(&mut tx, &page).await);
    assert_eq!(bench.store.fold_timelines(5).await.unwrap().folded, 5);
}
