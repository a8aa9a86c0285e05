//! Writing records, one at a time and in batches: what is refused, and that a refused batch leaves nothing behind.

use std::time::Duration;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind, MissingInBatch};
use serde_json::{Value, json};

use crate::client::Story;

const CONTACTS: &str = "/crm/objects/2026-09/contacts";
const COMPANIES: &str = "/crm/objects/2026-09/companies";

async fn with_contact() -> (Story, u64) {
    let story = Story::empty().await;
    let values = [("email", "ann@corp.example"), ("lifecyclestage", "lead"), ("hs_buying_role", "CHAMPION")];
    let id = story.fake.edit(|account| account.add(Kind::Contact, &values, story.now));
    story.clock.advance(Duration::from_secs(5));
    (story, id)
}

fn stored(story: &Story, id: u64, name: &str) -> Option<String> {
    story.fake.properties_of(Kind::Contact, id).unwrap().get(name).cloned()
}

#[tokio::test]
async fn values_that_a_property_cannot_hold_are_refused_by_name() {
    let (story, id) = with_contact().await;
    for (name, value, code) in [
        ("no_such_property", "1", "PROPERTY_DOESNT_EXIST"),
        ("hs_object_source_detail_1", "x", "READ_ONLY_VALUE"),
        ("hs_object_source_detail_2", "x", "READ_ONLY_VALUE"),
        ("lastmodifieddate", "2026-01-01T00:00:00Z", "READ_ONLY_VALUE"),
        ("hs_analytics_num_page_views", "3", "READ_ONLY_VALUE"),
        ("hs_lead_status", "open", "INVALID_OPTION"),
        ("hs_buying_role", "CHAMPION;BOSS", "INVALID_OPTION"),
        ("hs_email_optout", "yes", "INVALID_OPTION"),
        ("email", "not an address", "INVALID_EMAIL"),
        ("hubspot_owner_id", "9586504", "INVALID_OWNER_ID"),
    ] {
        let mut properties = serde_json::Map::new();
        properties.insert(name.into(), value.into());
        let seen = story.patch(&format!("{CONTACTS}/{id}"), json!({"properties": properties})).await;
        assert_eq!((seen.status, seen.body["category"].as_str()), (400, Some("VALIDATION_ERROR")), "{name}");
        assert_eq!(seen.body["errors"][0]["code"], code, "{name}");
        assert_eq!(seen.body["errors"][0]["context"]["propertyName"][0], name);
        let embedded = seen.message().strip_prefix("Property values were not valid: ").expect("embedded list");
        let list: Value = serde_json::from_str(embedded).expect("JSON inside the message");
        assert_eq!(list[0]["error"], code);
    }
    for (name, value, stays) in
        [("numberofemployees", "1,200", false), ("annualrevenue", "1200.5", true), ("name", "X", true)]
    {
        let mut properties = serde_json::Map::new();
        properties.insert("domain".into(), "corp.example".into());
        properties.insert(name.into(), value.into());
        let seen = story.post(COMPANIES, json!({"properties": properties})).await;
        assert_eq!(seen.status, if stays { 201 } else { 400 }, "{name}");
    }
    let null = story.patch(&format!("{CONTACTS}/{id}"), json!({"properties": {"city": null}})).await;
    assert_eq!(null.status, 400);
    let broken = story.post(CONTACTS, json!("text")).await;
    assert!(broken.message().starts_with("Invalid input JSON on line 1, column "), "{}", broken.message());
}

#[tokio::test]
async fn days_and_instants_have_their_forms() {
    let (story, id) = with_contact().await;
    let definition = json!({"groupName": "contactinformation", "name": "renewal_on", "label": "Renewal", "type": "date",
                            "fieldType": "date"});
    assert_eq!(story.post("/crm/v3/properties/contacts", definition).await.status, 201);
    for (value, kept) in [
        ("2026-11-21", Some("2026-11-21")),
        ("1795219200000", Some("2026-11-21")),
        ("1795219200001", None),
        ("21.11.2026", None),
    ] {
        let seen = story.patch(&format!("{CONTACTS}/{id}"), json!({"properties": {"renewal_on": value}})).await;
        assert_eq!(seen.status, if kept.is_some() { 200 } else { 400 }, "{value}");
        if let Some(kept) = kept {
            assert_eq!(stored(&story, id, "renewal_on").as_deref(), Some(kept));
        }
    }
}

