//! The lead schema: what describe tells, and fields that can be made but never deleted.

use serde_json::json;

use crate::client::{Story, escaped};

const FIELDS: &str = "/rest/v1/leads/schema/fields.json";

#[tokio::test]
async fn describe_tells_ids_types_and_what_can_be_written() {
    let story = Story::empty().await;
    let seen = story.get("/rest/v1/leads/describe.json").await;
    let field = |name: &str| seen.result().iter().find(|one| one["rest"]["name"] == name).unwrap().clone();
    assert_eq!(field("leadScore")["dataType"], "score");
    assert_eq!(
        (field("email")["length"].as_u64(), field("email")["rest"]["readOnly"].as_bool()),
        (Some(255), Some(false))
    );
    assert_eq!(field("createdAt")["rest"]["readOnly"], true);
    assert!(seen.result().iter().any(|one| one.get("rest").is_none()), "some fields are not for the REST API");
    let second = story.get("/rest/v1/leads/describe2.json").await;
    let described = &second.result()[0];
    assert_eq!(described["name"], "API Lead");
    let searchable = described["searchableFields"].as_array().unwrap();
    assert!(searchable.contains(&json!(["email"])) && searchable.contains(&json!(["productInterest"])));
    assert!(!searchable.contains(&json!(["leadScore"])));
}

#[tokio::test]
async fn a_score_field_is_made_once() {
    let story = Story::empty().await;
    let input = json!({"input": [
        {"displayName": "Intent Score", "name": "intentScore", "dataType": "score", "description": "How warm"},
        {"displayName": "Intent score", "name": "intentScore2", "dataType": "score"},
        {"displayName": "Other", "name": "2nd", "dataType": "score"},
        {"displayName": "Ot/her", "name": "other", "dataType": "score"},
        {"displayName": "Other", "name": "other", "dataType": "text area"},
        {"displayName": "Other", "name": "other"}
    ]});
    let seen = story.post(FIELDS, input.clone()).await;
    assert_eq!(seen.outcomes(), ["created", "1017", "1001", "1001", "1001", "1002"]);
    assert_eq!(seen.result()[0]["name"], "intentScore");
    assert_eq!(story.post(FIELDS, input).await.outcomes()[0], "1017");
    let one = story.get("/rest/v1/leads/schema/fields/intentScore.json").await;
    let field = &one.result()[0];
    assert_eq!((field["isCustom"].as_bool(), field["isApiCreated"].as_bool()), (Some(true), Some(true)));
    let id = story.person("one@firm.example");
    let write = json!({"action": "updateOnly", "lookupField": "id", "input": [{"id": id, "intentScore": 87}]});
    assert_eq!(story.post("/rest/v1/leads.json", write).await.outcomes(), ["updated"]);
    let read = story.get(&format!("/rest/v1/lead/{id}.json?fields=intentScore")).await;
    assert_eq!(read.result()[0]["intentScore"], 87);
    assert_eq!(story.delete("/rest/v1/leads/schema/fields/intentScore.json").await.code(), "605");
}

#[tokio::test]
async fn a_field_can_be_renamed_and_hidden_but_keeps_name_and_type() {
    let story = Story::empty().await;
    let path = "/rest/v1/leads/schema/fields/productInterest.json";
    let change = async |record| story.post(path, json!({"input": [record]})).await;
    assert_eq!(change(json!({"displayName": "Interest", "isHidden": true})).await.outcomes(), ["updated"]);
    assert_eq!(change(json!({"dataType": "score"})).await.code(), "1011");
    assert_eq!(change(json!({"displayName": "Behavior Score"})).await.code(), "1017");
    let seen = story.get("/rest/v1/leads/describe.json").await;
    assert!(seen.result().iter().all(|one| one["rest"]["name"] != "productInterest"), "hidden");
}

#[tokio::test]
async fn the_schema_comes_in_pages() {
    let story = Story::empty().await;
    let (mut seen, mut names) = (story.get(&format!("{FIELDS}?batchSize=20")).await, Vec::new());
    loop {
        names.extend(seen.result().iter().map(|one| one["name"].as_str().unwrap().to_owned()));
        if seen.body["moreResult"] == false {
            break;
        }
        seen = story.get(&format!("{FIELDS}?batchSize=20&nextPageToken={}", escaped(&seen.token()))).await;
    }
    let count = story.fake.read(|account| account.fields.named().count());
    assert_eq!(names.len(), count);
}
