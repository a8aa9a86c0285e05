//! `number`: a decimal number as people write it, in the one form that we keep.

use super::{ArgumentKind, Doc, Example, Fault};
use crate::domain::model::Number;

pub(super) const DOC: Doc = Doc {
    name: "number",
    argument: ArgumentKind::None,
    meaning: "Reads a number with spaces between its thousands, and a decimal point or one decimal comma. What could be \
              read in two ways (`1,234`) is refused.",
    examples: &[
        Example::gives("", "1 234,5", &["1234.5"]),
        Example::gives("", "007.50", &["7.5"]),
        Example::fails("", "1,234", "not_a_number"),
        Example::fails("", "12 kr", "not_a_number"),
    ],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    let compact: String = text.trim().chars().filter(|letter| !matches!(letter, ' ' | '\u{a0}' | '\u{202f}')).collect();
    let plain = match compact.split_once(',') {
        // Three digits after a comma are thousands to one reader and thousandths to the next.
        Some((_, after)) if after.len() == 3 || compact.contains('.') => return Err(Fault("not_a_number")),
        Some((before, after)) => format!("{before}.{after}"),
        None => compact,
    };
    Number::parse(&plain).map(|number| Some(number.to_string())).map_err(|_| Fault("not_a_number"))
}
