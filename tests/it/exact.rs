//! Reading that misses nothing, however the account behaves: too many records in one millisecond, a lagging index, edits while
//! the pull runs, long lists of associations (I14).

use std::collections::BTreeSet;

use intentd_hubspot::fake::{FakeConfig, Kind, Scale};
use intentd_sdk::Timestamp;
use intentd_sdk::clock::{Clock, SystemClock};
use intentd_sdk::record::{ExternalId, ObjectKind};

use crate::account::{OPEN_GUARDS, Site, number};
use crate::inside::{exact_sync, hubspot, look, remote, sync};

fn now() -> Timestamp {
    SystemClock::new().now()
}

/// The contacts that the vendor has and the mirror does not, and the other way round.
fn differences(site: &Site) -> (Vec<u64>, u64) {
    let ids: Vec<u64> = site.fake.read(|account| account.table(Kind::Contact).live().keys().copied().collect());
    look(site, async |store| {
        let external: Vec<ExternalId> = ids.iter().map(|id| ExternalId::from(id.to_string().as_str())).collect();
        let mut tx = store.begin().await.unwrap();
        let known = tx.find_remote(&hubspot(), ObjectKind::Contact, &external).await.unwrap();
        let known: BTreeSet<String> = known.keys().map(ToString::to_string).collect();
        let count = tx.count_remote(&hubspot(), ObjectKind::Contact).await.unwrap();
        let missing: Vec<u64> = ids.iter().copied().filter(|id| !known.contains(&id.to_string())).collect();
        (missing, count.abs_diff(ids.len() as u64))
    })
}

/// What the mirror holds of one field of a contact.
fn field(site: &Site, id: u64, name: &str) -> String {
    let row = remote(site, id).unwrap();
    look(site, async |store| {
        let mut tx = store.begin().await.unwrap();
        let local = tx.find_local(ObjectKind::Contact, &[row.local_id]).await.unwrap().remove(&row.local_id).unwrap();
        format!("{:?}", local.fields.get(name))
    })
}

#[test]
fn i14_twelve_thousand_contacts_in_one_millisecond() {
    let config = FakeConfig { scale: Scale { contacts: 12_000, ..Scale::small() }, ..FakeConfig::for_tests() };
    let site = Site::with(config, "mode: read_only");
    exact_sync(&site);
    let at = now();
    site.fake.edit(|account| {
        let ids: Vec<u64> = account.table(Kind::Contact).live().keys().copied().collect();
        for id in &ids {
            account.set(Kind::Contact, *id, &[("lastname", "Gävle")], at);
        }
        account.touch(Kind::Contact, ids, at);
    });
    let summary = exact_sync(&site);
    let line = summary["records"].as_array().unwrap().iter().find(|line| line["stream"] == "contacts").unwrap();
    assert!(number(line, "/delivered") >= 12_000, "{line}");
    assert_eq!(differences(&site), (Vec::new(), 0));
}

#[test]
fn a_company_with_hundreds_of_contacts_keeps_them_all() {
    let scale = Scale { contacts: 500, largest_company: 350, ..Scale::small() };
    let config = FakeConfig { scale, association_page: 20, association_ids_as_text: true, ..FakeConfig::for_tests() };
    let site = Site::with(config, "mode: read_only");
    exact_sync(&site);
    let (largest, mut expected) = site.fake.read(|account| {
        let companies = account.table(Kind::Company).live().keys().copied();
        let contacts = |company: u64| -> Vec<u64> {
            let of = account.links.of(Kind::Company, company, Kind::Contact);
            of.into_iter().flat_map(|links| links.keys().copied()).collect()
        };
        let largest = companies.max_by_key(|company| contacts(*company).len()).unwrap();
        (largest, contacts(largest))
    });
    assert!(expected.len() >= 300, "{}", expected.len());
    let mut stored: Vec<u64> = look(&site, async |store| {
        let mut of_company = Vec::new();
        for contact in &expected {
            let id = ExternalId::from(contact.to_string().as_str());
            let links = store.list_associations(&hubspot(), ObjectKind::Contact, &id).await.unwrap();
            if links.iter().any(|(kind, to)| *kind == ObjectKind::Company && to.id.as_str() == largest.to_string()) {
                of_company.push(*contact);
            }
        }
        of_company
    });
    stored.sort_unstable();
    expected.sort_unstable();
    assert_eq!(stored, expected);
}

