//! Limits of the whole instance: window, concurrency, day; and which calls are not counted.

use std::time::Duration;

use intentd_marketo::fake::{FakeConfig, FakeMarketo, Fault, FaultKind, Limits};
use intentd_sdk::clock::Clock;
use intentd_sdk::http::Request;
use intentd_sdk::testkit::TestClock;
use serde_json::json;

use crate::client::Story;

const DESCRIBE: &str = "/rest/v1/leads/describe.json";
const USAGE: &str = "/rest/v1/stats/usage.json";

async fn limited(limits: Limits) -> Story {
    Story::with(FakeConfig { limits, ..FakeConfig::for_tests() }, FakeMarketo::empty).await
}

#[tokio::test]
async fn the_window_of_twenty_seconds_rolls() {
    let story = limited(Limits { calls_per_20s: 3, refusals_count: false, ..Limits::default() }).await;
    for _ in 0..3 {
        assert_eq!(story.get(DESCRIBE).await.code(), "");
        story.clock.advance(Duration::from_secs(5));
    }
    let seen = story.get(DESCRIBE).await;
    assert_eq!((seen.status, seen.code()), (200, "606"));
    assert_eq!(seen.message(), "Max rate limit '3' exceeded with in '20' secs");
    assert!(seen.raw.header("retry-after").is_none());
    story.clock.advance(Duration::from_millis(4_999));
    assert_eq!(story.get(DESCRIBE).await.code(), "606");
    story.clock.advance(Duration::from_millis(1));
    assert_eq!(story.get(DESCRIBE).await.code(), "", "the first call has left the window");
    assert_eq!(story.get(DESCRIBE).await.code(), "606", "the second has not");
    assert_eq!(story.fake.stats().rate_limited, 3);
}

#[tokio::test]
async fn who_hammers_on_stays_out() {
    let story = limited(Limits { calls_per_20s: 1, ..Limits::default() }).await;
    assert_eq!(story.get(DESCRIBE).await.code(), "");
    for _ in 0..4 {
        story.clock.advance(Duration::from_secs(10));
        assert_eq!(story.get(DESCRIBE).await.code(), "606", "a refusal counts as a call");
    }
    story.clock.advance(Duration::from_secs(20));
    assert_eq!(story.get(DESCRIBE).await.code(), "");
}

#[tokio::test]
async fn calls_that_the_table_marks_are_not_counted() {
    let story = limited(Limits { calls_per_20s: 2, ..Limits::default() }).await;
    for _ in 0..5 {
        assert_eq!(story.send_as(Request::get(DESCRIBE), Some("wrong")).await.code(), "601");
        assert_eq!(story.poke("/rest/v1/leads/describe.json").await.code(), "605");
        story.fake.fail(Fault::next(FaultKind::Refused(608)));
        assert_eq!(story.get(DESCRIBE).await.code(), "608");
        story.identity("fake-marketo-client", "fake-marketo-secret").await;
    }
    assert_eq!(story.get(USAGE).await.result()[0]["total"], 0);
    assert_eq!(story.get(USAGE).await.result()[0]["total"], 1, "reading the usage is a call");
    assert_eq!(story.get(USAGE).await.code(), "606");
}

#[tokio::test]
async fn the_day_ends_at_midnight_in_us_central_time() {
    // 09:00 UTC is 03:00 Central: twenty-one hours to midnight.
    let story = limited(Limits { daily: 2, ..Limits::unlimited() }).await;
    assert_eq!(story.get(DESCRIBE).await.code(), "");
    let used = story.get(USAGE).await;
    assert_eq!((used.result()[0]["date"].as_str(), used.result()[0]["total"].as_u64()), (Some("2026-11-21"), Some(1)));
    assert_eq!(used.result()[0]["users"], json!([{"userId": "intentd@fake.example", "count": 1}]));
    let seen = story.get(DESCRIBE).await;
    assert_eq!((seen.code(), seen.message()), ("607", "Daily quota reached"));
    let mut story = story;
    story.clock.advance(Duration::from_secs(21 * 3_600 - 1));
    story.sign_in().await;
    assert_eq!(story.get(DESCRIBE).await.code(), "607");
    story.clock.advance(Duration::from_secs(1));
    assert_eq!(story.get(DESCRIBE).await.code(), "");
}

#[tokio::test]
async fn errors_are_told_by_code_and_day() {
    let story = Story::empty().await;
    assert_eq!(story.get("/rest/v1/nonsense.json").await.code(), "610");
    assert_eq!(story.get("/rest/v1/leads.json").await.code(), "1002");
    assert_eq!(story.get("/rest/v1/leads.json").await.code(), "1002");
    let seen = story.get("/rest/v1/stats/errors.json").await;
    let day = &seen.result()[0];
    assert_eq!(day["total"], 3);
    assert_eq!(day["errors"], json!([{"errorCode": "610", "count": 1}, {"errorCode": "1002", "count": 2}]));
    let week = story.get("/rest/v1/stats/usage/last7days.json").await;
    assert_eq!(week.result().len(), 7);
    assert_eq!(week.result()[6]["total"], 4);
}

#[tokio::test]
async fn more_calls_at_one_time_than_allowed_are_refused() {
    let story = limited(Limits { concurrent: 2, ..Limits::unlimited() }).await;
    story.fake.fail(Fault::next(FaultKind::Slow { ms: 1_000 }).times(2));
    let third = async {
        while story.fake.in_flight() < 2 {
            tokio::task::yield_now().await;
        }
        let seen = story.get(DESCRIBE).await;
        story.clock.advance(Duration::from_secs(1));
        seen
    };
    let (first, second, third) = tokio::join!(story.get(DESCRIBE), story.get(DESCRIBE), third);
    assert_eq!((first.code(), second.code()), ("", ""));
    assert_eq!((third.code(), third.message()), ("615", "Concurrent access limit reached"));
    assert_eq!(story.fake.stats().most_at_once, 3);
    assert_eq!(story.get(DESCRIBE).await.code(), "");
}

#[tokio::test]
async fn an_answer_takes_its_time_from_the_clock() {
    let config = FakeConfig { latency_ms: 250, ..FakeConfig::for_tests() };
    // This clock jumps over every wait, so it shows exactly how long was waited.
    let story = Story::at(TestClock::jumping(config.now), config, FakeMarketo::empty).await;
    let before = story.clock.monotonic();
    assert_eq!(story.get(DESCRIBE).await.code(), "");
    story.fake.fail(Fault::next(FaultKind::Slow { ms: 4_000 }));
    assert_eq!(story.get(DESCRIBE).await.code(), "");
    assert_eq!(story.clock.monotonic() - before, Duration::from_millis(250 + 250 + 4_000));
}
