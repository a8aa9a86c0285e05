//! Marketo's limits (Marketo: "REST API limits"): how many calls are allowed, and what answers tell about them. Only the
//! engine's limiter waits (I9); this file names the buckets and reads refusals and the usage statistics.

use std::collections::BTreeMap;
use std::time::Duration;

use intentd_sdk::http::{LimitReader, Response};
use intentd_sdk::permit::{BucketSpec, CallClass, ClassSpec, LimitSpec, Observation, Pause, Period, Reading, Rest};

use crate::failure::Refusal;
use crate::wire::{Envelope, Usage};

/// Every call but the two below.
pub(crate) const GENERAL: CallClass = CallClass("general");
/// The usage statistics: counted like any other call, and their answer tells what all users have spent today.
pub(crate) const USAGE: CallClass = CallClass("usage");
/// Tokens; Marketo counts these calls nowhere.
pub(crate) const IDENTITY: CallClass = CallClass("identity");

/// A bucket's name, its documented capacity and the share we take unless told otherwise.
pub(crate) const BUCKETS: [(&str, u32, u8); 2] = [(RATE, 100, 50), (DAILY, 50_000, 80)];
/// Marketo's quotas begin anew at midnight here.
pub(crate) const QUOTA_ZONE: &str = "America/Chicago";

const RATE: &str = "rate";
const DAILY: &str = "daily";
/// Marketo advises at most five calls at once per integration, of the ten that an instance allows.
const AT_ONCE: u32 = 5;

/// The limits, with the admin's overrides.
pub(crate) fn spec(limits: &BTreeMap<String, u32>, share: &BTreeMap<String, u8>) -> LimitSpec {
    let buckets = BUCKETS
        .into_iter()
        .map(|(name, capacity, share_percent)| BucketSpec {
            name: name.to_owned(),
            capacity: limits.get(name).copied().unwrap_or(capacity),
            fixed: limits.contains_key(name),
            period: match name {
                RATE => Period::Rolling { ms: 20_000 },
                _ => Period::Day { time_zone: QUOTA_ZONE.to_owned() },
            },
            share_percent: share.get(name).copied().unwrap_or(share_percent),
        })
        .collect();
    let counted = |class| ClassSpec { class, buckets: [RATE, DAILY].map(str::to_owned).to_vec() };
    LimitSpec {
        buckets,
        classes: vec![counted(GENERAL), counted(USAGE), ClassSpec { class: IDENTITY, buckets: Vec::new() }],
        max_in_flight: AT_ONCE,
    }
}

/// Reads what Marketo's answers say about limits.
pub(crate) struct MarketoLimits {
    /// Calls a day; Marketo says nowhere how many there are.
    pub(crate) daily: u32,
}

impl LimitReader for MarketoLimits {
    fn observe(&self, class: CallClass, response: &Response) -> Observation {
        let refusal = Refusal::of(response);
        let code = refusal.as_ref().and_then(Refusal::code);
        let pause = |bucket: &str, rest| Some(Pause { bucket: bucket.to_owned(), rest });
        let pause = match code {
            Some("606") => pause(RATE, Rest::For(Duration::from_secs(20))),
            Some("615") => pause(RATE, Rest::For(Duration::from_secs(2))),
            Some("607") => pause(DAILY, Rest::UntilPeriodEnds),
            _ => None,
        };
        let readings = if class == USAGE { self.reading(response) } else { None };
        Observation {
            status: Some(response.status.as_u16()),
            limited: pause.is_some(),
            pause,
            readings: readings.into_iter().collect(),
        }
    }
}

impl MarketoLimits {
    fn reading(&self, response: &Response) -> Option<Reading> {
        let usage: Envelope<Usage> = Envelope::read(&response.body).ok()?;
        let spent = u32::try_from(usage.result.first()?.total?).unwrap_or(u32::MAX);
        let remaining = Some(self.daily.saturating_sub(spent));
        Some(Reading { bucket: DAILY.to_owned(), capacity: None, remaining })
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn observe(class: CallClass, body: &str) -> Observation {
        let response = Response { status: StatusCode::OK, headers: HeaderMap::new(), body: body.to_owned().into() };
        MarketoLimits { daily: 50_000 }.observe(class, &response)
    }

    #[test]
    fn a_refusal_rests_the_right_bucket() {
        for (code, bucket, rest) in [
            ("606", "rate", Rest::For(Duration::from_secs(20))),
            ("615", "rate", Rest::For(Duration::from_secs(2))),
            ("607", "daily", Rest::UntilPeriodEnds),
        ] {
            let seen =
                observe(GENERAL, &format!(r#"{{"success":false,"errors":[{{"code":"{code}","message":"x"}}]}}"#));
            assert!(seen.limited, "{code}");
            assert_eq!(seen.pause, Some(Pause { bucket: bucket.into(), rest }), "{code}");
        }
        assert_eq!(observe(GENERAL, r#"{"success":false,"errors":[{"code":"601","message":"x"}]}"#).pause, None);
    }

    #[test]
    fn the_usage_of_all_users_seeds_the_day() {
        let body = r#"{"requestId":"1","success":true,"result":[{"date":"2026-11-21","total":1120,"users":[]}]}"#;
        let expected = Reading { bucket: "daily".into(), capacity: None, remaining: Some(48_880) };
        assert_eq!(observe(USAGE, body).readings, [expected]);
        assert_eq!(observe(GENERAL, body).readings, [], "a lead can have a field called total");
    }

    #[test]
    fn identity_calls_are_counted_nowhere() {
        let spec = spec(&BTreeMap::new(), &BTreeMap::new());
        let identity = spec.classes.iter().find(|class| class.class == IDENTITY).unwrap();
        assert_eq!(identity.buckets, [] as [String; 0]);
        assert_eq!(spec.buckets[1].period, Period::Day { time_zone: "America/Chicago".into() });
    }
}
