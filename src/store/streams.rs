//! Table `stream_state`: what each stream remembers between runs, and whether it is read at all.

use intentd_sdk::Timestamp;
use intentd_sdk::cursor::Checkpoint;
use intentd_sdk::record::{ConnectionName, StreamName};

use super::arg::{Arg, args};
use super::error::Result;
use super::row::Row;
use super::{Store, Tx};

/// Whether a stream is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamSwitch {
    #[default]
    On,
    /// The account or the credentials do not offer it.
    Off,
    /// Something looked wrong (a source that is suddenly empty, I10); it waits for the admin.
    Halted,
}

impl StreamSwitch {
    /// The word in the database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            StreamSwitch::On => "on",
            StreamSwitch::Off => "off",
            StreamSwitch::Halted => "halted",
        }
    }

    fn from_word(word: &str) -> Option<StreamSwitch> {
        [StreamSwitch::On, StreamSwitch::Off, StreamSwitch::Halted].into_iter().find(|state| state.as_str() == word)
    }
}

/// What is remembered of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamState {
    pub checkpoint: Option<Checkpoint>,
    pub state: StreamSwitch,
    /// Why it is off or halted, for people.
    pub reason: Option<String>,
    /// When a plan of it was last read to its end.
    pub last_success_at: Option<Timestamp>,
    /// When a reconcile pass was last read to its end.
    pub last_reconcile_at: Option<Timestamp>,
}

/// Stands as the reason of a stream that the admin let go on.
const APPROVED: &str = "approved: the next reconcile pass may remove what is gone";

impl StreamState {
    /// A halted stream goes on: its next reconcile pass is not stopped by the number of records that are gone (I10).
    pub fn approve(self) -> StreamState {
        StreamState { state: StreamSwitch::On, reason: Some(APPROVED.to_owned()), ..self }
    }

    /// Whether the admin has looked at what the next reconcile pass removes.
    pub fn is_approved(&self) -> bool {
        self.state == StreamSwitch::On && self.reason.as_deref() == Some(APPROVED)
    }
}

impl Tx {
    /// Sets everything that is remembered of a stream.
    pub async fn set_stream(
        &mut self,
        connection: &ConnectionName,
        stream: &StreamName,
        state: &StreamState,
    ) -> Result<()> {
        let session = &mut self.session;
        session
            .execute(
                "INSERT INTO stream_state (workspace_id, connection, stream, checkpoint, state, reason, last_success_at,
                     last_reconcile_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (workspace_id, connection, stream) DO UPDATE SET checkpoint = excluded.checkpoint,
                     state = excluded.state, reason = excluded.reason, last_success_at = excluded.last_success_at,
                     last_reconcile_at = excluded.last_reconcile_at",
                args![
                    session.workspace(),
                    connection,
                    stream,
                    Arg::json_or_null(state.checkpoint.as_ref()),
                    state.state.as_str(),
                    state.reason.as_deref(),
                    state.last_success_at,
                    state.last_reconcile_at,
                ],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// What is remembered of a stream.
    pub async fn find_stream(&self, connection: &ConnectionName, stream: &StreamName) -> Result<Option<StreamState>> {
        let mut session = self.read().await?;
        session
            .fetch_optional(
                "SELECT stream, checkpoint, state, reason, last_success_at, last_reconcile_at FROM stream_state
                 WHERE workspace_id = $1 AND connection = $2 AND stream = $3",
                args![session.workspace(), connection, stream],
                |row| Ok(read_stream(row)?.1),
            )
            .await
    }

    /// All streams of a connection that are remembered, by name.
    pub async fn list_streams(&self, connection: &ConnectionName) -> Result<Vec<(StreamName, StreamState)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT stream, checkpoint, state, reason, last_success_at, last_reconcile_at FROM stream_state
                 WHERE workspace_id = $1 AND connection = $2 ORDER BY stream",
                args![session.workspace(), connection],
                read_stream,
            )
            .await
    }
}

fn read_stream(row: &Row) -> Result<(StreamName, StreamState)> {
    Ok((
        row.stream(0)?,
        StreamState {
            checkpoint: row.json_or_null(1)?,
            state: row.word(2, StreamSwitch::from_word)?,
            reason: row.text_or_null(3)?,
            last_success_at: row.instant_or_null(4)?,
            last_reconcile_at: row.instant_or_null(5)?,
        },
    ))
}
