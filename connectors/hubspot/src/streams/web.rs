//! Addresses of web pages without what could name a person: query and fragment stay out (I12).

/// Scheme, host and path of an address; `None` when it is none.
pub(super) fn bare_url(text: &str) -> Option<String> {
    let text = text.trim();
    let parsed = match url::Url::parse(text) {
        Ok(url) => url,
        // Pages are sometimes stored without their scheme.
        Err(_) => url::Url::parse(&format!("https://{text}")).ok()?,
    };
    let host = parsed.host_str()?;
    let path = parsed.path();
    // A path that carries an address is as personal as a query.
    let path = if path.contains('@') || path.to_lowercase().contains("%40") { "/" } else { path };
    Some(format!("{}://{host}{path}", parsed.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_page_and_drops_the_person() {
        for (text, bare) in [
            ("https://www.example.com/pricing?email=a@b.c#x", Some("https://www.example.com/pricing")),
            ("www.example.com/demo", Some("https://www.example.com/demo")),
            ("https://user:pass@example.com:8443/a", Some("https://example.com/a")),
            ("https://example.com/unsubscribe/anna@example.com", Some("https://example.com/")),
            ("", None),
        ] {
            assert_eq!(bare_url(text).as_deref(), bare, "{text}");
        }
    }
}
