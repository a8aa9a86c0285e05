//! Property rules: the first case that a field's value passes gives its points. Fields are as they are now, also when an
//! earlier instant is asked about.

use super::model::PropertyCase;
use super::trace::Trace;
use crate::domain::model::{Fields, Number};

/// The points of the first case that holds.
pub(super) fn points<T: Trace>(
    (rule, field, cases): (usize, &str, &[PropertyCase]),
    fields: &Fields,
    zone: &jiff::tz::TimeZone,
    trace: &mut T,
) -> Number {
    let value = fields.get(field);
    let case = cases.iter().position(|case| case.test.holds(value, zone));
    let points = case.map_or(Number::ZERO, |case| cases[case].points);
    trace.property(rule, case, points);
    points
}
