//! Stories about writing to HubSpot: a bad record stands alone, nothing is written twice, and doubt is called doubt
//! (I11).

use std::collections::BTreeMap;

use crate::drive::Stage;
use intentd_hubspot::fake::{FakeConfig, Fault, FaultKind, Kind, MissingInBatch};
use intentd_sdk::ConnectorError;
use intentd_sdk::change::{Change, ChangeResult, Outcome, Prepared, WantedProperty};
use intentd_sdk::record::{ObjectKind, PropertyType};

fn change(id: u64, set: &[(&str, &str)]) -> Change {
    Change {
        outbox_id: id as i64,
        kind: ObjectKind::Contact,
        id: id.to_string().into(),
        set: set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

async fn stage(config: FakeConfig, contacts: usize) -> (Stage, Vec<u64>) {
    let stage = Stage::of(config).await;
    let now = stage.now();
    let ids = stage
        .fake
        .edit(|account| (0..contacts).map(|_| account.add(Kind::Contact, &[("firstname", "A")], now)).collect());
    (stage, ids)
}

async fn push(stage: &Stage, batch: &[Change]) -> BTreeMap<u64, ChangeResult> {
    let outcomes: Vec<Outcome> = stage.connector.destination().push(&stage.permits, batch).await.unwrap();
    assert_eq!(outcomes.len(), batch.len(), "one outcome per change");
    outcomes
        .into_iter()
        .map(|outcome| {
            let result = match outcome.result {
                ChangeResult::Delivered { survivor, modified_at } => {
                    assert!(modified_at.is_some(), "the answer tells when the record was modified");
                    ChangeResult::Delivered { survivor, modified_at: None }
                }
                other => other,
            };
            (outcome.outbox_id as u64, result)
        })
        .collect()
}

const DELIVERED: ChangeResult = ChangeResult::Delivered { survivor: None, modified_at: None };

#[tokio::test]
async fn a_sound_batch_is_one_call() {
    let (stage, ids) = stage(FakeConfig::for_tests(), 100).await;
    let batch: Vec<Change> = ids.iter().map(|id| change(*id, &[("jobtitle", "CEO")])).collect();
    let results = push(&stage, &batch).await;
    assert!(results.values().all(|result| *result == DELIVERED));
    assert_eq!(stage.fake.stats().calls, 1);
    let id = batch[0].id.clone();
    let names = ["jobtitle".to_owned(), "lastname".to_owned()];
    let destination = stage.connector.destination();
    let wanted = [id.clone(), "999999".into()];
    let found = destination.look_up(&stage.permits, ObjectKind::Contact, &wanted, &names).await.unwrap();
    assert_eq!(found.len(), 1, "who is not there is left out");
    let values = BTreeMap::from([("jobtitle".into(), Some("CEO".into())), ("lastname".into(), None)]);
    assert_eq!(found[&id].values, values);
    let modified = stage.fake.read(|account| account.table(Kind::Contact).get(ids[0]).map(|record| record.updated_at));
    assert_eq!(found[&id].modified_at, modified, "with the instant a reading that trails is known for what it is");
}

#[tokio::test]
async fn two_poisoned_records_do_not_stop_their_ninety_eight_neighbours() {
    let (stage, ids) = stage(FakeConfig::for_tests(), 100).await;
    let bad = [ids[17], ids[63]];
    let value = |id: &u64| if bad.contains(id) { "no such option" } else { "OPEN" };
    let batch: Vec<Change> = ids.iter().map(|id| change(*id, &[("hs_lead_status", value(id))])).collect();
    let results = push(&stage, &batch).await;
    for (id, result) in &results {
        if bad.contains(id) {
            let ChangeResult::Rejected { reason, property } = result else { panic!("{result:?}") };
            assert_eq!(property.as_deref(), Some("hs_lead_status"));
            assert!(reason.contains("on hs_lead_status") && !reason.contains("no such option"), "{reason}");
        } else {
            assert_eq!(*result, DELIVERED);
        }
    }
    assert!(stage.fake.stats().calls < 40, "{} calls", stage.fake.stats().calls);
    let twice = stage.fake.stats().writes_by_record.values().filter(|writes| **writes > 1).count();
    assert_eq!(twice, 0, "nobody is written twice");
}

#[tokio::test]
async fn a_property_that_does_not_exist_is_refused_without_asking_for_each_record() {
    let (stage, ids) = stage(FakeConfig::for_tests(), 100).await;
    let batch: Vec<Change> = ids
        .iter()
        .enumerate()
        .map(|(n, id)| change(*id, &[(if n < 50 { "no_such_property" } else { "jobtitle" }, "x")]))
        .collect();
    let results = push(&stage, &batch).await;
    let rejected = results.values().filter(|result| matches!(result, ChangeResult::Rejected { .. })).count();
    let delivered = results.values().filter(|result| **result == DELIVERED).count();
    assert_eq!((rejected, delivered), (50, 50));
    assert_eq!(stage.fake.stats().calls, 2);
}

#[tokio::test]
async fn merged_and_missing_records_are_told_apart() {
    for missing_in_batch_update in [MissingInBatch::RefusesBatch, MissingInBatch::ReportedIn207] {
        for merge_makes_new_id in [false, true] {
            let config = FakeConfig { missing_in_batch_update, merge_makes_new_id, ..FakeConfig::for_tests() };
            let (stage, ids) = stage(config, 60).await;
            let now = stage.now();
            let survivor = stage.fake.edit(|account| {
                account.archive(Kind::Contact, ids[5], now);
                account.merge(Kind::Contact, ids[1], ids[2], now).unwrap()
            });
            let batch: Vec<Change> =
                ids.iter().filter(|id| **id != ids[1]).map(|id| change(*id, &[("jobtitle", "CEO")])).collect();
            let results = push(&stage, &batch).await;
            let into = ChangeResult::Delivered { survivor: Some(survivor.to_string().into()), modified_at: None };
            assert_eq!((&results[&ids[2]], &results[&ids[5]]), (&into, &ChangeResult::Missing));
            let delivered = results.values().filter(|result| **result == DELIVERED).count();
            assert_eq!(delivered, 57);
            assert!(stage.fake.stats().calls < 12, "{} calls", stage.fake.stats().calls);
        }
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_is_not_repeated() {
    // I11: the vendor may have executed it.
    for kind in [
        FaultKind::TruncatedBody,
        FaultKind::ResetAfterApplied,
        FaultKind::Http500Json,
        FaultKind::Http502Html,
        FaultKind::Http504Html,
        FaultKind::Http524Html,
    ] {
        let (stage, ids) = stage(FakeConfig::for_tests(), 20).await;
        stage.fake.fail(Fault::next(kind).on("POST", "batch/update"));
        let batch: Vec<Change> = ids.iter().map(|id| change(*id, &[("jobtitle", "CEO")])).collect();
        let results = push(&stage, &batch).await;
        assert!(results.values().all(|result| matches!(result, ChangeResult::Unknown { .. })), "{kind:?}");
        assert_eq!(stage.fake.stats().calls, 1, "{kind:?}");
    }
}

#[tokio::test]
async fn a_limit_is_waited_for_and_a_spent_day_is_an_error_of_the_whole_batch() {
    let (stage, ids) = stage(FakeConfig::for_tests(), 3).await;
    let batch: Vec<Change> = ids.iter().map(|id| change(*id, &[("jobtitle", "CEO")])).collect();
    for kind in [FaultKind::Locked423, FaultKind::TenSecondly429, FaultKind::BodyExpected400] {
        stage.fake.fail(Fault::next(kind));
        let results = push(&stage, &batch).await;
        assert!(results.values().all(|result| *result == DELIVERED), "{kind:?}");
    }
    stage.fake.fail(Fault::next(FaultKind::Daily429));
    let error = stage.connector.destination().push(&stage.permits, &batch).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Limited { .. }) && error.is_not_executed(), "{error:?}");
}

fn wanted(name: &str, value_type: PropertyType) -> WantedProperty {
    WantedProperty {
        kind: ObjectKind::Contact,
        name: name.into(),
        label: "Intent".into(),
        description: "Computed by intentd".into(),
        value_type,
        options: if value_type == PropertyType::Enumeration { vec!["high".into(), "low".into()] } else { Vec::new() },
        group: "intentd".into(),
    }
}

#[tokio::test]
async fn wanted_properties_are_created_once_and_then_exist() {
    let (stage, ids) = stage(FakeConfig::for_tests(), 1).await;
    let types = [
        ("intentd_score", PropertyType::Number),
        ("intentd_level", PropertyType::Enumeration),
        ("intentd_text", PropertyType::Text),
        ("intentd_flag", PropertyType::Bool),
        ("intentd_day", PropertyType::Date),
        ("intentd_at", PropertyType::Datetime),
    ];
    let all: Vec<WantedProperty> = types.iter().map(|(name, kind)| wanted(name, *kind)).collect();
    let destination = stage.connector.destination();
    let first = destination.prepare(&stage.permits, &all).await.unwrap();
    assert_eq!(first, vec![Prepared::Created; 6]);
    let again = destination.prepare(&stage.permits, &all).await.unwrap();
    assert_eq!(again, vec![Prepared::Exists; 6]);
    let set = [
        ("intentd_score", "73"),
        ("intentd_level", "high"),
        ("intentd_text", "a"),
        ("intentd_flag", "true"),
        ("intentd_day", "2026-11-21"),
        ("intentd_at", "2026-11-21T09:00:00Z"),
    ];
    assert_eq!(push(&stage, &[change(ids[0], &set)]).await[&ids[0]], DELIVERED);
}

#[tokio::test]
async fn properties_that_cannot_be_written_say_why() {
    let (stage, _) = stage(FakeConfig::for_tests(), 0).await;
    let all = [
        wanted("hs_object_id", PropertyType::Number),
        wanted("email", PropertyType::Number),
        wanted("Not A Name", PropertyType::Text),
        wanted("hs_lead_status", PropertyType::Enumeration),
    ];
    let prepared = stage.connector.destination().prepare(&stage.permits, &all).await.unwrap();
    for (answer, words) in prepared.iter().zip(["read-only", "type text", "lower-case", "no option `high`"]) {
        assert!(matches!(answer, Prepared::Unusable { reason } if reason.contains(words)), "{answer:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_creation_is_settled_by_looking() {
    let (stage, _) = stage(FakeConfig::for_tests(), 0).await;
    stage.fake.fail(Fault::next(FaultKind::ResetAfterApplied).on("POST", "properties"));
    let all = [wanted("intentd_score", PropertyType::Number)];
    // The first creation is that of the group.
    let destination = stage.connector.destination();
    let _ = destination.prepare(&stage.permits, &all).await;
    stage.fake.fail(Fault::next(FaultKind::ResetAfterApplied).on("POST", "properties"));
    let prepared = destination.prepare(&stage.permits, &all).await.unwrap();
    assert_eq!(prepared, [Prepared::Exists]);
}

#[tokio::test]
async fn an_enumeration_gets_the_options_that_it_lacks_and_keeps_those_that_it_has() {
    for lost in [false, true] {
        let (stage, _) = stage(FakeConfig::for_tests(), 0).await;
        let destination = stage.connector.destination();
        let few = WantedProperty { options: vec!["low".into()], ..wanted("intentd_level", PropertyType::Enumeration) };
        destination.prepare(&stage.permits, &[few]).await.unwrap();
        // The admin gave it an option of their own, and ours a better name.
        stage.fake.edit(|account| {
            let property = account.schema_mut(Kind::Contact).properties.get_mut("intentd_level").unwrap();
            property.options[0].label = "Niedrig".into();
            let own = intentd_hubspot::fake::Choice {
                value: "vip".into(),
                label: "VIP".into(),
                ..property.options[0].clone()
            };
            property.options.insert(0, own);
        });
        if lost {
            stage.fake.fail(Fault::next(FaultKind::ResetAfterApplied).on("PATCH", "properties"));
        }
        let all = [wanted("intentd_level", PropertyType::Enumeration)];
        assert_eq!(destination.prepare(&stage.permits, &all).await.unwrap(), [Prepared::Exists]);
        let options: Vec<(String, String)> = stage.fake.read(|account| {
            let options = &account.schema(Kind::Contact).properties["intentd_level"].options;
            options.iter().map(|option| (option.value.clone(), option.label.clone())).collect()
        });
        let expected = [("vip", "VIP"), ("low", "Niedrig"), ("high", "high")];
        assert_eq!(options, expected.map(|(value, label)| (value.to_owned(), label.to_owned())));
    }
}
