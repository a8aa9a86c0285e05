//! The calls of bulk extraction (Marketo: "Bulk Extract"): create, enqueue, status, file. Creating and enqueuing are repeated
//! without fear: a job that nobody enqueues costs nothing, and one that is enqueued twice says so.

use bytes::Bytes;
use http::Method;
use intentd_sdk::http::{Request, Response};
use intentd_sdk::permit::Permits;
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::de::IgnoredAny;

use super::job::{Job, NewJob};
use super::windows::{Bounds, Export, Filter};
use crate::client::Client;
use crate::codes::Class;
use crate::failure::{Failure, quota_resets_at};
use crate::paths::{Query, encode};

/// What became of asking for a job.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer<T> {
    Yes(T),
    /// Ten jobs are in the queue.
    QueueIsFull,
    /// As much was exported today as Marketo exports in a day, until this instant.
    DayIsSpent(Timestamp),
    /// There is no such job.
    Unknown,
}

/// What became of asking for a part of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Some of the bytes that were asked for, from the first one on, and the size of the whole file if it was told.
    Bytes { bytes: Bytes, total: Option<u64> },
    /// There is no such file.
    Gone,
    /// The file ends before the first byte that was asked for.
    Beyond,
}

/// Creates a job. It waits for [`enqueue`].
pub(super) async fn create(client: &Client, permits: &dyn Permits, bounds: &Bounds) -> Result<Answer<Job>> {
    let request = Request::json(Method::POST, path(bounds, "/create.json"), &NewJob::of(bounds));
    match client.read::<Job>(permits, request).await {
        Ok(answer) => match answer.result.into_iter().next() {
            Some(job) => Ok(Answer::Yes(job)),
            None => Err(ConnectorError::Malformed { detail: "a created export job without a name".to_owned() }),
        },
        Err(failure) => refused(client, failure),
    }
}

/// Puts a job into the queue. One that is in it already is a yes.
pub(super) async fn enqueue(client: &Client, permits: &dyn Permits, bounds: &Bounds, job: &str) -> Result<Answer<()>> {
    let request =
        Request::json(Method::POST, path(bounds, &format!("/{}/enqueue.json", encode(job))), &serde_json::json!({}));
    match client.read::<IgnoredAny>(permits, request).await {
        Ok(_) => Ok(Answer::Yes(())),
        Err(failure) => match failure.refusal().map(|refusal| refusal.class()) {
            Some(Class::Conflict) => Ok(Answer::Yes(())),
            Some(Class::Missing | Class::Rejected) => Ok(Answer::Unknown),
            _ => refused(client, failure),
        },
    }
}

