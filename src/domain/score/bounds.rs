//! From the sums of rules to the exact score: rule bounds, group bounds, total bounds. Every bound that bites is told to
//! the trace, so that the contributions add up to the score (I4).

use super::model::ScoreModel;
use super::trace::{Bounded, Side, Trace};
use crate::domain::model::Number;

/// The exact score from the rules' sums, which are in the model's order and are bounded in place.
pub(super) fn total<T: Trace>(model: &ScoreModel, sums: &mut [Number], trace: &mut T) -> Number {
    for (at, (sum, rule)) in sums.iter_mut().zip(&model.rules).enumerate() {
        *sum = bounded(Bounded::Rule(at), *sum, (rule.minimum, rule.maximum), trace);
    }
    let of_group = |group: Option<usize>| -> Number {
        sums.iter().zip(&model.rules).filter(|(_, rule)| rule.group == group).map(|(sum, _)| *sum).sum()
    };
    let mut total = of_group(None);
    for (at, group) in model.groups.iter().enumerate() {
        total += bounded(Bounded::Group(at), of_group(Some(at)), (group.minimum, group.maximum), trace);
    }
    bounded(Bounded::Total, total, (model.minimum, model.maximum), trace)
}

fn bounded<T: Trace>(
    of: Bounded,
    sum: Number,
    (minimum, maximum): (Option<Number>, Option<Number>),
    trace: &mut T,
) -> Number {
    if let Some(maximum) = maximum
        && sum > maximum
    {
        trace.bound(of, sum, maximum, Side::Maximum);
        return maximum;
    }
    if let Some(minimum) = minimum
        && sum < minimum
    {
        trace.bound(of, sum, minimum, Side::Minimum);
        return minimum;
    }
    sum
}
