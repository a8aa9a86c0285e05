//! `prefix`: a text in front of the value.

use super::{ArgumentKind, Doc, Example, Fault};

pub(super) const DOC: Doc = Doc {
    name: "prefix",
    argument: ArgumentKind::Text,
    meaning: "Writes this text in front of the value.",
    examples: &[Example::gives("mailing ", "17", &["mailing 17"])],
};

pub(super) fn apply(text: &str, prefix: &str) -> Result<Option<String>, Fault> {
    Ok(Some(format!("{prefix}{text}")))
}