#[tokio::test]
async fn a_write_moves_last_modified_even_when_the_value_was_there() {
    let (story, id) = with_contact().await;
    let seen = story.patch(&format!("{CONTACTS}/{id}"), json!({"properties": {"lifecyclestage": "lead"}})).await;
    assert_eq!(seen.body["updatedAt"], story.now.plus_ms(5_000).to_string());
    let config = FakeConfig { equal_write_bumps: false, ..FakeConfig::for_tests() };
    let calm = Story::with(config, FakeHubSpot::empty).await;
    let id = calm.fake.edit(|account| account.add(Kind::Contact, &[("city", "Oslo")], calm.now));
    calm.clock.advance(Duration::from_secs(5));
    let seen = calm.patch(&format!("{CONTACTS}/{id}"), json!({"properties": {"city": "Oslo"}})).await;
    assert_eq!(seen.body["updatedAt"], calm.now.to_string());
}

#[tokio::test]
async fn a_calculated_value_changes_without_moving_last_modified() {
    let (story, id) = with_contact().await;
    story.fake.edit(|account| account.add_page_view(id, story.now, "https://www.example.com/pricing", "Pricing"));
    let seen = story.get(&format!("{CONTACTS}/{id}?properties=hs_analytics_num_page_views")).await;
    assert_eq!(seen.body["properties"]["hs_analytics_num_page_views"], "1");
    assert_eq!(seen.body["updatedAt"], story.now.to_string());
}

#[tokio::test]
async fn the_lifecycle_goes_forward_and_back_only_over_empty() {
    let (story, id) = with_contact().await;
    let set = async |stage: &str| {
        let seen = story.patch(&format!("{CONTACTS}/{id}"), json!({"properties": {"lifecyclestage": stage}})).await;
        (seen.status, stored(&story, id, "lifecyclestage").unwrap())
    };
    assert_eq!(set("customer").await, (200, "customer".into()));
    assert_eq!(set("lead").await, (200, "customer".into()));
    assert_eq!(set("").await, (200, "".into()));
    assert_eq!(set("lead").await, (200, "lead".into()));
}

#[tokio::test]
async fn a_leading_semicolon_adds_and_empty_clears() {
    let (story, id) = with_contact().await;
    let set = async |roles: &str| {
        story.patch(&format!("{CONTACTS}/{id}"), json!({"properties": {"hs_buying_role": roles}})).await;
        stored(&story, id, "hs_buying_role").unwrap()
    };
    assert_eq!(set(";BLOCKER").await, "CHAMPION;BLOCKER");
    assert_eq!(set("END_USER").await, "END_USER");
    assert_eq!(set("").await, "");
}

#[tokio::test]
async fn an_address_belongs_to_one_contact_and_a_domain_to_many_companies() {
    let (story, id) = with_contact().await;
    let seen = story.post(CONTACTS, json!({"properties": {"email": "Ann@Corp.example"}})).await;
    assert_eq!((seen.status, seen.message()), (409, format!("Contact already exists. Existing ID: {id}").as_str()));
    assert_eq!(seen.body["category"], "CONFLICT");
    story.fake.edit(|account| {
        account.set(Kind::Contact, id, &[("hs_additional_emails", "a@old.example;a2@old.example")], story.now)
    });
    assert_eq!(story.post(CONTACTS, json!({"properties": {"email": "a2@old.example"}})).await.status, 409);
    let empty = story.post(CONTACTS, json!({"properties": {"city": "Oslo"}})).await;
    assert_eq!(empty.status, 400, "a contact needs an address or a name");
    for _ in 0..2 {
        assert_eq!(story.post(COMPANIES, json!({"properties": {"domain": "twin.example"}})).await.status, 201);
    }
    assert_eq!(story.get(COMPANIES).await.ids().len(), 2);
}

#[tokio::test]
async fn a_new_record_says_where_it_came_from() {
    let story = Story::empty().await;
    let body = json!({"properties": {"domain": "corp.example", "hs_object_source_detail_2": "Auto-add"}});
    let made = story.post(COMPANIES, body).await;
    let id: u64 = made.body["id"].as_str().unwrap().parse().unwrap();
    let values = story.fake.properties_of(Kind::Company, id).unwrap();
    assert_eq!(values["hs_object_source"], "INTEGRATION");
    assert_eq!(values["hs_object_source_detail_1"], "intentd");
    assert_eq!(values["hs_object_source_detail_2"], "Auto-add");
    let changed =
        story.patch(&format!("{COMPANIES}/{id}"), json!({"properties": {"hs_object_source_detail_2": "x"}})).await;
    assert_eq!(changed.status, 400);
}

