//! Observe: every stream of a connection is read to its end, many windows at once, each page in its own transaction.
//!
//! A stream's plan and its windows are stored before the first page is asked for. Who dies goes on from the last committed page
//! of each open window; a checkpoint moves only when every window of its plan is closed (I1, I14).

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use intentd_sdk::connector::Connector;
use intentd_sdk::cursor::Checkpoint;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ConnectionName, Departure, ExternalId, ObjectKind, StreamName};
use intentd_sdk::source::{Mirror, Mode, Next, ReadContext, Selection, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Timestamp};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::page::{Committed, PagePlace, commit, depart};
use super::progress::{Event, Progress};
use super::summary::{StreamNote, StreamRecords};
use super::{EngineError, crash};
use crate::domain::mapping::MappingSet;
use crate::domain::plan::check_departures;
use crate::store::{OpenPlan, OpenWindow, Store, StoreError, StreamState, StreamSwitch};

/// Windows of one stream that are read at once. The limiter decides how many calls run; this only keeps its queue filled.
const WINDOWS_AT_ONCE: usize = 10;
/// Definitions and users change rarely; they are not read again before they are this old.
const REFERENCE_EVERY_MS: i64 = 3_600_000;

/// One connection's pull.
#[derive(Clone)]
pub struct Pull {
    pub store: Store,
    pub connection: ConnectionName,
    pub connector: Arc<dyn Connector>,
    pub permits: Arc<dyn Permits>,
    pub mapping: Arc<MappingSet>,
    pub selection: Arc<Selection>,
    /// The workspace's time zone.
    pub zone: TimeZone,
    pub run_id: i64,
    pub now: Timestamp,
    /// Age of the last reconcile pass from which on another one is due, in milliseconds.
    pub reconcile_every_ms: i64,
    pub progress: Arc<dyn Progress>,
}

/// What a pull brought, and which streams it could not read.
#[derive(Clone, Debug, Default)]
pub struct PullReport {
    pub records: Vec<StreamRecords>,
    pub off: Vec<StreamNote>,
    pub failed: Vec<StreamNote>,
}

/// What is stored as a stream's checkpoint: the connector's own, and what was asked for. A stream that is asked for more
/// properties than before must be read from its beginning.
#[derive(Serialize, Deserialize)]
struct StoredCheckpoint {
    selection: String,
    connector: Checkpoint,
}

/// Lets the association stream wait for the objects that it follows.
#[derive(Default)]
struct Followed {
    /// A page has come, or none will.
    started: AtomicBool,
    done: AtomicBool,
    moved: Notify,
}