/// How far a job is; `None` when there is no such job.
pub(super) async fn status(client: &Client, permits: &dyn Permits, bounds: &Bounds, job: &str) -> Result<Option<Job>> {
    let query = Query::new(path(bounds, &format!("/{}/status.json", encode(job))));
    match client.get::<Job>(permits, &query).await {
        Ok(answer) => Ok(answer.result.into_iter().next()),
        Err(ConnectorError::Missing { .. } | ConnectorError::Rejected { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The bytes of a job's file from `first` to `last`, both included, or fewer.
pub(super) async fn file(
    client: &Client,
    permits: &dyn Permits,
    bounds: &Bounds,
    job: &str,
    (first, last): (u64, u64),
) -> Result<Piece> {
    let path = path(bounds, &format!("/{}/file.json", encode(job)));
    match client.fetch(permits, Request::get(path).range(first, last)).await {
        Ok(response) => piece(&response, first),
        Err(Failure::Refused(refusal)) if refusal.status == 404 => Ok(Piece::Gone),
        Err(Failure::Refused(refusal)) if refusal.status == 416 => Ok(Piece::Beyond),
        Err(failure) => Err(failure.into_error(client.clock.now())),
    }
}

/// Whether the subscription lets leads be exported by the time of their last change, which not every one does. Asks with a job
/// that is never enqueued and so costs nothing but its two calls.
pub(crate) async fn supports_updated_at(client: &Client, permits: &dyn Permits, now: Timestamp) -> Result<bool> {
    let export = Export::Leads { fields: Vec::new() };
    let to = now.as_secs();
    let bounds = Bounds { export, filter: Filter::UpdatedAt, from: to - 1, to, attempt: 1 };
    match create(client, permits, &bounds).await {
        Ok(Answer::Yes(job)) => {
            let path = path(&bounds, &format!("/{}/cancel.json", encode(&job.export_id)));
            // Whatever comes of it: a job that is not enqueued is forgotten.
            _ = client.read::<IgnoredAny>(permits, Request::json(Method::POST, path, &serde_json::json!({}))).await;
            Ok(true)
        }
        // The filter is looked at before the queue is.
        Ok(Answer::QueueIsFull | Answer::DayIsSpent(_) | Answer::Unknown) => Ok(true),
        Err(error) if is_unsupported_filter(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a call failed because the subscription does not have the filter.
fn is_unsupported_filter(error: &ConnectorError) -> bool {
    matches!(error, ConnectorError::Rejected { category: Some(code), .. } if code == "1035")
}

fn path(bounds: &Bounds, rest: &str) -> String {
    match bounds.export {
        Export::Leads { .. } => format!("/bulk/v1/leads/export{rest}"),
        Export::Activities { .. } => format!("/bulk/v1/activities/export{rest}"),
    }
}

/// What is common to the refusals of create and enqueue.
fn refused<T>(client: &Client, failure: Failure) -> Result<Answer<T>> {
    let now = client.clock.now();
    match failure.refusal().filter(|refusal| refusal.code() == Some("1029")).map(|refusal| refusal.class()) {
        Some(Class::Busy { .. }) => Ok(Answer::QueueIsFull),
        Some(Class::Daily) => Ok(Answer::DayIsSpent(quota_resets_at(now))),
        _ => Err(failure.into_error(now)),
    }
}

/// Reads a part of a file, or the whole file when the range was ignored.
fn piece(response: &Response, first: u64) -> Result<Piece> {
    let whole = response.body.len() as u64;
    if response.status.as_u16() != 206 {
        let Ok(first) = usize::try_from(first) else { return Ok(Piece::Beyond) };
        if first > 0 && first >= response.body.len() {
            return Ok(Piece::Beyond);
        }
        return Ok(Piece::Bytes { bytes: response.body.slice(first..), total: Some(whole) });
    }
    // `bytes 0-9999/123424`
    let range = response.header("content-range").and_then(|text| text.trim().strip_prefix("bytes "));
    let told = range.and_then(|text| text.split_once('/')).and_then(|(bytes, total)| {
        let (from, _) = bytes.split_once('-')?;
        Some((from.trim().parse::<u64>().ok()?, total.trim().parse::<u64>().ok()))
    });
    match told {
        Some((from, total)) if from == first => Ok(Piece::Bytes { bytes: response.body.clone(), total }),
        Some(_) => Err(ConnectorError::Malformed { detail: "another part of a file than was asked for".to_owned() }),
        None => Ok(Piece::Bytes { bytes: response.body.clone(), total: None }),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::*;

    fn answer(status: u16, range: Option<&'static str>, body: &'static str) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(range) = range {
            headers.insert("content-range", HeaderValue::from_static(range));
        }
        Response { status: StatusCode::from_u16(status).unwrap(), headers, body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn parts_and_whole_files_are_told_apart() {
        let bytes =
            |text: &'static str, total| Some(Piece::Bytes { bytes: Bytes::from_static(text.as_bytes()), total });
        for (status, range, body, first, expected) in [
            (206, Some("bytes 3-5/10"), "def", 3, bytes("def", Some(10))),
            (206, Some("bytes 3-5/*"), "def", 3, bytes("def", None)),
            (206, None, "def", 3, bytes("def", None)),
            (206, Some("bytes 0-2/10"), "abc", 3, None),
            (200, None, "abcdef", 3, bytes("def", Some(6))),
            (200, None, "abcdef", 0, bytes("abcdef", Some(6))),
            (200, None, "abcdef", 6, Some(Piece::Beyond)),
            (200, None, "", 0, bytes("", Some(0))),
        ] {
            assert_eq!(piece(&answer(status, range, body), first).ok(), expected, "{status} {range:?} {first}");
        }
    }

    #[test]
    fn the_missing_filter_is_told_by_its_code() {
        let rejected = |code: &str| ConnectorError::Rejected { category: Some(code.into()), detail: String::new() };
        assert!(is_unsupported_filter(&rejected("1035")));
        assert!(!is_unsupported_filter(&rejected("1003")));
    }
}
