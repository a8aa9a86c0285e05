//! A vendor that refuses, breaks off, loses answers or has had enough for today: the cycle ends with the truth, and what was
//! not done is done later, once (I1, I9, I11).

use intentd::store::OutboxState;
use intentd_hubspot::fake::{FakeConfig, Fault, FaultKind, Kind};
use intentd_sdk::Timestamp;
use intentd_sdk::clock::{Clock, SystemClock};
use serde_json::Value;

use crate::account::{OPEN_GUARDS, Site, number};
use crate::inside::{exact_sync, outbox, rows, sync, writes};

const BATCH_UPDATE: &str = "/contacts/batch/update";

fn now() -> Timestamp {
    SystemClock::new().now()
}

/// Puts a foreign value into our property of the first contacts, so that exactly these are to be written.
fn disturb(site: &Site, count: usize) -> Vec<u64> {
    site.fake.edit(|account| {
        let ids: Vec<u64> = account.table(Kind::Contact).live().keys().copied().take(count).collect();
        for id in &ids {
            account.set(Kind::Contact, *id, &[("intentd_lead_score", "998")], now());
        }
        ids
    })
}

fn value(site: &Site, id: u64) -> Option<String> {
    site.fake.properties_of(Kind::Contact, id)?.get("intentd_lead_score").cloned()
}

fn total_writes(site: &Site, ids: &[u64]) -> u64 {
    ids.iter().map(|id| writes(site, *id)).sum()
}

/// Runs cycles until no outbox row is open any more.
fn settle(site: &Site) -> Value {
    for _ in 0..200 {
        let (_, summary) = sync(site);
        if outbox(site).keys().all(|state| !state.is_open()) {
            return summary;
        }
    }
    panic!("rows stay open: {:?}", outbox(site));
}

#[test]
fn what_the_account_does_not_offer_is_off_and_everything_else_goes_on() {
    let scopes = [
        "business-intelligence",
        "content",
        "crm.objects.companies.read",
        "crm.objects.companies.write",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
        "crm.objects.deals.read",
        "crm.objects.owners.read",
        "crm.schemas.companies.read",
        "crm.schemas.contacts.read",
        "crm.schemas.contacts.write",
        "crm.schemas.companies.write",
        "crm.schemas.deals.read",
        "forms",
        "sales-email-read",
        "oauth",
        "behavioral_events.event_definitions.read_write",
        "analytics.behavioral_events.send",
    ];
    let scopes = Some(scopes.map(str::to_owned).to_vec());
    let site = Site::with(FakeConfig { enterprise: false, scopes, ..FakeConfig::for_tests() }, OPEN_GUARDS);
    for _ in 0..2 {
        let summary = exact_sync(&site);
        let off = summary["streams_off"].as_array().unwrap();
        let reason = |stream: &str| {
            let note = off.iter().find(|note| note["stream"] == stream).unwrap_or_else(|| panic!("{stream}: {off:?}"));
            note["reason"].as_str().unwrap().to_owned()
        };
        assert_eq!(off.len(), 2, "{off:?}");
        assert!(reason("page_views").contains("Enterprise"), "{off:?}");
        assert!(reason("segments").contains("crm.lists.read"), "{off:?}");
    }
    let status = site.json(&["status"]);
    let streams = status["connections"][0]["streams"].as_array().unwrap();
    let views = streams.iter().find(|stream| stream["stream"] == "page_views").unwrap();
    assert_eq!(views["state"], "off");
    assert!(views["reason"].as_str().unwrap().contains("Enterprise"));
}

#[test]
fn reads_that_fail_once_leave_an_exact_cycle() {
    let kinds = [
        FaultKind::Locked423,
        FaultKind::Moving477 { retry_after_s: 1 },
        FaultKind::Http500Json,
        FaultKind::Http502Html,
        FaultKind::TruncatedBody,
        FaultKind::ResetBeforeApplied,
        FaultKind::TenSecondly429,
    ];
    let site = Site::new();
    // Each strikes another place: the middle of a list, a search, associations, activities.
    let places = [
        ("GET", "/objects/2026-09/contacts"),
        ("POST", "/companies/search"),
        ("POST", "/associations/"),
        ("GET", "/email/public/v1/events"),
        ("GET", "/events/"),
        ("POST", "/contacts/search"),
        ("GET", "/objects/2026-09/companies"),
    ];
    for (kind, (method, path)) in kinds.into_iter().zip(places) {
        site.fake.fail(Fault::next(kind).on(method, path).nth(1));
    }
    exact_sync(&site);
    assert!(site.fake.stats().faults >= 6, "{}", site.fake.stats().faults);
    site.fake.clear_faults();
    let ended = site.fake.comparable();
    let undisturbed = Site::new();
    exact_sync(&undisturbed);
    assert_eq!(ended, undisturbed.fake.comparable());
    for count in ["contacts", "companies", "deals", "activities", "memberships", "score_values", "dirty"] {
        let path = format!("/counts/{count}");
        assert_eq!(number(&site.json(&["status"]), &path), number(&undisturbed.json(&["status"]), &path), "{count}");
    }
}