#[test]
fn a_lagging_and_shuffled_index_hides_nothing_for_long() {
    let config = FakeConfig { search_lag_ms: 1_500, shuffle_search: true, ..FakeConfig::for_tests() };
    let site = Site::with(config, OPEN_GUARDS);
    exact_sync(&site);
    let added: Vec<u64> = site.fake.edit(|account| {
        let old: Vec<u64> = account.table(Kind::Contact).live().keys().copied().take(30).collect();
        for id in old {
            account.set(Kind::Contact, id, &[("lastname", "Umeå")], now());
        }
        (0..30).map(|n| account.add(Kind::Contact, &[("email", &format!("late{n}@example.com"))], now())).collect()
    });
    let deadline = now().plus_ms(30_000);
    loop {
        sync(&site);
        if differences(&site) == (Vec::new(), 0) {
            break;
        }
        assert!(now() < deadline, "still missing: {:?}", differences(&site));
    }
    assert!(added.iter().all(|id| remote(&site, *id).is_some()));
    // Another cycle after the lag: nothing that was there for a while is unread.
    let summary = exact_sync(&site);
    assert_eq!(summary["complete"], true);
    let first = site.fake.read(|account| *account.table(Kind::Contact).live().keys().next().unwrap());
    assert!(field(&site, first, "last_name").contains("Umeå"));
}

#[test]
fn what_changes_while_a_pull_runs_is_there_after_the_next() {
    let config =
        FakeConfig { scale: Scale { contacts: 600, ..Scale::small() }, latency_ms: 5, ..FakeConfig::for_tests() };
    let site = Site::with(config, OPEN_GUARDS);
    site.trust_the_index();
    let ids: Vec<u64> = site.fake.read(|account| account.table(Kind::Contact).live().keys().copied().collect());
    let mut child = site.command(&["sync", "--json"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let mut edited = Vec::new();
    let mut at = 0;
    // Whenever the program has made some more calls, somebody edits a contact.
    loop {
        let ended = child.try_wait().unwrap();
        let calls = site.fake.stats().calls;
        if calls >= at {
            at = calls + 5;
            let id = ids[edited.len() * 7 % ids.len()];
            let city = format!("City {}", edited.len());
            site.fake.edit(|account| account.set(Kind::Contact, id, &[("lastname", &city)], now()));
            edited.retain(|(other, _)| *other != id);
            edited.push((id, city));
        }
        if ended.is_some() {
            break;
        }
        std::thread::yield_now();
    }
    assert!(edited.len() > 5);
    sync(&site);
    assert_eq!(differences(&site), (Vec::new(), 0));
    let wrong: Vec<_> = edited.iter().filter(|(id, city)| !field(&site, *id, "last_name").contains(city)).collect();
    assert!(wrong.is_empty(), "{} of {} edits were not read: {wrong:?}", wrong.len(), edited.len());
}

#[test]
fn an_edit_right_after_our_own_write_is_read() {
    let config = FakeConfig { scale: Scale { contacts: 600, ..Scale::small() }, ..FakeConfig::for_tests() };
    let site = Site::with(config, OPEN_GUARDS);
    site.trust_the_index();
    exact_sync(&site);
    exact_sync(&site);
    let id = site.fake.read(|account| *account.table(Kind::Contact).live().keys().nth(300).unwrap());
    site.fake.edit(|account| account.set(Kind::Contact, id, &[("lastname", "Luleå")], now()));
    exact_sync(&site);
    assert!(field(&site, id, "last_name").contains("Luleå"));
}

#[test]
fn an_address_that_moves_to_somebody_else_leaves_two_people() {
    let site = Site::new();
    let first = site.fake.edit(|account| account.add(Kind::Contact, &[("email", "x@example.com")], now()));
    exact_sync(&site);
    let second = site.fake.edit(|account| {
        account.set(Kind::Contact, first, &[("email", "y@example.com")], now());
        account.add(Kind::Contact, &[("email", "x@example.com")], now())
    });
    exact_sync(&site);
    let (a, b) = (remote(&site, first).unwrap().local_id, remote(&site, second).unwrap().local_id);
    assert_ne!(a, b);
    assert!(field(&site, first, "email").contains("y@example.com"));
    assert!(field(&site, second, "email").contains("x@example.com"));
    assert_eq!(site.run(&["activities", "x@example.com", "--json"]).status.code(), Some(0), "one contact, not two");
}
