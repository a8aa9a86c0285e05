//! What becomes of rows that were sent, and of the newer wishes that waited meanwhile.

use std::collections::BTreeMap;

use intentd::domain::model::ContactId;
use intentd::domain::plan::Taken;
use intentd::store::{Desired, NextState, OutboxRow, OutboxState, Settlement};
use intentd_sdk::change::ChangeResult;
use intentd_sdk::record::{ExternalId, ObjectKind};

use crate::objects::store_contacts;
use crate::outbox::{claim, open, plan, wish};
use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    a_delivered_value_is_known_at_once,
    a_newer_wish_follows_a_delivery,
    a_newer_wish_survives_every_outcome,
    what_was_delivered_and_is_not_wanted_goes_back,
    refusals_are_kept_with_their_reason,
    what_was_not_executed_is_tried_again,
    a_row_that_changed_hands_is_not_settled,
    a_survivor_takes_the_value,
);

const DELIVERED: ChangeResult = ChangeResult::Delivered { survivor: None, modified_at: None };

async fn settle(bench: &Bench, row: &OutboxRow, result: ChangeResult, next: NextState) -> u64 {
    let settlement = Settlement { id: row.id, fence: row.fence, result, next };
    write!(bench, tx => tx.settle_outbox(&[settlement], at(5)).await.unwrap())
}

fn unknown() -> ChangeResult {
    ChangeResult::Unknown { reason: "no answer".to_owned() }
}

fn not_executed() -> ChangeResult {
    ChangeResult::NotExecuted { retry_after_ms: None, reason: "limited".to_owned() }
}

async fn a_delivered_value_is_known_at_once(bench: Bench) {
    write!(bench, tx => store_contacts(&mut tx, &[(1, "a", "a@e.org"), (2, "b", "b@e.org")], None).await);
    plan(&bench, &[wish("a", Some("10")), wish("b", Some(""))]).await;
    let rows = claim(&bench, 1).await;
    for row in &rows {
        assert_eq!(settle(&bench, row, DELIVERED, NextState::Delivered).await, 1);
    }
    assert!(open(&bench).await.is_empty());
    assert!(bench.store.was_ever_pushed(&hubspot()).await.unwrap());
    let contacts = [ContactId(1), ContactId(2)];
    let targets = bench.store.load_targets(&hubspot(), ObjectKind::Contact, &contacts).await.unwrap();
    let (a, b) = (&targets[&ContactId(1)][0], &targets[&ContactId(2)][0]);
    assert_eq!((a.pushed["score"].as_str(), a.owned["score"].as_deref()), ("10", Some("10")));
    assert_eq!((b.pushed["score"].as_str(), b.owned["score"].as_deref()), ("", None), "empty text clears");
    let mut tx = bench.begin().await;
    let taken = tx.find_taken(&hubspot(), ObjectKind::Contact, &["a".into(), "x".into()]).await.unwrap();
    let ten = Taken { value: "10".to_owned(), at: at(5) };
    assert_eq!(taken, BTreeMap::from([("a".into(), BTreeMap::from([("score".to_owned(), ten)]))]));
    drop(tx);
    // Settling twice changes nothing.
    assert_eq!(settle(&bench, &rows[0], ChangeResult::Missing, NextState::Missing).await, 0);
    let counts = bench.store.count_outbox(&hubspot()).await.unwrap();
    assert_eq!(counts, BTreeMap::from([(OutboxState::Delivered, 2)]));
}

