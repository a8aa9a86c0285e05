//! Permits without limits, which remember what the answers taught, and which a test can stop.

use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::error::ConnectorError;
use crate::permit::{CallClass, Observation, Permit, Permits};
use crate::time::Timestamp;

#[derive(Default)]
struct State {
    taken: u64,
    /// Permits that are still given out before the stop; `None`: there is no stop.
    left: Option<u64>,
    observed: Vec<(CallClass, Observation)>,
}

/// Hands out every permit at once and records the observation of every call.
#[derive(Clone, Default)]
pub struct Unlimited {
    state: Arc<Mutex<State>>,
    stop: Arc<Notify>,
}

impl Unlimited {
    /// Gives out so many permits more; then the daemon is stopping.
    pub fn stop_after(&self, permits: u64) {
        self.lock().left = Some(permits);
        self.stop.notify_waiters();
    }

    /// Permits given out so far.
    pub fn taken(&self) -> u64 {
        self.lock().taken
    }

    /// The calls made so far, in the order in which they ended.
    pub fn observed(&self) -> Vec<(CallClass, Observation)> {
        self.lock().observed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while holding this")
    }
}

#[async_trait]
impl Permits for Unlimited {
    async fn acquire(&self, class: CallClass) -> Result<Permit, ConnectorError> {
        {
            let mut state = self.lock();
            match &mut state.left {
                Some(0) => return Err(ConnectorError::Stopped),
                Some(left) => *left -= 1,
                None => {}
            }
            state.taken += 1;
        }
        self.stop.notify_waiters();
        let state = Arc::clone(&self.state);
        Ok(Permit::issue(class, move |observation| {
            state.lock().expect("no test panics while holding this").observed.push((class, observation));
        }))
    }

    fn parked_until(&self, _class: CallClass) -> Option<Timestamp> {
        None
    }

    async fn stopped(&self) {
        loop {
            let moved = self.stop.notified();
            if self.lock().left == Some(0) {
                return;
            }
            moved.await;
        }
    }
}
