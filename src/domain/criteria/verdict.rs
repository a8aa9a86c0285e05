//! Whether a criterion holds for a subject at an instant, and the next instant at which time alone can change that. A pure
//! function of facts, criterion and instant (I3); explanations ask the same leaves, so that the two cannot disagree (I4).

use intentd_sdk::Timestamp;

use super::compiled::{CompiledCriteria, Node};
use super::counting::{Bounds, day_number};
use super::facts::{Facts, GroupFact};
use super::matcher::Matcher;
use super::tree::{Between, FieldOf, GroupTest, Test, ValueTest, Window};
use crate::domain::calendar::Calendar;
use crate::domain::model::Value;

/// The answer to one criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub holds: bool,
    /// The earliest later instant at which the answer can change without any new fact: a window slides, a day begins, an
    /// activity that is known and yet to come happens. May be early, never late; `None` when time alone changes nothing.
    pub next_change: Option<Timestamp>,
}

/// When and where a question is asked.
pub(super) struct Asked<'a> {
    pub(super) facts: &'a Facts<'a>,
    /// In seconds since the epoch.
    pub(super) now: i64,
    pub(super) calendar: &'a Calendar,
    pub(super) matcher: &'a Matcher<usize>,
}

/// An answer, with the next change in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) holds: bool,
    pub(super) next: Option<i64>,
    /// Of tests that count.
    pub(super) count: Option<usize>,
}

impl CompiledCriteria {
    /// Whether the criterion at a position holds at `now`. Activities and visits after `now` do not count.
    ///
    /// # Panics
    /// When there is no criterion at that position.
    pub fn evaluate(&self, at: usize, facts: &Facts<'_>, now: Timestamp, calendar: &Calendar) -> Verdict {
        let asked = Asked { facts, now: now.as_secs(), calendar, matcher: &self.matcher };
        let Answer { holds, next, .. } = asked.node(&self.roots[at]);
        Verdict { holds, next_change: next.map(Timestamp::from_secs) }
    }
}

