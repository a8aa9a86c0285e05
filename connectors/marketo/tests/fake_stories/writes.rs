//! Writing leads: each record stands or falls alone, in the order of the input.

use intentd_marketo::fake::Partition;
use intentd_sdk::http::{Body, Request};
use serde_json::{Value, json};

use crate::client::{Seen, Story};

const LEADS: &str = "/rest/v1/leads.json";

async fn sync(story: &Story, action: &str, lookup: &str, input: Value) -> Seen {
    story.post(LEADS, json!({"action": action, "lookupField": lookup, "input": input})).await
}

#[tokio::test]
async fn creating_and_updating_by_address() {
    let story = Story::empty().await;
    let known = story.person("known@firm.example");
    let input =
        json!([{"email": "new@firm.example", "firstName": "Nora"}, {"email": "KNOWN@firm.example", "title": "VD"}]);
    let seen = story.post(LEADS, json!({"input": input})).await;
    assert_eq!(seen.outcomes(), ["created", "updated"]);
    assert_eq!(seen.ids()[1], known);
    assert_eq!(
        story.fake.read(|account| account.leads.get(known).unwrap().text("title").map(str::to_owned)).as_deref(),
        Some("VD")
    );
}

#[tokio::test]
async fn a_batch_fails_record_by_record() {
    let story = Story::empty().await;
    let one = story.person("one@firm.example");
    story.person("twice@firm.example");
    story.person("Twice@firm.example");
    let input = json!([
        {"id": one, "leadScore": 7},
        {"id": 999_999, "leadScore": 7},
        {"id": one, "nonsense": 7},
        {"id": one, "leadScore": "many"},
        {"id": one, "company": "Other AB"},
        {"leadScore": 7},
        {"id": one, "createdAt": "2020-01-01T00:00:00Z"},
        {"id": one, "email": "not an address"},
        {"id": one, "email": "åsa@firm.example"},
        {"id": one, "leadScore": null}
    ]);
    let seen = sync(&story, "updateOnly", "id", input).await;
    assert_eq!(seen.outcomes(), ["updated", "1004", "1006", "1001", "1021", "1003", "1003", "1003", "1003", "updated"]);
    assert_eq!(seen.result()[2]["reasons"][0]["message"], "Field 'nonsense' not found");
    assert!(seen.result()[1].get("id").is_none(), "a skipped record does not name itself");
    let input = json!([{"email": "twice@firm.example", "title": "VD"}, {"email": "one@firm.example", "title": "VD"}]);
    assert_eq!(sync(&story, "createOrUpdate", "email", input).await.outcomes(), ["1007", "updated"]);
    let input = json!([{"email": "one@firm.example"}, {"email": "four@firm.example"}]);
    assert_eq!(sync(&story, "createOnly", "email", input.clone()).await.outcomes(), ["1005", "created"]);
    assert_eq!(sync(&story, "updateOnly", "email", json!([{"email": "five@firm.example"}])).await.outcomes(), ["1004"]);
    assert_eq!(sync(&story, "createDuplicate", "email", input).await.outcomes(), ["created", "created"]);
    assert_eq!(story.fake.stats().writes_by_lead[&one], 3);
}

#[tokio::test]
async fn a_call_that_makes_no_sense_is_refused_as_a_whole() {
    let story = Story::empty().await;
    story.person("one@firm.example");
    let many: Vec<Value> = (0..301).map(|number| json!({"email": format!("p{number}@firm.example")})).collect();
    for (body, code) in [
        (json!({}), "1002"),
        (json!({"input": []}), "1002"),
        (json!({"input": many}), "1003"),
        (json!({"action": "upsert", "input": [{"email": "a@b.example"}]}), "1001"),
        (json!({"lookupField": "nonsense", "input": [{"nonsense": 1}]}), "1011"),
        (json!({"lookupField": "leadScore", "input": [{"leadScore": 1}]}), "1011"),
        (json!({"lookupField": "id", "input": [{"id": 1}]}), "1003"),
        (json!({"action": "updateOnly", "partitionName": "Default", "input": [{"email": "a@b.example"}]}), "1003"),
        (json!({"partitionName": "Mars", "input": [{"email": "a@b.example"}]}), "1008"),
    ] {
        assert_eq!(
            story.post(LEADS, body.clone()).await.code(),
            code,
            "{}",
            body.to_string().chars().take(80).collect::<String>()
        );
    }
    let garbled = Request::with_body(http::Method::POST, LEADS, Body::Json("{\"input\": [".into()));
    assert_eq!(story.send(garbled).await.code(), "609");
    let unsaid = Request::with_body(http::Method::POST, LEADS, Body::Form("input=1".into()));
    assert_eq!(story.send(unsaid).await.code(), "612");
    let large = json!({"input": [{"email": "a@b.example", "address": "x".repeat(1_100_000)}]});
    assert_eq!(story.post(LEADS, large).await.status, 413);
    assert_eq!(story.fake.read(|account| account.leads.all().len()), 1, "nothing was written");
}

#[tokio::test]
async fn partitions_hold_their_records() {
    let story = Story::empty().await;
    story.fake.edit(|account| {
        account.partitions.push(Partition { id: 2, name: "Europe".into(), open: true });
        account.partitions.push(Partition { id: 3, name: "Closed".into(), open: false });
    });
    let into = async |name: &str, email: &str| {
        story.post(LEADS, json!({"partitionName": name, "input": [{"email": email, "title": "VD"}]})).await
    };
    assert_eq!(into("Europe", "a@firm.example").await.outcomes(), ["created"]);
    assert_eq!(into("Default", "a@firm.example").await.outcomes(), ["1010"]);
    assert_eq!(into("Closed", "b@firm.example").await.code(), "1008");
    let listed = story.get("/rest/v1/leads/partitions.json").await;
    assert_eq!(listed.result().len(), 3);
}

#[tokio::test]
async fn updated_at_moves_with_standard_fields_only() {
    let story = Story::empty().await;
    let id = story.person("one@firm.example");
    let updated = async || {
        let seen = story.get(&format!("/rest/v1/lead/{id}.json?fields=updatedAt")).await;
        seen.result()[0]["updatedAt"].as_str().unwrap().to_owned()
    };
    let first = updated().await;
    story.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(sync(&story, "updateOnly", "id", json!([{"id": id, "behaviorScore": 9}])).await.outcomes(), ["updated"]);
    assert_eq!(updated().await, first, "a custom field does not move it");
    assert_eq!(
        sync(&story, "updateOnly", "id", json!([{"id": id, "email": "one@firm.example"}])).await.outcomes(),
        ["updated"]
    );
    assert_eq!(updated().await, first, "nor does writing what is there already");
    assert_eq!(sync(&story, "updateOnly", "id", json!([{"id": id, "title": "VD"}])).await.outcomes(), ["updated"]);
    assert_eq!(updated().await, "2026-11-21T09:01:00Z");
}

#[tokio::test]
async fn deleting_takes_ids_and_tells_of_each() {
    let story = Story::empty().await;
    let id = story.person("one@firm.example");
    let seen = story.post("/rest/v1/leads/delete.json", json!({"input": [{"id": id}, {"id": 4_711}]})).await;
    assert_eq!(seen.outcomes(), ["deleted", "1004"]);
    assert_eq!(story.get(&format!("/rest/v1/lead/{id}.json")).await.code(), "1004");
}
