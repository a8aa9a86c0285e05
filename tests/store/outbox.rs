//! The outbox up to sending: one open row per record, claims, holds, take-over.

use std::collections::BTreeMap;

use intentd::domain::model::{ContactId, Number};
use intentd::store::{Desired, OutboxFilter, OutboxRow, OutboxState, Tx, UpsertedOutbox, ValueRow};
use intentd_sdk::record::{ExternalId, ObjectKind};

use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    i5_a_row_commits_with_the_value_that_caused_it,
    a_record_has_one_open_row,
    a_claim_is_recorded_before_anything_leaves,
    what_is_held_waits_for_approval,
    a_dead_owner_leaves_unknown_rows,
);

/// A wish to write `score` to a record.
pub(crate) fn wish(id: &str, score: Option<&str>) -> Desired {
    Desired {
        connection: hubspot(),
        kind: ObjectKind::Contact,
        external_id: ExternalId::from(id),
        local_id: 1,
        set: score.map(|score| ("score".to_owned(), score.to_owned())).into_iter().collect(),
        previous: BTreeMap::from([("score".to_owned(), Some("1".to_owned()))]),
        run_id: 1,
    }
}

pub(crate) async fn plan(bench: &Bench, wishes: &[Desired]) -> UpsertedOutbox {
    write!(bench, tx => tx.upsert_outbox(wishes, at(0)).await.unwrap())
}

pub(crate) async fn claim(bench: &Bench, minutes: i64) -> Vec<OutboxRow> {
    write!(bench, tx => tx.claim_outbox(&hubspot(), 100, at(minutes), "me", at(minutes + 2)).await.unwrap())
}

pub(crate) async fn open(bench: &Bench) -> Vec<OutboxRow> {
    let states = OutboxState::ALL.into_iter().filter(|state| state.is_open()).collect();
    let mut rows = bench.store.list_outbox(&OutboxFilter { connection: None, states }, 1000).await.unwrap();
    rows.reverse();
    rows
}

fn scores(rows: &[OutboxRow]) -> Vec<(&str, &str, OutboxState)> {
    rows.iter().map(|row| (row.external_id.as_str(), row.set["score"].as_str(), row.state)).collect()
}

/// I5: a value without its outbox row, or a row without its value, cannot be seen, not even after a crash in between.
async fn i5_a_row_commits_with_the_value_that_caused_it(bench: Bench) {
    let value = ValueRow {
        exact: Number::whole(10),
        shown: Number::whole(10),
        label: None,
        as_of: at(0),
        rules_version: 1,
        changed_at: at(0),
    };
    let derive = async |tx: &mut Tx| {
        tx.upsert_values(&[(ContactId(1), "lead_score".to_owned(), value.clone())]).await.unwrap();
        tx.upsert_outbox(&[wish("a", Some("10"))], at(0)).await.unwrap();
        tx.clear_dirty(&[]).await.unwrap();
    };
    let mut tx = bench.begin().await;
    derive(&mut tx).await;
    assert!(bench.store.load_values(&[ContactId(1)]).await.unwrap().is_empty());
    drop(tx);
    assert!(bench.store.load_values(&[ContactId(1)]).await.unwrap().is_empty());
    assert!(open(&bench).await.is_empty() && claim(&bench, 1).await.is_empty());
    write!(bench, tx => derive(&mut tx).await);
    assert_eq!(bench.store.load_values(&[ContactId(1)]).await.unwrap().len(), 1);
    assert_eq!(open(&bench).await.len(), 1);
}

/// I6.
async fn a_record_has_one_open_row(bench: Bench) {
    use OutboxState::Planned;
    let none = UpsertedOutbox::default();
    let report = plan(&bench, &[wish("a", Some("10")), wish("b", Some("20")), wish("c", None)]).await;
    assert_eq!(report, UpsertedOutbox { inserted: 2, ..none });
    assert_eq!(plan(&bench, &[wish("a", Some("10")), wish("b", Some("20"))]).await, none, "I2");
    let report = plan(&bench, &[wish("a", Some("11")), wish("a", Some("12"))]).await;
    assert_eq!(report, UpsertedOutbox { replaced: 1, ..none });
    assert_eq!(scores(&open(&bench).await), [("a", "12", Planned), ("b", "20", Planned)]);
    let report = plan(&bench, &[wish("b", None)]).await;
    assert_eq!(report, UpsertedOutbox { withdrawn: 1, ..none });
    assert_eq!(scores(&open(&bench).await), [("a", "12", Planned)]);
    assert_eq!(plan(&bench, &[wish("b", Some("21"))]).await, UpsertedOutbox { inserted: 1, ..none });
    let counts = bench.store.count_outbox(&hubspot()).await.unwrap();
    assert_eq!(counts, BTreeMap::from([(Planned, 2), (OutboxState::Superseded, 1)]));
    let elsewhere = Desired { connection: "other".into(), ..wish("a", Some("5")) };
    assert_eq!(plan(&bench, &[elsewhere]).await.inserted, 1, "another connection is another record");
    let filter = OutboxFilter { connection: Some("other".into()), states: Vec::new() };
    assert_eq!(bench.store.list_outbox(&filter, 10).await.unwrap().len(), 1);
}

