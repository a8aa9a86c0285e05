//! `trim`: takes the white space away at both ends, and a value of nothing but white space altogether.

use super::{ArgumentKind, Doc, Example, Fault};

pub(super) const DOC: Doc = Doc {
    name: "trim",
    argument: ArgumentKind::None,
    meaning: "Takes white space away at both ends; a value of nothing but white space is no value.",
    examples: &[Example::gives("", "  Ann ", &["Ann"]), Example::gives("", "   ", &[])],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    let trimmed = text.trim();
    Ok((!trimmed.is_empty()).then(|| trimmed.to_owned()))
}
