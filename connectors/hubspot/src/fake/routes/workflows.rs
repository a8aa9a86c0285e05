//! Workflows: listing, mapping of ids, enrolling by address (documentation: "Automation"). An enrollment that is not
//! wanted is answered with 204 like one that took place.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::General;
use crate::fake::workflows::Workflow;

const AUTOMATION: Need = Need::OneOf(&["automation"]);

pub(super) const ROUTES: &[Route] = &[
    route("GET", "automation-v4/flows", General, AUTOMATION, list),
    route("GET", "automation-v4/flows/{id}", General, AUTOMATION, get),
    route("POST", "automation-v4/workflow-id-mappings/batch/read", General, AUTOMATION, map),
    route("POST", "automation-v2/workflows/{id}/enrollments/contacts/{email}", General, AUTOMATION, enroll),
    route("DELETE", "automation-v2/workflows/{id}/enrollments/contacts/{email}", General, AUTOMATION, unenroll),
    route("GET", "automation-v2/workflows/enrollments/contacts/{id}", General, AUTOMATION, enrollments),
];

fn show(flow: &Workflow) -> Value {
    json!({
        "id": flow.flow_id.to_string(), "name": flow.name, "isEnabled": flow.enabled, "flowType": "WORKFLOW",
        "objectTypeId": flow.kind.type_id(), "revisionId": "1", "createdAt": flow.created_at.to_string(),
        "updatedAt": flow.created_at.to_string(),
        "type": if flow.kind == Kind::Contact { "CONTACT_FLOW" } else { "PLATFORM_FLOW" },
    })
}

fn list(call: &mut Call<'_>) -> Answer {
    let limit = call.limit(100, 100)?;
    let after = call.number("after")?.unwrap_or(0).max(0) as u64;
    let mut flows = call.account.workflows.all.range(after..).map(|(_, flow)| flow);
    let results = flows.by_ref().take(limit).map(show).collect();
    let next = flows.next().map(|flow| flow.flow_id.to_string());
    Ok(Reply::ok(call.page(results, next)))
}

fn get(call: &mut Call<'_>) -> Answer {
    let flow = call.account.workflows.all.get(&call.id(0)?).ok_or_else(Refusal::not_found)?;
    let mut shown = show(flow);
    shown["actions"] = json!([]);
    shown["enrollmentCriteria"] = json!({"type": "MANUAL", "shouldReEnroll": flow.may_enroll_again});
    if flow.kind == Kind::Contact {
        shown["suppressionListIds"] = json!(flow.suppression_lists);
    }
    if let Some((property, value)) = &flow.goal {
        shown["goalFilterBranch"] = json!({
            "filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [],
            "filterBranches": [{"filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [],
                "filters": [{"filterType": "PROPERTY", "property": property,
                    "operation": {"operationType": "ENUMERATION", "operator": "IS_ANY_OF", "values": [value],
                                  "includeObjectsWithNoValueSet": false}}]}],
        });
    }
    Ok(Reply::ok(shown))
}

#[derive(Deserialize)]
struct Mapping {
    inputs: Vec<MappingInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MappingInput {
    #[serde(default)]
    flow_migration_statuses: Option<Value>,
    #[serde(default)]
    flow_migration_status_for_classic_workflows: Option<Value>,
    #[serde(rename = "type")]
    id_type: IdType,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum IdType {
    FlowId,
    WorkflowId,
}

fn map(call: &mut Call<'_>) -> Answer {
    let body: Mapping = call.body()?;
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for input in &body.inputs {
        let (by_flow, by_classic) = match input.id_type {
            IdType::FlowId => (input.flow_migration_statuses.as_ref().and_then(number), None),
            IdType::WorkflowId => (None, input.flow_migration_status_for_classic_workflows.as_ref().and_then(number)),
        };
        if by_flow.or(by_classic).is_none() {
            return Err(Refusal::validation("The id to map does not fit its type."));
        }
        let flow = by_flow.or_else(|| call.account.workflows.find_legacy(by_classic?));
        let found = flow.and_then(|id| call.account.workflows.all.get(&id));
        match found.and_then(|flow| flow.legacy_id.map(|legacy| (flow.flow_id, legacy))) {
            Some((flow, legacy)) => results.push(json!({"flowId": flow, "workflowId": legacy})),
            None => errors.push(json!({"status": "error", "category": "OBJECT_NOT_FOUND",
                "message": "No mapping exists", "context": {"ids": [by_flow.or(by_classic)]}})),
        }
    }
    let at = call.now.to_string();
    let mut body = json!({"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at});
    if errors.is_empty() {
        return Ok(Reply::ok(body));
    }
    body["numErrors"] = errors.len().into();
    body["errors"] = errors.into();
    Ok(Reply::json(207, body))
}

/// The workflow of a classic id (the id of the flows API is not known here) and the contact of an address.
fn target(call: &Call<'_>) -> Result<(u64, u64), Refusal> {
    let unknown = || Refusal::new(404, None, "resource not found");
    let classic: u64 = call.params[0].parse().map_err(|_| unknown())?;
    let flow = call.account.workflows.find_legacy(classic).ok_or_else(unknown)?;
    let contact = call.account.table(Kind::Contact).owner_of("email", &call.params[1]).ok_or_else(unknown)?;
    Ok((flow, contact))
}

fn enroll(call: &mut Call<'_>) -> Answer {
    let (flow, contact) = target(call)?;
    call.account.enroll(flow, contact, call.now);
    Ok(Reply::empty(204))
}

fn unenroll(call: &mut Call<'_>) -> Answer {
    let (flow, contact) = target(call)?;
    if let Some(flow) = call.account.workflows.all.get_mut(&flow) {
        flow.active.remove(&contact);
    }
    Ok(Reply::empty(204))
}

fn enrollments(call: &mut Call<'_>) -> Answer {
    let contact = call.id(0)?;
    let flows = call.account.workflows.all.values().filter(|flow| flow.active.contains_key(&contact));
    let current: Vec<Value> = flows
        .map(|flow| json!({"id": flow.legacy_id, "name": flow.name, "type": "DRIP_DELAY", "enabled": flow.enabled}))
        .collect();
    Ok(Reply::ok(json!(current)))
}
