//! The reconcile pass: finds what incremental reading cannot see, archived, merged and deleted records (I10).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use intentd_sdk::ConnectorError;
use intentd_sdk::cursor::Checkpoint;
use intentd_sdk::record::{Departure, ExternalId, GoneRecord, Item, ObjectKind};
use intentd_sdk::source::{Mode, StreamSpec, WindowSpec};

use super::follow::Followed;
use super::plans::StoredCheckpoint;
use super::{Pull, batch_window};
use crate::domain::plan::check_departures;
use crate::engine::EngineError;
use crate::engine::page::{Committed, NOT_READ_YET, commit, depart};
use crate::engine::summary::StreamRecords;
use crate::store::{IssueRow, OpenWindow, RemoteState, StreamState, StreamSwitch};

/// Records that are read by their ids at a time.
const UNREAD_AT_ONCE: usize = 100;

/// Departures that the vendor told during a reconcile pass. None of them is believed before all are counted: somebody who puts
/// half of the account into the recycle bin by mistake will take it out again (I10).
#[derive(Clone, Default)]
pub struct Withheld(Arc<Mutex<BTreeMap<ObjectKind, BTreeMap<ExternalId, GoneRecord>>>>);

impl Withheld {
    fn take(&self, kind: ObjectKind) -> Vec<GoneRecord> {
        self.lock().remove(&kind).unwrap_or_default().into_values().collect()
    }

    fn add(&self, gone: GoneRecord) {
        self.lock().entry(gone.kind).or_default().insert(gone.id.clone(), gone);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ObjectKind, BTreeMap<ExternalId, GoneRecord>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pull {
    /// Keeps back the departures of records that are present here: until the pass has ended they count as listed. What
    /// others have long forgotten, or what was merged, changes nothing and passes.
    pub(super) async fn withhold(&self, items: Vec<Item>) -> Result<Vec<Item>, EngineError> {
        let mut told: BTreeMap<ObjectKind, Vec<ExternalId>> = BTreeMap::new();
        for gone in items.iter().filter_map(departure) {
            told.entry(gone.kind).or_default().push(gone.id.clone());
        }
        let mut present: BTreeSet<(ObjectKind, ExternalId)> = BTreeSet::new();
        for (kind, ids) in told {
            let mut tx = self.store.begin().await?;
            let rows = tx.find_remote(&self.connection, kind, &ids).await?;
            tx.commit().await?;
            let here = rows.into_iter().filter(|(_, row)| row.state == RemoteState::Present);
            present.extend(here.map(|(id, _)| (kind, id)));
        }
        let keep = |item: Item| match item {
            Item::Gone(gone) if departure_counts(&gone) && present.contains(&(gone.kind, gone.id.clone())) => {
                let (kind, id) = (gone.kind, gone.id.clone());
                self.withheld.add(gone);
                Item::Present { kind, id }
            }
            other => other,
        };
        Ok(items.into_iter().map(keep).collect())
    }

    /// Finds what incremental reading cannot see: archived, merged and deleted records. The inner error is the reason for which
    /// the stream was halted (I10).
    pub(super) async fn reconcile(
        &self,
        spec: &StreamSpec,
        kind: ObjectKind,
        followed: &BTreeMap<ObjectKind, Arc<Followed>>,
    ) -> Result<Result<StreamRecords, String>, EngineError> {
        // Reconciling reads no values: the checkpoint of the values stays what it is.
        let state = self.store.find_stream(&self.connection, &spec.name).await?.unwrap_or_default();
        let stored = state.checkpoint.as_ref().and_then(Checkpoint::read::<StoredCheckpoint>);
        self.withheld.take(kind);
        let plan = self.make_plan(spec, Mode::Reconcile, stored.map(|stored| stored.connector)).await?;
        let (plan_id, known) = (plan.plan_id, self.store.count_targets(&self.connection, kind).await?);
        let mut total = self.read_windows(spec, plan, followed).await?;
        total.add(&self.read_unread(spec, plan_id).await?);
        let mut tx = self.store.begin().await?;
        let unseen = tx.list_unseen(&self.connection, kind, plan_id, None, u32::MAX).await?;
        let withheld = self.withheld.take(kind);
        let leaving = (unseen.len() + withheld.len()) as u64;
        if let (Err(reason), false) = (check_departures(leaving, known), state.is_approved()) {
            let state = StreamState { state: StreamSwitch::Halted, reason: Some(reason.clone()), ..state };
            tx.drop_plan(plan_id, self.clock.now(), &reason).await?;
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
        for gone in &withheld {
            depart(&mut tx, &place, kind, &gone.id, &gone.departure).await?;
        }
        for id in &unseen {
            depart(&mut tx, &place, kind, id, &Departure::Vanished).await?;
        }
        tx.close_plan(plan_id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(Ok(self.records(spec, Mode::Reconcile, &total)))
    }

    /// Reads the values of records that the pass listed and that nobody knows here: some are never shown by the vendor's
    /// search, so that no other window brings them. Those that cannot be read stay named as issues (I14).
    async fn read_unread(&self, spec: &StreamSpec, plan_id: i64) -> Result<Committed, EngineError> {
        let mut tx = self.store.begin().await?;
        let unread = tx.take_issues(self.run_id, &self.connection, &spec.name, NOT_READ_YET).await?;
        tx.commit().await?;
        let (mut total, mut named) = (Committed::default(), Vec::new());
        for ids in unread.chunks(UNREAD_AT_ONCE) {
            let window =
                WindowSpec { key: format!("listed only, from {}", ids[0]), ..batch_window(ids, Mode::Reconcile) };
            match self.connector.source().read(&self.context(), &spec.name, &window, None).await {
                Ok(page) => {
                    let read: BTreeSet<&ExternalId> = page.items.iter().filter_map(object).collect();
                    named.extend(ids.iter().filter(|id| !read.contains(id)).cloned());
                    let mut tx = self.store.begin().await?;
                    let window_ids =
                        tx.insert_windows(plan_id, std::slice::from_ref(&window), self.clock.now()).await?;
                    tx.commit().await?;
                    let window_id = window_ids.first().copied().unwrap_or_default();
                    let window = OpenWindow { window_id, spec: window, cursor: None, stored: 0 };
                    total.add(&commit(self.place(spec, plan_id, &window), page.items, page.next).await?);
                }
                Err(error @ (ConnectorError::Rejected { .. } | ConnectorError::Malformed { .. })) => {
                    tracing::warn!(stream.name = %spec.name, %error, "listed records could not be read");
                    named.extend(ids.iter().cloned());
                }
                Err(error) => return Err(error.into()),
            }
        }
        let issue = |id: ExternalId| IssueRow {
            stream: spec.name.clone(),
            external_id: Some(id),
            property: None,
            code: NOT_READ_YET.to_owned(),
            detail: String::new(),
        };
        let issues: Vec<IssueRow> = named.into_iter().map(issue).collect();
        let mut tx = self.store.begin().await?;
        tx.insert_issues(self.run_id, &self.connection, &issues, self.clock.now()).await?;
        tx.commit().await?;
        Ok(total)
    }
}

fn departure(item: &Item) -> Option<&GoneRecord> {
    match item {
        Item::Gone(gone) if departure_counts(gone) => Some(gone),
        _ => None,
    }
}

/// Whether somebody is lost by it; a merge loses nobody.
fn departure_counts(gone: &GoneRecord) -> bool {
    !matches!(gone.departure, Departure::Merged { .. })
}

fn object(item: &Item) -> Option<&ExternalId> {
    match item {
        Item::Object(record) => Some(&record.id),
        _ => None,
    }
}
