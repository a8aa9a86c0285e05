//! Bearer tokens, scopes, and the whole way from consent to a revoked grant.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use intentd_hubspot::fake::{FakeConfig, FakeHubSpot};
use intentd_sdk::http::Request;
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

use crate::client::{Seen, Story};

const REDIRECT: &str = "http://127.0.0.1:9/callback";
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-standard-0123456789";

async fn consent(story: &Story, scope: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", "fake-client"),
            ("redirect_uri", REDIRECT),
            ("scope", scope),
            ("state", "st"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let seen = story.get(&format!("/oauth/authorize?{query}")).await;
    assert_eq!(seen.status, 302);
    let location = Url::parse(seen.raw.header("location").unwrap()).unwrap();
    let pair = |name: &str| location.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    assert_eq!(pair("state"), "st");
    pair("code")
}

async fn exchange(story: &Story, code: &str, changed: (&str, &str)) -> Seen {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "fake-client"),
        ("client_secret", "fake-secret"),
        ("redirect_uri", REDIRECT),
        ("code", code),
        ("code_verifier", VERIFIER),
    ];
    for field in &mut fields {
        if field.0 == changed.0 {
            field.1 = changed.1;
        }
    }
    story.form("/oauth/2026-09/token", &fields).await
}

async fn renew(story: &Story, refresh: &str) -> Seen {
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", "fake-client"),
        ("client_secret", "fake-secret"),
        ("refresh_token", refresh),
    ];
    story.form("/oauth/2026-09/token", &fields).await
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_that_was_given() {
    let story = Story::empty().await;
    let seen = story.send_as(Request::get("/crm/v3/objects/contacts"), "pat-eu1-wrong").await;
    assert_eq!((seen.status, seen.body["category"].as_str()), (401, Some("INVALID_AUTHENTICATION")));
    assert!(seen.raw.header("x-hubspot-correlation-id").is_some());
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let scopes = Some(vec!["crm.objects.contacts.read".to_owned()]);
    let story = Story::with(FakeConfig { scopes, ..FakeConfig::for_tests() }, FakeHubSpot::empty).await;
    assert_eq!(story.get("/crm/v3/objects/contacts").await.status, 200);
    assert_eq!(story.get("/crm/v3/properties/contacts").await.status, 200, "reading objects shows definitions");
    assert_eq!(story.get("/account-info/v3/details").await.status, 200);
    for (path, scope) in [
        ("/crm/v3/objects/companies", "crm.objects.companies.read"),
        ("/crm/v3/lists/61", "crm.lists.read"),
        ("/crm/v3/owners", "crm.objects.owners.read"),
        ("/email/public/v1/events", "content"),
        ("/marketing/v3/forms", "forms"),
        ("/events/v3/events?eventType=e_visited_page", "business-intelligence"),
        ("/automation/v4/flows", "automation"),
    ] {
        let seen = story.get(path).await;
        assert_eq!((seen.status, seen.body["category"].as_str()), (403, Some("MISSING_SCOPES")), "{path}");
        assert_eq!(seen.body["errors"][0]["context"]["requiredGranularScopes"], json!([scope]), "{path}");
    }
    let write = story.post("/crm/v3/objects/contacts", json!({"properties": {"email": "a@b.example"}})).await;
    assert_eq!(write.status, 403);
    let ends = story.post("/crm/v4/associations/contacts/companies/batch/read", json!({"inputs": [{"id": "1"}]})).await;
    assert_eq!(ends.status, 403);
}

#[tokio::test]
async fn consent_becomes_a_token_that_expires_and_is_renewed() {
    let story = Story::empty().await;
    let code = consent(&story, "oauth crm.objects.contacts.read").await;
    let granted = exchange(&story, &code, ("", "")).await;
    assert_eq!((granted.status, granted.body["expires_in"].as_i64()), (200, Some(1_800)));
    let access = granted.body["access_token"].as_str().unwrap();
    let refresh = granted.body["refresh_token"].as_str().unwrap();
    let list = || Request::get("/crm/v3/objects/contacts");
    let seen = story.send_as(list(), access).await;
    assert_eq!(seen.status, 200);
    assert!(seen.raw.header("x-hubspot-ratelimit-daily").is_none(), "OAuth apps have no daily limit");
    assert_eq!(story.send_as(Request::get("/crm/v3/objects/companies"), access).await.status, 403);
    assert_eq!(exchange(&story, &code, ("", "")).await.body["status"], "BAD_AUTH_CODE", "a code is good once");
    story.clock.advance(Duration::from_secs(1_807));
    let expired = story.send_as(list(), access).await;
    assert_eq!((expired.status, expired.body["category"].as_str()), (401, Some("EXPIRED_AUTHENTICATION")));
    assert_eq!(expired.message(), "The OAuth token used to make this call expired 7 second(s) ago.");
    let renewed = renew(&story, refresh).await;
    assert_eq!(renewed.body["refresh_token"], refresh);
    let access = renewed.body["access_token"].as_str().unwrap();
    assert_eq!(story.send_as(list(), access).await.status, 200);
    let app = [("client_id", "fake-client"), ("client_secret", "fake-secret")];
    let about = async |token: &str| {
        story.form("/oauth/2026-09/token/introspect", &[app[0], app[1], ("token", token)]).await.body
    };
    assert_eq!(about(access).await["scopes"][1], "crm.objects.contacts.read");
    assert_eq!(story.form("/oauth/2026-09/token/revoke", &[app[0], app[1], ("token", refresh)]).await.status, 200);
    assert_eq!(about(refresh).await, json!({"active": false}));
    assert_eq!(story.send_as(list(), access).await.status, 200, "tokens already given out live on");
    let refused = renew(&story, refresh).await;
    assert_eq!((refused.status, refused.body["status"].as_str()), (400, Some("BAD_REFRESH_TOKEN")));
    assert_eq!(refused.body["error"], "invalid_grant");
}

#[tokio::test]
async fn each_mistake_of_the_install_has_its_own_word() {
    let story = Story::empty().await;
    let code = consent(&story, "oauth").await;
    for (changed, status) in [
        (("client_id", "other"), "BAD_CLIENT_ID"),
        (("client_secret", "other"), "BAD_CLIENT_SECRET"),
        (("redirect_uri", "http://127.0.0.1:9/other"), "BAD_REDIRECT_URI"),
        (("code", "other"), "BAD_AUTH_CODE"),
        (("code_verifier", "other"), "BAD_CODE_VERIFIER"),
    ] {
        let seen = exchange(&story, &code, changed).await;
        assert_eq!((seen.status, seen.body["status"].as_str()), (400, Some(status)));
    }
    assert_eq!(exchange(&story, &code, ("", "")).await.status, 200, "mistakes did not use up the code");
}
