//! The mirror: records, local rows, keys, associations, segments.

use std::collections::BTreeMap;

use intentd::domain::model::Value;
use intentd::store::{LocalRow, RemoteState, RemoteUpsert, StoreCounts, Tx};
use intentd_sdk::record::{ExternalId, ObjectKind, StreamName};
use intentd_sdk::source::{Mode, WindowSpec};

use crate::setup::{Bench, at, hubspot, on_both, write};

/// Stores contacts given as (local id, vendor's id, address).
pub(crate) async fn store_contacts(tx: &mut Tx, contacts: &[(i64, &str, &str)], window_id: Option<i64>) {
    let locals: Vec<LocalRow> = contacts
        .iter()
        .map(|(id, _, email)| LocalRow {
            id: *id,
            key: Some((*email).to_owned()),
            secondary_keys: Vec::new(),
            fields: BTreeMap::from([("email".to_owned(), Value::Text((*email).to_owned()))]),
        })
        .collect();
    let remotes: Vec<RemoteUpsert> = contacts
        .iter()
        .map(|(id, external_id, _)| RemoteUpsert {
            external_id: ExternalId::from(*external_id),
            local_id: *id,
            modified_at: Some(at(0)),
            content_hash: id * 7,
            owned: BTreeMap::from([("score".to_owned(), None)]),
            window_id,
        })
        .collect();
    tx.upsert_objects(ObjectKind::Contact, &locals, at(0)).await.unwrap();
    tx.upsert_remote(&hubspot(), ObjectKind::Contact, &remotes, at(0)).await.unwrap();
}

on_both!(
    a_page_applied_twice_changes_nothing,
    keys_find_local_records,
    more_rows_than_one_statement_holds,
    a_reconcile_finds_what_it_did_not_see,
    ids_are_dense_and_never_used_again,
    states_of_records_that_left,
);

const CONTACT: ObjectKind = ObjectKind::Contact;

fn ids(texts: &[&str]) -> Vec<ExternalId> {
    texts.iter().map(|text| ExternalId::from(*text)).collect()
}

/// I2.
async fn a_page_applied_twice_changes_nothing(bench: Bench) {
    let people = [(1, "501", "ada@example.org"), (2, "502", "bob@example.org")];
    let mut states = Vec::new();
    for _ in 0..2 {
        write!(bench, tx => store_contacts(&mut tx, &people, Some(9)).await);
        let mut tx = bench.begin().await;
        let remote = tx.find_remote(&hubspot(), CONTACT, &ids(&["501", "502", "503"])).await.unwrap();
        let local = tx.find_local(CONTACT, &[1, 2, 3]).await.unwrap();
        states.push((remote, local, bench.store.counts().await.unwrap()));
    }
    let (remote, local, _) = &states[0];
    assert_eq!(remote.len(), 2);
    let ada = &remote[&ExternalId::from("501")];
    assert_eq!((ada.local_id, ada.modified_at, ada.content_hash, ada.window_id), (1, Some(at(0)), 7, Some(9)));
    assert_eq!((ada.state.clone(), ada.owned["score"].clone()), (RemoteState::Present, None));
    assert_eq!(local[&2].fields["email"], Value::Text("bob@example.org".to_owned()));
    let without_size = |state: &StoreCounts| StoreCounts { bytes: 0, ..*state };
    assert_eq!((remote, local), (&states[1].0, &states[1].1));
    assert_eq!(without_size(&states[0].2), without_size(&states[1].2));

    // Without a window the last one stays.
    write!(bench, tx => store_contacts(&mut tx, &people, None).await);
    let mut tx = bench.begin().await;
    assert_eq!(
        tx.find_remote(&hubspot(), CONTACT, &ids(&["501"])).await.unwrap()[&ids(&["501"])[0]].window_id,
        Some(9)
    );
}

