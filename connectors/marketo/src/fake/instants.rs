//! Marketo's four ways to write an instant, and the one way in which it reads them (documentation: "Field Types"). No
//! instant has milliseconds.

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

/// The zone whose midnight ends a day's quotas.
pub(crate) fn central() -> TimeZone {
    TimeZone::get("America/Chicago").unwrap_or(TimeZone::UTC)
}

/// The calendar day in US Central time.
pub(crate) fn central_day(at: Timestamp) -> jiff::civil::Date {
    at.to_jiff().to_zoned(central()).date()
}

fn civil(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `2016-05-17T22:11:45Z`: leads, lists, activities.
pub(crate) fn zulu(at: Timestamp) -> String {
    format!("{}Z", civil(at))
}

/// `2014-09-17T22:31:49+0000`: lead changes.
pub(crate) fn plus_zero(at: Timestamp) -> String {
    format!("{}+0000", civil(at))
}

/// `2017-07-27T01:38:33Z+0000`: assets.
pub(crate) fn asset(at: Timestamp) -> String {
    format!("{}Z+0000", civil(at))
}

/// `2015-05-07T11:47:30-05:00`: export jobs.
pub(crate) fn with_offset(at: Timestamp) -> String {
    at.to_jiff().to_zoned(central()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Reads ISO 8601 with an offset and without milliseconds; `+0000` is as good as `+00:00`.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.contains('.') || !text.contains('T') {
        return None;
    }
    let instant =
        text.parse::<jiff::Timestamp>().or_else(|_| jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text)).ok()?;
    Some(Timestamp::from(instant))
}

/// A calendar date.
pub(crate) fn parse_date(text: &str) -> Option<jiff::civil::Date> {
    text.parse().ok().filter(|_| text.len() == 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_styles_out_and_one_in() {
        let at = Timestamp::from_ms(1_795_251_600_987);
        for (text, style) in [
            (zulu(at), "2026-11-21T09:00:00Z"),
            (plus_zero(at), "2026-11-21T09:00:00+0000"),
            (asset(at), "2026-11-21T09:00:00Z+0000"),
            (with_offset(at), "2026-11-21T03:00:00-06:00"),
        ] {
            assert_eq!(text, style);
        }
        for text in ["2026-11-21T09:00:00Z", "2026-11-21T03:00:00-06:00", "2026-11-21T09:00:00+0000"] {
            assert_eq!(parse(text), Some(Timestamp::from_ms(1_795_251_600_000)), "{text}");
        }
        for text in ["2026-11-21T09:00:00.987Z", "2026-11-21", "yesterday", "2026-11-21T09:00:00"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
