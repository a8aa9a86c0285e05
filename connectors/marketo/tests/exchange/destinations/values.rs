//! Values of leads.

use std::collections::BTreeMap;

use intentd_marketo::fake::{FakeConfig, Fault, FaultKind, Limits};
use intentd_sdk::ConnectorError;
use intentd_sdk::change::{Change, ChangeResult};
use intentd_sdk::record::{ExternalId, ObjectKind};

use super::write::{DELIVERED, all, change, is_delivered, is_unknown, push, scores, stage, stage_of};

#[tokio::test]
async fn three_hundred_scores_are_one_call() {
    let (stage, ids) = stage(700).await;
    let results = push(&stage, &scores(&ids)).await;
    assert!(all(&results, is_delivered));
    assert_eq!(stage.calls("POST rest/v1/leads.json"), 3);
    let wrong = stage.fake.read(|account| {
        account.leads.all().values().filter(|lead| lead.values.get("intentScore") != Some(&87.into())).count()
    });
    assert_eq!(wrong, 0);
    assert!(stage.fake.stats().writes_by_lead.values().all(|writes| *writes == 1));
}

#[tokio::test]
async fn what_was_written_can_be_looked_up() {
    let (stage, ids) = stage(3).await;
    push(&stage, &[change(ids[0], &[("intentScore", "87"), ("intentLevel", "high")])]).await;
    push(&stage, &[change(ids[1], &[("intentScore", "")])]).await;
    let wanted: Vec<ExternalId> = [ids[0], ids[1], 999_999].iter().map(|id| id.to_string().into()).collect();
    let names = ["intentLevel", "intentScore", "noSuchField"].map(str::to_owned);
    let connector = stage.connector();
    let found = connector.destination().look_up(&stage.permits, ObjectKind::Contact, &wanted, &names).await.unwrap();
    let values = |level: Option<&str>, score: Option<&str>| {
        let pairs = [("intentLevel", level), ("intentScore", score), ("noSuchField", None)];
        pairs.map(|(name, value)| (name.to_owned(), value.map(str::to_owned))).into_iter().collect::<BTreeMap<_, _>>()
    };
    assert_eq!(found.len(), 2, "who is not there is left out");
    assert_eq!(found[&wanted[0]].values, values(Some("high"), Some("87")));
    assert_eq!(found[&wanted[1]].values, values(None, None));
}

#[tokio::test]
async fn each_record_stands_or_falls_alone_by_its_place() {
    let (stage, ids) = stage(8).await;
    let now = stage.now();
    stage.fake.edit(|account| account.delete_lead(ids[3], now));
    let mut batch = scores(&ids);
    batch[1].set = BTreeMap::from([("intentScore".into(), "high".into())]);
    batch[2].set = BTreeMap::from([("intentLevel".into(), "x".repeat(300)), ("intentScore".into(), "1".into())]);
    batch[4].set = BTreeMap::from([("noSuchField".into(), "1".into())]);
    batch[5].set = BTreeMap::from([("createdAt".into(), "2026-01-01".into())]);
    batch[6].set = BTreeMap::from([("company".into(), "Nordlys".into())]);
    batch[7].id = "not a number".into();
    let results = push(&stage, &batch).await;
    assert_eq!(results[&ids[0]], DELIVERED);
    for (place, code, property) in [
        (1, "1001", Some("intentScore")),
        (2, "1001", None),
        (4, "no field", Some("noSuchField")),
        (5, "read-only", Some("createdAt")),
        (6, "1021", Some("company")),
    ] {
        let ChangeResult::Rejected { reason, property: culprit } = &results[&ids[place]] else {
            panic!("{place}: {:?}", results[&ids[place]]);
        };
        assert!(reason.contains(code), "{place}: {reason}");
        assert_eq!(culprit.as_deref(), property, "{place}");
        assert!(!reason.contains("xxx") && !reason.contains("high"), "I12: {reason}");
    }
    assert_eq!((&results[&ids[3]], &results[&ids[7]]), (&ChangeResult::Missing, &ChangeResult::Missing));
    assert_eq!(stage.calls("POST rest/v1/leads.json"), 1);
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_is_not_repeated() {
    // I11: Marketo may have executed it.
    for (kind, executed) in [
        (FaultKind::ResetAfterApplied, true),
        (FaultKind::TruncatedBody, true),
        (FaultKind::RefusedAfterApplied(604), true),
        (FaultKind::RefusedAfterApplied(611), true),
        (FaultKind::HttpAfterApplied(502), true),
        (FaultKind::HttpAfterApplied(500), true),
        (FaultKind::ResetBeforeApplied, false),
        (FaultKind::Refused(604), false),
    ] {
        let (stage, ids) = stage(20).await;
        stage.fake.fail(Fault::next(kind).on("POST", "leads.json"));
        let results = push(&stage, &scores(&ids)).await;
        assert!(all(&results, is_unknown), "{kind:?}: {results:?}");
        let writes = stage.fake.stats().writes_by_lead;
        assert_eq!(writes.len(), if executed { 20 } else { 0 }, "{kind:?}");
        assert!(writes.values().all(|writes| *writes == 1), "{kind:?}");
        // Looking settles it.
        let wanted = [ExternalId::from(ids[0].to_string())];
        let names = ["intentScore".to_owned()];
        let connector = stage.connector();
        let found =
            connector.destination().look_up(&stage.permits, ObjectKind::Contact, &wanted, &names).await.unwrap();
        assert_eq!(found[&wanted[0]].values["intentScore"].is_some(), executed, "{kind:?}");
    }
}

#[tokio::test]
async fn a_limit_is_waited_for_and_a_spent_day_is_an_error_of_the_whole_batch() {
    let (stage, ids) = stage(3).await;
    for code in [606, 615, 608, 602] {
        stage.fake.fail(Fault::next(FaultKind::Refused(code)).on("POST", "leads.json"));
        assert!(all(&push(&stage, &scores(&ids)).await, is_delivered), "{code}");
    }
    stage.fake.fail(Fault::next(FaultKind::Refused(607)).on("POST", "leads.json"));
    let error = stage.connector().destination().push(&stage.permits, &scores(&ids)).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Limited { .. }) && error.is_not_executed(), "{error:?}");
    stage.fake.fail(Fault::next(FaultKind::Refused(603)).on("POST", "leads.json"));
    let error = stage.connector().destination().push(&stage.permits, &scores(&ids)).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Forbidden { .. }) && error.is_not_executed(), "{error:?}");
    // The description of the fields cannot be read: nothing was written, so nobody need look.
    stage.fake.fail(Fault::next(FaultKind::Http(502)).on("GET", "describe").always());
    let error = stage.connector().destination().push(&stage.permits, &scores(&ids)).await.unwrap_err();
    assert!(error.is_not_executed(), "{error:?}");
}

