//! Whether a test holds for a value. A pure function of test, value and time zone; every pair of types is spelled out, so
//! that a new type or operator does not compile before it has been thought of.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::ast::FieldTest;
use crate::domain::model::Value;

impl FieldTest {
    /// Whether the test holds. `None` is a field that was never mapped or is cleared. The zone gives instants their
    /// calendar day.
    pub fn holds(&self, value: Option<&Value>, zone: &TimeZone) -> bool {
        match self {
            FieldTest::IsSet => value.is_some(),
            FieldTest::IsNotSet => value.is_none(),
            FieldTest::IsAnyOf(wanted) => value.is_some_and(|have| wanted.iter().any(|want| same(have, want, zone))),
            FieldTest::IsNoneOf(wanted) => !value.is_some_and(|have| wanted.iter().any(|want| same(have, want, zone))),
            FieldTest::Contains(parts) => value.is_some_and(|have| any_text(have, parts, contains)),
            FieldTest::DoesNotContain(parts) => !value.is_some_and(|have| any_text(have, parts, contains)),
            FieldTest::StartsWith(parts) => value.is_some_and(|have| any_text(have, parts, starts_with)),
            FieldTest::NumberBetween { at_least, at_most } => number(value).is_some_and(|have| {
                at_least.is_none_or(|least| least <= have) && at_most.is_none_or(|most| have <= most)
            }),
            FieldTest::NumberAbove(bound) => number(value).is_some_and(|have| have > *bound),
            FieldTest::NumberBelow(bound) => number(value).is_some_and(|have| have < *bound),
            FieldTest::DateBetween { from, to } => day(value, zone)
                .is_some_and(|have| from.is_none_or(|from| from <= have) && to.is_none_or(|to| have <= to)),
        }
    }
}

/// Equality across types. A day and an instant are equal on that day; a set holds a text, and two sets have the same
/// members; values of other different types are equal when they are written the same way, `5` and the text `5`.
fn same(have: &Value, want: &Value, zone: &TimeZone) -> bool {
    match (have, want) {
        (Value::Text(have), Value::Text(want)) => equal(have, want),
        (Value::Number(have), Value::Number(want)) => have == want,
        (Value::Bool(have), Value::Bool(want)) => have == want,
        (Value::Date(have), Value::Date(want)) => have == want,
        (Value::Instant(have), Value::Instant(want)) => have == want,
        (Value::Date(_), Value::Instant(_)) | (Value::Instant(_), Value::Date(_)) => {
            day(Some(have), zone) == day(Some(want), zone)
        }
        (Value::Set(have), Value::Set(want)) => {
            have.iter().all(|one| want.iter().any(|other| equal(one, other)))
                && want.iter().all(|one| have.iter().any(|other| equal(one, other)))
        }
        (Value::Set(have), Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Date(_) | Value::Instant(_)) => {
            let want = want.to_string();
            have.iter().any(|one| equal(one, &want))
        }
        (Value::Text(_), Value::Number(_) | Value::Bool(_) | Value::Date(_) | Value::Instant(_) | Value::Set(_))
        | (Value::Number(_), Value::Text(_) | Value::Bool(_) | Value::Date(_) | Value::Instant(_) | Value::Set(_))
        | (Value::Bool(_), Value::Text(_) | Value::Number(_) | Value::Date(_) | Value::Instant(_) | Value::Set(_))
        | (Value::Date(_), Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Set(_))
        | (Value::Instant(_), Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Set(_)) => {
            equal(&have.to_string(), &want.to_string())
        }
    }
}

fn any_text(have: &Value, parts: &[String], test: fn(&str, &str) -> bool) -> bool {
    match have {
        Value::Text(text) => parts.iter().any(|part| test(text, part)),
        Value::Set(texts) => texts.iter().any(|text| parts.iter().any(|part| test(text, part))),
        Value::Number(_) | Value::Bool(_) | Value::Date(_) | Value::Instant(_) => false,
    }
}

fn number(value: Option<&Value>) -> Option<crate::domain::model::Number> {
    match value? {
        Value::Number(number) => Some(*number),
        Value::Text(_) | Value::Bool(_) | Value::Date(_) | Value::Instant(_) | Value::Set(_) => None,
    }
}

fn day(value: Option<&Value>, zone: &TimeZone) -> Option<Date> {
    match value? {
        Value::Date(date) => Some(*date),
        Value::Instant(instant) => Some(zone.to_datetime(instant.to_jiff()).date()),
        Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Set(_) => None,
    }
}

/// The text without regard to case, letter by letter and without a copy.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}

fn equal(have: &str, want: &str) -> bool {
    folded(have).eq(folded(want))
}

