//! Records of several connections under one local record: their own fields, their history when they part, decisions, events,
//! and that nothing of an erased person is left in any of it.

use std::collections::BTreeMap;

use intentd::domain::identity::RecordRef;
use intentd::domain::model::{ActivityObjectId, ActivityTypeId, ContactId, Country, Fields, Value};
use intentd::domain::plan::{Fight, FlowSide, FlowState};
use intentd::store::{IdentityChange, IdentityEvent, LocalRow, NewActivity, RemoteUpsert, Tx};
use intentd_sdk::record::{Actor, ConnectionName, ExternalId, ObjectKind, StreamName};

use crate::setup::{Bench, at, on_both, write};

on_both!(
    each_record_keeps_what_it_said,
    a_record_that_leaves_takes_its_history_along,
    what_was_one_connection_before_is_told_apart_too,
    decisions_are_kept_until_they_are_forgotten,
    flows_and_fights_are_remembered,
    an_erased_person_leaves_nothing,
);

const CONTACT: ObjectKind = ObjectKind::Contact;

fn crm() -> RecordRef {
    ("crm".into(), "1".into())
}

fn mailing() -> RecordRef {
    ("mailing".into(), "7".into())
}

fn fields(name: &str) -> Fields {
    Fields::from([("first_name".to_owned(), Value::Text(name.to_owned()))])
}

async fn store(tx: &mut Tx, record: &RecordRef, local_id: i64) {
    let remote = RemoteUpsert {
        external_id: record.1.clone(),
        local_id,
        modified_at: Some(at(0)),
        content_hash: 1,
        owned: BTreeMap::new(),
        window_id: None,
    };
    tx.upsert_remote(&record.0, CONTACT, &[remote], at(0)).await.unwrap();
}

async fn contact(tx: &mut Tx, id: i64, key: &str, name: &str) {
    let row = LocalRow { id, key: Some(key.to_owned()), secondary_keys: Vec::new(), fields: fields(name) };
    tx.upsert_objects(CONTACT, &[row], at(0)).await.unwrap();
}

/// Activities of a record, at these minutes.
async fn act(tx: &mut Tx, record: &RecordRef, minutes: &[i64]) {
    let rows: Vec<NewActivity> = minutes
        .iter()
        .map(|minute| NewActivity {
            remote_id: format!("{}-{minute}", record.0),
            actor: Actor::Contact(record.1.clone()),
            at: at(*minute),
            activity_type: ActivityTypeId(1),
            object: ActivityObjectId(0),
            country: Country::default(),
        })
        .collect();
    tx.append_activities(&record.0, &StreamName::from("visits"), &rows).await.unwrap();
}

async fn instants(bench: &Bench, contact: i64) -> Vec<i64> {
    let loaded = bench.store.load_facts(&[ContactId(contact)]).await.unwrap();
    let start = at(0).as_secs();
    loaded
        .first()
        .map_or(Vec::new(), |contact| contact.activities.iter().map(|fact| (fact.at.as_secs() - start) / 60).collect())
}

async fn fold(bench: &Bench) {
    bench.store.fold_timelines(0).await.unwrap();
}

async fn each_record_keeps_what_it_said(bench: Bench) {
    write!(bench, tx => {
        contact(&mut tx, 1, "ada@example.org", "Ada").await;
        store(&mut tx, &crm(), 1).await;
    });
    write!(bench, tx => {
        // Twice, as when a page is committed again (I2).
        for _ in 0..2 {
            tx.make_room(CONTACT, &[1]).await.unwrap();
            store(&mut tx, &mailing(), 1).await;
            tx.put_record_fields(CONTACT, &[(mailing(), &fields("Adele"))]).await.unwrap();
        }
    });
    let records = bench.store.load_records(CONTACT, &[1]).await.unwrap().remove(&1).unwrap();
    let said: Vec<_> = records.iter().map(|row| (row.record(), row.fields.clone())).collect();
    assert_eq!(said, [(crm(), Some(fields("Ada"))), (mailing(), Some(fields("Adele")))]);
    assert_eq!(bench.store.list_composed(CONTACT, 0, 10).await.unwrap(), [1]);
    assert_eq!(bench.store.list_composed(CONTACT, 1, 10).await.unwrap(), Vec::<i64>::new());
}

