//! `integer`: a number, rounded to a whole one.

use super::{ArgumentKind, Doc, Example, Fault, number};
use crate::domain::model::{Number, Rounding};

pub(super) const DOC: Doc = Doc {
    name: "integer",
    argument: ArgumentKind::None,
    meaning: "Reads a number like `number` does and rounds it to a whole one, half away from zero.",
    examples: &[
        Example::gives("", "250", &["250"]),
        Example::gives("", "2.5", &["3"]),
        Example::fails("", "many", "not_a_number"),
    ],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    let Some(plain) = number::apply(text)? else { return Ok(None) };
    let number = Number::parse(&plain).map_err(|_| Fault("not_a_number"))?;
    Ok(Some(number.round(Rounding::Whole).to_string()))
}
