//! The lock file beside a SQLite database: one daemon at a time. It holds nothing; the operating system drops the lock when
//! the process ends, however it ends.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use super::Store;
use super::error::{Result, StoreError};

/// The right to be the only daemon of a database; given back when dropped.
#[derive(Debug)]
pub struct StoreLock {
    _file: Option<File>,
}

impl Store {
    /// Takes the database for this process alone. PostgreSQL and databases in memory need no lock: several daemons share the
    /// first by leases, and nobody else can see the second.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has it; [`StoreError::Full`] when the lock file cannot be made.
    pub fn lock_exclusive(&self) -> Result<StoreLock> {
        let Some(path) = self.path() else { return Ok(StoreLock { _file: None }) };
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let lock_path = PathBuf::from(name);
        let unwritable =
            |error: std::io::Error| StoreError::Full { detail: format!("{}: {error}", lock_path.display()) };
        let file = File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => Ok(StoreLock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.display().to_string() }),
            Err(TryLockError::Error(error)) => Err(unwritable(error)),
        }
    }
}
