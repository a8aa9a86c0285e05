//! `map`: other words for known values.

use std::collections::BTreeMap;

use super::{ArgumentKind, Doc, Example, Fault};

pub(super) const DOC: Doc = Doc {
    name: "map",
    argument: ArgumentKind::Words,
    meaning: "Replaces values: `{map: {BLOCKER: Blocker, END_USER: User}}`. A value that is not named stays as it is; a value \
              that is replaced by an empty text is no value.",
    examples: &[
        Example::gives("{BLOCKER: Blocker, NONE: ''}", "BLOCKER", &["Blocker"]),
        Example::gives("{BLOCKER: Blocker, NONE: ''}", "NONE", &[]),
        Example::gives("{BLOCKER: Blocker, NONE: ''}", "OTHER", &["OTHER"]),
    ],
};

pub(super) fn apply(text: &str, words: &BTreeMap<String, String>) -> Result<Option<String>, Fault> {
    let replaced = words.get(text).map_or(text, String::as_str);
    Ok((!replaced.is_empty()).then(|| replaced.to_owned()))
}
