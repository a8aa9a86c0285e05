//! Into static lists and out of them (HubSpot: "Lists", memberships). HubSpot absorbs a repetition, refuses lists that fill
//! themselves, and tells in its answer which records it does not know. A lost answer leaves every record of its call
//! unknown (I11).

use std::collections::BTreeMap;

use http::Method;
use intentd_sdk::change::{ChangeResult, EffectTarget, Outcome, Seen};
use intentd_sdk::http::Request;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ExternalId, ObjectKind};
use intentd_sdk::{ConnectorError, Result};

use super::single;
use crate::client::Client;
use crate::limits::GENERAL;
use crate::wire::{ListEnvelope, MembershipChanges, RecordInput, RecordMemberships};

/// Most records per call: HubSpot takes a hundred times as many, but a lost answer leaves all of them in doubt.
pub(super) const BATCH: usize = 500;
/// Records whose lists are asked for at a time.
const LOOKED_UP: usize = 100;

/// Which way records go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    In,
    Out,
}

/// Puts records on a list, or takes them off it; one outcome per target.
pub(super) async fn write(
    client: &Client,
    permits: &dyn Permits,
    list: &ExternalId,
    way: Way,
    targets: &[EffectTarget],
) -> Result<Vec<Outcome>> {
    let word = match way {
        Way::In => "add",
        Way::Out => "remove",
    };
    let path = format!("{}/{word}", client.paths.members(list.as_str()));
    let ids: Vec<&str> = targets.iter().map(|target| target.id.as_str()).collect();
    let all = |result: ChangeResult| {
        targets.iter().map(|target| Outcome { outbox_id: target.outbox_id, result: result.clone() }).collect()
    };
    let answer = match client.write(permits, Request::json(Method::PUT, path, &ids)).await {
        Ok(answer) => answer,
        Err(failure) if failure.is_not_executed(client.clock.now()) => {
            return Err(failure.into_error(client.clock.now()));
        }
        Err(failure) => return Ok(all(single::judge(client, failure))),
    };
    let Ok(changes) = serde_json::from_slice::<MembershipChanges>(&answer.body) else {
        let status = answer.status.as_u16();
        return Ok(all(ChangeResult::Unknown { reason: format!("{status} without a membership result") }));
    };
    let result = |target: &EffectTarget| match changes.missing.iter().any(|id| id == target.id.as_str()) {
        true => ChangeResult::Missing,
        // Who was there already is not mentioned.
        false => ChangeResult::Delivered { survivor: None, modified_at: None },
    };
    Ok(targets.iter().map(|target| Outcome { outbox_id: target.outbox_id, result: result(target) }).collect())
}

/// Who is on the list now. A list that is not there any more tells nothing.
pub(super) async fn look_up(
    client: &Client,
    permits: &dyn Permits,
    list: &ExternalId,
    way: Way,
    ids: &[ExternalId],
) -> Result<BTreeMap<ExternalId, Seen>> {
    let mut seen = BTreeMap::new();
    let Some(kind) = kind_of(client, permits, list).await? else { return Ok(seen) };
    for ids in ids.chunks(LOOKED_UP) {
        let inputs = ids.iter().map(|id| RecordInput { object_type_id: type_id(kind), record_id: id.as_str() });
        let body = serde_json::json!({ "inputs": inputs.collect::<Vec<_>>() });
        let request = Request::json(Method::POST, client.paths.record_memberships(), &body);
        let answer: RecordMemberships = client.read(permits, GENERAL, request).await?;
        for record in answer.results {
            let is_member = record.lists.iter().any(|one| one.list_id == list.as_str());
            let done = is_member == (way == Way::In);
            seen.insert(ExternalId::new(record.record_id), if done { Seen::Yes } else { Seen::No });
        }
    }
    Ok(seen)
}

async fn kind_of(client: &Client, permits: &dyn Permits, list: &ExternalId) -> Result<Option<ObjectKind>> {
    match client.get::<ListEnvelope>(permits, client.paths.list(list.as_str())).await {
        Ok(ListEnvelope { list }) => {
            let found = ObjectKind::ALL.into_iter().find(|kind| list.object_type_id.as_deref() == Some(type_id(*kind)));
            Ok(found.filter(|_| list.deleted_at.is_none()))
        }
        Err(ConnectorError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// HubSpot's number of an object type.
fn type_id(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Contact => "0-1",
        ObjectKind::Company => "0-2",
        ObjectKind::Deal => "0-3",
    }
}
