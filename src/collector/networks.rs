//! Databases of addresses in the MaxMind format, which the admin supplies. They stand under several vendors' field names; what
//! they mean is decided in `domain::visit`. An address goes in, and organisation and country come out.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use maxminddb::Reader;
use serde::Deserialize;

use crate::domain::visit::NetworkRecord;

/// A database cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct NetworkError {
    file: String,
    reason: String,
}

/// The databases, in the order in which they are believed.
#[derive(Default)]
pub struct Networks {
    files: Vec<PathBuf>,
    readers: RwLock<Arc<Vec<Reader<Vec<u8>>>>>,
}

impl Networks {
    /// Reads the files into memory.
    ///
    /// # Errors
    /// When one cannot be read or is no such database.
    pub fn open(files: &[PathBuf]) -> Result<Networks, NetworkError> {
        Ok(Networks { files: files.to_vec(), readers: RwLock::new(Arc::new(read(files)?)) })
    }

    /// Reads the files again: vendors publish new ones every week. On an error the old ones stay in use.
    ///
    /// # Errors
    /// As [`Networks::open`].
    pub fn reload(&self) -> Result<(), NetworkError> {
        let fresh = Arc::new(read(&self.files)?);
        *self.readers.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// What the databases know of an address.
    pub fn find(&self, address: IpAddr) -> NetworkRecord {
        let readers = Arc::clone(&self.readers.read().unwrap_or_else(PoisonError::into_inner));
        let mut found = NetworkRecord::default();
        for reader in readers.iter() {
            // An address that a database cannot look up (IPv6 in one for IPv4) is one that it does not know.
            let entry = reader.lookup(address.to_canonical()).and_then(|entry| entry.decode::<Entry>());
            if let Ok(Some(entry)) = entry {
                found.complete(entry.into_record());
            }
        }
        found
    }
}

fn read(files: &[PathBuf]) -> Result<Vec<Reader<Vec<u8>>>, NetworkError> {
    let wrong = |file: &PathBuf, reason: String| NetworkError { file: file.display().to_string(), reason };
    files
        .iter()
        .map(|file| {
            let bytes = std::fs::read(file).map_err(|error| wrong(file, error.to_string()))?;
            Reader::from_source(bytes)
                .map_err(|error| wrong(file, format!("not a database in the MaxMind format ({error})")))
        })
        .collect()
}

/// An entry, with the names that common databases use: flat ones and nested ones.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    company: Option<Named>,
    company_name: Option<String>,
    company_domain: Option<String>,
    organization: Option<Text>,
    name: Option<Text>,
    domain: Option<String>,
    autonomous_system_organization: Option<String>,
    autonomous_system_domain: Option<String>,
    as_name: Option<String>,
    as_domain: Option<String>,
    #[serde(rename = "type")]
    usage: Option<String>,
    user_type: Option<String>,
    traits: Option<Traits>,
    country: Option<Country>,
    registered_country: Option<Country>,
    country_code: Option<String>,
}

/// The part of an "Enterprise" entry that is about the network.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Traits {
    organization: Option<String>,
    domain: Option<String>,
    autonomous_system_organization: Option<String>,
    user_type: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Option<String>,
    domain: Option<String>,
    #[serde(rename = "type")]
    usage: Option<String>,
}

/// A country is an entry with a code, or the code itself.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Country {
    Entry { iso_code: Option<String> },
    Code(String),
    Other(serde::de::IgnoredAny),
}

/// A text, or something else under the same name.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Text {
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl Entry {
    fn into_record(self) -> NetworkRecord {
        let company = self.company.unwrap_or_default();
        let traits = self.traits.unwrap_or_default();
        let text = |text: Option<Text>| match text {
            Some(Text::Text(text)) => Some(text),
            _ => None,
        };
        let code = |country: Option<Country>| match country {
            Some(Country::Entry { iso_code }) => iso_code,
            Some(Country::Code(code)) if code.len() == 2 => Some(code),
            _ => None,
        };
        NetworkRecord {
            company_name: company
                .name
                .or(self.company_name)
                .or(text(self.organization))
                .or(traits.organization)
                .or(text(self.name)),
            company_domain: company.domain.or(self.company_domain).or(traits.domain).or(self.domain),
            operator_name: self
                .autonomous_system_organization
                .or(self.as_name)
                .or(traits.autonomous_system_organization),
            operator_domain: self.as_domain.or(self.autonomous_system_domain),
            usage: company.usage.or(self.user_type).or(traits.user_type).or(self.usage),
            country: code(self.country).or(self.country_code).or(code(self.registered_country)),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::collector::mmdb_file::{Field, write};

    #[test]
    fn common_databases_are_understood_and_complete_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let files = [folder.path().join("company.mmdb"), folder.path().join("country.mmdb")];
        let text = |text: &str| Field::Text(text.into());
        let map =
            |fields: &[(&str, Field)]| Field::Map(fields.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect());
        let company = map(&[(
            "company",
            map(&[("name", text("Acme AB")), ("domain", text("acme.example")), ("type", text("business"))]),
        )]);
        let operator = map(&[
            ("autonomous_system_organization", text("Nordic Broadband")),
            ("autonomous_system_number", Field::Number(64500)),
        ]);
        std::fs::write(
            &files[0],
            write(&[("192.0.2.0".parse().unwrap(), 24, company), ("198.51.100.0".parse().unwrap(), 24, operator)]),
        )
        .unwrap();
        let sweden = map(&[("country", map(&[("iso_code", text("SE")), ("geoname_id", Field::Number(1))]))]);
        let norway = map(&[("country", text("NO"))]);
        std::fs::write(
            &files[1],
            write(&[("192.0.2.0".parse().unwrap(), 25, sweden), ("198.51.100.0".parse().unwrap(), 24, norway)]),
        )
        .unwrap();
        let networks = Networks::open(&files).unwrap();

        let found = networks.find("192.0.2.7".parse().unwrap());
        assert_eq!(found.organisation().unwrap().name, "Acme AB");
        assert_eq!(found.country().code().as_deref(), Some("SE"));
        let found = networks.find("::ffff:192.0.2.200".parse().unwrap());
        assert_eq!(found.organisation().unwrap().domain.as_deref(), Some("acme.example"));
        assert_eq!(found.country().code(), None, "the other half of the network");
        let found = networks.find("198.51.100.1".parse().unwrap());
        assert_eq!((found.organisation(), found.country().code().as_deref()), (None, Some("NO")), "an access provider");
        assert_eq!(networks.find("203.0.113.1".parse().unwrap()), NetworkRecord::default());
        assert_eq!(networks.find("2001:db8::1".parse().unwrap()), NetworkRecord::default());

        std::fs::write(&files[1], b"not a database").unwrap();
        let error = networks.reload().unwrap_err().to_string();
        assert!(error.contains("country.mmdb") && error.contains("MaxMind"), "{error}");
        assert_eq!(
            networks.find("192.0.2.7".parse().unwrap()).country().code().as_deref(),
            Some("SE"),
            "the old ones stay"
        );
    }
}
