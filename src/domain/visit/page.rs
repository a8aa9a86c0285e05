//! The page that was looked at: host and path, without what could tell more about the visitor than that.

use url::Url;

/// The longest host (RFC 1035) and the longest path that are kept.
const LONGEST_HOST: usize = 253;
const LONGEST_PATH: usize = 1024;

/// A page. Query, fragment, port and `www.` are gone, the host is in lower case, the path has no trailing slash and keeps its
/// case: the same as the transforms `url_host` and `url_path` make of a vendor's addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Page {
    pub host: String,
    pub path: String,
}

impl Page {
    /// Reads a whole web address. `None` when it is none, or longer than a page's address can reasonably be.
    pub fn read(address: &str) -> Option<Page> {
        let url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let host = url.host_str()?.trim_end_matches('.').trim_start_matches("www.");
        let path = url.path().trim_end_matches('/');
        let fits = !host.is_empty() && host.len() <= LONGEST_HOST && path.len() <= LONGEST_PATH;
        let path = if path.is_empty() { "/" } else { path };
        fits.then(|| Page { host: host.to_owned(), path: path.to_owned() })
    }

    /// Reads the target of a request to this host, as a web server logs it: `/path?query`, or a whole address.
    pub fn of_request(host: &str, target: &str) -> Option<Page> {
        if target.starts_with('/') { Page::read(&format!("https://{host}{target}")) } else { Page::read(target) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_host_and_path_and_nothing_else() {
        for (address, page) in [
            ("https://WWW.Example.com:8443/Pricing/?email=ada@example.org#top", Some(("example.com", "/Pricing"))),
            ("http://blog.example.com", Some(("blog.example.com", "/"))),
            ("https://user:secret@example.com//", Some(("example.com", "/"))),
            ("https://example.com/a%20b/ö", Some(("example.com", "/a%20b/%C3%B6"))),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("/pricing", None),
            ("", None),
        ] {
            let found = Page::read(address);
            let found = found.as_ref().map(|page| (page.host.as_str(), page.path.as_str()));
            assert_eq!(found, page, "{address}");
        }
        assert_eq!(Page::read(&format!("https://example.com/{}", "a".repeat(2000))), None);
    }

    #[test]
    fn a_request_names_its_path_or_everything() {
        let page = |host: &str, path: &str| Some(Page { host: host.into(), path: path.into() });
        assert_eq!(Page::of_request("www.example.com", "/a/?b=c"), page("example.com", "/a"));
        assert_eq!(Page::of_request("example.com", "//evil.example/a"), page("example.com", "//evil.example/a"));
        assert_eq!(Page::of_request("example.com", "http://shop.example.com/x"), page("shop.example.com", "/x"));
        assert_eq!(Page::of_request("example.com", "*"), None);
    }

    #[test]
    fn a_page_is_what_the_transforms_make_of_the_same_address() {
        use crate::domain::mapping::transforms::{Transform, apply_all};
        for address in ["https://WWW.Example.com/Pricing/?a=b", "http://www.www.example.com.//", "https://e.com/%7Ea"] {
            let by = |transform: Transform| {
                apply_all(&[transform], vec![address.to_owned()], &jiff::tz::TimeZone::UTC).unwrap()
            };
            let page = Page::read(address).unwrap();
            assert_eq!(by(Transform::UrlHost), [page.host], "{address}");
            assert_eq!(by(Transform::UrlPath), [page.path], "{address}");
        }
    }
}
