//! The sections `visits` and `collector`: which visits count and how long they are kept, and the daemon's own listener for them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use url::Url;

use super::SecretRef;
use super::convert::{Converter, number};
use crate::domain::identity::registrable_domain;
use crate::domain::visit::{AddressRange, Bots, ConsentRule, Exclusion};
use crate::rules::shape::{Shape, Table, optional, required};
use crate::rules::yaml::{Content, Node};
use crate::rules::{Severity, scalar};

/// The most companies that can be excluded.
const MOST_EXCLUDED: usize = 100;

/// Which visits count.
#[derive(Clone, Debug)]
pub struct Visits {
    /// Databases of addresses in the MaxMind format; the first that knows something is believed.
    pub ip_databases: Vec<PathBuf>,
    /// Own domains and excluded companies.
    pub exclusion: Exclusion,
    pub bots: Bots,
    /// Days after which visits of nobody known are deleted.
    pub retention_days: i64,
}

/// Where the script keeps a visitor's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdStorage {
    LocalStorage,
    /// A first-party cookie for a year.
    Cookie,
    /// Nowhere: visitors are told apart for one day, by a hash that nobody can follow.
    None,
}

/// Where the script learns what the visitor agreed to, beside `intentd('consent', …)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentSource {
    /// A cookie that says so: `name` must be there, `name=value` must have this value.
    pub cookie: Option<String>,
    /// Purposes of the Transparency and Consent Framework that must all be granted.
    pub tcf_purposes: Vec<u8>,
}

/// The collector.
#[derive(Clone, Debug)]
pub struct Collector {
    pub listen: SocketAddr,
    /// Web sites whose pages may send visits: `https://www.example.com`.
    pub origins: BTreeSet<String>,
    /// Names under which the collector itself is called; empty: any.
    pub hosts: BTreeSet<String>,
    pub consent: ConsentRule,
    pub consent_source: ConsentSource,
    pub storage: IdStorage,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<AddressRange>,
    pub per_address_per_minute: u32,
    pub total_per_second: u32,
    /// The secret with which a web site signs the addresses of those who have logged in; `None`: nobody is identified.
    pub identify_secret: Option<SecretRef>,
}

pub(super) fn visits_shape() -> Table {
    let texts = || Shape::one_or_more(Shape::Text);
    Table::new(
        "the section `visits`",
        vec![
            optional(
                "ip_database",
                texts(),
                "A file in the MaxMind format that tells companies and countries by address; or several, of which the first that \
                 knows something is believed. Without one, visits have no company.",
            ),
            optional("own_domains", texts(), "Your own domains: visits of your own people do not count."),
            optional("excluded_domains", texts(), "Domains of up to 100 companies whose visits do not count."),
            optional("bots", texts(), "Parts of the names of more robots, beside the built-in list."),
            optional(
                "retention",
                Shape::Days { min: 1, max: 730 },
                "How long visits of nobody known are kept; 90d when left out.",
            ),
        ],
    )
}

pub(super) fn collector_shape() -> Table {
    let texts = || Shape::one_or_more(Shape::Text);
    let most = Shape::Integer { min: 1, max: 1_000_000 };
    Table::new(
        "the section `collector`",
        vec![
            required(
                "listen",
                Shape::Text,
                "Address and port, for example 127.0.0.1:8470; put a proxy with TLS in front.",
            ),
            required(
                "origins",
                texts(),
                "The web sites whose pages may send visits, for example https://www.example.com.",
            ),
            optional("hosts", texts(), "Names under which the collector itself is called; any when left out."),
            optional(
                "consent",
                Shape::words(
                    "a rule for consent",
                    &[
                        ("required", "Only visits of visitors who have agreed count."),
                        ("not_required", "Visits count unless the visitor has objected."),
                    ],
                ),
                "Whether visitors must have agreed; required when left out.",
            ),
            optional(
                "consent_cookie",
                Shape::Text,
                "A cookie of your site that says that the visitor has agreed: `name` or `name=value`.",
            ),
            optional(
                "consent_tcf",
                Shape::one_or_more(Shape::Integer { min: 1, max: 11 }),
                "Purposes of the IAB's Transparency and Consent Framework that must be granted, for example [1, 8].",
            ),
            optional(
                "storage",
                Shape::words(
                    "a place for the visitor's id",
                    &[
                        ("local_storage", "The browser's storage of your site."),
                        ("cookie", "A first-party cookie of your site."),
                        ("none", "Nowhere: visitors are told apart for one day only."),
                    ],
                ),
                "Where the script keeps a visitor's id; local_storage when left out.",
            ),
            optional(
                "trusted_proxies",
                texts(),
                "Addresses or ranges of your proxies, whose X-Forwarded-For is believed.",
            ),
            optional("per_address_per_minute", most.clone(), "Visits of one address in a minute; 60 when left out."),
            optional("total_per_second", most, "Visits of all addresses in a second; 500 when left out."),
            optional(
                "identify_secret",
                Shape::Secret,
                "Where the secret is kept with which your site signs the e-mail addresses of people who have logged in.",
            ),
        ],
    )
}

