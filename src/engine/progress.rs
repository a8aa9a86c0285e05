//! What a long run tells while it works. The command line draws bars from it, the service a status line; tests wait on it.

use intentd_sdk::record::{ConnectionName, StreamName};
use intentd_sdk::source::Mode;

/// Something that happened during a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A stream starts to be read, in so many windows (more may be split off).
    StreamStarted { connection: ConnectionName, stream: StreamName, mode: Mode, windows: usize },
    /// A page was committed.
    Page { connection: ConnectionName, stream: StreamName, records: u64 },
    /// A stream is read to its end.
    StreamDone { connection: ConnectionName, stream: StreamName },
    /// A stream is not read, for this reason.
    StreamOff { connection: ConnectionName, stream: StreamName, reason: String },
    /// A stream stopped before its end; it goes on in the next cycle.
    StreamFailed { connection: ConnectionName, stream: StreamName, reason: String },
    /// So many contacts wait to be scored.
    RecomputeStarted { contacts: u64 },
    /// So many more were scored.
    Recomputed { contacts: u64 },
    /// So many changes wait to be written.
    PushStarted { connection: ConnectionName, changes: u64 },
    /// So many more were answered.
    Pushed { connection: ConnectionName, changes: u64 },
}

/// Somebody who wants to know.
pub trait Progress: Send + Sync {
    /// Takes note. Must not block.
    fn note(&self, event: Event);
}

/// Nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn note(&self, _event: Event) {}
}
