//! Whether a call may be made now: the arithmetic of the vendors' limits. A rolling limit is kept by an exact log of calls,
//! so that it is used to its edge and never passed; a daily budget keeps a share back for the customer's other apps.
//! The limiter in the engine waits; this only says how long (I9).

use std::collections::VecDeque;

use intentd_sdk::Timestamp;
use intentd_sdk::permit::{BucketSpec, Period, Reading, Rest};
use jiff::tz::TimeZone;

/// Longer waits are not slept through: the caller is told until when.
pub const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(120);

/// The verdict on one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admit {
    Now,
    /// Ask again at this moment.
    At(Moment),
    /// Every place is taken by a call that has not ended; ask again when one ends.
    WhenOneEnds,
    /// The budget of a long period is spent or the vendor said stop: nothing before this instant.
    Parked(Timestamp),
}

/// A moment on both clocks: the wall clock ends days, the monotonic clock measures rolling periods and is not moved by
/// steps of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub monotonic_ms: u64,
    pub wall: Timestamp,
}

impl Moment {
    /// This moment moved forward on both clocks.
    pub fn plus_ms(self, ms: u64) -> Moment {
        Moment { monotonic_ms: self.monotonic_ms + ms, wall: self.wall.plus_ms(ms as i64) }
    }
}

/// What of a bucket is kept over a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedBucket {
    /// Rolling: the last call. Day: the day's start.
    pub period_start: Timestamp,
    pub used: u32,
    pub parked_until: Option<Timestamp>,
}

/// One limit and what has been used of it.
#[derive(Clone, Debug)]
pub struct Bucket {
    name: String,
    capacity: u32,
    share_percent: u8,
    fixed: bool,
    usage: Usage,
    in_flight: u32,
    parked_until: Option<Timestamp>,
    rest_until_ms: u64,
}

#[derive(Clone, Debug)]
enum Usage {
    /// End moments (monotonic ms) of calls that still count.
    Rolling {
        period_ms: u64,
        ended: VecDeque<u64>,
        last_call: Timestamp,
    },
    Day {
        zone: TimeZone,
        day_start: Timestamp,
        used: u32,
        remaining: Option<u32>,
    },
}

impl Bucket {
    /// A bucket without use. An unknown time zone counts days in UTC.
    pub fn new(spec: &BucketSpec, now: Moment) -> Bucket {
        let usage = match &spec.period {
            Period::Rolling { ms } => {
                Usage::Rolling { period_ms: *ms, ended: VecDeque::new(), last_call: Timestamp::EPOCH }
            }
            Period::Day { time_zone } => {
                let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
                Usage::Day { day_start: day_bounds(now.wall, &zone).0, zone, used: 0, remaining: None }
            }
        };
        Bucket {
            name: spec.name.clone(),
            capacity: spec.capacity,
            share_percent: spec.share_percent.clamp(1, 100),
            fixed: spec.fixed,
            usage,
            in_flight: 0,
            parked_until: None,
            rest_until_ms: 0,
        }
    }

    /// The bucket's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Calls we may make per period: the vendor's number times our share, at least one.
    pub fn allowed(&self) -> u32 {
        (u64::from(self.capacity) * u64::from(self.share_percent) / 100).max(1) as u32
    }

    /// The vendor's number of calls per period.
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// The length of a rolling period; `None` for a day.
    pub fn rolling_ms(&self) -> Option<u64> {
        match self.usage {
            Usage::Rolling { period_ms, .. } => Some(period_ms),
            Usage::Day { .. } => None,
        }
    }

    /// Continues with what another process left behind.
    pub fn restore(&mut self, saved: &SavedBucket, now: Moment) {
        self.parked_until = saved.parked_until.filter(|until| *until > now.wall);
        match &mut self.usage {
            Usage::Rolling { period_ms, ended, last_call } => {
                let age_ms = now.wall.ms_since(saved.period_start);
                // A last call in the future means a stepped clock: count it as made now, the safe direction.
                let age_ms = age_ms.max(0) as u64;
                if age_ms < *period_ms {
                    let at = now.monotonic_ms.saturating_sub(age_ms);
                    ended.clear();
                    ended.extend(std::iter::repeat_n(at, saved.used as usize));
                    *last_call = saved.period_start;
                }
            }
            Usage::Day { day_start, used, .. } => {
                if saved.period_start == *day_start {
                    *used = saved.used;
                }
            }
        }
    }

    /// What to keep over a restart.
    pub fn save(&self) -> SavedBucket {
        let (period_start, used) = match &self.usage {
            Usage::Rolling { ended, last_call, .. } => (*last_call, ended.len() as u32 + self.in_flight),
            Usage::Day { day_start, used, .. } => (*day_start, *used),
        };
        SavedBucket { period_start, used, parked_until: self.parked_until }
    }

