//! What a failed write means for the records in it. Only three things matter: nothing happened and it may be tried again;
//! nothing happened and it never will; or nobody knows (I11). A call that Marketo gave up on (604, 502, 611) may have been
//! executed.

use http::Method;
use intentd_sdk::ConnectorError;
use intentd_sdk::change::ChangeResult;
use intentd_sdk::clock::Clock;
use intentd_sdk::http::Request;
use std::time::Duration;

use crate::codes::Class;
use crate::failure::{Failure, Refusal};

/// Above what Marketo gives itself for writes (Marketo: "Time-outs").
const PATIENCE: Duration = Duration::from_secs(120);

/// What a failed call means.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Nothing was executed; the same call may work later.
    NotExecuted { result: ChangeResult, error: ConnectorError },
    /// Nothing was executed: Marketo says no.
    No(Refusal),
    /// Perhaps executed.
    Unknown(ChangeResult),
}

/// Judges a failed write.
pub(super) fn judge(clock: &dyn Clock, failure: Failure) -> Verdict {
    let now = clock.now();
    if failure.is_not_executed() {
        let error = match failure.into_error(now) {
            // Refused before anything was done, though it is called temporary.
            ConnectorError::Transient { detail, .. } => ConnectorError::Unreachable { detail },
            error => error,
        };
        let retry_after_ms = match &error {
            ConnectorError::Limited { until, .. } => Some(until.ms_since(now).max(0) as u64),
            _ => None,
        };
        let result = ChangeResult::NotExecuted { retry_after_ms, reason: error.to_string() };
        return Verdict::NotExecuted { result, error };
    }
    match failure {
        Failure::Refused(refusal) if is_definite(&refusal) => Verdict::No(refusal),
        other => Verdict::Unknown(ChangeResult::Unknown { reason: other.into_error(now).to_string() }),
    }
}

fn is_definite(refusal: &Refusal) -> bool {
    matches!(refusal.class(), Class::Missing | Class::Conflict | Class::Rejected)
}

/// Whether the refusal of a whole call can be the fault of some of its records, so that the others deserve a call of their own.
pub(super) fn is_about_records(refusal: &Refusal) -> bool {
    match refusal.code() {
        Some(code) => matches!(
            code,
            "701" | "1001" | "1002" | "1003" | "1004" | "1005" | "1006" | "1007" | "1008" | "1010" | "1021" | "1036"
        ),
        None => refusal.status == 413,
    }
}

/// Marketo's no to a record.
pub(super) fn rejected(refusal: &Refusal) -> ChangeResult {
    ChangeResult::Rejected { reason: refusal.detail(), property: None }
}

/// A read that a write needs failed: nothing was written.
pub(super) fn before_the_write(error: ConnectorError) -> ConnectorError {
    match error {
        ConnectorError::Transient { detail, .. } | ConnectorError::Malformed { detail } => {
            ConnectorError::Unreachable { detail: format!("nothing was written yet: {detail}") }
        }
        other => other,
    }
}

/// A write, with as much patience as Marketo takes for one.
pub(super) fn post(path: impl Into<String>, body: &impl serde::Serialize) -> Request {
    Request::json(Method::POST, path, body).timeout(PATIENCE)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};
    use intentd_sdk::Timestamp;
    use intentd_sdk::http::Response;
    use intentd_sdk::testkit::TestClock;

    use super::*;

    fn refused(status: u16, code: &str, message: &str) -> Failure {
        let errors = serde_json::json!([{"code": code, "message": message}]);
        let body = serde_json::json!({"requestId": "a#1", "success": false, "errors": errors}).to_string();
        let body = if code.is_empty() { String::new() } else { body };
        let status = StatusCode::from_u16(status).unwrap();
        let response = Response { status, headers: HeaderMap::new(), body: body.into() };
        Failure::Refused(Refusal::of(&response).unwrap())
    }

    #[test]
    fn the_three_verdicts() {
        let clock = TestClock::at(Timestamp::from_secs(1_000));
        let transient = ConnectorError::Transient { retry_after_ms: None, detail: "broke".into() };
        let unreachable = ConnectorError::Unreachable { detail: "refused".into() };
        for (failure, expected) in [
            (refused(200, "606", "x"), "not executed"),
            (refused(200, "607", "x"), "not executed"),
            (refused(200, "615", "x"), "not executed"),
            (refused(200, "608", "x"), "not executed"),
            (refused(200, "603", "x"), "not executed"),
            (refused(200, "1019", "Import in progress"), "not executed"),
            (refused(200, "1006", "Field 'x' not found"), "no"),
            (refused(200, "1003", "x"), "no"),
            (refused(200, "610", "x"), "no"),
            (refused(413, "", ""), "no"),
            (refused(200, "604", "x"), "unknown"),
            (refused(200, "611", "x"), "unknown"),
            (refused(200, "713", "x"), "unknown"),
            (refused(502, "", ""), "unknown"),
            (refused(500, "", ""), "unknown"),
            (Failure::Broken(transient), "unknown"),
            (Failure::Broken(unreachable.clone()), "not executed"),
            (Failure::Held(ConnectorError::Stopped), "not executed"),
        ] {
            let text = format!("{failure:?}");
            let verdict = match judge(&clock, failure) {
                Verdict::NotExecuted { error, .. } => {
                    assert!(error.is_not_executed(), "{text}");
                    "not executed"
                }
                Verdict::No(_) => "no",
                Verdict::Unknown(_) => "unknown",
            };
            assert_eq!(verdict, expected, "{text}");
        }
    }
}
