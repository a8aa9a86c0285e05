//! What an admin can say about a workflow, as checked values. Nothing here decides.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::criteria::{ActivityFilter, Criterion};

/// One workflow of contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowModel {
    /// Stable and unique.
    pub name: String,
    /// For people.
    pub title: String,
    /// Who is enrolled.
    pub enroll: Criterion,
    /// Whether contacts that meet the criteria when the workflow is first in force are enrolled too.
    pub existing: Existing,
    /// Members of any of these segments are not enrolled, and leave when they join one.
    pub suppression: BTreeSet<String>,
    /// `None`: no goal, or one that was cleared.
    pub goal: Option<Criterion>,
    /// In the order in which they are gone through; may be empty.
    pub steps: Vec<Step>,
    /// The workflow or campaign at a vendor that this one drives.
    pub remote: Option<RemoteWorkflow>,
    /// A contact without steps has completed so many calendar days after its enrollment; `None`: it stays until the goal or a
    /// suppression ends it.
    pub completes_after_days: Option<u32>,
    /// The marketing e-mails that belong to it, as activities name them (`asset`).
    pub emails: BTreeSet<String>,
}

/// What becomes of contacts that meet the enrollment criteria already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    Enroll,
    Skip,
}

/// A workflow or campaign at a vendor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RemoteWorkflow {
    /// The connection's name in the configuration.
    pub connection: String,
    /// Its name or id at the vendor.
    pub workflow: String,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Stable and unique in the workflow: it tells where a contact stands when the rules are edited.
    pub id: String,
    pub kind: StepKind,
}

/// The kinds of step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Waits for an activity; which steps follow depends on whether it came in time.
    WaitFor {
        event: ActivityFilter,
        within: Wait,
        yes: Vec<Step>,
        no: Vec<Step>,
    },
    /// The first branch whose criterion holds, else `otherwise`.
    Condition {
        branches: Vec<Branch>,
        otherwise: Vec<Step>,
    },
    Delay(Wait),
    Act(Action),
}

/// One way on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub when: Criterion,
    pub steps: Vec<Step>,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// The same local time so many calendar days later.
    Days(u32),
    Seconds(i64),
}

/// What a step wants to be done. Performing it is the outbox's business.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A field that the mapping writes gets this value.
    SetField {
        field: String,
        value: String,
    },
    AddToSegment {
        connection: String,
        segment: String,
    },
    RemoveFromSegment {
        connection: String,
        segment: String,
    },
    EnrollRemote(RemoteWorkflow),
    UnenrollRemote(RemoteWorkflow),
    /// A marketing e-mail that the connected platform sends.
    SendEmail {
        connection: String,
        email: String,
    },
    /// From all marketing e-mail of the connection.
    Unsubscribe {
        connection: String,
    },
    /// A call to an address of the configuration, by its name there.
    CallWebhook {
        webhook: String,
    },
}