impl Converter<'_> {
    pub(super) fn visits(&mut self, root: &Node) -> Visits {
        let node = root.get("visits");
        let ip_databases = texts(node, "ip_database").iter().map(|node| self.ip_database(node)).collect();
        let own = texts(node, "own_domains");
        let excluded = texts(node, "excluded_domains");
        for domain in own.iter().chain(&excluded) {
            if domain.text().is_some_and(|text| registrable_domain(text).is_none()) {
                let message = format!("`{}` is no domain", self.checker.source.excerpt(&domain.span));
                self.checker.report_help(&domain.span, "domain", message, Some("write it like `example.com`".into()));
            }
        }
        if let Some(one_too_many) = excluded.get(MOST_EXCLUDED) {
            let message = format!("more than {MOST_EXCLUDED} excluded domains");
            let help = format!("keep the {MOST_EXCLUDED} that matter most");
            self.checker.report_help(&one_too_many.span, "too_many", message, Some(help));
        }
        let domains: Vec<&str> = own.iter().chain(&excluded).filter_map(|node| node.text()).collect();
        let bots = texts(node, "bots");
        Visits {
            ip_databases,
            exclusion: Exclusion::new(domains),
            bots: Bots::new(bots.iter().filter_map(|node| node.text())),
            retention_days: node.and_then(|node| node.text_of("retention")).and_then(scalar::days).unwrap_or(90),
        }
    }

    /// `None` when the section is there and a part of it cannot be used.
    pub(super) fn collector(&mut self, root: &Node) -> Option<Option<Collector>> {
        let Some(node) = root.get("collector") else { return Some(None) };
        let listen = node.get("listen").and_then(|node| self.listen(node));
        let origins = texts(Some(node), "origins").into_iter().map(|node| self.origin(node)).collect::<Vec<_>>();
        let proxies = texts(Some(node), "trusted_proxies").into_iter().map(|node| self.range(node)).collect::<Vec<_>>();
        let identify_secret = node.get("identify_secret").and_then(|node| self.secret(node));
        let hosts = texts(Some(node), "hosts");
        Some(Some(Collector {
            listen: listen?,
            origins: origins.into_iter().collect::<Option<_>>()?,
            hosts: hosts.iter().filter_map(|node| node.text()).map(str::to_ascii_lowercase).collect(),
            consent: match node.text_of("consent") {
                Some("not_required") => ConsentRule::NotRequired,
                _ => ConsentRule::Required,
            },
            consent_source: ConsentSource {
                cookie: node.text_of("consent_cookie").map(str::to_owned),
                tcf_purposes: texts(Some(node), "consent_tcf")
                    .iter()
                    .filter_map(|node| node.text()?.parse().ok())
                    .collect(),
            },
            storage: match node.text_of("storage") {
                Some("cookie") => IdStorage::Cookie,
                Some("none") => IdStorage::None,
                _ => IdStorage::LocalStorage,
            },
            trusted_proxies: proxies.into_iter().collect::<Option<_>>()?,
            per_address_per_minute: number(Some(node), "per_address_per_minute").unwrap_or(60),
            total_per_second: number(Some(node), "total_per_second").unwrap_or(500),
            identify_secret,
        }))
    }

    fn ip_database(&mut self, node: &Node) -> PathBuf {
        let file = self.folder().join(node.text().unwrap_or_default());
        if !file.is_file() {
            let message = format!("there is no file `{}`", self.checker.source.excerpt(&node.span));
            let help = "get a database in the MaxMind format (.mmdb) from its vendor, or remove the line".to_owned();
            let problem = self.checker.report(&node.span, "no_file", message);
            problem.severity = Severity::Warning;
            problem.help = Some(help);
        }
        file
    }

    fn listen(&mut self, node: &Node) -> Option<SocketAddr> {
        let listen = node.text()?.parse().ok();
        if listen.is_none() {
            let message = format!("`{}` is no address with a port", self.checker.source.excerpt(&node.span));
            self.checker.report_help(&node.span, "listen", message, Some("write `127.0.0.1:8470`".into()));
        }
        listen
    }

    /// As browsers write an origin.
    fn origin(&mut self, node: &Node) -> Option<String> {
        let url = Url::parse(node.text()?).ok();
        let origin =
            url.filter(|url| matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none());
        if origin.is_none() {
            let message = format!("`{}` is no web site", self.checker.source.excerpt(&node.span));
            let help = "write scheme and host, as in `https://www.example.com`".to_owned();
            self.checker.report_help(&node.span, "origin", message, Some(help));
        }
        origin.map(|url| url.origin().ascii_serialization())
    }

    fn range(&mut self, node: &Node) -> Option<AddressRange> {
        let range = node.text()?.parse().ok();
        if range.is_none() {
            let message = format!("`{}` is no address and no range", self.checker.source.excerpt(&node.span));
            self.checker.report_help(&node.span, "range", message, Some("write `127.0.0.1` or `10.0.0.0/8`".into()));
        }
        range
    }
}

