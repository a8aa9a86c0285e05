//! Failures on demand: before and after the effect, in JSON, in HTML, in plain text and in the middle of an answer.

use intentd_marketo::fake::{Fault, FaultKind};
use intentd_sdk::ConnectorError;
use intentd_sdk::http::Request;
use serde_json::json;

use crate::client::Story;

const LEADS: &str = "/rest/v1/leads.json";
const DESCRIBE: &str = "/rest/v1/leads/describe.json";

fn create(number: usize) -> Request {
    Request::json(http::Method::POST, LEADS, &json!({"input": [{"email": format!("p{number}@firm.example")}]}))
}

#[tokio::test]
async fn a_call_can_fail_before_or_after_it_was_carried_out() {
    let story = Story::empty().await;
    let count = || story.fake.read(|account| account.leads.all().len());
    for (number, (kind, is_carried_out)) in [
        (FaultKind::Refused(604), false),
        (FaultKind::Http(502), false),
        (FaultKind::RefusedAfterApplied(604), true),
        (FaultKind::HttpAfterApplied(502), true),
    ]
    .into_iter()
    .enumerate()
    {
        let before = count();
        story.fake.fail(Fault::next(kind).on("POST", "leads.json"));
        let seen = story.send(create(number)).await;
        match kind {
            FaultKind::Http(_) | FaultKind::HttpAfterApplied(_) => {
                assert_eq!(seen.status, 502);
                assert!(seen.body.is_null(), "an HTML page");
            }
            _ => assert_eq!((seen.status, seen.code()), (200, "604")),
        }
        assert_eq!(count() - before, usize::from(is_carried_out), "{kind:?}");
    }
    assert_eq!(story.fake.stats().faults, 4);
}

#[tokio::test]
async fn a_connection_can_break() {
    let story = Story::empty().await;
    let count = || story.fake.read(|account| account.leads.all().len());
    story.fake.fail(Fault::next(FaultKind::ResetBeforeApplied));
    assert!(matches!(story.attempt(create(0)).await, Err(ConnectorError::Transient { .. })));
    assert_eq!(count(), 0);
    story.fake.fail(Fault::next(FaultKind::ResetAfterApplied));
    assert!(matches!(story.attempt(create(0)).await, Err(ConnectorError::Transient { .. })));
    assert_eq!(count(), 1, "the caller does not know, but it is there");
    for kind in [FaultKind::TruncatedBody, FaultKind::CutAfter { bytes: 100 }] {
        story.fake.fail(Fault::next(kind));
        assert!(matches!(story.attempt(Request::get(DESCRIBE)).await, Err(ConnectorError::Transient { .. })));
    }
    story.fake.fail(Fault::next(FaultKind::CutAfter { bytes: 100_000_000 }));
    assert_eq!(story.get(DESCRIBE).await.code(), "", "what is shorter comes whole");
}

#[tokio::test]
async fn faults_strike_whom_they_name_and_when() {
    let story = Story::empty().await;
    story.fake.fail(Fault::next(FaultKind::Refused(713)).on("GET", "describe").nth(2));
    assert_eq!(story.get("/rest/v1/lists.json").await.code(), "");
    let codes = [story.get(DESCRIBE).await, story.get(DESCRIBE).await, story.get(DESCRIBE).await];
    assert_eq!(codes.each_ref().map(|seen| seen.code()), ["", "713", ""]);
    story.fake.fail(Fault::next(FaultKind::RefusedSaying(1029, "Export daily quota exceeded")).always());
    assert_eq!(story.get(DESCRIBE).await.message(), "Export daily quota exceeded");
    story.fake.clear_faults();
    assert_eq!(story.get(DESCRIBE).await.code(), "");
    story.fake.fail(Fault::next(FaultKind::PlainNotFound));
    let seen = story.get(DESCRIBE).await;
    assert_eq!((seen.status, &seen.raw.body[..]), (404, b"404 page not found".as_slice()));
}

#[tokio::test]
async fn errors_that_mend_themselves_have_their_codes_and_words() {
    let story = Story::empty().await;
    for code in [604, 606, 607, 608, 611, 614, 615, 713, 1014, 1016, 1019, 1029] {
        story.fake.fail(Fault::next(FaultKind::Refused(code)));
        let seen = story.get(DESCRIBE).await;
        assert_eq!((seen.status, seen.code()), (200, code.to_string().as_str()));
        assert!(seen.message() != "System error" || code == 611, "{code}");
        assert_eq!(seen.body["success"], false);
    }
}
