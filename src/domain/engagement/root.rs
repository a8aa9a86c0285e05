//! Square roots in whole numbers only, so that every machine computes the same bytes (I3). Precision: a result is the true
//! value rounded half up to its last place, not merely near it.

use crate::domain::model::Number;

/// In fine units, a hundred is this much: twelve places.
const FINE_HUNDRED: u128 = 100_000_000_000_000;

/// `100 · √(value / maximum)`, to a millionth, at most 100. Zero when the maximum is zero.
///
/// In millionths this is the whole number nearest to `√(value · 10^16 / maximum)`. Both arguments must be below 10^21, far
/// above any count of activities and any sum of scores, so that nothing overflows.
pub(super) fn scaled_root(value: u128, maximum: u128) -> Number {
    if maximum == 0 || value == 0 {
        return Number::ZERO;
    }
    if value >= maximum {
        return Number::whole(100);
    }
    Number::from_micros(i128::try_from(nearest_root(value * 10_u128.pow(16), maximum)).unwrap_or(i128::MAX))
}

/// The same with twelve places, as a whole number, for sums that are rounded later. Both arguments must be below 10^9.
pub(super) fn fine_root(value: u128, maximum: u128) -> u128 {
    match (value, maximum) {
        (0, _) | (_, 0) => 0,
        (value, maximum) if value >= maximum => FINE_HUNDRED,
        (value, maximum) => nearest_root(value * 10_u128.pow(28), maximum),
    }
}

/// The whole number nearest to `√(a / b)`, the greater of two equally near.
fn nearest_root(a: u128, b: u128) -> u128 {
    let below = (a / b).isqrt();
    // The middle between two whole numbers, 2r + 1 halves, squared: (2r + 1)² / 4 ≤ a / b.
    let middle = 2 * below + 1;
    if middle * middle * b <= 4 * a { below + 1 } else { below }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    #[test]
    fn known_roots_to_the_last_place() {
        for (value, maximum, root) in [
            (0, 0, "0"),
            (0, 7, "0"),
            (7, 0, "0"),
            (7, 7, "100"),
            (8, 7, "100"),
            (1, 4, "50"),
            (1, 2, "70.710678"),
            (680, 1460, "68.24613"),
            (1120, 1460, "87.585575"),
            (1, 10_u128.pow(16), "0.000001"),
            (1, 4 * 10_u128.pow(16), "0.000001"),
            (1, 4 * 10_u128.pow(16) + 1, "0"),
        ] {
            assert_eq!(scaled_root(value, maximum).to_string(), root, "{value} of {maximum}");
        }
    }

    #[test]
    fn twelve_places_are_those_of_the_true_root() {
        assert_eq!(fine_root(1, 2), 70_710_678_118_655);
        assert_eq!(fine_root(680, 1460), 68_246_129_901_815);
        assert_eq!(
            (fine_root(7, 7), fine_root(8, 7), fine_root(0, 7), fine_root(7, 0)),
            (FINE_HUNDRED, FINE_HUNDRED, 0, 0)
        );
        assert!(fine_root(999_999_998, 999_999_999) < FINE_HUNDRED);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, rng_seed: RngSeed::Fixed(22), failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_root_is_the_nearest_one(a in 0_u128..10_u128.pow(34), b in 1_u128..10_u128.pow(15)) {
            let root = nearest_root(a, b);
            // (root − ½)² ≤ a/b < (root + ½)², with everything times four.
            prop_assert!(root == 0 || (2 * root - 1).pow(2) * b <= 4 * a);
            prop_assert!((2 * root + 1).checked_pow(2).and_then(|square| square.checked_mul(b)).is_none_or(|above| above > 4 * a));
        }
    }
}
