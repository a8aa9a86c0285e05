//! The one instant type: milliseconds since the Unix epoch, UTC. Both databases store it as an integer, so that the
//! same SQL and the same index serve both; calendar days are computed from it with a time zone in the domain.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An instant in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// The whole-second bounds of the calendar that this program accepts: the years 0001 to 9998.
const MIN_MS: i64 = -62_135_596_800_000;
const MAX_MS: i64 = 253_370_764_799_999;

impl Timestamp {
    /// The epoch.
    pub const EPOCH: Timestamp = Timestamp(0);

    /// From milliseconds since the epoch; values outside the years 0001 to 9998 are clamped.
    pub const fn from_ms(ms: i64) -> Timestamp {
        if ms < MIN_MS {
            Timestamp(MIN_MS)
        } else if ms > MAX_MS {
            Timestamp(MAX_MS)
        } else {
            Timestamp(ms)
        }
    }

    /// From whole seconds since the epoch.
    pub const fn from_secs(seconds: i64) -> Timestamp {
        Timestamp::from_ms(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by a number of milliseconds, which may be negative.
    pub const fn plus_ms(self, ms: i64) -> Timestamp {
        Timestamp::from_ms(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    pub const fn ms_since(self, earlier: Timestamp) -> i64 {
        self.0 - earlier.0
    }

    /// Reads an RFC 3339 text such as `2026-11-21T09:00:00.123Z`, or a number of milliseconds since the epoch.
    /// Both forms are what vendors put into date-time properties.
    pub fn parse(text: &str) -> Option<Timestamp> {
        let text = text.trim();
        if let Ok(ms) = text.parse::<i64>() {
            return (MIN_MS..=MAX_MS).contains(&ms).then_some(Timestamp(ms));
        }
        let instant: jiff::Timestamp = text.parse().ok()?;
        let ms = instant.as_millisecond();
        (MIN_MS..=MAX_MS).contains(&ms).then_some(Timestamp(ms))
    }

    /// The same instant for calendar arithmetic.
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Timestamp {
        Timestamp::from_ms(instant.as_millisecond())
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds, as the vendors write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.to_jiff())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_forms_and_writes_one() {
        for (text, ms) in [
            ("2026-11-21T09:00:00.123Z", 1_795_251_600_123),
            ("2026-11-21T10:00:00+01:00", 1_795_251_600_000),
            ("1795251600000", 1_795_251_600_000),
        ] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp::from_ms(ms)), "{text}");
        }
        assert_eq!(Timestamp::parse("yesterday"), None);
        assert_eq!(Timestamp::parse("99999999999999999"), None);
        assert_eq!(Timestamp::from_ms(1_795_251_600_123).to_string(), "2026-11-21T09:00:00.123Z");
    }
}
