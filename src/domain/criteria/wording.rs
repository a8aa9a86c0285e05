//! Tests in plain words. Says what is asked, never what was found.

use std::collections::BTreeSet;

use super::activity::{ActivityFilter, TextOperator};
use super::ast::FieldTest;
use super::tree::{Between, FieldOf, GroupTest, Test, ValueTest, Window};

/// A test as a sentence without its subject: "at least 2 `email_click` in the last 30 days".
pub(super) fn test(test: &Test) -> String {
    match test {
        Test::Field { of, field, test } => {
            let of = match of {
                FieldOf::Contact => "",
                FieldOf::Company => "company ",
            };
            format!("the {of}field `{field}` {}", value(test))
        }
        Test::Activities { filter, count, window } => {
            format!("{} {}{}", range(count), activity(filter), in_window(window))
        }
        Test::Segment { segment } => format!("member of the segment `{segment}`"),
        Test::Score { score, test } => format!("the score `{score}` is {}", range(test)),
        Test::ScoreLabel { score, labels } => format!("the label of the score `{score}` is {}", names(labels)),
        Test::Intent { criteria } if criteria.is_empty() => "the company shows intent".to_owned(),
        Test::Intent { criteria } => format!("the company shows intent by {}", names(criteria)),
        Test::Market { market: None } => "the company is in any active market".to_owned(),
        Test::Market { market: Some(market) } => format!("the company is in the market `{market}`"),
        Test::View { view } => format!("the company is in the view `{view}`"),
        Test::Visits { count, window } => format!("{} visits of the company{}", range(count), in_window(window)),
        Test::InCrm => "the company has a record in a CRM".to_owned(),
        Test::GoalAchieved { workflow } => format!("achieved the goal of the workflow `{workflow}`"),
        Test::Enrolled { workflow } => format!("enrolled in the workflow `{workflow}`"),
        Test::Engagement { test } => format!("person engagement is {}", range(test)),
        Test::BuyingGroup(test) => group(test),
    }
}

/// Names in quotes: "`a` or `b`".
pub(super) fn names(names: &BTreeSet<String>) -> String {
    one_of(names.iter().map(|name| format!("`{name}`")))
}

fn one_of(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    match words.pop() {
        None => "nothing".to_owned(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} or {last}", words.join(", ")),
    }
}

fn texts(texts: &[String]) -> String {
    one_of(texts.iter().map(|text| format!("`{text}`")))
}

fn value(test: &ValueTest) -> String {
    match test {
        ValueTest::Is(test) => field(test),
        ValueTest::DaysFromToday { from, to } => match (*from, *to) {
            (None, None) => "is a day".to_owned(),
            (Some(from), Some(0)) if from <= 0 => format!("lies in the last {}", days(1 - i64::from(from))),
            (Some(0), Some(to)) if to >= 0 => format!("lies in the next {}", days(i64::from(to) + 1)),
            (None, Some(to)) if to < 0 => format!("lies more than {} ago", days(-i64::from(to) - 1)),
            (Some(from), None) if from > 0 => format!("lies more than {} ahead", days(i64::from(from) - 1)),
            (from, to) => {
                let from = from.map(|from| format!(" from {from}"));
                let to = to.map(|to| format!(" to {to}"));
                format!("lies{}{} days from today", from.unwrap_or_default(), to.unwrap_or_default())
            }
        },
    }
}

fn field(test: &FieldTest) -> String {
    let values =
        |values: &BTreeSet<_>| one_of(values.iter().map(|value: &crate::domain::model::Value| format!("`{value}`")));
    match test {
        FieldTest::IsSet => "has a value".to_owned(),
        FieldTest::IsNotSet => "has no value".to_owned(),
        FieldTest::IsAnyOf(wanted) => format!("is {}", values(wanted)),
        FieldTest::IsNoneOf(wanted) => format!("is not {}", values(wanted)),
        FieldTest::Contains(parts) => format!("contains {}", texts(parts)),
        FieldTest::DoesNotContain(parts) => format!("does not contain {}", texts(parts)),
        FieldTest::StartsWith(parts) => format!("starts with {}", texts(parts)),
        FieldTest::NumberBetween { at_least, at_most } => {
            let between = Between { at_least: *at_least, at_most: *at_most, above: None, below: None };
            format!("is {}", range(&between))
        }
        FieldTest::NumberAbove(bound) => format!("is more than {bound}"),
        FieldTest::NumberBelow(bound) => format!("is less than {bound}"),
        FieldTest::DateBetween { from, to } => match (from, to) {
            (Some(from), Some(to)) => format!("lies from {from} to {to}"),
            (Some(from), None) => format!("is {from} or later"),
            (None, Some(to)) => format!("is {to} or earlier"),
            (None, None) => "is a day".to_owned(),
        },
    }
}

fn range(range: &Between) -> String {
    let parts = [
        range.at_least.map(|bound| format!("at least {bound}")),
        range.at_most.map(|bound| format!("at most {bound}")),
        range.above.map(|bound| format!("more than {bound}")),
        range.below.map(|bound| format!("less than {bound}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "any number".to_owned() } else { parts.join(" and ") }
}

fn activity(filter: &ActivityFilter) -> String {
    let mut text = format!("`{}`", filter.activity_type);
    for (at, test) in filter.tests.iter().enumerate() {
        let operator = match test.operator {
            TextOperator::Equals => "is",
            TextOperator::DoesNotEqual => "is not",
            TextOperator::Contains => "contains",
            TextOperator::DoesNotContain => "does not contain",
            TextOperator::StartsWith => "starts with",
        };
        let joint = if at == 0 { " whose" } else { " and whose" };
        text.push_str(&format!("{joint} {} {operator} {}", test.attribute, texts(&test.values)));
    }
    text
}

fn in_window(window: &Window) -> String {
    match window {
        Window::Ever => String::new(),
        Window::LastDays { days: count } => format!(" in the last {}", days(i64::from(*count))),
        Window::Between { from: None, to: None } => String::new(),
        Window::Between { from: Some(from), to: Some(to) } => format!(" from {from} to {to}"),
        Window::Between { from: Some(from), to: None } => format!(" from {from} on"),
        Window::Between { from: None, to: Some(to) } => format!(" until {to}"),
        Window::SinceEnrollment => " since the enrollment".to_owned(),
    }
}

fn group(test: &GroupTest) -> String {
    let mut parts = Vec::new();
    if !test.interests.is_empty() {
        parts.push(format!("for {}", names(&test.interests)));
    }
    if !test.roles.is_empty() {
        parts.push(format!("with the role {}", names(&test.roles)));
    }
    if let Some(role) = &test.missing_role {
        parts.push(format!("without anybody in the role `{role}`"));
    }
    if !test.stages.is_empty() {
        parts.push(format!("in the stage {}", names(&test.stages)));
    }
    if let Some(completeness) = &test.completeness {
        parts.push(format!("with completeness of {} %", range(completeness)));
    }
    if let Some(engagement) = &test.engagement {
        parts.push(format!("with engagement of {}", range(engagement)));
    }
    if parts.is_empty() { "a buying group".to_owned() } else { format!("a buying group {}", parts.join(", ")) }
}

fn days(count: i64) -> String {
    if count == 1 { "day".to_owned() } else { format!("{count} days") }
}
