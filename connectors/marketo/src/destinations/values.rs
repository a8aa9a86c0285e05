//! Values as Marketo's field types want them (Marketo: "Field types"). Our side has texts; Marketo has numbers, truth
//! values, and instants without milliseconds. What does not fit is sent as it is, so that Marketo's refusal names it.

use intentd_sdk::Timestamp;
use serde_json::{Number, Value};

/// A text as a value of this type; empty clears the field.
pub(super) fn value(data_type: Option<&str>, text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let converted = match data_type {
        Some("integer" | "score" | "percent") => whole(text),
        Some("float" | "currency") => text.trim().parse().ok().and_then(Number::from_f64).map(Value::Number),
        Some("boolean") => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Some(Value::Bool(true)),
            "false" | "0" | "no" => Some(Value::Bool(false)),
            _ => None,
        },
        Some("datetime") => Timestamp::parse(text).map(|at| Value::String(format!("{:.0}", at.to_jiff()))),
        Some("date") => text.trim().get(..10).filter(|day| is_day(day)).map(Value::from),
        _ => None,
    };
    converted.unwrap_or_else(|| Value::from(text))
}

/// `87`, and `87.0` as some programs write it.
fn whole(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return Some(Value::from(number));
    }
    let number: f64 = text.parse().ok()?;
    (number.fract() == 0.0 && number.abs() < 9e15).then(|| Value::from(number as i64))
}

fn is_day(text: &str) -> bool {
    text.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_become_what_the_field_wants() {
        for (data_type, text, expected) in [
            ("score", "87", json!(87)),
            ("score", "87.0", json!(87)),
            ("score", "-3", json!(-3)),
            ("integer", "9007199254740993", json!(9_007_199_254_740_993_i64)),
            ("score", "87.5", json!("87.5")),
            ("score", "high", json!("high")),
            ("float", "87.5", json!(87.5)),
            ("boolean", "true", json!(true)),
            ("boolean", "0", json!(false)),
            ("boolean", "perhaps", json!("perhaps")),
            ("datetime", "2026-11-21T10:00:00.500+01:00", json!("2026-11-21T09:00:00Z")),
            ("datetime", "1795251600000", json!("2026-11-21T09:00:00Z")),
            ("date", "2026-11-21", json!("2026-11-21")),
            ("date", "2026-11-21T09:00:00Z", json!("2026-11-21")),
            ("date", "soon", json!("soon")),
            ("string", "0012", json!("0012")),
            ("string", "true", json!("true")),
            ("score", "", json!(null)),
            ("string", "", json!(null)),
        ] {
            assert_eq!(value(Some(data_type), text), expected, "{data_type} {text}");
        }
        assert_eq!(value(None, "87"), json!("87"));
    }
}