#[tokio::test]
async fn a_day_that_is_spent_half_way_leaves_the_rest_for_later() {
    let limits = Limits { daily: 3, refusals_count: false, ..Limits::unlimited() };
    // One call for today's use, one for the fields, one for the first three hundred.
    let (stage, ids) = stage_of(FakeConfig { limits, ..FakeConfig::for_tests() }, 400).await;
    let results = push(&stage, &scores(&ids)).await;
    let delivered = results.values().filter(|result| **result == DELIVERED).count();
    let waiting = results.values().filter(|result| matches!(result, ChangeResult::NotExecuted { .. })).count();
    assert_eq!((delivered, waiting), (300, 100));
}

#[tokio::test]
async fn a_batch_that_is_refused_as_a_whole_is_halved_until_the_culprit_stands_alone() {
    let (stage, ids) = stage(64).await;
    // Whatever Marketo has against the first four calls, it has executed nothing of them.
    stage.fake.fail(Fault::next(FaultKind::RefusedSaying(1003, "Invalid data")).on("POST", "leads.json").times(7));
    let results = push(&stage, &scores(&ids)).await;
    let rejected = results.values().filter(|result| matches!(result, ChangeResult::Rejected { .. })).count();
    let delivered = results.values().filter(|result| **result == DELIVERED).count();
    assert_eq!((rejected, delivered), (1, 63));
    assert!(stage.fake.stats().writes_by_lead.values().all(|writes| *writes == 1));
}

#[tokio::test]
async fn a_refusal_that_no_record_can_help_is_not_tried_in_parts() {
    let (stage, ids) = stage(64).await;
    stage.fake.fail(Fault::next(FaultKind::Refused(610)).on("POST", "leads.json").always());
    let results = push(&stage, &scores(&ids)).await;
    assert!(all(&results, super::write::is_rejected));
    assert_eq!(stage.fake.stats().refused[&610], 1);
}

#[tokio::test]
async fn large_values_are_sent_in_calls_that_marketo_takes() {
    let (stage, ids) = stage(100).await;
    stage.fake.edit(|account| account.fields.add_custom("notes", "Notes", "text"));
    let text = "æ".repeat(14_000);
    let batch: Vec<Change> = ids.iter().map(|id| change(*id, &[("notes", &text)])).collect();
    assert!(all(&push(&stage, &batch).await, is_delivered));
    assert_eq!(stage.fake.stats().answered.get(&413), None);
    assert!(stage.calls("POST rest/v1/leads.json") >= 3);
}

#[tokio::test]
async fn deals_are_refused_clearly() {
    let (stage, ids) = stage(1).await;
    let deal = Change { kind: ObjectKind::Deal, ..change(ids[0], &[("amount", "1")]) };
    let results = push(&stage, &[deal]).await;
    let ChangeResult::Rejected { reason, .. } = &results[&ids[0]] else { panic!("{results:?}") };
    assert!(reason.contains("opportunities"), "{reason}");
}
