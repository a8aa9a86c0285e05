//! `url_host`: the host of a web address.

use url::Url;

use super::{ArgumentKind, Doc, Example, Fault};

pub(super) const DOC: Doc = Doc {
    name: "url_host",
    argument: ArgumentKind::None,
    meaning: "Gives the host of a web address in lower case, without `www.`.",
    examples: &[
        Example::gives("", "https://WWW.Example.com:8443/pricing", &["example.com"]),
        Example::gives("", "blog.example.com/a", &["blog.example.com"]),
        Example::fails("", "no address", "not_a_url"),
    ],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    host(text).map(Some).ok_or(Fault("not_a_url"))
}

/// The web address, with or without its scheme. Only web addresses have hosts and paths that rules can use: what has an `@`
/// in front of its path is an e-mail address.
pub(super) fn parse(text: &str) -> Option<Url> {
    let text = text.trim();
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    if scheme.is_some_and(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Url::parse(text).ok().filter(|address| matches!(address.scheme(), "http" | "https"));
    }
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') { None } else { Url::parse(&format!("https://{text}")).ok() }
}

/// The host of a web address, without `www.`.
pub(super) fn host(text: &str) -> Option<String> {
    let address = parse(text)?;
    let host = address.host_str()?.trim_end_matches('.');
    let host = host.trim_start_matches("www.");
    (!host.is_empty()).then(|| host.to_owned())
}