async fn a_record_that_leaves_takes_its_history_along(bench: Bench) {
    write!(bench, tx => {
        contact(&mut tx, 1, "ada@example.org", "Ada").await;
        store(&mut tx, &crm(), 1).await;
        store(&mut tx, &mailing(), 1).await;
        tx.put_record_fields(CONTACT, &[(crm(), &fields("Ada")), (mailing(), &fields("Adele"))]).await.unwrap();
        act(&mut tx, &crm(), &[1, 3, 5]).await;
        act(&mut tx, &mailing(), &[2, 3]).await;
    });
    fold(&bench).await;
    write!(bench, tx => {
        act(&mut tx, &crm(), &[8]).await;
        act(&mut tx, &mailing(), &[4, 9]).await;
    });
    assert_eq!(instants(&bench, 1).await, [1, 2, 3, 3, 4, 5, 8, 9]);
    write!(bench, tx => {
        contact(&mut tx, 2, "adele@example.org", "Adele").await;
        tx.move_records(CONTACT, &[mailing()], 1, 2).await.unwrap();
    });
    assert_eq!((instants(&bench, 1).await, instants(&bench, 2).await), (vec![1, 3, 5, 8], vec![2, 3, 4, 9]));
    // What comes again is known, on either side; a fold changes nothing (I2, I3).
    write!(bench, tx => {
        act(&mut tx, &crm(), &[1, 3, 5, 8]).await;
        act(&mut tx, &mailing(), &[2, 3, 4, 9]).await;
    });
    fold(&bench).await;
    assert_eq!((instants(&bench, 1).await, instants(&bench, 2).await), (vec![1, 3, 5, 8], vec![2, 3, 4, 9]));
    // And back.
    write!(bench, tx => tx.merge_local(CONTACT, 2, 1, at(10)).await.unwrap());
    assert_eq!(instants(&bench, 1).await, [1, 2, 3, 3, 4, 5, 8, 9]);
    write!(bench, tx => {
        contact(&mut tx, 3, "adele@example.org", "Adele").await;
        tx.move_records(CONTACT, &[mailing()], 1, 3).await.unwrap();
    });
    assert_eq!((instants(&bench, 1).await, instants(&bench, 3).await), (vec![1, 3, 5, 8], vec![2, 3, 4, 9]));
}

async fn what_was_one_connection_before_is_told_apart_too(bench: Bench) {
    write!(bench, tx => {
        for (id, record, minutes) in [(1, crm(), [1, 2]), (2, mailing(), [3, 4])] {
            contact(&mut tx, id, &format!("{id}@example.org"), "Ada").await;
            store(&mut tx, &record, id).await;
            act(&mut tx, &record, &minutes).await;
        }
    });
    // Folded while nobody knew that origins would matter.
    fold(&bench).await;
    write!(bench, tx => tx.merge_local(CONTACT, 2, 1, at(5)).await.unwrap());
    assert_eq!(instants(&bench, 1).await, [1, 2, 3, 4]);
    write!(bench, tx => {
        contact(&mut tx, 3, "2@example.org", "Ada").await;
        tx.move_records(CONTACT, &[mailing()], 1, 3).await.unwrap();
    });
    assert_eq!((instants(&bench, 1).await, instants(&bench, 3).await), (vec![1, 2], vec![3, 4]));
}

async fn decisions_are_kept_until_they_are_forgotten(bench: Bench) {
    write!(bench, tx => tx.decide_apart(CONTACT, &crm(), at(0)).await.unwrap());
    let decisions = bench.store.find_decisions(CONTACT, &[crm(), mailing()]).await.unwrap();
    assert_eq!((decisions.apart, decisions.together), ([crm()].into(), [].into()));
    write!(bench, tx => tx.decide_together(CONTACT, &mailing(), &crm(), at(1)).await.unwrap());
    let decisions = bench.store.find_decisions(CONTACT, &[crm(), mailing()]).await.unwrap();
    assert_eq!((decisions.apart, decisions.together), ([].into(), [(mailing(), crm())].into()));
    assert_eq!(write!(bench, tx => tx.forget_decisions(CONTACT, &crm()).await.unwrap()), 1);
    assert_eq!(bench.store.find_decisions(CONTACT, &[crm(), mailing()]).await.unwrap(), Default::default());
}

fn asked() -> FlowState {
    let side = |value: &str| FlowSide { value: value.into(), at: at(1) };
    FlowState { seen: Some([side("CTO"), side("Chief")]), asked_at: Some(at(2)), ..FlowState::default() }
}

