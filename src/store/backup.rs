//! Copies of the database, and whether it is whole.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, Row as _};

use super::Store;
use super::db::Db;
use super::dialect;
use super::error::{Result, StoreError};

impl Store {
    /// Writes a copy of a SQLite database while it is in use, syncs it, and checks that it is whole. Only the owner can read
    /// the copy: it holds personal data.
    ///
    /// # Errors
    /// [`StoreError::Unsupported`] for PostgreSQL; [`StoreError::Full`] when the file exists or cannot be written;
    /// [`StoreError::Corrupt`] when the copy is not whole.
    pub async fn backup(&self, target: &Path) -> Result<()> {
        let Db::Sqlite { writer, .. } = &self.db else {
            return Err(StoreError::Unsupported {
                detail: "copy a PostgreSQL database with pg_dump or the server's own backup".to_owned(),
            });
        };
        let unwritable = |error: std::io::Error| StoreError::Full { detail: format!("{}: {error}", target.display()) };
        if target.exists() {
            let error = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(unwritable(error));
        }
        let path = target.to_str().ok_or_else(|| StoreError::Unsupported {
            detail: "the backup's path is not UTF-8; choose another".to_owned(),
        })?;
        let vacuum = sqlx::query("VACUUM INTO $1").bind(path.to_owned());
        if self.path.is_some() {
            // A connection of its own: the writer stays free, and a reader could not attach the copy.
            let source = (*writer.connect_options()).clone().create_if_missing(false);
            let mut connection = source.pragma("wal_autocheckpoint", "0").connect().await?;
            vacuum.execute(&mut connection).await?;
            connection.close().await?;
        } else {
            vacuum.execute(writer).await?;
        }
        protect(target).map_err(unwritable)?;
        let copy = dialect::sqlite_options(SqliteConnectOptions::new().filename(target)).create_if_missing(false);
        let mut connection = copy.connect().await?;
        let verdict: String = connection.fetch_one("PRAGMA integrity_check").await?.try_get(0)?;
        connection.close().await?;
        if verdict == "ok" { Ok(()) } else { Err(StoreError::Corrupt { detail: format!("the copy: {verdict}") }) }
    }

    /// Whether the database is whole.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] with what SQLite found first. PostgreSQL checks its pages itself while it reads them.
    pub async fn integrity_check(&self) -> Result<()> {
        let Db::Sqlite { .. } = &self.db else { return Ok(()) };
        let mut session = self.read().await?;
        let verdict = session.fetch_one("PRAGMA integrity_check", [], |row| row.text(0)).await?;
        if verdict == "ok" { Ok(()) } else { Err(StoreError::Corrupt { detail: verdict }) }
    }

    /// Moves the write-ahead log into the database file and empties it, so that erased data is not left in it.
    pub async fn checkpoint(&self) -> Result<()> {
        let Db::Sqlite { writer, .. } = &self.db else { return Ok(()) };
        let busy: i64 = writer.fetch_one("PRAGMA wal_checkpoint(TRUNCATE)").await?.try_get(0)?;
        if busy == 0 { Ok(()) } else { Err(StoreError::Busy { detail: "a reader holds the log".to_owned() }) }
    }
}

/// Readable by its owner only, and on the disk.
pub(super) fn protect(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    std::fs::File::open(path)?.sync_all()
}
