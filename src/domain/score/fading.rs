//! How points get less with age. Age is a number of whole calendar days; what is left depends on nothing else, so that the
//! next change is known in advance.

use super::half_life::HalfLife;
use super::model::Fading;
use crate::domain::model::Number;

/// A fading rule, ready to compute.
#[derive(Clone, Debug)]
pub(super) enum CompiledFading {
    Never,
    Window { days: i64 },
    Linear { percent: i64, every_days: i64 },
    HalfLife(HalfLife),
}

impl CompiledFading {
    pub(super) fn new(fading: Fading) -> CompiledFading {
        match fading {
            Fading::Never => CompiledFading::Never,
            Fading::Window { days } => CompiledFading::Window { days: i64::from(days) },
            Fading::Linear { percent, every_days } => {
                CompiledFading::Linear { percent: i64::from(percent), every_days: i64::from(every_days.max(1)) }
            }
            Fading::HalfLife { half_life_days } => CompiledFading::HalfLife(HalfLife::new(half_life_days)),
        }
    }

    /// What is left of `points` at this age.
    pub(super) fn points_at(&self, points: Number, age: i64) -> Number {
        match self {
            CompiledFading::Never => points,
            CompiledFading::Window { days } => {
                if age < *days {
                    points
                } else {
                    Number::ZERO
                }
            }
            CompiledFading::Linear { percent, every_days } => {
                let lost = percent.saturating_mul(age / every_days).min(100);
                if lost == 0 { points } else { points.scale(i128::from(100 - lost), 100) }
            }
            CompiledFading::HalfLife(half_life) => half_life.points_at(points, age),
        }
    }

    /// The first later age at which something else is left; `None` when nothing changes any more.
    pub(super) fn next_change(&self, points: Number, age: i64) -> Option<i64> {
        let now = self.points_at(points, age);
        if now == Number::ZERO {
            return None;
        }
        match self {
            CompiledFading::Never => None,
            CompiledFading::Window { days } => Some(*days),
            CompiledFading::Linear { percent, every_days } => {
                (*percent > 0).then(|| (age / every_days + 1).saturating_mul(*every_days))
            }
            CompiledFading::HalfLife(half_life) => {
                // Small remainders stay the same for many days, so double the step and then close in.
                let (mut same, mut step) = (age, 1_i64);
                while half_life.points_at(points, same + step) == now {
                    same += step;
                    step = step.saturating_mul(2).min(i64::MAX / 4 - same);
                }
                let mut changed = same + step;
                while changed - same > 1 {
                    let middle = same + (changed - same) / 2;
                    if half_life.points_at(points, middle) == now {
                        same = middle;
                    } else {
                        changed = middle;
                    }
                }
                Some(changed)
            }
        }
    }

    /// Whether this is a window, which an explanation calls by another name than fading.
    pub(super) fn is_window(&self) -> bool {
        match self {
            CompiledFading::Window { .. } => true,
            CompiledFading::Never | CompiledFading::Linear { .. } | CompiledFading::HalfLife(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn left(fading: Fading, points: i64, age: i64) -> String {
        CompiledFading::new(fading).points_at(Number::whole(points), age).to_string()
    }

    #[test]
    fn what_is_left_at_each_age() {
        let window = Fading::Window { days: 30 };
        let linear = Fading::Linear { percent: 50, every_days: 30 };
        let thirds = Fading::Linear { percent: 33, every_days: 7 };
        for (fading, age, expected) in [
            (Fading::Never, 10_000, "10"),
            (window, 0, "10"),
            (window, 29, "10"),
            (window, 30, "0"),
            (Fading::Window { days: 1 }, 1, "0"),
            (linear, 29, "10"),
            (linear, 30, "5"),
            (linear, 59, "5"),
            (linear, 60, "0"),
            (thirds, 21, "0.1"),
            (thirds, 28, "0"),
            (Fading::HalfLife { half_life_days: 30 }, 30, "5"),
        ] {
            assert_eq!(left(fading, 10, age), expected, "{fading:?} at {age} days");
        }
    }

    fn any_fading() -> impl Strategy<Value = Fading> {
        prop_oneof![
            Just(Fading::Never),
            (0_u32..100).prop_map(|days| Fading::Window { days }),
            (0_u32..150, 0_u32..60).prop_map(|(percent, every_days)| Fading::Linear { percent, every_days }),
            (0_u32..120).prop_map(|half_life_days| Fading::HalfLife { half_life_days }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, rng_seed: RngSeed::Fixed(12), failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_next_change_is_never_late(fading in any_fading(), micros in -9_000_000_i128..9_000_000, age in 0_i64..3000) {
            let compiled = CompiledFading::new(fading);
            let points = Number::from_micros(micros);
            let next = compiled.next_change(points, age);
            prop_assert!(next.is_none_or(|next| next > age));
            let until = next.unwrap_or(age + 3000).min(age + 3000);
            for between in age..until {
                prop_assert_eq!(compiled.points_at(points, between), compiled.points_at(points, age));
            }
        }
    }
}
