//! Bearer tokens: static ones, and OAuth access tokens (of an app that a person allowed, or of a service with a secret of
//! its own) that are renewed before they expire, once, however many calls wait for them.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use oauth2::{AuthType, ClientId, ClientSecret, RefreshToken, TokenResponse, TokenUrl};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex, oneshot};

use crate::clock::Clock;
use crate::error::{ConnectorError, Result};
use crate::http::Transport;
use crate::permit::{CallClass, Permits};
use crate::time::Timestamp;

/// Where a refresh token is kept between runs, sealed. Vendors may hand out a new one with each renewal.
#[async_trait]
pub trait RefreshTokenStore: Send + Sync {
    /// The token, or `None` before the first authorization.
    async fn load(&self) -> Result<Option<SecretString>>;
    /// Replaces it; must be durable when this returns.
    async fn save(&self, token: SecretString) -> Result<()>;
}

/// Where and as whom to renew.
pub struct OAuthClient {
    pub client_id: String,
    pub client_secret: SecretString,
    pub token_url: url::Url,
    pub refresh_tokens: Arc<dyn RefreshTokenStore>,
    /// The class that token calls are charged to.
    pub class: CallClass,
}

/// A service that proves itself with a secret of its own (OAuth: the client credentials grant), and where.
pub struct ServiceClient {
    pub client_id: String,
    pub client_secret: SecretString,
    pub token_url: url::Url,
    /// The class that token calls are charged to.
    pub class: CallClass,
}

struct Current {
    token: SecretString,
    /// Renew from here on, well before its life ends.
    renew_at: Timestamp,
}

/// Gives a valid bearer token.
pub struct Tokens {
    kind: Kind,
}

enum Kind {
    Static(SecretString),
    Renewed { grant: Grant, current: Mutex<Option<Current>>, clock: Arc<dyn Clock> },
}

enum Grant {
    Refresh(Box<OAuthClient>),
    Client(Box<ServiceClient>),
}

impl Tokens {
    /// A token that never changes.
    pub fn fixed(token: SecretString) -> Tokens {
        Tokens { kind: Kind::Static(token) }
    }

    /// OAuth with a stored refresh token.
    pub fn oauth(client: OAuthClient, clock: Arc<dyn Clock>) -> Tokens {
        Tokens::renewed(Grant::Refresh(Box::new(client)), clock)
    }

    /// A service with a secret of its own.
    ///
    /// Vendors may give the same token again as long as it lives, with the rest of its life: a rest too short to work with
    /// is waited out, and then a new token is asked for.
    pub fn client_credentials(client: ServiceClient, clock: Arc<dyn Clock>) -> Tokens {
        Tokens::renewed(Grant::Client(Box::new(client)), clock)
    }

    fn renewed(grant: Grant, clock: Arc<dyn Clock>) -> Tokens {
        Tokens { kind: Kind::Renewed { grant, current: Mutex::new(None), clock } }
    }

    /// Whether a refused token can be replaced by renewing it.
    pub fn can_renew(&self) -> bool {
        matches!(self.kind, Kind::Renewed { .. })
    }

    /// A token that is good now, renewed first when its time is nearly up. Single flight: callers that come during a
    /// renewal wait for its result.
    pub async fn bearer(&self, permits: &dyn Permits, transport: &Transport) -> Result<SecretString> {
        match &self.kind {
            Kind::Static(token) => Ok(token.clone()),
            Kind::Renewed { grant, current, clock } => {
                let mut current = current.lock().await;
                if let Some(held) = current.as_ref().filter(|held| clock.now() < held.renew_at) {
                    return Ok(held.token.clone());
                }
                let renewed = match grant {
                    Grant::Refresh(client) => renew(client, clock.as_ref(), permits, transport).await?,
                    Grant::Client(client) => ask(client, clock.as_ref(), permits, transport).await?,
                };
                let token = renewed.token.clone();
                *current = Some(renewed);
                Ok(token)
            }
        }
    }

