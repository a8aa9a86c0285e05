//! What leads did: history by export, news by the log, nothing lost and nothing twice, and strangers by what Marketo
//! inferred about them.

use std::collections::BTreeSet;

use intentd_marketo::fake::{FakeConfig, Fault, FaultKind, Oddities, Scale};
use intentd_sdk::record::Actor;
use intentd_sdk::source::{CountBasis, Mode};
use serde_json::json;

use crate::drive::{DAY, HOUR, Pull, Stage};

fn remote_ids(pull: &Pull) -> BTreeSet<String> {
    pull.activities().iter().map(|record| record.remote_id.clone()).collect()
}

#[tokio::test]
async fn history_comes_by_export_and_news_by_the_log() {
    let config = FakeConfig { oddities: Oddities::realistic(), scale: Scale::small(), ..FakeConfig::for_tests() };
    let stage = Stage::seeded(config).await;
    let since = stage.now().plus_ms(-90 * DAY);
    let first = stage.pull("activities", Mode::Backfill, None).await;
    let visits: BTreeSet<String> = stage.fake.read(|account| {
        let log = account.activities.log().iter();
        log.filter(|one| one.kind == 1 && one.at >= since).map(|one| one.number.to_string()).collect()
    });
    assert!(visits.len() > 100);
    assert!(visits.is_subset(&remote_ids(&first)));
    let types: BTreeSet<&str> = first.activities().iter().map(|record| record.vendor_type.as_str()).collect();
    assert!(types.contains("Visit Webpage") && types.contains("Send Email") && types.contains("Fill Out Form"));
    assert!(!types.contains("New Lead") && !types.contains("Change Data Value"), "{types:?}");
    assert!(first.windows.iter().all(|window| window.stated.basis == CountBasis::Stated));

    stage.pass(HOUR);
    let known = stage.fake.read(|account| *account.leads.all().iter().find(|(_, lead)| !lead.anonymous).unwrap().0);
    let fresh = stage.edit(|account, now| account.visit(known, now, "www.nordlys.example", "/prices?email=a%40b"));
    stage.pass(HOUR);
    let second = stage.pull("activities", Mode::Incremental, Some(&first.checkpoint)).await;
    let visit = second.activities().into_iter().find(|record| record.remote_id == fresh.to_string()).unwrap();
    assert_eq!(visit.actor, Actor::Contact(known.to_string().into()));
    assert_eq!(visit.attributes["pageUrl"], "www.nordlys.example/prices");
    // I12: neither the address of the machine nor the query of the page.
    let text = format!("{visit:?}");
    assert!(!text.contains("192.0.2.") && !text.contains("email=") && !text.contains("Mozilla"), "{text}");
}

#[tokio::test]
async fn empty_pages_end_nothing() {
    let oddities = Oddities { scan_block: 7, empty_page_percent: 40, shuffle: true, ..Oddities::none() };
    let stage = Stage::of(FakeConfig { oddities, ..FakeConfig::for_tests() }).await;
    let first = stage.pull("activities", Mode::Backfill, None).await;
    stage.pass(HOUR);
    let expected: BTreeSet<String> = stage.edit(|account, now| {
        let id = account.add_lead(&[("email", json!("a@b.example"))], now);
        // Something else between the visits, so that whole blocks bring nothing.
        let noise = |account: &mut intentd_marketo::fake::Account, n: i64| {
            account.set_lead(id, &[("firstName", json!(format!("Name {n}")))], now.plus_ms(n));
        };
        (0..60)
            .map(|n| {
                (0..5).for_each(|step| noise(account, n * 10 + step));
                account.visit(id, now.plus_ms(n * 10 + 6), "www.b.example", "/").to_string()
            })
            .collect()
    });
    stage.pass(HOUR);
    stage.fake.fail(Fault::next(FaultKind::EmptyPage).on("GET", "activities.json").times(3));
    let second = stage.pull("activities", Mode::Incremental, Some(&first.checkpoint)).await;
    assert_eq!(remote_ids(&second), expected);
}

