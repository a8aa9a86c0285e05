//! Exponential fading in whole numbers only, so that every machine computes the same bytes (I3).
//!
//! `points · 2^(−age / half_life)` is taken apart into a shift (the whole half-lives) and a factor for the days that
//! remain, `2^(−r / half_life)`, kept with 63 binary places. The factor is the product of repeated square roots of ½, one
//! for each binary digit of `r / half_life`; its error is below 2^−55. The product with the points is rounded half away
//! from zero to a millionth, once. For points below a billion the result is therefore the true value rounded to the
//! millionth, or its neighbour where the true value lies within 2^−5 of a millionth from the middle between two.

use crate::domain::model::Number;

/// Binary places of a factor.
const PLACES: u32 = 63;
const ONE: u64 = 1 << PLACES;
/// Half-lives up to this many days get a table, one factor per day.
const TABLE_DAYS: u32 = 4096;

/// Fading by a half-life in days.
#[derive(Clone, Debug)]
pub(in crate::domain) struct HalfLife {
    days: u32,
    /// The square root of ½, the square root of that, and so on.
    roots: Vec<u64>,
    /// Factors for 0, 1, 2 … days; empty when the half-life is longer than the table may be.
    factors: Vec<u64>,
}

impl HalfLife {
    /// A half-life of zero days is read as one day.
    pub(in crate::domain) fn new(days: u32) -> HalfLife {
        let root = |square: &u128| Some((square << PLACES).isqrt());
        let roots = std::iter::successors(root(&u128::from(ONE / 2)), root).take(PLACES as usize);
        let roots = roots.map(|root| root as u64).collect();
        let mut half_life = HalfLife { days: days.max(1), roots, factors: Vec::new() };
        if half_life.days <= TABLE_DAYS {
            half_life.factors = (0..half_life.days).map(|rest| half_life.factor(rest)).collect();
        }
        half_life
    }

    /// What is left of `points` after `age` days.
    pub(in crate::domain) fn points_at(&self, points: Number, age: i64) -> Number {
        let age = age.max(0);
        let (halvings, rest) = (age / i64::from(self.days), (age % i64::from(self.days)) as u32);
        let factor = self.factors.get(rest as usize).copied().unwrap_or_else(|| self.factor(rest));
        let micros = points.as_micros();
        let (mut factor, mut places) = (u128::from(factor), i64::from(PLACES));
        let mut magnitude = micros.unsigned_abs();
        // Points beyond 2^64 millionths leave room for fewer places of the factor.
        while magnitude.leading_zeros() + factor.leading_zeros() < 130 {
            if factor.leading_zeros() < 100 {
                factor >>= 1;
            } else {
                magnitude >>= 1;
            }
            places -= 1;
        }
        let shift = places + halvings;
        if shift > 126 {
            return Number::ZERO;
        }
        let product = magnitude * factor;
        let left = if shift <= 0 { product } else { (product + (1 << (shift - 1))) >> shift };
        let left = i128::try_from(left).unwrap_or(i128::MAX);
        Number::from_micros(if micros < 0 { -left } else { left })
    }

    /// `2^(−rest / days)` for `rest < days`.
    fn factor(&self, rest: u32) -> u64 {
        let (mut factor, mut rest) = (u128::from(ONE), u64::from(rest));
        for root in &self.roots {
            if rest == 0 {
                break;
            }
            rest *= 2;
            if rest >= u64::from(self.days) {
                rest -= u64::from(self.days);
                factor = (factor * u128::from(*root)) >> PLACES;
            }
        }
        factor as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_half_lives_are_exact() {
        let month = HalfLife::new(30);
        for (age, left) in
            [(0, "10"), (30, "5"), (60, "2.5"), (90, "1.25"), (600, "0.00001"), (900, "0"), (9_000_000, "0")]
        {
            assert_eq!(month.points_at(Number::whole(10), age).to_string(), left, "{age} days");
        }
        assert_eq!(month.points_at(Number::whole(-10), 30).to_string(), "-5");
    }

    #[test]
    fn days_between_are_the_true_values_to_the_millionth() {
        // From a table of powers of two: 100 · 2^(−1/7), 2^(−1/2), 2^(−3/10), 1,000,000 · 2^(−1/3).
        for (points, half_life, age, left) in [
            (100, 7, 1, "90.572366"),
            (1, 2, 1, "0.707107"),
            (1, 10, 3, "0.812252"),
            (1_000_000, 3, 1, "793700.525984"),
            (1_000_000, 3, 4, "396850.262992"),
        ] {
            assert_eq!(HalfLife::new(half_life).points_at(Number::whole(points), age).to_string(), left);
        }
    }

    #[test]
    fn points_never_grow_with_age_and_long_half_lives_need_no_table() {
        for half_life in [1, 2, 7, 30, 365, TABLE_DAYS, TABLE_DAYS + 1, 1_000_000, u32::MAX] {
            let fading = HalfLife::new(half_life);
            let mut last = Number::whole(50);
            for age in 0..3000 {
                let left = fading.points_at(Number::whole(50), age);
                assert!(left <= last && left >= Number::ZERO, "half-life {half_life}, age {age}");
                last = left;
            }
        }
    }

    #[test]
    fn enormous_points_still_halve() {
        let points = Number::parse("900000000000000000000000").unwrap();
        let halved = HalfLife::new(3).points_at(points, 3);
        assert_eq!(halved.to_string(), "450000000000000000000000");
    }
}
