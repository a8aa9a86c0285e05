//! I5, seen from both ends: every write that the vendor took stands in the outbox with an attempt, and nothing else writes.

use std::collections::BTreeMap;

use intentd_hubspot::fake::{Fault, FaultKind, Kind};
use intentd_sdk::clock::{Clock, SystemClock};
use sqlx::Row;

use crate::account::{Site, number};

/// A record: its kind in a word, and its id at the vendor.
type Place = (String, u64);

/// Attempts that the database knows of, by the record that they were for.
fn attempts(site: &Site) -> BTreeMap<Place, u64> {
    let path = site.folder.path().join("intentd.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
        let rows = sqlx::query(
            "SELECT o.kind, o.external_id, COUNT(*) FROM outbox o
             JOIN attempt a ON a.workspace_id = o.workspace_id AND a.outbox_id = o.outbox_id
             GROUP BY o.kind, o.external_id",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        pool.close().await;
        let place = |row: &sqlx::sqlite::SqliteRow| (row.get(0), row.get::<String, _>(1).parse().unwrap());
        rows.iter().map(|row| (place(row), row.get::<i64, _>(2) as u64)).collect()
    })
}

/// Writes that the vendor took, by record. Nothing but contacts and companies is ever written.
fn taken(site: &Site) -> BTreeMap<Place, u64> {
    let word = |kind: Kind| match kind {
        Kind::Contact => "contact".to_owned(),
        Kind::Company => "company".to_owned(),
        other => panic!("{other:?} was written"),
    };
    site.fake.stats().writes_by_record.into_iter().map(|((kind, id), count)| ((word(kind), id), count)).collect()
}

#[test]
fn i5_nothing_leaves_for_a_vendor_except_through_the_outbox() {
    let site = Site::with(intentd_hubspot::fake::FakeConfig::for_tests(), "mode: read_only");
    let summary = site.json(&["sync"]);
    let planned = number(&summary, "/changes/planned");
    assert!(planned > 0, "the wish stands in the outbox with the value that caused it");
    assert!(taken(&site).is_empty() && attempts(&site).is_empty());

    let text = std::fs::read_to_string(site.config_file()).unwrap();
    std::fs::write(site.config_file(), text.replace("mode: read_only", crate::account::OPEN_GUARDS)).unwrap();
    let summary = site.json(&["sync"]);
    assert_eq!(number(&summary, "/changes/written"), planned);
    assert_eq!(attempts(&site), taken(&site));
    assert_eq!(taken(&site).len() as u64, planned);

    // The same when answers are lost: what the vendor took was written down before it left.
    let now = SystemClock::new().now();
    site.fake.edit(|account| {
        let ids: Vec<u64> = account.table(Kind::Contact).live().keys().copied().take(20).collect();
        for id in ids {
            account.set(Kind::Contact, id, &[("intentd_lead_score", "997")], now);
        }
    });
    site.fake.fail(Fault::next(FaultKind::ResetAfterApplied).on("POST", "contacts/batch/update"));
    site.run(&["sync"]);
    assert_eq!(attempts(&site), taken(&site));
    assert!(taken(&site).values().sum::<u64>() > planned);

    // Of all calls that are not reads, only these two kinds were ever made.
    for route in site.fake.stats().by_route.keys() {
        let reads = route.starts_with("GET ") || route.ends_with("/search") || route.contains("/batch/read");
        let prepares = route.starts_with("POST properties/");
        assert!(reads || prepares || route == "POST objects/{type}/batch/update", "{route}");
    }
}
