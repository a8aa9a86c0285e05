//! `suffix`: a text after the value.

use super::{ArgumentKind, Doc, Example, Fault};

pub(super) const DOC: Doc = Doc {
    name: "suffix",
    argument: ArgumentKind::Text,
    meaning: "Writes this text after the value.",
    examples: &[Example::gives(" kr", "17", &["17 kr"])],
};

pub(super) fn apply(text: &str, suffix: &str) -> Result<Option<String>, Fault> {
    Ok(Some(format!("{text}{suffix}")))
}