async fn a_newer_wish_follows_a_delivery(bench: Bench) {
    plan(&bench, &[wish("a", Some("10"))]).await;
    let row = claim(&bench, 1).await.remove(0);
    assert_eq!(plan(&bench, &[wish("a", Some("10"))]).await.deferred, 0, "it is on its way already");
    assert_eq!(plan(&bench, &[wish("a", Some("11"))]).await.deferred, 1);
    assert_eq!(plan(&bench, &[Desired { run_id: 4, ..wish("a", Some("12")) }]).await.deferred, 1);
    assert_eq!(open(&bench).await.len(), 1, "I6");
    settle(&bench, &row, DELIVERED, NextState::Delivered).await;
    let next = open(&bench).await;
    assert_eq!((next.len(), next[0].state, next[0].set["score"].as_str()), (1, OutboxState::Planned, "12"));
    assert_eq!(next[0].previous["score"].as_deref(), Some("10"), "the vendor has what was delivered");
    assert_eq!(next[0].attempt, 0);

    // The newer wish is taken back before the delivery ends.
    let row = claim(&bench, 6).await.remove(0);
    plan(&bench, &[wish("a", Some("13"))]).await;
    assert_eq!(plan(&bench, &[wish("a", Some("12"))]).await.deferred, 1);
    settle(&bench, &row, DELIVERED, NextState::Delivered).await;
    assert!(open(&bench).await.is_empty());
}

async fn a_newer_wish_survives_every_outcome(bench: Bench) {
    // Unknown, then looked up as not executed: the newer wish is what is sent next.
    plan(&bench, &[wish("a", Some("10"))]).await;
    let row = claim(&bench, 1).await.remove(0);
    settle(&bench, &row, unknown(), NextState::Unknown { look_up_at: at(7) }).await;
    assert!(bench.store.list_unknown(&hubspot(), at(6), 9).await.unwrap().is_empty());
    assert_eq!(plan(&bench, &[wish("a", Some("11"))]).await.deferred, 1);
    let row = bench.store.list_unknown(&hubspot(), at(7), 9).await.unwrap().remove(0);
    assert_eq!((row.reason.as_deref(), row.set["score"].as_str()), (Some("no answer"), "10"));
    settle(&bench, &row, unknown(), NextState::Unknown { look_up_at: at(8) }).await;
    let row = bench.store.list_unknown(&hubspot(), at(8), 9).await.unwrap().remove(0);
    settle(&bench, &row, not_executed(), NextState::RetryAt(at(9))).await;
    let row = claim(&bench, 9).await.remove(0);
    assert_eq!((row.set["score"].as_str(), row.attempt), ("11", 2));
    // Refused: a newer wish gets its own chance.
    plan(&bench, &[wish("a", Some("12"))]).await;
    let refused = ChangeResult::Rejected { reason: "not a number".to_owned(), property: None };
    settle(&bench, &row, refused, NextState::Rejected).await;
    let row = claim(&bench, 10).await.remove(0);
    assert_eq!((row.set["score"].as_str(), row.attempt), ("12", 1));
    // Not executed, and nothing is wanted any more.
    plan(&bench, &[wish("a", None)]).await;
    settle(&bench, &row, not_executed(), NextState::RetryAt(at(11))).await;
    assert!(open(&bench).await.is_empty());
    let counts = bench.store.count_outbox(&hubspot()).await.unwrap();
    assert_eq!(counts, BTreeMap::from([(OutboxState::Rejected, 1), (OutboxState::Superseded, 1)]));
    // Missing: a wish for a record that is not there is dropped.
    plan(&bench, &[wish("a", Some("13"))]).await;
    let row = claim(&bench, 12).await.remove(0);
    plan(&bench, &[wish("a", Some("14"))]).await;
    settle(&bench, &row, ChangeResult::Missing, NextState::Missing).await;
    assert!(open(&bench).await.is_empty());
}

async fn what_was_delivered_and_is_not_wanted_goes_back(bench: Bench) {
    let both = |score: &str, label: &str| Desired {
        set: BTreeMap::from([("score".to_owned(), score.to_owned()), ("label".to_owned(), label.to_owned())]),
        previous: BTreeMap::from([("score".to_owned(), Some("1".to_owned())), ("label".to_owned(), None)]),
        ..wish("a", None)
    };
    plan(&bench, &[both("10", "hot")]).await;
    let row = claim(&bench, 1).await.remove(0);
    // Computed against what the vendor had before: only the score differs now, the label is as it was (none).
    plan(&bench, &[wish("a", Some("12"))]).await;
    settle(&bench, &row, DELIVERED, NextState::Delivered).await;
    let row = claim(&bench, 2).await.remove(0);
    assert_eq!(row.set, BTreeMap::from([("score".to_owned(), "12".to_owned()), ("label".to_owned(), String::new())]));
    assert_eq!(row.previous["label"].as_deref(), Some("hot"));
    // Nothing is wanted any more while this is on its way: back to what was before it.
    plan(&bench, &[wish("a", None)]).await;
    settle(&bench, &row, DELIVERED, NextState::Delivered).await;
    let row = claim(&bench, 3).await.remove(0);
    assert_eq!(
        row.set,
        BTreeMap::from([("score".to_owned(), "10".to_owned()), ("label".to_owned(), "hot".to_owned())])
    );
}

