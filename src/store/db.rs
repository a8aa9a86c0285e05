//! The two pools behind one enum, and the session through which every statement runs. Each statement is written once;
//! only the four calls in this file know that there are two drivers.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgArguments, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqlitePoolOptions};
use sqlx::{Arguments as _, Executor as _, Postgres, Sqlite, Transaction};

use super::arg::Arg;
use super::dialect::{self, Dialect};
use super::error::{Result, StoreError};
use super::row::Row;
use super::statement::{self, Sql};

/// The workspace of this database; every key leads with it.
const WORKSPACE: i64 = 1;
/// How long a caller waits for SQLite's one writer. Callers queue: on a disk that many programs use the queue may take a while,
/// and that is no error.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(300);
/// How long a caller waits for a connection to a PostgreSQL server, which may be down: somebody waits for the message.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// The pools.
#[derive(Clone)]
pub(super) enum Db {
    /// One connection writes and checkpoints; the others read.
    Sqlite {
        writer: SqlitePool,
        reader: SqlitePool,
    },
    Postgres(PgPool),
}

impl Db {
    /// A SQLite file, or a private database in memory, whose one connection both writes and reads.
    pub(super) async fn open_sqlite(options: sqlx::sqlite::SqliteConnectOptions, in_memory: bool) -> Result<Db> {
        let writer = sqlite_pool().max_connections(1).connect_with(options.clone()).await?;
        let reader = if in_memory {
            writer.clone()
        } else {
            sqlite_pool().max_connections(4).connect_with(dialect::sqlite_reader(&options)).await?
        };
        Ok(Db::Sqlite { writer, reader })
    }

    /// A PostgreSQL database.
    pub(super) async fn open_postgres(options: sqlx::postgres::PgConnectOptions) -> Result<Db> {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(CONNECT_TIMEOUT)
            // A `begin` that was cancelled leaves its connection inside an open transaction (sqlx 0.9.0), whose later
            // writes would be lost without a word.
            .before_acquire(|connection, _| Box::pin(async move { connection.execute("ROLLBACK").await.map(|_| true) }))
            .connect_with(options)
            .await?;
        Ok(Db::Postgres(pool))
    }

