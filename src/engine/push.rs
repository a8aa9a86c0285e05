//! Transactions 3 and 4: a batch of the outbox is claimed, sent, and every row gets its outcome. The claim is durable before the
//! first byte leaves; a row whose outcome is unknown is looked up before anything is repeated (I5, I6, I11).

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use intentd_sdk::change::{Change, ChangeResult};
use intentd_sdk::connector::Connector;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};
use intentd_sdk::retry::{self, Retry, RetryPolicy};
use intentd_sdk::{ConnectorError, Timestamp};

use super::progress::{Event, Progress};
use super::{EngineError, crash};
use crate::domain::plan::same_value;
use crate::store::{NextState, OutboxRow, OutboxState, Settlement, Store};

/// Batches under way at once; the limiter decides how fast they go.
const BATCHES_AT_ONCE: usize = 4;
/// A row of ours that has not been settled by then is somebody else's to look up.
const LEASE_MS: i64 = 120_000;
/// An unknown outcome rests this long before it is looked up: the vendor may still be at work.
const SETTLE_MS: i64 = 5_000;
/// Why no more is sent in this cycle.
const OUTAGE: &str = "a whole batch came back without an answer; what is left waits for the next cycle";

/// One connection's outbox.
#[derive(Clone)]
pub struct Push {
    pub store: Store,
    pub connection: ConnectionName,
    pub connector: Arc<dyn Connector>,
    pub permits: Arc<dyn Permits>,
    pub clock: Arc<dyn intentd_sdk::clock::Clock>,
    /// Who claims: unique per process.
    pub owner: String,
    pub progress: Arc<dyn Progress>,
}

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PushReport {
    pub written: u64,
    pub rejected: u64,
}

/// What became of one batch.
struct Sent {
    report: PushReport,
    /// Of every change it is unknown what became of it.
    unanswered: bool,
}

impl Push {
    /// Sends everything that may be sent now.
    ///
    /// # Errors
    /// When the store fails or the vendor cannot be reached at all; claimed rows go back to waiting.
    pub async fn run(&self) -> Result<PushReport, EngineError> {
        let mut report = PushReport::default();
        // A look-up that fails is made again in the next cycle; meanwhile everything else can be sent.
        let look_up = match self.look_up_unknown(&mut report).await {
            Ok(()) => None,
            Err(EngineError::Connector(error)) => Some(error),
            Err(error) => return Err(error),
        };
        let waiting = self.store.count_outbox(&self.connection).await?.get(&OutboxState::Planned).copied().unwrap_or(0);
        self.progress.note(Event::PushStarted { connection: self.connection.clone(), changes: waiting });
        let mut running = FuturesUnordered::new();
        let mut failure = None;
        let mut empty = false;
        loop {
            while !empty && failure.is_none() && running.len() < BATCHES_AT_ONCE {
                crash::point("push.before_claim").await;
                let rows = self.claim().await?;
                if rows.is_empty() {
                    empty = true;
                } else {
                    crash::point("push.after_claim").await;
                    running.push(self.send(rows));
                }
            }
            let Some(result) = running.next().await else { break };
            let (sent, error) = result?;
            report.written += sent.report.written;
            report.rejected += sent.report.rejected;
            failure = failure.or(error);
            // Nothing was answered: the vendor has trouble of its own. More of the same would leave more in doubt.
            if sent.unanswered && failure.is_none() && !empty {
                failure = Some(ConnectorError::Transient { retry_after_ms: None, detail: OUTAGE.to_owned() });
            }
        }
        match failure.or(look_up) {
            None => Ok(report),
            Some(error) => Err(EngineError::Push { report, error }),
        }
    }

