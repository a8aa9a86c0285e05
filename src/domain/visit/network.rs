//! What a database of addresses tells about a network, and whether a company stands behind it or an access provider whose
//! customer could be anybody.

use crate::domain::identity::registrable_domain;
use crate::domain::model::Country;

/// What the databases say of one address, whatever they call it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkRecord {
    /// The company that uses the network.
    pub company_name: Option<String>,
    pub company_domain: Option<String>,
    /// The operator of the autonomous system.
    pub operator_name: Option<String>,
    pub operator_domain: Option<String>,
    /// What kind of user or operator it is: `business`, `isp`, `hosting`, `cellular` …
    pub usage: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// The organisation behind a visit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Organisation {
    /// As the database writes it; the domain when it knows no name.
    pub name: String,
    /// Registrable.
    pub domain: Option<String>,
}

/// Kinds of network behind which anybody may be.
const SHARED: &[&str] = &[
    "isp",
    "hosting",
    "residential",
    "cellular",
    "mobile",
    "cafe",
    "traveler",
    "consumer_privacy_network",
    "dialup",
    "router",
    "search_engine_spider",
    "content_delivery_network",
    "cdn",
    "vpn",
    "proxy",
    "tor",
    "satellite",
    "wifi",
];

/// Words in the names of operators that sell access or machines. For operators only: a company may be called so.
const PROVIDER_WORDS: &[&str] = &[
    "telecom",
    "telekom",
    "telia",
    "telefonica",
    "telenor",
    "vodafone",
    "orange",
    "verizon",
    "comcast",
    "at&t",
    "t-mobile",
    "broadband",
    "bredband",
    "cable",
    "wireless",
    "mobile",
    "communications",
    "internet",
    "isp",
    "fiber",
    "fibre",
    "online",
    "networks",
    "network",
    "hosting",
    "cloud",
    "server",
    "servers",
    "datacenter",
    "data center",
    "colocation",
    "vpn",
    "proxy",
    "amazon",
    "google",
    "microsoft",
    "cloudflare",
    "akamai",
    "fastly",
    "digitalocean",
    "linode",
    "hetzner",
    "ovh",
    "leaseweb",
    "starlink",
    "satellite",
];

impl NetworkRecord {
    /// Takes over what another database knows and this record lacks.
    pub fn complete(&mut self, other: NetworkRecord) {
        let fill = |own: &mut Option<String>, other: Option<String>| {
            if own.is_none() {
                *own = other;
            }
        };
        fill(&mut self.company_name, other.company_name);
        fill(&mut self.company_domain, other.company_domain);
        fill(&mut self.operator_name, other.operator_name);
        fill(&mut self.operator_domain, other.operator_domain);
        fill(&mut self.usage, other.usage);
        fill(&mut self.country, other.country);
    }

    /// The country of the network.
    pub fn country(&self) -> Country {
        self.country.as_deref().map_or(Country::default(), Country::from_code)
    }

    /// The company, when one is known; the operator, when it does not sell access to others.
    pub fn organisation(&self) -> Option<Organisation> {
        let usage = self.usage.as_deref().map(|usage| usage.trim().to_lowercase());
        if usage.is_some_and(|usage| SHARED.contains(&usage.as_str())) {
            return None;
        }
        if let Some(company) = organisation(self.company_name.as_deref(), self.company_domain.as_deref()) {
            return Some(company);
        }
        let sells = self.operator_name.as_deref().is_some_and(sells_access);
        if sells { None } else { organisation(self.operator_name.as_deref(), self.operator_domain.as_deref()) }
    }
}

fn organisation(name: Option<&str>, domain: Option<&str>) -> Option<Organisation> {
    let domain = domain.and_then(registrable_domain);
    let name = name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).or_else(|| domain.clone())?;
    Some(Organisation { name, domain })
}

fn sells_access(name: &str) -> bool {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric() && !matches!(c, '&' | '-')).collect();
    PROVIDER_WORDS.iter().any(|word| if word.contains(' ') { name.contains(word) } else { words.contains(word) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(company: (&str, &str), operator: (&str, &str), usage: &str) -> NetworkRecord {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        NetworkRecord {
            company_name: some(company.0),
            company_domain: some(company.1),
            operator_name: some(operator.0),
            operator_domain: some(operator.1),
            usage: some(usage),
            country: Some("se".into()),
        }
    }

    #[test]
    fn a_company_is_found_and_an_access_provider_is_none() {
        let nobody = ("", "");
        for (record, name, domain) in [
            (record(("Acme AB", "www.acme.example"), nobody, ""), Some("Acme AB"), Some("acme.example")),
            (
                record(("", "acme.example"), ("Fast Cable Networks", "fast.example"), "business"),
                Some("acme.example"),
                Some("acme.example"),
            ),
            (record(nobody, ("Acme Steel", "acme.example"), ""), Some("Acme Steel"), Some("acme.example")),
            (record(nobody, ("Acme Steel", ""), "Business"), Some("Acme Steel"), None),
            (record(nobody, ("Nordic Broadband AB", "nordic.example"), ""), None, None),
            (record(("Acme AB", "acme.example"), nobody, "hosting"), None, None),
            (record(nobody, ("Acme Steel", "acme.example"), "ISP"), None, None),
            (
                record(("Orange Juice Networks", "juice.example"), nobody, ""),
                Some("Orange Juice Networks"),
                Some("juice.example"),
            ),
            (record(nobody, nobody, ""), None, None),
        ] {
            let found = record.organisation();
            assert_eq!(found.as_ref().map(|found| found.name.as_str()), name, "{record:?}");
            assert_eq!(found.and_then(|found| found.domain).as_deref(), domain, "{record:?}");
            assert_eq!(record.country(), Country::from_code("SE"));
        }
    }

    #[test]
    fn two_databases_complete_each_other() {
        let mut first = NetworkRecord { country: Some("SE".into()), ..NetworkRecord::default() };
        first.complete(NetworkRecord {
            country: Some("NO".into()),
            company_name: Some("Acme".into()),
            ..NetworkRecord::default()
        });
        assert_eq!((first.country.as_deref(), first.company_name.as_deref()), (Some("SE"), Some("Acme")));
    }
}
