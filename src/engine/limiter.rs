//! The only place that issues permits (I9). It keeps the core's bucket arithmetic behind a lock, waits when told to, smooths
//! the start of calls, and writes down what was used so that a restart does not forget it.
//!
//! The exact limit is [`crate::domain::quota`]; `governor` in front of it only spreads a burst over a few hundred
//! milliseconds, because on its own it cannot keep "n per rolling window" without giving half of the window away.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use intentd_sdk::clock::Clock;
use intentd_sdk::permit::{CallClass, LimitSpec, Observation, Permit, Permits};
use intentd_sdk::{ConnectorError, Timestamp};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::pacer::Pacer;
use crate::domain::quota::{Admit, Bucket, Moment, SavedBucket};

/// Limits of one connection, shared by everything that talks to it.
#[derive(Clone)]
pub struct Limiter {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    ended: Notify,
    in_flight: Arc<Semaphore>,
    stopping: tokio_util::sync::CancellationToken,
}

struct State {
    buckets: BTreeMap<String, Bucket>,
    pacers: BTreeMap<String, Pacer>,
    classes: BTreeMap<CallClass, Vec<String>>,
    counts: CallCounts,
    first_call: Option<Moment>,
    last_end: Option<Moment>,
    adoptions: u32,
}

/// Calls made through one limiter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    pub calls: u64,
    /// Calls that the vendor refused because of a limit.
    pub rate_limited: u64,
    /// Calls that brought no answer or an error of the vendor.
    pub failed: u64,
}

impl Limiter {
    /// A limiter without use. `stopping` ends every wait.
    pub fn new(spec: &LimitSpec, clock: Arc<dyn Clock>, stopping: tokio_util::sync::CancellationToken) -> Limiter {
        let shared = Shared {
            in_flight: Arc::new(Semaphore::new(spec.max_in_flight.max(1) as usize)),
            state: Mutex::new(State {
                buckets: BTreeMap::new(),
                pacers: BTreeMap::new(),
                classes: BTreeMap::new(),
                counts: CallCounts::default(),
                first_call: None,
                last_end: None,
                adoptions: 0,
            }),
            ended: Notify::new(),
            clock,
            stopping,
        };
        let limiter = Limiter { shared: Arc::new(shared) };
        limiter.adopt(spec);
        limiter
    }

    /// Takes over new limits, once the account is known. Use counted so far under the same name and kind of period stays.
    /// `true`: for the first time since the limiter was made.
    pub fn adopt(&self, spec: &LimitSpec) -> bool {
        let now = self.shared.moment();
        let mut state = self.shared.lock();
        for bucket_spec in &spec.buckets {
            let mut fresh = Bucket::new(bucket_spec, now);
            if let Some(old) = state.buckets.get(&bucket_spec.name)
                && old.rolling_ms() == fresh.rolling_ms()
            {
                let saved = old.save();
                fresh.restore(&saved, now);
            }
            if let Some(period_ms) = fresh.rolling_ms() {
                let pacer = Pacer::new(fresh.allowed(), period_ms, spec.max_in_flight);
                state.pacers.insert(bucket_spec.name.clone(), pacer);
            }
            state.buckets.insert(bucket_spec.name.clone(), fresh);
        }
        state.classes = spec.classes.iter().map(|class| (class.class, class.buckets.clone())).collect();
        state.adoptions += 1;
        // The first one is the limiter's own, before the account is known.
        let first = state.adoptions == 2;
        drop(state);
        self.shared.ended.notify_waiters();
        first
    }

    /// Whether the account's own limits have been adopted.
    pub fn knows_the_account(&self) -> bool {
        self.shared.lock().adoptions > 1
    }

    /// Continues with the use that another process wrote down.
    pub fn restore(&self, saved: &BTreeMap<String, SavedBucket>) {
        let now = self.shared.moment();
        let mut state = self.shared.lock();
        for (name, saved) in saved {
            if let Some(bucket) = state.buckets.get_mut(name) {
                bucket.restore(saved, now);
            }
        }
    }

    /// Starts to count anew: a cycle reports its own calls.
    pub fn count_anew(&self) {
        let mut state = self.shared.lock();
        state.counts = CallCounts::default();
        (state.first_call, state.last_end) = (None, None);
    }

    /// What to write down.
    pub fn save(&self) -> BTreeMap<String, SavedBucket> {
        self.shared.lock().buckets.iter().map(|(name, bucket)| (name.clone(), bucket.save())).collect()
    }

    /// Calls made so far.
    pub fn counts(&self) -> CallCounts {
        self.shared.lock().counts
    }

