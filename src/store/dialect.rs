//! Every difference between SQLite and PostgreSQL, each with its reason. Nothing else in the store asks which one it is.

use std::fmt::Write as _;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// The same numbers and names on both sides; the texts differ in the words for types.
static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// The oldest SQLite without the WAL-reset defect, by which committed writes could be lost.
pub(super) const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// How many statements a connection keeps prepared: each bulk statement occurs in up to nine sizes.
const PREPARED: usize = 500;

impl Dialect {
    /// The word for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Dialect::Sqlite => "SQLite",
            Dialect::Postgres => "PostgreSQL",
        }
    }

    /// SQLite looks a named parameter up in a list, once for each bound value, so thousands of them take quadratic time;
    /// a bare `?` has no name. PostgreSQL knows only `$n`.
    pub(super) fn push_row_placeholder(self, text: &mut String, number: usize) {
        match self {
            Dialect::Sqlite => text.push('?'),
            // Writing to a String cannot fail.
            Dialect::Postgres => drop(write!(text, "${number}")),
        }
    }

    /// SQLite upgrades a reading transaction to a writing one only if nobody wrote in between, so a writer says so at
    /// once. PostgreSQL has no such word.
    pub(super) const fn begin_write(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        }
    }

    /// What is read, changed and then deleted must be the same rows: SQLite's only writer has that anyway, PostgreSQL
    /// would show rows that were committed in between.
    pub(super) const fn begin_write_snapshot(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        }
    }

    /// All statements of one reading see one state: SQLite always does that, PostgreSQL only when asked.
    pub(super) const fn begin_read(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BEGIN",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Rows that another daemon has locked are left to it. SQLite has one writer, so there is nothing to skip.
    pub(super) const fn skip_locked(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// Rows of the outbox that are read in order to be changed must not change in between: SQLite's only writer has that anyway.
    pub(super) const fn for_update(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE OF outbox",
        }
    }

    /// Whether the owner of a row that is being sent must be dead although its lease has not run out: a SQLite file has
    /// one daemon (its lock file), so any other owner is an earlier process. PostgreSQL serves several.
    pub(super) const fn other_owners_are_dead(self) -> bool {
        matches!(self, Dialect::Sqlite)
    }

    /// Whether the table of applied migrations is there: each database has its own catalogue.
    pub(super) const fn migrations_exist(self) -> &'static str {
        match self {
            Dialect::Sqlite => "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'",
            Dialect::Postgres => "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')",
        }
    }

    /// Size of the stored data in bytes.
    pub(super) const fn size_in_bytes(self) -> &'static str {
        match self {
            Dialect::Sqlite => "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
            Dialect::Postgres => "SELECT pg_database_size(current_database())",
        }
    }

    /// The migrations of this database.
    pub(super) fn migrations(self) -> &'static Migrator {
        match self {
            Dialect::Sqlite => &SQLITE_MIGRATIONS,
            Dialect::Postgres => &POSTGRES_MIGRATIONS,
        }
    }
}

/// What every SQLite connection is opened with: durable at each commit (WAL and FULL lost nothing in emulated power cuts),
/// no memory mapping (an I/O error would be a signal), no trust in the schema's own functions.
pub(super) fn sqlite_options(base: SqliteConnectOptions) -> SqliteConnectOptions {
    base.create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("mmap_size", "0")
        .pragma("trusted_schema", "OFF")
        // Whatever is deleted or moved is overwritten with zeros at once: an address that once stood in the activity tail
        // must not be found in a free page after its person was erased.
        .pragma("secure_delete", "ON")
        // After a large transaction the log gives its space back.
        .pragma("journal_size_limit", "67108864")
        .statement_cache_capacity(PREPARED)
        .disable_statement_logging()
}

/// A reading SQLite connection: it cannot write, and it never checkpoints, since two connections that do can lose writes.
pub(super) fn sqlite_reader(writer: &SqliteConnectOptions) -> SqliteConnectOptions {
    writer.clone().create_if_missing(false).pragma("wal_autocheckpoint", "0").pragma("query_only", "ON")
}

/// What every PostgreSQL connection is opened with: durable commits, and no lock or statement that lasts for ever.
pub(super) fn postgres_options(base: PgConnectOptions) -> PgConnectOptions {
    base.application_name("intentd")
        .options([
            ("synchronous_commit", "on"),
            ("idle_in_transaction_session_timeout", "30s"),
            ("lock_timeout", "5s"),
            ("statement_timeout", "30s"),
            // The rollback at the start of each borrowing would otherwise be warned about every time.
            ("client_min_messages", "error"),
        ])
        .statement_cache_capacity(PREPARED)
        .disable_statement_logging()
}
