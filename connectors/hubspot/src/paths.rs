//! Where HubSpot's resources live, for dated versions (`2026-09`) and for the legacy ones (`v3`, `v4`). The only file
//! that spells an address; versions come from the configuration (HubSpot: "API versioning").

use std::collections::BTreeMap;

use intentd_sdk::connector::SettingsError;

/// Families whose version the admin can set, with what each covers.
pub(crate) const FAMILIES: [(&str, &str); 8] = [
    ("crm", "CRM objects: list, search, batch"),
    ("associations", "associations between objects"),
    ("properties", "property definitions and groups"),
    ("owners", "owners"),
    ("lists", "lists (segments)"),
    ("events", "event occurrences (page views)"),
    ("account_info", "account details"),
    ("oauth", "token renewal"),
];

/// The version used when the admin names none.
pub(crate) const DEFAULT_VERSION: &str = "2026-09";

/// The addresses of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    versions: BTreeMap<String, String>,
}

impl Paths {
    /// Checks the admin's versions.
    pub(crate) fn new(versions: &BTreeMap<String, String>) -> Result<Paths, SettingsError> {
        let mut all: BTreeMap<String, String> =
            FAMILIES.iter().map(|(family, _)| ((*family).to_owned(), DEFAULT_VERSION.to_owned())).collect();
        for (family, version) in versions {
            let key = format!("versions.{family}");
            let Some(slot) = all.get_mut(family) else {
                let known: Vec<&str> = FAMILIES.iter().map(|(family, _)| *family).collect();
                return Err(SettingsError { key, message: format!("unknown; choose from {}", known.join(", ")) });
            };
            if !is_dated(version) && !is_legacy(version) {
                let message = "write a dated version such as `2026-09`, or a legacy one such as `v3`".to_owned();
                return Err(SettingsError { key, message });
            }
            slot.clone_from(version);
        }
        Ok(Paths { versions: all })
    }

    fn version(&self, family: &str) -> &str {
        self.versions.get(family).map_or(DEFAULT_VERSION, String::as_str)
    }

    /// `/crm/objects/2026-09/contacts` or `/crm/v3/objects/contacts`.
    pub(crate) fn objects(&self, object: &str) -> String {
        self.crm("crm", "objects", object)
    }

    /// One record.
    pub(crate) fn object(&self, object: &str, id: &str) -> String {
        format!("{}/{}", self.objects(object), encode(id))
    }

    /// Batch read of associations.
    pub(crate) fn associations(&self, from: &str, to: &str) -> String {
        self.crm("associations", "associations", &format!("{from}/{to}/batch/read"))
    }

    /// Property definitions of one object type.
    pub(crate) fn properties(&self, object: &str) -> String {
        self.crm("properties", "properties", object)
    }

    /// One property definition.
    pub(crate) fn property(&self, object: &str, name: &str) -> String {
        format!("{}/{}", self.properties(object), encode(name))
    }

    /// Property groups of one object type.
    pub(crate) fn property_groups(&self, object: &str) -> String {
        format!("{}/groups", self.properties(object))
    }

    /// Owners.
    pub(crate) fn owners(&self) -> String {
        self.resource("owners", "owners")
    }

    /// List search.
    pub(crate) fn list_search(&self) -> String {
        format!("{}/search", self.resource("lists", "lists"))
    }

    /// One list.
    pub(crate) fn list(&self, id: &str) -> String {
        format!("{}/{}", self.resource("lists", "lists"), encode(id))
    }

    /// The members of one list.
    pub(crate) fn members(&self, id: &str) -> String {
        format!("{}/memberships", self.list(id))
    }

    /// The members of one list, newest join first.
    pub(crate) fn joins(&self, id: &str) -> String {
        format!("{}/join-order", self.members(id))
    }

    /// The lists that many records are on.
    pub(crate) fn record_memberships(&self) -> String {
        format!("{}/records/memberships/batch/read", self.resource("lists", "lists"))
    }

