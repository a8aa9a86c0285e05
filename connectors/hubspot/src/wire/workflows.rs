//! Workflows (HubSpot: "Automation"): the two ids of a workflow, and in which workflows a contact is.

use serde::Deserialize;

use super::{list, text};

/// Answer of the mapping of ids, 200 or 207.
#[derive(Debug, Deserialize)]
pub(crate) struct WorkflowIds {
    #[serde(default, deserialize_with = "list")]
    pub(crate) results: Vec<WorkflowId>,
}

/// One workflow's ids.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkflowId {
    #[serde(deserialize_with = "text")]
    pub(crate) flow_id: String,
    /// The classic one.
    #[serde(deserialize_with = "text")]
    pub(crate) workflow_id: String,
}

/// A workflow in which a contact is at present.
#[derive(Debug, Deserialize)]
pub(crate) struct Enrollment {
    /// The classic id.
    #[serde(deserialize_with = "text")]
    pub(crate) id: String,
}
