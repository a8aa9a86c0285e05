//! `domain`: the registrable domain behind a web address, a host name or an e-mail address.

use super::{ArgumentKind, Doc, Example, Fault, url_host};

pub(super) const DOC: Doc = Doc {
    name: "domain",
    argument: ArgumentKind::None,
    meaning: "Gives the domain that somebody registered: the last two parts of the host, or the last three where a country \
              sells names below `co`, `com`, `org` and the like. Lower case.",
    examples: &[
        Example::gives("", "https://www.Example.com/pricing?x=1", &["example.com"]),
        Example::gives("", "ann@mail.example.co.uk", &["example.co.uk"]),
        Example::gives("", "shop.example.se", &["example.se"]),
        Example::gives("", "192.0.2.7", &["192.0.2.7"]),
        Example::fails("", "localhost", "not_a_domain"),
    ],
};

const SECOND_LEVEL: [&str; 11] = ["ac", "co", "com", "edu", "go", "gov", "mil", "ne", "net", "or", "org"];

pub(super) fn apply(text: &str) -> Result<Option<String>, Fault> {
    let address = match text.rsplit_once('@') {
        Some((_, domain)) if !text.contains("://") => domain,
        _ => text,
    };
    let host = url_host::host(address).ok_or(Fault("not_a_domain"))?;
    let labels: Vec<&str> = host.split('.').filter(|label| !label.is_empty()).collect();
    if host.parse::<std::net::IpAddr>().is_ok() {
        return Ok(Some(host));
    }
    let kept = match labels.as_slice() {
        [.., second, top] if labels.len() > 2 && top.len() == 2 && SECOND_LEVEL.contains(second) => 3,
        [_, .., _] => 2,
        _ => return Err(Fault("not_a_domain")),
    };
    Ok(Some(labels[labels.len() - kept..].join(".")))
}
