//! Into workflows and out of them (HubSpot: "Automation", workflow enrollments, version 2, the only one there is). HubSpot
//! enrolls contacts alone, one by one, by their e-mail address, under a workflow's classic id; its "accepted" is all that it
//! ever says. A second enrollment can be a second e-mail, so nothing is repeated whose answer was lost (I11).

use std::collections::BTreeMap;

use http::Method;
use intentd_sdk::change::{ChangeResult, EffectTarget, Outcome, Seen};
use intentd_sdk::http::Request;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ExternalId, ObjectKind};
use intentd_sdk::{ConnectorError, Result};

use super::single;
use crate::client::Client;
use crate::failure::Failure;
use crate::limits::GENERAL;
use crate::objects::{Reader, type_of};
use crate::wire::{Enrollment, WorkflowIds};

/// Most contacts at a time: each is a call of its own.
pub(super) const BATCH: usize = 20;

/// Which way contacts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    In,
    Out,
}

/// Enrolls contacts in a workflow, or takes them out of it; one outcome per target.
pub(super) async fn write(
    client: &Client,
    permits: &dyn Permits,
    workflow: &ExternalId,
    way: Way,
    targets: &[EffectTarget],
) -> Result<Vec<Outcome>> {
    let classic = classic_id(client, permits, workflow).await?;
    let addresses = addresses(client, permits, targets).await?;
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(targets.len());
    let mut asked = false;
    for target in targets {
        let result = match (target.kind, addresses.get(target.id.as_str())) {
            (ObjectKind::Company | ObjectKind::Deal, _) => rejected(
                "HubSpot enrolls contacts only; let the workflow start when a record joins a list, and add it to that list",
            ),
            (ObjectKind::Contact, None) => ChangeResult::Missing,
            (ObjectKind::Contact, Some(None)) => {
                rejected("HubSpot enrolls by e-mail address, and the contact has none")
            }
            (ObjectKind::Contact, Some(Some(address))) => {
                let path = client.paths.enrollment(&classic, address);
                let method = if way == Way::In { Method::POST } else { Method::DELETE };
                match client.write(permits, Request { method, ..Request::get(path) }).await {
                    Ok(_) => ChangeResult::Delivered { survivor: None, modified_at: None },
                    // The workflow is known, so it is the contact that HubSpot does not find.
                    Err(Failure::Refused(refusal)) if refusal.is_missing_record() => ChangeResult::Missing,
                    Err(failure) if !asked && failure.is_not_executed(client.clock.now()) => {
                        return Err(failure.into_error(client.clock.now()));
                    }
                    Err(failure) => single::judge(client, failure),
                }
            }
        };
        asked |= matches!(result, ChangeResult::Delivered { .. } | ChangeResult::Unknown { .. });
        outcomes.push(Outcome { outbox_id: target.outbox_id, result });
    }
    Ok(outcomes)
}

/// Who is in the workflow now. A contact that is not may have been in it and be through, or may have been turned away: that is
/// unclear. Some accounts do not offer the look; then all are.
pub(super) async fn look_up(
    client: &Client,
    permits: &dyn Permits,
    workflow: &ExternalId,
    way: Way,
    ids: &[ExternalId],
) -> Result<BTreeMap<ExternalId, Seen>> {
    let mut seen = BTreeMap::new();
    let classic = match classic_id(client, permits, workflow).await {
        Ok(classic) => classic,
        Err(ConnectorError::Rejected { .. }) => return Ok(seen),
        Err(error) => return Err(error),
    };
    for id in ids {
        let path = client.paths.enrollments_of(id.as_str());
        let current: Vec<Enrollment> = match client.get(permits, path).await {
            Ok(current) => current,
            Err(
                ConnectorError::Missing { .. } | ConnectorError::Forbidden { .. } | ConnectorError::Rejected { .. },
            ) => continue,
            Err(error) => return Err(error),
        };
        let is_in = current.iter().any(|one| one.id == classic);
        match (way, is_in) {
            (Way::In, true) | (Way::Out, false) => _ = seen.insert(id.clone(), Seen::Yes),
            (Way::Out, true) => _ = seen.insert(id.clone(), Seen::No),
            (Way::In, false) => {}
        }
    }
    Ok(seen)
}

/// The id under which the workflow enrolls. People and the flows API name workflows by another one.
async fn classic_id(client: &Client, permits: &dyn Permits, workflow: &ExternalId) -> Result<String> {
    let id = workflow.as_str();
    let body = serde_json::json!({"inputs": [
        {"flowMigrationStatuses": id, "type": "FLOW_ID"},
        {"flowMigrationStatusForClassicWorkflows": id, "type": "WORKFLOW_ID"},
    ]});
    let request = Request::json(Method::POST, client.paths.workflow_ids(), &body);
    let answer: WorkflowIds = client.read(permits, GENERAL, request).await?;
    let by_flow = answer.results.iter().find(|one| one.flow_id == id);
    let found = by_flow.or_else(|| answer.results.iter().find(|one| one.workflow_id == id));
    found.map(|one| one.workflow_id.clone()).ok_or_else(|| ConnectorError::Rejected {
        category: None,
        detail: format!("there is no contact-based workflow {}", plain(id)),
    })
}

/// The address of each contact that is there; `None` for one without.
async fn addresses(
    client: &Client,
    permits: &dyn Permits,
    targets: &[EffectTarget],
) -> Result<BTreeMap<String, Option<String>>> {
    let properties = ["email".to_owned()];
    let object = type_of(ObjectKind::Contact);
    let reader = Reader { client, permits, mirror: None, object, properties: &properties };
    let contacts = targets.iter().filter(|target| target.kind == ObjectKind::Contact);
    let ids: Vec<String> = contacts.map(|target| target.id.as_str().to_owned()).collect();
    let found = reader.by_ids(&ids).await?;
    Ok(found.into_iter().map(|(id, object)| (id, object.property("email"))).collect())
}

fn rejected(reason: &str) -> ChangeResult {
    ChangeResult::Rejected { reason: reason.to_owned(), property: None }
}

/// An id as far as it is one.
fn plain(id: &str) -> String {
    id.chars().filter(char::is_ascii_digit).take(20).collect()
}
