//! The daemon's loop: a cycle, a rest, and so on, until it is told to stop. Everything it waits for is named; a signal ends a
//! rest at once and lets a cycle finish what it has begun.

use std::sync::Arc;
use std::time::Duration;

use intentd_sdk::clock::Clock;
use intentd_sdk::retry::{self, Retry, RetryPolicy};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::EngineError;
use super::cycle::Engine;
use super::summary::Summary;

/// What the service tells the outside between cycles.
pub trait Watcher: Send + Sync {
    /// A cycle starts.
    fn cycle_started(&self);
    /// A cycle ended.
    fn cycle_ended(&self, result: &Result<Summary, EngineError>, next_in: Duration);
}

/// The loop and what drives it.
pub struct Service {
    pub clock: Arc<dyn Clock>,
    pub sync_every: Duration,
    pub stopping: CancellationToken,
    /// Somebody wants a cycle now, or new rules are in force.
    pub wake: Arc<Notify>,
    pub watcher: Arc<dyn Watcher>,
}

/// After a failed cycle: soon again, then less and less often.
const AFTER_FAILURE: RetryPolicy = RetryPolicy { max_attempts: u32::MAX, base_ms: 5_000, cap_ms: 900_000 };

impl Service {
    /// Runs cycles until told to stop. `engine` gives the engine with the rules that are in force at that moment.
    pub async fn run(&self, engine: impl Fn() -> Engine) {
        let mut failures = 0;
        while !self.stopping.is_cancelled() {
            self.watcher.cycle_started();
            let result = engine().cycle().await;
            let rest = match &result {
                Ok(_) => {
                    failures = 0;
                    self.sync_every
                }
                Err(_) => {
                    failures += 1;
                    match retry::next(AFTER_FAILURE, failures, None, u32::MAX / 2) {
                        Retry::After(ms) => Duration::from_millis(ms),
                        Retry::GiveUp => self.sync_every,
                    }
                }
            };
            self.watcher.cycle_ended(&result, rest);
            tokio::select! {
                () = self.stopping.cancelled() => {}
                () = self.wake.notified() => {}
                () = self.clock.sleep(rest) => {}
            }
        }
    }
}
