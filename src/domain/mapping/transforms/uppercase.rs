//! `uppercase`: every letter in upper case.

use super::{ArgumentKind, Doc, Example, Fault};

pub(super) const DOC: Doc = Doc {
    name: "uppercase",
    argument: ArgumentKind::None,
    meaning: "Writes every letter in upper case.",
    examples: &[Example::gives("", "se", &["SE"])],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    Ok(Some(text.to_uppercase()))
}
