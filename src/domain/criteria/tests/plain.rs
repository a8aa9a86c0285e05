//! Criteria read the slow and obvious way: no short cut, every day asked of the time zone library, nothing compiled.

use intentd_sdk::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::random::dictionary;
use crate::domain::criteria::{Between, Criterion, Facts, FieldOf, Test, TextOperator, ValueTest, Window};
use crate::domain::model::{ActivityFact, Number, Value};

/// Whether the criterion holds.
pub(super) fn holds(criterion: &Criterion, facts: &Facts<'_>, now: Timestamp, zone: &TimeZone) -> bool {
    let all =
        |children: &[Criterion]| -> Vec<bool> { children.iter().map(|child| holds(child, facts, now, zone)).collect() };
    match criterion {
        Criterion::All(children) => !all(children).contains(&false),
        Criterion::Any(children) => all(children).contains(&true),
        Criterion::Not(child) => !holds(child, facts, now, zone),
        Criterion::Test(test) => test_holds(test, facts, now, zone),
    }
}

fn test_holds(test: &Test, facts: &Facts<'_>, now: Timestamp, zone: &TimeZone) -> bool {
    let company = facts.company;
    match test {
        Test::Field { of, field, test } => {
            let fields = match of {
                FieldOf::Contact => Some(facts.contact),
                FieldOf::Company => company.map(|company| company.fields),
            };
            let value = fields.and_then(|fields| fields.get(field));
            match (test, value) {
                (ValueTest::Is(test), value) => test.holds(value, zone),
                (ValueTest::DaysFromToday { from, to }, Some(value)) => {
                    let day = match value {
                        Value::Date(day) => *day,
                        Value::Instant(at) => local_day(*at, zone),
                        _ => return false,
                    };
                    let away = i64::from(local_day(now, zone).until(day).unwrap().get_days());
                    from.is_none_or(|from| away >= i64::from(from)) && to.is_none_or(|to| away <= i64::from(to))
                }
                (ValueTest::DaysFromToday { .. }, None) => false,
            }
        }
        Test::Activities { filter, count, window } => {
            let dictionary = dictionary();
            let meant = |fact: &&ActivityFact| {
                let object = dictionary.objects.get(&fact.object);
                let path = object.and_then(|object| object.get("path")).map(String::as_str);
                dictionary.types.get(&fact.activity_type) == Some(&filter.activity_type)
                    && filter.tests.iter().all(|test| match test.operator {
                        TextOperator::Equals => path == Some("/price"),
                        TextOperator::StartsWith => path.is_some_and(|path| path.starts_with("/price")),
                        TextOperator::DoesNotContain => !path.is_some_and(|path| path.contains("/price")),
                        other => panic!("{other:?} is not made here"),
                    })
            };
            let instants = facts.activities.iter().filter(meant).map(|fact| fact.at);
            counted(instants, count, window, facts, now, zone)
        }
        Test::Visits { count, window } => {
            let visits = company.map_or(&[][..], |company| company.visits);
            counted(visits.iter().copied(), count, window, facts, now, zone)
        }
        Test::Segment { segment } => facts.segments.contains(segment),
        Test::Score { score, test } => facts.scores.get(score).is_some_and(|fact| test.holds(fact.shown)),
        Test::ScoreLabel { score, labels } => {
            facts.scores.get(score).is_some_and(|fact| fact.label.iter().any(|label| labels.contains(label)))
        }
        Test::Intent { criteria } => company
            .is_some_and(|company| company.intent.iter().any(|name| criteria.is_empty() || criteria.contains(name))),
        Test::Market { market } => {
            company.is_some_and(|company| company.markets.iter().any(|name| market.as_ref().is_none_or(|m| m == name)))
        }
        Test::View { view } => company.is_some_and(|company| company.views.contains(view)),
        Test::InCrm => company.is_some_and(|company| company.in_crm),
        Test::GoalAchieved { workflow } => facts.workflows[workflow].goal_achieved,
        Test::Enrolled { workflow } => facts.workflows[workflow].enrolled,
        Test::Engagement { test } => facts.engagement.is_some_and(|engagement| test.holds(engagement)),
        Test::BuyingGroup(test) => facts.groups.iter().any(|group| {
            let mut parts = Vec::new();
            if !test.interests.is_empty() {
                parts.push(test.interests.contains(&group.interest));
            }
            if !test.roles.is_empty() {
                parts.push(group.roles.iter().any(|role| test.roles.contains(role)));
            }
            parts.extend(test.missing_role.iter().map(|role| group.missing_roles.contains(role)));
            parts.extend(test.completeness.iter().map(|range| range.holds(group.completeness)));
            !parts.contains(&false)
        }),
    }
}

fn counted(
    instants: impl Iterator<Item = Timestamp>,
    range: &Between,
    window: &Window,
    facts: &Facts<'_>,
    now: Timestamp,
    zone: &TimeZone,
) -> bool {
    let today = local_day(now, zone);
    let inside = |at: &Timestamp| match window {
        Window::Ever => true,
        Window::LastDays { days } => local_day(*at, zone) > today.checked_sub(i64::from(*days).days()).unwrap(),
        Window::Between { from, to } => {
            let day = local_day(*at, zone);
            from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
        }
        Window::SinceEnrollment => facts.enrolled_at.is_some_and(|from| from <= *at),
    };
    let count = instants.filter(|at| *at <= now).filter(inside).count();
    range.holds(Number::whole(count as i64))
}

fn local_day(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_jiff().to_zoned(zone.clone()).date()
}
