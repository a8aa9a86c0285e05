//! Plans, windows, cursors, certificates.

use intentd::store::{ConnectionRow, StoreError, StreamState, StreamSwitch};
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ExternalId, StreamName};
use intentd_sdk::source::{Count, CountBasis, Mode, WindowSpec};
use serde_json::json;

use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    a_connection_and_its_runs_are_remembered,
    a_checkpoint_commits_with_the_page_or_not_at_all,
    a_plan_goes_on_where_it_stopped,
    certificates_add_up,
    a_stream_keeps_its_switch,
);

fn contacts() -> StreamName {
    StreamName::from("contacts")
}

fn window(key: &str) -> WindowSpec {
    WindowSpec {
        key: key.to_owned(),
        mode: Mode::Backfill,
        ids: vec![ExternalId::from("7")],
        bounds: json!({"after": 1}),
    }
}

async fn a_connection_and_its_runs_are_remembered(bench: Bench) {
    let row = ConnectionRow {
        name: hubspot(),
        vendor: "hubspot".to_owned(),
        account_id: "123".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        description: "a\0b".to_owned(),
    };
    assert_eq!(bench.store.find_connection(&hubspot()).await.unwrap(), None);
    write!(bench, tx => tx.upsert_connection(&row).await.unwrap());
    write!(bench, tx => tx.upsert_connection(&row).await.unwrap());
    let found = bench.store.find_connection(&hubspot()).await.unwrap().unwrap();
    assert_eq!(found.description, "a\u{fffd}b", "NUL is replaced on both databases");
    assert_eq!(ConnectionRow { description: row.description.clone(), ..found }, row);

    let pull = write!(bench, tx => tx.insert_run("pull", at(0)).await.unwrap());
    let push = write!(bench, tx => tx.insert_run("push", at(1)).await.unwrap());
    assert!(push > pull);
    write!(bench, tx => tx.end_run(pull, at(2), &json!({"pages": 3})).await.unwrap());
    let last = bench.store.find_last_run("pull").await.unwrap().unwrap();
    assert_eq!((last.run_id, last.ended_at, last.summary), (pull, Some(at(2)), Some(json!({"pages": 3}))));
    let runs = bench.store.list_runs(10).await.unwrap();
    assert_eq!(runs.iter().map(|run| run.kind.as_str()).collect::<Vec<_>>(), ["push", "pull"]);
    assert_eq!(runs[0].ended_at, None);
    assert_eq!(bench.store.list_runs(1).await.unwrap().len(), 1);
    let mut tx = bench.begin().await;
    assert!(matches!(tx.end_run(99, at(3), &json!({})).await, Err(StoreError::Missing { .. })));
}

/// I1: what is rolled back leaves neither the page nor the cursor behind; what is committed leaves both.
async fn a_checkpoint_commits_with_the_page_or_not_at_all(bench: Bench) {
    let (plan, window_id) = write!(bench, tx => {
        let run = tx.insert_run("pull", at(0)).await.unwrap();
        let plan = tx
            .insert_plan(run, &hubspot(), &contacts(), Mode::Backfill, Some(&Checkpoint(json!("w1"))), at(0))
            .await
            .unwrap();
        (plan, tx.insert_windows(plan, &[window("ids 1..9")], at(0)).await.unwrap()[0])
    });
    let page = async |tx: &mut intentd::store::Tx| {
        crate::objects::store_contacts(tx, &[(1, "1", "ada@example.org")], Some(window_id)).await;
        tx.advance_window(window_id, &Cursor(json!({"after": "1"})), 1).await.unwrap();
    };
    let mut tx = bench.begin().await;
    page(&mut tx).await;
    drop(tx);
    let open = bench.store.find_open_plan(&hubspot(), &contacts()).await.unwrap().unwrap();
    assert_eq!((open.windows[0].cursor.clone(), open.windows[0].stored), (None, 0));
    assert_eq!(bench.store.counts().await.unwrap().contacts, 0);

    write!(bench, tx => page(&mut tx).await);
    let open = bench.store.find_open_plan(&hubspot(), &contacts()).await.unwrap().unwrap();
    assert_eq!((open.windows[0].cursor.clone(), open.windows[0].stored), (Some(Cursor(json!({"after": "1"}))), 1));
    assert_eq!(bench.store.counts().await.unwrap().contacts, 1);

    let mut tx = bench.begin().await;
    tx.close_window(window_id, Count { expected: 1, basis: CountBasis::Stated }, 0, at(1)).await.unwrap();
    tx.close_plan(plan, at(1)).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(bench.store.find_stream(&hubspot(), &contacts()).await.unwrap(), None);
}