async fn refusals_are_kept_with_their_reason(bench: Bench) {
    plan(&bench, &[wish("a", Some("x")), wish("b", Some("y"))]).await;
    let rows = claim(&bench, 1).await;
    for row in &rows {
        let refused = ChangeResult::Rejected { reason: "not a number".to_owned(), property: Some("score".to_owned()) };
        settle(&bench, row, refused, NextState::Rejected).await;
    }
    let quarantine = bench.store.list_quarantine(&hubspot(), 10).await.unwrap();
    assert_eq!(quarantine.iter().map(|row| row.external_id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!((quarantine[1].reason.as_str(), quarantine[1].rejected_at), ("not a number", at(5)));
    assert_eq!((quarantine[1].set["score"].as_str(), quarantine[1].local_id), ("x", 1));
    assert_eq!(bench.store.list_quarantine(&hubspot(), 1).await.unwrap().len(), 1);
}

async fn what_was_not_executed_is_tried_again(bench: Bench) {
    plan(&bench, &[wish("a", Some("10"))]).await;
    let row = claim(&bench, 1).await.remove(0);
    settle(&bench, &row, not_executed(), NextState::RetryAt(at(9))).await;
    assert!(claim(&bench, 8).await.is_empty());
    // Replaced while it waits: it still waits, so that the vendor has its rest.
    assert_eq!(plan(&bench, &[wish("a", Some("11"))]).await.replaced, 1);
    assert!(claim(&bench, 8).await.is_empty());
    let row = claim(&bench, 9).await.remove(0);
    assert_eq!((row.set["score"].as_str(), row.attempt, row.fence), ("11", 2, 2));
}

async fn a_row_that_changed_hands_is_not_settled(bench: Bench) {
    plan(&bench, &[wish("a", Some("10"))]).await;
    let old = claim(&bench, 1).await.remove(0);
    write!(bench, tx => assert_eq!(tx.take_over_sending("next", at(4)).await.unwrap(), 1));
    assert_eq!(settle(&bench, &old, not_executed(), NextState::RetryAt(at(5))).await, 0);
    assert_eq!(open(&bench).await[0].state, OutboxState::Unknown);
    let row = bench.store.list_unknown(&hubspot(), at(5), 9).await.unwrap().remove(0);
    assert_eq!(settle(&bench, &row, DELIVERED, NextState::Delivered).await, 1);
}

async fn a_survivor_takes_the_value(bench: Bench) {
    write!(bench, tx => store_contacts(&mut tx, &[(1, "a", "a@e.org"), (2, "z", "z@e.org")], None).await);
    plan(&bench, &[wish("a", Some("10")), wish("z", Some("30"))]).await;
    let rows = claim(&bench, 1).await;
    plan(&bench, &[wish("a", Some("11"))]).await;
    let merged = ChangeResult::Delivered { survivor: Some(ExternalId::from("z")), modified_at: None };
    settle(&bench, &rows[0], merged, NextState::Delivered).await;
    let targets =
        bench.store.load_targets(&hubspot(), ObjectKind::Contact, &[ContactId(1), ContactId(2)]).await.unwrap();
    assert_eq!(targets[&ContactId(2)][0].owned["score"].as_deref(), Some("10"));
    assert!(targets[&ContactId(1)][0].pushed.is_empty());
    let left = open(&bench).await;
    assert_eq!((left.len(), left[0].external_id.as_str()), (1, "z"), "I6: its wish joins the survivor's open row");
    settle(&bench, &rows[1], DELIVERED, NextState::Delivered).await;
    assert_eq!(open(&bench).await[0].set["score"], "11");
}
