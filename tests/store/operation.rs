//! Budgets, secrets, rules, leases, issues.

use std::collections::BTreeMap;

use intentd::store::{IssueRow, QuotaRow};
use intentd_sdk::record::{ExternalId, StreamName};
use serde_json::json;

use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    budgets_survive,
    secrets_are_replaced,
    the_same_rules_have_the_same_version,
    a_lease_has_one_holder,
    issues_are_counted_by_code,
    an_open_transaction_keeps_its_changes_to_itself,
    migrations_run_once,
);

/// I9.
async fn budgets_survive(bench: Bench) {
    let row = |bucket: &str, used: u32| QuotaRow {
        bucket: bucket.to_owned(),
        period_start: at(0),
        used,
        parked_until: (used > 5).then(|| at(3)),
    };
    write!(bench, tx => tx.save_quota(&hubspot(), &[row("search", 1), row("daily", 100)]).await.unwrap());
    write!(bench, tx => tx.save_quota(&hubspot(), &[row("search", 7)]).await.unwrap());
    assert_eq!(bench.store.load_quota(&hubspot()).await.unwrap(), [row("daily", 100), row("search", 7)]);
}

async fn secrets_are_replaced(bench: Bench) {
    assert_eq!(bench.store.find_secret(&hubspot(), "refresh_token").await.unwrap(), None);
    for sealed in [vec![0_u8, 1, 255], vec![7]] {
        write!(bench, tx => tx.save_secret(&hubspot(), "refresh_token", &sealed).await.unwrap());
        assert_eq!(bench.store.find_secret(&hubspot(), "refresh_token").await.unwrap(), Some(sealed));
    }
}

async fn the_same_rules_have_the_same_version(bench: Bench) {
    assert_eq!(bench.store.find_current_rules().await.unwrap(), None);
    let sources = json!({"scores.yaml": "x: 1"});
    let first = write!(bench, tx => tx.insert_rules_version("aa", &sources, at(0)).await.unwrap());
    let second = write!(bench, tx => tx.insert_rules_version("bb", &json!({}), at(1)).await.unwrap());
    assert!(second > first);
    assert_eq!(bench.store.find_current_rules().await.unwrap().unwrap().version, second);
    let back = write!(bench, tx => tx.insert_rules_version("aa", &sources, at(2)).await.unwrap());
    let current = bench.store.find_current_rules().await.unwrap().unwrap();
    assert_eq!((back, current.version, current.sources), (first, first, sources));
}

async fn a_lease_has_one_holder(bench: Bench) {
    let claim = async |owner: &str, now: i64, until: i64| write!(bench, tx => tx.claim_lease("pull", owner, at(now), at(until)).await.unwrap());
    assert_eq!(claim("a", 0, 10).await, Some(1));
    assert_eq!(claim("b", 5, 15).await, None);
    assert_eq!(claim("a", 5, 12).await, Some(1), "renewing keeps the fence");
    assert_eq!(claim("b", 12, 20).await, Some(2), "it had run out");
    assert!(!write!(bench, tx => tx.release_lease("pull", "a", 1).await.unwrap()));
    assert_eq!(claim("a", 13, 20).await, None);
    assert!(write!(bench, tx => tx.release_lease("pull", "b", 2).await.unwrap()));
    assert_eq!(claim("a", 13, 20).await, Some(3));
    assert_eq!(claim("a", 30, 40).await, Some(4), "it had run out, somebody may have held it in between");
}

async fn issues_are_counted_by_code(bench: Bench) {
    let issue = |code: &str, id: Option<&str>| IssueRow {
        stream: StreamName::from("contacts"),
        external_id: id.map(ExternalId::from),
        property: Some("revenue".to_owned()),
        code: code.to_owned(),
        detail: "not a number".to_owned(),
    };
    let issues = [issue("mapping::number", Some("1")), issue("mapping::date", None), issue("mapping::number", None)];
    write!(bench, tx => tx.insert_issues(4, &hubspot(), &issues, at(0)).await.unwrap());
    write!(bench, tx => tx.insert_issues(5, &hubspot(), &issues[..1], at(0)).await.unwrap());
    let counts = bench.store.count_issues(4).await.unwrap();
    assert_eq!(counts, BTreeMap::from([("mapping::date".to_owned(), 1), ("mapping::number".to_owned(), 2)]));
    let latest = bench.store.list_issues(2).await.unwrap();
    assert_eq!(latest, [(hubspot(), issues[0].clone()), (hubspot(), issues[2].clone())]);
}

async fn an_open_transaction_keeps_its_changes_to_itself(bench: Bench) {
    let mut tx = bench.begin().await;
    tx.insert_run("pull", at(0)).await.unwrap();
    assert!(bench.store.list_runs(9).await.unwrap().is_empty(), "reading does not wait for the writer");
    tx.commit().await.unwrap();
    assert_eq!(bench.store.list_runs(9).await.unwrap().len(), 1);
}

async fn migrations_run_once(bench: Bench) {
    assert!(bench.store.pending_migrations().await.unwrap().is_empty());
    assert!(bench.store.migrate().await.unwrap().is_empty());
    let again = intentd::store::Store::open(&bench.url).await.unwrap();
    assert!(again.pending_migrations().await.unwrap().is_empty());
    again.integrity_check().await.unwrap();
    again.close().await;
}
