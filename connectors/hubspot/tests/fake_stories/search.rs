//! Search: its language, its limits, and an index that comes later than the record.

use std::time::Duration;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind};
use serde_json::{Value, json};

use crate::client::Story;

const SEARCH: &str = "/crm/objects/2026-09/contacts/search";

fn filter(name: &str, operator: &str, value: Value) -> Value {
    let mut filter = json!({"propertyName": name, "operator": operator});
    match value {
        Value::Array(values) => filter["values"] = values.into(),
        Value::Null => {}
        value => filter["value"] = value,
    }
    json!({"filterGroups": [{"filters": [filter]}]})
}

async fn people() -> Story {
    let story = Story::empty().await;
    story.fake.edit(|account| {
        for (place, (email, city, status)) in [
            ("ann@corp.example", "Oslo", "OPEN"),
            ("bo@corp.example", "Umeå", "NEW"),
            ("cia@other.example", "OSLO", "OPEN"),
            ("dan@other.example", "", ""),
        ]
        .into_iter()
        .enumerate()
        {
            let at = story.now.plus_ms(-10_000 + place as i64);
            account.add(Kind::Contact, &[("email", email), ("city", city), ("hs_lead_status", status)], at);
        }
    });
    story
}

#[tokio::test]
async fn operators_and_their_rules_about_letters() {
    let story = people().await;
    let at = |ms: i64| json!(story.now.plus_ms(-10_000 + ms).as_ms().to_string());
    for (name, operator, value, found) in [
        ("city", "EQ", json!("oslo"), vec![101, 103]),
        ("city", "NEQ", json!("oslo"), vec![102, 104]),
        ("city", "IN", json!(["oslo"]), vec![101, 103]),
        ("city", "IN", json!(["Oslo"]), vec![]),
        ("city", "HAS_PROPERTY", Value::Null, vec![101, 102, 103]),
        ("city", "NOT_HAS_PROPERTY", Value::Null, vec![104]),
        ("hs_lead_status", "EQ", json!("OPEN"), vec![101, 103]),
        ("hs_lead_status", "EQ", json!("open"), vec![]),
        ("hs_lead_status", "NOT_IN", json!(["OPEN"]), vec![102, 104]),
        ("email", "CONTAINS_TOKEN", json!("*@corp.example"), vec![101, 102]),
        ("email", "NOT_CONTAINS_TOKEN", json!("*@corp.example"), vec![103, 104]),
        ("email", "EQ", json!("ANN@corp.example"), vec![101]),
        ("lastmodifieddate", "GTE", at(2), vec![103, 104]),
        ("lastmodifieddate", "GT", at(2), vec![104]),
        ("lastmodifieddate", "LT", at(1), vec![101]),
        ("lastmodifieddate", "EQ", at(1), vec![102]),
        ("createdate", "LTE", at(1), vec![101, 102]),
        ("hs_object_id", "GT", json!("102"), vec![103, 104]),
    ] {
        let seen = story.post(SEARCH, filter(name, operator, value.clone())).await;
        assert_eq!((seen.status, seen.ids()), (200, found), "{name} {operator} {value}");
    }
    let mut between = filter("lastmodifieddate", "BETWEEN", at(1));
    between["filterGroups"][0]["filters"][0]["highValue"] = at(2);
    assert_eq!(story.post(SEARCH, between).await.ids(), [102, 103], "both ends belong to it");
    let either = json!({"filterGroups": [
        {"filters": [{"propertyName": "city", "operator": "EQ", "value": "Umeå"}]},
        {"filters": [{"propertyName": "hs_object_id", "operator": "EQ", "value": "104"}]},
    ]});
    assert_eq!(story.post(SEARCH, either).await.ids(), [102, 104]);
    assert_eq!(story.post(SEARCH, json!({"query": "cia"})).await.ids(), [103]);
}

#[tokio::test]
async fn requests_beyond_the_limits_are_refused() {
    let story = people().await;
    let one = json!({"propertyName": "city", "operator": "EQ", "value": "Oslo"});
    let groups = |groups: usize, filters: usize| json!({"filterGroups": (0..groups).map(|_| json!({"filters": vec![one.clone(); filters]})).collect::<Vec<_>>()});
    for (body, status) in [
        (groups(5, 3), 200),
        (groups(6, 1), 400),
        (groups(1, 7), 400),
        (groups(4, 5), 400),
        (json!({"limit": 200}), 200),
        (json!({"limit": 201}), 400),
        (json!({"limit": 200, "after": "9801"}), 400),
        (json!({"after": "x"}), 400),
        (json!({"sorts": [{"propertyName": "email"}, {"propertyName": "city"}]}), 400),
        (json!({"query": "x".repeat(3_000)}), 400),
        (filter("no_such_property", "EQ", json!("1")), 400),
        (filter("city", "EQ", Value::Null), 400),
        (filter("lastmodifieddate", "GTE", json!("yesterday")), 400),
        (filter("lastmodifieddate", "GTE", json!("0")), 500),
        (filter("lastmodifieddate", "GTE", json!("1000")), 200),
    ] {
        assert_eq!(story.post(SEARCH, body.clone()).await.status, status, "{body}");
    }
}

