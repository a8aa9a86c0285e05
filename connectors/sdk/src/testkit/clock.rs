//! A clock that stands still until it is moved.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

use crate::clock::{Clock, Sleep};
use crate::time::Timestamp;

#[derive(Default)]
struct State {
    now: Timestamp,
    monotonic: Duration,
}

/// A clock that is moved by hand, or jumps over every wait when made with [`TestClock::jumping`].
#[derive(Clone)]
pub struct TestClock {
    state: Arc<Mutex<State>>,
    moved: Arc<Notify>,
    jumping: Arc<AtomicBool>,
}

impl TestClock {
    /// Stands at `now`; sleepers wake when [`TestClock::advance`] passes their time.
    pub fn at(now: Timestamp) -> TestClock {
        TestClock {
            state: Arc::new(Mutex::new(State { now, monotonic: Duration::ZERO })),
            moved: Arc::new(Notify::new()),
            jumping: Arc::default(),
        }
    }

    /// Every sleep ends at once and moves the clock by its length.
    pub fn jumping(now: Timestamp) -> TestClock {
        let clock = TestClock::at(now);
        clock.jumping.store(true, Ordering::SeqCst);
        clock
    }

    /// From now on only [`TestClock::advance`] moves it.
    pub fn stand(&self) {
        self.jumping.store(false, Ordering::SeqCst);
    }

    /// Moves the clock forward and wakes sleepers.
    pub fn advance(&self, by: Duration) {
        {
            let mut state = self.state.lock().expect("no holder panics");
            state.now = state.now.plus_ms(by.as_millis() as i64);
            state.monotonic += by;
        }
        self.moved.notify_waiters();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.state.lock().expect("no holder panics").now
    }

    fn monotonic(&self) -> Duration {
        self.state.lock().expect("no holder panics").monotonic
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        if clock.jumping.load(Ordering::SeqCst) {
            return Box::pin(async move {
                clock.advance(duration);
                tokio::task::yield_now().await;
            });
        }
        let until = self.monotonic() + duration;
        Box::pin(async move {
            loop {
                let moved = clock.moved.notified();
                if clock.monotonic() >= until {
                    return;
                }
                moved.await;
            }
        })
    }
}
