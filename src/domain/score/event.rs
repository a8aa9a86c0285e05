//! Event rules: each matching activity gives points.

use super::award::{Award, AwardState, Moment};
use super::trace::{Trace, Traced};

/// Takes in one matching activity (its position and its day), in the order in which they happened.
pub(super) fn see<T: Trace>(
    award: &Award,
    state: &mut AwardState,
    rule: usize,
    (fact, day): (usize, i64),
    moment: &mut Moment<'_>,
    trace: &mut T,
) {
    let (verdict, points) = award.grant(state, day, moment);
    trace.activity(rule, Traced { fact, due: None, raw: award.points, verdict, points });
}
