//! One Marketo connection: what the registry builds, and how the instance behind the credentials is described.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use intentd_sdk::auth::{ServiceClient, Tokens};
use intentd_sdk::connector::{
    Account, ConnectionSettings, Connector, ConnectorKind, Credentials, SettingDoc, SettingsError,
};
use intentd_sdk::destination::Destination;
use intentd_sdk::http::{Transport, check_base_url};
use intentd_sdk::permit::{LimitSpec, Permits};
use intentd_sdk::source::Source;
use intentd_sdk::{ConnectorError, Result};
use url::Url;

use crate::client::Client;
use crate::fields::Fields;
use crate::limits::{self, BUCKETS, IDENTITY, MarketoLimits, QUOTA_ZONE};
use crate::paths;
use crate::settings::{self, Options, wrong};
use crate::streams::KnownLeads;

/// The entry of the registry.
pub static MARKETO: MarketoKind = MarketoKind;

/// The entry of the registry.
pub fn kind() -> &'static dyn ConnectorKind {
    &MARKETO
}

/// Marketo Engage as a kind of connector.
#[derive(Clone, Copy, Debug)]
pub struct MarketoKind;

/// Permissions of the API user's role without which nothing works.
const REQUIRED_PERMISSIONS: [&str; 2] = ["Read-Only Lead", "Read-Only Activity"];

/// Permissions that turn on more streams and writing.
const OPTIONAL_PERMISSIONS: [&str; 10] = [
    "Read-Write Lead",
    "Read-Only Assets",
    "Read-Only Company",
    "Read-Write Company",
    "Read-Only Named Account",
    "Read-Write Named Account",
    "Read-Only Opportunity",
    "Read-Write Activity",
    "Execute Campaign",
    "Read-Write Schema Custom Field",
];

const NO_PAGE: &str = "Marketo has no authorization page: make a custom service in Admin > LaunchPoint and write its \
                       client id and secret under `auth.client`";

#[async_trait]
impl ConnectorKind for MarketoKind {
    fn vendor(&self) -> &'static str {
        "marketo"
    }

    fn settings(&self) -> Vec<SettingDoc> {
        settings::docs()
    }

    fn scopes(&self) -> (Vec<String>, Vec<String>) {
        (REQUIRED_PERMISSIONS.map(str::to_owned).to_vec(), OPTIONAL_PERMISSIONS.map(str::to_owned).to_vec())
    }

    fn authorization_page(
        &self,
        _settings: &ConnectionSettings,
        _redirect_url: &Url,
        _state: &str,
        _challenge: &str,
        _page: Option<&Url>,
    ) -> std::result::Result<Url, SettingsError> {
        Err(wrong("auth", NO_PAGE))
    }

    async fn authorize(
        &self,
        _settings: &ConnectionSettings,
        _permits: &dyn Permits,
        _code: String,
        _redirect_url: &Url,
        _pkce_verifier: String,
    ) -> Result<()> {
        Err(ConnectorError::Rejected { category: None, detail: NO_PAGE.to_owned() })
    }

    fn build(&self, settings: ConnectionSettings) -> std::result::Result<Arc<dyn Connector>, SettingsError> {
        Ok(Arc::new(Marketo::new(settings)?))
    }
}

/// One connection to one instance.
pub(crate) struct Marketo {
    pub(crate) client: Client,
    pub(crate) options: Options,
    pub(crate) fields: Fields,
    pub(crate) known: KnownLeads,
    account_id: String,
    limits: BTreeMap<String, u32>,
    share_percent: BTreeMap<String, u8>,
}

impl Marketo {
    fn new(settings: ConnectionSettings) -> std::result::Result<Marketo, SettingsError> {
        let options = settings::check(&settings)?;
        let base = base_url(settings.base_url.as_ref())?;
        let Credentials::Client { client_id, client_secret } = settings.credentials else {
            return Err(wrong(
                "auth",
                "Marketo takes the client id and secret of a custom service (Admin > LaunchPoint); write `client:`",
            ));
        };
        let account_id = account_id(&base).ok_or_else(|| wrong("base_url", "has no host"))?;
        let token_url = base.join(paths::TOKEN).map_err(|error| wrong("base_url", &error.to_string()))?;
        let (_, daily, _) = BUCKETS[1];
        let daily = settings.limits.get("daily").copied().unwrap_or(daily);
        let transport = Transport::new(base, Arc::new(MarketoLimits { daily }))
            .map_err(|error| wrong("base_url", &error.to_string()))?;
        let service = ServiceClient { client_id, client_secret, token_url, class: IDENTITY };
        let tokens = Tokens::client_credentials(service, Arc::clone(&settings.clock));
        Ok(Marketo {
            client: Client::new(transport, tokens, settings.clock).at_pace(options.exports),
            options,
            fields: Fields::default(),
            known: KnownLeads::default(),
            account_id,
            limits: settings.limits,
            share_percent: settings.share_percent,
        })
    }
}

/// The instance's own address: without `/rest`, which Marketo's pages show with it.
fn base_url(url: Option<&Url>) -> std::result::Result<Url, SettingsError> {
    let Some(url) = url else {
        return Err(wrong(
            "base_url",
            "is missing; every Marketo instance has its own: Admin > Web Services shows it as REST API endpoint, for \
             example `https://284-RPR-133.mktorest.com`",
        ));
    };
    check_base_url(url).map_err(|error| wrong("base_url", &error.to_string()))?;
    let path = url.path().trim_end_matches('/');
    if !matches!(path, "" | "/rest" | "/identity") {
        return Err(wrong("base_url", "must end with the host name, for example `https://284-RPR-133.mktorest.com`"));
    }
    let mut url = url.clone();
    url.set_path("");
    Ok(url)
}

/// The instance's number as Marketo writes it (`284-RPR-133`), or host and port of a stand-in for Marketo.
fn account_id(base: &Url) -> Option<String> {
    let host = base.host_str()?;
    if let Some(munchkin) = host.strip_suffix(".mktorest.com") {
        return Some(munchkin.to_uppercase());
    }
    Some(match base.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

#[async_trait]
impl Connector for Marketo {
    fn limits(&self) -> LimitSpec {
        limits::spec(&self.limits, &self.share_percent)
    }

    fn limits_of(&self, _account: &Account) -> LimitSpec {
        self.limits()
    }

    async fn describe(&self, permits: &dyn Permits) -> Result<Account> {
        let spent = self.client.usage(permits).await?.unwrap_or(0);
        Ok(Account {
            id: self.account_id.clone(),
            time_zone: QUOTA_ZONE.to_owned(),
            description: format!("{spent} calls today, of all integrations"),
        })
    }

    fn source(&self) -> &dyn Source {
        self
    }

    fn destination(&self) -> &dyn Destination {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_instance() {
        for (text, id) in [
            ("https://284-rpr-133.mktorest.com", Some("284-RPR-133")),
            ("https://284-RPR-133.mktorest.com/rest", Some("284-RPR-133")),
            ("https://284-RPR-133.mktorest.com/identity/", Some("284-RPR-133")),
            ("http://127.0.0.1:4020", Some("127.0.0.1:4020")),
            ("https://284-RPR-133.mktorest.com/rest/v1", None),
            ("http://284-RPR-133.mktorest.com", None),
        ] {
            let base = base_url(Some(&text.parse().unwrap())).ok();
            assert_eq!(base.as_ref().and_then(account_id).as_deref(), id, "{text}");
        }
        assert!(base_url(None).unwrap_err().message.contains("REST API endpoint"));
    }
}
