//! What only a SQLite file has, and the migrations of both databases side by side.

use std::path::Path;

use intentd::store::{Store, StoreError};
use sqlx::{ConnectOptions as _, Executor as _, Row as _};

use crate::objects::store_contacts;
use crate::setup::{Bench, at, hubspot, on_both, write};

#[tokio::test]
async fn a_backup_opens_and_equals() {
    let bench = Bench::sqlite().await;
    let people = [(1, "501", "ada@example.org"), (2, "502", "bob@example.org")];
    write!(bench, tx => {
        store_contacts(&mut tx, &people, None).await;
        tx.insert_run("pull", at(0)).await.unwrap();
    });
    let target = bench.folder.as_ref().unwrap().path().join("copy.db");
    // A writer that is under way does not keep the copy waiting, and is not in it.
    let mut tx = bench.begin().await;
    tx.insert_run("push", at(1)).await.unwrap();
    bench.store.backup(&target).await.unwrap();
    tx.commit().await.unwrap();

    let copy = Store::open(&format!("sqlite:{}", target.display())).await.unwrap();
    assert!(copy.pending_migrations().await.unwrap().is_empty());
    assert_eq!(copy.list_runs(9).await.unwrap(), bench.store.list_runs(9).await.unwrap()[1..]);
    assert_eq!(copy.counts().await.unwrap().contacts, 2);
    copy.integrity_check().await.unwrap();
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(bench.store.backup(&target).await, Err(StoreError::Full { .. })), "nothing is overwritten");
}

on_both!(one_process_works_on_a_database);

async fn one_process_works_on_a_database(bench: Bench) {
    let second = Store::open(&bench.url).await.unwrap();
    let lock = bench.store.lock_exclusive().await.unwrap();
    assert!(matches!(second.lock_exclusive().await, Err(StoreError::InUse { .. })));
    drop(lock);
    second.lock_exclusive().await.unwrap();
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let bench = Bench::sqlite().await;
    let mut connection = raw(&bench).await;
    connection
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'future', 1, x'00', 0)",
        )
        .await
        .unwrap();
    for error in [bench.store.pending_migrations().await.unwrap_err(), bench.store.migrate().await.unwrap_err()] {
        assert!(matches!(&error, StoreError::Version { detail } if detail.contains("9999")), "{error}");
    }
}

#[tokio::test]
async fn a_memory_database_holds_what_it_is_told() {
    let store = Store::open("sqlite::memory:").await.unwrap();
    assert_eq!(store.pending_migrations().await.unwrap(), store.migrate().await.unwrap());
    let mut tx = store.begin().await.unwrap();
    tx.insert_run("pull", at(0)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.list_runs(9).await.unwrap().len(), 1);
    let other = Store::open("sqlite::memory:").await.unwrap();
    assert_eq!(other.pending_migrations().await.unwrap().len(), other.migrate().await.unwrap().len());
}

#[tokio::test]
async fn settings_are_read_back() {
    let bench = Bench::sqlite().await;
    let mut connection = raw(&bench).await;
    // Opening checks the settings of its own connections; WAL is the one that stays in the file.
    use std::os::unix::fs::PermissionsExt as _;
    let path = bench.folder.as_ref().unwrap().path().join("intentd.db");
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "it holds personal data");
    let mode: String = connection.fetch_one("PRAGMA journal_mode").await.unwrap().get(0);
    assert_eq!(mode, "wal");
    // A file system that cannot have WAL is refused with a word on why: here a read-only folder stands for it.
    assert!(matches!(Store::open("mysql://x").await, Err(StoreError::Url { .. })));
    assert!(matches!(Store::open("postgres://localhost/x").await, Err(StoreError::Url { .. })));
    assert!(Store::open("sqlite:/nonexistent-folder/x.db").await.is_err());
}

/// I12: what goes wrong is told without anybody's data.
#[tokio::test]
async fn errors_name_no_values() {
    let bench = Bench::sqlite().await;
    write!(bench, tx => store_contacts(&mut tx, &[(1, "501", "ada@example.org")], None).await);
    raw(&bench).await.execute("UPDATE contact SET fields = '{\"email\": \"ada@example.org'").await.unwrap();
    let error = bench.store.load_facts(&[intentd::domain::model::ContactId(1)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Inconsistent { .. }));
    assert!(!format!("{error} {error:?}").contains("ada"), "{error:?}");
    let mut tx = bench.begin().await;
    let run = tx.insert_run("pull", at(0)).await.unwrap();
    let plan = async |tx: &mut intentd::store::Tx| {
        tx.insert_plan(run, &hubspot(), &"contacts".into(), intentd_sdk::source::Mode::Backfill, None, at(0)).await
    };
    plan(&mut tx).await.unwrap();
    let error = plan(&mut tx).await.unwrap_err();
    assert!(error.to_string().contains("pull_plan"), "{error}");
}

/// The same files with the same tables, columns and indexes; the words for types and the kind of table may differ.
#[test]
fn migrations_are_paired() {
    let read = |folder: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let mut files: Vec<(String, String)> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    };
    let definitions = |text: &str| -> Vec<String> {
        let text: String = text.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join(" ");
        text.split(';')
            .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|statement| statement.starts_with("CREATE"))
            .map(|statement| statement.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB"))
            .map(|statement| {
                statement.trim_end_matches(" STRICT, WITHOUT ROWID").trim_end_matches(" STRICT").to_owned()
            })
            .collect()
    };
    let (sqlite, postgres) = (read("sqlite"), read("postgres"));
    let names = |files: &[(String, String)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&sqlite), names(&postgres));
    for ((name, left), (_, right)) in sqlite.iter().zip(&postgres) {
        for (left, right) in definitions(left).iter().zip(definitions(right)) {
            assert_eq!(*left, right, "{name}");
        }
        assert_eq!(definitions(left).len(), definitions(right).len(), "{name}");
    }
}

async fn raw(bench: &Bench) -> sqlx::SqliteConnection {
    let path = bench.folder.as_ref().unwrap().path().join("intentd.db");
    sqlx::sqlite::SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}
