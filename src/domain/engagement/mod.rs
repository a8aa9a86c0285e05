//! Engagement of persons and buying groups: a pure function of activities, model, calibration and as-of instant (I3),
//! explained per role, member, activity and day (I4).
//!
//! A [`Counter`] turns a person's activities into day-capped counts ([`PersonCounts`]). A [`Scale`] turns counts into a
//! person's number and into a group's, by the method of the [`EngagementModel`]: plain counts, or numbers from 0 to 100
//! relative to the maxima of a [`Calibration`], which is a fact that is given in and frozen for its period. All arithmetic
//! is in whole numbers, so that every machine computes the same bytes.

mod apportion;
mod calibration;
mod counts;
mod explain;
mod group;
mod model;
mod root;
mod scale;
#[cfg(test)]
mod tests;

pub use apportion::apportion;
pub use calibration::{Activity, Calibration, CalibrationCause, basis, calibrate, calibration_due, needs_calibration};
pub use counts::{Counter, DayCount, PersonCounts};
pub use explain::{
    ActivityContribution, DayContribution, GroupExplanation, MemberContribution, PersonExplanation, RoleContribution,
    explain_group, explain_person,
};
pub use group::{GroupEngagement, GroupSeats, Seat};
pub use model::{ActivityRow, Band, EngagementModel, Method, Scaling, default_bands};
pub use scale::Scale;