    pub(super) const fn dialect(&self) -> Dialect {
        match self {
            Db::Sqlite { .. } => Dialect::Sqlite,
            Db::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A session that may write.
    pub(super) async fn write(&self) -> Result<Session> {
        let begin = self.dialect().begin_write();
        let link = match self {
            Db::Sqlite { writer, .. } => Link::Sqlite(writer.begin_with(begin).await?),
            Db::Postgres(pool) => Link::Postgres(pool.begin_with(begin).await?),
        };
        Ok(Session { link, workspace: WORKSPACE })
    }

    /// A session that may write, and whose every statement sees the state at its first one.
    pub(super) async fn write_snapshot(&self) -> Result<Session> {
        let begin = self.dialect().begin_write_snapshot();
        let link = match self {
            Db::Sqlite { writer, .. } => Link::Sqlite(writer.begin_with(begin).await?),
            Db::Postgres(pool) => Link::Postgres(pool.begin_with(begin).await?),
        };
        Ok(Session { link, workspace: WORKSPACE })
    }

    /// A session that reads one state of the database.
    pub(super) async fn read(&self) -> Result<Session> {
        let begin = self.dialect().begin_read();
        let link = match self {
            Db::Sqlite { reader, .. } => Link::Sqlite(reader.begin_with(begin).await?),
            Db::Postgres(pool) => Link::Postgres(pool.begin_with(begin).await?),
        };
        Ok(Session { link, workspace: WORKSPACE })
    }

    pub(super) async fn close(&self) {
        match self {
            Db::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

fn sqlite_pool() -> SqlitePoolOptions {
    // A connection in memory is the database, so none is closed for being idle or old.
    SqlitePoolOptions::new()
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(QUEUE_TIMEOUT)
        // Nor is it worth a warning.
        .acquire_slow_threshold(QUEUE_TIMEOUT)
}

enum Link {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// One transaction, and the workspace it works in. Dropping it rolls back.
pub(super) struct Session {
    link: Link,
    workspace: i64,
}

impl Session {
    pub(super) const fn workspace(&self) -> i64 {
        self.workspace
    }

    pub(super) const fn dialect(&self) -> Dialect {
        match self.link {
            Link::Sqlite(_) => Dialect::Sqlite,
            Link::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(super) async fn commit(self) -> Result<()> {
        match self.link {
            Link::Sqlite(transaction) => transaction.commit().await?,
            Link::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    pub(super) async fn rollback(self) -> Result<()> {
        match self.link {
            Link::Sqlite(transaction) => transaction.rollback().await?,
            Link::Postgres(transaction) => transaction.rollback().await?,
        }
        Ok(())
    }

    /// Runs one statement; the number of rows it changed.
    pub(super) async fn execute(&mut self, sql: impl Into<Sql>, args: impl IntoIterator<Item = Arg>) -> Result<u64> {
        let sql = sql.into();
        #[cfg(test)]
        super::selective::note(&sql);
        let sql = sql.safe();
        Ok(match &mut self.link {
            Link::Sqlite(link) => {
                sqlx::query_with(sql, sqlite_arguments(args)?).execute(&mut **link).await?.rows_affected()
            }
            Link::Postgres(link) => {
                sqlx::query_with(sql, postgres_arguments(args)?).execute(&mut **link).await?.rows_affected()
            }
        })
    }

    /// Runs one statement; all its rows, decoded.
    pub(super) async fn fetch<T>(
        &mut self,
        sql: impl Into<Sql>,
        args: impl IntoIterator<Item = Arg>,
        mut decode: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let sql = sql.into();
        #[cfg(test)]
        super::selective::note(&sql);
        let sql = sql.safe();
        let mut all = Vec::new();
        match &mut self.link {
            Link::Sqlite(link) => {
                let mut rows = sqlx::query_with(sql, sqlite_arguments(args)?).fetch(&mut **link);
                while let Some(row) = rows.try_next().await? {
                    all.push(decode(&Row::Sqlite(row))?);
                }
            }
            Link::Postgres(link) => {
                let mut rows = sqlx::query_with(sql, postgres_arguments(args)?).fetch(&mut **link);
                while let Some(row) = rows.try_next().await? {
                    all.push(decode(&Row::Postgres(row))?);
                }
            }
        }
        Ok(all)
    }

    /// Runs one statement; its first row, decoded.
    pub(super) async fn fetch_optional<T>(
        &mut self,
        sql: impl Into<Sql>,
        args: impl IntoIterator<Item = Arg>,
        decode: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.fetch(sql, args, decode).await?.into_iter().next())
    }

    /// Runs one statement that always gives one row.
    pub(super) async fn fetch_one<T>(
        &mut self,
        sql: impl Into<Sql>,
        args: impl IntoIterator<Item = Arg>,
        decode: impl FnMut(&Row) -> Result<T>,
    ) -> Result<T> {
        self.fetch_optional(sql, args, decode).await?.ok_or_else(|| StoreError::inconsistent("a statement gave no row"))
    }

    /// Runs a statement with `{rows}` over all rows, some hundred at a time; the number of rows it changed.
    pub(super) async fn execute_rows<const N: usize>(
        &mut self,
        sql: impl Into<Sql>,
        rows: Vec<[Arg; N]>,
        beside: impl IntoIterator<Item = Arg>,
    ) -> Result<u64> {
        let (sql, beside): (Sql, Vec<Arg>) = (sql.into(), beside.into_iter().collect());
        let mut changed = 0;
        for chunk in statement::cut(rows) {
            let text = sql.with_rows(self.dialect(), chunk.len(), N);
            changed += self.execute(text, chunk.into_iter().flatten().chain(beside.iter().cloned())).await?;
        }
        Ok(changed)
    }

    /// Runs a statement with `{rows}` and gives its rows; each row is bound once. For statements that change rows and
    /// return them, and for selecting ones that join with the rows.
    pub(super) async fn fetch_rows_once<const N: usize, T>(
        &mut self,
        sql: impl Into<Sql>,
        rows: Vec<[Arg; N]>,
        beside: impl IntoIterator<Item = Arg>,
        decode: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let chunks = statement::cut(rows);
        self.fetch_chunks(sql.into(), chunks, beside.into_iter().collect(), decode).await
    }

    /// Runs a selecting statement with `… IN ({rows})`. A row may be bound twice, which keeps the number of different
    /// statements small. One column only: SQLite looks into no index for several columns at once.
    pub(super) async fn fetch_rows<const N: usize, T>(
        &mut self,
        sql: impl Into<Sql>,
        rows: Vec<[Arg; N]>,
        beside: impl IntoIterator<Item = Arg>,
        decode: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let chunks = statement::cut_padded(rows);
        self.fetch_chunks(sql.into(), chunks, beside.into_iter().collect(), decode).await
    }

    async fn fetch_chunks<const N: usize, T>(
        &mut self,
        sql: Sql,
        chunks: Vec<Vec<[Arg; N]>>,
        beside: Vec<Arg>,
        mut decode: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        for chunk in chunks {
            let text = sql.with_rows(self.dialect(), chunk.len(), N);
            let args = chunk.into_iter().flatten().chain(beside.iter().cloned());
            all.extend(self.fetch(text, args, &mut decode).await?);
        }
        Ok(all)
    }

    /// Takes `count` numbers in a row from the counter of this name; the first of them.
    pub(super) async fn allocate(&mut self, name: &'static str, count: usize) -> Result<i64> {
        let count = i64::try_from(count).map_err(|_| StoreError::inconsistent("too many numbers at once"))?;
        self.fetch_one(
            "INSERT INTO counter (workspace_id, name, next_id) VALUES ($1, $2, $3 + 1)
             ON CONFLICT (workspace_id, name) DO UPDATE SET next_id = counter.next_id + $3
             RETURNING next_id - $3",
            super::arg::args![self.workspace, name, count],
            |row| row.int(0),
        )
        .await
    }
}

fn sqlite_arguments(args: impl IntoIterator<Item = Arg>) -> Result<SqliteArguments> {
    let mut bound = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Int(number) => bound.add(number),
            Arg::NoInt => bound.add(None::<i64>),
            Arg::Text(text) => bound.add(text),
            Arg::NoText => bound.add(None::<String>),
            Arg::Bytes(bytes) => bound.add(bytes),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

fn postgres_arguments(args: impl IntoIterator<Item = Arg>) -> Result<PgArguments> {
    let mut bound = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Int(number) => bound.add(number),
            Arg::NoInt => bound.add(None::<i64>),
            Arg::Text(text) => bound.add(text),
            Arg::NoText => bound.add(None::<String>),
            Arg::Bytes(bytes) => bound.add(bytes),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}