    /// May one call be made?
    pub fn admit(&self, now: Moment) -> Admit {
        if let Some(until) = self.parked_until.filter(|until| *until > now.wall) {
            return Admit::Parked(until);
        }
        if self.rest_until_ms > now.monotonic_ms {
            return Admit::At(now.plus_ms(self.rest_until_ms - now.monotonic_ms));
        }
        match &self.usage {
            Usage::Rolling { period_ms, ended, .. } => {
                let still_counting = ended.iter().filter(|at| **at + period_ms > now.monotonic_ms).count();
                let free = i64::from(self.allowed()) - still_counting as i64 - i64::from(self.in_flight);
                if free > 0 {
                    return Admit::Now;
                }
                // The oldest of those that still count makes room first; with too many of them (a lowered limit),
                // so many must pass that one place is left.
                let must_pass = (1 - free) as usize;
                let mut counting: Vec<u64> =
                    ended.iter().copied().filter(|at| *at + period_ms > now.monotonic_ms).collect();
                counting.sort_unstable();
                match counting.get(must_pass - 1) {
                    Some(at) => Admit::At(now.plus_ms(at + period_ms - now.monotonic_ms)),
                    None => Admit::WhenOneEnds,
                }
            }
            Usage::Day { zone, day_start, used, remaining } => {
                let (today, tomorrow) = day_bounds(now.wall, zone);
                if today != *day_start {
                    return Admit::Now;
                }
                let spent =
                    *used >= self.allowed() || remaining.is_some_and(|left| self.others_need(*used, left) >= left);
                if spent { Admit::Parked(tomorrow) } else { Admit::Now }
            }
        }
    }

    /// Of the calls that remain today, those that belong to the customer's other apps.
    fn others_need(&self, ours: u32, remaining: u32) -> u32 {
        let reserve = self.capacity - self.allowed().min(self.capacity);
        let used_by_others = self.capacity.saturating_sub(remaining).saturating_sub(ours);
        reserve.saturating_sub(used_by_others)
    }

    /// A call starts. Call only after [`Bucket::admit`] said yes.
    pub fn take(&mut self, now: Moment) {
        self.in_flight += 1;
        match &mut self.usage {
            Usage::Rolling { last_call, .. } => *last_call = now.wall,
            Usage::Day { zone, day_start, used, remaining } => {
                let today = day_bounds(now.wall, zone).0;
                if today != *day_start {
                    (*day_start, *used, *remaining) = (today, 0, None);
                }
                *used += 1;
            }
        }
    }

    /// A call ended. Only now does its place start to cool down: the vendor counted it somewhere between its start and this
    /// moment, so counting from the end can never exceed the vendor's window.
    pub fn end(&mut self, now: Moment) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Usage::Rolling { period_ms, ended, last_call } = &mut self.usage {
            while ended.front().is_some_and(|at| at + *period_ms <= now.monotonic_ms) {
                ended.pop_front();
            }
            ended.push_back(now.monotonic_ms);
            *last_call = now.wall;
        }
    }

    /// Takes over what the vendor reported.
    pub fn learn(&mut self, reading: &Reading) {
        if let Some(capacity) = reading.capacity.filter(|capacity| *capacity > 0) {
            self.capacity = if self.fixed { self.capacity.min(capacity) } else { capacity };
        }
        if let (Usage::Day { remaining, .. }, Some(reported)) = (&mut self.usage, reading.remaining) {
            // Answers overtake each other; within a day the remainder only falls.
            *remaining = Some(remaining.map_or(reported, |known| known.min(reported)));
        }
    }

    /// The vendor imposed a rest.
    pub fn pause(&mut self, rest: Rest, now: Moment) {
        match (rest, &self.usage) {
            // A long rest is a date on the wall clock: it outlives this process, and nobody sleeps through it.
            (Rest::For(length), _) if length > LONGEST_WAIT => {
                let until = now.wall.plus_ms(length.as_millis() as i64);
                self.parked_until = self.parked_until.max(Some(until));
            }
            (Rest::For(length), _) => {
                self.rest_until_ms = self.rest_until_ms.max(now.monotonic_ms + length.as_millis() as u64);
            }
            (Rest::UntilPeriodEnds, Usage::Day { zone, .. }) => {
                self.parked_until = Some(day_bounds(now.wall, zone).1);
            }
            (Rest::UntilPeriodEnds, Usage::Rolling { period_ms, .. }) => {
                self.rest_until_ms = self.rest_until_ms.max(now.monotonic_ms + period_ms);
            }
        }
    }
}

