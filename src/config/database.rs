//! Where the database is.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use url::Url;

use super::secrets::{Environment, SecretError, SecretRef};
use secrecy::ExposeSecret;

/// The database, chosen by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file; made when it is missing.
    Sqlite { file: PathBuf },
    /// A server; the address holds no password.
    Postgres { url: Url, password: Option<SecretRef> },
}

impl Database {
    /// The address to connect to, with the password in it. For the store only: never to be logged.
    ///
    /// # Errors
    /// When the password cannot be had.
    pub fn connect_url(&self, environment: &Environment) -> Result<SecretString, SecretError> {
        match self {
            Database::Sqlite { file } => Ok(SecretString::from(format!("sqlite:{}", file.display()))),
            Database::Postgres { url, password } => {
                let mut url = url.clone();
                if let Some(reference) = password {
                    let secret = reference.resolve(environment)?;
                    // An address with a host, as checked on loading, can hold a password.
                    let _ = url.set_password(Some(secret.expose_secret()));
                }
                Ok(SecretString::from(url.to_string()))
            }
        }
    }

    /// For people: the address without any password.
    pub fn shown(&self) -> String {
        match self {
            Database::Sqlite { file } => format!("sqlite:{}", file.display()),
            Database::Postgres { url, .. } => url.to_string(),
        }
    }
}

/// Why an address is refused.
pub(super) enum AddressError {
    Unknown,
    Password,
    NoHost,
    Query,
}

/// Reads `sqlite:<file>` (relative to the folder) or `postgres://…`.
pub(super) fn read(text: &str, folder: &Path, password: Option<SecretRef>) -> Result<Database, AddressError> {
    if let Some(file) = text.strip_prefix("sqlite:") {
        let file = file.strip_prefix("//").unwrap_or(file);
        if file.is_empty() || file.contains('?') {
            return Err(if file.is_empty() { AddressError::Unknown } else { AddressError::Query });
        }
        return Ok(Database::Sqlite { file: folder.join(file) });
    }
    let url = Url::parse(text).map_err(|_| AddressError::Unknown)?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(AddressError::Unknown);
    }
    if url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password") {
        return Err(AddressError::Password);
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(AddressError::NoHost);
    }
    Ok(Database::Postgres { url, password })
}
