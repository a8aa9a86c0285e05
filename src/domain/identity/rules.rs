//! What the admin decided about identity: whose value prevails where two sources know the same field, which domains belong
//! to nobody in particular, which properties flow both ways. Names of vendors stand for their connections until
//! [`IdentityRules::bind`] puts the connections in their place.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ConnectionName, ObjectKind};
use serde::{Deserialize, Serialize};

use super::domain::registrable_domain;
use crate::domain::model::FieldName;
use crate::domain::plan::{FlowEnd, FlowRule};

/// The order in which sources are asked for some fields of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrecedenceRule {
    pub kind: ObjectKind,
    pub fields: BTreeSet<FieldName>,
    /// Names of connections or of vendors, first to last.
    pub order: Vec<String>,
}

/// The checked content of the identity files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityRules {
    /// In the order of the files; the first that names a field decides.
    pub precedence: Vec<PrecedenceRule>,
    /// Domains at which everybody can have an address.
    pub free_mail: BTreeSet<String>,
    /// Whether a contact that no source associates belongs to the company with the domain of its address.
    pub link_by_domain: bool,
    pub flows: Vec<FlowRule>,
}

impl Default for IdentityRules {
    fn default() -> IdentityRules {
        IdentityRules { precedence: Vec::new(), free_mail: BTreeSet::new(), link_by_domain: true, flows: Vec::new() }
    }
}

/// The rules for the connections that there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoundIdentity {
    /// Every connection with its vendor, in the order of their names: who prevails where nothing is declared.
    pub connections: Vec<(ConnectionName, String)>,
    pub precedence: BTreeMap<(ObjectKind, FieldName), Vec<ConnectionName>>,
    pub free_mail: FreeMail,
    pub link_by_domain: bool,
    pub flows: Vec<FlowRule>,
}

/// Domains at which everybody can have an address: they never make two records one company.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreeMail(BTreeSet<String>);

impl FreeMail {
    /// From the admin's list, in whatever form the names are written.
    pub fn new<'a>(domains: impl IntoIterator<Item = &'a String>) -> FreeMail {
        FreeMail(domains.into_iter().filter_map(|text| registrable_domain(text)).collect())
    }

    /// The registrable domain of an address or site, unless it belongs to nobody in particular.
    pub fn company_domain(&self, text: &str) -> Option<String> {
        registrable_domain(text).filter(|domain| !self.0.contains(domain))
    }
}

impl IdentityRules {
    /// Puts connections in the place of vendors. Names that mean no connection are left out.
    pub fn bind(&self, connections: &[(ConnectionName, String)]) -> BoundIdentity {
        let mut connections = connections.to_vec();
        connections.sort();
        let mut precedence = BTreeMap::new();
        for rule in &self.precedence {
            let mut order: Vec<ConnectionName> = Vec::new();
            for name in &rule.order {
                let exact = connections.iter().find(|(connection, _)| connection.as_str() == name);
                // A connection that is called like another vendor is still itself alone.
                let alone = exact.is_some_and(|(_, vendor)| vendor != name);
                let of_vendor = connections.iter().filter(|(_, vendor)| !alone && vendor == name);
                for (connection, _) in exact.into_iter().chain(of_vendor) {
                    if !order.contains(connection) {
                        order.push(connection.clone());
                    }
                }
            }
            for field in &rule.fields {
                precedence.entry((rule.kind, field.clone())).or_insert_with(|| order.clone());
            }
        }
        BoundIdentity {
            precedence,
            free_mail: FreeMail::new(&self.free_mail),
            link_by_domain: self.link_by_domain,
            flows: self.flows.clone(),
            connections,
        }
    }
}

impl BoundIdentity {
    /// The connection at an end of a flow: the one of that name, or the only one of that vendor.
    pub fn connection_of(&self, end: &FlowEnd) -> Option<&ConnectionName> {
        let named = self.connections.iter().find(|(connection, _)| connection.as_str() == end.source);
        let mut of_vendor = self.connections.iter().filter(|(_, vendor)| *vendor == end.source);
        let only = of_vendor.next().filter(|_| of_vendor.next().is_none());
        named.or(only).map(|(connection, _)| connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(names: &[(&str, &str)]) -> Vec<(ConnectionName, String)> {
        names.iter().map(|(name, vendor)| (ConnectionName::from(*name), (*vendor).to_owned())).collect()
    }

    #[test]
    fn a_vendor_stands_for_its_connections_and_a_connection_for_itself() {
        let rules = IdentityRules {
            precedence: vec![PrecedenceRule {
                kind: ObjectKind::Contact,
                fields: ["job_title".to_owned()].into(),
                order: vec!["hs_b".into(), "marketo".into(), "hubspot".into()],
            }],
            ..IdentityRules::default()
        };
        let bound = rules.bind(&connections(&[("hs_a", "hubspot"), ("hs_b", "hubspot"), ("mk", "marketo")]));
        let order = &bound.precedence[&(ObjectKind::Contact, "job_title".to_owned())];
        assert_eq!(order.iter().map(ConnectionName::as_str).collect::<Vec<_>>(), ["hs_b", "mk", "hs_a"]);
    }

    #[test]
    fn a_connection_that_is_called_like_its_vendor_comes_first_of_it() {
        let order = |name: &str, there: &[(&str, &str)]| {
            let rule = PrecedenceRule {
                kind: ObjectKind::Contact,
                fields: ["job_title".to_owned()].into(),
                order: vec![name.into()],
            };
            let bound = IdentityRules { precedence: vec![rule], ..IdentityRules::default() }.bind(&connections(there));
            let order = bound.precedence[&(ObjectKind::Contact, "job_title".to_owned())].clone();
            order.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(order("hubspot", &[("another", "hubspot"), ("hubspot", "hubspot")]), ["hubspot", "another"]);
        assert_eq!(order("hubspot", &[("crm", "hubspot"), ("hubspot", "marketo")]), ["hubspot"]);
    }

    #[test]
    fn an_address_at_a_mail_provider_is_no_company() {
        let free = FreeMail::new(&["gmail.com".to_owned(), "Yahoo.co.uk".to_owned()]);
        assert_eq!(free.company_domain("ann@acme.com").as_deref(), Some("acme.com"));
        assert_eq!(free.company_domain("ann@gmail.com"), None);
        assert_eq!(free.company_domain("https://mail.yahoo.co.uk"), None);
    }
}
