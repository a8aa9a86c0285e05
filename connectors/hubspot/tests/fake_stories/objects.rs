//! Listing and reading records.

use std::time::Duration;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind};
use intentd_sdk::http::Request;
use serde_json::json;

use crate::client::Story;

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

#[tokio::test]
async fn a_full_pull_pages_by_record_id_and_the_last_page_says_nothing_about_a_next() {
    let story = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    let (mut ids, mut after) = (Vec::new(), Some(String::new()));
    while let Some(cursor) = after {
        let page = story.get(&format!("{CONTACTS}?limit=70&properties=email&after={cursor}")).await;
        assert_eq!(page.status, 200);
        after = page.after();
        assert_eq!(after.is_none(), page.body.get("paging").is_none());
        ids.extend(page.ids());
    }
    assert_eq!(ids.len(), 200);
    assert!(ids.is_sorted());
}

#[tokio::test]
async fn old_and_dated_paths_show_the_same_store() {
    let story = Story::empty().await;
    let id = story.fake.edit(|account| account.add(Kind::Contact, &[("email", "ann@corp.example")], story.now));
    for path in ["/crm/v3/objects/contacts", "/crm/objects/2026-03/contacts", "/crm/objects/2026-09/0-1"] {
        assert_eq!(story.get(path).await.ids(), [id], "{path}");
    }
}

#[tokio::test]
async fn unknown_routes_and_wrong_methods_answer_pages_for_people() {
    let story = Story::empty().await;
    for (request, status) in [
        (Request::get("/contacts/v1/lists"), 404),
        (Request::get("/crm/objects/2024-03/contacts"), 404),
        (Request::json(http::Method::PUT, CONTACTS, &json!({})), 405),
    ] {
        let seen = story.send(request).await;
        assert_eq!(seen.status, status);
        assert!(seen.raw.header("content-type").unwrap().starts_with("text/html"));
    }
}

#[tokio::test]
async fn a_read_gives_what_was_asked_and_passes_over_what_it_does_not_know() {
    let story = Story::empty().await;
    let values = [("email", "ann@corp.example"), ("firstname", "Ann"), ("jobtitle", "VD")];
    let id = story.fake.edit(|account| account.add(Kind::Contact, &values, story.now));
    let seen = story.get(&format!("{CONTACTS}/{id}?properties=jobtitle,phone,no_such_property")).await;
    let properties = seen.body["properties"].as_object().unwrap();
    assert_eq!(properties["jobtitle"], "VD");
    assert!(properties["phone"].is_null(), "known but never set");
    assert!(!properties.contains_key("no_such_property") && !properties.contains_key("email"));
    assert_eq!(properties["hs_object_id"], id.to_string());
    let default = story.get(&format!("{CONTACTS}/{id}")).await;
    assert!(default.body["properties"].get("jobtitle").is_none() && default.body["properties"]["email"].is_string());
    let by_address = story.get(&format!("{CONTACTS}/ANN%40corp.example?idProperty=email")).await;
    assert_eq!(by_address.body["id"], id.to_string());
    let missing = story.get(&format!("{CONTACTS}/999999")).await;
    assert_eq!((missing.status, missing.message()), (404, "resource not found"));
    assert_eq!(story.get("/crm/v3/objects/wombats").await.message(), "Unable to infer object type from: wombats");
}

#[tokio::test]
async fn pages_have_a_largest_size_and_history_halves_it() {
    let story = Story::empty().await;
    assert_eq!(story.get(&format!("{CONTACTS}?limit=101")).await.status, 400);
    assert_eq!(story.get(&format!("{CONTACTS}?limit=51&propertiesWithHistory=lifecyclestage")).await.status, 400);
    assert_eq!(story.get(&format!("{CONTACTS}?limit=50&propertiesWithHistory=lifecyclestage")).await.status, 200);
    let inputs: Vec<_> = (0..101).map(|id| json!({"id": id.to_string()})).collect();
    assert_eq!(story.post(&format!("{CONTACTS}/batch/read"), json!({"inputs": inputs})).await.status, 400);
    let long = "x".repeat(9_000);
    assert_eq!(story.get(&format!("{CONTACTS}?properties={long}")).await.status, 414);
}

