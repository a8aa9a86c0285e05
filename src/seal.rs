//! Refresh tokens at rest. They rotate, so they cannot live in a read-only credential; they live in the database, sealed with
//! XChaCha20-Poly1305 under a key that is kept outside of it and bound to the connection's name.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use intentd_sdk::auth::RefreshTokenStore;
use intentd_sdk::record::ConnectionName;
use intentd_sdk::{ConnectorError, Result};
use secrecy::{ExposeSecret, SecretString};

use crate::config::Environment;
use crate::store::Store;

const NAME: &str = "refresh_token";
const CREDENTIAL: &str = "intentd-data-key";
const NONCE: usize = 24;

/// The key that seals.
#[derive(Clone)]
pub(crate) struct SealKey(Key);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SealKeyError {
    #[error("the data key {0} cannot be read or written: {1}")]
    Io(PathBuf, std::io::Error),
    #[error("the data key {0} is not 32 bytes in base64; restore it, or remove it and authorize again")]
    Malformed(PathBuf),
    #[error(
        "with PostgreSQL the data key must be a systemd credential named `intentd-data-key` (32 random bytes in base64)"
    )]
    NoPlace,
    #[error("this machine gives no random numbers")]
    NoRandomness,
}

impl SealKey {
    /// The key from the systemd credential `intentd-data-key`; without one, from a file beside the database, which is made
    /// on first use with mode 0600.
    ///
    /// # Errors
    /// When there is a key that cannot be used, or no place for a new one.
    pub(crate) fn find_or_create(
        environment: &Environment,
        database: Option<&Path>,
    ) -> std::result::Result<SealKey, SealKeyError> {
        if let Some(folder) = environment.get("CREDENTIALS_DIRECTORY") {
            let path = Path::new(folder).join(CREDENTIAL);
            if path.exists() {
                return SealKey::read(&path);
            }
        }
        let path = database.ok_or(SealKeyError::NoPlace)?.with_extension("key");
        if path.exists() { SealKey::read(&path) } else { SealKey::create(&path) }
    }

    fn read(path: &Path) -> std::result::Result<SealKey, SealKeyError> {
        let text = std::fs::read_to_string(path).map_err(|error| SealKeyError::Io(path.to_owned(), error))?;
        let bytes = STANDARD.decode(text.trim()).map_err(|_| SealKeyError::Malformed(path.to_owned()))?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| SealKeyError::Malformed(path.to_owned()))?;
        Ok(SealKey(Key::from(bytes)))
    }

    fn create(path: &Path) -> std::result::Result<SealKey, SealKeyError> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| SealKeyError::NoRandomness)?;
        let io = |error| SealKeyError::Io(path.to_owned(), error);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
        file.write_all(STANDARD.encode(bytes).as_bytes()).map_err(io)?;
        file.sync_all().map_err(io)?;
        Ok(SealKey(Key::from(bytes)))
    }

    fn seal(&self, connection: &ConnectionName, text: &SecretString) -> Result<Vec<u8>> {
        let broken = |_| ConnectorError::Auth { detail: "the refresh token cannot be sealed".into() };
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| ConnectorError::Auth { detail: "no random numbers".into() })?;
        let payload = Payload { msg: text.expose_secret().as_bytes(), aad: connection.as_str().as_bytes() };
        let sealed = XChaCha20Poly1305::new(&self.0).encrypt(&XNonce::from(nonce), payload).map_err(broken)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn open(&self, connection: &ConnectionName, sealed: &[u8]) -> Result<SecretString> {
        let broken = || ConnectorError::Auth {
            detail: "the stored refresh token cannot be opened with this data key; authorize again with `intentd auth`"
                .into(),
        };
        let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or_else(broken)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| broken())?;
        let payload = Payload { msg: sealed, aad: connection.as_str().as_bytes() };
        let bytes = XChaCha20Poly1305::new(&self.0).decrypt(&XNonce::from(nonce), payload).map_err(|_| broken())?;
        String::from_utf8(bytes).map(SecretString::from).map_err(|_| broken())
    }
}

/// The refresh token of one connection, sealed in the database.
pub(crate) struct SealedTokens {
    store: Store,
    connection: ConnectionName,
    key: SealKey,
}

impl SealedTokens {
    /// The token's place.
    pub(crate) fn new(store: Store, connection: ConnectionName, key: SealKey) -> SealedTokens {
        SealedTokens { store, connection, key }
    }
}

#[async_trait]
impl RefreshTokenStore for SealedTokens {
    async fn load(&self) -> Result<Option<SecretString>> {
        let sealed = self.store.find_secret(&self.connection, NAME).await.map_err(database)?;
        sealed.map(|sealed| self.key.open(&self.connection, &sealed)).transpose()
    }

    async fn save(&self, token: SecretString) -> Result<()> {
        let sealed = self.key.seal(&self.connection, &token)?;
        let mut tx = self.store.begin().await.map_err(database)?;
        tx.save_secret(&self.connection, NAME, &sealed).await.map_err(database)?;
        tx.commit().await.map_err(database)
    }
}

fn database(error: crate::store::StoreError) -> ConnectorError {
    ConnectorError::Transient { retry_after_ms: None, detail: format!("the database: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_token_opens_only_for_its_own_connection_and_unchanged() {
        let folder = tempfile::tempdir().unwrap();
        let key = SealKey::find_or_create(&Environment::empty(), Some(&folder.path().join("x.db"))).unwrap();
        let again = SealKey::find_or_create(&Environment::empty(), Some(&folder.path().join("x.db"))).unwrap();
        let (ours, other) = (ConnectionName::from("a"), ConnectionName::from("b"));
        let mut sealed = key.seal(&ours, &SecretString::from("na1-refresh".to_owned())).unwrap();
        assert!(!sealed.windows(11).any(|part| part == b"na1-refresh"));
        assert_eq!(again.open(&ours, &sealed).unwrap().expose_secret(), "na1-refresh");
        assert!(again.open(&other, &sealed).is_err());
        sealed[30] ^= 1;
        assert!(again.open(&ours, &sealed).is_err());
    }
}
