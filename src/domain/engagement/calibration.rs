//! The maxima that the normalized method measures everybody against. They are measured over all known persons and groups
//! and then frozen for a period, so that one new champion does not rewrite every record. A calibration is a fact: whoever
//! stores it gives it in again, and the numbers follow from it (I3). Nothing here reads a clock.

use intentd_sdk::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::counts::PersonCounts;
use super::group::GroupSeats;
use super::model::{EngagementModel, Method, Scaling};
use super::scale::Scale;
use crate::domain::calendar::Calendar;

/// Frozen maxima.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibration {
    /// Of which model: see [`basis`].
    pub basis: String,
    /// The local day on which they were measured.
    pub period_start: Date,
    /// Taken off every weight; zero unless the scaling is min-max.
    pub weight_floor: u32,
    /// The greatest Σ n · (weight − floor) of a person.
    pub person_max: u64,
    /// The greatest Σ person's number · role share of a group, with twelve places: 100 is 10^14.
    pub group_max: u64,
}

/// Why it is time to calibrate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationCause {
    NeverDone,
    ModelChanged,
    PeriodOver,
    /// Nobody, or no group, had done anything when the maxima were measured; now somebody has.
    WasQuiet,
}

/// Whether anybody does anything now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    pub of_persons: bool,
    pub of_groups: bool,
}

/// What a model's numbers depend on, as sixteen hexadecimal digits: maxima of one model mean nothing in another.
pub fn basis(model: &EngagementModel) -> String {
    let meaning = serde_json::to_vec(model).expect("a model is plain values with text keys");
    Sha256::digest(&meaning).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether to calibrate on this local day, and why. Never, where the method does not need it.
pub fn needs_calibration(
    model: &EngagementModel,
    last: Option<&Calibration>,
    today: Date,
    activity: Activity,
) -> Option<CalibrationCause> {
    if model.method == Method::Counts {
        return None;
    }
    let Some(last) = last else { return Some(CalibrationCause::NeverDone) };
    if last.basis != basis(model) {
        return Some(CalibrationCause::ModelChanged);
    }
    let quiet_persons = last.person_max == 0 && activity.of_persons;
    let quiet_groups = last.group_max == 0 && activity.of_groups;
    if quiet_persons || quiet_groups {
        return Some(CalibrationCause::WasQuiet);
    }
    (day_number(today) - day_number(last.period_start) >= i64::from(model.calibrate_every_days))
        .then_some(CalibrationCause::PeriodOver)
}

/// The local midnight at which the period is over.
pub fn calibration_due(model: &EngagementModel, last: &Calibration, calendar: &Calendar) -> Option<Timestamp> {
    let day = day_number(last.period_start) + i64::from(model.calibrate_every_days);
    calendar.start_of_day(day).map(Timestamp::from_secs)
}

/// Measures the maxima: `persons` are all known persons (those who did nothing may be left out), `groups` all groups.
pub fn calibrate<'a>(
    model: &EngagementModel,
    today: Date,
    persons: impl Iterator<Item = &'a PersonCounts> + Clone,
    groups: impl Iterator<Item = GroupSeats<'a>>,
) -> Calibration {
    let weight_floor = match model.scaling {
        Scaling::Maximum => 0,
        Scaling::MinMax => floor(persons.clone()),
    };
    let person_max = persons.map(|counts| counts.weighted(weight_floor)).max().unwrap_or(0);
    let calibration = Calibration { basis: basis(model), period_start: today, weight_floor, person_max, group_max: 0 };
    let scale = Scale::Normalized(calibration.clone());
    let group_max = groups.map(|group| group.sum_in(&scale, 1)).max().unwrap_or(0);
    let group_max = u64::try_from(group_max).unwrap_or(u64::MAX);
    Calibration { group_max, ..calibration }
}

/// The least weight that occurs; zero when only one weight occurs, as then all count the same.
fn floor<'a>(persons: impl Iterator<Item = &'a PersonCounts>) -> u32 {
    let weights = persons.flat_map(|counts| counts.days.iter().map(|day| day.weight));
    let (least, greatest) = weights.fold((u32::MAX, 0), |(least, most), weight| (least.min(weight), most.max(weight)));
    if least < greatest { least } else { 0 }
}

/// Days from 1970-01-01.
fn day_number(date: Date) -> i64 {
    date.since(Date::constant(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()))
}