#[tokio::test]
async fn pages_go_by_offset_and_a_sort_holds_over_them() {
    let story = people().await;
    let sorted = json!([{"propertyName": "email", "direction": "DESCENDING"}]);
    let first = story.post(SEARCH, json!({"limit": 3, "sorts": sorted})).await;
    assert_eq!((first.ids(), first.after().as_deref()), (vec![104, 103, 102], Some("3")));
    let second = story.post(SEARCH, json!({"limit": 3, "after": "3", "sorts": sorted})).await;
    assert_eq!((second.ids(), second.after()), (vec![101], None));
    assert_eq!(second.body["total"], 4);
    assert!(second.raw.header("x-hubspot-ratelimit-remaining").is_none(), "search has no rate headers");
}

#[tokio::test]
async fn a_bulk_job_can_fill_one_millisecond_beyond_the_reach_of_search() {
    let story = Story::empty().await;
    let instant = story.now.plus_ms(-60_000);
    story.fake.edit(|account| {
        for number in 0..10_500 {
            account.add(Kind::Contact, &[("firstname", &number.to_string())], instant);
        }
    });
    let mut body = filter("lastmodifieddate", "EQ", json!(instant.as_ms().to_string()));
    body["limit"] = 200.into();
    body["sorts"] = json!([{"propertyName": "hs_object_id", "direction": "ASCENDING"}]);
    let (mut last, mut drained) = (0, 0);
    loop {
        let filters = body["filterGroups"][0]["filters"].as_array_mut().unwrap();
        filters.truncate(1);
        filters.push(json!({"propertyName": "hs_object_id", "operator": "GT", "value": last.to_string()}));
        let seen = story.post(SEARCH, body.clone()).await;
        assert_eq!(seen.status, 200);
        let Some(newest) = seen.ids().last().copied() else { break };
        drained += seen.ids().len();
        last = newest;
    }
    assert_eq!(drained, 10_500);
}

#[tokio::test]
async fn the_index_comes_later_than_the_record() {
    let config = FakeConfig { search_lag_ms: 30_000, ..FakeConfig::for_tests() };
    let story = Story::with(config, FakeHubSpot::empty).await;
    let made = story.post("/crm/v3/objects/contacts", json!({"properties": {"email": "a@b.example"}})).await;
    let id: u64 = made.body["id"].as_str().unwrap().parse().unwrap();
    assert!(story.post(SEARCH, json!({})).await.ids().is_empty(), "a new record is not found yet");
    assert_eq!(story.get("/crm/v3/objects/contacts").await.ids(), [id], "the list knows it at once");
    story.clock.advance(Duration::from_secs(30));
    assert_eq!(story.post(SEARCH, json!({})).await.ids(), [id]);
    story.patch(&format!("/crm/v3/objects/contacts/{id}"), json!({"properties": {"city": "Oslo"}})).await;
    assert!(story.post(SEARCH, filter("city", "EQ", json!("oslo"))).await.ids().is_empty());
    assert_eq!(story.post(SEARCH, filter("email", "EQ", json!("a@b.example"))).await.ids(), [id]);
    let since = filter("lastmodifieddate", "GTE", json!(story.now.plus_ms(1).as_ms().to_string()));
    assert!(story.post(SEARCH, since.clone()).await.ids().is_empty(), "search still shows the old instant");
    story.clock.advance(Duration::from_secs(30));
    assert_eq!(story.post(SEARCH, since).await.ids(), [id]);
    assert_eq!(story.post(SEARCH, filter("city", "EQ", json!("oslo"))).await.ids(), [id]);
}

#[tokio::test]
async fn a_page_may_come_out_of_order() {
    let config = FakeConfig { shuffle_search: true, ..FakeConfig::for_tests() };
    let story = Story::with(config, FakeHubSpot::seeded).await;
    let seen = story.post(SEARCH, json!({"limit": 100, "sorts": [{"propertyName": "hs_object_id"}]})).await;
    let mut ids = seen.ids();
    assert!(!ids.is_sorted());
    ids.sort_unstable();
    assert_eq!(ids, (101..201).collect::<Vec<u64>>(), "but it is the right page");
}

#[tokio::test]
async fn contacts_are_found_through_their_company() {
    let story = people().await;
    let company = story.fake.edit(|account| {
        let company = account.add(Kind::Company, &[("name", "Corp")], story.now);
        account.associate((Kind::Contact, 102), (Kind::Company, company));
        company
    });
    let body = filter("associations.company", "EQ", json!(company.to_string()));
    assert_eq!(story.post(SEARCH, body).await.ids(), [102]);
}
