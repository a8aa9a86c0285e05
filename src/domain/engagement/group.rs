//! The engagement of one buying group from the counts of its members. Role shares stay whole numbers (weight over sum of
//! weights) and persons' numbers have twelve places until the end, where the value is rounded once to a millionth.

use intentd_sdk::Timestamp;

use super::counts::PersonCounts;
use super::root::scaled_root;
use super::scale::{FINE, Scale};
use crate::domain::model::{ContactId, Number};

/// A member's place in a group.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// Position of the role in the template.
    pub role: usize,
    pub contact: ContactId,
    pub counts: &'a PersonCounts,
}

/// A group's members beside the weights of all roles of its template.
#[derive(Clone, Debug)]
pub struct GroupSeats<'a> {
    pub(super) role_weights: Vec<u32>,
    pub(super) seats: Vec<Seat<'a>>,
}

/// A group's engagement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupEngagement {
    /// To a millionth; shown rounded half up to a whole number.
    pub exact: Number,
    /// The earliest later instant at which it changes without any new fact; `None`: never.
    pub next_due: Option<Timestamp>,
}

impl<'a> GroupSeats<'a> {
    /// Members in any order. Who sits twice keeps the first role by the template's order; a role that the template does not
    /// have gives nothing.
    pub fn new(role_weights: Vec<u32>, seats: impl IntoIterator<Item = Seat<'a>>) -> GroupSeats<'a> {
        let mut seats: Vec<Seat<'a>> = seats.into_iter().filter(|seat| seat.role < role_weights.len()).collect();
        seats.sort_by_key(|seat| (seat.contact, seat.role));
        seats.dedup_by_key(|seat| seat.contact);
        seats.sort_by_key(|seat| (seat.role, seat.contact));
        GroupSeats { role_weights, seats }
    }

    /// The group's engagement.
    pub fn engagement(&self, scale: &Scale) -> GroupEngagement {
        let exact = match scale {
            Scale::Counts => self.weighted_sum(scale),
            Scale::Normalized(calibration) => scaled_root(self.sum_in(scale, 1), u128::from(calibration.group_max)),
        };
        GroupEngagement { exact, next_due: self.next_due() }
    }

    /// The earliest instant at which a member's counts change.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.seats.iter().filter_map(|seat| seat.counts.next_due).min()
    }

    /// Σ person's number · role share, to a millionth.
    pub(super) fn weighted_sum(&self, scale: &Scale) -> Number {
        from_fine(self.sum_in(scale, FINE / 1_000_000), 1)
    }

    /// The same in units of so many fine units, rounded half up.
    pub(super) fn sum_in(&self, scale: &Scale, unit: u128) -> u128 {
        let sum: u128 = self.seats.iter().map(|seat| self.part(scale, seat)).sum();
        match u128::from(self.share_denominator(scale)) * unit {
            0 => 0,
            denominator => (sum + denominator / 2) / denominator,
        }
    }

    /// Role weight · person's number, in fine units.
    pub(super) fn part(&self, scale: &Scale, seat: &Seat<'_>) -> u128 {
        scale.person_fine(seat.counts) * u128::from(self.role_weights[seat.role])
    }

    /// The sum of the weights that a role's weight is a share of: of all roles of the template, or of those in use.
    pub(super) fn share_denominator(&self, scale: &Scale) -> u64 {
        let counts = |role: usize| match scale {
            Scale::Counts => true,
            Scale::Normalized(_) => self.in_use(role),
        };
        (0..self.role_weights.len()).filter(|role| counts(*role)).map(|role| u64::from(self.role_weights[role])).sum()
    }

    /// Whether anybody has the role.
    pub(super) fn in_use(&self, role: usize) -> bool {
        self.seats.iter().any(|seat| seat.role == role)
    }
}

/// Whole units of so many to the millionth as a number, rounded half up.
pub(super) fn from_fine(units: u128, per_millionth: u128) -> Number {
    let millionths = (units + per_millionth / 2) / per_millionth;
    Number::from_micros(i128::try_from(millionths).unwrap_or(i128::MAX))
}
