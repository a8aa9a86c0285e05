//! Error 1029 in its three meanings: wait, tomorrow, go on.

use intentd_marketo::fake::{FakeConfig, Fault, FaultKind, Limits};
use intentd_sdk::ConnectorError;
use intentd_sdk::source::Mode;

use super::drive::{Death, Run, failure, pull};
use crate::stage::{DAY_MS, Stage};

const CONTACTS: [(&str, Mode, Option<&intentd_sdk::cursor::Checkpoint>); 1] = [("contacts", Mode::Backfill, None)];

/// Ten months with a person a day.
async fn stage(limits: Limits) -> Stage {
    let config = FakeConfig { job_step_ms: 60_000, limits, ..FakeConfig::for_tests() };
    let stage = Stage::of(config, &[("leads_since", "2026-01-25")]).await;
    let now = stage.now();
    stage.fake.edit(|account| {
        for day in 0..300 {
            let email = format!("p{day}@kunde.example");
            account.add_lead(&[("email", email.into())], now.plus_ms(-day * DAY_MS - 3_600_000));
        }
    });
    stage
}

#[tokio::test]
async fn a_full_queue_is_waited_for() {
    let stage = stage(Limits { bulk_queued: 3, ..Limits::unlimited() }).await;
    let pull = pull(&stage, &CONTACTS, Death::Never).await;
    assert_eq!((pull.contacts().len(), pull.closed.len()), (300, 10));
    assert!(stage.fake.stats().refused[&1029] > 0);
    assert_eq!(stage.fake.stats().exports, 10, "a job that waits for the queue is not made anew");
}

#[tokio::test]
async fn a_spent_day_ends_the_run_and_the_next_day_goes_on() {
    let stage = stage(Limits { bulk_bytes_per_day: 3_000, bulk_queued: 2, ..Limits::unlimited() }).await;
    let mut run = Run::plan(&stage, &CONTACTS).await;
    let mut days = 0;
    while let Err(error) = run.read(&stage, Death::Never).await {
        let ConnectorError::Limited { until, detail } = error else { panic!("{error:?}") };
        assert!(detail.contains("500 MB"), "{detail}");
        let rest = until.ms_since(stage.now());
        assert!((0..=DAY_MS).contains(&rest), "{rest}");
        assert!(until.to_string().contains("T06:00:00"), "midnight in Central time: {until}");
        stage.clock.advance(std::time::Duration::from_millis(rest as u64));
        days += 1;
        assert!(days < 20, "the export does not end");
    }
    run.pull.insist();
    assert_eq!(run.pull.contacts().len(), 300);
    assert!(run.pull.contacts().values().all(|times| *times == 1));
    assert!(days >= 2, "{days} days");
    assert_eq!(stage.fake.stats().exports, 10, "a job that waits for tomorrow is not made anew");
}

#[tokio::test]
async fn a_job_that_is_queued_already_goes_on() {
    let stage = stage(Limits::unlimited()).await;
    stage.fake.fail(Fault::next(FaultKind::HttpAfterApplied(502)).on("POST", "enqueue.json"));
    let pull = pull(&stage, &CONTACTS, Death::Never).await;
    assert_eq!(pull.contacts().len(), 300);
    let stats = stage.fake.stats();
    assert_eq!((stats.exports, stats.refused.get(&1029)), (10, Some(&1)));
}

#[tokio::test]
async fn a_permission_that_is_missing_is_said_at_once() {
    let stage = stage(Limits::unlimited()).await;
    stage.fake.fail(Fault::next(FaultKind::Refused(603)).on("POST", "create.json"));
    let mut run = Run::plan(&stage, &CONTACTS).await;
    assert!(matches!(failure(&stage, &mut run).await, ConnectorError::Forbidden { .. }));
}
