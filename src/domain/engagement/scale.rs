//! From counts to numbers, by the model's method. The only place that knows the two formulas of a person's number.

use super::calibration::{Calibration, basis};
use super::counts::{DayCount, PersonCounts};
use super::model::{EngagementModel, Method};
use super::root::{fine_root, scaled_root};
use crate::domain::model::Number;

/// Fine units of one point: persons' numbers have twelve places where they are summed for a group.
pub(super) const FINE: u128 = 1_000_000_000_000;

/// How counts become numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scale {
    Counts,
    /// Relative to these maxima.
    Normalized(Calibration),
}

impl Scale {
    /// The scale of a model. `None` when the method needs a calibration and the one given was made for another model:
    /// then calibrate first.
    pub fn of(model: &EngagementModel, calibration: Option<&Calibration>) -> Option<Scale> {
        match model.method {
            Method::Counts => Some(Scale::Counts),
            Method::Normalized => {
                let fitting = calibration.filter(|calibration| calibration.basis == basis(model));
                fitting.cloned().map(Scale::Normalized)
            }
        }
    }

    /// The method.
    pub fn method(&self) -> Method {
        match self {
            Scale::Counts => Method::Counts,
            Scale::Normalized(_) => Method::Normalized,
        }
    }

    /// A day's share of a person's number, as a whole number that means something only beside the others.
    pub(super) fn share(&self, day: &DayCount) -> u64 {
        match self {
            Scale::Counts => u64::from(day.counted),
            Scale::Normalized(calibration) => day.weighted(calibration.weight_floor),
        }
    }

    /// The sum of the shares.
    pub(super) fn raw(&self, counts: &PersonCounts) -> u64 {
        counts.days.iter().map(|day| self.share(day)).sum()
    }

    /// A person's engagement: the sum of the counts, or `100 · √(raw ÷ person maximum)`, at most 100.
    pub fn person(&self, counts: &PersonCounts) -> Number {
        let raw = self.raw(counts);
        match self {
            Scale::Counts => Number::from_micros(i128::from(raw) * 1_000_000),
            Scale::Normalized(calibration) => scaled_root(raw.into(), calibration.person_max.into()),
        }
    }

    /// The same in fine units, for a group's sum, which is rounded once at its end.
    pub(super) fn person_fine(&self, counts: &PersonCounts) -> u128 {
        let raw = u128::from(self.raw(counts));
        match self {
            Scale::Counts => raw * FINE,
            Scale::Normalized(calibration) => fine_root(raw, calibration.person_max.into()),
        }
    }
}
