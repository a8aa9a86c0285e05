//! What the registry knows of a connector: how to describe it and how to build it for one connection.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

use crate::auth::RefreshTokenStore;
use crate::clock::Clock;
use crate::destination::Destination;
use crate::error::Result;
use crate::permit::{LimitSpec, Permits};
use crate::record::ConnectionName;
use crate::source::Source;

/// How a connection proves who it is.
#[derive(Clone)]
pub enum Credentials {
    /// A token that does not expire (HubSpot: service key, private app).
    Token(SecretString),
    /// An OAuth app; the refresh token lives in the store.
    OAuth { client_id: String, client_secret: SecretString, refresh_tokens: Arc<dyn RefreshTokenStore> },
    /// A service that proves itself with its own secret, without a person (Marketo: a custom service of LaunchPoint).
    Client { client_id: String, client_secret: SecretString },
}

/// What a connector is built from. Everything vendor-specific is a named text value, checked by the connector.
#[derive(Clone)]
pub struct ConnectionSettings {
    pub name: ConnectionName,
    /// `None`: the vendor's own address.
    pub base_url: Option<Url>,
    pub credentials: Credentials,
    /// API version per family, for example `crm` → `2026-09`.
    pub versions: BTreeMap<String, String>,
    /// Limit values that the admin overrides, by bucket name: calls per period.
    pub limits: BTreeMap<String, u32>,
    /// Share of each budget that we may use, by bucket name, in percent.
    pub share_percent: BTreeMap<String, u8>,
    /// Other vendor-specific values.
    pub options: BTreeMap<String, String>,
    pub clock: Arc<dyn Clock>,
}

/// What the vendor says about the account behind the credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The vendor's id of the account. Pinned at first contact: a token of another account is refused.
    pub id: String,
    pub time_zone: String,
    /// For people: plan, region, currency.
    pub description: String,
}

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {message}")]
pub struct SettingsError {
    /// The settings key at fault, for example `versions.crm`.
    pub key: String,
    pub message: String,
}

/// A connector, ready for one connection.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The limits to use before the account is known.
    fn limits(&self) -> LimitSpec;

    /// The limits once the account is known (its time zone ends the day).
    fn limits_of(&self, account: &Account) -> LimitSpec;

    /// Asks the vendor which account the credentials belong to. The connection test.
    async fn describe(&self, permits: &dyn Permits) -> Result<Account>;

    fn source(&self) -> &dyn Source;

    fn destination(&self) -> &dyn Destination;
}

/// A kind of connector, as listed in the registry.
#[async_trait]
pub trait ConnectorKind: Send + Sync {
    /// The word in the configuration: `hubspot`.
    fn vendor(&self) -> &'static str;

    /// Keys allowed in `versions`, `limits`, `share` and `options`, with their meaning, for checks and documentation.
    fn settings(&self) -> Vec<SettingDoc>;

    /// Scopes an OAuth installation asks for: required ones first, then optional ones.
    fn scopes(&self) -> (Vec<String>, Vec<String>);

    /// The page on which an admin allows an OAuth app. `page` replaces the vendor's own address.
    fn authorization_page(
        &self,
        settings: &ConnectionSettings,
        redirect_url: &Url,
        state: &str,
        challenge: &str,
        page: Option<&Url>,
    ) -> std::result::Result<Url, SettingsError>;

    /// Exchanges the code that the page gave for tokens, and keeps the refresh token in the settings' store.
    async fn authorize(
        &self,
        settings: &ConnectionSettings,
        permits: &dyn Permits,
        code: String,
        redirect_url: &Url,
        pkce_verifier: String,
    ) -> Result<()>;

    /// Builds a connector. Makes no call.
    fn build(&self, settings: ConnectionSettings) -> std::result::Result<Arc<dyn Connector>, SettingsError>;
}

/// One documented settings key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingDoc {
    /// `versions.crm`, `limits.burst`, `share.daily`, `options.search_lag_seconds`.
    pub key: String,
    pub default: String,
    pub meaning: String,
}
