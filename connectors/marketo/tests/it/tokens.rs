//! The story of a token: asked for once, renewed before its end, renewed once when it is refused, however many wait.

use intentd_marketo::fake::{FakeConfig, Fault, FaultKind};
use intentd_sdk::ConnectorError;
use intentd_sdk::connector::Credentials;
use intentd_sdk::permit::CallClass;
use intentd_sdk::source::Mode;

use crate::drive::{HOUR, Stage};

fn identity_calls(stage: &Stage) -> u64 {
    stage.calls("identity")
}

#[tokio::test]
async fn one_token_serves_many_calls_and_is_renewed_before_its_end() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    for _ in 0..3 {
        stage.connector.describe(&stage.permits).await.unwrap();
    }
    assert_eq!(identity_calls(&stage), 1);
    let classes: Vec<CallClass> = stage.permits.observed().iter().map(|(class, _)| *class).collect();
    assert_eq!(
        classes.iter().filter(|class| class.0 == "identity").count(),
        1,
        "identity calls have a class of their own"
    );

    // After 80 % Marketo gives the same token again; its last seconds are waited out.
    stage.pass(HOUR * 9 / 10);
    stage.connector.describe(&stage.permits).await.unwrap();
    assert_eq!((identity_calls(&stage), stage.fake.stats().tokens), (2, 1));
    stage.pass(HOUR / 10 - 5_000);
    stage.connector.describe(&stage.permits).await.unwrap();
    assert_eq!(stage.fake.stats().tokens, 2);
    assert_eq!(stage.fake.stats().refused.get(&602), None, "no call went out with a token that had ended");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_for_all_who_wait() {
    for kind in [FaultKind::TokenRevoked, FaultKind::TokenExpires] {
        let stage = Stage::of(FakeConfig::for_tests()).await;
        stage.connector.describe(&stage.permits).await.unwrap();
        stage.fake.fail(Fault::next(kind).on("GET", "rest/"));
        let calls = (0..8).map(|_| stage.connector.describe(&stage.permits));
        for outcome in futures_util::future::join_all(calls).await {
            outcome.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        }
        assert_eq!(stage.fake.stats().tokens, 2, "{kind:?}");
        // Whoever was under way with the old token asks for the same new one.
        assert_eq!(identity_calls(&stage), 2, "{kind:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_always_refused_is_the_admins_business() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    stage.fake.fail(Fault::next(FaultKind::Refused(601)).on("GET", "rest/").always());
    let error = stage.connector.describe(&stage.permits).await.unwrap_err();
    assert_eq!(error.class(), "auth");
    // Two for tokens, two for the call.
    assert_eq!(stage.fake.stats().calls, 4, "once more with a new token, and then no more");
}

#[tokio::test]
async fn wrong_credentials_are_told_without_the_secret() {
    let stage = Stage::with(FakeConfig::for_tests(), |settings| {
        settings.credentials =
            Credentials::Client { client_id: "fake-marketo-client".into(), client_secret: "hunter2".to_owned().into() };
    })
    .await;
    let error = stage.try_pull("contacts", Mode::Backfill, None).await.err().unwrap();
    assert!(matches!(&error, ConnectorError::Auth { .. }), "{error}");
    assert!(!error.to_string().contains("hunter2"), "I12: {error}");
}

#[tokio::test]
async fn the_token_stands_in_the_header_and_never_in_the_address() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let account = stage.connector.describe(&stage.permits).await.unwrap();
    assert!(account.id.starts_with("127.0.0.1:"));
    assert_eq!(account.time_zone, "America/Chicago");
    assert_eq!(stage.fake.stats().refused.len(), 0);
}
