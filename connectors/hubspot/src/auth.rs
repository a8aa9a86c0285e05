//! The installation of an OAuth app (HubSpot: "Working with OAuth"): the page to send the admin to, and the exchange of
//! the code that comes back. Renewal afterwards is the sdk's.

use intentd_sdk::auth::{OAuthClient, exchange_code};
use intentd_sdk::connector::{ConnectionSettings, Credentials, SettingsError};
use intentd_sdk::permit::Permits;
use intentd_sdk::{ConnectorError, Result};
use url::Url;

use crate::connector::{token_url, transport};
use crate::limits::AUTH;
use crate::settings;

/// Where HubSpot's pages are: not where its API is.
const PAGES_URL: &str = "https://app.hubspot.com";

/// The page on which the admin allows the app.
///
/// `scopes` are the required and the optional ones of the connector kind; `challenge` is the S256 challenge of PKCE.
///
/// # Errors
/// When the settings are not those of an OAuth app.
pub(crate) fn authorization_page(
    settings: &ConnectionSettings,
    redirect_url: &Url,
    (required, optional): &(Vec<String>, Vec<String>),
    state: &str,
    challenge: &str,
    page: Option<&Url>,
) -> std::result::Result<Url, SettingsError> {
    let Credentials::OAuth { client_id, .. } = &settings.credentials else {
        let message = "this connection uses a token and needs no authorization".to_owned();
        return Err(SettingsError { key: "auth".to_owned(), message });
    };
    let mut url = match page {
        Some(page) => page.clone(),
        None => {
            // A stand-in for HubSpot has its own page; HubSpot's lives on another host than its API.
            let pages = Url::parse(PAGES_URL)
                .map_err(|error| SettingsError { key: "auth".to_owned(), message: error.to_string() })?;
            let mut page = settings.base_url.clone().unwrap_or(pages);
            page.set_path("/oauth/authorize");
            page
        }
    };
    url.query_pairs_mut()
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", redirect_url.as_str())
        .append_pair("scope", &required.join(" "))
        .append_pair("optional_scope", &optional.join(" "))
        .append_pair("state", state)
        .append_pair("code_challenge", challenge)
        .append_pair("code_challenge_method", "S256");
    Ok(url)
}

/// Exchanges the code for tokens and keeps the refresh token in the settings' store.
///
/// # Errors
/// [`ConnectorError::Auth`] when HubSpot refuses the code; [`ConnectorError::Rejected`] when the settings are not those
/// of an OAuth app.
pub(crate) async fn authorize(
    settings: &ConnectionSettings,
    permits: &dyn Permits,
    code: String,
    redirect_url: &Url,
    pkce_verifier: String,
) -> Result<()> {
    let Credentials::OAuth { client_id, client_secret, refresh_tokens } = &settings.credentials else {
        let detail = "this connection uses a token and needs no authorization".to_owned();
        return Err(ConnectorError::Rejected { category: None, detail });
    };
    let wrong = |error: SettingsError| ConnectorError::Rejected { category: None, detail: error.to_string() };
    let (paths, _) = settings::check(settings).map_err(wrong)?;
    let transport = transport(settings.base_url.as_ref()).map_err(wrong)?;
    let client = OAuthClient {
        client_id: client_id.clone(),
        client_secret: client_secret.clone(),
        token_url: token_url(&transport, &paths).map_err(wrong)?,
        refresh_tokens: refresh_tokens.clone(),
        class: AUTH,
    };
    exchange_code(&client, permits, &transport, code, redirect_url, pkce_verifier).await
}
