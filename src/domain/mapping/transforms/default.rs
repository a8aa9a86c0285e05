//! `default`: a value for where there is none.

use super::{ArgumentKind, Doc, Example};

pub(super) const DOC: Doc = Doc {
    name: "default",
    argument: ArgumentKind::Text,
    meaning: "Gives this value where there is none.",
    examples: &[Example::gives("SE", "", &["SE"]), Example::gives("SE", "NO", &["NO"])],
};

pub(super) fn apply(values: Vec<String>, default: &str) -> Vec<String> {
    if values.is_empty() { vec![default.to_owned()] } else { values }
}
