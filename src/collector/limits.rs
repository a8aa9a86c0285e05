//! How much the collector takes: a token bucket for each address, and one for all together. Addresses are kept in memory for
//! about a minute and nowhere else (I12).

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::refusal::Refused;

/// More addresses than this at a time are an attack: no new ones are let in until others are forgotten.
const MOST_ADDRESSES: usize = 100_000;

type Middleware = NoOpMiddleware<Nanos>;

/// The buckets.
pub(super) struct Limits {
    addresses: RateLimiter<IpAddr, HashMapStateStore<IpAddr>, Time, Middleware>,
    total: RateLimiter<NotKeyed, InMemoryState, Time, Middleware>,
    time: Time,
    swept_s: AtomicU64,
}

/// The clock of this process, as the buckets read it.
#[derive(Clone)]
struct Time(Arc<dyn intentd_sdk::clock::Clock>);

impl governor::clock::Clock for Time {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.monotonic())
    }
}

impl Limits {
    pub(super) fn new(per_minute: u32, per_second: u32, clock: Arc<dyn intentd_sdk::clock::Clock>) -> Limits {
        let some = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let time = Time(clock);
        Limits {
            addresses: RateLimiter::hashmap_with_clock(Quota::per_minute(some(per_minute)), time.clone()),
            total: RateLimiter::direct_with_clock(Quota::per_second(some(per_second)), time.clone()),
            time,
            swept_s: AtomicU64::new(0),
        }
    }

    /// Takes one token of both buckets. An address that has none left costs the others nothing.
    pub(super) fn admit(&self, address: IpAddr) -> Result<(), Refused> {
        self.sweep();
        if self.addresses.len() > MOST_ADDRESSES {
            return Err(Refused::Rate { retry_after_s: 60 });
        }
        let wait = |wait: Duration| Refused::Rate { retry_after_s: wait.as_secs() + 1 };
        let now = self.time.now();
        self.addresses.check_key(&network_of(address)).map_err(|until| wait(until.wait_time_from(now)))?;
        self.total.check().map_err(|until| wait(until.wait_time_from(now)))
    }

    /// Forgets, once a minute, addresses whose buckets are full again.
    fn sweep(&self) {
        let now_s = self.time.0.monotonic().as_secs();
        let swept_s = self.swept_s.load(Ordering::Relaxed);
        let due = now_s.saturating_sub(swept_s) >= 60;
        if due && self.swept_s.compare_exchange(swept_s, now_s, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.addresses.retain_recent();
            self.addresses.shrink_to_fit();
        }
    }
}

/// One visitor has a whole IPv6 network of 64 bits to choose addresses from.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use intentd_sdk::testkit::TestClock;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_its_share_and_all_together_have_theirs() {
        let clock = Arc::new(TestClock::at(intentd_sdk::Timestamp::EPOCH));
        let limits = Limits::new(3, 5, Arc::<TestClock>::clone(&clock));
        for _ in 0..3 {
            assert_eq!(limits.admit(address("2001:db8::1")), Ok(()));
        }
        let refused = limits.admit(address("2001:db8::2"));
        assert!(matches!(refused, Err(Refused::Rate { retry_after_s: 20..=21 })), "{refused:?}");
        assert_eq!(limits.admit(address("2001:db8:0:1::2")), Ok(()));
        assert_eq!(limits.admit(address("192.0.2.1")), Ok(()));
        let refused = limits.admit(address("192.0.2.2"));
        assert!(matches!(refused, Err(Refused::Rate { retry_after_s: 1 })), "the sixth in a second: {refused:?}");
        clock.advance(Duration::from_secs(61));
        assert_eq!(limits.admit(address("2001:db8::1")), Ok(()));
        assert_eq!(limits.addresses.len(), 1, "addresses are forgotten");
    }
}
