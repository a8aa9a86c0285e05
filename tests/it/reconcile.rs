//! What incremental reading cannot see: records that were archived, restored, merged, deleted for good; and a source that
//! suddenly looks empty (I10).

use intentd::store::RemoteState;
use intentd_hubspot::fake::{FakeConfig, Kind};
use intentd_sdk::Timestamp;
use intentd_sdk::clock::{Clock, SystemClock};

use crate::account::{OPEN_GUARDS, Site, number};
use crate::inside::{exact_sync, look, reconcile_is_due, remote, sync, writes};

fn now() -> Timestamp {
    SystemClock::new().now()
}

/// A contact that has looked around.
fn visitor(site: &Site, email: &str, views: u32) -> u64 {
    site.fake.edit(|account| {
        let id = account.add(Kind::Contact, &[("email", email), ("jobtitle", "CEO")], now());
        for view in 0..views {
            let at = now().plus_ms(-i64::from(view + 1) * 86_400_000);
            account.add_page_view(id, at, "https://example.com/pricing", "Pricing");
        }
        id
    })
}

fn activities(site: &Site, id: u64) -> u64 {
    number(&site.json(&["activities", &id.to_string()]), "/total")
}

#[test]
fn an_archived_contact_is_left_alone_until_it_is_restored() {
    let site = Site::new();
    let id = visitor(&site, "anna.archived@example.com", 3);
    exact_sync(&site);
    let written = writes(&site, id);
    assert!(written > 0);

    site.fake.edit(|account| {
        assert!(account.archive(Kind::Contact, id, now()));
        // Somebody else's visit in the bin must not lead to a write.
        account.add_page_view(id, now(), "https://example.com/demo", "Demo");
    });
    reconcile_is_due(&site);
    exact_sync(&site);
    assert_eq!(remote(&site, id).unwrap().state, RemoteState::Archived);
    exact_sync(&site);
    assert_eq!(writes(&site, id), written);

    site.fake.edit(|account| assert!(account.restore(Kind::Contact, id, now().plus_ms(-40 * 86_400_000))));
    reconcile_is_due(&site);
    exact_sync(&site);
    assert_eq!(remote(&site, id).unwrap().state, RemoteState::Present, "also when its last-modified is old");
    assert_eq!(activities(&site, id), 4);
    assert_eq!(writes(&site, id), written + 1, "what happened meanwhile is scored and written");
}

#[test]
fn what_waits_for_an_archived_contact_is_withdrawn() {
    let site = Site::with(FakeConfig::for_tests(), "guards: {first_apply_max_records: 0}");
    let id = visitor(&site, "held@example.com", 3);
    exact_sync(&site);
    site.fake.edit(|account| assert!(account.archive(Kind::Contact, id, now())));
    reconcile_is_due(&site);
    exact_sync(&site);
    let confirmed = site.json(&["apply", "--confirm"]);
    assert!(number(&confirmed, "/changes/written") > 0);
    assert_eq!(confirmed["changes"]["rejected"], 0, "{confirmed}");
    assert_eq!(writes(&site, id), 0);
}

fn merge(merge_makes_new_id: bool) {
    let site = Site::with(FakeConfig { merge_makes_new_id, ..FakeConfig::for_tests() }, OPEN_GUARDS);
    let primary = visitor(&site, "primary@example.com", 1);
    let absorbed = visitor(&site, "absorbed@example.com", 4);
    exact_sync(&site);
    let before = (writes(&site, primary), writes(&site, absorbed));
    let survivor = site.fake.edit(|account| account.merge(Kind::Contact, primary, absorbed, now()).unwrap());
    assert_eq!(survivor != primary, merge_makes_new_id);
    reconcile_is_due(&site);
    exact_sync(&site);

    assert_eq!(activities(&site, survivor), 5);
    assert_eq!(activities(&site, absorbed), 5, "the old id leads to the survivor");
    assert_eq!(number(&site.json(&["activities", "absorbed@example.com"]), "/total"), 5);
    assert_eq!(
        remote(&site, absorbed).unwrap().state,
        RemoteState::Merged { into: survivor.to_string().as_str().into() }
    );
    let after = (writes(&site, primary), writes(&site, absorbed));
    let own = if merge_makes_new_id { writes(&site, survivor) } else { after.0 - before.0 };
    assert_eq!(own, 1, "one write, to the survivor");
    assert_eq!(after.1, before.1);
    reconcile_is_due(&site);
    let quiet = exact_sync(&site);
    assert_eq!(quiet["changes"]["written"], 0);
    assert_eq!(activities(&site, survivor), 5);
}

