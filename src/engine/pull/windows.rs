//! The windows of a plan, many at once: each a chain of pages, of which the next is read while the last one is written.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use intentd_sdk::clock;
use intentd_sdk::record::ObjectKind;
use intentd_sdk::source::{Mode, Next, StreamKind, StreamSpec};
use intentd_sdk::{ConnectorError, Timestamp};
use tokio::task::JoinHandle;

use super::follow::Followed;
use super::{Pull, WINDOWS_AT_ONCE};
use crate::engine::page::{Committed, PagePlace, commit};
use crate::engine::progress::Event;
use crate::engine::summary::StreamRecords;
use crate::engine::{EngineError, crash};
use crate::store::{OpenPlan, OpenWindow};

/// A window that is being read, and its page that is being written meanwhile.
struct Chain {
    window: OpenWindow,
    writing: Option<JoinHandle<Result<Committed, EngineError>>>,
    /// Before this instant the vendor has nothing for us: it is still preparing what was asked for.
    not_before: Option<Timestamp>,
}

impl From<OpenWindow> for Chain {
    fn from(window: OpenWindow) -> Chain {
        Chain { window, writing: None, not_before: None }
    }
}

impl Pull {
    /// Reads all windows of a plan and closes it.
    pub(super) async fn read_plan(
        &self,
        spec: &StreamSpec,
        plan: OpenPlan,
        followed: &BTreeMap<ObjectKind, Arc<Followed>>,
    ) -> Result<StreamRecords, EngineError> {
        let (plan_id, mode) = (plan.plan_id, plan.mode);
        let total = self.read_windows(spec, plan, followed).await?;
        crash::point("pull.before_close").await;
        let mut tx = self.store.begin().await?;
        tx.close_plan(plan_id, self.clock.now()).await?;
        if mode == Mode::Backfill && matches!(spec.kind, StreamKind::Objects { .. }) {
            // Everything that exists has just been listed; there is nothing that could have vanished from it.
            tx.mark_reconciled(&self.connection, &spec.name, self.now).await?;
        }
        tx.commit().await?;
        Ok(self.records(spec, mode, &total))
    }

    pub(super) async fn read_windows(
        &self,
        spec: &StreamSpec,
        plan: OpenPlan,
        followed: &BTreeMap<ObjectKind, Arc<Followed>>,
    ) -> Result<Committed, EngineError> {
        let (mode, count) = (plan.mode, plan.windows.len());
        self.tell(|connection, stream| Event::StreamStarted { connection, stream, mode, windows: count }, spec);
        let mut waiting: VecDeque<Chain> = plan.windows.into_iter().map(Chain::from).collect();
        let mut running = FuturesUnordered::new();
        let mut resting = FuturesUnordered::new();
        let mut total = Committed::default();
        loop {
            while running.len() < WINDOWS_AT_ONCE
                && let Some(chain) = waiting.pop_front()
            {
                running.push(self.read_page(spec, plan.plan_id, chain));
            }
            let result = tokio::select! {
                Some(result) = running.next(), if !running.is_empty() => result,
                Some(rested) = resting.next(), if !resting.is_empty() => {
                    waiting.push_front(rested?);
                    continue;
                }
                else => break,
            };
            let (mut chain, committed, goes_on) = result?;
            total.add(&committed);
            if let StreamKind::Objects { kind } = spec.kind {
                followed[&kind].start();
            }
            self.tell(|connection, stream| Event::Page { connection, stream, records: committed.delivered }, spec);
            for (window_id, spec) in committed.split {
                waiting.push_back(Chain::from(OpenWindow { window_id, spec, cursor: None, stored: 0 }));
            }
            // A window that goes on is asked at once, before new ones are opened: its pages are one chain.
            match chain.not_before.take().filter(|_| goes_on) {
                Some(at) => resting.push(self.rest(chain, at)),
                None if goes_on => waiting.push_front(chain),
                None => {}
            }
        }
        Ok(total)
    }

    /// A window that takes no slot until the vendor has prepared what it is to read.
    async fn rest(&self, chain: Chain, until: Timestamp) -> Result<Chain, EngineError> {
        let wait_ms = until.as_ms() - self.clock.now().as_ms();
        if let Ok(wait_ms @ 1..) = u64::try_from(wait_ms) {
            clock::rest(self.clock.as_ref(), self.permits.as_ref(), Duration::from_millis(wait_ms)).await?;
        }
        Ok(chain)
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
        let mut page = read?;
        if chain.window.spec.mode == Mode::Reconcile {
            page.items = self.withhold(page.items).await?;
        }
        let cursor = match &page.next {
            Next::More(cursor) | Next::Later { cursor, .. } | Next::Split { cursor, .. } => Some(cursor.clone()),
            Next::Done(_) => None,
        };
        chain.not_before = match &page.next {
            Next::Later { at, .. } => Some(*at),
            _ => None,
        };
        // Who waits for the vendor may find it where it was.
        if cursor.is_some() && cursor == chain.window.cursor && chain.not_before.is_none() {
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

    pub(super) fn place(&self, spec: &StreamSpec, plan_id: i64, window: &OpenWindow) -> PagePlace {
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
            now: self.clock.now(),
        }
    }
}

/// Waits until a page is durable.
async fn written(writing: JoinHandle<Result<Committed, EngineError>>) -> Result<Committed, EngineError> {
    let committed = writing.await.map_err(|_| EngineError::Panicked)??;
    crash::point("pull.after_commit").await;
    Ok(committed)
}
