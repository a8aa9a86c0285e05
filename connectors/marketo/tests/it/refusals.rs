//! What Marketo says no to, and what the caller learns: refusals come with HTTP 200, and some limits are everybody's.

use std::time::Duration;

use intentd_marketo::fake::{FakeConfig, Fault, FaultKind, Limits};
use intentd_sdk::permit::{Pause, Rest};
use intentd_sdk::source::Mode;

use crate::drive::{HOUR, Stage};

#[tokio::test]
async fn every_refusal_of_a_read_is_told_as_what_it_is() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    stage.connector.describe(&stage.permits).await.unwrap();
    for (kind, class) in [
        (FaultKind::Refused(600), "auth"),
        (FaultKind::Refused(602), "auth"),
        (FaultKind::Refused(603), "forbidden"),
        (FaultKind::Refused(604), "transient"),
        (FaultKind::Refused(606), "limited"),
        (FaultKind::Refused(607), "limited"),
        (FaultKind::Refused(608), "transient"),
        (FaultKind::Refused(610), "rejected"),
        (FaultKind::Refused(611), "transient"),
        (FaultKind::Refused(615), "limited"),
        (FaultKind::Refused(703), "forbidden"),
        (FaultKind::Refused(713), "transient"),
        (FaultKind::Refused(1003), "rejected"),
        (FaultKind::Refused(1006), "rejected"),
        (FaultKind::Refused(1013), "missing"),
        (FaultKind::Http(500), "transient"),
        (FaultKind::Http(502), "transient"),
        (FaultKind::TruncatedBody, "transient"),
        (FaultKind::ResetAfterApplied, "transient"),
    ] {
        stage.fake.clear_faults();
        stage.fake.fail(Fault::next(kind).on("GET", "usage.json").always());
        let error = stage.connector.describe(&stage.permits).await.unwrap_err();
        assert_eq!(error.class(), class, "{kind:?}: {error}");
    }
}

#[tokio::test]
async fn what_passes_is_waited_out() {
    for (kind, times) in [
        (FaultKind::Refused(606), 2),
        (FaultKind::Refused(615), 4),
        (FaultKind::Refused(604), 2),
        (FaultKind::Refused(608), 2),
        (FaultKind::Refused(611), 2),
        (FaultKind::Refused(713), 2),
        (FaultKind::Http(502), 2),
        (FaultKind::TruncatedBody, 1),
        (FaultKind::ResetBeforeApplied, 1),
    ] {
        let stage = Stage::of(FakeConfig::for_tests()).await;
        stage.fake.fail(Fault::next(kind).on("GET", "describe.json").times(times));
        stage.try_pull("properties", Mode::Backfill, None).await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
    }
}

#[tokio::test]
async fn the_limiter_learns_of_limits_and_of_what_others_spent() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    stage.fake.fail(Fault::next(FaultKind::Refused(606)).on("GET", "usage.json"));
    stage.connector.describe(&stage.permits).await.unwrap();
    let observed = stage.permits.observed();
    let pauses: Vec<&Pause> = observed.iter().filter_map(|(_, seen)| seen.pause.as_ref()).collect();
    assert_eq!(pauses, [&Pause { bucket: "rate".into(), rest: Rest::For(Duration::from_secs(20)) }]);
    let reading = observed.iter().flat_map(|(_, seen)| &seen.readings).next_back().unwrap();
    let remaining = reading.remaining.unwrap();
    assert!(reading.bucket == "daily" && (49_990..50_000).contains(&remaining), "{reading:?}");
}

#[tokio::test]
async fn a_spent_quota_ends_the_day_and_not_the_patience() {
    let limits = Limits { daily: 3, ..Limits::unlimited() };
    let stage = Stage::of(FakeConfig { limits, ..FakeConfig::for_tests() }).await;
    let error = stage.try_pull("contacts", Mode::Backfill, None).await.err().unwrap();
    assert_eq!(error.class(), "limited", "{error}");
    assert!(stage.calls("") < 12, "nobody tries again before midnight in Chicago");
    let bucket = |seen: &(_, intentd_sdk::permit::Observation)| seen.1.pause.as_ref().map(|pause| pause.bucket.clone());
    assert!(stage.permits.observed().iter().filter_map(bucket).any(|bucket| bucket == "daily"));
}

#[tokio::test]
async fn a_missing_right_turns_off_what_needs_it_and_nothing_else() {
    let permissions = Some(vec!["Read-Only Lead".to_owned(), "Read-Only Activity".to_owned()]);
    let stage = Stage::of(FakeConfig { permissions, ..FakeConfig::for_tests() }).await;
    let id = stage.edit(|account, now| account.add_lead(&[("externalCompanyId", "c1".into())], now));
    for stream in ["properties", "assets", "contacts", "segments", "activities"] {
        let pull = stage.pull(stream, Mode::Backfill, None).await;
        stage.pass(HOUR);
        stage.pull(stream, Mode::Incremental, Some(&pull.checkpoint)).await;
    }
    assert!(stage.follow(&[id]).await.items.is_empty(), "neither companies nor opportunities can be asked for");
}

#[tokio::test]
async fn a_missing_right_to_leads_is_named() {
    let permissions = Some(vec!["Read-Only Activity".to_owned()]);
    let stage = Stage::of(FakeConfig { permissions, ..FakeConfig::for_tests() }).await;
    let error = stage.try_pull("contacts", Mode::Backfill, None).await.err().unwrap();
    assert_eq!(error.class(), "forbidden", "{error}");
}
