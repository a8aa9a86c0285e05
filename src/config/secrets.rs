//! Where secrets are kept, and the only place that reads them: a file, an environment variable, or a systemd credential.
//! Values live in [`SecretString`] and appear in no message (I12).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

/// Far above any token, far below a file that was named by mistake.
const MAX_BYTES: u64 = 64 * 1024;

/// The variables of the process, as a value, so that tests need no ambient ones.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// The process's own. Variables that are no text are left out.
    pub fn of_process() -> Environment {
        let variables =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Environment { variables: variables.collect() }
    }

    /// None at all.
    pub fn empty() -> Environment {
        Environment::default()
    }

    /// With one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Environment {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// A variable's value, when it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Environment {
    /// Names only: any value can be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// Where one secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// A file with nothing else in it; a line break at its end does not count.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// A systemd credential: a file in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
}

/// Why a secret cannot be had. The text says what to do and holds nothing of the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("there is no file {0}; write the secret into it and run `chmod 600` on it", .path.display())]
    NoFile { path: PathBuf },
    #[error("the file {0} may not be read; check its owner and mode", .path.display())]
    Unreadable { path: PathBuf },
    #[error("the file {0} holds no secret: it is empty, longer than 64 KiB, or not one line of text", .path.display())]
    NotASecret { path: PathBuf },
    #[error("the environment variable {name} is not set")]
    NoVariable { name: String },
    #[error(
        "there is no systemd credential {name}: add `LoadCredential={name}:/path` to the unit, or run under systemd"
    )]
    NoCredential { name: String },
}

impl SecretRef {
    /// Fetches the secret.
    ///
    /// # Errors
    /// When it is not there, may not be read, or is not one line of text.
    pub fn resolve(&self, environment: &Environment) -> Result<SecretString, SecretError> {
        match self {
            SecretRef::Env(name) => environment
                .get(name)
                .map(|value| SecretString::from(value.trim().to_owned()))
                .ok_or_else(|| SecretError::NoVariable { name: name.clone() }),
            SecretRef::File(path) => read(path),
            SecretRef::Credential(name) => {
                let missing = || SecretError::NoCredential { name: name.clone() };
                let folder = environment.get("CREDENTIALS_DIRECTORY").ok_or_else(missing)?;
                read(&Path::new(folder).join(name)).map_err(|error| match error {
                    SecretError::NoFile { .. } => missing(),
                    other => other,
                })
            }
        }
    }

    /// The file whose mode lets others read the secret, if it is one.
    pub fn readable_by_others(&self) -> Option<&Path> {
        match self {
            SecretRef::File(path) if others_can_read(path) => Some(path),
            _ => None,
        }
    }
}

fn read(path: &Path) -> Result<SecretString, SecretError> {
    let named = || path.to_owned();
    let meta = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::PermissionDenied => SecretError::Unreadable { path: named() },
        _ => SecretError::NoFile { path: named() },
    })?;
    if !meta.is_file() || meta.len() > MAX_BYTES {
        return Err(SecretError::NotASecret { path: named() });
    }
    let bytes = std::fs::read(path).map_err(|_| SecretError::Unreadable { path: named() })?;
    let text = String::from_utf8(bytes).map_err(|_| SecretError::NotASecret { path: named() })?;
    let secret = text.trim();
    if secret.is_empty() || secret.contains(char::is_control) {
        return Err(SecretError::NotASecret { path: named() });
    }
    Ok(SecretString::from(secret.to_owned()))
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn text(reference: &SecretRef, environment: &Environment) -> Result<String, SecretError> {
        reference.resolve(environment).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn a_secret_comes_from_each_of_its_places() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "s3cret\n").unwrap();
        let environment = Environment::empty()
            .with("TOKEN", "from env")
            .with("EMPTY", "")
            .with("CREDENTIALS_DIRECTORY", folder.path().to_str().unwrap());
        assert_eq!(text(&SecretRef::File(file.clone()), &environment).unwrap(), "s3cret");
        assert_eq!(text(&SecretRef::Env("TOKEN".into()), &environment).unwrap(), "from env");
        assert_eq!(text(&SecretRef::Credential("token".into()), &environment).unwrap(), "s3cret");
        for (reference, error) in [
            (SecretRef::Env("EMPTY".into()), SecretError::NoVariable { name: "EMPTY".into() }),
            (SecretRef::Credential("other".into()), SecretError::NoCredential { name: "other".into() }),
            (SecretRef::File(folder.path().join("gone")), SecretError::NoFile { path: folder.path().join("gone") }),
            (SecretRef::File(folder.path().into()), SecretError::NotASecret { path: folder.path().into() }),
        ] {
            assert_eq!(text(&reference, &environment), Err(error));
        }
    }

    #[test]
    fn a_file_that_is_no_secret_is_refused_without_its_text() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        for bytes in [&b""[..], b" \n", b"two\nlines", b"\xff\xfe"] {
            std::fs::write(&file, bytes).unwrap();
            let error = SecretRef::File(file.clone()).resolve(&Environment::empty()).unwrap_err();
            assert_eq!(error, SecretError::NotASecret { path: file.clone() });
        }
    }

    #[test]
    fn the_environment_shows_names_only() {
        let environment = Environment::empty().with("TOKEN", "s3cret");
        assert_eq!(format!("{environment:?}"), "{\"TOKEN\"}");
    }
}
