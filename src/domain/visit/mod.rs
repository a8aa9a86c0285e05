//! Visits: who looked at which page, from which organisation. Everything here is a function of values: reading a page's
//! address, deciding about consent, recognising robots, naming a visitor without keeping an address (I12), and telling a
//! company from an access provider.

mod access_log;
mod bots;
mod consent;
mod network;
mod page;
mod proxy;
mod visitor;

pub use access_log::{LogLine, Unreadable, is_counted_status, is_static, parse_line};
pub use bots::Bots;
pub use consent::{Consent, ConsentRule};
pub use network::{NetworkRecord, Organisation};
pub use page::Page;
pub use proxy::{AddressRange, client_address};
pub use visitor::{DayKey, daily_visitor, is_minted_id};

use crate::domain::identity::registrable_domain;

/// Our word for a visit among activity types.
pub const PAGE_VIEW: &str = "page_view";

/// The connections of visits that no vendor delivers: the collector in the daemon, and imported access logs.
pub const COLLECTOR: &str = "collector";
/// See [`COLLECTOR`].
pub const ACCESS_LOG: &str = "access_log";

/// The day, in UTC, whose secret tells visitors without an id apart. As text it sorts by time.
pub fn day_of(now: intentd_sdk::Timestamp) -> String {
    now.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// Domains whose visits do not count: the workspace's own, and companies that the admin leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exclusion {
    domains: std::collections::BTreeSet<String>,
}

impl Exclusion {
    /// From domains or hosts in any spelling; each stands for its registrable domain.
    pub fn new<'a>(domains: impl IntoIterator<Item = &'a str>) -> Exclusion {
        Exclusion { domains: domains.into_iter().filter_map(registrable_domain).collect() }
    }

    /// Whether visits of this domain are left out.
    pub fn covers(&self, domain: &str) -> bool {
        registrable_domain(domain).is_some_and(|domain| self.domains.contains(&domain))
    }

    /// Whether visits of the person with this e-mail address are left out.
    pub fn covers_address(&self, email: &str) -> bool {
        email.rsplit_once('@').is_some_and(|(_, host)| self.covers(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excluded_domain_covers_its_hosts_and_its_people() {
        let out = Exclusion::new(["www.Acme.example", "shop.example.co.uk", "com"]);
        for (host, covered) in
            [("acme.example", true), ("mail.acme.example", true), ("example.co.uk", true), ("other.co.uk", false)]
        {
            assert_eq!(out.covers(host), covered, "{host}");
        }
        assert!(!out.covers("example.com"), "a bare suffix is nobody's domain");
        assert!(out.covers_address("Ada@Sub.Acme.example") && !out.covers_address("ada@other.example"));
        assert!(!out.covers_address("no address"));
    }
}
