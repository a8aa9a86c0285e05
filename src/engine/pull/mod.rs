//! Observe: every stream of a connection is read to its end, many windows at once, each page in its own transaction.
//!
//! A stream's plan and its windows are stored before the first page is asked for. Who dies goes on from the last committed page
//! of each open window; a checkpoint moves only when every window of its plan is closed (I1, I14).

mod follow;
mod plans;
mod reconcile;
mod windows;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use intentd_sdk::clock::Clock;
use intentd_sdk::connector::Connector;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind, StreamName};
use intentd_sdk::source::{Mirror, Mode, ReadContext, Selection, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Timestamp};
use jiff::tz::TimeZone;

use self::follow::Followed;
pub use self::reconcile::Withheld;
use super::EngineError;
use super::page::Committed;
use super::progress::{Event, Progress};
use super::summary::{StreamNote, StreamRecords};
use crate::domain::mapping::MappingSet;
use crate::store::{Store, StoreError, StreamState, StreamSwitch};

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
    /// For windows that wait until the vendor has prepared something.
    pub clock: Arc<dyn Clock>,
    pub progress: Arc<dyn Progress>,
    pub withheld: Withheld,
}

/// What a pull brought, and which streams it could not read.
#[derive(Clone, Debug, Default)]
pub struct PullReport {
    pub records: Vec<StreamRecords>,
    pub off: Vec<StreamNote>,
    pub failed: Vec<StreamNote>,
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
        let touched: Vec<_> = touched.into_iter().collect();
        tx.mark_dirty(&touched).await?;
        tx.mark_companies_of_contacts_dirty(&touched).await?;
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
        match self.read_on(spec, state.as_ref(), followed).await {
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

    /// Reads the open plan of a stream to its end, or a new one. The places of an old plan can have become worthless (a cursor
    /// that expired at the vendor, one that another version wrote): then, once, everything is planned anew.
    async fn read_on(
        &self,
        spec: &StreamSpec,
        state: Option<&StreamState>,
        followed: &BTreeMap<ObjectKind, Arc<Followed>>,
    ) -> Result<StreamRecords, EngineError> {
        let (plan, resumes) = self.open_plan(spec, state).await?;
        let plan_id = plan.plan_id;
        match self.read_plan(spec, plan, followed).await {
            Err(EngineError::Connector(
                error @ (ConnectorError::Malformed { .. } | ConnectorError::Rejected { .. }),
            )) if resumes => {
                tracing::warn!(stream.name = %spec.name, "{} is planned anew, its places are of no use: {error}", spec.name);
                let mut tx = self.store.begin().await?;
                tx.drop_plan(plan_id, self.clock.now(), "its places are of no use any more").await?;
                tx.commit().await?;
                let (plan, _) = self.open_plan(spec, state).await?;
                self.read_plan(spec, plan, followed).await
            }
            read => read,
        }
    }

    async fn switch_off(&self, spec: &StreamSpec, state: Option<StreamState>, reason: &str) -> Result<(), EngineError> {
        let mut tx = self.store.begin().await?;
        let state =
            StreamState { state: StreamSwitch::Off, reason: Some(reason.to_owned()), ..state.unwrap_or_default() };
        tx.set_stream(&self.connection, &spec.name, &state).await?;
        tx.commit().await?;
        Ok(())
    }

    fn context(&self) -> ReadContext<'_> {
        ReadContext { permits: self.permits.as_ref(), selection: &self.selection, mirror: self, now: self.now }
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

enum StreamEnd {
    Read(Vec<StreamRecords>),
    Off(String),
    Halted(String),
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
