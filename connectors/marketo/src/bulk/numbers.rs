//! Whole numbers as the REST API writes them. Export files have some of them with decimals (`12.0`), which would look like a
//! change whenever a lead is read the other way. Texts that only look like numbers stay as they are.

use intentd_sdk::record::Item;

use crate::fields::FieldMap;

/// Takes the empty decimals off numbers in number fields of leads.
pub(crate) fn without_empty_decimals(items: &mut [Item], fields: &FieldMap) {
    for item in items {
        let Item::Object(record) = item else { continue };
        for (name, value) in &mut record.properties {
            let Some(text) = value else { continue };
            if is_number(fields, name)
                && let Some(whole) = whole(text)
            {
                *text = whole.to_owned();
            }
        }
    }
}

fn is_number(fields: &FieldMap, name: &str) -> bool {
    let types = ["integer", "score", "percent", "float", "currency", "number"];
    fields.get(name).is_some_and(|field| types.contains(&field.data_type.as_str()))
}

/// What stands before decimals that are all zero.
fn whole(text: &str) -> Option<&str> {
    let (whole, decimals) = text.split_once('.')?;
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_whole && !decimals.is_empty() && decimals.bytes().all(|byte| byte == b'0')).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_empty_decimals_go() {
        for (text, expected) in [
            ("12.0", Some("12")),
            ("-3.00", Some("-3")),
            ("9007199254740993.0", Some("9007199254740993")),
            ("12.5", None),
            ("12", None),
            (".0", None),
            ("12.", None),
            ("1.0.0", None),
            ("1e3.0", None),
        ] {
            assert_eq!(whole(text), expected, "{text}");
        }
    }
}
