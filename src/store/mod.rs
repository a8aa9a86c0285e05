//! The database: SQLite or PostgreSQL, chosen by the URL at run time. The only module that names sqlx. It keeps facts and
//! results and decides nothing; instants and ids are parameters.
//!
//! A [`Tx`] writes, all or nothing: dropping it rolls back, so a page and its checkpoint commit together (I1). Reads on
//! [`Store`] see one state each. One file per table family; the differences between the databases are in [`Dialect`].

mod access_logs;
mod accounts;
mod activities;
mod activity_words;
mod arg;
mod assets;
mod backup;
mod company_visits;
mod connections;
mod counts;
mod db;
mod deals;
mod dialect;
mod dirty;
mod error;
mod facts;
mod flows;
mod groups;
mod identity;
mod intent;
mod issues;
mod leases;
mod links;
mod lock;
mod lookups;
mod marks;
mod merge;
mod mirror;
mod objects;
mod open;
mod origins;
mod outbox;
mod outbox_rows;
mod outbox_settle;
mod plans;
mod prospects;
mod quota;
mod records;
mod retention;
mod row;
mod rules;
mod runs;
mod secrets;
mod segments;
#[cfg(test)]
mod selective;
mod statement;
mod streams;
mod summaries;
mod targets;
mod timeline;
mod values;
mod workflows;

pub use accounts::LoadedCompany;
mod visitors;

pub use access_logs::LogPlace;
pub use activities::{ActivityLine, Appended, LineSource, NewActivity};
pub use company_visits::{CompanyVisit, CompanyVisits, VisitorId};
pub use connections::ConnectionRow;
pub use counts::StoreCounts;
pub use deals::LoadedDeal;
pub use dialect::Dialect;
pub use error::{Result, StoreError};
pub use facts::{ContactRef, LoadedContact};
pub use flows::{FlowStates, FrozenRow, PropertyRef};
pub use groups::{EngagementRow, GroupRow, GroupUpsert};
pub use identity::{IdentityChange, IdentityEvent};
pub use intent::{FieldChange, IntentRow, PlaceKind, Places, ViewEvent};
pub use issues::IssueRow;
pub use lock::StoreLock;
pub use objects::{LocalRow, RemoteRow, RemoteState, RemoteUpsert};
pub use outbox::{Desired, UpsertedOutbox};
pub use outbox_rows::{OutboxFilter, OutboxRow, OutboxState, QuarantineRow};
pub use outbox_settle::{NextState, Settlement};
pub use plans::{Certificate, OpenPlan, OpenWindow, StreamCertificate};
pub use quota::QuotaRow;
pub use records::RecordRow;
pub use retention::ForgottenVisits;
pub use rules::RulesRow;
pub use runs::RunRow;
pub use segments::UpsertedMemberships;
pub use streams::{StreamState, StreamSwitch};
pub use summaries::AnswerRow;
pub use targets::{TakenValues, Target};
pub use timeline::FoldReport;
pub use values::ValueRow;
pub use visitors::{NewVisit, RecordedVisits, SeenVisitor};
pub use workflows::{EnrollmentRow, WishRow, WorkflowRow};

use db::{Db, Session};

/// An open database. Cheap to clone; all clones share its connections.
#[derive(Clone)]
pub struct Store {
    db: Db,
    path: Option<std::path::PathBuf>,
}

impl Store {
    /// Starts a writing transaction. SQLite has one at a time: others wait for it.
    ///
    /// Never give the future a time limit of its own, and let the transaction run in a task that nobody cancels.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when no connection becomes free in time.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx { session: self.db.write().await? })
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    /// Closes all connections after their present work.
    pub async fn close(&self) {
        self.db.close().await;
    }

    async fn read(&self) -> Result<Session> {
        self.db.read().await
    }
}

/// A writing transaction. Dropping it undoes everything.
pub struct Tx {
    session: Session,
}

impl Tx {
    /// Makes everything durable.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] when the connection was lost: it may or may not have been committed.
    pub async fn commit(self) -> Result<()> {
        self.session.commit().await
    }

    /// Undoes everything now, rather than when the value is dropped.
    ///
    /// # Errors
    /// When the connection was lost; nothing is committed then either.
    pub async fn rollback(self) -> Result<()> {
        self.session.rollback().await
    }
}
