//! Reading the outbox: its states and rows, what waits for a look-up, what was refused.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use super::Store;
use super::arg::{Arg, args};
use super::error::Result;
use super::row::Row;

/// Where an outbox row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutboxState {
    /// To be sent.
    Planned,
    /// Waits for the admin's approval.
    Held,
    /// On its way; the attempt is recorded.
    Sending,
    /// Perhaps executed; to be looked up before anything is repeated.
    Unknown,
    /// Certainly not executed; to be sent again when due.
    RetryWait,
    /// The vendor took it.
    Delivered,
    /// The vendor refused it.
    Rejected,
    /// The record is not there any more.
    Missing,
    /// Withdrawn: the vendor has what is wanted.
    Superseded,
}

impl OutboxState {
    /// Every state, in the order of a row's life.
    pub const ALL: [OutboxState; 9] = [
        OutboxState::Planned,
        OutboxState::Held,
        OutboxState::Sending,
        OutboxState::Unknown,
        OutboxState::RetryWait,
        OutboxState::Delivered,
        OutboxState::Rejected,
        OutboxState::Missing,
        OutboxState::Superseded,
    ];

    /// The word in the database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            OutboxState::Planned => "planned",
            OutboxState::Held => "held",
            OutboxState::Sending => "sending",
            OutboxState::Unknown => "unknown",
            OutboxState::RetryWait => "retry_wait",
            OutboxState::Delivered => "delivered",
            OutboxState::Rejected => "rejected",
            OutboxState::Missing => "missing",
            OutboxState::Superseded => "superseded",
        }
    }

    /// The inverse of [`OutboxState::as_str`].
    pub fn from_word(word: &str) -> Option<OutboxState> {
        OutboxState::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether something can still come of the row. A record has at most one open row (I6).
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            OutboxState::Planned
                | OutboxState::Held
                | OutboxState::Sending
                | OutboxState::Unknown
                | OutboxState::RetryWait
        )
    }
}

/// One wanted change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: i64,
    pub connection: ConnectionName,
    pub kind: ObjectKind,
    pub external_id: ExternalId,
    pub local_id: i64,
    /// Property to new value on the wire.
    pub set: BTreeMap<String, String>,
    /// What the vendor had when it was planned.
    pub previous: BTreeMap<String, Option<String>>,
    /// How often it was tried, the present try included.
    pub attempt: u32,
    /// Who may settle it: grows whenever the row changes hands.
    pub fence: i64,
    pub state: OutboxState,
    /// When it may be tried or looked up next.
    pub due_at: Option<Timestamp>,
    /// The vendor's last reason.
    pub reason: Option<String>,
    pub planned_at: Timestamp,
}

/// A change that the vendor refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineRow {
    pub id: i64,
    pub kind: ObjectKind,
    pub external_id: ExternalId,
    pub local_id: i64,
    pub set: BTreeMap<String, String>,
    pub reason: String,
    pub rejected_at: Timestamp,
}

/// Which rows to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxFilter {
    /// `None`: all connections.
    pub connection: Option<ConnectionName>,
    /// Empty: all states.
    pub states: Vec<OutboxState>,
}

/// The columns that [`read_outbox`] reads, in its order.
pub(super) const COLUMNS: &str = "outbox_id, connection, kind, external_id, local_id, desired, previous, attempt, fence, state, due_at, reason, planned_at";

pub(super) fn read_outbox(row: &Row) -> Result<OutboxRow> {
    Ok(OutboxRow {
        id: row.int(0)?,
        connection: row.connection(1)?,
        kind: row.kind(2)?,
        external_id: row.external_id(3)?,
        local_id: row.int(4)?,
        set: row.json(5)?,
        previous: row.json(6)?,
        attempt: row.small(7)?,
        fence: row.int(8)?,
        state: row.word(9, OutboxState::from_word)?,
        due_at: row.instant_or_null(10)?,
        reason: row.text_or_null(11)?,
        planned_at: row.instant(12)?,
    })
}

impl Store {
    /// Rows whose outcome is unknown and whose time to be looked up has come, oldest first.
    pub async fn list_unknown(
        &self,
        connection: &ConnectionName,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<OutboxRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                super::statement::Sql::with(
                    "SELECT {columns} FROM outbox
                     WHERE workspace_id = $1 AND connection = $2 AND state = 'unknown' AND due_at <= $3
                     ORDER BY outbox_id LIMIT $4",
                    "{columns}",
                    COLUMNS,
                ),
                args![session.workspace(), connection, now, limit],
                read_outbox,
            )
            .await
    }

    /// Rows for people, newest first.
    pub async fn list_outbox(&self, filter: &OutboxFilter, limit: u32) -> Result<Vec<OutboxRow>> {
        let mut session = self.read().await?;
        let states = if filter.states.is_empty() { OutboxState::ALL.to_vec() } else { filter.states.clone() };
        let mut listed = session
            .fetch_rows(
                super::statement::Sql::with(
                    "SELECT {columns} FROM outbox
                     WHERE workspace_id = $1 AND ($2 = '' OR connection = $2) AND state IN ({rows})
                     ORDER BY outbox_id DESC LIMIT $3",
                    "{columns}",
                    COLUMNS,
                ),
                states.into_iter().map(|state| args![state.as_str()]).collect::<Vec<[Arg; 1]>>(),
                args![session.workspace(), filter.connection.as_ref().map_or("", ConnectionName::as_str), limit],
                read_outbox,
            )
            .await?;
        listed.truncate(limit as usize);
        Ok(listed)
    }

    /// How many rows there are, by state; states without rows are absent.
    pub async fn count_outbox(&self, connection: &ConnectionName) -> Result<BTreeMap<OutboxState, u64>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch(
                "SELECT state, COUNT(*) FROM outbox WHERE workspace_id = $1 AND connection = $2 GROUP BY state",
                args![session.workspace(), connection],
                |row| Ok((row.word(0, OutboxState::from_word)?, row.count(1)?)),
            )
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// What the vendor refused, latest first.
    pub async fn list_quarantine(&self, connection: &ConnectionName, limit: u32) -> Result<Vec<QuarantineRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT outbox_id, kind, external_id, local_id, desired, reason, changed_at FROM outbox
                 WHERE workspace_id = $1 AND connection = $2 AND state = 'rejected'
                 ORDER BY outbox_id DESC LIMIT $3",
                args![session.workspace(), connection, limit],
                |row| {
                    Ok(QuarantineRow {
                        id: row.int(0)?,
                        kind: row.kind(1)?,
                        external_id: row.external_id(2)?,
                        local_id: row.int(3)?,
                        set: row.json(4)?,
                        reason: row.text_or_null(5)?.unwrap_or_default(),
                        rejected_at: row.instant(6)?,
                    })
                },
            )
            .await
    }
}
