//! Merging, and deleting a person for good.

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind, Submission};
use serde_json::json;

use crate::client::Story;

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

fn two(story: &Story) -> (u64, u64, u64) {
    story.fake.edit(|account| {
        let kept = account.add(Kind::Contact, &[("email", "a@b.example"), ("city", "Oslo")], story.now);
        let gone = account.add(Kind::Contact, &[("email", "a2@b.example"), ("jobtitle", "VD")], story.now);
        let company = account.add(Kind::Company, &[("name", "Corp")], story.now);
        account.associate((Kind::Contact, gone), (Kind::Company, company));
        account.add_page_view(gone, story.now, "https://www.example.com/", "Start");
        (kept, gone, company)
    })
}

#[tokio::test]
async fn the_survivor_answers_for_the_absorbed_one_but_only_in_single_calls() {
    let story = Story::empty().await;
    let (kept, gone, company) = two(&story);
    let merge = json!({"primaryObjectId": kept.to_string(), "objectIdToMerge": gone.to_string()});
    assert_eq!(story.post(&format!("{CONTACTS}/merge"), merge.clone()).await.body["id"], kept.to_string());
    let names = "email,jobtitle,city,hs_merged_object_ids,hs_additional_emails,associatedcompanyid";
    let seen = story.get(&format!("{CONTACTS}/{gone}?properties={names}")).await;
    assert_eq!(seen.body["id"], kept.to_string());
    let properties = &seen.body["properties"];
    assert_eq!(properties["hs_merged_object_ids"], gone.to_string());
    assert_eq!(properties["hs_additional_emails"], "a2@b.example");
    assert_eq!((properties["jobtitle"].as_str(), properties["city"].as_str()), (Some("VD"), Some("Oslo")));
    assert_eq!(properties["associatedcompanyid"], company.to_string(), "associations moved along");
    assert_eq!(story.get(CONTACTS).await.ids(), [kept]);
    let read = story.post(&format!("{CONTACTS}/batch/read"), json!({"inputs": [{"id": gone.to_string()}]})).await;
    assert_eq!(read.body["errors"][0]["context"]["ids"][0], gone.to_string());
    let change = json!({"properties": {"city": "Umeå"}});
    assert_eq!(story.patch(&format!("{CONTACTS}/{gone}"), change).await.status, 200);
    let batch = json!({"inputs": [{"id": gone.to_string(), "properties": {"city": "Umeå"}}]});
    assert_eq!(story.post(&format!("{CONTACTS}/batch/update"), batch).await.status, 400);
    assert_eq!(story.post(CONTACTS, json!({"properties": {"email": "A2@b.example"}})).await.status, 409);
    let events = story.get(&format!("/events/v3/events?objectType=contact&objectId={gone}")).await;
    assert_eq!(events.body["results"][0]["objectId"], kept.to_string());
    assert_eq!(story.post(&format!("{CONTACTS}/merge"), merge).await.status, 404, "there is nothing left to merge");
}

#[tokio::test]
async fn a_merge_may_make_a_new_id() {
    let config = FakeConfig { merge_makes_new_id: true, ..FakeConfig::for_tests() };
    let story = Story::with(config, FakeHubSpot::empty).await;
    let (kept, gone, _) = two(&story);
    let merge = json!({"primaryObjectId": kept, "objectIdToMerge": gone});
    let seen = story.post(&format!("{CONTACTS}/merge"), merge).await;
    let survivor: u64 = seen.body["id"].as_str().unwrap().parse().unwrap();
    assert!(survivor != kept && survivor != gone);
    for old in [kept, gone] {
        assert_eq!(story.get(&format!("{CONTACTS}/{old}")).await.body["id"], survivor.to_string());
    }
    assert_eq!(story.fake.properties_of(Kind::Contact, kept).unwrap()["city"], "Oslo");
    assert_eq!(story.get(CONTACTS).await.ids(), [survivor]);
}

#[tokio::test]
async fn a_deleted_person_leaves_nothing_behind() {
    let story = Story::empty().await;
    let (_, gone, _) = two(&story);
    story.fake.edit(|account| {
        account.email_events.add("OPEN", "A2@b.example", 7, story.now);
        account.forms.add("f", "Demo", "hubspot", story.now);
        let values = vec![("email".to_owned(), "a2@b.example".to_owned())];
        let page_url = "https://www.example.com/demo".to_owned();
        account.forms.submit("f", Submission { conversion_id: "c".into(), submitted_at: story.now, page_url, values });
    });
    let body = json!({"idProperty": "email", "objectId": "a2@b.example"});
    assert_eq!(story.post(&format!("{CONTACTS}/gdpr-delete"), body).await.status, 204);
    assert_eq!(story.get(&format!("{CONTACTS}/{gone}")).await.status, 404);
    assert!(story.get(&format!("{CONTACTS}?archived=true")).await.ids().is_empty(), "not in the recycle bin either");
    let all = serde_json::to_string(&story.fake.snapshot()).unwrap().to_lowercase();
    assert!(!all.contains("a2@b.example"));
    story.fake.read(|account| assert_eq!(account.page_views.by_time().len(), 0));
}
