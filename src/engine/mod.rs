//! The loops of the shell: they load, call the core, commit. Nothing here decides.

mod account;
mod computed;
pub mod crash;
pub mod cycle;
mod flows;
pub mod identities;
pub mod limiter;
mod pacer;
mod page;
pub mod progress;
pub mod pull;
pub mod push;
pub mod recompute;
pub mod service;
pub mod summary;
pub mod visits;
mod write_back;

use intentd_sdk::ConnectorError;
use intentd_sdk::record::ConnectionName;

use crate::store::StoreError;

/// Why a loop stopped.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The database failed; the error says whether trying again helps.
    #[error("the database: {0}")]
    Store(#[from] StoreError),
    /// The vendor failed or refused.
    #[error("{0}")]
    Connector(#[from] ConnectorError),
    /// The credentials belong to another account than the one that was synced so far. Nothing was read or written.
    #[error(
        "connection `{connection}` has been synced with account {known}, but these credentials belong to account {found}; \
         give the other account a connection name of its own, or use a fresh database"
    )]
    OtherAccount { connection: ConnectionName, known: String, found: String },
    /// Writing stopped early; what was answered until then is in the report.
    #[error("writing back stopped: {error}")]
    Push { report: push::PushReport, error: ConnectorError },
    /// A task of ours panicked: a defect. Nothing of its transaction was kept.
    #[error("a task stopped unexpectedly; this is a defect, please report it with the log")]
    Panicked,
}