async fn a_plan_goes_on_where_it_stopped(bench: Bench) {
    let (run, plan, ids) = write!(bench, tx => {
        let run = tx.insert_run("pull", at(0)).await.unwrap();
        let plan = tx
            .insert_plan(run, &hubspot(), &contacts(), Mode::Reconcile, Some(&Checkpoint(json!({"until": 5}))), at(0))
            .await
            .unwrap();
        let ids = tx.insert_windows(plan, &[window("a"), window("b"), window("a")], at(0)).await.unwrap();
        (run, plan, ids)
    });
    assert_eq!(ids[0], ids[2], "one window per key");
    // A page that splits its window is applied twice (I2).
    for _ in 0..2 {
        let again = write!(bench, tx => tx.insert_windows(plan, &[window("b"), window("c")], at(1)).await.unwrap());
        assert_eq!(again[0], ids[1]);
    }
    write!(bench, tx => {
        tx.advance_window(ids[0], &Cursor(json!(17)), 20).await.unwrap();
        tx.close_window(ids[1], Count { expected: 4, basis: CountBasis::Stated }, 4, at(2)).await.unwrap();
    });
    {
        let mut tx = bench.begin().await;
        let second = tx.insert_plan(run, &hubspot(), &contacts(), Mode::Incremental, None, at(3)).await;
        assert!(matches!(second, Err(StoreError::Inconsistent { .. })), "one open plan per stream");
    }
    let open = bench.store.find_open_plan(&hubspot(), &contacts()).await.unwrap().unwrap();
    assert_eq!((open.plan_id, open.run_id, open.mode), (plan, run, Mode::Reconcile));
    assert_eq!(open.checkpoint, Some(Checkpoint(json!({"until": 5}))));
    assert_eq!(open.windows.iter().map(|window| window.spec.key.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(open.windows[0].spec, window("a"));
    assert_eq!((open.windows[0].cursor.clone(), open.windows[0].stored), (Some(Cursor(json!(17))), 20));
    {
        let mut tx = bench.begin().await;
        assert!(matches!(tx.close_plan(plan, at(3)).await, Err(StoreError::Inconsistent { .. })));
    }
    {
        let mut tx = bench.begin().await;
        let closed = tx.advance_window(ids[1], &Cursor(json!(1)), 1).await;
        assert!(matches!(closed, Err(StoreError::Missing { .. })), "a closed window does not move");
    }
    write!(bench, tx => {
        for window in &open.windows {
            tx.close_window(window.window_id, Count { expected: 1, basis: CountBasis::Listed }, 1, at(4)).await.unwrap();
        }
        tx.close_plan(plan, at(5)).await.unwrap();
    });
    assert_eq!(bench.store.find_open_plan(&hubspot(), &contacts()).await.unwrap(), None);
    let state = bench.store.find_stream(&hubspot(), &contacts()).await.unwrap().unwrap();
    assert_eq!(state.checkpoint, Some(Checkpoint(json!({"until": 5}))));
    assert_eq!((state.last_success_at, state.last_reconcile_at), (Some(at(5)), Some(at(5))));

    // A plan without a checkpoint leaves the old one; a dropped one too.
    let later = write!(bench, tx => {
        let plan = tx.insert_plan(run, &hubspot(), &contacts(), Mode::Incremental, None, at(6)).await.unwrap();
        tx.close_plan(plan, at(7)).await.unwrap();
        tx.insert_plan(run, &hubspot(), &contacts(), Mode::Backfill, Some(&Checkpoint(json!(0))), at(8)).await.unwrap()
    });
    write!(bench, tx => tx.drop_plan(later, at(9), "the mapping changed").await.unwrap());
    let state = bench.store.find_stream(&hubspot(), &contacts()).await.unwrap().unwrap();
    assert_eq!(state.checkpoint, Some(Checkpoint(json!({"until": 5}))));
    assert_eq!((state.last_success_at, state.last_reconcile_at), (Some(at(7)), Some(at(5))));
}

/// I14.
async fn certificates_add_up(bench: Bench) {
    let (first_run, second_run, plan, ids) = write!(bench, tx => {
        let first_run = tx.insert_run("pull", at(0)).await.unwrap();
        let second_run = tx.insert_run("pull", at(1)).await.unwrap();
        let plan = tx.insert_plan(first_run, &hubspot(), &contacts(), Mode::Backfill, None, at(0)).await.unwrap();
        let ids = tx.insert_windows(plan, &[window("a"), window("b"), window("c")], at(0)).await.unwrap();
        (first_run, second_run, plan, ids)
    });
    let certificate = write!(bench, tx => {
        tx.advance_window(ids[0], &Cursor(json!(1)), 100).await.unwrap();
        tx.advance_window(ids[0], &Cursor(json!(2)), 100).await.unwrap();
        tx.close_window(ids[1], Count { expected: 8, basis: CountBasis::Stated }, 7, at(2)).await.unwrap();
        tx.close_window(ids[0], Count { expected: 250, basis: CountBasis::Stated }, 50, at(2)).await.unwrap()
    });
    assert_eq!((certificate.window_key.as_str(), certificate.expected, certificate.stored), ("a", 250, 250));
    let sums = bench.store.list_certificates(first_run).await.unwrap();
    assert_eq!(sums.len(), 1);
    assert_eq!((sums[0].windows, sums[0].open_windows, sums[0].expected, sums[0].stored), (2, 1, 258, 257));
    assert_eq!((sums[0].basis, sums[0].mode), (CountBasis::Stated, Mode::Backfill));
    write!(bench, tx => {
        tx.adopt_plan(plan, second_run).await.unwrap();
        tx.close_window(ids[2], Count { expected: 1, basis: CountBasis::Listed }, 1, at(2)).await.unwrap();
    });
    assert!(bench.store.list_certificates(first_run).await.unwrap().is_empty());
    let sums = bench.store.list_certificates(second_run).await.unwrap();
    assert_eq!((sums[0].windows, sums[0].open_windows, sums[0].expected, sums[0].stored), (3, 0, 259, 258));
    assert_eq!(sums[0].basis, CountBasis::Listed, "one listed window makes the sum listed");
}

async fn a_stream_keeps_its_switch(bench: Bench) {
    let halted = StreamState {
        checkpoint: Some(Checkpoint(json!([1]))),
        state: StreamSwitch::Halted,
        reason: Some("no contacts any more".to_owned()),
        last_success_at: Some(at(1)),
        last_reconcile_at: None,
    };
    write!(bench, tx => {
        tx.set_stream(&hubspot(), &contacts(), &halted).await.unwrap();
        tx.set_stream(&hubspot(), &StreamName::from("deals"), &StreamState::default()).await.unwrap();
    });
    assert_eq!(bench.store.find_stream(&hubspot(), &contacts()).await.unwrap(), Some(halted.clone()));
    let all = bench.store.list_streams(&hubspot()).await.unwrap();
    assert_eq!(all, [(contacts(), halted.clone()), (StreamName::from("deals"), StreamState::default())]);
    // Reading a plan to its end does not switch a halted stream on.
    write!(bench, tx => {
        let run = tx.insert_run("pull", at(2)).await.unwrap();
        let plan = tx.insert_plan(run, &hubspot(), &contacts(), Mode::Incremental, None, at(2)).await.unwrap();
        tx.close_plan(plan, at(3)).await.unwrap();
    });
    let state = bench.store.find_stream(&hubspot(), &contacts()).await.unwrap().unwrap();
    assert_eq!((state.state, state.last_success_at), (StreamSwitch::Halted, Some(at(3))));
    write!(bench, tx => tx.mark_reconciled(&hubspot(), &contacts(), at(4)).await.unwrap());
    let marked = bench.store.find_stream(&hubspot(), &contacts()).await.unwrap().unwrap();
    assert_eq!(marked, StreamState { last_reconcile_at: Some(at(4)), ..state });
}