#[test]
fn a_merge_moves_the_facts_to_the_survivor() {
    merge(false);
}

#[test]
fn a_merge_that_makes_a_new_record_moves_the_facts_of_both() {
    merge(true);
}

#[test]
fn nothing_is_left_of_a_person_who_was_deleted_for_privacy() {
    let site = Site::new();
    let address = "greta.gdpr@example.com";
    let id = visitor(&site, address, 3);
    let campaign = site.fake.edit(|account| {
        let campaign = *account.email_events.campaigns.keys().next().unwrap();
        account.email_events.add("OPEN", address, campaign, now().plus_ms(-3_600_000));
        campaign
    });
    exact_sync(&site);
    assert_eq!(activities(&site, id), 4);

    site.fake.edit(|account| assert!(account.gdpr_delete(id)));
    reconcile_is_due(&site);
    exact_sync(&site);
    assert_eq!(remote(&site, id).unwrap().state, RemoteState::Gone, "what is missing once may only have moved");
    reconcile_is_due(&site);
    exact_sync(&site);
    assert_eq!(remote(&site, id), None);
    for wanted in [address, &id.to_string()] {
        for command in [&["activities", wanted][..], &["explain", "contact", wanted]] {
            let output = site.run(command);
            assert_eq!(output.status.code(), Some(2), "{command:?}");
        }
    }

    let before = number(&site.json(&["status"]), "/counts/activities");
    site.fake.edit(|account| {
        account.email_events.add("OPEN", "Greta.GDPR@example.com", campaign, now());
    });
    exact_sync(&site);
    assert_eq!(number(&site.json(&["status"]), "/counts/activities"), before);
    assert_eq!(site.run(&["activities", address]).status.code(), Some(2));
    for file in std::fs::read_dir(site.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
        let found = bytes.windows(address.len()).any(|window| window == address.as_bytes());
        assert!(!found, "the address is still in {}", path.display());
    }
}

#[test]
fn i10_a_source_that_suddenly_looks_empty_deletes_nothing_until_somebody_has_looked() {
    let site = Site::new();
    exact_sync(&site);
    let contacts = number(&site.json(&["status"]), "/counts/contacts");
    site.fake.edit(|account| {
        let ids: Vec<u64> = account.table(Kind::Contact).live().keys().copied().skip(5).collect();
        for id in ids {
            account.gdpr_delete(id);
        }
    });
    for _ in 0..2 {
        reconcile_is_due(&site);
        let (code, summary) = sync(&site);
        assert_eq!(code, 1, "{summary}");
        assert_eq!(summary["streams_failed"][0]["stream"], "contacts");
        assert_eq!(number(&site.json(&["status"]), "/counts/contacts"), contacts);
    }
    let doctor = site.run(&["doctor"]);
    assert_eq!(doctor.status.code(), Some(1));
    let advice = String::from_utf8(doctor.stdout).unwrap();
    assert!(advice.contains("intentd doctor --resume contacts"), "{advice}");

    site.run(&["doctor", "--resume", "contacts"]);
    exact_sync(&site);
    assert_eq!(remote_count(&site), 5);
    reconcile_is_due(&site);
    exact_sync(&site);
    assert_eq!(number(&site.json(&["status"]), "/counts/contacts"), 5);
    let status = site.json(&["status"]);
    let streams = status["connections"][0]["streams"].as_array().unwrap();
    let contacts = streams.iter().find(|stream| stream["stream"] == "contacts").unwrap();
    assert_eq!((&contacts["state"], &contacts["reason"]), (&"on".into(), &serde_json::Value::Null));
}

fn remote_count(site: &Site) -> u64 {
    look(site, async |store| {
        store.count_targets(&crate::inside::hubspot(), intentd_sdk::record::ObjectKind::Contact).await.unwrap()
    })
}

#[test]
fn a_pass_that_breaks_off_is_made_again() {
    use intentd_hubspot::fake::{Fault, FaultKind};
    let site = Site::new();
    let id = visitor(&site, "broken.off@example.com", 1);
    exact_sync(&site);
    site.fake.edit(|account| assert!(account.gdpr_delete(id)));
    reconcile_is_due(&site);
    site.fake.fail(Fault::next(FaultKind::BodyExpected400).on("GET", "/objects/2026-09/contacts").always());
    let (code, _) = sync(&site);
    assert_eq!(code, 1);
    site.fake.clear_faults();
    exact_sync(&site);
    assert_eq!(remote(&site, id).unwrap().state, RemoteState::Gone);
}
