//! Single values: which texts are numbers, times, names. No text silently becomes another type (`012`, `no`, `1_000` are
//! refused with what to write instead).

use super::shape::Shape;
use crate::domain::model::{Number, ParseNumberError};

/// Why a text does not fit; `{}` in the message stands for the text as it may be shown.
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// Whether a text fits a shape of single values.
pub(crate) fn check(shape: &Shape, text: &str, quoted: bool) -> Result<(), Refusal> {
    match shape {
        Shape::Text => Ok(()),
        Shape::Name if is_name(text) => Ok(()),
        Shape::Name => Err(Refusal { code: "name", message: "{} is not a name".into(), help: Some(name_help(text)) }),
        Shape::Integer { .. } | Shape::Number | Shape::Bool if quoted => {
            Err(wrong(shape, Some("remove the quotes".into())))
        }
        Shape::Integer { min, max } => match whole(text) {
            Some(value) if (*min..=*max).contains(&value) => Ok(()),
            Some(_) => Err(range(shape)),
            None => Err(wrong(shape, plain_digits(text).map(|digits| format!("write `{digits}`")))),
        },
        Shape::Number => match Number::parse(text) {
            Ok(_) if !has_leading_zero(text) => Ok(()),
            Err(ParseNumberError::TooPrecise) => Err(Refusal {
                code: "out_of_range",
                message: "{} has more than six decimal places".into(),
                help: Some("round it to six places".into()),
            }),
            Err(ParseNumberError::TooLarge) => {
                Err(Refusal { code: "out_of_range", message: "{} is too large".into(), help: None })
            }
            _ => Err(wrong(shape, plain_digits(text).map(|digits| format!("write `{digits}`")))),
        },
        Shape::Bool => match text {
            "true" | "false" => Ok(()),
            _ => {
                let meant = match text.to_ascii_lowercase().as_str() {
                    "true" | "yes" | "y" | "on" | "1" => Some("write `true`".to_owned()),
                    "false" | "no" | "n" | "off" | "0" => Some("write `false`".to_owned()),
                    _ => None,
                };
                Err(wrong(shape, meant))
            }
        },
        Shape::Duration { min_ms, max_ms } => match duration_ms(text) {
            Some(value) if (*min_ms..=*max_ms).contains(&value) => Ok(()),
            Some(_) => Err(Refusal {
                code: "out_of_range",
                message: "{} is out of range".into(),
                help: Some(format!("write a time from {} to {}", in_words(*min_ms), in_words(*max_ms))),
            }),
            None => {
                Err(wrong(shape, whole(text).map(|value| format!("add a unit: `{value}s`, `{value}m` or `{value}h`"))))
            }
        },
        Shape::Days { min, max } => match days(text) {
            Some(value) if (*min..=*max).contains(&value) => Ok(()),
            Some(_) => Err(Refusal {
                code: "out_of_range",
                message: "{} is out of range".into(),
                help: Some(format!("write {min}d to {max}d")),
            }),
            None => {
                let meant = whole(text).map(|value| format!("write `{value}d`"));
                Err(wrong(shape, meant.or_else(|| Some("rules count whole calendar days: write `30d`".into()))))
            }
        },
        Shape::Words(_)
        | Shape::Secret
        | Shape::List(_)
        | Shape::Map(_)
        | Shape::Dictionary { .. }
        | Shape::Kinds(_)
        | Shape::Either { .. }
        | Shape::Named(_) => Err(wrong(shape, None)),
    }
}

fn wrong(shape: &Shape, help: Option<String>) -> Refusal {
    let help = help.unwrap_or_else(|| match shape {
        Shape::List(_) => "put it into brackets: `[value]`".to_owned(),
        _ => format!("write, for example, `{}`", shape.example()),
    });
    let message = format!("{{}} is written where {} is expected", shape.expected());
    Refusal { code: "wrong_type", message, help: Some(help) }
}

fn range(shape: &Shape) -> Refusal {
    Refusal {
        code: "out_of_range",
        message: "{} is out of range".into(),
        help: Some(format!("write {}", shape.expected())),
    }
}

