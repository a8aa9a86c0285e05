//! The domain that an organisation registered, behind whatever somebody typed: a web address, a host, an e-mail address. It
//! is the key that joins companies, so that `www.shop.acme.co.uk` and `acme.co.uk` are one. The rules are the public suffix
//! list, compiled in; names in other scripts are compared in their ASCII form.

use std::net::IpAddr;

use url::Host;

/// The registrable domain, lower case and in ASCII. `None` when there is none: an IP address, a public suffix alone, a name
/// of one part, no name at all.
pub fn registrable_domain(text: &str) -> Option<String> {
    let host = host(text)?;
    if host.parse::<IpAddr>().is_ok() {
        return None;
    }
    let Ok(Host::Domain(ascii)) = Host::parse(&host) else { return None };
    let ascii = ascii.trim_end_matches('.');
    let whole = ascii.split('.').all(|label| label.bytes().any(|byte| byte.is_ascii_alphanumeric()));
    psl::domain_str(ascii).filter(|_| whole).map(str::to_owned)
}

/// The host in a text, without scheme, user, port, path.
fn host(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let rest = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    // An IPv6 address in brackets is no name; a port follows the last colon of anything else.
    let host = if rest.starts_with('[') { rest } else { rest.split(':').next().unwrap_or_default() };
    let host = host.trim_matches('.').trim();
    (!host.is_empty() && !host.contains(char::is_whitespace)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_type_leads_to_what_was_registered() {
        for (text, domain) in [
            ("acme.com", Some("acme.com")),
            ("  HTTPS://www.Acme.com:8443/pricing?x=1#top ", Some("acme.com")),
            ("//cdn.acme.com/logo.png", Some("acme.com")),
            ("ann@mail.example.co.uk", Some("example.co.uk")),
            ("https://ann:pw@shop.acme.se/", Some("acme.se")),
            ("www.acme.com.", Some("acme.com")),
            // The list knows who sells names below its own, so that two shops are two companies.
            ("acme.github.io", Some("acme.github.io")),
            ("www.acme.github.io", Some("acme.github.io")),
            // Other scripts: one name in two spellings.
            ("https://www.bücher.de", Some("xn--bcher-kva.de")),
            ("xn--bcher-kva.de", Some("xn--bcher-kva.de")),
            ("www.食狮.公司.cn", Some("xn--85x722f.xn--55qx5d.cn")),
            ("shop.xn--85x722f.xn--55qx5d.cn", Some("xn--85x722f.xn--55qx5d.cn")),
            // Nobody registered these.
            ("co.uk", None),
            ("com", None),
            ("localhost", None),
            ("192.0.2.7", None),
            ("http://[2001:db8::1]:80/", None),
            ("Acme Inc.", None),
            ("", None),
            ("@", None),
        ] {
            assert_eq!(registrable_domain(text).as_deref(), domain, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_breaks_it_and_a_domain_is_its_own_domain(text in prop_oneof![any::<String>(), "[a-zåß.:/@-]{0,24}"]) {
            if let Some(domain) = registrable_domain(&text) {
                prop_assert_eq!(registrable_domain(&domain), Some(domain.clone()));
                prop_assert_eq!(registrable_domain(&format!("https://www.{domain}/x")), Some(domain));
            }
        }
    }
}
