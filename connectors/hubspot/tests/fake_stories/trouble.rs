//! Failures on demand: every way in which a call was seen to fail.

use intentd_hubspot::fake::{Fault, FaultKind, Kind};
use intentd_sdk::ConnectorError;
use intentd_sdk::http::Request;
use serde_json::json;

use crate::client::Story;

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

#[tokio::test]
async fn each_fault_answers_in_its_own_way_and_then_it_is_over() {
    let story = Story::empty().await;
    for (kind, status, is_json) in [
        (FaultKind::Locked423, 423, true),
        (FaultKind::Moving477 { retry_after_s: 600 }, 477, true),
        (FaultKind::Http500Json, 500, true),
        (FaultKind::Http502Html, 502, false),
        (FaultKind::Http504Html, 504, false),
        (FaultKind::Http524Html, 524, false),
        (FaultKind::BodyExpected400, 400, true),
        (FaultKind::Daily429, 429, true),
        (FaultKind::TenSecondly429, 429, true),
        (FaultKind::Secondly429, 429, true),
        (FaultKind::Expired401, 401, true),
    ] {
        story.fake.fail(Fault::next(kind));
        let seen = story.get(CONTACTS).await;
        assert_eq!((seen.status, seen.body.is_object()), (status, is_json), "{kind:?}");
        assert_eq!(seen.raw.header("retry-after").is_some(), status == 477, "{kind:?}");
        assert_eq!(story.get(CONTACTS).await.status, 200, "{kind:?}");
        story.fake.clear_faults();
    }
    assert_eq!(story.fake.stats().faults, 11);
}

#[tokio::test]
async fn a_fault_waits_for_its_call() {
    let story = Story::empty().await;
    story.fake.fail(Fault::next(FaultKind::Http500Json).on("POST", "batch/read").nth(2));
    let read = || story.post("/crm/v3/objects/contacts/batch/read", json!({"inputs": [{"id": "1"}]}));
    assert_eq!(story.get(CONTACTS).await.status, 200);
    assert_eq!(read().await.status, 207);
    assert_eq!(read().await.status, 500);
    assert_eq!(read().await.status, 207);
    story.fake.fail(Fault::next(FaultKind::Locked423).times(2));
    let seen = [story.get(CONTACTS).await.status, story.get(CONTACTS).await.status, story.get(CONTACTS).await.status];
    assert_eq!(seen, [423, 423, 200]);
}

#[tokio::test]
async fn a_connection_can_break_after_the_write_was_made() {
    let story = Story::empty().await;
    let create = || Request::json(http::Method::POST, CONTACTS, &json!({"properties": {"email": "a@b.example"}}));
    story.fake.fail(Fault::next(FaultKind::ResetBeforeApplied));
    assert!(matches!(story.attempt(create()).await, Err(ConnectorError::Transient { .. })));
    let count = || story.fake.read(|account| account.table(Kind::Contact).live().len());
    assert_eq!(count(), 0);
    story.fake.fail(Fault::next(FaultKind::ResetAfterApplied));
    assert!(matches!(story.attempt(create()).await, Err(ConnectorError::Transient { .. })));
    assert_eq!(count(), 1, "the caller does not know, but it is there");
    assert_eq!(story.send(create()).await.status, 409);
    story.fake.fail(Fault::next(FaultKind::TruncatedBody));
    assert!(matches!(story.attempt(Request::get(CONTACTS)).await, Err(ConnectorError::Transient { .. })));
    assert_eq!(story.get(CONTACTS).await.status, 200);
}
