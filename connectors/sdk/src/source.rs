//! The reading half of a connector.
//!
//! A pull of one stream goes: `plan` cuts the work into windows; each window is read page by page, many windows at once,
//! until its last page says `Done`; when every window of the plan is closed, the plan's checkpoint is stored. Windows and
//! cursors are plain values: a run that died goes on from the last committed page of each open window.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::cursor::{Checkpoint, Cursor};
use crate::error::Result;
use crate::permit::Permits;
use crate::record::{ExternalId, Item, ObjectKind, StreamName};
use crate::time::Timestamp;

/// What a stream delivers, which decides how the engine schedules it and what "complete" means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamKind {
    /// Definitions and reference data that other streams need (properties, owners): read first, in every run.
    Reference,
    /// Objects with properties; has a reconcile pass. The engine may make windows here as well: [`WindowSpec::ids`] are then the
    /// records to read, with their values, however old; those that are not there are left out.
    Objects { kind: ObjectKind },
    /// Activities; append only.
    Activities,
    /// Associations of the contacts that this run touched. The engine makes the windows: `batch` ids each,
    /// as [`WindowSpec::ids`].
    AssociationsOf { kind: ObjectKind, batch: usize },
    /// Segments and their members. Every window is one segment, named as the only id of [`WindowSpec::ids`]; its first page
    /// brings the segment itself, and whoever it does not deliver has left the segment, unless the window ends as
    /// [`CountBasis::Mirrored`]: then nobody came or left.
    Segments,
}

/// One stream as its connector describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamSpec {
    pub name: StreamName,
    pub kind: StreamKind,
    /// One line for people.
    pub title: String,
    /// What the credentials must allow, as the vendor names it.
    pub scopes: Vec<String>,
}

/// How a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything there is.
    Backfill,
    /// What changed since the checkpoint.
    Incremental,
    /// Which records exist, were archived, merged or deleted: finds what incremental reading cannot see.
    Reconcile,
}

impl Mode {
    /// The word in the database and in summaries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Backfill => "backfill",
            Mode::Incremental => "incremental",
            Mode::Reconcile => "reconcile",
        }
    }
}

/// Which properties to ask for, by kind. Sorted and without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    pub properties: BTreeMap<ObjectKind, Vec<String>>,
    /// Those among them that are only written here, never read into a field. A change of nothing else is in all likelihood
    /// this program's own, so a vendor that lists changes by property need not be asked for them every time.
    pub only_written: BTreeMap<ObjectKind, BTreeSet<String>>,
}

/// A part of a stream that can be read on its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowSpec {
    /// Unique within the plan and stable: the same bounds give the same key. Shown to people, e.g. `ids 1..50000`.
    pub key: String,
    pub mode: Mode,
    /// For windows that the engine makes: the ids to read. Empty otherwise.
    pub ids: Vec<ExternalId>,
    /// The connector's own bounds.
    pub bounds: serde_json::Value,
}

/// How a stream will be read this time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullPlan {
    pub mode: Mode,
    pub windows: Vec<WindowSpec>,
    /// To be stored when every window is closed.
    pub checkpoint: Checkpoint,
}

/// One page: what came, and what comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub items: Vec<Item>,
    pub next: Next,
}

/// What follows a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The window goes on here.
    More(Cursor),
    /// The window goes on here, but there is nothing to read before this instant: the vendor is still preparing it (a bulk
    /// export). The reader turns to other windows meanwhile.
    Later { cursor: Cursor, at: Timestamp },
    /// The window goes on here, and these windows were split off it: its own rest ends where they begin.
    Split { cursor: Cursor, windows: Vec<WindowSpec> },
    /// The window is read to its end; this is what the vendor counted in it.
    Done(Count),
}

/// What the vendor says a window holds: the left side of the certificate (I14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Distinct records.
    pub expected: u64,
    pub basis: CountBasis,
}

/// How the vendor came to the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountBasis {
    /// The vendor stated a total for exactly this window (a search total, a segment's size).
    Stated,
    /// The vendor states none: distinct rows on its pages up to its own end mark.
    Listed,
    /// The vendor stated a total for exactly this window and as many records of it are mirrored: it was not read now, because
    /// a later run reads it anyway.
    Mirrored,
}

impl CountBasis {
    /// The word in the database and in summaries.
    pub const fn as_str(self) -> &'static str {
        match self {
            CountBasis::Stated => "stated",
            CountBasis::Listed => "listed",
            CountBasis::Mirrored => "mirrored",
        }
    }
}

/// What the daemon holds of the connection that is being read.
#[async_trait]
pub trait Mirror: Send + Sync {
    /// Records of a kind that are present here with a last-modified instant from `from` to `to`, both included.
    ///
    /// When the vendor counts as many, they are most probably the same ones: good enough to put off reading a stretch that
    /// will be read again, not good enough to skip one for good.
    async fn count_modified(&self, kind: ObjectKind, from: Timestamp, to: Timestamp) -> Result<u64>;

    /// Members of a segment that are stored here, without those whose own record is known to have departed.
    async fn count_members(&self, segment: &ExternalId) -> Result<u64>;
}

/// A mirror that holds nothing: for looking at an account without keeping anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmptyMirror;

#[async_trait]
impl Mirror for EmptyMirror {
    async fn count_modified(&self, _kind: ObjectKind, _from: Timestamp, _to: Timestamp) -> Result<u64> {
        Ok(0)
    }

    async fn count_members(&self, _segment: &ExternalId) -> Result<u64> {
        Ok(0)
    }
}

/// What a read may use.
#[derive(Clone, Copy)]
pub struct ReadContext<'a> {
    pub permits: &'a dyn Permits,
    pub selection: &'a Selection,
    /// What is here already, so that a window that has not changed need not be read.
    pub mirror: &'a dyn Mirror,
    /// The start of this run; windows end at or before it.
    pub now: Timestamp,
}

/// The reading half of a connector. Implementations hold no progress of their own.
#[async_trait]
pub trait Source: Send + Sync {
    /// The streams, in the order in which people think of them.
    fn streams(&self) -> Vec<StreamSpec>;

    /// Cuts one stream into windows. Not called for [`StreamKind::AssociationsOf`].
    ///
    /// # Errors
    /// [`crate::ConnectorError::Forbidden`] when the account or the credentials do not offer the stream: it is off, with
    /// that reason, and the others go on.
    async fn plan(
        &self,
        context: &ReadContext<'_>,
        stream: &StreamName,
        mode: Mode,
        checkpoint: Option<&Checkpoint>,
    ) -> Result<PullPlan>;

    /// Reads the next page of a window; `cursor` is `None` for its first.
    async fn read(
        &self,
        context: &ReadContext<'_>,
        stream: &StreamName,
        window: &WindowSpec,
        cursor: Option<&Cursor>,
    ) -> Result<Page>;
}
