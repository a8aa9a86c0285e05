//! `split`: one text with separators as several values.

use super::{ArgumentKind, Doc, Example};

pub(super) const DOC: Doc = Doc {
    name: "split",
    argument: ArgumentKind::OptionalText,
    meaning: "Cuts a text at every `;` (or at the text that is given) into several values, for a field of type `set`. White \
              space around the values goes, and so do empty values.",
    examples: &[
        Example::gives("", "CHAMPION;DECISION_MAKER", &["CHAMPION", "DECISION_MAKER"]),
        Example::gives(",", "a, b,,c", &["a", "b", "c"]),
    ],
};

pub(super) const SEPARATOR: &str = ";";

pub(super) fn apply(text: &str, separator: &str) -> Vec<String> {
    text.split(separator).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
