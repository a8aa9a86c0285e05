//! `country_code`: a country's name or code as ISO 3166-1 alpha-2.

use super::{ArgumentKind, Doc, Example, Fault, countries};

pub(super) const DOC: Doc = Doc {
    name: "country_code",
    argument: ArgumentKind::None,
    meaning: "Gives the two-letter code (ISO 3166-1 alpha-2) of a country that is written as its code or its English name, \
              or as its own name in some languages.",
    examples: &[
        Example::gives("", "se", &["SE"]),
        Example::gives("", "United Kingdom", &["GB"]),
        Example::gives("", "Sverige", &["SE"]),
        Example::fails("", "Atlantis", "not_a_country"),
    ],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    countries::code_of(text).map(|code| Some(code.to_owned())).ok_or(Fault("not_a_country"))
}