#[tokio::test]
async fn one_bad_input_refuses_the_whole_batch() {
    let (story, id) = with_contact().await;
    let body = json!({"inputs": [
        {"id": id.to_string(), "properties": {"city": "Oslo"}},
        {"id": (id + 1).to_string(), "properties": {"city": "Oslo"}},
    ]});
    let seen = story.post(&format!("{CONTACTS}/batch/update"), body.clone()).await;
    assert_eq!(seen.status, 400);
    assert_eq!(stored(&story, id, "city"), None, "nothing was written");
    let config = FakeConfig { missing_in_batch_update: MissingInBatch::ReportedIn207, ..FakeConfig::for_tests() };
    let mild = Story::with(config, FakeHubSpot::empty).await;
    mild.fake.edit(|account| account.add(Kind::Contact, &[("email", "ann@corp.example")], mild.now));
    let seen = mild.post(&format!("{CONTACTS}/batch/update"), body).await;
    assert_eq!((seen.status, seen.ids()), (207, vec![id]));
    assert_eq!(stored(&mild, id, "city").as_deref(), Some("Oslo"));
}

#[tokio::test]
async fn traced_inputs_succeed_and_fail_alone() {
    let (story, _) = with_contact().await;
    let body = json!({"inputs": [
        {"properties": {"email": "ok@corp.example"}, "objectWriteTraceId": "k1"},
        {"properties": {"email": "ann@corp.example"}, "objectWriteTraceId": "k2"},
        {"properties": {"email": "x@corp.example", "hs_lead_status": "?"}, "objectWriteTraceId": "k3"},
        {"properties": {"email": "OK@corp.example"}, "objectWriteTraceId": "k4"},
    ]});
    let seen = story.post(&format!("{CONTACTS}/batch/create"), body).await;
    assert_eq!((seen.status, seen.body["numErrors"].as_u64()), (207, Some(3)));
    assert_eq!(seen.body["results"][0]["objectWriteTraceId"], "k1");
    let errors = seen.body["errors"].as_array().unwrap();
    let traces: Vec<&str> = errors.iter().map(|e| e["context"]["objectWriteTraceId"][0].as_str().unwrap()).collect();
    assert_eq!(traces, ["k2", "k3", "k4"]);
    assert_eq!(errors[0]["category"], "CONFLICT");
    assert_eq!(story.fake.read(|account| account.table(Kind::Contact).live().len()), 2);
}

#[tokio::test]
async fn batches_have_a_largest_size_and_no_duplicates() {
    let (story, id) = with_contact().await;
    let many: Vec<Value> = (0..101).map(|n| json!({"properties": {"email": format!("a{n}@b.example")}})).collect();
    assert_eq!(story.post(&format!("{CONTACTS}/batch/create"), json!({"inputs": many})).await.status, 400);
    assert_eq!(story.post(&format!("{CONTACTS}/batch/create"), json!({"inputs": many[..100]})).await.status, 201);
    let one = json!({"id": id.to_string(), "properties": {"city": "Oslo"}});
    let twice = story.post(&format!("{CONTACTS}/batch/update"), json!({"inputs": [one, one]})).await;
    assert!(twice.message().starts_with("Duplicate IDs found in batch input"), "{}", twice.message());
}

#[tokio::test]
async fn upsert_tells_new_from_known_and_update_does_not_take_addresses() {
    let (story, id) = with_contact().await;
    let input = |address: &str| json!({"idProperty": "email", "id": address, "properties": {"city": "Oslo"}});
    let body = json!({"inputs": [input("ann@corp.example"), input("new@corp.example")]});
    let seen = story.post(&format!("{CONTACTS}/batch/upsert"), body.clone()).await;
    assert_eq!(seen.status, 200);
    for result in seen.body["results"].as_array().unwrap() {
        assert_eq!(result["new"], result["id"].as_str() != Some(&id.to_string()));
    }
    let refused = story.post(&format!("{CONTACTS}/batch/update"), body).await;
    assert_eq!(refused.message(), "Unable to perform update/upsert by non-unique 0-1 property");
    let by_name = json!({"inputs": [{"idProperty": "firstname", "id": "Ann", "properties": {"city": "Oslo"}}]});
    assert_eq!(story.post(&format!("{CONTACTS}/batch/upsert"), by_name).await.status, 400);
}

