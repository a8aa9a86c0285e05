//! One HubSpot connection: what the registry builds, and how the account behind the credentials is described.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use intentd_sdk::Result;
use intentd_sdk::auth::{OAuthClient, Tokens};
use intentd_sdk::connector::{
    Account, ConnectionSettings, Connector, ConnectorKind, Credentials, SettingDoc, SettingsError,
};
use intentd_sdk::destination::Destination;
use intentd_sdk::http::{Transport, check_base_url};
use intentd_sdk::permit::{LimitSpec, Permits};
use intentd_sdk::source::Source;
use url::Url;

use crate::auth;
use crate::client::Client;
use crate::limits::{self, AUTH, HubSpotLimits};
use crate::paths::Paths;
use crate::settings::{self, BASE_URL, Options};
use crate::streams::Campaigns;
use crate::wire::AccountDetails;

/// The entry of the registry.
pub static HUBSPOT: HubSpotKind = HubSpotKind;

/// The entry of the registry.
pub fn kind() -> &'static dyn ConnectorKind {
    &HUBSPOT
}

/// HubSpot as a kind of connector.
#[derive(Clone, Copy, Debug)]
pub struct HubSpotKind;

/// Without these nothing works (HubSpot: "Scopes").
const REQUIRED_SCOPES: [&str; 12] = [
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.companies.write",
    "crm.objects.deals.read",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "crm.schemas.companies.read",
    "crm.schemas.companies.write",
    "crm.objects.owners.read",
    "crm.lists.read",
];

/// These depend on the account's subscription; an installation must not fail for want of them.
const OPTIONAL_SCOPES: [&str; 10] = [
    "crm.objects.deals.write",
    "crm.schemas.deals.read",
    "crm.schemas.deals.write",
    "crm.lists.write",
    "content",
    "forms",
    "business-intelligence",
    "automation",
    "sales-email-read",
    "crm.export",
];

#[async_trait]
impl ConnectorKind for HubSpotKind {
    fn vendor(&self) -> &'static str {
        "hubspot"
    }

    fn settings(&self) -> Vec<SettingDoc> {
        settings::docs()
    }

    fn scopes(&self) -> (Vec<String>, Vec<String>) {
        (REQUIRED_SCOPES.map(str::to_owned).to_vec(), OPTIONAL_SCOPES.map(str::to_owned).to_vec())
    }

    fn authorization_page(
        &self,
        settings: &ConnectionSettings,
        redirect_url: &Url,
        state: &str,
        challenge: &str,
        page: Option<&Url>,
    ) -> std::result::Result<Url, SettingsError> {
        auth::authorization_page(settings, redirect_url, &self.scopes(), state, challenge, page)
    }

    async fn authorize(
        &self,
        settings: &ConnectionSettings,
        permits: &dyn Permits,
        code: String,
        redirect_url: &Url,
        pkce_verifier: String,
    ) -> Result<()> {
        auth::authorize(settings, permits, code, redirect_url, pkce_verifier).await
    }

    fn build(&self, settings: ConnectionSettings) -> std::result::Result<Arc<dyn Connector>, SettingsError> {
        Ok(Arc::new(HubSpot::new(settings)?))
    }
}

/// One connection to one account.
pub(crate) struct HubSpot {
    pub(crate) client: Client,
    pub(crate) options: Options,
    pub(crate) campaigns: Campaigns,
    limits: BTreeMap<String, u32>,
    share_percent: BTreeMap<String, u8>,
}

impl HubSpot {
    fn new(settings: ConnectionSettings) -> std::result::Result<HubSpot, SettingsError> {
        let (paths, options) = settings::check(&settings)?;
        let transport = transport(settings.base_url.as_ref())?;
        let tokens = match settings.credentials {
            Credentials::Token(token) => Tokens::fixed(token),
            Credentials::OAuth { client_id, client_secret, refresh_tokens } => {
                let token_url = token_url(&transport, &paths)?;
                let client = OAuthClient { client_id, client_secret, token_url, refresh_tokens, class: AUTH };
                Tokens::oauth(client, Arc::clone(&settings.clock))
            }
            Credentials::Client { .. } => {
                return Err(SettingsError {
                    key: "auth.client".to_owned(),
                    message:
                        "HubSpot has no services with a secret of their own; write `token:` (a service key or private \
                              app) or `oauth:`"
                            .to_owned(),
                });
            }
        };
        let client = Client::new(transport, tokens, settings.clock, paths);
        Ok(HubSpot {
            client,
            options,
            campaigns: Campaigns::default(),
            limits: settings.limits,
            share_percent: settings.share_percent,
        })
    }
}

/// The way to the given address, or to HubSpot's own.
pub(crate) fn transport(base_url: Option<&Url>) -> std::result::Result<Transport, SettingsError> {
    let wrong = |message: String| SettingsError { key: "base_url".to_owned(), message };
    let base = match base_url {
        Some(url) => url.clone(),
        None => Url::parse(BASE_URL).map_err(|error| wrong(error.to_string()))?,
    };
    check_base_url(&base).map_err(|error| wrong(error.to_string()))?;
    Transport::new(base, Arc::new(HubSpotLimits)).map_err(|error| wrong(error.to_string()))
}

/// Where tokens are renewed; always at the address that the other calls go to.
pub(crate) fn token_url(transport: &Transport, paths: &Paths) -> std::result::Result<Url, SettingsError> {
    let text = format!("{}{}", transport.base().as_str().trim_end_matches('/'), paths.token());
    Url::parse(&text).map_err(|error| SettingsError { key: "base_url".to_owned(), message: error.to_string() })
}

#[async_trait]
impl Connector for HubSpot {
    fn limits(&self) -> LimitSpec {
        limits::spec(&self.limits, &self.share_percent, "UTC")
    }

    fn limits_of(&self, account: &Account) -> LimitSpec {
        limits::spec(&self.limits, &self.share_percent, &account.time_zone)
    }

    async fn describe(&self, permits: &dyn Permits) -> Result<Account> {
        let details: AccountDetails = self.client.get(permits, self.client.paths.account_details()).await?;
        let facts = [details.account_type, details.data_hosting_location, details.company_currency];
        Ok(Account {
            id: details.portal_id,
            time_zone: details.time_zone.filter(|zone| !zone.is_empty()).unwrap_or_else(|| "UTC".to_owned()),
            description: facts.into_iter().flatten().collect::<Vec<_>>().join(", "),
        })
    }

    fn source(&self) -> &dyn Source {
        self
    }

    fn destination(&self) -> &dyn Destination {
        self
    }
}
