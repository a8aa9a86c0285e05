//! `url_path`: the path of a web address.

use super::{ArgumentKind, Doc, Example, Fault, url_host};

pub(super) const DOC: Doc = Doc {
    name: "url_path",
    argument: ArgumentKind::None,
    meaning: "Gives the path of a web address without query, fragment and trailing slash. Its letter case is kept.",
    examples: &[
        Example::gives("", "https://example.com/Pricing/?utm_source=x#top", &["/Pricing"]),
        Example::gives("", "https://example.com", &["/"]),
        Example::gives("", "/pricing/", &["/pricing"]),
        Example::fails("", "https://", "not_a_url"),
    ],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    let text = text.trim();
    // A bare path has no host to parse; any will do.
    let address = if text.starts_with('/') {
        url_host::parse(&format!("https://path.invalid{text}"))
    } else {
        url_host::parse(text)
    };
    address.map(|address| Some(without_slash(address.path()).to_owned())).ok_or(Fault("not_a_url"))
}

/// A path without its trailing slashes; the root keeps its one.
pub(super) fn without_slash(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed }
}
