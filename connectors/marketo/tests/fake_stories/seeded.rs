//! The seeded instance: the same for the same seed, believable, shared with others, and kept between runs.

use std::sync::Arc;

use intentd_marketo::fake::{Account, FakeConfig, FakeMarketo, ObjectKind, SharedPerson};
use intentd_sdk::testkit::TestClock;
use serde_json::json;

use crate::client::Story;

fn seeded(config: FakeConfig) -> FakeMarketo {
    let clock = TestClock::at(config.now);
    FakeMarketo::seeded(config, Arc::new(clock))
}

fn written(account: &Account) -> String {
    serde_json::to_string(account).unwrap()
}

#[test]
fn one_seed_makes_one_instance() {
    let first = seeded(FakeConfig::for_tests()).snapshot();
    assert_eq!(written(&first), written(&seeded(FakeConfig::for_tests()).snapshot()));
    let other = seeded(FakeConfig { seed: 2, ..FakeConfig::for_tests() }).snapshot();
    assert_ne!(written(&first), written(&other));
}

#[test]
fn there_is_something_of_everything_and_all_of_it_is_past() {
    let config = FakeConfig::for_tests();
    let fake = seeded(config.clone());
    fake.read(|account| {
        assert_eq!(account.leads.all().values().filter(|lead| !lead.anonymous).count(), 150);
        assert_eq!(account.leads.all().values().filter(|lead| lead.anonymous).count(), 25);
        assert_eq!(account.objects(ObjectKind::Company).all().count(), 30);
        assert_eq!(account.lists.all.len(), 4);
        let log = account.activities.log();
        for kind in [1, 2, 3, 6, 7, 10, 11, 12, 22, 24, 34, 46, 104] {
            assert!(log.iter().any(|activity| activity.kind == kind), "type {kind}");
        }
        assert!(log.iter().all(|activity| activity.at < config.now && account.leads.get(activity.lead).is_some()));
        assert!(log.is_sorted_by_key(|activity| activity.logged_at));
        let visitors = account.leads.all().values().filter(|lead| lead.anonymous);
        let seen = visitors.filter(|lead| log.iter().any(|one| one.kind == 1 && one.lead == lead.id)).count();
        assert!(seen > 5, "visitors visit");
        let emails = account.leads.all().values().filter_map(|lead| lead.text("email"));
        assert!(emails.clone().all(|email| email.ends_with(".example") || email.ends_with(".EXAMPLE")));
        assert!(emails.count() >= 150);
    });
}

#[test]
fn shared_people_are_there_under_their_own_and_other_spellings() {
    let person = |number: usize| SharedPerson {
        first_name: "Anna".into(),
        last_name: format!("Berg{number}"),
        email: format!("anna.berg{number}@shared.example"),
        company: "Shared AB".into(),
        domain: "shared.example".into(),
        job_title: "VD".into(),
        country: "Sweden".into(),
    };
    let shared_people: Vec<SharedPerson> = (0..30).map(person).collect();
    let fake = seeded(FakeConfig { shared_people: shared_people.clone(), ..FakeConfig::for_tests() });
    fake.read(|account| {
        let (mut same, mut capitals, mut secondary) = (0, 0, 0);
        for person in &shared_people {
            let by_secondary =
                account.leads.all().values().find(|lead| lead.text("secondaryEmail") == Some(&person.email));
            match (account.leads.with_email(&person.email).as_slice(), by_secondary) {
                ([id], None) => {
                    let lead = account.leads.get(*id).unwrap();
                    assert_eq!(account.value(lead, "company"), json!("Shared AB"));
                    let is_same = lead.text("email") == Some(&person.email);
                    (same, capitals) = (same + usize::from(is_same), capitals + usize::from(!is_same));
                }
                ([], Some(_)) => secondary += 1,
                other => panic!("{}: {other:?}", person.email),
            }
        }
        assert_eq!((same, capitals, secondary), (16, 8, 6));
        assert_eq!(account.leads.all().values().filter(|lead| !lead.anonymous).count(), 180);
        let companies = account.objects(ObjectKind::Company).all();
        assert_eq!(companies.filter(|one| one.text("company").as_deref() == Some("Shared AB")).count(), 1);
    });
}

#[tokio::test]
async fn an_instance_goes_on_where_it_was_left() {
    let story = Story::seeded().await;
    let id = story.person("anna.berg@firm.example");
    story.fake.edit(|account| account.visit(id, story.now.plus_ms(60_000), "www.nordlys.example", "/later"));
    let text = written(&story.fake.snapshot());
    let clock = TestClock::at(story.now.plus_ms(120_000));
    let again = FakeMarketo::restored(FakeConfig::for_tests(), Arc::new(clock), serde_json::from_str(&text).unwrap());
    assert_eq!(again.comparable(), story.fake.comparable());
    again.read(|account| {
        assert_eq!(account.leads.with_email("ANNA.BERG@firm.example"), [id]);
        assert_eq!(account.activities.log().last().map(|one| one.lead), Some(id), "what was to come, came");
    });
}
