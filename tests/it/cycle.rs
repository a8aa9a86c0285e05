//! Whole cycles: exact, finite, quiet when nothing has changed.

use intentd::store::RemoteState;
use intentd_hubspot::fake::{Choice, Fault, FaultKind, Group, Kind, Processing, Writable};
use intentd_sdk::clock::{Clock, SystemClock};
use intentd_sdk::record::ObjectKind;

use crate::account::{Site, number};
use crate::inside::{exact_sync, hubspot, look, reconcile_is_due, remote, sync, writes};

fn all_exact(summary: &serde_json::Value) {
    for line in summary["certificates"].as_array().unwrap() {
        assert_eq!(line["exact"], true, "{line}");
        assert_eq!(line["expected"], line["stored"], "{line}");
    }
    assert_eq!(summary["complete"], true, "{summary}");
}

#[test]
fn i14_a_first_cycle_is_exact_and_i8_a_second_one_writes_nothing() {
    let site = Site::new();
    let first = site.json(&["sync"]);
    all_exact(&first);
    assert!(number(&first, "/scored/contacts") > 0);
    assert!(number(&first, "/changes/written") > 0);
    assert_eq!(number(&first, "/changes/rejected"), 0);
    let written: u64 = site.fake.stats().writes_by_record.values().sum();

    let second = site.json(&["sync"]);
    all_exact(&second);
    assert_eq!(number(&second, "/changes/planned"), 0);
    assert_eq!(number(&second, "/changes/written"), 0);
    assert_eq!(site.fake.stats().writes_by_record.values().sum::<u64>(), written, "nothing was written twice");
}

#[test]
fn i7_a_value_that_somebody_else_put_into_our_property_is_written_over() {
    let site = Site::new();
    site.json(&["sync"]);
    let (id, ours) = site.fake.read(|account| {
        let (id, record) = account.table(Kind::Contact).live().iter().next().unwrap();
        (*id, record.values.get("intentd_lead_score").cloned())
    });
    let now = SystemClock::new().now();
    site.fake.edit(|account| account.set(Kind::Contact, id, &[("intentd_lead_score", "999")], now));
    let summary = site.json(&["sync"]);
    assert_eq!(number(&summary, "/changes/written"), 1);
    let after = site.fake.properties_of(Kind::Contact, id).unwrap();
    assert_eq!(after.get("intentd_lead_score"), ours.as_ref());
}

#[test]
fn i7_a_value_that_was_put_there_just_before_a_write_of_ours_is_written_over_too() {
    let site = Site::new();
    site.json(&["sync"]);
    let now = SystemClock::new().now();
    let (id, ours) = site.fake.read(|account| {
        let (id, record) = account.table(Kind::Contact).live().iter().next().unwrap();
        (*id, record.values.get("intentd_lead_score").cloned())
    });
    site.fake.edit(|account| account.set(Kind::Contact, id, &[("intentd_lead_score", "999")], now));
    // Nobody has read it when we write to another property: the answer tells the instant of our own write.
    let written = now.plus_ms(1);
    site.fake.edit(|account| account.set(Kind::Contact, id, &[("phone", "1")], written));
    look(&site, async |store| {
        let mut tx = store.begin().await.unwrap();
        tx.note_modified(&hubspot(), &[(ObjectKind::Contact, id.to_string().into(), written)]).await.unwrap();
        tx.commit().await.unwrap();
    });
    site.json(&["sync"]);
    let after = site.fake.properties_of(Kind::Contact, id).unwrap();
    assert_eq!(after.get("intentd_lead_score"), ours.as_ref());
    let quiet = site.json(&["sync"]);
    assert_eq!(number(&quiet, "/changes/planned"), 0, "and is no reason for ever");
}

#[test]
fn i11_a_lost_answer_is_looked_up_and_never_guessed() {
    let site = Site::new();
    site.json(&["sync"]);
    site.fake
        .fail(Fault::next(FaultKind::Http500Json).on("POST", "/crm/objects/2026-09/contacts/batch/update").times(1));
    let now = SystemClock::new().now();
    site.fake.edit(|account| {
        let ids: Vec<u64> = account.table(Kind::Contact).live().keys().copied().take(10).collect();
        for id in ids {
            account.set(Kind::Contact, id, &[("intentd_lead_score", "998")], now);
        }
    });
    // The answer to the batch was lost: nothing is guessed, the rows are looked up in the next cycle.
    site.run(&["sync"]);
    assert_eq!(site.json(&["status"])["connections"][0]["outbox"]["unknown"], 10);
}

