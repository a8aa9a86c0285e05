//! One working process per database. For SQLite a lock on a file beside it, for PostgreSQL an advisory lock of the schema, held
//! by a connection of its own. Neither leaves anything behind: the lock goes with the process, however it ends.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnection;
use sqlx::{Executor as _, PgPool};

use super::Store;
use super::db::Db;
use super::error::{Result, StoreError};

/// The right to be the only process that works on a database; given back when dropped.
#[derive(Debug)]
pub struct StoreLock {
    _file: Option<File>,
    _connection: Option<PgConnection>,
}

/// PostgreSQL's word for a lock that did not come in time.
const NOT_AVAILABLE: &str = "55P03";

impl Store {
    /// Takes the database for this process alone. A database in memory needs no lock: nobody else can see it.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has it; [`StoreError::Full`] when the lock file cannot be made.
    pub async fn lock_exclusive(&self) -> Result<StoreLock> {
        match (&self.db, self.path()) {
            (Db::Postgres(pool), _) => lock_schema(pool).await,
            (Db::Sqlite { .. }, Some(path)) => lock_file(path),
            (Db::Sqlite { .. }, None) => Ok(StoreLock { _file: None, _connection: None }),
        }
    }
}

fn lock_file(path: &Path) -> Result<StoreLock> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let unwritable = |error: std::io::Error| StoreError::Full { detail: format!("{}: {error}", lock_path.display()) };
    let file = File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(StoreLock { _file: Some(file), _connection: None }),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(unwritable(error)),
    }
}

/// Waits a moment, because the server notices only a little later that a process has ended.
async fn lock_schema(pool: &PgPool) -> Result<StoreLock> {
    let mut connection = pool.acquire().await?.detach();
    connection.execute("SET lock_timeout = '2s'").await?;
    let locked = connection
        .execute("SELECT pg_advisory_lock(hashtextextended('intentd ' || coalesce(current_schema(), ''), 0))")
        .await;
    match locked {
        Ok(_) => Ok(StoreLock { _file: None, _connection: Some(connection) }),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NOT_AVAILABLE) => {
            Err(StoreError::InUse { path: "this PostgreSQL database".to_owned() })
        }
        Err(error) => Err(error.into()),
    }
}
