//! Custom activities: a type is drafted and approved, then written to once and read like any other.

use serde_json::{Value, json};

use crate::client::Story;

const TYPE: &str = "/rest/v1/activities/external/type";

fn draft(api_name: &str) -> Value {
    json!({"apiName": api_name, "name": format!("Intent {api_name}"), "triggerName": "Intent rose",
           "filterName": "Intent rose", "primaryAttribute": {"apiName": "level", "name": "Level", "dataType": "string"}})
}

async fn approved(story: &Story) -> u64 {
    let made = story.post(&format!("{TYPE}.json"), draft("intentRose")).await;
    assert_eq!(made.result()[0]["status"], "draft");
    let attributes = json!({"attributes": [{"apiName": "reason", "name": "Reason", "dataType": "string"}]});
    let path = format!("{TYPE}/intentRose/attributes/create.json");
    assert_eq!(story.post(&path, attributes).await.result()[0]["attributes"].as_array().unwrap().len(), 1);
    let approved = story.poke(&format!("{TYPE}/intentRose/approve.json")).await;
    assert_eq!(approved.result()[0]["status"], "approved");
    approved.result()[0]["id"].as_u64().unwrap()
}

#[tokio::test]
async fn an_approved_type_takes_activities_that_are_read_like_others() {
    let story = Story::empty().await;
    let kind = approved(&story).await;
    assert!(kind >= 100_001);
    let lead = story.person("anna@firm.example");
    let token = story.since(story.now.plus_ms(-3_600_000)).await;
    let input = json!({"input": [
        {"leadId": lead, "activityDate": "2026-11-21T08:30:00Z", "activityTypeId": kind, "primaryAttributeValue": "high",
         "attributes": [{"apiName": "reason", "value": "pricing page"}]},
        {"leadId": 999_999, "activityDate": "2026-11-21T08:30:00Z", "activityTypeId": kind, "primaryAttributeValue": "high"},
        {"leadId": lead, "activityDate": "today", "activityTypeId": kind, "primaryAttributeValue": "high"},
        {"leadId": lead, "activityDate": "2026-11-21T08:30:00Z", "activityTypeId": kind, "primaryAttributeValue": "high",
         "attributes": [{"apiName": "other", "value": 1}]},
        {"leadId": lead, "activityDate": "2026-11-21T08:30:00Z", "activityTypeId": 1, "primaryAttributeValue": "high"},
        {"leadId": lead, "activityDate": "2026-11-21T08:30:00Z", "activityTypeId": kind, "primaryAttributeValue": "high",
         "attributes": [{"apiName": "reason", "value": "x".repeat(65_537)}]}
    ]});
    let seen = story.post("/rest/v1/activities/external.json", input).await;
    let results = seen.result();
    assert_eq!(results[0]["status"], "added");
    assert_eq!(results[0]["marketoGUID"], results[0]["id"].to_string());
    let codes: Vec<&str> = results[1..].iter().map(|one| one["errors"][0]["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["1004", "1001", "1006", "1003", "1049"]);
    assert!(results[1].get("reasons").is_none(), "this write alone says `errors`");
    let (rows, _) = story.follow(&kind.to_string(), token).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0]["primaryAttributeValue"].as_str(), rows[0]["activityDate"].as_str()),
        (Some("high"), Some("2026-11-21T08:30:00Z"))
    );
    assert_eq!(rows[0]["attributes"], json!([{"name": "Reason", "value": "pricing page"}]));
    let types = story.get("/rest/v1/activities/types.json").await;
    assert!(types.result().iter().any(|one| one["id"] == kind), "custom types come without a mark");
}

#[tokio::test]
async fn a_draft_takes_nothing_and_types_are_few() {
    let story = Story::empty().await;
    let made = story.post(&format!("{TYPE}.json"), draft("one")).await;
    let kind = made.result()[0]["id"].as_u64().unwrap();
    let lead = story.person("anna@firm.example");
    let input = json!({"input": [{"leadId": lead, "activityDate": "2026-11-21T08:30:00Z", "activityTypeId": kind,
                                  "primaryAttributeValue": "x"}]});
    let seen = story.post("/rest/v1/activities/external.json", input).await;
    assert_eq!(seen.result()[0]["errors"][0]["code"], "1003");
    assert_eq!(story.post(&format!("{TYPE}.json"), draft("one")).await.code(), "1017");
    assert_eq!(story.post(&format!("{TYPE}.json"), draft("no way")).await.code(), "1001");
    assert_eq!(story.post(&format!("{TYPE}.json"), json!({"apiName": "two"})).await.code(), "1002");
    for number in 2..=10 {
        assert_eq!(story.post(&format!("{TYPE}.json"), draft(&format!("type{number}"))).await.code(), "");
    }
    assert_eq!(story.post(&format!("{TYPE}.json"), draft("eleventh")).await.code(), "1027");
    let attributes: Vec<Value> =
        (0..21).map(|n| json!({"apiName": format!("a{n}"), "name": format!("A {n}"), "dataType": "string"})).collect();
    let path = format!("{TYPE}/one/attributes/create.json");
    assert_eq!(story.post(&path, json!({"attributes": attributes})).await.code(), "1028");
    assert_eq!(story.poke(&format!("{TYPE}/one/delete.json")).await.result()[0]["status"], "deleted");
    assert_eq!(story.get(&format!("{TYPE}/one/describe.json")).await.code(), "1013");
}