/// Start of the calendar day that holds `now`, and start of the next.
fn day_bounds(now: Timestamp, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let local = now.to_jiff().to_zoned(zone.clone());
    let start = local.start_of_day().map_or(now, |start| start.timestamp().into());
    let end = local
        .tomorrow()
        .and_then(|tomorrow| tomorrow.start_of_day())
        .map_or(now.plus_ms(86_400_000), |end| end.timestamp().into());
    (start, end)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(ms: u64) -> Moment {
        Moment { monotonic_ms: ms, wall: Timestamp::parse("2026-11-21T12:00:00Z").unwrap().plus_ms(ms as i64) }
    }

    fn rolling(capacity: u32) -> Bucket {
        let spec = BucketSpec {
            name: "burst".into(),
            capacity,
            period: Period::Rolling { ms: 10_000 },
            share_percent: 100,
            fixed: false,
        };
        Bucket::new(&spec, at(0))
    }

    fn daily(capacity: u32, share_percent: u8) -> Bucket {
        let period = Period::Day { time_zone: "Europe/Stockholm".into() };
        Bucket::new(&BucketSpec { name: "daily".into(), capacity, period, share_percent, fixed: false }, at(0))
    }

    #[test]
    fn i9_a_rolling_limit_is_used_to_its_edge_and_never_passed() {
        // A greedy client with calls of varying length against every window that the vendor could be counting.
        let mut bucket = rolling(7);
        let mut starts = Vec::new();
        let mut ends: Vec<u64> = Vec::new();
        let mut now = 0;
        let mut seed = 17_u64;
        while starts.len() < 200 {
            ends.sort_unstable();
            while ends.first().is_some_and(|end| *end <= now) {
                let end = ends.remove(0);
                bucket.end(at(end));
            }
            match bucket.admit(at(now)) {
                Admit::Now => {
                    bucket.take(at(now));
                    starts.push(now);
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ends.push(now + 20 + seed % 400);
                }
                Admit::At(moment) => {
                    let next_end = ends.first().copied().unwrap_or(u64::MAX);
                    now = moment.monotonic_ms.min(next_end).max(now + 1);
                }
                Admit::WhenOneEnds => now = ends[0],
                Admit::Parked(_) => panic!("a rolling bucket never parks"),
            }
        }
        for (index, start) in starts.iter().enumerate() {
            let in_window = starts[index..].iter().take_while(|other| **other < start + 10_000).count();
            assert!(in_window <= 7, "{in_window} calls in one window");
        }
        // 200 calls need 28 full waits; each costs the period plus the longest call of its round at most.
        assert!(now < 28 * (10_000 + 420), "took {now} ms");
    }

    #[test]
    fn a_day_keeps_the_share_of_the_others() {
        let mut bucket = daily(100, 60);
        for _ in 0..60 {
            assert_eq!(bucket.admit(at(0)), Admit::Now);
            bucket.take(at(0));
            bucket.end(at(0));
        }
        let midnight = Timestamp::parse("2026-11-21T23:00:00Z").unwrap();
        assert_eq!(bucket.admit(at(0)), Admit::Parked(midnight), "midnight of the account, not UTC");
        let next_day = Moment { monotonic_ms: 50_000_000, wall: midnight };
        assert_eq!(bucket.admit(next_day), Admit::Now);
    }

    #[test]
    fn when_others_have_used_their_share_only_the_rest_is_ours() {
        let mut bucket = daily(100, 60);
        bucket.learn(&Reading { bucket: "daily".into(), capacity: Some(100), remaining: Some(10) });
        assert_eq!(bucket.admit(at(0)), Admit::Now, "the others used 90 of their 40: nothing is reserved any more");
        bucket.learn(&Reading { bucket: "daily".into(), capacity: None, remaining: Some(0) });
        assert!(matches!(bucket.admit(at(0)), Admit::Parked(_)));
    }

    #[test]
    fn i9_a_restart_remembers_the_window_and_the_day() {
        let mut before = rolling(5);
        for _ in 0..5 {
            before.take(at(0));
            before.end(at(100));
        }
        let mut after = rolling(5);
        after.restore(&before.save(), at(4_000));
        assert_eq!(after.admit(at(4_000)), Admit::At(at(10_100)));

        let mut before = daily(10, 100);
        before.take(at(0));
        let mut after = daily(10, 100);
        after.restore(&before.save(), at(1));
        assert_eq!(after.save().used, 1);
    }

    #[test]
    fn what_the_admin_set_is_only_lowered_by_the_vendor() {
        let spec = BucketSpec {
            name: "burst".into(),
            capacity: 50,
            period: Period::Rolling { ms: 10_000 },
            share_percent: 100,
            fixed: true,
        };
        let mut bucket = Bucket::new(&spec, at(0));
        let reading = |capacity| Reading { bucket: "burst".into(), capacity: Some(capacity), remaining: None };
        bucket.learn(&reading(190));
        assert_eq!(bucket.capacity(), 50);
        bucket.learn(&reading(20));
        assert_eq!(bucket.capacity(), 20);
    }

    #[test]
    fn a_rest_of_hours_is_a_date_that_outlives_the_process() {
        let mut bucket = daily(5, 100);
        bucket.pause(Rest::For(Duration::from_secs(7_200)), at(0));
        let until = at(0).wall.plus_ms(7_200_000);
        assert_eq!(bucket.admit(at(1)), Admit::Parked(until));
        let mut after = daily(5, 100);
        after.restore(&bucket.save(), at(60_000));
        assert_eq!(after.admit(at(60_000)), Admit::Parked(until));
    }

    #[test]
    fn an_imposed_rest_is_kept() {
        let mut bucket = rolling(5);
        bucket.pause(Rest::For(Duration::from_secs(10)), at(0));
        assert_eq!(bucket.admit(at(1)), Admit::At(at(10_000)));
        let mut bucket = daily(5, 100);
        bucket.pause(Rest::UntilPeriodEnds, at(0));
        assert!(matches!(bucket.admit(at(1)), Admit::Parked(_)));
    }
}
