//! The one error of the store boundary. A variant says what the caller can do. The text names tables and constraints,
//! never row values (I12).

use sqlx::error::ErrorKind;
use sqlx::migrate::MigrateError;

/// Shorthand of the store boundary.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else holds a lock, or all connections are in use: nothing was changed, try again.
    #[error("the database is busy: {detail}")]
    Busy { detail: String },
    /// The connection was lost. For a commit the outcome is unknown: read again before repeating.
    #[error("the database cannot be reached: {detail}")]
    Unreachable { detail: String },
    /// No space left, or the file system is read-only: stop sending, nothing can be recorded.
    #[error("the database cannot be written: {detail}")]
    Full { detail: String },
    /// The file is damaged: stop, restore a backup.
    #[error("the database is damaged: {detail}")]
    Corrupt { detail: String },
    /// The database or its schema has a version that this program cannot use.
    #[error("{detail}")]
    Version { detail: String },
    /// The database URL cannot be used.
    #[error("database url: {detail}")]
    Url { detail: String },
    /// Another daemon has this database open.
    #[error("another intentd uses {path}; stop it first")]
    InUse { path: String },
    /// The kind of database does not offer this.
    #[error("{detail}")]
    Unsupported { detail: String },
    /// The stored facts do not allow this step, or a stored value cannot be read: a defect, not a condition to retry.
    #[error("the database contradicts this step: {detail}")]
    Inconsistent { detail: String },
    /// A row that must exist does not.
    #[error("{what} does not exist")]
    Missing { what: String },
}

impl StoreError {
    /// Whether the same transaction may succeed when it is repeated from its start.
    pub fn is_retryable(&self) -> bool {
        matches!(self, StoreError::Busy { .. } | StoreError::Unreachable { .. })
    }

    pub(super) fn inconsistent(detail: impl Into<String>) -> StoreError {
        StoreError::Inconsistent { detail: detail.into() }
    }

    pub(super) fn missing(what: impl Into<String>) -> StoreError {
        StoreError::Missing { what: what.into() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        match &error {
            sqlx::Error::PoolTimedOut => {
                StoreError::Busy { detail: "no free connection within the time limit".to_owned() }
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => StoreError::Unreachable { detail: error.to_string() },
            sqlx::Error::Configuration(_) => StoreError::Url { detail: error.to_string() },
            sqlx::Error::Database(inner) => {
                let code = inner.code().unwrap_or_default().into_owned();
                let detail = format!("{} ({code})", inner.message());
                let postgres = inner.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some();
                if postgres { classify_postgres(&code, detail) } else { classify_sqlite(&code, inner.kind(), detail) }
            }
            _ => StoreError::inconsistent(error.to_string()),
        }
    }
}

/// By SQLSTATE ("PostgreSQL Error Codes").
fn classify_postgres(code: &str, detail: String) -> StoreError {
    match code {
        "40001" | "40P01" | "55P03" | "57014" => StoreError::Busy { detail },
        "53100" | "25006" => StoreError::Full { detail },
        "XX001" | "XX002" => StoreError::Corrupt { detail },
        _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => {
            StoreError::Unreachable { detail }
        }
        // The server's text for a failed value can quote the value; the code alone is enough to find the defect.
        _ if code.starts_with("22") => StoreError::inconsistent(format!("a value was refused ({code})")),
        _ => StoreError::inconsistent(detail),
    }
}

/// By the low byte of the extended result code ("SQLite Result and Error Codes").
fn classify_sqlite(code: &str, kind: ErrorKind, detail: String) -> StoreError {
    if !matches!(kind, ErrorKind::Other) {
        return StoreError::inconsistent(detail);
    }
    match code.parse::<u32>().unwrap_or_default() & 0xff {
        5 | 6 => StoreError::Busy { detail },
        8 | 10 | 13 | 14 => StoreError::Full { detail },
        11 | 26 => StoreError::Corrupt { detail },
        _ => StoreError::inconsistent(detail),
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> StoreError {
        match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => StoreError::Version {
                detail: format!(
                    "the database has schema {version:04}, which this program does not know; install the newer intentd"
                ),
            },
            MigrateError::VersionMismatch(version) => StoreError::Version {
                detail: format!("schema {version:04} in the database differs from the one in this program"),
            },
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => StoreError::inconsistent(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> StoreError {
        // The position and the kind of the mistake only: the text could quote a value.
        StoreError::inconsistent(format!("stored JSON cannot be read (column {})", error.column()))
    }
}
