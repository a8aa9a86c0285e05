//! Calendar days of a workspace as plain integers. A day is a local date, whether it has 23, 24 or 25 hours; day numbers
//! count from 1970-01-01. The zone's offset changes are laid out once, so that a lookup per activity is a short search in
//! a small table. Must not know about scores.

use jiff::tz::TimeZone;

use intentd_sdk::Timestamp;

const DAY: i64 = 86_400;
const YEAR: i64 = 366 * DAY;
const YEARS_BACK: i64 = 20;
const YEARS_AHEAD: i64 = 5;
/// Lookups this close to the edge of the table are answered by a table laid out around them.
const MARGIN: i64 = 3 * DAY;

/// The calendar of one time zone, laid out around an instant. Correct for every instant; fast within 20 years before and
/// 5 years after that instant.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    spans: Vec<Span>,
}

/// A stretch of time with one offset from UTC. All in seconds.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: i64,
    until: i64,
    offset: i64,
    /// Where clocks are turned back over a midnight, the day that had begun goes on: until `held_until` it is `held_day`.
    held_until: i64,
    held_day: i64,
}

impl Calendar {
    /// Lays out the offsets of `zone` around `instant`.
    pub fn around(zone: &TimeZone, instant: Timestamp) -> Calendar {
        Calendar { spans: lay_out(zone, instant.as_secs()), zone: zone.clone() }
    }

    /// The time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Number of the local day that holds this second. Never decreases as time passes.
    pub fn day_of(&self, at: i64) -> i64 {
        self.at(at, |spans| {
            let span = span_at(spans, at);
            if at < span.held_until { span.held_day } else { (at + span.offset).div_euclid(DAY) }
        })
    }

    /// First second of a local day, `None` beyond the last instant that this program knows.
    pub fn start_of_day(&self, day: i64) -> Option<i64> {
        let local = day.checked_mul(DAY)?;
        self.at(local, |spans| {
            let span = span_reaching(spans, local);
            known((local - span.offset).max(span.from))
        })
    }

    /// The same local time a number of calendar days later. A local time that clocks skip is moved on by what they skip,
    /// and one that they show twice is its first showing. `None` beyond the last instant that this program knows.
    pub fn plus_days(&self, at: i64, days: u32) -> Option<i64> {
        if days == 0 {
            return Some(at);
        }
        let local = self.at(at, |spans| at + span_at(spans, at).offset) + i64::from(days) * DAY;
        self.at(local, |spans| {
            let next = spans.partition_point(|span| span.until + span.offset <= local).min(spans.len() - 1);
            let span = spans[next];
            let skipped = local < span.from + span.offset;
            let offset = if skipped && next > 0 { spans[next - 1].offset } else { span.offset };
            known(local - offset)
        })
    }

    fn at<T>(&self, at: i64, answer: impl Fn(&[Span]) -> T) -> T {
        let inside = |spans: &[Span]| {
            spans[0].from.saturating_add(MARGIN) <= at && at <= spans[spans.len() - 1].until.saturating_sub(MARGIN)
        };
        if inside(&self.spans) { answer(&self.spans) } else { answer(&lay_out(&self.zone, at)) }
    }
}

fn known(at: i64) -> Option<i64> {
    (Timestamp::from_secs(at).as_secs() == at).then_some(at)
}

fn span_at(spans: &[Span], at: i64) -> Span {
    spans[spans.partition_point(|span| span.until <= at).min(spans.len() - 1)]
}

/// The first span whose clocks show a time beyond `local`.
fn span_reaching(spans: &[Span], local: i64) -> Span {
    let at = spans.iter().position(|span| span.until + span.offset > local);
    spans[at.unwrap_or(spans.len() - 1)]
}

