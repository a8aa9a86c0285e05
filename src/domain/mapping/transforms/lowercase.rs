//! `lowercase`: every letter in lower case.

use super::{ArgumentKind, Doc, Example, Fault};

pub(super) const DOC: Doc = Doc {
    name: "lowercase",
    argument: ArgumentKind::None,
    meaning: "Writes every letter in lower case.",
    examples: &[Example::gives("", "Ann@Example.COM", &["ann@example.com"]), Example::gives("", "ÅÄÖ", &["åäö"])],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    Ok(Some(text.to_lowercase()))
}