    /// Flow ids and classic ids of workflows; this endpoint has no dated version.
    pub(crate) fn workflow_ids(&self) -> &'static str {
        "/automation/v4/workflow-id-mappings/batch/read"
    }

    /// One contact in one workflow, by its classic id; this endpoint has no newer version.
    pub(crate) fn enrollment(&self, workflow: &str, address: &str) -> String {
        format!("/automation/v2/workflows/{}/enrollments/contacts/{}", encode(workflow), encode(address))
    }

    /// The workflows in which a contact is; this endpoint has no newer version.
    pub(crate) fn enrollments_of(&self, contact: &str) -> String {
        format!("/automation/v2/workflows/enrollments/contacts/{}", encode(contact))
    }

    /// Event occurrences.
    pub(crate) fn events(&self) -> String {
        let version = self.version("events");
        if is_legacy(version) {
            format!("/events/{version}/events")
        } else {
            format!("/events/event-occurrences/{version}")
        }
    }

    /// Account details.
    pub(crate) fn account_details(&self) -> String {
        format!("/account-info/{}/details", self.version("account_info"))
    }

    /// The token endpoint.
    pub(crate) fn token(&self) -> String {
        format!("/oauth/{}/token", self.version("oauth"))
    }

    /// E-mail events; this endpoint has no newer version.
    pub(crate) fn email_events(&self) -> &'static str {
        "/email/public/v1/events"
    }

    /// One e-mail campaign; this endpoint has no newer version.
    pub(crate) fn campaign(&self, id: &str) -> String {
        format!("/email/public/v1/campaigns/{}", encode(id))
    }

    /// Forms; this endpoint has no dated version.
    pub(crate) fn forms(&self) -> &'static str {
        "/marketing/v3/forms"
    }

    /// Submissions of one form; this endpoint has no newer version.
    pub(crate) fn submissions(&self, form: &str) -> String {
        format!("/form-integrations/v1/submissions/forms/{}", encode(form))
    }

    fn resource(&self, family: &str, resource: &str) -> String {
        let version = self.version(family);
        if is_legacy(version) { format!("/crm/{version}/{resource}") } else { format!("/crm/{resource}/{version}") }
    }

    fn crm(&self, family: &str, resource: &str, rest: &str) -> String {
        format!("{}/{rest}", self.resource(family, resource))
    }
}

/// A path segment or query value, encoded.
pub(crate) fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Joins names with commas, each encoded: repeating the parameter would double the address.
pub(crate) fn comma_joined(names: &[String]) -> String {
    names.iter().map(|name| encode(name)).collect::<Vec<_>>().join(",")
}

fn is_legacy(version: &str) -> bool {
    version.strip_prefix('v').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

fn is_dated(version: &str) -> bool {
    let plain = version.strip_suffix("-beta").unwrap_or(version);
    plain.len() == 7
        && plain.bytes().enumerate().all(|(at, byte)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(pairs: &[(&str, &str)]) -> Result<Paths, SettingsError> {
        Paths::new(&pairs.iter().map(|(family, version)| ((*family).into(), (*version).into())).collect())
    }

    #[test]
    fn dated_and_legacy_versions_have_their_own_shapes() {
        let dated = paths(&[]).unwrap();
        assert_eq!(dated.objects("contacts"), "/crm/objects/2026-09/contacts");
        assert_eq!(
            dated.associations("contacts", "companies"),
            "/crm/associations/2026-09/contacts/companies/batch/read"
        );
        assert_eq!(dated.list_search(), "/crm/lists/2026-09/search");
        assert_eq!(dated.events(), "/events/event-occurrences/2026-09");
        let legacy = [("crm", "v3"), ("associations", "v4"), ("events", "v3"), ("lists", "v3"), ("oauth", "v1")];
        let legacy = paths(&legacy).unwrap();
        assert_eq!(legacy.objects("contacts"), "/crm/v3/objects/contacts");
        assert_eq!(legacy.associations("contacts", "companies"), "/crm/v4/associations/contacts/companies/batch/read");
        assert_eq!(legacy.members("61"), "/crm/v3/lists/61/memberships");
        assert_eq!(legacy.events(), "/events/v3/events");
        assert_eq!(legacy.token(), "/oauth/v1/token");
        assert_eq!(legacy.account_details(), "/account-info/2026-09/details");
    }

    #[test]
    fn a_version_cannot_smuggle_a_path() {
        for (family, version) in [("crm", "../x"), ("crm", "2026"), ("crm", "v"), ("crn", "v3"), ("crm", "")] {
            assert!(paths(&[(family, version)]).is_err(), "{family} {version}");
        }
        assert_eq!(paths(&[]).unwrap().object("contacts", "a/b c"), "/crm/objects/2026-09/contacts/a%2Fb%20c");
    }
}
