//! `domain`: the registrable domain behind a web address, a host name or an e-mail address.

use super::{ArgumentKind, Doc, Example, Fault, url_host};
use crate::domain::identity::registrable_domain;

pub(super) const DOC: Doc = Doc {
    name: "domain",
    argument: ArgumentKind::None,
    meaning: "Gives the domain that somebody registered, by the public suffix list. Lower case; names in other scripts in \
              their ASCII form.",
    examples: &[
        Example::gives("", "https://www.Example.com/pricing?x=1", &["example.com"]),
        Example::gives("", "ann@mail.example.co.uk", &["example.co.uk"]),
        Example::gives("", "shop.example.se", &["example.se"]),
        Example::gives("", "https://www.acme.github.io", &["acme.github.io"]),
        Example::gives("", "bücher.de", &["xn--bcher-kva.de"]),
        Example::gives("", "192.0.2.7", &["192.0.2.7"]),
        Example::fails("", "localhost", "not_a_domain"),
    ],
};

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    let address = match text.rsplit_once('@') {
        Some((_, domain)) if !text.contains("://") => domain,
        _ => text,
    };
    let host = url_host::host(address).ok_or(Fault("not_a_domain"))?;
    if host.parse::<std::net::IpAddr>().is_ok() {
        return Ok(Some(host));
    }
    registrable_domain(&host).map(Some).ok_or(Fault("not_a_domain"))
}