    /// Which part of the calls that the tightest rolling limit would have allowed between the first call and the end of the
    /// last one was used; 0 to 1.
    pub fn limit_share(&self) -> f64 {
        let state = self.shared.lock();
        let (Some(first), Some(last)) = (state.first_call, state.last_end) else { return 0.0 };
        let elapsed_ms = last.monotonic_ms.saturating_sub(first.monotonic_ms);
        let longest = state
            .buckets
            .values()
            .filter_map(|bucket| bucket.rolling_ms().map(|ms| (ms, bucket.allowed())))
            .max_by_key(|(ms, _)| *ms);
        let Some((period_ms, allowed)) = longest else { return 0.0 };
        let periods = elapsed_ms / period_ms + 1;
        (state.counts.calls as f64 / (u64::from(allowed) * periods) as f64).min(1.0)
    }
}

#[async_trait]
impl Permits for Limiter {
    async fn acquire(&self, class: CallClass) -> Result<Permit, ConnectorError> {
        let stopping = &self.shared.stopping;
        loop {
            // Registered before looking, so that an end between the look and the wait is not missed.
            let ended = self.shared.ended.notified();
            match self.shared.look(class)? {
                Look::Open => {
                    // A place is taken only by a call that may start: whoever waits for a slow limit blocks nobody else.
                    let place = tokio::select! {
                        biased;
                        () = stopping.cancelled() => return Err(ConnectorError::Stopped),
                        place = Arc::clone(&self.shared.in_flight).acquire_owned() => {
                            place.map_err(|_| ConnectorError::Stopped)?
                        }
                    };
                    match self.shared.take(class)? {
                        Taken::Yes => return Ok(self.permit(class, place)),
                        Taken::Later(pause) => {
                            drop(place);
                            self.shared.clock.sleep(pause).await;
                        }
                    }
                }
                Look::WaitMs(wait_ms) => {
                    tokio::select! {
                        biased;
                        () = stopping.cancelled() => return Err(ConnectorError::Stopped),
                        () = self.shared.clock.sleep(Duration::from_millis(wait_ms)) => {}
                    }
                }
                Look::WaitForEnd => {
                    tokio::select! {
                        biased;
                        () = stopping.cancelled() => return Err(ConnectorError::Stopped),
                        () = ended => {}
                    }
                }
            }
        }
    }

    fn parked_until(&self, class: CallClass) -> Option<Timestamp> {
        let now = self.shared.moment();
        let state = self.shared.lock();
        state
            .buckets_of(class)
            .filter_map(|bucket| match bucket.admit(now) {
                Admit::Parked(until) => Some(until),
                _ => None,
            })
            .max()
    }

    async fn stopped(&self) {
        self.shared.stopping.cancelled().await;
    }
}

impl Limiter {
    fn permit(&self, class: CallClass, place: OwnedSemaphorePermit) -> Permit {
        let shared = Arc::clone(&self.shared);
        Permit::issue(class, move |observation| {
            shared.settle(class, &observation);
            drop(place);
        })
    }
}

enum Taken {
    Yes,
    /// Ask again after this pause.
    Later(Duration),
}

enum Look {
    /// A call may start now.
    Open,
    WaitMs(u64),
    WaitForEnd,
}

