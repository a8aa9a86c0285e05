//! Absence rules: an anchor activity that nothing expected follows gives points from its deadline on.
//!
//! The deadline is the anchor's local time a number of calendar days later. An expected activity at the anchor, at the
//! deadline or between takes the points away, whenever it becomes known; so does one that calls the wait off. With a
//! correlation attribute, an anchor without it starts no wait, because nobody could tell what follows it; an expected
//! activity must have the same value; and an activity that calls off must have the same value or none (a bounce belongs to
//! one mailing, an unsubscription to all). Points count as given on the day of the deadline.

use intentd_sdk::Timestamp;

use super::award::{Award, AwardState, Moment, Verdict};
use super::slot::Part;
use super::trace::{Trace, Traced};
use crate::domain::model::Number;

/// An absence rule, compiled.
#[derive(Clone, Debug)]
pub(super) struct AbsenceRule {
    pub(super) award: Award,
    /// Which of the matcher's attributes must be equal.
    pub(super) correlate: Option<usize>,
    pub(super) deadline_days: u32,
}

/// What has been seen of one contact so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    anchors: Vec<Anchor>,
    /// Key and second, like the next.
    expected: Vec<(u32, i64)>,
    cancels: Vec<(u32, i64)>,
}

#[derive(Clone, Copy, Debug)]
struct Anchor {
    key: u32,
    at: i64,
    fact: usize,
}

/// The key of an activity without the correlation attribute, and of all activities when nothing is correlated.
const NO_KEY: u32 = 0;

impl AbsenceRule {
    /// Takes in one activity, in the order in which they happened.
    pub(super) fn see(&self, waits: &mut Waits, part: Part, key: u32, at: i64, fact: usize) {
        let correlated = self.correlate.is_none() || key != NO_KEY;
        match part {
            Part::Anchor if correlated => waits.anchors.push(Anchor { key, at, fact }),
            Part::Expected if correlated => waits.expected.push((key, at)),
            Part::Cancel => waits.cancels.push((key, at)),
            Part::Anchor | Part::Expected | Part::Event => {}
        }
    }

    /// Decides every wait and gives the points of those that ended in vain.
    pub(super) fn settle<T: Trace>(
        &self,
        mut waits: Waits,
        rule: usize,
        moment: &mut Moment<'_>,
        trace: &mut T,
    ) -> Number {
        if waits.anchors.is_empty() {
            return Number::ZERO;
        }
        waits.expected.sort_unstable();
        waits.cancels.sort_unstable();
        let mut due: Vec<(i64, usize)> = Vec::with_capacity(waits.anchors.len());
        for Anchor { key, at, fact } in &waits.anchors {
            let deadline = moment.calendar.plus_days(*at, self.deadline_days);
            let in_time = |found: Option<i64>| found.filter(|found| deadline.is_none_or(|deadline| *found <= deadline));
            let followed = in_time(first_from(&waits.expected, *key, *at));
            let cancelled =
                [*key, NO_KEY].into_iter().filter_map(|key| in_time(first_from(&waits.cancels, key, *at))).min();
            let verdict = match (followed, cancelled, deadline) {
                (Some(at), _, _) => Verdict::Followed { at: Timestamp::from_secs(at) },
                (None, Some(at), _) => Verdict::CalledOff { at: Timestamp::from_secs(at) },
                (None, None, Some(deadline)) if deadline <= moment.now => {
                    due.push((deadline, *fact));
                    continue;
                }
                (None, None, Some(deadline)) => {
                    moment.expect_instant(deadline);
                    Verdict::Awaited
                }
                (None, None, None) => Verdict::Awaited,
            };
            trace.activity(
                rule,
                Traced { fact: *fact, due: deadline, raw: Number::ZERO, verdict, points: Number::ZERO },
            );
        }
        // Clock changes can put the deadline of a later anchor before that of an earlier one; limits go by deadlines, so
        // that time alone never takes away what has counted.
        due.sort_unstable();
        let mut state: AwardState = self.award.start();
        for (deadline, fact) in due {
            let day = moment.calendar.day_of(deadline);
            let (verdict, points) = self.award.grant(&mut state, day, moment);
            trace.activity(rule, Traced { fact, due: Some(deadline), raw: self.award.points, verdict, points });
        }
        state.sum
    }
}

/// The first of the sorted entries with this key at this second or later.
fn first_from(sorted: &[(u32, i64)], key: u32, at: i64) -> Option<i64> {
    let found = sorted.get(sorted.partition_point(|entry| *entry < (key, at)))?;
    (found.0 == key).then_some(found.1)
}
