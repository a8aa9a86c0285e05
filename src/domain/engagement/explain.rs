//! Engagement with every reason: role → member → activity → day. On each level the points add up to those of the level
//! above exactly (I4); what cannot be divided evenly is given by the rule of [`apportion`]. For the admin's eyes: who did
//! what on which day must not be logged (I12).

use intentd_sdk::Timestamp;
use jiff::Span;
use jiff::civil::Date;
use serde::Serialize;

use super::apportion::apportion;
use super::counts::{DayCount, PersonCounts};
use super::group::{GroupSeats, Seat, from_fine};
use super::model::{EngagementModel, Method};
use super::scale::{FINE, Scale};
use crate::domain::model::{ContactId, Number, Rounding};

/// Why a person has this engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonExplanation {
    pub method: Method,
    /// Σ counts, or Σ counts · weight (less the floor of min-max).
    pub raw: u64,
    /// The frozen maximum of `raw`, where the method has one.
    pub maximum: Option<u64>,
    pub exact: Number,
    /// Rounded half up to a whole number.
    pub shown: Number,
    pub activities: Vec<ActivityContribution>,
    pub next_due: Option<Timestamp>,
}

/// One row of the activity table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActivityContribution {
    pub title: String,
    /// The kind of engagement: "Email".
    pub kind: String,
    pub weight: u32,
    pub points: Number,
    pub days: Vec<DayContribution>,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayContribution {
    pub on: Date,
    pub done: u32,
    /// At most the daily cap.
    pub counted: u32,
    pub points: Number,
}

/// Why a group has this engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupExplanation {
    pub method: Method,
    /// Σ person's number · role share, before any square root.
    pub weighted_sum: Number,
    /// The frozen maximum of `weighted_sum`, where the method has one.
    pub maximum: Option<Number>,
    pub exact: Number,
    pub shown: Number,
    /// Every role of the template in its order, also those that nobody has.
    pub roles: Vec<RoleContribution>,
    pub next_due: Option<Timestamp>,
}

/// One role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleContribution {
    pub role: String,
    pub weight: u32,
    /// The share is `weight ÷ out_of`; zero when nobody has the role and shares are of the roles in use.
    pub out_of: u64,
    /// The share in percent with two places, for people.
    pub share_percent: Number,
    /// Sum of the members' numbers.
    pub members_sum: Number,
    pub points: Number,
    pub members: Vec<MemberContribution>,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberContribution {
    pub contact: ContactId,
    /// The person's own engagement.
    pub engagement: Number,
    pub points: Number,
    pub activities: Vec<ActivityContribution>,
}

/// A person's engagement with its reasons.
pub fn explain_person(model: &EngagementModel, scale: &Scale, counts: &PersonCounts) -> PersonExplanation {
    let exact = scale.person(counts);
    let maximum = match scale {
        Scale::Counts => None,
        Scale::Normalized(calibration) => Some(calibration.person_max),
    };
    PersonExplanation {
        method: scale.method(),
        raw: scale.raw(counts),
        maximum,
        exact,
        shown: exact.round(Rounding::Whole),
        activities: activities(model, scale, counts, exact),
        next_due: counts.next_due,
    }
}

/// A group's engagement with its reasons. `roles` are the names of the template's roles, in its order.
pub fn explain_group(
    model: &EngagementModel,
    scale: &Scale,
    roles: &[String],
    group: &GroupSeats<'_>,
) -> GroupExplanation {
    let found = group.engagement(scale);
    let seats_of = |role: usize| group.seats.iter().filter(move |seat| seat.role == role);
    let part = |seat: &Seat<'_>| group.part(scale, seat);
    let role_parts: Vec<u128> = (0..roles.len()).map(|role| seats_of(role).map(part).sum()).collect();
    let denominator = group.share_denominator(scale);
    let explained = roles.iter().zip(apportion(found.exact, &role_parts)).enumerate().map(|(role, (name, points))| {
        let weight = group.role_weights.get(role).copied().unwrap_or(0);
        let counts = scale.method() == Method::Counts || group.in_use(role);
        let out_of = if counts { denominator } else { 0 };
        let member_parts: Vec<u128> = seats_of(role).map(part).collect();
        let members = seats_of(role).zip(apportion(points, &member_parts)).map(|(seat, points)| MemberContribution {
            contact: seat.contact,
            engagement: scale.person(seat.counts),
            points,
            activities: activities(model, scale, seat.counts, points),
        });
        RoleContribution {
            role: name.clone(),
            weight,
            out_of,
            share_percent: share_percent(weight, out_of),
            members_sum: seats_of(role).map(|seat| scale.person(seat.counts)).sum(),
            points,
            members: members.collect(),
        }
    });
    GroupExplanation {
        method: scale.method(),
        weighted_sum: group.weighted_sum(scale),
        maximum: match scale {
            Scale::Counts => None,
            Scale::Normalized(calibration) => Some(from_fine(calibration.group_max.into(), FINE / 1_000_000)),
        },
        exact: found.exact,
        shown: found.exact.round(Rounding::Whole),
        roles: explained.collect(),
        next_due: found.next_due,
    }
}

fn share_percent(weight: u32, out_of: u64) -> Number {
    match out_of {
        0 => Number::ZERO,
        out_of => Number::whole(100).scale(weight.into(), out_of.into()).round(Rounding::Places(2)),
    }
}

/// Takes a person's points apart by activity and day.
fn activities(
    model: &EngagementModel,
    scale: &Scale,
    counts: &PersonCounts,
    points: Number,
) -> Vec<ActivityContribution> {
    let rows: Vec<&[DayCount]> = counts.days.chunk_by(|a, b| a.row == b.row).collect();
    let sum = |days: &&[DayCount]| days.iter().map(|day| u128::from(scale.share(day))).sum();
    let parts: Vec<u128> = rows.iter().map(sum).collect();
    rows.iter()
        .zip(apportion(points, &parts))
        .filter_map(|(days, points)| {
            let row = model.activities.get(usize::from(days.first()?.row))?;
            let shares: Vec<u128> = days.iter().map(|day| u128::from(scale.share(day))).collect();
            let of_days = days.iter().zip(apportion(points, &shares)).map(|(day, points)| DayContribution {
                on: date_of(day.day),
                done: day.done,
                counted: day.counted,
                points,
            });
            Some(ActivityContribution {
                title: row.title.clone(),
                kind: row.kind.clone(),
                weight: row.weight,
                points,
                days: of_days.collect(),
            })
        })
        .collect()
}

/// The date of a day that is counted from 1970-01-01.
pub(super) fn date_of(day: i64) -> Date {
    let span = Span::new().try_days(day);
    span.and_then(|span| Date::constant(1970, 1, 1).checked_add(span)).unwrap_or(Date::MAX)
}