    async fn claim(&self) -> Result<Vec<OutboxRow>, EngineError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let limit = self.connector.destination().batch_size() as u32;
        let rows = tx.claim_outbox(&self.connection, limit, now, &self.owner, now.plus_ms(LEASE_MS)).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Sends one claimed batch. The second half of the answer is an error that concerns more than this batch.
    async fn send(&self, rows: Vec<OutboxRow>) -> Result<(Sent, Option<ConnectorError>), EngineError> {
        let mut settlements = Vec::new();
        let mut modified = Vec::new();
        let mut failure = None;
        for kind in ObjectKind::ALL {
            let rows: Vec<&OutboxRow> = rows.iter().filter(|row| row.kind == kind).collect();
            if rows.is_empty() {
                continue;
            }
            let batch: Vec<Change> = rows
                .iter()
                .map(|row| Change { outbox_id: row.id, kind, id: row.external_id.clone(), set: row.set.clone() })
                .collect();
            match self.connector.destination().push(self.permits.as_ref(), &batch).await {
                Ok(outcomes) => {
                    for row in rows {
                        // A change without an outcome is a change of which nothing is known.
                        let result = outcomes.iter().find(|outcome| outcome.outbox_id == row.id).map_or_else(
                            || ChangeResult::Unknown { reason: "no outcome".into() },
                            |outcome| outcome.result.clone(),
                        );
                        if let ChangeResult::Delivered { survivor: None, modified_at: Some(at) } = &result {
                            modified.push((kind, row.external_id.clone(), *at));
                        }
                        settlements.push(self.settlement(row, result));
                    }
                }
                Err(error) => {
                    let retry_after_ms = match &error {
                        ConnectorError::Limited { until, .. } => Some(until.ms_since(self.clock.now()).max(0) as u64),
                        _ => None,
                    };
                    for row in rows {
                        let reason = error.to_string();
                        let result = if error.is_not_executed() {
                            ChangeResult::NotExecuted { retry_after_ms, reason }
                        } else {
                            ChangeResult::Unknown { reason }
                        };
                        let mut settlement = self.settlement(row, result);
                        if error == ConnectorError::Stopped {
                            // Nobody refused it: whoever comes next sends it at once.
                            settlement.next = NextState::RetryAt(self.clock.now());
                        }
                        settlements.push(settlement);
                    }
                    failure = Some(error);
                }
            }
        }
        crash::point("push.after_send").await;
        let unanswered = settlements.iter().all(|one| matches!(one.result, ChangeResult::Unknown { .. }));
        let report = self.settle(settlements, modified).await?;
        crash::point("push.after_settle").await;
        Ok((Sent { report, unanswered }, failure))
    }

    fn settlement(&self, row: &OutboxRow, result: ChangeResult) -> Settlement {
        let next = next_state(row.attempt, &result, self.clock.now(), jitter(row.id, row.attempt));
        Settlement { id: row.id, fence: row.fence, result, next }
    }

    /// Writes down what became of rows; `modified` is when the vendor says it changed which record, so that our write is
    /// known for ours when it comes home.
    async fn settle(
        &self,
        settlements: Vec<Settlement>,
        modified: Vec<(ObjectKind, ExternalId, Timestamp)>,
    ) -> Result<PushReport, EngineError> {
        let count = |wanted: fn(&NextState) -> bool| {
            settlements.iter().filter(|settlement| wanted(&settlement.next)).count() as u64
        };
        let report = PushReport {
            written: count(|next| matches!(next, NextState::Delivered)),
            rejected: count(|next| matches!(next, NextState::Rejected | NextState::Missing)),
        };
        let changes = settlements.len() as u64;
        let (store, connection) = (self.store.clone(), self.connection.clone());
        let now = self.clock.now();
        // Its own task: the outcome of what was sent must be written down whatever happens beside it.
        tokio::spawn(async move {
            let mut tx = store.begin().await?;
            tx.settle_outbox(&settlements, now).await?;
            tx.note_modified(&connection, &modified).await?;
            tx.commit().await?;
            Ok::<_, EngineError>(())
        })
        .await
        .map_err(|_| EngineError::Panicked)??;
        self.progress.note(Event::Pushed { connection: self.connection.clone(), changes });
        Ok(report)
    }

