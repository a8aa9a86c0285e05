//! I12: whatever goes wrong, and however much is logged, no person and no secret gets into logs or reports.

use std::collections::BTreeSet;
use std::process::Output;

use intentd_hubspot::fake::{FakeConfig, Fault, FaultKind, Kind};
use intentd_sdk::clock::{Clock, SystemClock};

use crate::account::{Site, number};

const TOKEN: &str = "pat-eu1-a-token-of-this-test-0815";

/// What must not be said: addresses as they are, names as whole words.
struct Unspoken {
    addresses: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Unspoken {
    fn of(site: &Site) -> Unspoken {
        let mut unspoken = Unspoken { addresses: BTreeSet::new(), names: BTreeSet::new() };
        site.fake.read(|account| {
            for record in account.table(Kind::Contact).live().values() {
                unspoken.addresses.extend(record.values.get("email").map(|email| email.to_lowercase()));
                for name in ["firstname", "lastname"] {
                    let words = record.values.get(name).map(|name| words(name)).unwrap_or_default();
                    unspoken.names.extend(words);
                }
            }
        });
        assert!(unspoken.addresses.len() > 50 && unspoken.names.len() > 20, "the account has people");
        unspoken
    }

    fn assert_absent(&self, what: &str, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains(TOKEN), "{what}: the token is in\n{text}");
        let lower = text.to_lowercase();
        for address in &self.addresses {
            assert!(!lower.contains(address.as_str()), "{what}: an address is in\n{text}");
        }
        let said: Vec<String> = words(&text).into_iter().filter(|word| self.names.contains(word)).collect();
        assert!(said.is_empty(), "{what}: {said:?} are in\n{text}");
    }
}

/// Capitalised words as they are, without marks around them.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphabetic());
    words.filter(|word| word.chars().count() > 1 && word.starts_with(char::is_uppercase)).map(str::to_owned).collect()
}

fn loud(site: &Site, arguments: &[&str]) -> Output {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--log", "json", "-vv"]).collect();
    site.run(&arguments)
}

#[test]
fn i12_no_person_and_no_secret_gets_into_logs_and_reports_whatever_goes_wrong() {
    let config = FakeConfig { token: TOKEN.into(), ..FakeConfig::for_tests() };
    let site = Site::with(config, "guards: {first_apply_max_records: 1, max_share_percent: 100}");
    site.hurry();
    let unspoken = Unspoken::of(&site);

    // Reading goes wrong in every way that has words in it.
    let faults = [
        FaultKind::Http500Json,
        FaultKind::TruncatedBody,
        FaultKind::BodyExpected400,
        FaultKind::Http502Html,
        FaultKind::ResetBeforeApplied,
    ];
    // Not one after the other: each call is tried again and succeeds.
    for (n, kind) in (1..).step_by(3).zip(faults) {
        site.fake.fail(Fault::next(kind).on("POST", "search").nth(n));
    }
    for _ in 0..2 {
        let output = loud(&site, &["sync"]);
        unspoken.assert_absent("sync", &output.stderr);
        unspoken.assert_absent("the summary", &output.stdout);
    }
    assert!(site.fake.stats().faults >= 5, "{:?}", site.fake.stats());
    site.fake.clear_faults();
    site.json(&["sync"]);
    assert!(number(&site.json(&["plan", "--limit", "0"]), "/connections/0/held") > 10);

    // Writing goes wrong: a record is gone, so that its batch is refused and taken apart.
    let now = SystemClock::new().now();
    site.fake.edit(|account| {
        let id = *account.table(Kind::Contact).live().keys().next_back().unwrap();
        account.archive(Kind::Contact, id, now);
    });
    let output = loud(&site, &["apply", "--confirm"]);
    unspoken.assert_absent("apply", &output.stderr);
    unspoken.assert_absent("apply's summary", &output.stdout);
    assert_eq!(output.status.code(), Some(3), "the record that is gone is refused");

    // An answer breaks off, and a batch fails without a word.
    for kind in [FaultKind::TruncatedBody, FaultKind::Http500Json] {
        let now = SystemClock::new().now();
        site.fake.edit(|account| {
            let ids: Vec<u64> = account.table(Kind::Contact).live().keys().copied().take(10).collect();
            for id in ids {
                account.set(Kind::Contact, id, &[("intentd_lead_score", "998")], now);
            }
        });
        site.fake.fail(Fault::next(kind).on("POST", "batch/update"));
        let output = loud(&site, &["sync", "--json"]);
        unspoken.assert_absent("sync", &output.stderr);
        unspoken.assert_absent("the summary", &output.stdout);
    }
    assert!(number(&site.json(&["status"]), "/connections/0/outbox/unknown") > 0, "answers were lost");

    // A token that is refused.
    site.fake.fail(Fault::next(FaultKind::Expired401).always());
    let output = loud(&site, &["sync"]);
    assert_eq!(output.status.code(), Some(1));
    unspoken.assert_absent("sync with a refused token", &output.stderr);
    site.fake.clear_faults();

    for arguments in [&["status", "--json"][..], &["doctor", "--json"], &["plan", "--json"], &["check", "--online"]] {
        let output = loud(&site, arguments);
        unspoken.assert_absent(&format!("{arguments:?} on standard error"), &output.stderr);
        unspoken.assert_absent(&format!("{arguments:?}"), &output.stdout);
    }
    for name in ["intentd.db", "intentd.db-wal"] {
        let bytes = std::fs::read(site.folder.path().join(name)).unwrap_or_default();
        let found = bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes());
        assert!(!found, "the token is in {name}");
    }
}
