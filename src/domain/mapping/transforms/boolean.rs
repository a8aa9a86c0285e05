//! `boolean`: the usual words for yes and no, as `true` and `false`.

use super::{ArgumentKind, Doc, Example, Fault, read_bool};

pub(super) const DOC: Doc = Doc {
    name: "boolean",
    argument: ArgumentKind::None,
    meaning: "Reads `true`, `yes`, `y`, `on`, `1` and `false`, `no`, `n`, `off`, `0` in any case.",
    examples: &[
        Example::gives("", "Yes", &["true"]),
        Example::gives("", "0", &["false"]),
        Example::fails("", "perhaps", "not_a_boolean"),
    ],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    let word = text.trim().to_ascii_lowercase();
    let value = match word.as_str() {
        "yes" | "y" | "on" | "1" => true,
        "no" | "n" | "off" | "0" => false,
        other => read_bool(other).ok_or(Fault("not_a_boolean"))?,
    };
    Ok(Some(value.to_string()))
}