    /// The vendor refused this token: forget it, unless somebody else has renewed it meanwhile.
    pub async fn refused(&self, token: &SecretString) {
        if let Kind::Renewed { current, .. } = &self.kind {
            let mut current = current.lock().await;
            if current.as_ref().is_some_and(|held| held.token.expose_secret() == token.expose_secret()) {
                *current = None;
            }
        }
    }
}

/// The OAuth library's side of one call. It borrows nothing, so that futures which hold it can move between threads;
/// the call itself is made beside it, by [`relay`]'s future.
struct Relay(std::sync::Mutex<Option<(oneshot::Sender<oauth2::HttpRequest>, oneshot::Receiver<Answer>)>>);

type Answer = Result<oauth2::HttpResponse>;

impl<'c> oauth2::AsyncHttpClient<'c> for Relay {
    type Error = ConnectorError;
    type Future = BoxFuture<'c, Answer>;

    fn call(&'c self, request: oauth2::HttpRequest) -> Self::Future {
        let ends = self.0.lock().ok().and_then(|mut ends| ends.take());
        Box::pin(async move {
            let broken = || ConnectorError::Malformed { detail: "the token call was not made".into() };
            let (ask, answered) = ends.ok_or_else(broken)?;
            ask.send(request).map_err(|_| broken())?;
            answered.await.map_err(|_| broken())?
        })
    }
}

/// A client for the OAuth library, good for one call, and the future that makes that call and then waits to be dropped.
fn relay<'a>(
    transport: &'a Transport,
    permits: &'a dyn Permits,
    class: CallClass,
) -> (Relay, impl Future<Output = Infallible> + Send + 'a) {
    let (ask, asked) = oneshot::channel();
    let (answer, answered) = oneshot::channel();
    let served = async move {
        // Without a request the library refused its own input, and says so itself.
        if let Ok(request) = asked.await {
            let _ = answer.send(transport.oauth_call(permits, class, request).await);
        }
        std::future::pending().await
    };
    (Relay(std::sync::Mutex::new(Some((ask, answered)))), served)
}