/// Lower-case letters, digits and underscores, beginning with a letter; at most 64.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The name that a text could be written as, or what names are made of.
pub(crate) fn name_help(text: &str) -> String {
    let name: String = text
        .trim()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' })
        .collect();
    match is_name(&name) && text.is_ascii() {
        true => format!("write `{name}`"),
        false => "use lower-case letters, digits and underscores, beginning with a letter".to_owned(),
    }
}

/// The name of an environment variable.
pub(crate) fn is_variable(text: &str) -> bool {
    text.len() <= 128
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A whole number in plain digits without leading zeros.
pub(crate) fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && !has_leading_zero(text);
    if plain { text.parse().ok() } else { None }
}

fn has_leading_zero(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']).as_bytes();
    matches!(digits, [b'0', next, ..] if next.is_ascii_digit())
}

/// What somebody who wrote `012`, `1_000` or `1 000` probably means.
fn plain_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, '_' | ' ')).collect();
    let trimmed = digits.trim_start_matches('0');
    (!trimmed.is_empty() && trimmed.len() < text.len() && trimmed.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| trimmed.to_owned())
}

/// `90s`, `5m`, `24h`, `7d`, `2w`, `500ms` in milliseconds.
pub(crate) fn duration_ms(text: &str) -> Option<i64> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let unit_ms = match &text[digits..] {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        _ => return None,
    };
    whole(&text[..digits])?.checked_mul(unit_ms)
}

/// `30d`, `2w` in days.
pub(crate) fn days(text: &str) -> Option<i64> {
    let (digits, unit) = text.split_at(text.len().checked_sub(1).filter(|at| text.is_char_boundary(*at))?);
    match unit {
        "d" => whole(digits),
        "w" => whole(digits)?.checked_mul(7),
        _ => None,
    }
}

fn in_words(ms: i64) -> String {
    for (unit_ms, unit) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")] {
        if ms % unit_ms == 0 && ms >= unit_ms {
            return format!("{}{unit}", ms / unit_ms);
        }
    }
    format!("{ms}ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_need_a_unit_and_days_are_whole() {
        for (text, ms) in [
            ("5m", Some(300_000)),
            ("24h", Some(86_400_000)),
            ("500ms", Some(500)),
            ("5", None),
            ("m", None),
            ("5 m", None),
            ("1.5h", None),
            ("05m", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(duration_ms(text), ms, "{text}");
        }
        for (text, count) in [("30d", Some(30)), ("2w", Some(14)), ("30", None), ("12h", None), ("å", None), ("", None)]
        {
            assert_eq!(days(text), count, "{text}");
        }
    }

    #[test]
    fn no_text_silently_becomes_another_type() {
        let number = Shape::Integer { min: 0, max: 5000 };
        for (shape, text, quoted, help) in [
            (&number, "012", false, Some("write `12`")),
            (&number, "1_000", false, Some("write `1000`")),
            (&number, "12", true, Some("remove the quotes")),
            (&number, "12:30", false, Some("write, for example, `10`")),
            (&number, "1e3", false, Some("write, for example, `10`")),
            (&Shape::Bool, "no", false, Some("write `false`")),
            (&Shape::Bool, "True", false, Some("write `true`")),
            (&Shape::Bool, "true", true, Some("remove the quotes")),
            (&Shape::Number, ".nan", false, Some("write, for example, `2.5`")),
            (&Shape::Number, ".inf", false, Some("write, for example, `2.5`")),
            (&Shape::Number, "007", false, Some("write `7`")),
        ] {
            let refusal = check(shape, text, quoted).expect_err(text);
            assert_eq!(refusal.help.as_deref(), help, "{text}");
        }
        for (shape, text) in [(&number, "12"), (&Shape::Number, "1e3"), (&Shape::Number, "-2.5"), (&Shape::Text, "no")]
        {
            assert!(check(shape, text, false).is_ok(), "{text}");
        }
    }
}