#[test]
fn a_read_that_fails_for_good_stops_its_stream_only_and_the_next_cycle_goes_on() {
    let site = Site::new();
    site.fake.fail(Fault::next(FaultKind::BodyExpected400).on("POST", "/lists/").always());
    let (code, summary) = sync(&site);
    assert_eq!(code, 1);
    let failed: Vec<&str> =
        summary["streams_failed"].as_array().unwrap().iter().map(|note| note["stream"].as_str().unwrap()).collect();
    assert_eq!(failed, ["segments"]);
    assert!(number(&summary, "/changes/written") > 0);
    site.fake.clear_faults();
    exact_sync(&site);
}

#[test]
fn i11_a_write_whose_answer_was_lost_is_looked_up_and_not_repeated() {
    for kind in [FaultKind::ResetAfterApplied, FaultKind::TruncatedBody] {
        let site = Site::new();
        exact_sync(&site);
        let ids = disturb(&site, 20);
        let before = total_writes(&site, &ids);
        site.fake.fail(Fault::next(kind).on("POST", BATCH_UPDATE));
        let (_, summary) = sync(&site);
        assert_eq!(number(&summary, "/changes/open"), 20, "{kind:?} {summary}");
        assert_eq!(outbox(&site).get(&OutboxState::Unknown), Some(&20), "{kind:?}");
        settle(&site);
        assert_eq!(total_writes(&site, &ids), before + 20, "{kind:?}: written once");
        assert!(ids.iter().all(|id| value(&site, *id).as_deref() != Some("998")), "{kind:?}");
        assert_eq!(exact_sync(&site)["changes"]["planned"], 0);
    }
}

#[test]
fn i11_a_write_that_never_arrived_is_made_exactly_once() {
    let site = Site::new();
    exact_sync(&site);
    let ids = disturb(&site, 20);
    let before = total_writes(&site, &ids);
    site.fake.fail(Fault::next(FaultKind::ResetBeforeApplied).on("POST", BATCH_UPDATE));
    sync(&site);
    assert_eq!(total_writes(&site, &ids), before);
    // A look-up that fails says nothing about the rows, and the cycle still ends with a summary.
    site.fake.fail(Fault::next(FaultKind::BodyExpected400).on("POST", "/contacts/batch/read").times(2));
    settle(&site);
    assert_eq!(total_writes(&site, &ids), before + 20);
    assert!(ids.iter().all(|id| value(&site, *id).as_deref() != Some("998")));
}

#[test]
fn i9_a_spent_day_is_parked_until_midnight_and_nobody_is_called_before() {
    let site = Site::new();
    exact_sync(&site);
    let ids = disturb(&site, 20);
    site.fake.fail(Fault::next(FaultKind::Daily429).on("POST", BATCH_UPDATE).always());
    let (code, summary) = sync(&site);
    assert_eq!(code, 1);
    let midnight = now().to_jiff().to_zoned(jiff::tz::TimeZone::get("Europe/Stockholm").unwrap());
    let midnight = midnight.tomorrow().unwrap().start_of_day().unwrap().timestamp();
    let until = Timestamp::from_ms(midnight.as_millisecond()).to_string();
    let told = |summary: &Value| {
        let notes = summary["streams_failed"].as_array().unwrap();
        assert!(notes.iter().any(|note| note["reason"].as_str().unwrap().contains(&until)), "{until}: {notes:?}");
    };
    told(&summary);
    assert_eq!(number(&summary, "/changes/open"), 20);

    let calls = site.fake.stats().calls;
    for arguments in [["sync", "--json"], ["apply", "--json"]] {
        let output = site.run(&arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
        told(&summary);
        assert_eq!(number(&summary, "/changes/open"), 20);
    }
    assert_eq!(site.fake.stats().calls, calls, "nobody was called");
    told(&site.json(&["status"])["last_run"]["summary"]);
    let status = String::from_utf8(site.run(&["status"]).stdout).unwrap();
    assert!(status.contains("parked until") && status.contains("the daily budget"), "{status}");
    assert!(ids.iter().all(|id| value(&site, *id).as_deref() == Some("998")));
}

#[test]
fn poisoned_records_are_quarantined_with_the_vendors_reason_and_left_alone() {
    let site = Site::new();
    exact_sync(&site);
    let ids = disturb(&site, 20);
    let (poisoned, sound) = ids.split_at(3);
    site.fake.edit(|account| {
        account.required = vec![(Kind::Contact, "jobtitle".into())];
        for id in sound {
            account.set(Kind::Contact, *id, &[("jobtitle", "CEO")], now());
        }
        for id in poisoned {
            account.set(Kind::Contact, *id, &[("jobtitle", "")], now());
        }
    });
    let (code, summary) = sync(&site);
    assert_eq!(code, 3, "{summary}");
    assert_eq!(number(&summary, "/changes/rejected"), 3);
    assert!(sound.iter().all(|id| value(&site, *id).as_deref() != Some("998")));
    assert!(poisoned.iter().all(|id| value(&site, *id).as_deref() == Some("998")));
    let refused = rows(&site, &[OutboxState::Rejected]);
    assert_eq!(refused.len(), 3);
    assert!(refused.iter().all(|row| row.reason.as_deref().unwrap().contains("REQUIRED")), "{refused:?}");

    let calls = site.fake.stats().by_route;
    let count = |calls: &std::collections::BTreeMap<String, u64>| -> u64 {
        calls.iter().filter(|(route, _)| route.contains("update") || route.starts_with("PATCH")).map(|(_, n)| n).sum()
    };
    for _ in 0..2 {
        let summary = exact_sync(&site);
        assert_eq!(number(&summary, "/changes/planned"), 0);
    }
    assert_eq!(count(&site.fake.stats().by_route), count(&calls), "nothing is tried again without a reason");
    // A person mends one of them: that is a reason.
    site.fake.edit(|account| account.set(Kind::Contact, poisoned[0], &[("jobtitle", "CTO")], now()));
    let summary = exact_sync(&site);
    assert_eq!(number(&summary, "/changes/written"), 1);
}

#[test]
fn a_connection_whose_credentials_are_refused_stops_nobody_else() {
    let site = Site::new();
    let text = std::fs::read_to_string(site.config_file()).unwrap();
    let url = text.lines().find(|line| line.contains("base_url")).unwrap().trim().to_owned();
    // Its name comes first, so that it is the first to be asked.
    let other =
        format!("connections:\n  another:\n    vendor: hubspot\n    {url}\n    auth: {{token: {{file: wrong}}}}\n");
    std::fs::write(site.config_file(), text.replacen("connections:\n", &other, 1)).unwrap();
    std::fs::write(site.folder.path().join("wrong"), "pat-wrong").unwrap();
    let (code, summary) = sync(&site);
    assert_eq!(code, 1);
    let failed = summary["streams_failed"].as_array().unwrap();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["connection"], "another");
    assert!(failed[0]["reason"].as_str().unwrap().contains("refuses the credentials"), "{failed:?}");
    assert!(number(&summary, "/scored/contacts") > 0);
    assert!(number(&summary, "/changes/written") > 0);
}