async fn flows_and_fights_are_remembered(bench: Bench) {
    let key = (ContactId(1), "job_title".to_owned());
    write!(bench, tx => tx.put_flow_states(&[(key.clone(), asked())].into()).await.unwrap());
    assert_eq!(
        bench.store.load_flow_states(&[ContactId(1), ContactId(2)]).await.unwrap(),
        [(key.clone(), asked())].into()
    );
    assert_eq!(bench.store.list_asked(10).await.unwrap(), [(ContactId(1), "job_title".to_owned(), asked())]);
    let settled = FlowState { asked_at: None, ..asked() };
    write!(bench, tx => tx.put_flow_states(&[(key.clone(), settled.clone())].into()).await.unwrap());
    assert_eq!(bench.store.list_asked(10).await.unwrap(), []);
    assert_eq!(bench.store.load_flow_states(&[ContactId(1)]).await.unwrap(), [(key, settled)].into());

    let (connection, id) = crm();
    let property = (id.clone(), "score".to_owned());
    let fight = (0..3).fold(Fight::default(), |fight, n| fight.rewritten(at(n)));
    let ids = std::slice::from_ref(&id);
    write!(bench, tx => tx.put_fights(&connection, CONTACT, &[(property.clone(), fight)].into()).await.unwrap());
    assert_eq!(bench.store.load_frozen(&connection, CONTACT, ids).await.unwrap(), [property.clone()].into());
    assert_eq!(bench.store.list_frozen(10).await.unwrap()[0].fight, fight);
    assert_eq!(bench.store.count_conflicts().await.unwrap(), (0, 1));
    assert_eq!(write!(bench, tx => tx.end_fight(&connection, CONTACT, &id, "score").await.unwrap()), 1);
    assert!(bench.store.load_frozen(&connection, CONTACT, ids).await.unwrap().is_empty());
}

/// I12.
async fn an_erased_person_leaves_nothing(bench: Bench) {
    write!(bench, tx => {
        contact(&mut tx, 1, "ada@example.org", "Ada").await;
        store(&mut tx, &crm(), 1).await;
        store(&mut tx, &mailing(), 1).await;
        tx.make_room(CONTACT, &[1]).await.unwrap();
        act(&mut tx, &mailing(), &[1]).await;
        tx.decide_together(CONTACT, &crm(), &mailing(), at(0)).await.unwrap();
        tx.put_flow_states(&[((ContactId(1), "job_title".to_owned()), asked())].into()).await.unwrap();
        let fight = Fight::default().rewritten(at(0));
        tx.put_fights(&crm().0, CONTACT, &[((crm().1, "score".to_owned()), fight)].into()).await.unwrap();
        let event = IdentityEvent {
            run_id: 1,
            local_id: 1,
            other_id: None,
            change: IdentityChange::Joined,
            record: mailing(),
            key: Some("ada@example.org".into()),
            at: at(0),
        };
        tx.insert_identity_events(CONTACT, &[event]).await.unwrap();
    });
    fold(&bench).await;
    assert_eq!(bench.store.list_identity_events(CONTACT, 1).await.unwrap().len(), 1);
    write!(bench, tx => tx.erase_contact(1, &[], at(1)).await.unwrap());
    assert_eq!(bench.store.list_identity_events(CONTACT, 1).await.unwrap(), []);
    assert_eq!(bench.store.load_records(CONTACT, &[1]).await.unwrap(), BTreeMap::new());
    assert_eq!(bench.store.find_decisions(CONTACT, &[crm(), mailing()]).await.unwrap(), Default::default());
    assert_eq!(bench.store.list_asked(10).await.unwrap(), []);
    write!(bench, tx => {
        // The same ids again are somebody new, of whom nothing is known.
        contact(&mut tx, 1, "new@example.org", "New").await;
        store(&mut tx, &crm(), 1).await;
        let ids: [ExternalId; 1] = [crm().1];
        assert!(tx.find_fights(&ConnectionName::from("crm"), CONTACT, &ids).await.unwrap().is_empty());
    });
    let records = bench.store.load_records(CONTACT, &[1]).await.unwrap().remove(&1).unwrap();
    assert_eq!(records[0].fields, None);
    assert_eq!(instants(&bench, 1).await, Vec::<i64>::new());
}