#[tokio::test]
async fn companies_are_upserted_by_a_unique_property_of_our_own() {
    let story = Story::empty().await;
    let definition = json!({"groupName": "companyinformation", "name": "intentd_company_key", "label": "Key",
                            "type": "string", "fieldType": "text", "hasUniqueValue": true});
    assert_eq!(story.post("/crm/v3/properties/companies", definition).await.status, 201);
    let input = json!({"idProperty": "intentd_company_key", "id": "corp.example", "properties": {"name": "Corp"}});
    let first = story.post(&format!("{COMPANIES}/batch/upsert"), json!({"inputs": [input]})).await;
    let second = story.post(&format!("{COMPANIES}/batch/upsert"), json!({"inputs": [input]})).await;
    assert_eq!(
        (first.body["results"][0]["new"].as_bool(), second.body["results"][0]["new"].as_bool()),
        (Some(true), Some(false))
    );
    assert_eq!(first.ids(), second.ids());
    let taken =
        story.post(COMPANIES, json!({"properties": {"name": "Twin", "intentd_company_key": "CORP.example"}})).await;
    assert_eq!(taken.body["errors"][0]["code"], "CONFLICTING_UNIQUE_VALUE");
}

#[tokio::test]
async fn batch_answers_come_in_another_order() {
    let story = Story::empty().await;
    let inputs: Vec<Value> = (0..30).map(|n| json!({"properties": {"name": format!("Corp {n}")}})).collect();
    let seen = story.post(&format!("{COMPANIES}/batch/create"), json!({"inputs": inputs})).await;
    let ids = seen.ids();
    assert_eq!(ids.len(), 30);
    assert!(!ids.is_sorted());
}

#[tokio::test]
async fn writes_are_counted_per_record() {
    let (story, id) = with_contact().await;
    for _ in 0..3 {
        story.patch(&format!("{CONTACTS}/{id}"), json!({"properties": {"city": "Oslo"}})).await;
    }
    story.patch(&format!("{CONTACTS}/{id}"), json!({"properties": {"hs_lead_status": "?"}})).await;
    let stats = story.fake.stats();
    assert_eq!(stats.writes_by_record[&(Kind::Contact, id)], 3);
    assert_eq!(stats.by_route["PATCH objects/{type}/{id}"], 4);
    assert_eq!((stats.calls, stats.answered[&200], stats.answered[&400]), (4, 3, 1));
}

#[tokio::test]
async fn what_an_admin_requires_refuses_some_records_and_not_others() {
    let (story, id) = with_contact().await;
    let poor = story.fake.edit(|account| {
        account.required.push((Kind::Contact, "jobtitle".to_owned()));
        account.set(Kind::Contact, id, &[("jobtitle", "VD")], story.now);
        account.add(Kind::Contact, &[("email", "poor@corp.example")], story.now)
    });
    let change = |properties: Value| json!({"properties": properties});
    assert_eq!(story.patch(&format!("{CONTACTS}/{id}"), change(json!({"city": "Oslo"}))).await.status, 200);
    let refused = story.patch(&format!("{CONTACTS}/{poor}"), change(json!({"city": "Oslo"}))).await;
    assert_eq!((refused.status, refused.body["errors"][0]["code"].as_str()), (400, Some("REQUIRED_FIELD")));
    let both = json!({"city": "Oslo", "jobtitle": "CFO"});
    assert_eq!(story.patch(&format!("{CONTACTS}/{poor}"), change(both)).await.status, 200);
    assert_eq!(story.patch(&format!("{CONTACTS}/{id}"), change(json!({"jobtitle": ""}))).await.status, 400);
}

#[tokio::test]
async fn an_upsert_by_address_is_never_partial() {
    let (story, id) = with_contact().await;
    let input = |address: &str, status: &str, trace: &str| {
        json!({"idProperty": "email", "id": address, "properties": {"hs_lead_status": status},
               "objectWriteTraceId": trace})
    };
    let body = json!({"inputs": [input("ann@corp.example", "OPEN", "k1"), input("bo@corp.example", "?", "k2")]});
    assert_eq!(story.post(&format!("{CONTACTS}/batch/upsert"), body).await.status, 400);
    assert_eq!(stored(&story, id, "hs_lead_status"), None);
}