async fn keys_find_local_records(bench: Bench) {
    let local = |id: i64, key: Option<&str>, secondary: &[&str]| LocalRow {
        id,
        key: key.map(str::to_owned),
        secondary_keys: secondary.iter().map(|key| (*key).to_owned()).collect(),
        fields: BTreeMap::new(),
    };
    let rows = [
        local(1, Some("ada@example.org"), &["ada@old.example", "shared@example.org"]),
        local(2, Some("bob@example.org"), &["shared@example.org", "ada@example.org"]),
        local(3, None, &[]),
        local(4, Some("bob@example.org"), &[]),
    ];
    write!(bench, tx => tx.upsert_objects(CONTACT, &rows, at(0)).await.unwrap());
    write!(bench, tx => tx.upsert_objects(ObjectKind::Company, &[local(1, Some("example.org"), &[])], at(0)).await.unwrap());
    write!(bench, tx => tx.upsert_objects(ObjectKind::Deal, &[local(1, None, &[])], at(0)).await.unwrap());
    let wanted: Vec<String> =
        ["ada@example.org", "ada@old.example", "shared@example.org", "bob@example.org", "x@example.org", "example.org"]
            .map(str::to_owned)
            .to_vec();
    let mut tx = bench.begin().await;
    let found = tx.find_local_by_key(CONTACT, &wanted).await.unwrap();
    let found: Vec<(&str, i64)> = found.iter().map(|(key, id)| (key.as_str(), *id)).collect();
    assert_eq!(
        found,
        [("ada@example.org", 1), ("ada@old.example", 1), ("bob@example.org", 2), ("shared@example.org", 1)],
        "primary before secondary, older before newer"
    );
    let companies = tx.find_local_by_key(ObjectKind::Company, &wanted).await.unwrap();
    assert_eq!(companies, BTreeMap::from([("example.org".to_owned(), 1)]));
    // Secondary keys are replaced, not added.
    tx.upsert_objects(CONTACT, &[local(1, Some("ada@example.org"), &["ada@new.example"])], at(1)).await.unwrap();
    assert_eq!(tx.find_local(CONTACT, &[1]).await.unwrap()[&1].secondary_keys, ["ada@new.example"]);
    assert!(tx.find_local_by_key(CONTACT, &["ada@old.example".to_owned()]).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    let counts = bench.store.counts().await.unwrap();
    assert_eq!((counts.contacts, counts.companies, counts.deals), (4, 1, 1));
}

async fn more_rows_than_one_statement_holds(bench: Bench) {
    let texts: Vec<(i64, String, String)> =
        (1..=1111).map(|id| (id, format!("r{id}"), format!("p{id}@example.org"))).collect();
    let people: Vec<(i64, &str, &str)> = texts.iter().map(|(id, remote, email)| (*id, &**remote, &**email)).collect();
    write!(bench, tx => store_contacts(&mut tx, &people, Some(1)).await);
    let wanted: Vec<ExternalId> = texts.iter().map(|(_, remote, _)| ExternalId::from(remote.as_str())).collect();
    let mut tx = bench.begin().await;
    let remote = tx.find_remote(&hubspot(), CONTACT, &wanted).await.unwrap();
    assert_eq!(remote.len(), 1111);
    assert!(texts.iter().all(|(id, external_id, _)| remote[&ExternalId::from(external_id.as_str())].local_id == *id));
    assert_eq!(tx.mark_present(&hubspot(), CONTACT, &wanted, 2).await.unwrap(), 1111);
    assert_eq!(tx.count_remote(&hubspot(), CONTACT).await.unwrap(), 1111);
    tx.commit().await.unwrap();
    assert_eq!(bench.store.count_targets(&hubspot(), CONTACT).await.unwrap(), 1111);
}

async fn a_reconcile_finds_what_it_did_not_see(bench: Bench) {
    let people = [(1, "a", "a@example.org"), (2, "b", "b@example.org"), (3, "c", "c@example.org"), (4, "d", "d@e.org")];
    let (plan, windows) = write!(bench, tx => {
        store_contacts(&mut tx, &people, None).await;
        let run = tx.insert_run("pull", at(0)).await.unwrap();
        let plan = tx
            .insert_plan(run, &hubspot(), &StreamName::from("contacts"), Mode::Reconcile, None, at(0))
            .await
            .unwrap();
        let spec = |key: &str| WindowSpec {
            key: key.to_owned(),
            mode: Mode::Reconcile,
            ids: Vec::new(),
            bounds: serde_json::Value::Null,
        };
        (plan, tx.insert_windows(plan, &[spec("1"), spec("2")], at(0)).await.unwrap())
    });
    let mut tx = bench.begin().await;
    assert_eq!(tx.mark_present(&hubspot(), CONTACT, &ids(&["a", "x"]), windows[0]).await.unwrap(), 1);
    assert_eq!(tx.mark_present(&hubspot(), CONTACT, &ids(&["c", "c"]), windows[1]).await.unwrap(), 1);
    assert_eq!(tx.list_unseen(&hubspot(), CONTACT, plan, None, 10).await.unwrap(), ids(&["b", "d"]));
    assert_eq!(tx.list_unseen(&hubspot(), CONTACT, plan, None, 1).await.unwrap(), ids(&["b"]));
    assert_eq!(tx.list_unseen(&hubspot(), CONTACT, plan, Some(&"b".into()), 10).await.unwrap(), ids(&["d"]));
    tx.set_remote_state(&hubspot(), CONTACT, &[("b".into(), RemoteState::Gone)], at(1)).await.unwrap();
    assert_eq!(tx.list_unseen(&hubspot(), CONTACT, plan, None, 10).await.unwrap(), ids(&["d"]));
    assert_eq!(tx.list_unseen(&hubspot(), CONTACT, plan + 1, None, 10).await.unwrap().len(), 3);
}

async fn ids_are_dense_and_never_used_again(bench: Bench) {
    let first = write!(bench, tx => tx.allocate_ids(CONTACT, 3).await.unwrap());
    let second = write!(bench, tx => tx.allocate_ids(CONTACT, 1).await.unwrap());
    let company = write!(bench, tx => tx.allocate_ids(ObjectKind::Company, 1).await.unwrap());
    assert_eq!((first, second, company), (1, 4, 1));
    let mut tx = bench.begin().await;
    assert_eq!(tx.allocate_ids(CONTACT, 100).await.unwrap(), 5);
    drop(tx);
    let after = write!(bench, tx => tx.allocate_ids(CONTACT, 1).await.unwrap());
    assert_eq!(after, 5, "what was rolled back was never used");
}

async fn states_of_records_that_left(bench: Bench) {
    let people = [(1, "a", "a@e.org"), (2, "b", "b@e.org"), (3, "c", "c@e.org"), (4, "d", "d@e.org")];
    let states = [
        RemoteState::Archived,
        RemoteState::Merged { into: ExternalId::from("z") },
        RemoteState::Gone,
        RemoteState::Erased,
    ];
    let mut tx = bench.begin().await;
    store_contacts(&mut tx, &people, Some(1)).await;
    let left: Vec<(ExternalId, RemoteState)> = ids(&["a", "b", "c", "d", "unknown"])
        .into_iter()
        .zip(states.iter().cloned().chain([RemoteState::Gone]))
        .collect();
    tx.set_remote_state(&hubspot(), CONTACT, &left, at(1)).await.unwrap();
    let found = tx.find_remote(&hubspot(), CONTACT, &ids(&["a", "b", "c", "d", "unknown"])).await.unwrap();
    assert_eq!(found.values().map(|row| row.state.clone()).collect::<Vec<_>>(), states);
    assert_eq!(tx.count_remote(&hubspot(), CONTACT).await.unwrap(), 0);
    assert_eq!(tx.list_gone(&hubspot(), CONTACT).await.unwrap(), ids(&["c"]));
    // Listed again: archived and gone records are back, merged and erased ones are not.
    let back = tx.bring_back(&hubspot(), CONTACT, &ids(&["a", "b", "c", "c", "d", "unknown"]), at(2)).await.unwrap();
    assert_eq!(back.into_iter().collect::<Vec<_>>(), [("a".into(), 1), ("c".into(), 3)]);
    assert_eq!(tx.count_remote(&hubspot(), CONTACT).await.unwrap(), 2);
    // It comes back from the recycle bin.
    store_contacts(&mut tx, &people[..2], None).await;
    let found = tx.find_remote(&hubspot(), CONTACT, &ids(&["a", "b"])).await.unwrap();
    assert!(found.values().all(|row| row.state == RemoteState::Present));
}
