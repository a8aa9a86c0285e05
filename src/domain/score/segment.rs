//! Segment rules: membership gives points. Membership is as it is now, also when an earlier instant is asked about.

use std::collections::BTreeSet;

use super::trace::Trace;
use crate::domain::model::Number;

/// The points of a member, nothing for others.
pub(super) fn points<T: Trace>(
    (rule, segment, of_member): (usize, &str, Number),
    segments: &BTreeSet<String>,
    trace: &mut T,
) -> Number {
    let member = segments.contains(segment);
    let points = if member { of_member } else { Number::ZERO };
    trace.segment(rule, member, points);
    points
}