#[tokio::test]
async fn history_is_newest_first_and_names_who_wrote() {
    let story = Story::empty().await;
    let id =
        story.fake.edit(|account| account.add(Kind::Contact, &[("email", "a@b.example"), ("city", "Umeå")], story.now));
    story.clock.advance(Duration::from_secs(60));
    story.patch(&format!("{CONTACTS}/{id}"), json!({"properties": {"city": "Oslo"}})).await;
    let seen = story.get(&format!("{CONTACTS}/{id}?propertiesWithHistory=city")).await;
    let versions = seen.body["propertiesWithHistory"]["city"].as_array().unwrap();
    assert_eq!(versions[0]["value"], "Oslo");
    assert_eq!(versions[0]["sourceType"], "INTEGRATION");
    assert_eq!(versions[1]["value"], "Umeå");
    assert_ne!(versions[1]["sourceType"], "INTEGRATION");
}

#[tokio::test]
async fn a_batch_read_reports_missing_records_beside_the_found_ones() {
    let story = Story::empty().await;
    let id = story.fake.edit(|account| account.add(Kind::Contact, &[("email", "a@b.example")], story.now));
    let body = json!({"properties": ["email"], "inputs": [{"id": id.to_string()}, {"id": "999"}]});
    let seen = story.post(&format!("{CONTACTS}/batch/read"), body).await;
    assert_eq!((seen.status, seen.ids()), (207, vec![id]));
    assert_eq!(seen.body["numErrors"], 1);
    assert_eq!(seen.body["errors"][0]["category"], "OBJECT_NOT_FOUND");
    assert_eq!(seen.body["errors"][0]["context"]["ids"], json!(["999"]));
    let by_address = json!({"idProperty": "email", "inputs": [{"id": "A@b.example"}]});
    assert_eq!(story.post(&format!("{CONTACTS}/batch/read"), by_address).await.ids(), [id]);
}

#[tokio::test]
async fn archived_records_are_listed_apart_and_keep_their_time() {
    let story = Story::empty().await;
    let id = story.fake.edit(|account| account.add(Kind::Company, &[("name", "Corp")], story.now));
    assert_eq!(story.delete(&format!("/crm/v3/objects/companies/{id}")).await.status, 204);
    assert!(story.get("/crm/v3/objects/companies").await.ids().is_empty());
    assert_eq!(story.get(&format!("/crm/v3/objects/companies/{id}")).await.status, 404);
    let archived = story.get("/crm/v3/objects/companies?archived=true").await;
    assert_eq!(archived.ids(), [id]);
    assert_eq!(archived.body["results"][0]["archivedAt"], story.now.to_string());
    assert_eq!(archived.body["results"][0]["archived"], true);
    let body = json!({"inputs": [{"id": id.to_string()}]});
    assert_eq!(story.post("/crm/v3/objects/companies/batch/read", body.clone()).await.status, 207);
    assert_eq!(story.post("/crm/v3/objects/companies/batch/read?archived=true", body).await.ids(), [id]);
}

#[tokio::test]
async fn inline_associations_stop_at_a_hundred_and_say_so() {
    let story = Story::empty().await;
    let company = story.fake.edit(|account| {
        let company = account.add(Kind::Company, &[("name", "Corp")], story.now);
        for number in 0..130 {
            let contact = account.add(Kind::Contact, &[("firstname", &number.to_string())], story.now);
            account.associate((Kind::Contact, contact), (Kind::Company, company));
        }
        company
    });
    let seen = story.get(&format!("/crm/v3/objects/companies/{company}?associations=contacts")).await;
    let inline = &seen.body["associations"]["contacts"];
    let ids: std::collections::BTreeSet<&str> =
        inline["results"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 100);
    assert!(inline["paging"]["next"]["after"].is_string());
    assert_eq!(seen.body["associations"]["contacts"]["results"][0]["type"], "company_to_contact");
}
