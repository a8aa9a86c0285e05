//! Call limits: exact sliding logs for the rolling windows, and a count per day of the account (documentation: "API
//! usage guidelines and limits"). A refused call is not counted. Refusals carry no `Retry-After`.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use intentd_sdk::clock::Clock;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::auth::Caller;
use super::config::FakeConfig;
use super::errors::Refusal;

const TEN_SECONDS: Duration = Duration::from_secs(10);
const ONE_SECOND: Duration = Duration::from_secs(1);

/// Which limits a route counts against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    General,
    Search,
    Associations,
    /// The token endpoint and the authorize page.
    Free,
}

/// The instants of the calls in one window.
#[derive(Debug, Default)]
struct Log(VecDeque<Duration>);

impl Log {
    fn used(&mut self, now: Duration, window: Duration) -> u32 {
        while self.0.front().is_some_and(|at| now.saturating_sub(*at) >= window) {
            self.0.pop_front();
        }
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Limits {
    bursts: HashMap<String, Log>,
    associations: HashMap<String, Log>,
    search: Log,
    day: Option<Date>,
    used_today: u32,
}

type Headers = Vec<(&'static str, String)>;

impl Limits {
    /// Counts a call, or refuses it. Gives the headers that tell the caller where it stands.
    pub(crate) fn admit(
        &mut self,
        class: Class,
        caller: &Caller,
        config: &FakeConfig,
        clock: &dyn Clock,
    ) -> Result<Headers, Refusal> {
        if class == Class::Free {
            return Ok(Vec::new());
        }
        let (now, tier) = (clock.monotonic(), config.tier);
        self.turn_day(config, clock);
        if !caller.is_oauth && self.used_today >= tier.daily {
            return Err(daily());
        }
        let mut headers = Vec::new();
        if class == Class::Search {
            if self.search.used(now, ONE_SECOND) >= tier.search_per_second {
                return Err(secondly());
            }
            self.search.0.push_back(now);
        } else {
            let capacity = if caller.is_oauth { tier.oauth_burst_per_10s } else { tier.burst_per_10s };
            let burst = self.bursts.entry(caller.token.clone()).or_default();
            let used = burst.used(now, TEN_SECONDS);
            if used >= capacity {
                return Err(ten_secondly(config));
            }
            if class == Class::Associations {
                let log = self.associations.entry(caller.token.clone()).or_default();
                if log.used(now, TEN_SECONDS) >= tier.associations_per_10s {
                    return Err(ten_secondly(config));
                }
                log.0.push_back(now);
            }
            burst.0.push_back(now);
            headers.push(("x-hubspot-ratelimit-interval-milliseconds", "10000".to_owned()));
            headers.push(("x-hubspot-ratelimit-max", capacity.to_string()));
            headers.push(("x-hubspot-ratelimit-remaining", (capacity - used - 1).to_string()));
        }
        if !caller.is_oauth {
            self.used_today += 1;
            if class != Class::Search {
                headers.push(("x-hubspot-ratelimit-daily", tier.daily.to_string()));
                headers.push(("x-hubspot-ratelimit-daily-remaining", (tier.daily - self.used_today).to_string()));
            }
        }
        Ok(headers)
    }

    /// Calls of static tokens since the account's last midnight.
    pub(crate) fn used_today(&self) -> u32 {
        self.used_today
    }

    fn turn_day(&mut self, config: &FakeConfig, clock: &dyn Clock) {
        let today = clock.now().to_jiff().to_zoned(zone(&config.time_zone)).date();
        if self.day != Some(today) {
            self.day = Some(today);
            self.used_today = 0;
        }
    }
}

/// The account's time zone; UTC when this machine does not know it.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn refusal(message: &str, policy: Option<&str>) -> Refusal {
    let refusal = Refusal::new(429, None, message)
        .with("errorType", "RATE_LIMIT".into())
        .with("requestId", "00000000-0000-4000-8000-000000000429".into());
    match policy {
        Some(policy) => refusal.with("policyName", policy.into()),
        None => refusal,
    }
}

pub(crate) fn daily() -> Refusal {
    refusal("You have reached your daily limit.", Some("DAILY"))
}

pub(crate) fn secondly() -> Refusal {
    let mut refusal = refusal("You have reached your secondly limit.", None);
    refusal.body.remove("requestId");
    refusal
}

pub(crate) fn ten_secondly(config: &FakeConfig) -> Refusal {
    let group = format!("publicapi:private_app-api-calls-ten-secondly:{}:{}", config.app_id, config.portal_id);
    refusal("You have reached your ten_secondly_rolling limit.", Some("TEN_SECONDLY_ROLLING"))
        .with("groupName", group.into())
}
