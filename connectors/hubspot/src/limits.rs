//! HubSpot's limits (HubSpot: "API usage guidelines"): how many calls are allowed, and what answers tell about them.
//! Only the engine's limiter waits (I9); this file names the buckets and reads headers and 429 bodies.

use std::collections::BTreeMap;
use std::time::Duration;

use intentd_sdk::http::{LimitReader, Response};
use intentd_sdk::permit::{BucketSpec, CallClass, ClassSpec, LimitSpec, Observation, Pause, Period, Reading, Rest};

use crate::failure::{Policy, Refusal};

/// Every call but search and token renewal.
pub(crate) const GENERAL: CallClass = CallClass("general");
/// Search has a limit of its own and is not counted in the ten-second one.
pub(crate) const SEARCH: CallClass = CallClass("search");
/// Token renewal.
pub(crate) const AUTH: CallClass = CallClass("auth");

/// A bucket's name, its documented capacity and the share we take unless told otherwise.
pub(crate) const BUCKETS: [(&str, u32, u8); 3] = [("burst", 100, 100), ("search", 5, 80), ("daily", 250_000, 60)];

/// The limits, with the admin's overrides.
pub(crate) fn spec(limits: &BTreeMap<String, u32>, share: &BTreeMap<String, u8>, time_zone: &str) -> LimitSpec {
    let buckets = BUCKETS
        .into_iter()
        .map(|(name, capacity, share_percent)| BucketSpec {
            name: name.to_owned(),
            capacity: limits.get(name).copied().unwrap_or(capacity),
            fixed: limits.contains_key(name),
            period: match name {
                "burst" => Period::Rolling { ms: 10_000 },
                "search" => Period::Rolling { ms: 1_000 },
                _ => Period::Day { time_zone: time_zone.to_owned() },
            },
            share_percent: share.get(name).copied().unwrap_or(share_percent),
        })
        .collect();
    let class = |class, buckets: [&str; 2]| ClassSpec { class, buckets: buckets.map(str::to_owned).to_vec() };
    LimitSpec {
        buckets,
        classes: vec![
            class(GENERAL, ["burst", "daily"]),
            class(SEARCH, ["search", "daily"]),
            ClassSpec { class: AUTH, buckets: vec!["burst".to_owned()] },
        ],
        max_in_flight: 16,
    }
}

/// Reads what HubSpot's answers say about limits.
pub(crate) struct HubSpotLimits;

impl LimitReader for HubSpotLimits {
    fn observe(&self, class: CallClass, response: &Response) -> Observation {
        let status = response.status.as_u16();
        let pause = (status == 429 || status == 477).then(|| pause(class, response)).flatten();
        Observation { status: Some(status), limited: status == 429, pause, readings: readings(class, response) }
    }
}

fn pause(class: CallClass, response: &Response) -> Option<Pause> {
    let refusal = Refusal::of(response);
    let rest = Duration::from_millis(refusal.rest_ms()?);
    let pause = |bucket: &str, rest| Some(Pause { bucket: bucket.to_owned(), rest });
    match refusal.policy() {
        Some(Policy::Daily) => pause("daily", Rest::UntilPeriodEnds),
        Some(Policy::TenSecondly) => pause("burst", Rest::For(rest)),
        Some(Policy::Secondly) => pause("search", Rest::For(rest)),
        Some(Policy::Unnamed) if class == SEARCH => pause("search", Rest::For(rest)),
        Some(Policy::Unnamed) => pause("burst", Rest::For(rest)),
        // The account moves to another data centre: nothing can be asked.
        None => pause("daily", Rest::For(rest)),
    }
}

fn readings(class: CallClass, response: &Response) -> Vec<Reading> {
    let number = |name: &str| response.header(name).and_then(|text| text.trim().parse::<u32>().ok());
    let reading =
        |bucket: &str, capacity, remaining: Option<u32>| Reading { bucket: bucket.to_owned(), capacity, remaining };
    let mut readings = Vec::new();
    let ten_seconds = number("x-hubspot-ratelimit-interval-milliseconds").is_none_or(|ms| ms == 10_000);
    let (max, remaining) = (number("x-hubspot-ratelimit-max"), number("x-hubspot-ratelimit-remaining"));
    if class == GENERAL && ten_seconds && (max.is_some() || remaining.is_some()) {
        readings.push(reading("burst", max.filter(|max| *max > 0), remaining));
    }
    let (daily, left) = (number("x-hubspot-ratelimit-daily"), number("x-hubspot-ratelimit-daily-remaining"));
    if daily.is_some() || left.is_some() {
        readings.push(reading("daily", daily.filter(|daily| *daily > 0), left));
    }
    readings
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Response {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Response { status: StatusCode::from_u16(status).unwrap(), headers, body: body.to_owned().into() }
    }

    #[test]
    fn headers_teach_both_budgets() {
        let headers = [
            ("x-hubspot-ratelimit-daily", "625000"),
            ("x-hubspot-ratelimit-daily-remaining", "624000"),
            ("x-hubspot-ratelimit-interval-milliseconds", "10000"),
            ("x-hubspot-ratelimit-max", "190"),
            ("x-hubspot-ratelimit-remaining", "189"),
        ];
        let seen = HubSpotLimits.observe(GENERAL, &answer(200, &headers, "{}"));
        let expected = [("burst", 190, 189), ("daily", 625_000, 624_000)].map(|(bucket, capacity, remaining)| {
            Reading { bucket: bucket.into(), capacity: Some(capacity), remaining: Some(remaining) }
        });
        assert_eq!(seen.readings, expected);
        assert!(!seen.limited);
    }

    #[test]
    fn a_refusal_rests_the_right_bucket() {
        let day = r#"{"policyName":"DAILY","message":"You have reached your daily limit."}"#;
        let ten = r#"{"policyName":"TEN_SECONDLY_ROLLING"}"#;
        let second = r#"{"message":"You have reached your secondly limit."}"#;
        for (class, status, headers, body, bucket, rest) in [
            (GENERAL, 429, vec![], day, "daily", Rest::UntilPeriodEnds),
            (GENERAL, 429, vec![], ten, "burst", Rest::For(Duration::from_secs(10))),
            (SEARCH, 429, vec![], second, "search", Rest::For(Duration::from_secs(1))),
            (SEARCH, 429, vec![], "", "search", Rest::For(Duration::from_secs(1))),
            (GENERAL, 429, vec![("retry-after", "7")], "", "burst", Rest::For(Duration::from_secs(7))),
            (GENERAL, 477, vec![("retry-after", "86400")], "", "daily", Rest::For(Duration::from_secs(86_400))),
        ] {
            let seen = HubSpotLimits.observe(class, &answer(status, &headers, body));
            assert_eq!(seen.pause, Some(Pause { bucket: bucket.into(), rest }), "{body}");
        }
        assert_eq!(HubSpotLimits.observe(GENERAL, &answer(503, &[], "")).pause, None);
    }
}
