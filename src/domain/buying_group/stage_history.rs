//! Where a group stands and how it came there, from all requests to move it. A request that the model does not allow changes
//! nothing and is kept with its reason.

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::stages::{Outcome, StageModel};

/// Who moves a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageCause {
    Manual,
    /// A step of a workflow.
    Journey,
    /// The stage's own condition.
    Condition,
}

/// Somebody wants a group to be in a stage. A fact: never changed once it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageRequest {
    /// Orders requests of one instant.
    pub id: i64,
    pub at: Timestamp,
    pub to: String,
    pub cause: StageCause,
}

/// A move that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageChange {
    pub at: Timestamp,
    pub from: Option<String>,
    pub to: String,
    pub cause: StageCause,
}

/// A group's way through the stages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageHistory {
    pub current: Option<String>,
    pub since: Option<Timestamp>,
    /// The current stage is a destination.
    pub outcome: Option<Outcome>,
    /// From the first to the last.
    pub changes: Vec<StageChange>,
    /// Requests that were refused, by their ids.
    pub refused: Vec<(i64, Refusal)>,
}

/// Plays all requests, in any order, through the model.
pub fn replay(model: &StageModel, requests: &[StageRequest]) -> StageHistory {
    let mut sorted: Vec<&StageRequest> = requests.iter().collect();
    sorted.sort_by_key(|request| (request.at, request.id));
    sorted.dedup_by_key(|request| request.id);
    let mut history = StageHistory::default();
    for request in sorted {
        match model.transition(history.current.as_deref(), &request.to) {
            Ok(()) => {
                let from = history.current.replace(request.to.clone());
                history.since = Some(request.at);
                history.changes.push(StageChange {
                    at: request.at,
                    from,
                    to: request.to.clone(),
                    cause: request.cause,
                });
            }
            Err(refusal) => history.refused.push((request.id, refusal)),
        }
    }
    history.outcome = history.current.as_deref().and_then(|stage| model.stage(stage)).and_then(|stage| stage.outcome);
    history
}
