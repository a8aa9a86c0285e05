//! The three readings that transforms and field types share.

use intentd_sdk::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// `true` or `false` in any case.
pub fn read_bool(text: &str) -> Option<bool> {
    match text.trim() {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// `2026-11-21`, or the calendar day of an instant in the zone. Vendors keep dates as midnight UTC: such an instant is that
/// day in every zone.
pub fn read_date(text: &str, zone: &TimeZone) -> Option<Date> {
    const DAY_MS: i64 = 86_400_000;
    let text = text.trim();
    if let Some(instant) = Timestamp::parse(text) {
        let zone = if instant.as_ms().rem_euclid(DAY_MS) == 0 { TimeZone::UTC } else { zone.clone() };
        return Some(instant.to_jiff().to_zoned(zone).date());
    }
    text.parse::<Date>().ok()
}

/// An instant; a date and time without offset, or a bare date, is local to the zone.
pub fn read_datetime(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    Timestamp::parse(text).or_else(|| {
        let local = text.parse::<DateTime>().ok()?;
        Some(local.to_zoned(zone.clone()).ok()?.timestamp().into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_offset_is_local_and_one_with_offset_is_not() {
        let stockholm = TimeZone::get("Europe/Stockholm").unwrap();
        for (text, instant) in [
            ("2026-11-21T10:00:00", "2026-11-21T09:00:00.000Z"),
            ("2026-11-21", "2026-11-20T23:00:00.000Z"),
            ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00.000Z"),
        ] {
            assert_eq!(read_datetime(text, &stockholm).unwrap().to_string(), instant, "{text}");
        }
    }

    #[test]
    fn a_day_stays_what_it_is_and_an_instant_has_the_day_of_the_zone() {
        let stockholm = TimeZone::get("Europe/Stockholm").unwrap();
        for (text, day) in [
            ("2026-11-21", "2026-11-21"),
            ("1795219200000", "2026-11-21"),
            ("2026-11-21T00:00:00Z", "2026-11-21"),
            ("2026-11-21T23:30:00Z", "2026-11-22"),
            ("2026-11-21T23:30:00", "2026-11-21"),
        ] {
            assert_eq!(read_date(text, &stockholm).unwrap().to_string(), day, "{text}");
        }
    }
}