#[test]
fn a_long_list_that_nobody_joins_or_leaves_keeps_its_members_unread() {
    let site = Site::new();
    let now = SystemClock::new().now();
    let (list, first) = site.fake.edit(|account| {
        let list = account.lists.add("Customers of old", Kind::Company, Processing::Dynamic, now);
        let joined = now.plus_ms(-86_400_000);
        let ids = (0..300).map(|_| account.add(Kind::Company, &[("name", "C")], joined)).collect::<Vec<u64>>();
        ids.iter().for_each(|id| _ = account.lists.join(list, *id, joined));
        (list, ids[0])
    });
    let pages = || {
        site.fake.reset_stats();
        all_exact(&site.json(&["sync"]));
        site.fake.stats().by_route.get("GET lists/{id}/memberships").copied().unwrap_or_default()
    };
    assert!(pages() > 2, "every list is read at first");
    assert_eq!(pages(), 0, "nobody came or left");
    assert_eq!(pages(), 0, "nobody was taken off it for not being read");
    site.fake.edit(|account| account.lists.leave(list, first, now));
    assert_eq!(pages(), 2, "two pages of the long list, and no other one");
    assert_eq!(pages(), 0);
}

#[test]
fn an_enumeration_that_lacks_a_label_gets_it_before_the_label_is_written() {
    let site = Site::new();
    let now = SystemClock::new().now();
    // As an older version of the rules made it; the admin has added an option of their own.
    site.fake.edit(|account| {
        let schema = account.schema_mut(Kind::Contact);
        let group = Group { name: "intentd".into(), label: "intentd".into(), display_order: -1, archived: false };
        schema.groups.insert("intentd".into(), group);
        let mut property = schema.properties["hs_lead_status"].clone();
        let choice = |value: &str| Choice { label: value.into(), value: value.into(), ..property.options[0].clone() };
        property.options = vec![choice("Cold"), choice("VIP")];
        property.name = "intentd_lead_score_label".into();
        property.group_name = "intentd".into();
        (property.hubspot_defined, property.writable, property.created_at) = (false, Writable::Always, now);
        schema.properties.insert(property.name.clone(), property);
    });
    let summary = site.json(&["sync"]);
    all_exact(&summary);
    assert_eq!(number(&summary, "/changes/rejected"), 0);
    let options: Vec<String> = site.fake.read(|account| {
        let property = &account.schema(Kind::Contact).properties["intentd_lead_score_label"];
        property.options.iter().map(|option| option.value.clone()).collect()
    });
    assert_eq!(options, ["Cold", "VIP", "Warm", "Hot"]);
    let changes = || site.fake.stats().by_route.get("PATCH properties/{type}/{name}").copied();
    assert_eq!(changes(), Some(1));
    all_exact(&site.json(&["sync"]));
    assert_eq!(changes(), Some(1), "it is not asked for again");
}

#[test]
fn i14_a_record_that_search_never_shows_is_read_when_the_list_names_it() {
    let site = Site::new();
    exact_sync(&site);
    let now = SystemClock::new().now();
    let hidden = site.fake.edit(|account| {
        account.search_lag_ms = 365 * 86_400_000;
        let id = account.add(Kind::Contact, &[("email", "hidden@example.com"), ("jobtitle", "CEO")], now);
        account.search_lag_ms = 0;
        id
    });
    exact_sync(&site);
    assert_eq!(remote(&site, hidden), None, "the search does not show it");
    reconcile_is_due(&site);
    let summary = exact_sync(&site);
    assert_eq!(remote(&site, hidden).unwrap().state, RemoteState::Present);
    assert_eq!(writes(&site, hidden), 1, "scored and written like everybody");
    assert!(summary["issues"].get("reconcile::not_read_yet").is_none(), "{summary}");
}

