//! Call limits: exact windows, exact words, no advice on when to come back.

use std::time::Duration;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Fault, FaultKind, Tier};
use intentd_sdk::clock::Clock;
use intentd_sdk::testkit::TestClock;
use serde_json::json;

use crate::client::Story;

const DETAILS: &str = "/account-info/2026-09/details";

async fn limited(tier: Tier) -> Story {
    Story::with(FakeConfig { tier, ..FakeConfig::for_tests() }, FakeHubSpot::empty).await
}

#[tokio::test]
async fn the_burst_window_rolls() {
    let story = limited(Tier { burst_per_10s: 3, ..Tier::enterprise() }).await;
    for left in ["2", "1", "0"] {
        let seen = story.get(DETAILS).await;
        assert_eq!(seen.status, 200);
        assert_eq!(seen.raw.header("x-hubspot-ratelimit-remaining"), Some(left));
        assert_eq!(seen.raw.header("x-hubspot-ratelimit-max"), Some("3"));
        story.clock.advance(Duration::from_secs(3));
    }
    let refused = story.get(DETAILS).await;
    assert_eq!((refused.status, refused.message()), (429, "You have reached your ten_secondly_rolling limit."));
    assert_eq!(refused.body["policyName"], "TEN_SECONDLY_ROLLING");
    assert_eq!(refused.body["errorType"], "RATE_LIMIT");
    assert!(refused.raw.header("retry-after").is_none());
    story.clock.advance(Duration::from_millis(999));
    assert_eq!(story.get(DETAILS).await.status, 429);
    story.clock.advance(Duration::from_millis(1));
    assert_eq!(story.get(DETAILS).await.status, 200, "the first call has left the window");
    assert_eq!(story.get(DETAILS).await.status, 429, "the second has not");
    assert_eq!(story.fake.stats().answered_429, 3);
}

#[tokio::test]
async fn search_has_its_own_second_for_the_whole_account() {
    let story = limited(Tier { search_per_second: 2, burst_per_10s: 1, ..Tier::enterprise() }).await;
    for path in ["/crm/v3/objects/contacts/search", "/crm/v3/objects/companies/search"] {
        assert_eq!(story.post(path, json!({})).await.status, 200);
    }
    let refused = story.post("/crm/v3/objects/deals/search", json!({})).await;
    assert_eq!((refused.status, refused.message()), (429, "You have reached your secondly limit."));
    assert!(refused.body.get("policyName").is_none());
    assert_eq!(story.get(DETAILS).await.status, 200, "search does not use up the burst");
    story.clock.advance(Duration::from_secs(1));
    assert_eq!(story.post("/crm/v3/objects/deals/search", json!({})).await.status, 200);
}

#[tokio::test]
async fn the_daily_limit_ends_at_the_accounts_midnight() {
    // 09:00 UTC is 10:00 in Stockholm: fourteen hours to midnight.
    let story = limited(Tier { daily: 2, ..Tier::enterprise() }).await;
    let usage = "/account-info/2026-09/api-usage/daily/private-apps";
    let seen = story.get(usage).await;
    let results = &seen.body["results"][0];
    assert_eq!((results["currentUsage"].as_u64(), results["usageLimit"].as_u64()), (Some(1), Some(2)));
    assert_eq!(results["resetsAt"], "2026-11-21T23:00:00.000Z");
    assert_eq!(seen.raw.header("x-hubspot-ratelimit-daily-remaining"), Some("1"));
    assert_eq!(story.post("/crm/v3/objects/deals/search", json!({})).await.status, 200, "search counts too");
    let refused = story.get(DETAILS).await;
    assert_eq!((refused.status, refused.body["policyName"].as_str()), (429, Some("DAILY")));
    story.clock.advance(Duration::from_secs(14 * 3_600 - 1));
    assert_eq!(story.get(DETAILS).await.status, 429);
    story.clock.advance(Duration::from_secs(1));
    assert_eq!(story.get(DETAILS).await.status, 200);
}

#[tokio::test]
async fn associations_have_a_narrower_window() {
    let story = limited(Tier { associations_per_10s: 1, ..Tier::enterprise() }).await;
    let path = "/crm/associations/2026-09/contacts/companies/batch/read";
    let body = json!({"inputs": [{"id": "1"}]});
    assert_eq!(story.post(path, body.clone()).await.status, 207);
    assert_eq!(story.post(path, body).await.status, 429);
    assert_eq!(story.get(DETAILS).await.status, 200);
}

#[tokio::test]
async fn an_answer_takes_its_time_from_the_clock() {
    let config = FakeConfig { latency_ms: 250, ..FakeConfig::for_tests() };
    // This clock jumps over every wait, so it shows exactly how long was waited.
    let story = Story::at(TestClock::jumping(config.now), config, FakeHubSpot::empty).await;
    assert_eq!(story.get(DETAILS).await.status, 200);
    assert_eq!(story.clock.monotonic(), Duration::from_millis(250));
    story.fake.fail(Fault::next(FaultKind::Slow { ms: 4_000 }));
    assert_eq!(story.get(DETAILS).await.status, 200);
    assert_eq!(story.clock.monotonic(), Duration::from_millis(250 + 250 + 4_000));
}
