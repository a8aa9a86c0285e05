//! Reading through trouble: what can be repeated is, what cannot is named.

use std::time::Duration;

use intentd_hubspot::fake::{FakeConfig, Fault, FaultKind, Kind};
use intentd_sdk::ConnectorError;
use intentd_sdk::permit::{Pause, Rest};
use intentd_sdk::source::Mode;

use crate::drive::Stage;

async fn stage() -> Stage {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    stage
        .fake
        .edit(|account| (0..150).for_each(|_| _ = account.add(Kind::Contact, &[("firstname", "A")], stage.now())));
    stage
}

#[tokio::test]
async fn every_passing_failure_is_read_through() {
    for kind in [
        FaultKind::Locked423,
        FaultKind::Moving477 { retry_after_s: 60 },
        FaultKind::Http500Json,
        FaultKind::Http502Html,
        FaultKind::Http504Html,
        FaultKind::Http524Html,
        FaultKind::BodyExpected400,
        FaultKind::TenSecondly429,
        FaultKind::Secondly429,
        FaultKind::TruncatedBody,
        FaultKind::ResetAfterApplied,
        FaultKind::ResetBeforeApplied,
    ] {
        let stage = stage().await;
        stage.fake.fail(Fault::next(kind).on("GET", "contacts"));
        stage.fake.fail(Fault::next(kind).on("POST", "search"));
        let pull = stage.pull("contacts", Mode::Backfill, None).await;
        assert_eq!((pull.ids().len(), stage.fake.stats().faults), (150, 2), "{kind:?}");
        // I9: every attempt took a permit of its own.
        assert_eq!(stage.permits.observed().len() as u64, stage.fake.stats().calls, "{kind:?}");
    }
}

#[tokio::test]
async fn a_spent_day_and_a_long_move_are_handed_to_the_engine_at_once() {
    let day = Rest::UntilPeriodEnds;
    let move_ = Rest::For(Duration::from_secs(7_200));
    for (kind, rest) in [(FaultKind::Daily429, day), (FaultKind::Moving477 { retry_after_s: 7_200 }, move_)] {
        let stage = stage().await;
        stage.fake.fail(Fault::next(kind).always());
        let error = stage.try_pull("contacts", Mode::Backfill, None).await.err();
        let late = stage.now().plus_ms(3_599_000);
        assert!(matches!(error, Some(ConnectorError::Limited { until, .. }) if until >= late), "{error:?}");
        assert_eq!(stage.fake.stats().calls, 1, "{kind:?}");
        let pauses: Vec<_> = stage.permits.observed().into_iter().map(|(_, seen)| seen.pause).collect();
        assert_eq!(pauses, [Some(Pause { bucket: "daily".into(), rest })]);
    }
}

#[tokio::test]
async fn failures_that_last_end_in_an_error_without_personal_data() {
    let stage = stage().await;
    stage.fake.fail(Fault::next(FaultKind::TruncatedBody).always());
    let error = stage.try_pull("contacts", Mode::Backfill, None).await.err().unwrap();
    assert!(error.is_retryable(), "{error:?}");
    assert_eq!(stage.fake.stats().calls, 4);
    stage.fake.clear_faults();
    let wrong = Stage::with(FakeConfig::for_tests(), |settings| {
        settings.credentials = intentd_sdk::connector::Credentials::Token("wrong".to_owned().into());
    })
    .await;
    let error = wrong.connector.describe(&wrong.permits).await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Auth { detail } if detail.contains("INVALID_AUTHENTICATION")),
        "{error:?}"
    );
}

/// A bad day: every seventh call fails, one way or another, while the whole of a believable account is read.
#[tokio::test]
async fn a_whole_account_is_read_completely_on_a_bad_day() {
    let (good, bad) = (Stage::seeded(FakeConfig::for_tests()).await, Stage::seeded(FakeConfig::for_tests()).await);
    for kind in [
        FaultKind::Http502Html,
        FaultKind::Http500Json,
        FaultKind::TruncatedBody,
        FaultKind::Locked423,
        FaultKind::TenSecondly429,
        FaultKind::ResetAfterApplied,
        FaultKind::BodyExpected400,
    ] {
        bad.fake.fail(Fault::next(kind).percent(2));
    }
    let sorted = |pull: crate::drive::Pull| {
        let mut items: Vec<String> = pull.items.iter().map(|item| format!("{item:?}")).collect();
        items.sort();
        items
    };
    for stream in good.connector.source().streams() {
        let stream = stream.name.as_str();
        let (expected, found) = (
            sorted(good.pull(stream, Mode::Backfill, None).await),
            sorted(bad.pull(stream, Mode::Backfill, None).await),
        );
        assert_eq!(expected.is_empty(), stream == "associations", "{stream}");
        assert_eq!(found, expected, "{stream}");
    }
    assert!(bad.fake.stats().faults > 5, "{} faults", bad.fake.stats().faults);
}
