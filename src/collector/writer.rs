//! Many visits in one transaction: what came while the last commit ran goes into the next one. A visit is answered after its
//! commit and never before (I11).

use std::sync::Arc;
use std::time::Duration;

use intentd_sdk::clock::Clock;
use intentd_sdk::record::{ConnectionName, StreamName};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::refusal::Refused;
use crate::domain::visit::COLLECTOR;
use crate::store::{NewVisit, Store, StoreError};

/// Visits that wait for a commit; more are turned away rather than kept in memory.
const MOST_WAITING: usize = 4_096;
/// Visits in one transaction.
const BATCH: usize = 512;
/// How long an answer is waited for. The transaction itself is never cut short.
const PATIENCE: Duration = Duration::from_secs(8);
/// How often a transaction is tried that lost against another.
const TRIES: u32 = 3;
/// Between two such tries.
const PAUSE: Duration = Duration::from_millis(50);

/// One visit on its way.
struct Waiting {
    visit: NewVisit,
    committed: oneshot::Sender<()>,
}

/// Takes visits and says when they are durable. The writing task ends when all senders are gone and everything is written.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Waiting>,
    clock: Arc<dyn Clock>,
}

impl Writer {
    pub(super) fn start(store: Store, clock: Arc<dyn Clock>) -> (Writer, JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(MOST_WAITING);
        let task = tokio::spawn(write_all(store, waiting, Arc::clone(&clock)));
        (Writer { queue, clock }, task)
    }

    /// Returns when the visit is committed.
    pub(super) async fn commit(&self, visit: NewVisit) -> Result<(), Refused> {
        let (committed, answer) = oneshot::channel();
        self.queue.try_send(Waiting { visit, committed }).map_err(|_| Refused::Unavailable)?;
        tokio::select! {
            answer = answer => answer.map_err(|_| Refused::Unavailable),
            () = self.clock.sleep(PATIENCE) => Err(Refused::Unavailable),
        }
    }
}

async fn write_all(store: Store, mut queue: mpsc::Receiver<Waiting>, clock: Arc<dyn Clock>) {
    let mut failing = false;
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let (visits, answers): (Vec<NewVisit>, Vec<oneshot::Sender<()>>) =
            batch.drain(..).map(|waiting| (waiting.visit, waiting.committed)).unzip();
        let mut error = None;
        match commit(&store, &visits, clock.as_ref()).await {
            Ok(()) => answers.into_iter().for_each(acknowledge),
            // One visit that cannot be stored must not keep the others out.
            Err(StoreError::Inconsistent { .. }) if visits.len() > 1 => {
                for (visit, answer) in visits.iter().zip(answers) {
                    match commit(&store, std::slice::from_ref(visit), clock.as_ref()).await {
                        Ok(()) => acknowledge(answer),
                        Err(found) => error = Some(found),
                    }
                }
            }
            // Dropping the answers tells the callers that their visits are not stored.
            Err(found) => error = Some(found),
        }
        match error {
            Some(error) if !failing => {
                failing = true;
                tracing::warn!(error = %error, "visits cannot be stored and are refused: {error}");
            }
            Some(_) => {}
            None if failing => {
                failing = false;
                tracing::info!("visits are stored again");
            }
            None => {}
        }
    }
}

/// The caller may have gone; its visit counts nevertheless.
fn acknowledge(answer: oneshot::Sender<()>) {
    let _ = answer.send(());
}

async fn commit(store: &Store, visits: &[NewVisit], clock: &dyn Clock) -> Result<(), StoreError> {
    let mut tries = 1;
    loop {
        match try_commit(store, visits, clock).await {
            Err(error) if error.is_retryable() && tries < TRIES => {
                tries += 1;
                clock.sleep(PAUSE).await;
            }
            result => return result,
        }
    }
}

async fn try_commit(store: &Store, visits: &[NewVisit], clock: &dyn Clock) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.record_visits(&ConnectionName::from(COLLECTOR), &StreamName::from("visits"), visits, clock.now()).await?;
    tx.commit().await
}