#[test]
fn a_cycle_that_fails_says_so_in_its_run() {
    let site = Site::new();
    exact_sync(&site);
    let portal = site.fake.edit(|account| std::mem::replace(&mut account.portal_id, 4_242));
    let output = site.run(&["sync"]);
    assert_eq!(output.status.code(), Some(1));
    let run = &site.json(&["status"])["last_run"];
    assert!(run["ended_at"].is_string(), "{run}");
    assert_eq!(run["summary"]["complete"], false);
    assert!(run["summary"]["ended_early"].as_str().unwrap().contains("belong to account 4242"), "{run}");
    let status = String::from_utf8(site.run(&["status"]).stdout).unwrap();
    assert!(status.contains("ended early: "), "{status}");
    site.fake.edit(|account| account.portal_id = portal);
    exact_sync(&site);
}

#[test]
fn i11_a_vendor_that_answers_nothing_is_left_alone_until_the_next_cycle() {
    let config = FakeConfig::for_tests();
    let scale = intentd_hubspot::fake::Scale { contacts: 1_000, ..config.scale };
    let site = Site::with(FakeConfig { scale, ..config }, OPEN_GUARDS);
    site.fake.fail(Fault::next(FaultKind::Http502Html).on("POST", BATCH_UPDATE).always());
    let (code, summary) = sync(&site);
    assert_eq!(code, 1);
    let route = "POST objects/{type}/batch/update";
    assert!(!site.fake.stats().by_route.contains_key(route), "every batch met the fault");
    let (doubtful, open) = (outbox(&site)[&OutboxState::Unknown], number(&summary, "/changes/open"));
    assert!(doubtful <= 400 && open > 800, "{doubtful} of {open} are in doubt");
    let reason = summary["streams_failed"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("waits for the next cycle"), "{reason}");
    site.fake.clear_faults();
    settle(&site);
    assert_eq!(exact_sync(&site)["changes"]["planned"], 0);
    assert!(site.fake.stats().writes_by_record.values().all(|writes| *writes == 1), "everybody was written once");
}

#[test]
fn a_call_that_is_made_again_is_told_at_the_level_of_details() {
    let site = Site::new();
    site.fake.fail(Fault::next(FaultKind::Http500Json).on("GET", "/objects/2026-09/contacts"));
    let output = site.run(&["sync", "-vv", "--log", "json"]);
    let log = String::from_utf8(output.stderr).unwrap();
    let told: Vec<&str> = log.lines().filter(|line| line.contains("a call is made again")).collect();
    assert_eq!(told.len(), 1, "one line per retry: {told:?}");
    assert!(told[0].contains("transient") && told[0].contains("wait_ms"), "{}", told[0]);
}
