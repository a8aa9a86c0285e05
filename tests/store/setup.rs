//! A fresh database for each story, and the macro that tells each story on both databases.

use std::sync::atomic::{AtomicU32, Ordering};

use intentd::store::{Store, Tx};
use intentd_sdk::Timestamp;
use intentd_sdk::record::ConnectionName;
use sqlx::{Connection as _, Executor as _};

/// Tells stories (`async fn(Bench)`) on both databases.
macro_rules! on_both {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $story() {
                super::$story($crate::setup::Bench::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $story() {
                if let Some(bench) = $crate::setup::Bench::postgres().await {
                    super::$story(bench).await;
                }
            })*
        }
    };
}
pub(crate) use on_both;

/// A store with its schema, and what it lives in.
pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) url: String,
    /// Present for SQLite only.
    pub(crate) folder: Option<tempfile::TempDir>,
}

impl Bench {
    pub(crate) async fn sqlite() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("intentd.db").display());
        let store = Store::open(&url).await.unwrap();
        assert!(!store.migrate().await.unwrap().is_empty());
        Bench { store, url, folder: Some(folder) }
    }

    /// `None` when no PostgreSQL is named.
    #[expect(clippy::disallowed_methods, reason = "the one switch of the suite, as CI sets it")]
    pub(crate) async fn postgres() -> Option<Bench> {
        static SCHEMAS: AtomicU32 = AtomicU32::new(0);
        let base = std::env::var("INTENTD_TEST_POSTGRES_URL").ok()?;
        let schema = format!("t{}_{}", std::process::id(), SCHEMAS.fetch_add(1, Ordering::Relaxed));
        let mut admin = sqlx::PgConnection::connect(&base).await.unwrap();
        admin.execute(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
        admin.close().await.unwrap();
        let join = if base.contains('?') { '&' } else { '?' };
        let url = format!("{base}{join}options[search_path]={schema}");
        let store = Store::open(&url).await.unwrap();
        assert!(!store.migrate().await.unwrap().is_empty());
        Some(Bench { store, url, folder: None })
    }

    pub(crate) async fn begin(&self) -> Tx {
        self.store.begin().await.unwrap()
    }
}

/// Runs a block with a transaction and commits it.
macro_rules! write {
    ($bench:expr, $tx:ident => $body:expr) => {{
        let mut $tx = $bench.begin().await;
        let value = $body;
        $tx.commit().await.unwrap();
        value
    }};
}
pub(crate) use write;

/// Minutes after a fixed morning.
pub(crate) fn at(minutes: i64) -> Timestamp {
    Timestamp::from_secs(1_795_251_600 + minutes * 60)
}

pub(crate) fn hubspot() -> ConnectionName {
    ConnectionName::from("hubspot")
}
