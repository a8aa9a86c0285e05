//! `truncate`: at most so many characters.

use super::{ArgumentKind, Doc, Example, Fault};

pub(super) const DOC: Doc = Doc {
    name: "truncate",
    argument: ArgumentKind::Count,
    meaning: "Keeps at most this many characters.",
    examples: &[Example::gives("3", "Åäöx", &["Åäö"]), Example::gives("10", "short", &["short"])],
};

pub(super) fn apply(text: &str, characters: u32) -> Result<Option<String>, Fault> {
    Ok(Some(text.chars().take(characters as usize).collect()))
}