fn lay_out(zone: &TimeZone, center: i64) -> Vec<Span> {
    let (first, last) = (jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
    let start = center.saturating_sub(YEARS_BACK * YEAR).clamp(first, last);
    let end = center.saturating_add(YEARS_AHEAD * YEAR).clamp(first, last).max(start + 1);
    let start_instant = jiff::Timestamp::from_second(start).unwrap_or_default();
    let mut spans: Vec<Span> = Vec::new();
    let mut push = |from: i64, until: i64, offset: i64| {
        let (mut held_until, mut held_day) = (i64::MIN, 0);
        if let Some(before) = spans.last() {
            let reached = (from + before.offset - 1).div_euclid(DAY);
            if reached > (from + offset).div_euclid(DAY) {
                (held_until, held_day) = (reached * DAY - offset, reached);
            }
        }
        spans.push(Span { from, until, offset, held_until, held_day });
    };
    let (mut from, mut offset) = (start, i64::from(zone.to_offset(start_instant).seconds()));
    for change in zone.following(start_instant) {
        let (at, new) = (change.timestamp().as_second(), i64::from(change.offset().seconds()));
        if at >= end {
            break;
        }
        if new != offset {
            push(from, at, offset);
            (from, offset) = (at, new);
        }
    }
    push(from, end, offset);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn calendar(zone: &str) -> Calendar {
        Calendar::around(&TimeZone::get(zone).unwrap(), Timestamp::parse("2026-06-01T00:00:00Z").unwrap())
    }

    fn secs(text: &str) -> i64 {
        Timestamp::parse(text).unwrap().as_secs()
    }

    #[test]
    fn a_day_has_23_or_25_hours_where_clocks_change() {
        let stockholm = calendar("Europe/Stockholm");
        for (day_start, hours) in
            [("2026-03-28T23:00:00Z", 23), ("2026-06-14T22:00:00Z", 24), ("2026-10-24T22:00:00Z", 25)]
        {
            let start = secs(day_start);
            let day = stockholm.day_of(start);
            assert_eq!(stockholm.day_of(start - 1), day - 1, "{day_start}");
            assert_eq!(stockholm.start_of_day(day), Some(start), "{day_start}");
            assert_eq!(stockholm.start_of_day(day + 1), Some(start + hours * 3600), "{day_start}");
        }
    }

    #[test]
    fn a_day_that_had_begun_goes_on_when_clocks_are_turned_back_over_midnight() {
        // St. John's turned its clocks from 00:01 to 23:01 of the day before, until 2011.
        let calendar = calendar("America/St_Johns");
        let midnight = secs("2010-11-07T02:30:00Z");
        let day = calendar.day_of(midnight);
        for after in [0, 59, 60, 1800, 3659, 3660, 86_399] {
            assert_eq!(calendar.day_of(midnight + after), day, "{after} s after the first midnight");
        }
        assert_eq!(calendar.day_of(midnight - 1), day - 1);
        assert_eq!(calendar.start_of_day(day), Some(midnight));
    }

    #[test]
    fn days_that_begin_at_one_oclock_or_never_happen_have_a_start() {
        // Havana skips midnight itself; Apia skipped the whole of 2011-12-30.
        let havana = calendar("America/Havana");
        let day = havana.day_of(secs("2026-03-08T12:00:00Z"));
        assert_eq!(havana.start_of_day(day), Some(secs("2026-03-08T05:00:00Z")));
        let apia = calendar("Pacific/Apia");
        let after = secs("2011-12-30T10:00:00Z");
        assert_eq!(apia.day_of(after), apia.day_of(after - 1) + 2);
        assert_eq!(apia.start_of_day(apia.day_of(after) - 1), Some(after));
    }

    #[test]
    fn far_instants_are_answered_too() {
        let stockholm = calendar("Europe/Stockholm");
        assert_eq!(stockholm.day_of(secs("0001-01-02T00:00:00Z")), -719_161);
        assert_eq!(stockholm.start_of_day(i64::MAX / 2), None);
        assert_eq!(stockholm.plus_days(secs("2026-01-01T00:00:00Z"), u32::MAX), None);
        let noon = secs("2150-07-01T10:00:00Z");
        assert_eq!(stockholm.start_of_day(stockholm.day_of(noon)), Some(noon - 12 * 3600));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn agrees_with_the_time_zone_library(
            zone in prop::sample::select(vec!["Europe/Stockholm", "UTC", "America/Sao_Paulo", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu"]),
            at in 1_100_000_000_i64..1_900_000_000,
            near_change in any::<bool>(),
            days in 0_u32..400,
        ) {
            let calendar = calendar(zone);
            let tz = TimeZone::get(zone).unwrap();
            let mut at = jiff::Timestamp::from_second(at).unwrap();
            if near_change && let Some(change) = tz.following(at).next() {
                // Land near an offset change, before or after the days are added.
                let shift = i64::from(days) * DAY * i64::from(days % 2);
                at = jiff::Timestamp::from_second(change.timestamp().as_second() - shift + at.as_second() % 9000 - 4500).unwrap();
            }
            let zoned = at.to_zoned(tz.clone());
            let date = zoned.date();
            let day = i64::from(date.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days());
            prop_assert_eq!(calendar.day_of(at.as_second()), day);
            prop_assert_eq!(calendar.start_of_day(day), Some(zoned.start_of_day().unwrap().timestamp().as_second()));
            let later = zoned.checked_add(i64::from(days).days()).unwrap().timestamp().as_second();
            prop_assert_eq!(calendar.plus_days(at.as_second(), days), Some(later));
        }
    }
}