/// The values of a key that takes one or more.
fn texts<'a>(node: Option<&'a Node>, key: &str) -> Vec<&'a Node> {
    match node.and_then(|node| node.get(key)) {
        Some(node) => match &node.content {
            Content::List(items) => items.iter().collect(),
            _ => vec![node],
        },
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, Environment, VendorSettings, parse};
    use crate::rules::Problems;

    fn read(sections: &str) -> Result<Config, Problems> {
        let vendors = [VendorSettings { vendor: "hubspot".into(), settings: Vec::new() }];
        let text = format!("connections: {{h: {{vendor: hubspot, auth: {{token: {{env: TOKEN}}}}}}}}\n{sections}");
        parse(Path::new("conf/intentd.yaml"), &text, &Environment::empty(), &vendors)
    }

    #[test]
    fn without_the_sections_nothing_listens_and_visits_go_after_ninety_days() {
        let config = read("").unwrap_or_else(|problems| panic!("{problems}"));
        assert!(config.collector.is_none() && config.visits.ip_databases.is_empty());
        assert_eq!(config.visits.retention_days, 90);
        let config = read("collector: {listen: '127.0.0.1:8470', origins: https://Example.com}").unwrap();
        let collector = config.collector.unwrap();
        assert_eq!(collector.origins, ["https://example.com".to_owned()].into());
        assert_eq!((collector.consent, collector.storage), (ConsentRule::Required, IdStorage::LocalStorage));
        assert_eq!((collector.per_address_per_minute, collector.total_per_second), (60, 500));
        assert!(collector.identify_secret.is_none() && collector.trusted_proxies.is_empty());
    }

    #[test]
    fn every_part_can_be_said() {
        let config = read(
            "
visits: {ip_database: [a.mmdb, b.mmdb], own_domains: example.com, excluded_domains: [www.rival.example], bots: probe, retention: 30d}
collector:
  listen: '[::1]:8470'
  origins: [https://www.example.com, 'http://localhost:3000']
  hosts: Visits.example.com
  consent: not_required
  consent_cookie: agreed=yes
  consent_tcf: [1, 8]
  storage: cookie
  trusted_proxies: [127.0.0.1, 10.0.0.0/8]
  per_address_per_minute: 5
  total_per_second: 6
  identify_secret: {env: SIGNING}
",
        )
        .unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(config.visits.ip_databases, [PathBuf::from("conf/a.mmdb"), PathBuf::from("conf/b.mmdb")]);
        assert!(config.visits.exclusion.covers("rival.example") && config.visits.exclusion.covers("example.com"));
        assert!(config.visits.bots.is_bot("my probe 1.0") && config.visits.retention_days == 30);
        let collector = config.collector.unwrap();
        assert_eq!(
            collector.consent_source,
            ConsentSource { cookie: Some("agreed=yes".into()), tcf_purposes: vec![1, 8] }
        );
        assert_eq!((collector.consent, collector.storage), (ConsentRule::NotRequired, IdStorage::Cookie));
        assert_eq!((collector.trusted_proxies.len(), collector.hosts), (2, ["visits.example.com".to_owned()].into()));
        assert_eq!((collector.per_address_per_minute, collector.total_per_second), (5, 6));
        assert_eq!(collector.identify_secret, Some(SecretRef::Env("SIGNING".into())));
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let most = (0..101).map(|n| format!("c{n}.example")).collect::<Vec<_>>().join(", ");
        for (sections, code) in [
            ("collector: {origins: https://example.com}".to_owned(), "config::missing_key"),
            ("collector: {listen: '8470', origins: https://example.com}".to_owned(), "config::listen"),
            ("collector: {listen: '127.0.0.1:1', origins: example.com}".to_owned(), "config::origin"),
            ("collector: {listen: '127.0.0.1:1', origins: 'https://example.com/shop'}".to_owned(), "config::origin"),
            (
                "collector: {listen: '127.0.0.1:1', origins: 'https://e.com', trusted_proxies: all}".to_owned(),
                "config::range",
            ),
            (
                "collector: {listen: '127.0.0.1:1', origins: 'https://e.com', identify_secret: abc}".to_owned(),
                "config::secret_in_yaml",
            ),
            ("visits: {own_domains: localhost}".to_owned(), "config::domain"),
            (format!("visits: {{excluded_domains: [{most}]}}"), "config::too_many"),
            ("visits: {retention: 0d}".to_owned(), "config::out_of_range"),
        ] {
            let problems = read(&sections).err().unwrap_or_else(|| panic!("{sections} is taken"));
            let codes: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
            assert!(codes.contains(&code), "{sections}: {codes:?}");
        }
    }
}