impl Followed {
    fn start(&self) {
        self.started.store(true, Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    fn end(&self) {
        self.done.store(true, Ordering::SeqCst);
        self.start();
    }

    /// Waits for the first page.
    async fn first_page(&self) {
        loop {
            let moved = self.moved.notified();
            if self.started.load(Ordering::SeqCst) {
                return;
            }
            moved.await;
        }
    }
}

impl Pull {
    /// Reads every stream. Reference streams come first; the others run side by side.
    ///
    /// # Errors
    /// When the store fails or the credentials are refused; a stream that fails for itself is in the report.
    pub async fn run(&self) -> Result<PullReport, EngineError> {
        let mut report = PullReport::default();
        let (reference, others): (Vec<StreamSpec>, Vec<StreamSpec>) =
            self.connector.source().streams().into_iter().partition(|spec| spec.kind == StreamKind::Reference);
        self.run_together(reference, &mut report).await?;
        self.run_together(others, &mut report).await?;

        let mut tx = self.store.begin().await?;
        let touched = tx.resolve_pending_activities(&self.connection).await?;
        tx.mark_dirty(&touched.into_iter().collect::<Vec<_>>()).await?;
        tx.commit().await?;
        Ok(report)
    }

    async fn run_together(&self, specs: Vec<StreamSpec>, report: &mut PullReport) -> Result<(), EngineError> {
        let followed: BTreeMap<ObjectKind, Arc<Followed>> =
            ObjectKind::ALL.into_iter().map(|kind| (kind, Arc::new(Followed::default()))).collect();
        let kinds: Vec<ObjectKind> = specs
            .iter()
            .filter_map(|spec| match spec.kind {
                StreamKind::Objects { kind } => Some(kind),
                _ => None,
            })
            .collect();
        let kinds = &kinds;
        let mut running: FuturesUnordered<_> = specs
            .into_iter()
            .map(|spec| {
                let followed = &followed;
                async move {
                    // The longest chains start first: what they ask the narrow search limit for decides how soon the wide
                    // one is filled.
                    if matches!(spec.kind, StreamKind::Activities | StreamKind::Segments) {
                        for kind in kinds {
                            followed[kind].first_page().await;
                        }
                    }
                    let result = self.run_stream(&spec, followed).await;
                    if let StreamKind::Objects { kind } = spec.kind {
                        followed[&kind].end();
                    }
                    (spec, result)
                }
            })
            .collect();
        while let Some((spec, result)) = running.next().await {
            let note = |reason: String| StreamNote {
                connection: self.connection.to_string(),
                stream: spec.name.to_string(),
                reason,
            };
            match result {
                Ok(StreamEnd::Read(records)) => report.records.extend(records),
                Ok(StreamEnd::Off(reason)) => {
                    self.tell(
                        |connection, stream| Event::StreamOff { connection, stream, reason: reason.clone() },
                        &spec,
                    );
                    report.off.push(note(reason));
                }
                Ok(StreamEnd::Halted(reason)) => {
                    self.tell(
                        |connection, stream| Event::StreamFailed { connection, stream, reason: reason.clone() },
                        &spec,
                    );
                    report.failed.push(note(reason));
                }
                Err(EngineError::Connector(error))
                    if !matches!(error, ConnectorError::Auth { .. } | ConnectorError::Stopped) =>
                {
                    let reason = error.to_string();
                    self.tell(
                        |connection, stream| Event::StreamFailed { connection, stream, reason: reason.clone() },
                        &spec,
                    );
                    report.failed.push(note(reason));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn tell(&self, event: impl FnOnce(ConnectionName, StreamName) -> Event, spec: &StreamSpec) {
        self.progress.note(event(self.connection.clone(), spec.name.clone()));
    }

    async fn run_stream(
        &self,
        spec: &StreamSpec,
        followed: &BTreeMap<ObjectKind, Arc<Followed>>,
    ) -> Result<StreamEnd, EngineError> {
        let state = self.store.find_stream(&self.connection, &spec.name).await?;
        if let Some(state) = &state
            && state.state == StreamSwitch::Halted
        {
            let reason = state.reason.clone().unwrap_or_default();
            return Ok(StreamEnd::Halted(format!("halted: {reason}; `intentd doctor` says what to do")));
        }
        if spec.kind == StreamKind::Reference
            && let Some(read_at) = state.as_ref().and_then(|state| state.last_success_at)
            && self.now.ms_since(read_at) < REFERENCE_EVERY_MS
        {
            return Ok(StreamEnd::Read(Vec::new()));
        }
        if let StreamKind::AssociationsOf { kind, batch } = spec.kind {
            return self.follow(spec, kind, batch, &followed[&kind]).await;
        }
        let mut ends = Vec::new();
        let read = match self.open_plan(spec, state.as_ref()).await {
            Ok(plan) => self.read_plan(spec, plan, followed).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(records) => ends.push(records),
            Err(EngineError::Connector(ConnectorError::Forbidden { missing_scopes, detail })) => {
                let reason = if missing_scopes.is_empty() {
                    detail
                } else {
                    format!("{detail} (missing: {})", missing_scopes.join(", "))
                };
                self.switch_off(spec, state, &reason).await?;
                return Ok(StreamEnd::Off(reason));
            }
            Err(error) => return Err(error),
        }
        if let StreamKind::Objects { kind } = spec.kind
            && let Some(state) = self.store.find_stream(&self.connection, &spec.name).await?
            && state.last_reconcile_at.is_none_or(|at| self.now.ms_since(at) >= self.reconcile_every_ms)
        {
            match self.reconcile(spec, kind, followed).await? {
                Ok(records) => ends.push(records),
                Err(reason) => return Ok(StreamEnd::Halted(reason)),
            }
        }
        self.tell(|connection, stream| Event::StreamDone { connection, stream }, spec);
        Ok(StreamEnd::Read(ends))
    }

    async fn switch_off(&self, spec: &StreamSpec, state: Option<StreamState>, reason: &str) -> Result<(), EngineError> {
        let mut tx = self.store.begin().await?;
        let state =
            StreamState { state: StreamSwitch::Off, reason: Some(reason.to_owned()), ..state.unwrap_or_default() };
        tx.set_stream(&self.connection, &spec.name, &state).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Resumes the plan that a dead run left open, or makes a new one.
    async fn open_plan(&self, spec: &StreamSpec, state: Option<&StreamState>) -> Result<OpenPlan, EngineError> {
        let wanted = self.selection_fingerprint(spec);
        if let Some(open) = self.store.find_open_plan(&self.connection, &spec.name).await? {
            let same = open.checkpoint.as_ref().and_then(Checkpoint::read::<StoredCheckpoint>);
            // A reconcile pass says something about one moment only; one that was interrupted starts anew when its turn comes.
            let resumes = open.mode != Mode::Reconcile && same.is_some_and(|stored| stored.selection == wanted);
            let mut tx = self.store.begin().await?;
            if resumes {
                tx.adopt_plan(open.plan_id, self.run_id).await?;
                tx.commit().await?;
                return Ok(open);
            }
            let reason = if open.mode == Mode::Reconcile { "starts anew" } else { "asked for other properties" };
            tx.drop_plan(open.plan_id, self.now, reason).await?;
            tx.commit().await?;
        }
        let stored = state
            .and_then(|state| state.checkpoint.as_ref())
            .and_then(Checkpoint::read::<StoredCheckpoint>)
            .filter(|stored| stored.selection == wanted);
        let mode = if stored.is_some() { Mode::Incremental } else { Mode::Backfill };
        self.make_plan(spec, mode, stored.map(|stored| stored.connector)).await
    }

    async fn make_plan(
        &self,
        spec: &StreamSpec,
        mode: Mode,
        checkpoint: Option<Checkpoint>,
    ) -> Result<OpenPlan, EngineError> {
        let plan = self.connector.source().plan(&self.context(), &spec.name, mode, checkpoint.as_ref()).await?;
        let stored = StoredCheckpoint { selection: self.selection_fingerprint(spec), connector: plan.checkpoint };
        let stored = Checkpoint::of(&stored);
        self.insert_plan(spec, plan.mode, Some(&stored), plan.windows).await
    }

    async fn insert_plan(
        &self,
        spec: &StreamSpec,
        mode: Mode,
        checkpoint: Option<&Checkpoint>,
        windows: Vec<WindowSpec>,
    ) -> Result<OpenPlan, EngineError> {
        let mut tx = self.store.begin().await?;
        let plan_id = tx.insert_plan(self.run_id, &self.connection, &spec.name, mode, checkpoint, self.now).await?;
        let ids = tx.insert_windows(plan_id, &windows, self.now).await?;
        tx.commit().await?;
        let windows = ids
            .into_iter()
            .zip(windows)
            .map(|(window_id, spec)| OpenWindow { window_id, spec, cursor: None, stored: 0 })
            .collect();
        Ok(OpenPlan { plan_id, run_id: self.run_id, mode, checkpoint: checkpoint.cloned(), windows })
    }

    /// Reads all windows of a plan and closes it.
    async fn read_plan(
        &self,
        spec: &StreamSpec,
        plan: OpenPlan,
        followed: &BTreeMap<ObjectKind, Arc<Followed>>,
    ) -> Result<StreamRecords, EngineError> {
        let (plan_id, mode) = (plan.plan_id, plan.mode);
        let total = self.read_windows(spec, plan, followed).await?;
        crash::point("pull.before_close").await;
        let mut tx = self.store.begin().await?;
        tx.close_plan(plan_id, self.now).await?;
        if mode == Mode::Backfill && matches!(spec.kind, StreamKind::Objects { .. }) {
            // Everything that exists has just been listed; there is nothing that could have vanished from it.
            tx.mark_reconciled(&self.connection, &spec.name, self.now).await?;
        }
        tx.commit().await?;
        Ok(self.records(spec, mode, &total))
    }

    async fn read_windows(
        &self,
        spec: &StreamSpec,
        plan: OpenPlan,
        followed: &BTreeMap<ObjectKind, Arc<Followed>>,
    ) -> Result<Committed, EngineError> {
        let (mode, count) = (plan.mode, plan.windows.len());
        self.tell(|connection, stream| Event::StreamStarted { connection, stream, mode, windows: count }, spec);
        let mut waiting: VecDeque<Chain> = plan.windows.into_iter().map(Chain::from).collect();
        let mut running = FuturesUnordered::new();
        let mut total = Committed::default();
        loop {
            while running.len() < WINDOWS_AT_ONCE
                && let Some(chain) = waiting.pop_front()
            {
                running.push(self.read_page(spec, plan.plan_id, chain));
            }
            let Some(result) = running.next().await else { break };
            let (chain, committed, goes_on) = result?;
            total.add(&committed);
            if let StreamKind::Objects { kind } = spec.kind {
                followed[&kind].start();
            }
            self.tell(|connection, stream| Event::Page { connection, stream, records: committed.delivered }, spec);
            for (window_id, spec) in committed.split {
                waiting.push_back(Chain::from(OpenWindow { window_id, spec, cursor: None, stored: 0 }));
            }
            // A window that goes on is asked at once, before new ones are opened: its pages are one chain.
            if goes_on {
                waiting.push_front(chain);
            }
        }
        Ok(total)
    }

    /// Reads one page of a window while the page before it is being written, and starts to write it.
    async fn read_page(
        &self,
        spec: &StreamSpec,
        plan_id: i64,
        mut chain: Chain,
    ) -> Result<(Chain, Committed, bool), EngineError> {
        let window = &chain.window;
        let read =
            self.connector.source().read(&self.context(), &spec.name, &window.spec, window.cursor.as_ref()).await;
        // Whatever came of the reading: the page before this one is durable before anything else happens to its window.
        let mut committed = match chain.writing.take() {
            Some(writing) => written(writing).await?,
            None => Committed::default(),
        };
        let page = read?;
        let cursor = match &page.next {
            Next::More(cursor) | Next::Split { cursor, .. } => Some(cursor.clone()),
            Next::Done(_) => None,
        };
        if cursor.is_some() && cursor == chain.window.cursor {
            let detail = format!("window {} does not move on", chain.window.spec.key);
            return Err(EngineError::Connector(ConnectorError::Malformed { detail }));
        }
        crash::point("pull.before_commit").await;
        let goes_on_alone = matches!(page.next, Next::More(_));
        let place = self.place(spec, plan_id, &chain.window);
        // Its own task: a stream that fails beside this one must not cancel a transaction half-way.
        let writing = tokio::spawn(commit(place, page.items, page.next));
        if goes_on_alone {
            chain.writing = Some(writing);
        } else {
            // Windows that were split off, and the end of this one, exist only once they are written.
            let last = written(writing).await?;
            committed.add(&last);
            committed.split = last.split;
        }
        let goes_on = cursor.is_some();
        chain.window.cursor = cursor;
        Ok((chain, committed, goes_on))
    }

    fn place(&self, spec: &StreamSpec, plan_id: i64, window: &OpenWindow) -> PagePlace {
        PagePlace {
            store: self.store.clone(),
            connection: self.connection.clone(),
            mapping: Arc::clone(&self.mapping),
            zone: self.zone.clone(),
            run_id: self.run_id,
            stream: spec.name.clone(),
            kind: spec.kind.clone(),
            plan_id,
            window_id: window.window_id,
            window: window.spec.clone(),
            now: self.now,
        }
    }

    /// Reads the associations of the objects that other streams touched, while those are still coming.
    async fn follow(
        &self,
        spec: &StreamSpec,
        kind: ObjectKind,
        batch: usize,
        followed: &Followed,
    ) -> Result<StreamEnd, EngineError> {
        let none = BTreeMap::from(ObjectKind::ALL.map(|kind| (kind, Arc::new(Followed::default()))));
        // What a dead run left open is asked again from the marks on the objects.
        if let Some(open) = self.store.find_open_plan(&self.connection, &spec.name).await? {
            let mut tx = self.store.begin().await?;
            tx.drop_plan(open.plan_id, self.now, "asked again").await?;
            tx.commit().await?;
        }
        let mut total: Option<Committed> = None;
        loop {
            let moved = followed.moved.notified();
            let ended = followed.done.load(Ordering::SeqCst);
            let ids = self.store.list_stale_links(&self.connection, kind, (batch * WINDOWS_AT_ONCE) as u32).await?;
            let full = ids.len() / batch * batch;
            let take = if ended { ids.len() } else { full };
            if take == 0 {
                if ended {
                    break;
                }
                moved.await;
                continue;
            }
            let windows = ids[..take].chunks(batch).map(|ids| batch_window(ids, Mode::Incremental)).collect();
            let plan = self.insert_plan(spec, Mode::Incremental, None, windows).await?;
            let plan_id = plan.plan_id;
            let read = self.read_windows(spec, plan, &none).await?;
            let mut tx = self.store.begin().await?;
            tx.close_plan(plan_id, self.now).await?;
            tx.commit().await?;
            total.get_or_insert_default().add(&read);
        }
        self.tell(|connection, stream| Event::StreamDone { connection, stream }, spec);
        Ok(StreamEnd::Read(total.iter().map(|total| self.records(spec, Mode::Incremental, total)).collect()))
    }

    /// Finds what incremental reading cannot see: archived, merged and deleted records. The inner error is the reason for which
    /// the stream was halted (I10).
    async fn reconcile(
        &self,
        spec: &StreamSpec,
        kind: ObjectKind,
        followed: &BTreeMap<ObjectKind, Arc<Followed>>,
    ) -> Result<Result<StreamRecords, String>, EngineError> {
        // Reconciling reads no values: the checkpoint of the values stays what it is.
        let state = self.store.find_stream(&self.connection, &spec.name).await?.unwrap_or_default();
        let stored = state.checkpoint.as_ref().and_then(Checkpoint::read::<StoredCheckpoint>);
        let plan = self.make_plan(spec, Mode::Reconcile, stored.map(|stored| stored.connector)).await?;
        let (plan_id, known) = (plan.plan_id, self.store.count_targets(&self.connection, kind).await?);
        let total = self.read_windows(spec, plan, followed).await?;
        let mut tx = self.store.begin().await?;
        let unseen = tx.list_unseen(&self.connection, kind, plan_id, None, u32::MAX).await?;
        if let (Err(reason), false) = (check_departures(unseen.len() as u64, known), state.is_approved()) {
            let state = StreamState { state: StreamSwitch::Halted, reason: Some(reason.clone()), ..state };
            tx.drop_plan(plan_id, self.now, &reason).await?;
            tx.set_stream(&self.connection, &spec.name, &state).await?;
            tx.commit().await?;
            return Ok(Err(reason));
        }
        let window = OpenWindow { window_id: 0, spec: batch_window(&[], Mode::Reconcile), cursor: None, stored: 0 };
        let place = self.place(spec, plan_id, &window);
        // Neither listed nor in the recycle bin, twice: deleted for good, which is what a privacy deletion looks like. Once
        // is not enough: a record that was archived, or merged into one that the search does not show yet, while the list
        // was read, looks the same, and what is erased does not come back.
        if kind == ObjectKind::Contact {
            for id in tx.list_gone(&self.connection, kind).await? {
                depart(&mut tx, &place, kind, &id, &Departure::PrivacyDeleted).await?;
            }
        }
        for id in &unseen {
            depart(&mut tx, &place, kind, id, &Departure::Vanished).await?;
        }
        tx.close_plan(plan_id, self.now).await?;
        tx.commit().await?;
        Ok(Ok(self.records(spec, Mode::Reconcile, &total)))
    }

    fn context(&self) -> ReadContext<'_> {
        ReadContext { permits: self.permits.as_ref(), selection: &self.selection, mirror: self, now: self.now }
    }

    fn selection_fingerprint(&self, spec: &StreamSpec) -> String {
        match spec.kind {
            // Mapped fields are kept, not what the vendor sent: other mappings need the records once more.
            StreamKind::Objects { kind } => {
                let names = self.selection.properties.get(&kind);
                let mappings: Vec<_> = self.mapping.fields.iter().filter(|mapping| mapping.kind == kind).collect();
                fingerprint(&(names, mappings, self.zone.iana_name()))
            }
            _ => String::new(),
        }
    }

    fn records(&self, spec: &StreamSpec, mode: Mode, total: &Committed) -> StreamRecords {
        StreamRecords {
            connection: self.connection.to_string(),
            stream: spec.name.to_string(),
            mode: mode.as_str().to_owned(),
            delivered: total.delivered,
            new: total.new,
            changed: total.changed,
            echoes: total.echoes,
        }
    }
}

/// A window that is being read, and its page that is being written meanwhile.
struct Chain {
    window: OpenWindow,
    writing: Option<JoinHandle<Result<Committed, EngineError>>>,
}

impl From<OpenWindow> for Chain {
    fn from(window: OpenWindow) -> Chain {
        Chain { window, writing: None }
    }
}

/// Waits until a page is durable.
async fn written(writing: JoinHandle<Result<Committed, EngineError>>) -> Result<Committed, EngineError> {
    let committed = writing.await.map_err(|_| EngineError::Panicked)??;
    crash::point("pull.after_commit").await;
    Ok(committed)
}

enum StreamEnd {
    Read(Vec<StreamRecords>),
    Off(String),
    Halted(String),
}

/// Sixteen hexadecimal digits over a value.
fn fingerprint(value: &impl Serialize) -> String {
    let canonical = serde_json::to_vec(value).unwrap_or_default();
    Sha256::digest(&canonical).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn batch_window(ids: &[ExternalId], mode: Mode) -> WindowSpec {
    let key = match (ids.first(), ids.last()) {
        (Some(first), Some(last)) => format!("{} ids {first}..{last}", ids.len()),
        _ => String::new(),
    };
    WindowSpec { key, mode, ids: ids.to_vec(), bounds: serde_json::Value::Null }
}

#[async_trait]
impl Mirror for Pull {
    async fn count_modified(&self, kind: ObjectKind, from: Timestamp, to: Timestamp) -> Result<u64, ConnectorError> {
        self.store.count_modified(&self.connection, kind, from, to).await.map_err(uncounted)
    }

    async fn count_members(&self, segment: &ExternalId) -> Result<u64, ConnectorError> {
        self.store.count_members(&self.connection, segment).await.map_err(uncounted)
    }
}

fn uncounted(error: StoreError) -> ConnectorError {
    ConnectorError::Transient { retry_after_ms: None, detail: error.to_string() }
}
