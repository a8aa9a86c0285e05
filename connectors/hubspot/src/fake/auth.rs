//! Who calls: static tokens and OAuth tokens with their scopes and lifetimes (documentation: "Working with OAuth").
//! Tokens are made from a counter, so that a run can be repeated; they protect nothing.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::config::FakeConfig;
use super::errors::Refusal;

/// A user's consent, waiting to be exchanged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: Timestamp,
}

/// An access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Access {
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: Timestamp,
}

/// Everything that was granted to OAuth apps.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Grants {
    counter: u64,
    pub(crate) consents: BTreeMap<String, Consent>,
    /// Refresh tokens and their scopes; revoked ones are gone.
    pub(crate) refresh: BTreeMap<String, Vec<String>>,
    pub(crate) access: BTreeMap<String, Access>,
}

impl Grants {
    /// A text that was not given out before.
    pub(crate) fn mint(&mut self, seed: u64, purpose: &str) -> String {
        self.counter += 1;
        let digest = Sha256::digest(format!("{seed}/{purpose}/{}", self.counter));
        format!("{purpose}-{}", URL_SAFE_NO_PAD.encode(&digest[..24]))
    }

    pub(crate) fn grant(&mut self, config: &FakeConfig, scopes: Vec<String>, now: Timestamp) -> String {
        let token = self.mint(config.seed, "CJ");
        self.access.insert(token.clone(), Access { scopes, expires_at: now.plus_ms(config.access_token_ms) });
        token
    }
}

/// Whether a verifier belongs to a challenge of method S256.
pub(crate) fn verifies(challenge: &str, verifier: &str) -> bool {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

/// The caller behind a bearer token.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) token: String,
    pub(crate) is_oauth: bool,
    /// `None` means all.
    pub(crate) scopes: Option<Vec<String>>,
}

impl Caller {
    /// Nobody: for routes without a bearer.
    pub(crate) fn nobody() -> Caller {
        Caller { token: String::new(), is_oauth: true, scopes: Some(Vec::new()) }
    }

    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|held| held == scope))
    }
}

pub(crate) fn identify(
    bearer: Option<&str>,
    config: &FakeConfig,
    grants: &Grants,
    now: Timestamp,
) -> Result<Caller, Refusal> {
    let Some(token) = bearer else { return Err(Refusal::no_credentials()) };
    if token == config.token {
        return Ok(Caller { token: token.into(), is_oauth: false, scopes: config.scopes.clone() });
    }
    let Some(access) = grants.access.get(token) else { return Err(Refusal::no_credentials()) };
    if access.expires_at <= now {
        return Err(Refusal::expired(now.ms_since(access.expires_at) / 1000));
    }
    Ok(Caller { token: token.into(), is_oauth: true, scopes: Some(access.scopes.clone()) })
}