    /// Settles rows whose outcome is unknown by asking the vendor what it holds now. Values that are there were delivered;
    /// values that are not there may be sent again, for writing the same value twice changes nothing.
    async fn look_up_unknown(&self, report: &mut PushReport) -> Result<(), EngineError> {
        let limit = self.connector.destination().batch_size() as u32;
        loop {
            let rows = self.store.list_unknown(&self.connection, self.clock.now(), limit).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let (mut settlements, mut modified) = (Vec::new(), Vec::new());
            for kind in ObjectKind::ALL {
                let rows: Vec<&OutboxRow> = rows.iter().filter(|row| row.kind == kind).collect();
                if rows.is_empty() {
                    continue;
                }
                let ids: Vec<_> = rows.iter().map(|row| row.external_id.clone()).collect();
                let mut properties: Vec<String> = rows.iter().flat_map(|row| row.set.keys().cloned()).collect();
                properties.sort();
                properties.dedup();
                let destination = self.connector.destination();
                let found = destination.look_up(self.permits.as_ref(), kind, &ids, &properties).await?;
                for row in rows {
                    let held = found.get(&row.external_id);
                    let arrived = held.is_some_and(|held| {
                        let of = |name: &String| held.values.get(name).and_then(Option::as_deref);
                        row.set.iter().all(|(name, value)| same_value(value, of(name)))
                    });
                    if let (true, Some(at)) = (arrived, held.and_then(|held| held.modified_at)) {
                        modified.push((kind, row.external_id.clone(), at));
                    }
                    let (result, next) = match (held, arrived) {
                        (_, true) => {
                            (ChangeResult::Delivered { survivor: None, modified_at: None }, NextState::Delivered)
                        }
                        (None, _) => (ChangeResult::Missing, NextState::Missing),
                        (Some(_), false) => {
                            let reason = "looked up: the values did not arrive".to_owned();
                            let result = ChangeResult::NotExecuted { retry_after_ms: None, reason };
                            (result, NextState::RetryAt(self.clock.now()))
                        }
                    };
                    settlements.push(Settlement { id: row.id, fence: row.fence, result, next });
                }
            }
            let settled = self.settle(settlements, modified).await?;
            report.written += settled.written;
            report.rejected += settled.rejected;
        }
    }
}

/// What follows from a result. Pure; the arithmetic of delays is the connector kit's.
fn next_state(attempt: u32, result: &ChangeResult, now: Timestamp, jitter: u32) -> NextState {
    match result {
        ChangeResult::Delivered { .. } => NextState::Delivered,
        ChangeResult::Rejected { .. } => NextState::Rejected,
        ChangeResult::Missing => NextState::Missing,
        ChangeResult::Unknown { .. } => NextState::Unknown { look_up_at: now.plus_ms(SETTLE_MS) },
        ChangeResult::NotExecuted { retry_after_ms, .. } => {
            match retry::next(RetryPolicy::PUSH, attempt, *retry_after_ms, jitter) {
                Retry::After(ms) => NextState::RetryAt(now.plus_ms(ms as i64)),
                // Nothing was executed, so patience costs nothing but time: keep on at the longest interval.
                Retry::GiveUp => NextState::RetryAt(now.plus_ms(RetryPolicy::PUSH.cap_ms as i64)),
            }
        }
    }
}

/// Spreads retries without a random source: rows differ, attempts differ.
fn jitter(id: i64, attempt: u32) -> u32 {
    let mixed = (id as u64)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(u64::from(attempt).wrapping_mul(0xbf58_476d_1ce4_e5b9));
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_decides_the_next_state() {
        let now = Timestamp::from_secs(1_000);
        let retry = |ms| ChangeResult::NotExecuted { retry_after_ms: ms, reason: String::new() };
        assert_eq!(next_state(1, &ChangeResult::Missing, now, 0), NextState::Missing);
        assert_eq!(
            next_state(1, &ChangeResult::Unknown { reason: String::new() }, now, 0),
            NextState::Unknown { look_up_at: now.plus_ms(SETTLE_MS) }
        );
        assert_eq!(next_state(1, &retry(Some(9_000)), now, 0), NextState::RetryAt(now.plus_ms(9_000)));
        assert_eq!(next_state(99, &retry(None), now, 0), NextState::RetryAt(now.plus_ms(3_600_000)));
    }
}
