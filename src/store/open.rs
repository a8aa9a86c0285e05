//! Opening a database: reading the URL, the version gate, reading the settings back, and the schema's migrations.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use super::Store;
use super::arg::args;
use super::db::{Db, Session};
use super::dialect::{self, Dialect};
use super::error::{Result, StoreError};
use super::statement::Sql;

impl Store {
    /// Opens `sqlite:<path>`, `sqlite::memory:` (one connection: read only between transactions) or
    /// `postgres://<user>@<host>/<database>`. A SQLite file is made when it is missing. Does not touch the schema.
    ///
    /// # Errors
    /// [`StoreError::Url`], [`StoreError::Version`] for a SQLite that can lose commits, [`StoreError::Inconsistent`] when
    /// a setting did not take effect (a file system without shared memory cannot have WAL).
    pub async fn open(url: &str) -> Result<Store> {
        if url.starts_with("sqlite:") {
            open_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            open_postgres(url).await
        } else {
            Err(StoreError::Url { detail: "write sqlite:<path> or postgres://<user>@<host>/<database>".to_owned() })
        }
    }

    /// Brings the schema up to date; the names of the migrations that were applied.
    ///
    /// # Errors
    /// [`StoreError::Version`] when the database is newer than this program.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        let pending = self.pending_migrations().await?;
        match &self.db {
            Db::Sqlite { writer, .. } => Dialect::Sqlite.migrations().run(writer).await?,
            Db::Postgres(pool) => Dialect::Postgres.migrations().run(pool).await?,
        }
        Ok(pending)
    }

    /// The migrations that [`Store::migrate`] would apply, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Version`] when the database is newer than this program.
    pub async fn pending_migrations(&self) -> Result<Vec<String>> {
        let mut session = self.read().await?;
        let exists = session.dialect().migrations_exist();
        let applied: BTreeSet<i64> = if session.fetch_one(exists, [], |row| row.int(0)).await? == 0 {
            BTreeSet::new()
        } else {
            let versions = session.fetch("SELECT version FROM _sqlx_migrations", [], |row| row.int(0)).await?;
            versions.into_iter().collect()
        };
        let known = self.dialect().migrations();
        if let Some(version) = applied.iter().find(|version| !known.version_exists(**version)) {
            return Err(sqlx::migrate::MigrateError::VersionMissing(*version).into());
        }
        Ok(known
            .iter()
            .filter(|migration| !applied.contains(&migration.version))
            .map(|migration| format!("{:04}_{}", migration.version, migration.description.replace(' ', "_")))
            .collect())
    }

    /// The file of a SQLite database.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

async fn open_sqlite(url: &str) -> Result<Store> {
    let in_memory = url.contains(":memory:");
    let options = dialect::sqlite_options(SqliteConnectOptions::from_str(url)?);
    let path = (!in_memory).then(|| PathBuf::from(options.get_filename()));
    let fresh = path.as_ref().filter(|path| !path.exists()).cloned();
    let store = Store { db: Db::open_sqlite(options, in_memory).await?, path };
    if let Some(path) = fresh {
        // It will hold personal data; the log beside it takes over its permissions.
        let unwritable = |error: std::io::Error| StoreError::Full { detail: format!("{}: {error}", path.display()) };
        super::backup::protect(&path).map_err(unwritable)?;
    }
    let mut reader = store.read().await?;
    let found = reader.fetch_one("SELECT sqlite_version()", [], |row| row.text(0)).await?;
    if version_of(&found) < dialect::OLDEST_SQLITE {
        let detail = format!("SQLite {found} can lose commits; version 3.51.3 or newer is needed");
        return Err(StoreError::Version { detail });
    }
    if !in_memory {
        check_settings(&mut reader, "wal_autocheckpoint", "0").await?;
        check_settings(&mut reader, "query_only", "1").await?;
    }
    drop(reader);
    let mut writer = store.db.write().await?;
    check_settings(&mut writer, "journal_mode", if in_memory { "memory" } else { "wal" }).await?;
    for (name, wanted) in
        [("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "5000"), ("trusted_schema", "0")]
    {
        check_settings(&mut writer, name, wanted).await?;
    }
    if !in_memory {
        check_settings(&mut writer, "mmap_size", "0").await?;
    }
    drop(writer);
    Ok(store)
}

async fn open_postgres(url: &str) -> Result<Store> {
    let options = PgConnectOptions::from_str(url)?;
    if url::Url::parse(url)
        .is_ok_and(|url| url.username().is_empty() && !url.query_pairs().any(|(key, _)| key == "user"))
    {
        return Err(StoreError::Url { detail: "name the user: postgres://<user>@<host>/<database>".to_owned() });
    }
    Ok(Store { db: Db::open_postgres(dialect::postgres_options(options)).await?, path: None })
}

/// Reads a setting back: SQLite ignores what it does not know or cannot do.
async fn check_settings(session: &mut Session, name: &'static str, wanted: &str) -> Result<()> {
    let pragma = Sql::with("PRAGMA {name}", "{name}", name);
    let found = session.fetch_one(pragma, args![], |row| row.text(0).or_else(|_| Ok(row.int(0)?.to_string()))).await?;
    if found == wanted {
        return Ok(());
    }
    Err(StoreError::inconsistent(format!(
        "SQLite setting {name} is {found}, not {wanted}; use a local file system, not a network share"
    )))
}

fn version_of(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or_default());
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(version_of("3.51.3") >= dialect::OLDEST_SQLITE);
        assert!(version_of("3.100.0") >= dialect::OLDEST_SQLITE);
        assert!(version_of("3.51.2") < dialect::OLDEST_SQLITE);
        assert!(version_of("3.9.9") < dialect::OLDEST_SQLITE);
    }
}