impl Asked<'_> {
    pub(super) fn node(&self, node: &Node) -> Answer {
        match node {
            Node::All(children) => self.unless(children, false),
            Node::Any(children) => self.unless(children, true),
            Node::Not(child) => {
                let answer = self.node(child);
                Answer { holds: !answer.holds, ..answer }
            }
            Node::Leaf(test, slot) => self.leaf(test, *slot),
        }
    }

    /// The answer is `deciding` as soon as one child's is: "no" decides over All, "yes" over Any. As long as one deciding
    /// child stays, so does the answer: until the last of them can change. Without any, the first change can matter.
    fn unless(&self, children: &[Node], deciding: bool) -> Answer {
        let mut first_change: Option<i64> = None;
        let mut last_decides: Option<i64> = None;
        for child in children {
            let answer = self.node(child);
            if answer.holds == deciding {
                match answer.next {
                    None => return Answer { holds: deciding, next: None, count: None },
                    next => last_decides = last_decides.max(next),
                }
            }
            first_change = first_change.into_iter().chain(answer.next).min();
        }
        match last_decides {
            Some(_) => Answer { holds: deciding, next: last_decides, count: None },
            None => Answer { holds: !deciding, next: first_change, count: None },
        }
    }

    pub(super) fn leaf(&self, test: &Test, slot: Option<usize>) -> Answer {
        let company = self.facts.company;
        match test {
            Test::Field { of, field, test } => self.value(self.field(*of, field), test),
            Test::Activities { count, window, .. } => self.activities(slot, count, window),
            Test::Segment { segment } => still(self.facts.segments.contains(segment)),
            Test::Score { score, test } => {
                still(self.facts.scores.get(score).is_some_and(|score| test.holds(score.shown)))
            }
            Test::ScoreLabel { score, labels } => {
                let label = self.facts.scores.get(score).and_then(|score| score.label.as_ref());
                still(label.is_some_and(|label| labels.contains(label)))
            }
            Test::Intent { criteria } => still(company.is_some_and(|company| match criteria.is_empty() {
                true => !company.intent.is_empty(),
                false => !company.intent.is_disjoint(criteria),
            })),
            Test::Market { market } => still(company.is_some_and(|company| match market {
                Some(market) => company.markets.contains(market),
                None => !company.markets.is_empty(),
            })),
            Test::View { view } => still(company.is_some_and(|company| company.views.contains(view))),
            Test::Visits { count, window } => self.visits(count, window),
            Test::InCrm => still(company.is_some_and(|company| company.in_crm)),
            Test::GoalAchieved { workflow } => {
                still(self.facts.workflows.get(workflow).is_some_and(|fact| fact.goal_achieved))
            }
            Test::Enrolled { workflow } => still(self.facts.workflows.get(workflow).is_some_and(|fact| fact.enrolled)),
            Test::Engagement { test } => still(self.facts.engagement.is_some_and(|engagement| test.holds(engagement))),
            Test::BuyingGroup(test) => still(self.facts.groups.iter().any(|group| test.holds(group))),
        }
    }

    /// The value of a field of the contact or its company.
    pub(super) fn field(&self, of: FieldOf, field: &str) -> Option<&Value> {
        match of {
            FieldOf::Contact => self.facts.contact.get(field),
            FieldOf::Company => self.facts.company.and_then(|company| company.fields.get(field)),
        }
    }

    fn value(&self, value: Option<&Value>, test: &ValueTest) -> Answer {
        match test {
            ValueTest::Is(test) => still(test.holds(value, self.calendar.zone())),
            ValueTest::DaysFromToday { from, to } => {
                let Some(day) = value.and_then(|value| self.day(value)) else { return still(false) };
                let today = self.calendar.day_of(self.now);
                // Seen from the value's day, today runs through the window from its far end to its near one.
                let (first, last) = (to.map(|to| day - i64::from(to)), from.map(|from| day - i64::from(from)));
                if first.zip(last).is_some_and(|(first, last)| first > last) {
                    return still(false);
                }
                let early = first.is_some_and(|first| today < first);
                let late = last.is_some_and(|last| today > last);
                let next_day = match (early, late) {
                    (_, true) => None,
                    (true, false) => first,
                    (false, false) => last.map(|last| last + 1),
                };
                let next = next_day.and_then(|day| self.calendar.start_of_day(day));
                Answer { holds: !early && !late, next, count: None }
            }
        }
    }

    /// The calendar day of a date or instant.
    fn day(&self, value: &Value) -> Option<i64> {
        match value {
            Value::Date(day) => Some(day_number(*day)),
            Value::Instant(instant) => Some(self.calendar.day_of(instant.as_secs())),
            Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Set(_) => None,
        }
    }

    fn activities(&self, slot: Option<usize>, count: &Between, window: &Window) -> Answer {
        let (Some(slot), Some(bounds)) = (slot, self.bounds(window)) else { return nothing(count) };
        let facts = bounds.within(self.facts.activities, |fact| fact.at.as_secs());
        let meant = facts.iter().filter(|fact| self.matcher.slots(fact).contains(&slot));
        bounds.count(meant.map(|fact| fact.at.as_secs()), count, self.now, self.calendar).into()
    }

    fn visits(&self, count: &Between, window: &Window) -> Answer {
        let visits = self.facts.company.map_or(&[][..], |company| company.visits);
        let Some(bounds) = self.bounds(window) else { return nothing(count) };
        let visits = bounds.within(visits, |at| at.as_secs());
        bounds.count(visits.iter().map(|at| at.as_secs()), count, self.now, self.calendar).into()
    }

    fn bounds(&self, window: &Window) -> Option<Bounds> {
        let enrolled_at = self.facts.enrolled_at.map(Timestamp::as_secs);
        Bounds::at(window, self.now, enrolled_at, self.calendar)
    }
}

impl GroupTest {
    /// Whether every part of the test holds for this group.
    pub fn holds(&self, group: &GroupFact) -> bool {
        (self.interests.is_empty() || self.interests.contains(&group.interest))
            && (self.roles.is_empty() || !self.roles.is_disjoint(&group.roles))
            && self.missing_role.as_ref().is_none_or(|role| group.missing_roles.contains(role))
            && (self.stages.is_empty() || group.stage.as_ref().is_some_and(|stage| self.stages.contains(stage)))
            && self.completeness.is_none_or(|range| range.holds(group.completeness))
            && self.engagement.is_none_or(|range| range.holds(group.engagement))
    }
}

/// An answer that time does not change.
fn still(holds: bool) -> Answer {
    Answer { holds, next: None, count: None }
}

/// The answer about a window that nothing can be in.
fn nothing(range: &Between) -> Answer {
    Answer { holds: range.holds(crate::domain::model::Number::ZERO), next: None, count: Some(0) }
}

impl From<super::counting::Counted> for Answer {
    fn from(counted: super::counting::Counted) -> Answer {
        Answer { holds: counted.holds, next: counted.next, count: Some(counted.count) }
    }
}
