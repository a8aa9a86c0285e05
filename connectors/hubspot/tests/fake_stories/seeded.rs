//! The seeded account: repeatable, believable, and quick to answer.

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind, Scale};
use serde_json::json;

use crate::client::Story;

#[tokio::test]
async fn the_same_seed_gives_the_same_account_and_another_seed_another() {
    let first = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    let second = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    let third = Story::with(FakeConfig { seed: 2, ..FakeConfig::for_tests() }, FakeHubSpot::seeded).await;
    assert_eq!(first.fake.comparable(), second.fake.comparable());
    assert_ne!(first.fake.comparable(), third.fake.comparable());
}

#[tokio::test]
async fn the_account_has_what_its_scale_says() {
    let story = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    let scale = Scale::small();
    story.fake.read(|account| {
        assert_eq!(account.table(Kind::Contact).live().len(), scale.contacts as usize);
        assert_eq!(account.table(Kind::Company).live().len(), scale.companies as usize);
        assert_eq!(account.table(Kind::Deal).live().len(), scale.deals as usize);
        assert_eq!(account.page_views.by_time().len(), scale.page_views as usize);
        assert!(account.email_events.by_time().len() >= scale.email_events as usize);
        let submissions: usize = account.forms.all.values().map(|form| form.submissions.len()).sum();
        assert_eq!(submissions, scale.submissions as usize);
        let largest = *account.table(Kind::Company).live().keys().next().unwrap();
        assert!(account.links.count(Kind::Company, largest, Kind::Contact) >= scale.largest_company as usize);
        let now = FakeConfig::default().now;
        assert!(account.page_views.by_time().keys().all(|(at, _)| *at < now), "no view lies in the future");
        assert!(account.email_events.by_time().keys().all(|(at, _)| *at < now), "no event lies in the future");
    });
}

#[tokio::test]
async fn a_large_account_is_searched_to_the_end_of_its_reach() {
    let scale = Scale { contacts: 12_000, page_views: 0, email_events: 0, ..Scale::default() };
    let config = FakeConfig { scale, ..FakeConfig::for_tests() };
    let story = Story::with(config, FakeHubSpot::seeded).await;
    let filter = |from: i64| {
        json!({"filterGroups": [{"filters": [{"propertyName": "lastmodifieddate", "operator": "GTE",
            "value": from.to_string()}]}], "sorts": [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}],
            "limit": 200, "after": "9800"})
    };
    let last = story.post("/crm/v3/objects/contacts/search", filter(1_000)).await;
    assert_eq!((last.status, last.body["total"].as_u64()), (200, Some(12_000)));
    assert_eq!(last.after().as_deref(), Some("10000"));
    let mut beyond = filter(1_000);
    beyond["after"] = "9801".into();
    assert_eq!(story.post("/crm/v3/objects/contacts/search", beyond).await.status, 400);
    assert_eq!(story.post("/crm/v3/objects/contacts/search", filter(0)).await.status, 500, "epoch 0 is known trouble");
}

#[tokio::test]
async fn an_account_survives_being_written_down_and_read_again() {
    let story = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    let written = serde_json::to_string(&story.fake.snapshot()).unwrap();
    let account = serde_json::from_str(&written).unwrap();
    let again = FakeHubSpot::restored(FakeConfig::for_tests(), std::sync::Arc::new(story.clock.clone()), account);
    assert_eq!(again.comparable(), story.fake.comparable());
    let views = |fake: &FakeHubSpot| fake.read(|account| account.page_views.by_time().len());
    assert_eq!(views(&again), views(&story.fake));
    let address = story.fake.properties_of(Kind::Contact, 101).unwrap()["email"].clone();
    assert_eq!(again.read(|account| account.table(Kind::Contact).owner_of("email", &address)), Some(101));
}

#[tokio::test]
async fn some_companies_look_at_prices_in_the_week_before_they_buy() {
    let scale = Scale { contacts: 1_500, companies: 300, page_views: 4_000, ..Scale::small() };
    let story = Story::with(FakeConfig { scale, ..FakeConfig::for_tests() }, FakeHubSpot::seeded).await;
    let week_ms = 7 * 86_400_000;
    let (mut moved, mut looked) = (0, 0);
    story.fake.read(|account| {
        for (id, company) in account.table(Kind::Company).live() {
            let last = company.history.get("lifecyclestage").and_then(|versions| versions.last());
            let Some(last) =
                last.filter(|last| last.value == "customer" && last.at > story.now.plus_ms(-80 * 86_400_000))
            else {
                continue;
            };
            moved += 1;
            let contacts = account.links.of(Kind::Company, *id, Kind::Contact).into_iter().flat_map(|ends| ends.keys());
            let mut views = contacts.flat_map(|contact| account.page_views.of(*contact));
            let is_price = |url: &str| url.contains("/pric") || url.contains("/pris") || url.contains("-priser");
            looked +=
                usize::from(views.any(|view| is_price(&view.url) && (0..week_ms).contains(&last.at.ms_since(view.at))));
        }
    });
    assert!(moved >= 5 && looked * 2 >= moved, "{looked} of {moved}");
}
