//! When maxima are measured anew, and that they hold still in between.

use jiff::civil::Date;

use super::*;
use crate::domain::model::Number;

const NOON: i64 = 1_774_780_000;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn normalized() -> EngagementModel {
    model(Method::Normalized, Scaling::Maximum)
}

fn measured(persons: &[PersonCounts]) -> Calibration {
    let group = GroupSeats::new(vec![100], (0..).zip(persons).map(|(id, counts)| seat(0, id, counts)));
    calibrate(&normalized(), day("2026-03-01"), persons.iter(), [group].into_iter())
}

#[test]
fn maxima_are_frozen_until_their_period_is_over() {
    let persons = [counts_of(&[(1, 4)], NOON), counts_of(&[(1, 1)], NOON)];
    let frozen = measured(&persons);
    let model = normalized();
    let active = Activity { of_persons: true, of_groups: true };
    assert_eq!(needs_calibration(&model, Some(&frozen), day("2026-03-30"), active), None);
    let over = needs_calibration(&model, Some(&frozen), day("2026-03-31"), active);
    assert_eq!(over, Some(CalibrationCause::PeriodOver));
    let stockholm = calendar("Europe/Stockholm");
    let due = calibration_due(&model, &frozen, &stockholm).unwrap();
    assert_eq!(due, Timestamp::parse("2026-03-30T22:00:00Z").unwrap(), "local midnight, summer time");

    // A new champion moves nobody else, and is not above 100.
    let scale = Scale::of(&model, Some(&frozen)).unwrap();
    assert_eq!(scale.person(&persons[1]), Number::whole(50));
    assert_eq!(scale.person(&counts_of(&[(1, 20)], NOON)), Number::whole(100));
    let champion = [counts_of(&[(1, 16)], NOON), persons[1].clone()];
    assert_eq!(Scale::of(&model, Some(&measured(&champion))).unwrap().person(&persons[1]), Number::whole(25));
}

#[test]
fn another_model_or_the_end_of_quiet_asks_for_new_maxima() {
    let model = normalized();
    let none = Activity::default();
    let active = Activity { of_persons: true, of_groups: false };
    assert_eq!(needs_calibration(&model, None, day("2026-03-02"), none), Some(CalibrationCause::NeverDone));
    let quiet = calibrate(&model, day("2026-03-01"), [].iter(), std::iter::empty());
    assert_eq!(needs_calibration(&model, Some(&quiet), day("2026-03-02"), none), None);
    assert_eq!(needs_calibration(&model, Some(&quiet), day("2026-03-02"), active), Some(CalibrationCause::WasQuiet));
    let counts = counts_of(&[(1, 4)], NOON);
    assert_eq!(Scale::of(&model, Some(&quiet)).unwrap().person(&counts), Number::ZERO, "nothing to measure against");

    let mut heavier = model.clone();
    heavier.activities[0].weight = 50;
    let found = needs_calibration(&heavier, Some(&quiet), day("2026-03-02"), none);
    assert_eq!(found, Some(CalibrationCause::ModelChanged));
    assert_eq!(Scale::of(&heavier, Some(&quiet)), None);
    let counting = super::model(Method::Counts, Scaling::Maximum);
    assert_eq!(needs_calibration(&counting, None, day("2026-03-02"), active), None);
    assert_eq!(Scale::of(&counting, None), Some(Scale::Counts));
}

#[test]
fn an_activity_that_two_rows_mean_counts_in_the_first_and_weight_zero_takes_it_out() {
    let mut twice = model(Method::Counts, Scaling::Maximum);
    twice.activities.push(ActivityRow { weight: 90, title: "again".to_owned(), ..twice.activities[0].clone() });
    let counter = Counter::new(&twice, &dictionary());
    assert_eq!(counter.row(&fact(NOON, 1, 0)), Some(0));
    assert_eq!(counter.row(&fact(NOON, 4, 0)), None, "weight zero");
    assert_eq!(counter.row(&fact(NOON, 9, 0)), None, "in no row");
    twice.activities[0].weight = 0;
    assert_eq!(Counter::new(&twice, &dictionary()).row(&fact(NOON, 1, 0)), None);
}
