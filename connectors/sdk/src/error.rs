//! The one error of the connector boundary. A variant says what the *caller* can do; retry looks at the variant, never at
//! the text. The text holds status, category and correlation id, never personal data or secrets (I12).

use crate::time::Timestamp;

/// Shorthand of the connector boundary.
pub type Result<T, E = ConnectorError> = std::result::Result<T, E>;

/// Why a call to a vendor did not give what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorError {
    /// The credentials are refused; retrying is useless until the admin acts.
    #[error("the vendor refuses the credentials: {detail}")]
    Auth { detail: String },
    /// The credentials lack a permission, or the account lacks a subscription: this stream is off, others go on.
    #[error("not permitted: {detail}")]
    Forbidden { missing_scopes: Vec<String>, detail: String },
    /// A limit was hit and the limiter has been told; try again no earlier than this instant.
    #[error("rate limited until {until}: {detail}")]
    Limited { until: Timestamp, detail: String },
    /// The vendor or the network failed; the same call may work later. For a write the outcome is unknown.
    #[error("temporary failure: {detail}")]
    Transient { retry_after_ms: Option<u64>, detail: String },
    /// Nothing left this machine: no connection could be made. Safe to repeat, also for writes.
    #[error("cannot reach the vendor: {detail}")]
    Unreachable { detail: String },
    /// A definite no to this request.
    #[error("the vendor refuses the request: {detail}")]
    Rejected { category: Option<String>, detail: String },
    /// The thing does not exist.
    #[error("not found: {detail}")]
    Missing { detail: String },
    /// Somebody else has it: a duplicate e-mail, an existing property.
    #[error("conflict: {detail}")]
    Conflict { existing: Option<crate::record::ExternalId>, detail: String },
    /// The answer could not be understood; for a write the outcome is unknown.
    #[error("the answer cannot be read: {detail}")]
    Malformed { detail: String },
    /// The daemon is stopping.
    #[error("stopped")]
    Stopped,
}

impl ConnectorError {
    /// Whether the same read may succeed when repeated after a pause.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            ConnectorError::Limited { .. }
                | ConnectorError::Transient { .. }
                | ConnectorError::Unreachable { .. }
                | ConnectorError::Malformed { .. }
        )
    }

    /// Whether a write that ended like this certainly had no effect.
    pub fn is_not_executed(&self) -> bool {
        matches!(
            self,
            ConnectorError::Auth { .. }
                | ConnectorError::Forbidden { .. }
                | ConnectorError::Limited { .. }
                | ConnectorError::Unreachable { .. }
                | ConnectorError::Stopped
        )
    }

    /// A stable word for logs and metrics.
    pub fn class(&self) -> &'static str {
        match self {
            ConnectorError::Auth { .. } => "auth",
            ConnectorError::Forbidden { .. } => "forbidden",
            ConnectorError::Limited { .. } => "limited",
            ConnectorError::Transient { .. } => "transient",
            ConnectorError::Unreachable { .. } => "unreachable",
            ConnectorError::Rejected { .. } => "rejected",
            ConnectorError::Missing { .. } => "missing",
            ConnectorError::Conflict { .. } => "conflict",
            ConnectorError::Malformed { .. } => "malformed",
            ConnectorError::Stopped => "stopped",
        }
    }
}
