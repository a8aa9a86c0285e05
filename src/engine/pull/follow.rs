//! Streams that follow others: associations are read for the records that other streams touched, while those still come.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use intentd_sdk::record::ObjectKind;
use intentd_sdk::source::{Mode, StreamSpec};
use tokio::sync::Notify;

use super::{Pull, StreamEnd, WINDOWS_AT_ONCE, batch_window};
use crate::engine::EngineError;
use crate::engine::page::Committed;
use crate::engine::progress::Event;

/// Lets the association stream wait for the objects that it follows.
#[derive(Default)]
pub(super) struct Followed {
    /// A page has come, or none will.
    pub(super) started: AtomicBool,
    pub(super) done: AtomicBool,
    pub(super) moved: Notify,
}

impl Followed {
    pub(super) fn start(&self) {
        self.started.store(true, Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    pub(super) fn end(&self) {
        self.done.store(true, Ordering::SeqCst);
        self.start();
    }

    /// Waits for the first page.
    pub(super) async fn first_page(&self) {
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
    /// Reads the associations of the objects that other streams touched, while those are still coming.
    pub(super) async fn follow(
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
            tx.drop_plan(open.plan_id, self.clock.now(), "asked again").await?;
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
            tx.close_plan(plan_id, self.clock.now()).await?;
            tx.commit().await?;
            total.get_or_insert_default().add(&read);
        }
        self.tell(|connection, stream| Event::StreamDone { connection, stream }, spec);
        Ok(StreamEnd::Read(total.iter().map(|total| self.records(spec, Mode::Incremental, total)).collect()))
    }
}
