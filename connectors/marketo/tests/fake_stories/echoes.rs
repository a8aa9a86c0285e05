//! What a client writes comes home: as Change Data Value, Change Score, Add to List and lead changes.

use std::time::Duration;

use intentd_marketo::fake::{FakeConfig, FakeMarketo, Oddities};
use serde_json::{Value, json};

use crate::client::{Story, escaped};

fn attribute<'a>(row: &'a Value, name: &str) -> &'a Value {
    let found = row["attributes"].as_array().unwrap().iter().find(|one| one["name"] == name);
    &found.unwrap_or_else(|| panic!("no {name} in {row}"))["value"]
}

#[tokio::test]
async fn a_written_value_comes_back_with_its_writer() {
    let story = Story::empty().await;
    let id = story.person("anna.berg@firm.example");
    let token = story.since(story.now).await;
    let write = json!({"action": "updateOnly", "lookupField": "id", "input": [{"id": id, "title": "VD"}]});
    let written = story.post("/rest/v1/leads.json", write.clone()).await;
    let (rows, after) = story.follow("13,22", token.clone()).await;
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((row["activityTypeId"].as_u64(), row["primaryAttributeValue"].as_str()), (Some(13), Some("Job Title")));
    let field = story.fake.read(|account| account.fields.get("title").unwrap().id);
    assert_eq!(row["primaryAttributeValueId"], field);
    assert_eq!(attribute(row, "New Value"), "VD");
    assert_eq!(attribute(row, "Source"), "Web service API");
    assert_eq!(attribute(row, "Modifying User"), "intentd@fake.example");
    assert_eq!(attribute(row, "API Method Name"), "syncLead");
    assert_eq!(*attribute(row, "Request Id"), written.body["requestId"]);
    let path = format!("/rest/v1/activities/leadchanges.json?fields=title,city&nextPageToken={}", escaped(&token));
    let seen = story.get(&path).await;
    let change = seen.result().iter().find(|row| row["activityTypeId"] == 13).unwrap();
    assert_eq!(change["activityDate"], "2026-11-21T09:00:00+0000");
    assert_eq!(change["fields"], json!([{"id": field, "name": "title", "newValue": "VD", "oldValue": ""}]));
    assert_eq!(*attribute(change, "Source"), "Web service API");
    assert_eq!(*attribute(change, "Lead ID"), id);
    story.post("/rest/v1/leads.json", write).await;
    assert!(story.follow("13,22", after).await.0.is_empty(), "writing what is there is no change");
}

#[tokio::test]
async fn a_written_score_is_told_as_a_score_too() {
    let story = Story::empty().await;
    let id = story.person("anna.berg@firm.example");
    let token = story.since(story.now).await;
    for score in [12, 7] {
        let write = json!({"action": "updateOnly", "lookupField": "id", "input": [{"id": id, "behaviorScore": score}]});
        assert_eq!(story.post("/rest/v1/leads.json", write).await.outcomes(), ["updated"]);
    }
    let (rows, _) = story.follow("22", token.clone()).await;
    let changes: Vec<&Value> = rows.iter().map(|row| attribute(row, "Change Value")).collect();
    assert_eq!(changes, ["+12", "-5"]);
    assert_eq!((attribute(&rows[1], "New Value"), attribute(&rows[1], "Old Value")), (&json!(7), &json!(12)));
    assert_eq!(rows[0]["primaryAttributeValue"], "Behavior Score");
    let path = format!("/rest/v1/activities/leadchanges.json?fields=behaviorScore&nextPageToken={}", escaped(&token));
    let seen = story.get(&path).await;
    let kinds: Vec<u64> = seen.result().iter().map(|row| row["activityTypeId"].as_u64().unwrap()).collect();
    assert_eq!(kinds, [12, 13, 13], "lead changes know of new leads and changed values only");
}

#[tokio::test]
async fn a_new_lead_and_a_membership_are_told() {
    let story = Story::empty().await;
    let list = story.fake.edit(|account| account.lists.add("Hot", story.now));
    let token = story.since(story.now).await;
    let created = story.post("/rest/v1/leads.json", json!({"input": [{"email": "a@firm.example"}]})).await;
    let id = created.ids()[0];
    for _ in 0..2 {
        let path = format!("/rest/v1/lists/{list}/leads.json");
        assert_eq!(story.post(&path, json!({"input": [{"id": id}]})).await.outcomes(), ["added"]);
    }
    assert_eq!(story.delete(&format!("/rest/v1/lists/{list}/leads.json?id={id}")).await.outcomes(), ["removed"]);
    let (rows, _) = story.follow("12,24,25", token).await;
    let told: Vec<(u64, Option<u64>)> = rows
        .iter()
        .map(|row| (row["activityTypeId"].as_u64().unwrap(), row["primaryAttributeValueId"].as_u64()))
        .collect();
    assert_eq!(told, [(12, None), (24, Some(list)), (25, Some(list))], "adding who is there already is no activity");
    assert_eq!(attribute(&rows[0], "Source Type"), "Web service API");
}

#[tokio::test]
async fn the_log_can_trail_behind_the_write() {
    let oddities = Oddities { activity_lag_ms: 30_000, ..Oddities::none() };
    let story = Story::with(FakeConfig { oddities, ..FakeConfig::for_tests() }, FakeMarketo::empty).await;
    let id = story.person("anna.berg@firm.example");
    let token = story.since(story.now).await;
    let write = json!({"action": "updateOnly", "lookupField": "id", "input": [{"id": id, "title": "VD"}]});
    story.post("/rest/v1/leads.json", write).await;
    let (rows, token) = story.follow("13", token).await;
    assert!(rows.is_empty());
    story.clock.advance(Duration::from_secs(30));
    assert_eq!(story.follow("13", token).await.0.len(), 1);
}

#[tokio::test]
async fn lead_changes_need_fields_that_exist() {
    let story = Story::empty().await;
    let token = escaped(&story.since(story.now).await);
    let ask = async |query: String| {
        story.get(&format!("/rest/v1/activities/leadchanges.json?{query}")).await.code().to_owned()
    };
    assert_eq!(ask(format!("nextPageToken={token}")).await, "1002");
    assert_eq!(ask(format!("nextPageToken={token}&fields=title,nonsense")).await, "1006");
    assert_eq!(ask("fields=title".into()).await, "1002");
}