#[tokio::test]
async fn what_is_written_late_is_found_and_what_comes_twice_has_the_same_key() {
    let oddities = Oddities { late_email_ms: 3 * HOUR, ..Oddities::none() };
    let stage = Stage::of(FakeConfig { oddities, ..FakeConfig::for_tests() }).await;
    let (lead, email) = stage.edit(|account, now| {
        let lead = account.add_lead(&[("email", json!("a@b.example"))], now.plus_ms(-30 * DAY));
        (lead, account.programs.add_email("Newsletter", "Hello", now))
    });
    let mut checkpoint = stage.pull("activities", Mode::Backfill, None).await.checkpoint;
    stage.pass(HOUR);
    assert!(stage.edit(|account, now| account.send_email(email, lead, now, None)));
    let mut sent: Vec<String> = Vec::new();
    for _ in 0..24 {
        stage.pass(HOUR);
        let pull = stage.pull("activities", Mode::Incremental, Some(&checkpoint)).await;
        let found = pull.activities();
        let found = found.iter().filter(|record| record.vendor_type == "Send Email");
        sent.extend(found.map(|record| record.remote_id.clone()));
        checkpoint = pull.checkpoint;
    }
    let distinct: BTreeSet<&String> = sent.iter().collect();
    assert_eq!(distinct.len(), 1, "written three hours late, found all the same, and one thing however often it comes");
}

#[tokio::test]
async fn strangers_are_visitors_with_what_marketo_inferred() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let first = stage.pull("activities", Mode::Backfill, None).await;
    stage.pass(HOUR);
    let (stranger, person) = stage.edit(|account, now| {
        let inferred = [("inferredCompany", "Fjord Bygg AS"), ("inferredCountry", "Norway")];
        let stranger = account.add_visitor(&inferred, "id:1&token:2", now);
        let person = account.add_lead(&[("email", json!("a@b.example"))], now);
        for lead in [stranger, person, stranger] {
            account.visit(lead, now, "www.b.example", "/prices");
        }
        (stranger, person)
    });
    stage.pass(HOUR);
    let second = stage.pull("activities", Mode::Incremental, Some(&first.checkpoint)).await;
    assert_eq!(second.activities().len(), 3);
    let expected = BTreeSet::from([(stranger, Some("Fjord Bygg AS".to_owned()), Some("Norway".to_owned()))]);
    assert_eq!(second.visitors(), expected);

    // Once asked about, a person is not asked about again; a stranger is, because it may get a name.
    let before = stage.calls("GET rest/v1/leads.json");
    stage.pass(HOUR);
    stage.edit(|account, now| account.visit(person, now, "www.b.example", "/demo"));
    let third = stage.pull("activities", Mode::Incremental, Some(&second.checkpoint)).await;
    assert!(!third.activities().is_empty());
    assert!(stage.calls("GET rest/v1/leads.json") <= before + 1);
}

#[tokio::test]
async fn a_token_that_is_not_taken_any_more_is_made_anew() {
    let oddities = Oddities { scan_block: 20, ..Oddities::none() };
    let stage = Stage::of(FakeConfig { oddities, ..FakeConfig::for_tests() }).await;
    let first = stage.pull("activities", Mode::Backfill, None).await;
    stage.pass(HOUR);
    let expected: BTreeSet<String> = stage.edit(|account, now| {
        let id = account.add_lead(&[("email", json!("a@b.example"))], now);
        (0..90).map(|n| account.visit(id, now.plus_ms(n), "www.b.example", "/").to_string()).collect()
    });
    stage.pass(HOUR);
    let refusal = FaultKind::RefusedSaying(1003, "Invalid nextPageToken");
    stage.fake.fail(Fault::next(refusal).on("GET", "rest/v1/activities.json").nth(3));
    let second = stage.pull("activities", Mode::Incremental, Some(&first.checkpoint)).await;
    assert_eq!(remote_ids(&second), expected);
}
