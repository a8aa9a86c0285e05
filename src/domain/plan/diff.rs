//! The difference between what a record should hold and what the vendor has. Only differences are written, so a cycle without
//! outside change writes nothing.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;

use crate::domain::model::Number;

/// The owned properties whose value must change, with the new value; empty text clears.
///
/// `current` is what the vendor is known to have; a property that is missing there counts as cleared.
pub fn diff(
    desired: &BTreeMap<String, String>,
    current: &BTreeMap<String, Option<String>>,
) -> BTreeMap<String, String> {
    desired
        .iter()
        .filter(|(property, value)| {
            let held = current.get(*property).and_then(Option::as_deref);
            !same_value(value, held)
        })
        .map(|(property, value)| (property.clone(), value.clone()))
        .collect()
}

/// Whether the vendor already has the value. Vendors write numbers and instants back in their own way (`3`, `3.0`; with
/// and without milliseconds), and a cleared value as nothing or as empty text.
pub fn same_value(wanted: &str, held: Option<&str>) -> bool {
    let held = held.unwrap_or("");
    if wanted == held {
        return true;
    }
    if let (Ok(wanted), Ok(held)) = (Number::parse(wanted), Number::parse(held)) {
        return wanted == held;
    }
    matches!((Timestamp::parse(wanted), Timestamp::parse(held)), (Some(wanted), Some(held)) if wanted == held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_differences_are_left() {
        let desired: BTreeMap<String, String> =
            [("score", "11"), ("label", "Hot"), ("gone", ""), ("fresh", "x")].map(|(k, v)| (k.into(), v.into())).into();
        let current: BTreeMap<String, Option<String>> =
            [("score", Some("11.0")), ("label", Some("Cold")), ("gone", None)]
                .map(|(k, v)| (k.into(), v.map(Into::into)))
                .into();
        let changes = diff(&desired, &current);
        assert_eq!(changes, [("label", "Hot"), ("fresh", "x")].map(|(k, v)| (k.into(), v.into())).into());
    }

    #[test]
    fn text_that_looks_alike_is_not_alike() {
        assert!(!same_value("Hot", Some("hot")));
        assert!(!same_value("0", None));
        assert!(same_value("", Some("")));
        assert!(same_value("1000", Some("1e3")));
    }
}
