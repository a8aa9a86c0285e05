//! Tokens: one at a time, with the life it has left, in the header only; permissions of the role.

use std::time::Duration;

use intentd_marketo::fake::{FakeConfig, FakeMarketo, Fault, FaultKind};
use intentd_sdk::http::Request;

use crate::client::Story;

const DESCRIBE: &str = "/rest/v1/leads/describe.json";

#[tokio::test]
async fn asking_again_gives_the_same_token_with_less_life() {
    let mut story = Story::empty().await;
    let (first, left) = story.sign_in().await;
    assert!(first.ends_with(":int"));
    assert_eq!(left, 3_599);
    story.clock.advance(Duration::from_secs(3_596));
    let (again, left) = story.sign_in().await;
    assert_eq!((again.as_str(), left), (first.as_str(), 3), "a fresh process may get three seconds");
    assert_eq!(story.get(DESCRIBE).await.code(), "");
    story.clock.advance(Duration::from_secs(4));
    let seen = story.get(DESCRIBE).await;
    assert_eq!((seen.status, seen.code(), seen.message()), (200, "602", "Access token expired"));
    assert_eq!(seen.body["success"], false);
    let (new, left) = story.sign_in().await;
    assert_ne!(new, first);
    assert_eq!(left, 3_599);
    assert_eq!(story.get(DESCRIBE).await.code(), "");
    assert_eq!(story.send_as(Request::get(DESCRIBE), Some(&first)).await.code(), "602");
    assert_eq!(story.fake.stats().tokens, 2);
}

#[tokio::test]
async fn the_identity_answer_has_no_envelope_and_its_own_status() {
    let story = Story::empty().await;
    let good = story.identity("fake-marketo-client", "fake-marketo-secret").await;
    assert_eq!(good.status, 200);
    assert!(good.body.get("success").is_none());
    assert_eq!(
        (good.body["token_type"].as_str(), good.body["scope"].as_str()),
        (Some("bearer"), Some("intentd@fake.example"))
    );
    for (id, secret, error, text) in [
        ("other", "fake-marketo-secret", "unauthorized", "No client with requested id: other"),
        ("fake-marketo-client", "other", "invalid_client", "Bad client credentials"),
    ] {
        let seen = story.identity(id, secret).await;
        assert_eq!((seen.status, seen.body["error"].as_str()), (401, Some(error)));
        assert_eq!(seen.body["error_description"], text);
    }
    let body = [
        ("grant_type", "client_credentials"),
        ("client_id", "fake-marketo-client"),
        ("client_secret", "fake-marketo-secret"),
    ];
    let posted = story.form("/identity/oauth/token", &body).await;
    assert_eq!(posted.body["access_token"], good.body["access_token"]);
}

#[tokio::test]
async fn only_the_header_lets_anybody_in() {
    let mut story = Story::empty().await;
    let (token, _) = story.sign_in().await;
    assert_eq!(story.send_as(Request::get(DESCRIBE), None).await.code(), "600");
    let in_query = Request::get(format!("{DESCRIBE}?access_token={token}"));
    assert_eq!(story.send_as(in_query, None).await.code(), "600");
    let seen = story.send_as(Request::get(DESCRIBE), Some("made-up:int")).await;
    assert_eq!((seen.status, seen.code()), (200, "601"));
}

#[tokio::test]
async fn a_token_can_die_before_its_time() {
    let mut story = Story::empty().await;
    for (kind, code) in [(FaultKind::TokenExpires, "602"), (FaultKind::TokenRevoked, "601")] {
        let (old, _) = story.sign_in().await;
        story.fake.fail(Fault::next(kind));
        assert_eq!(story.get(DESCRIBE).await.code(), code);
        assert_eq!(story.get(DESCRIBE).await.code(), code, "it stays dead");
        assert_ne!(story.sign_in().await.0, old);
        assert_eq!(story.get(DESCRIBE).await.code(), "");
    }
}

#[tokio::test]
async fn the_role_of_the_user_bounds_every_call() {
    let permissions = Some(vec!["Read-Only Lead".to_owned()]);
    let story = Story::with(FakeConfig { permissions, ..FakeConfig::for_tests() }, FakeMarketo::empty).await;
    assert_eq!(story.get(DESCRIBE).await.code(), "");
    assert_eq!(story.get("/rest/v1/stats/usage.json").await.code(), "", "usage needs none");
    for path in [
        "/rest/v1/leads/schema/fields.json",
        "/rest/v1/activities/types.json",
        "/rest/v1/companies/describe.json",
        "/rest/asset/v1/programs.json",
        "/bulk/v1/activities/export.json",
    ] {
        assert_eq!(story.get(path).await.code(), "603", "{path}");
    }
    let write = story.post("/rest/v1/leads.json", serde_json::json!({"input": [{"email": "a@b.example"}]})).await;
    assert_eq!((write.code(), write.message()), ("603", "Access denied"));
    let trigger = story.post("/rest/v1/campaigns/1/trigger.json", serde_json::json!({})).await;
    assert_eq!(trigger.code(), "603");
}