fn starts_with(have: &str, part: &str) -> bool {
    let mut have = folded(have);
    folded(part).all(|letter| have.next() == Some(letter))
}

fn contains(have: &str, part: &str) -> bool {
    part.is_empty() || have.char_indices().any(|(at, _)| starts_with(&have[at..], part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::Number;
    use intentd_sdk::Timestamp;
    use std::collections::BTreeSet;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn set(texts: &[&str]) -> Value {
        Value::Set(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    fn num(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    fn any_of(values: &[Value]) -> FieldTest {
        FieldTest::IsAnyOf(values.iter().cloned().collect::<BTreeSet<_>>())
    }

    fn parts(parts: &[&str]) -> Vec<String> {
        parts.iter().map(|part| (*part).to_owned()).collect()
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn each_test_on_each_kind_of_value() {
        let instant = Value::Instant(Timestamp::parse("2026-03-28T23:30:00Z").unwrap());
        let from_29 = FieldTest::DateBetween { from: Some(date("2026-03-29")), to: None };
        let to_28 = FieldTest::DateBetween { from: None, to: Some(date("2026-03-28")) };
        let between = FieldTest::NumberBetween { at_least: Some(num("10")), at_most: Some(num("20.5")) };
        let some = |value: &Value| Some(value.clone());
        for (test, value, holds) in [
            (FieldTest::IsSet, some(&text("")), true),
            (FieldTest::IsSet, None, false),
            (FieldTest::IsNotSet, None, true),
            (any_of(&[text("ceo"), text("ÅSA")]), some(&text("CEO")), true),
            (any_of(&[text("ceo"), text("ÅSA")]), some(&text("åsa")), true),
            (any_of(&[text("ceo")]), some(&text("ceo ")), false),
            (any_of(&[text("ceo")]), None, false),
            (any_of(&[text("b")]), some(&set(&["A", "B"])), true),
            (any_of(&[text("c")]), some(&set(&["A", "B"])), false),
            (any_of(&[set(&["b", "a"])]), some(&set(&["A", "B"])), true),
            (any_of(&[set(&["b"])]), some(&set(&["A", "B"])), false),
            (any_of(&[Value::Number(num("5"))]), some(&Value::Number(num("5.0"))), true),
            (any_of(&[Value::Number(num("5"))]), some(&text("5")), true),
            (any_of(&[Value::Number(num("5"))]), some(&text("05")), false),
            (any_of(&[text("TRUE")]), some(&Value::Bool(true)), true),
            (any_of(&[Value::Date(date("2026-03-29"))]), some(&instant), true),
            (any_of(&[Value::Date(date("2026-03-28"))]), some(&instant), false),
            (FieldTest::IsNoneOf(BTreeSet::from([text("ceo")])), some(&text("CEO")), false),
            (FieldTest::IsNoneOf(BTreeSet::from([text("ceo")])), some(&text("CFO")), true),
            (FieldTest::IsNoneOf(BTreeSet::from([text("ceo")])), None, true),
            (FieldTest::Contains(parts(&["chef"])), some(&text("Försäljningschef")), true),
            (FieldTest::Contains(parts(&["FÖRSÄLJ"])), some(&text("Försäljningschef")), true),
            (FieldTest::Contains(parts(&["x", "y"])), some(&text("Försäljningschef")), false),
            (FieldTest::Contains(parts(&["5"])), some(&Value::Number(num("5"))), false),
            (FieldTest::DoesNotContain(parts(&["chef"])), some(&text("Chef")), false),
            (FieldTest::DoesNotContain(parts(&["chef"])), None, true),
            (FieldTest::StartsWith(parts(&["vd", "ceo"])), some(&text("CEO & founder")), true),
            (FieldTest::StartsWith(parts(&["founder"])), some(&text("CEO & founder")), false),
            (between.clone(), some(&Value::Number(num("10"))), true),
            (between.clone(), some(&Value::Number(num("20.5"))), true),
            (between.clone(), some(&Value::Number(num("20.500001"))), false),
            (between, some(&text("15")), false),
            (FieldTest::NumberAbove(num("10")), some(&Value::Number(num("10"))), false),
            (FieldTest::NumberBelow(num("10")), some(&Value::Number(num("9.9"))), true),
            (FieldTest::NumberBelow(num("10")), None, false),
            (from_29.clone(), some(&instant), true),
            (to_28.clone(), some(&instant), false),
            (to_28, some(&Value::Date(date("2026-03-28"))), true),
            (from_29, some(&text("2026-03-29")), false),
        ] {
            let stockholm = TimeZone::get("Europe/Stockholm").unwrap();
            assert_eq!(test.holds(value.as_ref(), &stockholm), holds, "{test:?} on {value:?}");
        }
    }
}