/// I11: the attempt is committed before the row is handed out.
async fn a_claim_is_recorded_before_anything_leaves(bench: Bench) {
    plan(&bench, &[wish("a", Some("10")), wish("b", Some("20")), wish("c", Some("30"))]).await;
    let first = write!(bench, tx => tx.claim_outbox(&hubspot(), 2, at(1), "me", at(3)).await.unwrap());
    assert_eq!(scores(&first), [("a", "10", OutboxState::Sending), ("b", "20", OutboxState::Sending)]);
    assert_eq!((first[0].attempt, first[0].fence), (1, 1));
    assert_eq!(first[0].previous, BTreeMap::from([("score".to_owned(), Some("1".to_owned()))]));
    let second = claim(&bench, 1).await;
    assert_eq!(scores(&second), [("c", "30", OutboxState::Sending)], "a row is handed out once");
    assert!(claim(&bench, 1).await.is_empty());
    let elsewhere = write!(bench, tx => tx.claim_outbox(&"other".into(), 9, at(1), "me", at(3)).await.unwrap());
    assert!(elsewhere.is_empty());
    // A claim that does not commit hands nothing out.
    plan(&bench, &[wish("d", Some("40"))]).await;
    let mut tx = bench.begin().await;
    assert_eq!(tx.claim_outbox(&hubspot(), 9, at(1), "me", at(3)).await.unwrap().len(), 1);
    // Undone before the next claim asks: a dropped transaction lets its locks go a moment later, and locked rows are passed over.
    tx.rollback().await.unwrap();
    let again = claim(&bench, 1).await;
    assert_eq!((again.len(), again[0].attempt), (1, 1));
}

async fn what_is_held_waits_for_approval(bench: Bench) {
    let wishes: Vec<Desired> = (0..10).map(|n| wish(&format!("r{n}"), Some("7"))).collect();
    plan(&bench, &wishes).await;
    let held = write!(bench, tx => tx.hold_outbox(&hubspot(), 3, at(1)).await.unwrap());
    assert_eq!(held, 7);
    let claimed = claim(&bench, 1).await;
    assert_eq!(claimed.iter().map(|row| row.external_id.as_str()).collect::<Vec<_>>(), ["r0", "r1", "r2"]);
    // A newer wish replaces a held one, and it stays held.
    assert_eq!(plan(&bench, &[wish("r5", Some("8"))]).await.replaced, 1);
    assert!(claim(&bench, 1).await.is_empty());
    let released = write!(bench, tx => tx.release_held(&hubspot(), at(2)).await.unwrap());
    assert_eq!((released, claim(&bench, 2).await.len()), (7, 7));
}

/// I11: after a crash the outcome is looked up before anything is repeated.
async fn a_dead_owner_leaves_unknown_rows(bench: Bench) {
    plan(&bench, &[wish("a", Some("10")), wish("b", Some("20"))]).await;
    let old = claim(&bench, 0).await;
    let mine = write!(bench, tx => tx.take_over_sending("me", at(1)).await.unwrap());
    assert_eq!(mine, 0, "my own rows are on their way");
    let taken = write!(bench, tx => tx.take_over_sending("next", at(3)).await.unwrap());
    assert_eq!(taken, 2);
    assert!(claim(&bench, 60).await.is_empty(), "an unknown row is never simply sent again");
    let unknown = bench.store.list_unknown(&hubspot(), at(3), 10).await.unwrap();
    assert_eq!(scores(&unknown), [("a", "10", OutboxState::Unknown), ("b", "20", OutboxState::Unknown)]);
    assert!(unknown[0].fence > old[0].fence);
    assert_eq!(bench.store.list_unknown(&hubspot(), at(3), 1).await.unwrap().len(), 1);
    assert!(bench.store.list_unknown(&hubspot(), at(2), 10).await.unwrap().is_empty());
}

/// Two daemons on one PostgreSQL claim at the same time: no row is handed out twice, and none waits for the other.
#[tokio::test]
async fn daemons_share_the_outbox() {
    let Some(bench) = Bench::postgres().await else { return };
    let wishes: Vec<Desired> = (0..10).map(|n| wish(&format!("r{n}"), Some("7"))).collect();
    plan(&bench, &wishes).await;
    let (mut first, mut second) = (bench.begin().await, bench.begin().await);
    let one = first.claim_outbox(&hubspot(), 6, at(1), "a", at(3)).await.unwrap();
    let two = second.claim_outbox(&hubspot(), 6, at(1), "b", at(3)).await.unwrap();
    first.commit().await.unwrap();
    second.commit().await.unwrap();
    assert_eq!((one.len(), two.len()), (6, 4));
    let mut ids: Vec<i64> = one.iter().chain(&two).map(|row| row.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 10);
    assert_eq!(write!(bench, tx => tx.take_over_sending("c", at(2)).await.unwrap()), 0, "their leases hold");
}

/// A `begin` that is given up leaves no open transaction behind in which later writes would be lost.
#[tokio::test]
async fn a_cancelled_begin_loses_nothing() {
    for bench in [Some(Bench::sqlite().await), Bench::postgres().await].into_iter().flatten() {
        for round in 0..40 {
            let store = bench.store.clone();
            let begin = tokio::spawn(async move { store.begin().await.map(|_| ()) });
            for _ in 0..round % 5 {
                tokio::task::yield_now().await;
            }
            begin.abort();
            _ = begin.await;
            write!(bench, tx => tx.insert_run("pull", at(round)).await.unwrap());
        }
        let fresh = intentd::store::Store::open(&bench.url).await.unwrap();
        assert_eq!(fresh.list_runs(100).await.unwrap().len(), 40);
    }
}
