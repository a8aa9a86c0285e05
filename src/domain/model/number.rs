//! Exact decimal numbers with six places. Points, field values and their sums are of this type, so that contributions add
//! up to the value exactly (I4) and no rounding depends on the machine.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const SCALE: i128 = 1_000_000;
/// Whole part of up to 24 digits: far beyond any revenue, far inside i128.
const LIMIT: i128 = 10_i128.pow(30);

/// A decimal number, exact to six places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(i128);

/// The text is not a decimal number that we can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseNumberError {
    #[error("not a decimal number")]
    NotANumber,
    #[error("more than six decimal places")]
    TooPrecise,
    #[error("too large")]
    TooLarge,
}

/// How a value is shown or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Half away from zero to a whole number.
    Whole,
    /// Half away from zero to this many places (at most six).
    Places(u8),
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number(0);

    /// A whole number.
    pub const fn whole(value: i64) -> Number {
        Number(value as i128 * SCALE)
    }

    /// From millionths.
    pub const fn from_micros(micros: i128) -> Number {
        Number(micros)
    }

    /// In millionths.
    pub const fn as_micros(self) -> i128 {
        self.0
    }

    /// Reads `12`, `-3.5`, `1e3`. Digits beyond six places must be zero.
    ///
    /// # Errors
    /// When the text is no number, too precise or too large.
    pub fn parse(text: &str) -> Result<Number, ParseNumberError> {
        let text = text.trim();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent.parse::<i32>().map_err(|_| ParseNumberError::NotANumber)?)
            }
            None => (text, 0),
        };
        if !(-40..=40).contains(&exponent) {
            return Err(ParseNumberError::TooLarge);
        }
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if (whole.is_empty() && fraction.is_empty())
            || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
        {
            return Err(ParseNumberError::NotANumber);
        }
        let all = format!("{whole}{fraction}");
        let all = all.trim_start_matches('0');
        if all.len() > 60 {
            return Err(ParseNumberError::TooLarge);
        }
        // Places that the digits must move to stand in millionths.
        let shift = 6 + exponent - fraction.len() as i32;
        let (kept, extra) = if shift >= 0 {
            (format!("{all}{}", "0".repeat(shift as usize)), "")
        } else {
            let cut = all.len().saturating_sub(shift.unsigned_abs() as usize);
            (all[..cut].to_owned(), &all[cut..])
        };
        if extra.bytes().any(|byte| byte != b'0') {
            return Err(ParseNumberError::TooPrecise);
        }
        if kept.len() > 30 {
            return Err(ParseNumberError::TooLarge);
        }
        let magnitude: i128 = if kept.is_empty() { 0 } else { kept.parse().map_err(|_| ParseNumberError::TooLarge)? };
        if magnitude >= LIMIT {
            return Err(ParseNumberError::TooLarge);
        }
        Ok(Number(if negative { -magnitude } else { magnitude }))
    }

    /// Rounded half away from zero, for showing and writing.
    pub fn round(self, rounding: Rounding) -> Number {
        let places = match rounding {
            Rounding::Whole => 0,
            Rounding::Places(places) => u32::from(places.min(6)),
        };
        let unit = 10_i128.pow(6 - places);
        let half = unit / 2;
        let rounded = (self.0.abs() + half) / unit * unit;
        Number(if self.0 < 0 { -rounded } else { rounded })
    }

    /// This number times `numerator / denominator`, rounded half away from zero to six places.
    pub fn scale(self, numerator: i128, denominator: i128) -> Number {
        let product = self.0 * numerator;
        let (product, denominator) = if denominator < 0 { (-product, -denominator) } else { (product, denominator) };
        let magnitude = (product.abs() + denominator / 2) / denominator;
        Number(if product < 0 { -magnitude } else { magnitude })
    }
}

impl Add for Number {
    type Output = Number;
    fn add(self, other: Number) -> Number {
        Number((self.0 + other.0).clamp(-LIMIT, LIMIT))
    }
}

impl Sub for Number {
    type Output = Number;
    fn sub(self, other: Number) -> Number {
        self + -other
    }
}

impl Neg for Number {
    type Output = Number;
    fn neg(self) -> Number {
        Number(-self.0)
    }
}

impl AddAssign for Number {
    fn add_assign(&mut self, other: Number) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Number {
    fn sum<I: Iterator<Item = Number>>(numbers: I) -> Number {
        numbers.fold(Number::ZERO, Add::add)
    }
}

impl fmt::Display for Number {
    /// Without thousands separators and without trailing zeros: `-2`, `21.67`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.abs() / SCALE, self.0.abs() % SCALE);
        let text = if fraction == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction:06}").trim_end_matches('0').to_owned()
        };
        f.pad(&text)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        let text = String::deserialize(deserializer)?;
        Number::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_exactly() {
        for (text, shown) in [
            ("0", "0"),
            ("-0", "0"),
            ("3", "3"),
            ("-2.50", "-2.5"),
            ("0.000001", "0.000001"),
            ("1e3", "1000"),
            ("12.5e-1", "1.25"),
            (".5", "0.5"),
            ("900000000000000000000000", "900000000000000000000000"),
            ("1.0000000", "1"),
        ] {
            assert_eq!(Number::parse(text).unwrap().to_string(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        use ParseNumberError::{NotANumber, TooLarge, TooPrecise};
        for (text, error) in [
            ("", NotANumber),
            ("-", NotANumber),
            (".", NotANumber),
            ("1;2", NotANumber),
            ("NaN", NotANumber),
            ("1 000", NotANumber),
            ("0.0000001", TooPrecise),
            ("1e400", TooLarge),
            ("1e30", TooLarge),
        ] {
            assert_eq!(Number::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn halves_round_away_from_zero_where_a_value_is_shown() {
        for (text, whole, one_place) in
            [("75.89999", "76", "75.9"), ("35.25", "35", "35.3"), ("0.5", "1", "0.5"), ("-0.5", "-1", "-0.5")]
        {
            let number = Number::parse(text).unwrap();
            assert_eq!(number.round(Rounding::Whole).to_string(), whole, "{text}");
            assert_eq!(number.round(Rounding::Places(1)).to_string(), one_place, "{text}");
        }
    }

    #[test]
    fn scaling_is_exact_to_the_last_place() {
        assert_eq!(Number::whole(52).scale(100, 240).to_string(), "21.666667");
        assert_eq!(Number::whole(-10).scale(1, 2).to_string(), "-5");
    }
}
