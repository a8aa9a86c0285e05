//! Pages, compared as an admin means them: without query, fragment and trailing slash, whatever the host's letter case, and
//! with subdomains counted for their domain. The path itself is compared letter by letter unless the rule says otherwise.

use super::model::{PathTest, VisitRule};
use crate::domain::criteria::TextOperator;

/// A page's path as it is compared: no query, no fragment, no trailing slash, percent-encoded letters decoded. The home page
/// is `/`.
pub fn normal_path(path: &str) -> String {
    let path = path.trim();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = decoded(path);
    let path = path.trim_end_matches('/');
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// A host as it is compared: lower case, without `www.`, port and final dot.
pub fn normal_host(host: &str) -> String {
    let host = host.trim().to_lowercase();
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// Whether a host is a domain or lies under it.
pub fn under_domain(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// A rule's tests on pages, made ready.
#[derive(Clone, Debug)]
pub(super) struct PageTest {
    domains: Vec<String>,
    tests: Vec<(TextOperator, Vec<String>)>,
    case_sensitive: bool,
}

impl PageTest {
    pub(super) fn new(rule: &VisitRule) -> PageTest {
        let ready = |operator: TextOperator, value: &str| {
            let value = match operator {
                TextOperator::Equals | TextOperator::DoesNotEqual => normal_path(value),
                // A part of a path keeps its slashes: `/blog/` means what lies under the blog.
                TextOperator::Contains | TextOperator::DoesNotContain | TextOperator::StartsWith => {
                    decoded(value.trim())
                }
            };
            if rule.case_sensitive { value } else { value.to_lowercase() }
        };
        let ready =
            |test: &PathTest| (test.operator, test.values.iter().map(|value| ready(test.operator, value)).collect());
        PageTest {
            domains: rule.domains.iter().map(|domain| normal_host(domain)).collect(),
            tests: rule.paths.iter().map(ready).collect(),
            case_sensitive: rule.case_sensitive,
        }
    }

    /// Whether a visit of this page matches. Both are in their normal form.
    pub(super) fn matches(&self, host: &str, path: &str) -> bool {
        if !self.domains.is_empty() && !self.domains.iter().any(|domain| under_domain(host, domain)) {
            return false;
        }
        let folded;
        let path = if self.case_sensitive {
            path
        } else {
            folded = path.to_lowercase();
            &folded
        };
        self.tests.iter().any(|(operator, values)| {
            let any = |matches: fn(&str, &str) -> bool| values.iter().any(|value| matches(path, value));
            match operator {
                TextOperator::Equals => any(|path, value| path == value),
                TextOperator::DoesNotEqual => !any(|path, value| path == value),
                TextOperator::Contains => any(holds_part),
                TextOperator::DoesNotContain => !any(holds_part),
                TextOperator::StartsWith => any(begins_with),
            }
        })
    }
}

/// Whether the path, with or without the trailing slash that it may have had, holds the part.
fn holds_part(path: &str, part: &str) -> bool {
    path.contains(part) || (part.ends_with('/') && path.ends_with(&part[..part.len() - 1]))
}

/// Whether the path, with or without the trailing slash that it may have had, begins with the part.
fn begins_with(path: &str, part: &str) -> bool {
    path.starts_with(part) || part.strip_suffix('/') == Some(path)
}

/// The text with its percent-encoded letters decoded. What does not decode to text, and an encoded slash, stays as it is.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|byte| char::from(*byte).to_digit(16));
        match (bytes[at], hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) if high * 16 + low != u32::from(b'/') => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, _, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn pages_are_compared_as_people_mean_them() {
        for (written, normal) in [
            ("/prices", "/prices"),
            ("/prices/", "/prices"),
            ("/prices?x=1#top", "/prices"),
            ("/", "/"),
            ("", "/"),
            ("prices", "/prices"),
            ("/l%C3%B6sning", "/lösning"),
            ("/a%2Fb", "/a%2Fb"),
            ("/100%", "/100%"),
            ("/%FF", "/%FF"),
        ] {
            assert_eq!(normal_path(written), normal, "{written}");
        }
        for (written, normal) in [
            ("WWW.Example.com", "example.com"),
            ("blog.example.com:8080", "blog.example.com"),
            ("example.com.", "example.com"),
        ] {
            assert_eq!(normal_host(written), normal, "{written}");
        }
        assert!(under_domain("blog.example.com", "example.com"));
        assert!(!under_domain("notexample.com", "example.com"));
    }

    #[test]
    fn the_five_operators() {
        use TextOperator::{Contains, DoesNotContain, DoesNotEqual, Equals, StartsWith};
        let holds = |operator, values: &str, path: &str| {
            let rule = VisitRule {
                paths: vec![PathTest { operator, values: values.split(", ").map(str::to_owned).collect() }],
                case_sensitive: true,
                domains: BTreeSet::new(),
                countries: BTreeSet::new(),
                min_visits: 1,
                min_visitors: 1,
                days: 30,
            };
            PageTest::new(&rule).matches("example.com", &normal_path(path))
        };
        for (operator, value, path, expected) in [
            (Equals, "/prices/", "/prices", true),
            (Equals, "/prices", "/Prices", false),
            (DoesNotEqual, "/prices", "/prices/", false),
            (DoesNotEqual, "/prices", "/", true),
            (Contains, "/blog/", "/en/blog/post", true),
            (Contains, "/blog/", "/blog/", true),
            (Contains, "/blog/", "/weblog", false),
            (DoesNotContain, "blog", "/prices", true),
            (DoesNotContain, "/blog/", "/blog", false),
            (DoesNotEqual, "/prices, /blog", "/prices", false),
            (DoesNotEqual, "/prices, /blog", "/", true),
            (DoesNotContain, "prices, blog", "/blog", false),
            (DoesNotContain, "prices, blog", "/", true),
            (Equals, "/prices, /blog", "/blog", true),
            (StartsWith, "/blog/", "/blog", true),
            (StartsWith, "/blog/", "/blogroll", false),
            (StartsWith, "/bl", "/blogroll", true),
        ] {
            assert_eq!(holds(operator, value, path), expected, "{operator:?} {value} on {path}");
        }
    }
}
