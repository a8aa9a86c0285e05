//! Time in these stories passes when the story says so. Nobody sleeps: a wait is over at once and moves the clock.

use std::time::Duration;

use intentd_sdk::Timestamp;
use intentd_sdk::clock::{Clock, Sleep};
use intentd_sdk::testkit::TestClock;

/// How often the engine writes its budgets down. That second never passes by itself: it would run along with whatever the
/// runtime does first, and no run could be repeated.
const LEDGER: Duration = Duration::from_secs(1);

/// The clock of one party, so far ahead of the true one or behind it.
#[derive(Clone)]
pub(crate) struct StoryClock {
    time: TestClock,
    skew_ms: i64,
}

impl StoryClock {
    pub(crate) fn at(now: Timestamp) -> StoryClock {
        StoryClock { time: TestClock::at(now), skew_ms: 0 }
    }

    /// The same time on a clock that is wrong.
    pub(crate) fn skewed(&self, skew_ms: i64) -> StoryClock {
        StoryClock { time: self.time.clone(), skew_ms }
    }

    pub(crate) fn pass(&self, ms: u64) {
        self.time.advance(Duration::from_millis(ms));
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        self.time.now().plus_ms(self.skew_ms)
    }

    fn monotonic(&self) -> Duration {
        self.time.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        if duration == LEDGER {
            return Box::pin(std::future::pending());
        }
        let time = self.time.clone();
        Box::pin(async move { time.advance(duration) })
    }
}