#[test]
fn i10_a_segment_that_was_not_read_completely_loses_nobody() {
    let site = Site::new();
    let now = SystemClock::new().now();
    let list = site.fake.edit(|account| {
        let list = account.lists.add("Customers", Kind::Contact, Processing::Manual, now);
        let ids: Vec<u64> = account.table(Kind::Contact).live().keys().copied().take(40).collect();
        ids.iter().for_each(|id| _ = account.lists.join(list, *id, now));
        list
    });
    exact_sync(&site);
    let members = || number(&site.json(&["status"]), "/counts/memberships");
    let before = members();
    let path = format!("/lists/2026-09/{list}/memberships");
    site.fake.fail(Fault::next(FaultKind::HalfThePage).on("GET", &path).always());
    let (code, summary) = sync(&site);
    assert_eq!(code, 1, "the certificate does not hold: {summary}");
    assert_eq!(members(), before, "who was not delivered need not have left");
    site.fake.clear_faults();
    exact_sync(&site);
    assert_eq!(members(), before);
}

#[test]
fn i10_half_an_account_in_the_recycle_bin_changes_nothing_until_somebody_has_looked() {
    let site = Site::new();
    exact_sync(&site);
    let now = SystemClock::new().now();
    let ids: Vec<u64> = site.fake.edit(|account| {
        let ids: Vec<u64> = account.table(Kind::Contact).live().keys().copied().take(100).collect();
        ids.iter().for_each(|id| assert!(account.archive(Kind::Contact, *id, now)));
        ids
    });
    reconcile_is_due(&site);
    let (code, summary) = sync(&site);
    assert_eq!(code, 1, "{summary}");
    assert!(summary["streams_failed"][0]["reason"].as_str().unwrap().contains("would be deleted"), "{summary}");
    assert!(ids.iter().all(|id| remote(&site, *id).unwrap().state == RemoteState::Present));

    site.run(&["doctor", "--resume", "contacts"]);
    exact_sync(&site);
    assert!(ids.iter().all(|id| remote(&site, *id).unwrap().state == RemoteState::Archived));
}

#[test]
fn a_place_that_is_of_no_use_any_more_is_given_up_once_and_the_stream_goes_on() {
    for places in ["\"nonsense\"", "{\"after\":\"x y\",\"last\":0,\"to\":null,\"proven\":false,\"listed\":0}"] {
        let site = Site::new();
        for nth in [2, 3] {
            site.fake.fail(Fault::next(FaultKind::BodyExpected400).on("GET", "/objects/2026-09/contacts").nth(nth));
        }
        let (code, _) = sync(&site);
        assert_eq!(code, 1);
        site.fake.clear_faults();
        let changed = execute(&site, &format!("UPDATE pull_window SET cursor = '{places}' WHERE closed_at IS NULL"));
        assert!(changed > 0, "a window is open");
        exact_sync(&site);
        assert_eq!(rows(&site, "SELECT COUNT(*) FROM pull_plan WHERE state = 'dropped'"), 1);
        exact_sync(&site);
    }
}

#[test]
fn windows_open_and_close_at_instants_of_their_own() {
    let site = Site::new();
    exact_sync(&site);
    let late = "SELECT COUNT(*) FROM pull_window w JOIN pull_plan p ON p.plan_id = w.plan_id
                JOIN run r ON r.run_id = p.run_id WHERE w.opened_at > r.started_at AND w.closed_at > w.opened_at";
    assert!(rows(&site, late) > 0);
    let early = "SELECT COUNT(*) FROM pull_plan p JOIN pull_window w ON p.plan_id = w.plan_id
                 WHERE p.ended_at < w.closed_at OR w.closed_at < w.opened_at";
    assert_eq!(rows(&site, early), 0);
}

fn execute(site: &Site, sql: &str) -> u64 {
    with_pool(site, async |pool| sqlx::query(sqlx::AssertSqlSafe(sql)).execute(pool).await.unwrap().rows_affected())
}

fn rows(site: &Site, sql: &str) -> i64 {
    with_pool(site, async |pool| sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(pool).await.unwrap())
}

fn with_pool<R>(site: &Site, ask: impl AsyncFnOnce(&sqlx::SqlitePool) -> R) -> R {
    let path = site.folder.path().join("intentd.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
        let answer = ask(&pool).await;
        pool.close().await;
        answer
    })
}
