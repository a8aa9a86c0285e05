//! What a cycle did, as a value: printed by `demo` and `sync`, stored with the run. Later versions add keys and rename none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The summary of one cycle over all connections.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Whether every stream was read to its end and every certificate is exact.
    pub complete: bool,
    pub duration_ms: u64,
    pub records: Vec<StreamRecords>,
    pub certificates: Vec<CertificateLine>,
    pub api: Vec<ApiLine>,
    pub scored: Scored,
    pub changes: Changes,
    /// Streams that are off or stopped, with the reason.
    pub streams_off: Vec<StreamNote>,
    pub streams_failed: Vec<StreamNote>,
    /// Why the plan, or a part of it, waits for approval.
    pub held: Vec<HeldLine>,
    /// Values that could not be read, by code.
    pub issues: BTreeMap<String, u64>,
    /// Intent, buying groups and goals.
    pub computed: Computed,
    /// Why the cycle ended before its end: it failed, or it was stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_early: Option<String>,
}

/// Records of one stream in this cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamRecords {
    pub connection: String,
    pub stream: String,
    /// `backfill`, `incremental` or `reconcile`.
    pub mode: String,
    pub delivered: u64,
    pub new: u64,
    pub changed: u64,
    /// Our own writes that came home.
    pub echoes: u64,
}

/// Rows stored against rows that the vendor counted, over all windows of a stream (I14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateLine {
    pub connection: String,
    pub stream: String,
    pub mode: String,
    pub windows: u64,
    pub expected: u64,
    pub stored: u64,
    /// `stated`: the vendor gave a total; `listed`: rows up to its own end mark.
    pub basis: String,
    pub exact: bool,
}

/// Calls to one connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiLine {
    pub connection: String,
    pub calls: u64,
    /// Calls refused because of a limit.
    pub rate_limited: u64,
    pub failed: u64,
    /// Part of the calls allowed in this time that was used, 0 to 1.
    pub limit_share: f64,
}

/// Entities computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scored {
    pub contacts: u64,
    pub companies: u64,
}

/// What is computed besides scores, as it stands at the end of the cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Computed {
    pub intent: IntentLine,
    pub groups: GroupsLine,
    pub goals: Vec<GoalLine>,
}

/// Companies that show intent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentLine {
    pub companies: u64,
    /// Those that began last.
    pub top: Vec<CompanyLine>,
}

/// A company that shows intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyLine {
    pub id: i64,
    pub name: String,
    /// Empty when it has none.
    pub domain: String,
    pub since: String,
    pub criteria: Vec<String>,
    pub visits: u64,
}

/// Buying groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupsLine {
    pub groups: u64,
    /// Those with the highest engagement.
    pub top: Vec<GroupLine>,
}

/// A buying group with its two scores as they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLine {
    pub id: i64,
    pub name: String,
    pub completeness: String,
    pub engagement: String,
    pub stage: Option<String>,
}

/// A workflow's goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalLine {
    pub workflow: String,
    pub started: u64,
    pub goal_met: u64,
    /// Percent; `None` without a marketing e-mail in the workflow.
    pub rate_percent: Option<String>,
}

/// Changes planned and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Records with a change that was planned or still open in this cycle.
    pub planned: u64,
    pub written: u64,
    pub rejected: u64,
    /// Waiting for approval.
    pub held: u64,
    /// To be tried again or looked up.
    pub open: u64,
}

/// A stream and a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamNote {
    pub connection: String,
    pub stream: String,
    pub reason: String,
}

/// A plan that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLine {
    pub connection: String,
    pub reason: String,
    pub records: u64,
}

impl Summary {
    /// The exit code of a finished cycle: 0 done, 1 something could not be read, 3 records were refused.
    pub fn exit_code(&self) -> u8 {
        if !self.complete {
            1
        } else if self.changes.rejected > 0 {
            3
        } else {
            0
        }
    }
}
