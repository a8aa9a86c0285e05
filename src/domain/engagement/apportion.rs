//! Takes a sum apart so that the parts add up to it to the last millionth (I4).

use crate::domain::model::Number;

/// Parts of `total` in proportion to `shares`. The rule: the running sums of the shares are turned into running sums of
/// the total, each rounded half up to a millionth, and a part is the difference of two neighbours. So the parts add up to
/// the total exactly, no part is off by a millionth or more, and a share of zero gets nothing. All shares zero: all parts zero.
///
/// ```
/// use intentd::domain::{engagement::apportion, model::Number};
/// let parts = apportion(Number::whole(1), &[1, 1, 1]);
/// let shown: Vec<String> = parts.iter().map(Number::to_string).collect();
/// assert_eq!(shown, ["0.333333", "0.333334", "0.333333"]);
/// ```
pub fn apportion(total: Number, shares: &[u128]) -> Vec<Number> {
    // What all shares have in common only makes the numbers large.
    let common = shares.iter().fold(0, |common, share| gcd(common, *share)).max(1);
    let whole: u128 = shares.iter().map(|share| share / common).sum();
    let Some(whole) = i128::try_from(whole).ok().filter(|whole| *whole > 0) else {
        return vec![Number::ZERO; shares.len()];
    };
    let (mut sum, mut given) = (0_i128, Number::ZERO);
    shares
        .iter()
        .map(|share| {
            sum += i128::try_from(share / common).unwrap_or(i128::MAX);
            let reached = total.scale(sum, whole);
            let part = reached - given;
            given = reached;
            part
        })
        .collect()
}

fn gcd(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    #[test]
    fn nothing_shares_nothing() {
        assert_eq!(apportion(Number::whole(5), &[]), []);
        assert_eq!(apportion(Number::whole(5), &[0, 0]), [Number::ZERO; 2]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, rng_seed: RngSeed::Fixed(21), failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn parts_add_up_and_are_near(
            micros in 0_i128..1_000_000_000_000,
            shares in prop::collection::vec(0_u128..5_000_000, 1..40),
        ) {
            let total = Number::from_micros(micros);
            let parts = apportion(total, &shares);
            let whole: u128 = shares.iter().sum();
            if whole == 0 {
                prop_assert!(parts.iter().all(|part| *part == Number::ZERO));
                return Ok(());
            }
            prop_assert_eq!(parts.iter().copied().sum::<Number>(), total, "I4: the parts are the whole");
            for (part, share) in parts.iter().zip(&shares) {
                let exact = micros * *share as i128;
                let off = (part.as_micros() * whole as i128 - exact).abs();
                prop_assert!(off <= whole as i128, "{part} for {share} of {whole}");
                prop_assert!(*share > 0 || *part == Number::ZERO);
                prop_assert!(*part >= Number::ZERO);
            }
        }
    }
}
