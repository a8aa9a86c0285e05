//! Spreads the start of calls within a burst over a few hundred milliseconds. Keeps no limit: those are
//! [`crate::domain::quota`]'s.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::domain::quota::Moment;

/// How much faster than the sustained rate a burst may run.
const BURST_PACE: u32 = 10;

/// The pace of one bucket.
pub(super) struct Pacer {
    limiter: RateLimiter<NotKeyed, InMemoryState, HandedTime, NoOpMiddleware<Nanos>>,
    time: HandedTime,
}

impl Pacer {
    /// A pace for a bucket that allows so many calls in a period.
    pub(super) fn new(allowed: u32, period_ms: u64, max_in_flight: u32) -> Pacer {
        let per_call = Duration::from_millis(period_ms) / allowed.saturating_mul(BURST_PACE).max(1);
        let burst = NonZeroU32::new(max_in_flight).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(per_call.max(Duration::from_nanos(1)))
            .unwrap_or(Quota::per_second(NonZeroU32::MAX))
            .allow_burst(burst);
        let time = HandedTime::default();
        Pacer { limiter: RateLimiter::direct_with_clock(quota, time.clone()), time }
    }

    /// Starts a call, or says how long to wait first.
    pub(super) fn start(&self, now: Moment) -> Option<Duration> {
        self.time.now_ms.store(now.monotonic_ms, Ordering::Relaxed);
        let refused = self.limiter.check().err()?;
        Some(refused.wait_time_from(self.time.now()).max(Duration::from_millis(1)))
    }
}

/// The time is handed in, like everybody's.
#[derive(Clone, Default)]
struct HandedTime {
    now_ms: Arc<AtomicU64>,
}

impl Clock for HandedTime {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_millis(self.now_ms.load(Ordering::Relaxed)))
    }
}
