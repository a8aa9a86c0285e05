//! Batches of updates (HubSpot: "CRM objects", batch update). One bad record fails a whole batch and only the first error
//! is reported, so a refused batch is halved until the culprit stands alone; its neighbours are delivered. Answers are
//! matched by id, never by position. An answer that never came makes every change of its call unknown (I11).

use std::collections::BTreeMap;

use http::Method;
use intentd_sdk::change::{Change, ChangeResult, Outcome};
use intentd_sdk::http::Request;
use intentd_sdk::permit::Permits;
use intentd_sdk::{ConnectorError, Result};

use super::single;
use crate::client::Client;
use crate::failure::{Failure, Refusal, culprit};
use crate::objects::type_of;
use crate::wire::{BatchAnswer, BatchUpdate, ErrorItem, UpdateInput};

/// Writes a batch; one outcome per change.
pub(super) async fn push(client: &Client, permits: &dyn Permits, batch: &[Change]) -> Result<Vec<Outcome>> {
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(batch.len());
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    for kind in intentd_sdk::record::ObjectKind::ALL {
        let of_kind: Vec<&Change> = batch.iter().filter(|change| change.kind == kind).collect();
        groups.extend(of_kind.chunks(crate::objects::calls::PAGE).map(<[&Change]>::to_vec));
    }
    // The last group is written first; the order between records does not matter.
    while let Some(group) = groups.pop() {
        let Some(first) = group.first() else { continue };
        let failure = match write(client, permits, &group).await {
            Ok(answer) => {
                settle(client, permits, &group, &answer, &mut outcomes).await;
                continue;
            }
            Err(failure) => failure,
        };
        let definite = failure.refusal().filter(|refusal| single::is_definite(refusal));
        if failure.is_not_executed(client.clock.now()) {
            if outcomes.is_empty() {
                return Err(failure.into_error(client.clock.now()));
            }
            let result = single::judge(client, failure);
            outcomes.extend(group.iter().map(|change| outcome(change, result.clone())));
        } else if definite.is_some_and(is_unknown_address) {
            let result = single::judge(client, failure);
            outcomes.extend(group.iter().map(|change| outcome(change, result.clone())));
        } else if let Some(refusal) = definite {
            match unusable_property(refusal) {
                Some((reason, property)) if group.iter().any(|change| change.set.contains_key(&property)) => {
                    // The property itself is refused: nobody who sets it can succeed, everybody else can.
                    let (hopeless, others): (Vec<&Change>, Vec<&Change>) =
                        group.iter().partition(|change| change.set.contains_key(&property));
                    let result = ChangeResult::Rejected { reason, property: Some(property) };
                    outcomes.extend(hopeless.iter().map(|change| outcome(change, result.clone())));
                    groups.push(others);
                }
                _ if group.len() == 1 => {
                    outcomes.push(outcome(first, single::update(client, permits, first).await));
                }
                _ => groups.extend(parts(&group, refusal)),
            }
        } else {
            let result = single::judge(client, failure);
            outcomes.extend(group.iter().map(|change| outcome(change, result.clone())));
        }
    }
    Ok(outcomes)
}

/// Smaller groups to try: those that the refusal names apart from the others, else two halves.
fn parts<'a>(group: &[&'a Change], refusal: &Refusal) -> Vec<Vec<&'a Change>> {
    let items = &refusal.body.errors;
    let named = |change: &Change| {
        let id = change.id.as_str();
        refusal.body.ids.iter().chain(items.iter().flat_map(|item| &item.ids)).any(|named| named == id)
    };
    let (culprits, others): (Vec<&Change>, Vec<&Change>) = group.iter().partition(|change| named(change));
    if culprits.is_empty() || others.is_empty() {
        let (left, right) = group.split_at(group.len() / 2);
        return vec![right.to_vec(), left.to_vec()];
    }
    let mut parts: Vec<Vec<&Change>> = culprits.into_iter().map(|change| vec![change]).collect();
    parts.push(others);
    parts
}

fn outcome(change: &Change, result: ChangeResult) -> Outcome {
    Outcome { outbox_id: change.outbox_id, result }
}

async fn write(client: &Client, permits: &dyn Permits, group: &[&Change]) -> Result<BatchAnswer, Failure> {
    let Some(first) = group.first() else {
        return Ok(BatchAnswer { results: Vec::new(), errors: Vec::new() });
    };
    let path = format!("{}/batch/update", client.paths.objects(type_of(first.kind).path));
    let inputs =
        group.iter().map(|change| UpdateInput { id: Some(change.id.as_str()), properties: &change.set }).collect();
    let answer = client.write(permits, Request::json(Method::POST, path, &BatchUpdate { inputs })).await?;
    serde_json::from_slice(&answer.body).map_err(|_| {
        let detail = format!("{} with {} bytes that are no batch result", answer.status.as_u16(), answer.body.len());
        Failure::Broken(ConnectorError::Malformed { detail })
    })
}

/// Matches the answer to the changes. Whoever is not mentioned by id is asked about alone: an update may be repeated,
/// and the single update reaches the survivor of a merge.
async fn settle(
    client: &Client,
    permits: &dyn Permits,
    group: &[&Change],
    answer: &BatchAnswer,
    outcomes: &mut Vec<Outcome>,
) {
    let mut refused: BTreeMap<&str, &ErrorItem> = BTreeMap::new();
    for error in &answer.errors {
        // An error that names several records says nothing definite about any of them.
        if let [id] = error.ids.as_slice() {
            refused.insert(id, error);
        }
    }
    for change in group {
        let id = change.id.as_str();
        let result = if let Some(object) = answer.results.iter().find(|object| object.id == id) {
            let modified_at = object.modified(type_of(change.kind).modified);
            ChangeResult::Delivered { survivor: None, modified_at }
        } else {
            match refused.get(id).and_then(|error| definite(error)) {
                Some(result) => result,
                None => single::update(client, permits, change).await,
            }
        };
        outcomes.push(outcome(change, result));
    }
}

/// A refusal inside a partial answer. "Not found" is left open: the record may have been merged.
fn definite(error: &ErrorItem) -> Option<ChangeResult> {
    if error.category.as_deref() != Some("VALIDATION_ERROR") {
        return None;
    }
    let (reason, property) = culprit(error)?;
    Some(ChangeResult::Rejected { reason, property })
}

/// The property that HubSpot refuses whatever its value is.
fn unusable_property(refusal: &Refusal) -> Option<(String, String)> {
    refusal.body.errors.iter().find_map(|item| {
        let (reason, property) = culprit(item)?;
        let code = item.code.as_deref()?;
        matches!(code, "PROPERTY_DOESNT_EXIST" | "READ_ONLY_VALUE").then_some((reason, property?))
    })
}

fn is_unknown_address(refusal: &Refusal) -> bool {
    (refusal.status == 404 && !refusal.is_missing_record()) || refusal.status == 405
}