impl Shared {
    fn moment(&self) -> Moment {
        Moment { monotonic_ms: self.clock.monotonic().as_millis() as u64, wall: self.clock.now() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A poisoned lock means that a panic is already taking the process down; the counts are still sound.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// May a call of this class start, as far as the limits go?
    fn look(&self, class: CallClass) -> Result<Look, ConnectorError> {
        let now = self.moment();
        self.lock().look(class, now)
    }

    /// Counts a call, if the limits still allow it and the burst is not too steep.
    fn take(&self, class: CallClass) -> Result<Taken, ConnectorError> {
        let now = self.moment();
        let mut state = self.lock();
        if !matches!(state.look(class, now)?, Look::Open) {
            return Ok(Taken::Later(Duration::ZERO));
        }
        let names = state.classes.get(&class).cloned().unwrap_or_default();
        let pause = names.iter().filter_map(|name| state.pacers.get(name)).filter_map(|pacer| pacer.start(now)).max();
        if let Some(pause) = pause {
            return Ok(Taken::Later(pause));
        }
        for name in &names {
            if let Some(bucket) = state.buckets.get_mut(name) {
                bucket.take(now);
            }
        }
        state.counts.calls += 1;
        state.first_call.get_or_insert(now);
        Ok(Taken::Yes)
    }

    fn settle(&self, class: CallClass, observation: &Observation) {
        let now = self.moment();
        {
            let mut state = self.lock();
            let names = state.classes.get(&class).cloned().unwrap_or_default();
            for name in &names {
                if let Some(bucket) = state.buckets.get_mut(name) {
                    bucket.end(now);
                }
            }
            for reading in &observation.readings {
                if let Some(bucket) = state.buckets.get_mut(&reading.bucket) {
                    bucket.learn(reading);
                }
            }
            if let Some(pause) = &observation.pause
                && let Some(bucket) = state.buckets.get_mut(&pause.bucket)
            {
                bucket.pause(pause.rest, now);
            }
            state.counts.rate_limited += u64::from(observation.limited);
            state.counts.failed += u64::from(observation.status.is_none_or(|status| status >= 500));
            state.last_end = Some(now);
        }
        self.ended.notify_waiters();
    }
}

impl State {
    fn look(&self, class: CallClass, now: Moment) -> Result<Look, ConnectorError> {
        let mut wait_ms = 0;
        for bucket in self.buckets_of(class) {
            match bucket.admit(now) {
                Admit::Now => {}
                Admit::At(moment) => wait_ms = wait_ms.max(moment.monotonic_ms - now.monotonic_ms).max(1),
                Admit::WhenOneEnds => return Ok(Look::WaitForEnd),
                Admit::Parked(until) => {
                    let detail = format!("the {} budget is used up or rests", bucket.name());
                    return Err(ConnectorError::Limited { until, detail });
                }
            }
        }
        Ok(if wait_ms == 0 { Look::Open } else { Look::WaitMs(wait_ms) })
    }

    fn buckets_of(&self, class: CallClass) -> impl Iterator<Item = &Bucket> {
        self.classes.get(&class).into_iter().flatten().filter_map(|name| self.buckets.get(name))
    }
}

#[cfg(test)]
mod tests {
    use intentd_sdk::permit::{BucketSpec, ClassSpec, Pause, Period, Rest};
    use intentd_sdk::testkit::TestClock;

    use super::*;

    const GENERAL: CallClass = CallClass("general");

    fn spec() -> LimitSpec {
        LimitSpec {
            buckets: vec![BucketSpec {
                name: "burst".into(),
                capacity: 20,
                period: Period::Rolling { ms: 10_000 },
                share_percent: 100,
                fixed: false,
            }],
            classes: vec![ClassSpec { class: GENERAL, buckets: vec!["burst".into()] }],
            max_in_flight: 4,
        }
    }

    #[tokio::test]
    async fn i9_fifty_calls_take_two_full_windows_and_not_one_more() {
        let clock = TestClock::jumping(Timestamp::EPOCH);
        let limiter = Limiter::new(&spec(), Arc::new(clock.clone()), Default::default());
        for _ in 0..50 {
            let permit = limiter.acquire(GENERAL).await.unwrap();
            permit.settle(Observation { status: Some(200), ..Observation::default() });
        }
        assert_eq!(limiter.counts().calls, 50);
        let elapsed_ms = clock.monotonic().as_millis();
        assert!((20_000..25_000).contains(&elapsed_ms), "{elapsed_ms} ms");
    }

    #[tokio::test]
    async fn a_spent_day_is_an_error_that_says_until_when() {
        let clock = TestClock::jumping(Timestamp::EPOCH);
        let mut spec = spec();
        spec.buckets[0].period = Period::Day { time_zone: "UTC".into() };
        let limiter = Limiter::new(&spec, Arc::new(clock), Default::default());
        let permit = limiter.acquire(GENERAL).await.unwrap();
        permit.settle(Observation {
            status: Some(429),
            limited: true,
            pause: Some(Pause { bucket: "burst".into(), rest: Rest::UntilPeriodEnds }),
            ..Observation::default()
        });
        let error = limiter.acquire(GENERAL).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Limited { until, .. } if until == Timestamp::from_secs(86_400)));
        assert_eq!(limiter.counts().rate_limited, 1);
        assert!(limiter.parked_until(GENERAL).is_some());
    }

    #[tokio::test]
    async fn stopping_ends_every_wait() {
        let clock = TestClock::at(Timestamp::EPOCH);
        let stopping = tokio_util::sync::CancellationToken::new();
        let mut spec = spec();
        spec.buckets[0].capacity = 1;
        let limiter = Limiter::new(&spec, Arc::new(clock), stopping.clone());
        drop(limiter.acquire(GENERAL).await.unwrap());
        let waiting = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.acquire(GENERAL).await.map(|_| ()) }
        });
        stopping.cancel();
        assert_eq!(waiting.await.unwrap(), Err(ConnectorError::Stopped));
    }
}
