//! The score the slow and obvious way: every rule for itself, every day asked of the time zone library, nothing compiled.
//! Says what the engine must find; shares with it only the arithmetic of half-lives.

use intentd_sdk::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::random::Case;
use crate::domain::criteria::{ActivityFilter, TextOperator};
use crate::domain::model::{ActivityFact, Dictionary, Number};
use crate::domain::score::half_life::HalfLife;
use crate::domain::score::{Fading, Limit, RuleKind};

/// The exact score of sorted distinct facts.
pub(super) fn exact(case: &Case, facts: &[ActivityFact], dictionary: &Dictionary) -> Number {
    let plain = Plain { case, facts, dictionary };
    let model = &case.model;
    let sums: Vec<Number> =
        model.rules.iter().map(|rule| clamp(plain.rule(&rule.kind), rule.minimum, rule.maximum)).collect();
    let grouped =
        |group| sums.iter().zip(&model.rules).filter(|(_, rule)| rule.group == group).map(|(sum, _)| *sum).sum();
    let groups = model.groups.iter().enumerate();
    let groups: Number = groups.map(|(at, group)| clamp(grouped(Some(at)), group.minimum, group.maximum)).sum();
    clamp(groups + grouped(None), model.minimum, model.maximum)
}

fn clamp(value: Number, minimum: Option<Number>, maximum: Option<Number>) -> Number {
    value.max(minimum.unwrap_or(value)).min(maximum.unwrap_or_else(|| value.max(minimum.unwrap_or(value))))
}

struct Plain<'a> {
    case: &'a Case,
    facts: &'a [ActivityFact],
    dictionary: &'a Dictionary,
}

impl Plain<'_> {
    fn rule(&self, kind: &RuleKind) -> Number {
        match kind {
            RuleKind::Event { filter, points, limit, fading } => {
                self.award(self.matching(filter).map(|fact| fact.at).collect(), *points, *limit, *fading)
            }
            RuleKind::Absence { anchor, expected, correlate, deadline_days, points, limit, fading, cancelled_by } => {
                let mut due = Vec::new();
                for begins in self.matching(anchor) {
                    let key = correlate.as_ref().map(|attribute| self.attribute(begins, attribute));
                    if key == Some(None) {
                        continue;
                    }
                    let same = |fact: &&ActivityFact| key == correlate.as_ref().map(|name| self.attribute(fact, name));
                    let keyless = |fact: &&ActivityFact| {
                        correlate.as_ref().is_none_or(|name| self.attribute(fact, name).is_none())
                    };
                    let zoned = begins.at.to_jiff().to_zoned(self.case.zone.clone());
                    let deadline =
                        Timestamp::from(zoned.checked_add(i64::from(*deadline_days).days()).unwrap().timestamp());
                    let in_time = |fact: &&ActivityFact| begins.at <= fact.at && fact.at <= deadline;
                    let followed = self.matching(expected).filter(same).any(|fact| in_time(&fact));
                    let called_off = cancelled_by
                        .iter()
                        .any(|filter| self.matching(filter).filter(in_time).any(|fact| same(&fact) || keyless(&fact)));
                    if !followed && !called_off && deadline <= self.case.as_of {
                        due.push(deadline);
                    }
                }
                due.sort();
                self.award(due, *points, *limit, *fading)
            }
            RuleKind::Property { field, cases } => {
                let value = self.case.fields.get(field);
                cases
                    .iter()
                    .find(|case| case.test.holds(value, &self.case.zone))
                    .map_or(Number::ZERO, |case| case.points)
            }
            RuleKind::Segment { segment, points } => {
                if self.case.segments.contains(segment) {
                    *points
                } else {
                    Number::ZERO
                }
            }
        }
    }

    fn award(&self, instants: Vec<Timestamp>, points: Number, limit: Limit, fading: Fading) -> Number {
        let mut counted: Vec<Date> = Vec::new();
        for at in instants {
            let day = day(at, &self.case.zone);
            let within = |days: u32| counted.iter().filter(|earlier| between(**earlier, day) < i64::from(days)).count();
            let admitted = match limit {
                Limit::Every => true,
                Limit::First => counted.is_empty(),
                Limit::PerDay { count } => within(1) < count as usize,
                Limit::PerWindow { count, days } => within(days) < count as usize,
            };
            if admitted {
                counted.push(day);
            }
        }
        let today = day(self.case.as_of, &self.case.zone);
        counted.into_iter().map(|day| faded(points, between(day, today), fading)).sum()
    }

    fn matching(&self, filter: &ActivityFilter) -> impl Iterator<Item = &ActivityFact> {
        self.facts.iter().filter(|fact| fact.at <= self.case.as_of).filter(move |fact| {
            self.dictionary.types[&fact.activity_type] == filter.activity_type
                && filter.tests.iter().all(|test| {
                    let have = self.attribute(fact, &test.attribute);
                    let hit = |matches: fn(&str, &str) -> bool| {
                        have.is_some_and(|have| test.values.iter().any(|value| matches(have, value)))
                    };
                    match test.operator {
                        TextOperator::Equals => hit(|have, value| have == value),
                        TextOperator::DoesNotEqual => !hit(|have, value| have == value),
                        TextOperator::Contains => hit(|have, value| have.contains(value)),
                        TextOperator::DoesNotContain => !hit(|have, value| have.contains(value)),
                        TextOperator::StartsWith => hit(|have, value| have.starts_with(value)),
                    }
                })
        })
    }

    fn attribute(&self, fact: &ActivityFact, name: &str) -> Option<&str> {
        self.dictionary.objects.get(&fact.object)?.get(name).map(String::as_str)
    }
}

fn day(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at.to_jiff()).date()
}

fn between(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).unwrap().get_days())
}

fn faded(points: Number, age: i64, fading: Fading) -> Number {
    match fading {
        Fading::Never => points,
        Fading::Window { days } if age < i64::from(days) => points,
        Fading::Window { .. } => Number::ZERO,
        Fading::Linear { percent, every_days } => {
            let left = 100 - i64::from(percent) * (age / i64::from(every_days));
            points.scale(i128::from(left.max(0)), 100)
        }
        Fading::HalfLife { half_life_days } => HalfLife::new(half_life_days).points_at(points, age),
    }
}