async fn renew(
    client: &OAuthClient,
    clock: &dyn Clock,
    permits: &dyn Permits,
    transport: &Transport,
) -> Result<Current> {
    let refresh_token = client.refresh_tokens.load().await?.ok_or_else(|| ConnectorError::Auth {
        detail: "this connection has not been authorized yet; run `intentd auth`".into(),
    })?;
    let app = oauth2::basic::BasicClient::new(ClientId::new(client.client_id.clone()))
        .set_client_secret(ClientSecret::new(client.client_secret.expose_secret().to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(client.token_url.clone()));
    let started = clock.now();
    let (relay, served) = relay(transport, permits, client.class);
    let held = RefreshToken::new(refresh_token.expose_secret().to_owned());
    let answer = tokio::select! {
        answer = app.exchange_refresh_token(&held).request_async(&relay) => answer.map_err(token_error)?,
        never = served => match never {},
    };
    if let Some(next) = answer.refresh_token() {
        // Kept before the access token is used: a crash in between must not lose a rotated grant.
        if next.secret() != refresh_token.expose_secret() {
            client.refresh_tokens.save(SecretString::from(next.secret().clone())).await?;
        }
    }
    let life_ms = answer.expires_in().map_or(1_800_000, |life| life.as_millis() as i64).clamp(60_000, 86_400_000);
    Ok(Current {
        token: SecretString::from(answer.access_token().secret().clone()),
        renew_at: started.plus_ms(life_ms / 10 * 8),
    })
}

/// A life that is hardly worth a call.
const TINY_LIFE_MS: i64 = 10_000;
/// What is left unused of a life, when it is long enough.
const LIFE_MARGIN_MS: i64 = 60_000;
/// How often a token that is about to end is waited out before its service is given up.
const MOST_WAITS: u32 = 3;

/// Asks for a token with the service's own secret.
async fn ask(
    client: &ServiceClient,
    clock: &dyn Clock,
    permits: &dyn Permits,
    transport: &Transport,
) -> Result<Current> {
    let app = oauth2::basic::BasicClient::new(ClientId::new(client.client_id.clone()))
        .set_client_secret(ClientSecret::new(client.client_secret.expose_secret().to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(client.token_url.clone()));
    for _ in 0..=MOST_WAITS {
        let started = clock.now();
        let (relay, served) = relay(transport, permits, client.class);
        let answer = tokio::select! {
            answer = app.exchange_client_credentials().request_async(&relay) => answer.map_err(token_error)?,
            never = served => match never {},
        };
        let life_ms = answer.expires_in().map_or(3_600_000, |life| life.as_millis().min(86_400_000) as i64);
        if let Some(use_ms) = usable_ms(life_ms) {
            return Ok(Current {
                token: SecretString::from(answer.access_token().secret().clone()),
                renew_at: started.plus_ms(use_ms),
            });
        }
        clock.sleep(Duration::from_millis(life_ms as u64 + 1_000)).await;
    }
    Err(ConnectorError::Transient {
        retry_after_ms: None,
        detail: "the token endpoint gives tokens that have expired already".into(),
    })
}

/// How much of a life to use; `None` when it is better waited out.
fn usable_ms(life_ms: i64) -> Option<i64> {
    if life_ms <= TINY_LIFE_MS {
        return None;
    }
    let whole = life_ms - TINY_LIFE_MS;
    let with_margin = (life_ms / 10 * 8).min(life_ms - LIFE_MARGIN_MS);
    Some(with_margin.max(whole.min(LIFE_MARGIN_MS - TINY_LIFE_MS)))
}

/// Exchanges an authorization code for tokens and keeps the refresh token. The last step of `intentd auth`.
pub async fn exchange_code(
    client: &OAuthClient,
    permits: &dyn Permits,
    transport: &Transport,
    code: String,
    redirect_url: &url::Url,
    pkce_verifier: String,
) -> Result<()> {
    let app = oauth2::basic::BasicClient::new(ClientId::new(client.client_id.clone()))
        .set_client_secret(ClientSecret::new(client.client_secret.expose_secret().to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(client.token_url.clone()))
        .set_redirect_uri(oauth2::RedirectUrl::from_url(redirect_url.clone()));
    let (relay, served) = relay(transport, permits, client.class);
    let exchange = app
        .exchange_code(oauth2::AuthorizationCode::new(code))
        .set_pkce_verifier(oauth2::PkceCodeVerifier::new(pkce_verifier));
    let answer = tokio::select! {
        answer = exchange.request_async(&relay) => answer.map_err(token_error)?,
        never = served => match never {},
    };
    let refresh_token = answer.refresh_token().ok_or_else(|| ConnectorError::Auth {
        detail: "the vendor gave no refresh token; is the app an OAuth app?".into(),
    })?;
    client.refresh_tokens.save(SecretString::from(refresh_token.secret().clone())).await
}

/// A PKCE pair and a state value for the authorization page: (challenge, verifier, state).
pub fn pkce_and_state() -> (String, String, String) {
    let (challenge, verifier) = oauth2::PkceCodeChallenge::new_random_sha256();
    (challenge.as_str().to_owned(), verifier.secret().clone(), oauth2::CsrfToken::new_random().secret().clone())
}

type TokenError = oauth2::RequestTokenError<ConnectorError, oauth2::basic::BasicErrorResponse>;

fn token_error(error: TokenError) -> ConnectorError {
    match error {
        oauth2::RequestTokenError::Request(error) => error,
        // The vendor's error code is fixed vocabulary; its description may repeat what was sent, so it stays out.
        oauth2::RequestTokenError::ServerResponse(answer) => {
            ConnectorError::Auth { detail: format!("the token endpoint answered `{}`", answer.error()) }
        }
        oauth2::RequestTokenError::Parse(..) | oauth2::RequestTokenError::Other(_) => {
            ConnectorError::Malformed { detail: "the token endpoint's answer is not a token".into() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_used_with_a_margin_and_a_tiny_one_not_at_all() {
        for (life, used) in [
            (3_600_000, Some(2_880_000)),
            (200_000, Some(140_000)),
            (70_000, Some(50_000)),
            (60_000, Some(50_000)),
            (11_000, Some(1_000)),
            (10_000, None),
            (0, None),
        ] {
            assert_eq!(usable_ms(life), used, "{life}");
        }
    }
}
