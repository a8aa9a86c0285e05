//! Property definitions and groups.

use serde_json::{Value, json};

use crate::client::Story;

const COMPANIES: &str = "/crm/properties/2026-09/companies";

fn showing_intent() -> Value {
    json!({"groupName": "intentd", "name": "intentd_showing_intent", "label": "Showing intent", "type": "bool",
           "fieldType": "booleancheckbox", "options": [
               {"label": "Yes", "value": "true", "displayOrder": 0, "hidden": false},
               {"label": "No", "value": "false", "displayOrder": 1, "hidden": false}]})
}

#[tokio::test]
async fn a_property_is_made_in_its_group_written_and_archived() {
    let story = Story::empty().await;
    let early = story.post(COMPANIES, showing_intent()).await;
    assert_eq!(early.status, 400, "the group is not there yet");
    let group = json!({"name": "intentd", "label": "intentd", "displayOrder": -1});
    assert_eq!(story.post(&format!("{COMPANIES}/groups"), group.clone()).await.status, 201);
    let again = story.post(&format!("{COMPANIES}/groups"), group).await;
    assert_eq!((again.status, again.body["category"].as_str()), (409, Some("OBJECT_ALREADY_EXISTS")));
    let made = story.post(COMPANIES, showing_intent()).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.body["modificationMetadata"]["readOnlyValue"], false);
    let again = story.post(COMPANIES, showing_intent()).await;
    assert_eq!((again.status, again.body["subCategory"].as_str()), (409, Some("Properties.PROPERTY_EXISTS")));
    let company = json!({"properties": {"name": "Corp", "intentd_showing_intent": true}});
    assert_eq!(story.post("/crm/v3/objects/companies", company.clone()).await.status, 201);
    assert_eq!(story.delete(&format!("{COMPANIES}/groups/intentd")).await.status, 400, "the group is in use");
    assert_eq!(story.delete(&format!("{COMPANIES}/intentd_showing_intent")).await.status, 204);
    assert_eq!(story.post("/crm/v3/objects/companies", company).await.status, 400);
    assert_eq!(story.get(&format!("{COMPANIES}/intentd_showing_intent")).await.status, 404);
    let archived = story.get(&format!("{COMPANIES}?archived=true")).await;
    assert_eq!(archived.body["results"][0]["name"], "intentd_showing_intent");
    assert_eq!(story.delete(&format!("{COMPANIES}/groups/intentd")).await.status, 204);
}

#[tokio::test]
async fn definitions_that_make_no_sense_are_refused() {
    let story = Story::empty().await;
    let sound = json!({"groupName": "companyinformation", "name": "my_score", "label": "Score", "type": "number",
                       "fieldType": "number"});
    for (field, value) in [
        ("name", json!("My_score")),
        ("name", json!("1score")),
        ("name", json!("my-score")),
        ("type", json!("object_coordinates")),
        ("fieldType", json!("text")),
        ("groupName", json!("no_such_group")),
        ("type", json!("enumeration")),
    ] {
        let mut bad = sound.clone();
        bad[field] = value.clone();
        assert_eq!(story.post(COMPANIES, bad).await.status, 400, "{field} {value}");
    }
    assert_eq!(story.post(COMPANIES, sound).await.status, 201);
    let changed = story.patch(&format!("{COMPANIES}/my_score"), json!({"label": "Our score"})).await;
    assert_eq!(changed.body["label"], "Our score");
    assert_eq!(story.patch(&format!("{COMPANIES}/name"), json!({"label": "x"})).await.status, 400);
    let batch = json!({"inputs": [{"name": "my_score"}, {"name": "name"}]});
    let read = story.post(&format!("{COMPANIES}/batch/read"), batch).await;
    assert_eq!(read.body["results"].as_array().unwrap().len(), 2);
    let source = story.get(&format!("{COMPANIES}/hs_object_source")).await;
    assert_eq!(source.body["modificationMetadata"]["readOnlyValue"], true);
}

#[tokio::test]
async fn owners_and_pipelines_are_listed() {
    let config = intentd_hubspot::fake::FakeConfig::for_tests();
    let story = Story::with(config, intentd_hubspot::fake::FakeHubSpot::seeded).await;
    let owners = story.get("/crm/owners/2026-09?limit=2").await;
    assert_eq!(owners.ids().len(), 2);
    let rest = story.get(&format!("/crm/owners/2026-09?limit=2&after={}", owners.after().unwrap())).await;
    assert_eq!((rest.ids().len(), rest.after()), (1, None), "one of the four is archived");
    let archived = story.get("/crm/v3/owners?archived=true").await;
    assert!(archived.body["results"][0]["userId"].is_null());
    let pipelines = story.get("/crm/pipelines/2026-09/deals").await;
    let stages = pipelines.body["results"][0]["stages"].as_array().unwrap();
    assert_eq!(stages.len(), 7);
    assert_eq!(stages[5]["metadata"], json!({"isClosed": "true", "probability": "1.0"}));
}
