//! The registrable domain of a host: the part that somebody has bought, by the Public Suffix List. The only file of this
//! folder that names that list.

/// `www.shop.example.co.uk` gives `example.co.uk`. `None` for an address in numbers, a bare public suffix or no host at all.
pub fn registrable_domain(host: &str) -> Option<String> {
    let host = host.trim().trim_end_matches('.').to_lowercase();
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') || !byte.is_ascii();
    if host.is_empty() || !host.contains('.') || !host.bytes().all(name) || host.parse::<std::net::IpAddr>().is_ok() {
        return None;
    }
    psl::domain_str(&host).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::registrable_domain;

    #[test]
    fn the_part_that_somebody_has_bought() {
        for (host, domain) in [
            ("www.example.com", Some("example.com")),
            ("Shop.Example.co.uk.", Some("example.co.uk")),
            ("acme.example", Some("acme.example")),
            ("co.uk", None),
            ("localhost", None),
            ("192.0.2.7", None),
            ("[2001:db8::1]", None),
            ("", None),
        ] {
            assert_eq!(registrable_domain(host).as_deref(), domain, "{host}");
        }
    }
}
