//! `url_page`: host and path of a web address: one page, whatever tracking parameters its links carry.

use super::{ArgumentKind, Doc, Example, Fault, url_host, url_path};

pub(super) const DOC: Doc = Doc {
    name: "url_page",
    argument: ArgumentKind::None,
    meaning: "Gives host and path of a web address, so that links that differ only in scheme, `www.`, query, fragment or \
              trailing slash are the same page.",
    examples: &[
        Example::gives("", "https://www.Example.com/pricing/?utm_source=x", &["example.com/pricing"]),
        Example::gives("", "http://example.com", &["example.com/"]),
        Example::fails("", "mailto:ann@example.com", "not_a_url"),
    ],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    let host = url_host::host(text).ok_or(Fault("not_a_url"))?;
    let address = url_host::parse(text).ok_or(Fault("not_a_url"))?;
    Ok(Some(format!("{host}{}", url_path::without_slash(address.path()))))
}
