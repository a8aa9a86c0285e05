//! One record at a time: the update that reaches the survivor of a merge and gives every refusal its own reason.

use http::Method;
use intentd_sdk::ConnectorError;
use intentd_sdk::change::{Change, ChangeResult};
use intentd_sdk::http::Request;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::ExternalId;

use crate::client::Client;
use crate::failure::{Failure, Refusal};
use crate::objects::type_of;
use crate::wire::{Object, UpdateInput};

/// Updates one record.
pub(super) async fn update(client: &Client, permits: &dyn Permits, change: &Change) -> ChangeResult {
    let path = client.paths.object(type_of(change.kind).path, change.id.as_str());
    let body = UpdateInput { id: None, properties: &change.set };
    match client.write(permits, Request::json(Method::PATCH, path, &body)).await {
        Ok(answer) => match serde_json::from_slice::<Object>(&answer.body) {
            Ok(object) => {
                let modified_at = object.modified(type_of(change.kind).modified);
                let survivor = (object.id != change.id.as_str()).then(|| ExternalId::new(object.id));
                ChangeResult::Delivered { survivor, modified_at }
            }
            Err(_) => ChangeResult::Unknown { reason: format!("{} without a record", answer.status.as_u16()) },
        },
        Err(Failure::Refused(refusal)) if refusal.is_missing_record() => ChangeResult::Missing,
        Err(failure) => judge(client, failure),
    }
}

/// What a failed write means for each of its changes.
pub(super) fn judge(client: &Client, failure: Failure) -> ChangeResult {
    let now = client.clock.now();
    if failure.is_not_executed(now) {
        let error = failure.into_error(now);
        let retry_after_ms = match &error {
            ConnectorError::Limited { until, .. } => Some(until.ms_since(now).max(0) as u64),
            _ => None,
        };
        return ChangeResult::NotExecuted { retry_after_ms, reason: error.to_string() };
    }
    match failure {
        Failure::Refused(refusal) if is_definite(&refusal) => rejected(&refusal),
        other => ChangeResult::Unknown { reason: other.into_error(now).to_string() },
    }
}

/// A refusal that is about the request, so that nothing of it was executed.
pub(super) fn is_definite(refusal: &Refusal) -> bool {
    (300..500).contains(&refusal.status) && refusal.status != 408
}

fn rejected(refusal: &Refusal) -> ChangeResult {
    let (reason, property) = refusal.reason();
    let reason = match refusal.existing() {
        Some(existing) if refusal.status == 409 => {
            format!("{reason}: record {existing} already has a value that must be unique")
        }
        _ => reason,
    };
    ChangeResult::Rejected { reason, property }
}
