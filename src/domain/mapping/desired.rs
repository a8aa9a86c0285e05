//! Computed values as the text that the vendor should hold. The text is exact per type, because the outbox compares it with
//! what was written last and with what the vendor has (I8).

use std::collections::BTreeMap;

use intentd_sdk::record::{ObjectKind, PropertyType};
use jiff::tz::TimeZone;

use super::compiled::MappingSet;
use crate::domain::model::Value;

/// Value path to value: `score.lead_score`, `score.lead_score.label`. `None` is "has none".
pub type Values = BTreeMap<String, Option<Value>>;

impl MappingSet {
    /// Owned property to text on the wire, for every owned property of the kind; a missing value is empty text, which clears.
    pub fn desired(&self, kind: ObjectKind, values: &Values) -> BTreeMap<String, String> {
        self.writes
            .iter()
            .filter(|write| write.kind == kind)
            .map(|write| {
                let value = values.get(&write.value).and_then(Option::as_ref);
                (write.property.clone(), value.map(|value| wire_text(write.value_type, value)).unwrap_or_default())
            })
            .collect()
    }
}

/// A value as the vendors take it: numbers without separators, `true` or `false`, `2026-11-21`, ISO 8601 in UTC, several
/// values with `;` between them.
pub fn wire_text(value_type: PropertyType, value: &Value) -> String {
    match (value_type, value) {
        (PropertyType::Date, Value::Instant(instant)) => instant.to_jiff().to_zoned(TimeZone::UTC).date().to_string(),
        (PropertyType::Datetime, Value::Date(date)) => format!("{date}T00:00:00.000Z"),
        (_, Value::Set(values)) => values.iter().map(String::as_str).collect::<Vec<_>>().join(";"),
        (_, value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use intentd_sdk::Timestamp;

    use super::*;
    use crate::domain::model::Number;

    #[test]
    fn wire_text_is_exact_per_type() {
        let instant = Value::Instant(Timestamp::from_ms(1_795_251_600_123));
        let date = Value::Date(jiff::civil::date(2026, 11, 21));
        let number = |text: &str| Value::Number(Number::parse(text).unwrap());
        for (value_type, value, text) in [
            (PropertyType::Number, number("1234567.50"), "1234567.5"),
            (PropertyType::Number, number("-2"), "-2"),
            (PropertyType::Bool, Value::Bool(true), "true"),
            (PropertyType::Date, date.clone(), "2026-11-21"),
            (PropertyType::Datetime, instant.clone(), "2026-11-21T09:00:00.123Z"),
            (PropertyType::Date, instant, "2026-11-21"),
            (PropertyType::Datetime, date, "2026-11-21T00:00:00.000Z"),
            (PropertyType::Enumeration, Value::Set(["a".to_owned(), "b".to_owned()].into()), "a;b"),
            (PropertyType::Text, Value::Text("Hot".into()), "Hot"),
        ] {
            assert_eq!(wire_text(value_type, &value), text);
        }
    }
}
