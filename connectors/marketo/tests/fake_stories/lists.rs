//! Static lists: browsing, membership one line per id, and the asset view of them.

use serde_json::json;

use crate::client::{Story, escaped};

fn list(story: &Story, name: &str) -> u64 {
    story.fake.edit(|account| account.lists.add(name, story.now))
}

#[tokio::test]
async fn members_come_and_go_one_line_per_id() {
    let story = Story::empty().await;
    let list = list(&story, "Hot");
    let (anna, nora) = (story.person("anna@firm.example"), story.person("nora@firm.example"));
    let path = format!("/rest/v1/lists/{list}/leads.json");
    let added = story.poke(&format!("{path}?id={anna}&id={nora}&id=999999")).await;
    assert_eq!(added.outcomes(), ["added", "added", "1004"]);
    assert_eq!(added.result()[2]["id"], 999_999);
    assert_eq!(story.post(&path, json!({"input": [{"id": anna}]})).await.outcomes(), ["added"]);
    let asked = story.get(&format!("/rest/v1/lists/{list}/leads/ismember.json?id={anna}&id=999999")).await;
    assert_eq!(asked.outcomes(), ["memberof", "1004"]);
    assert_eq!(story.delete(&format!("{path}?id={anna}")).await.outcomes(), ["removed"]);
    assert_eq!(story.delete(&format!("{path}?id={anna}")).await.outcomes(), ["1015"]);
    let asked = story.get(&format!("/rest/v1/lists/{list}/leads/ismember.json?id={anna},{nora}")).await;
    assert_eq!(asked.outcomes(), ["notmemberof", "memberof"]);
    assert_eq!(
        story.get(&format!("{path}?fields=email")).await.result(),
        &vec![json!({"id": nora, "email": "nora@firm.example"})]
    );
    assert_eq!(story.get(&format!("/rest/v1/list/{list}/leads.json")).await.ids(), [nora], "the older path");
    let membership = story.get(&format!("/rest/v1/leads/{nora}/listMembership.json")).await;
    assert_eq!(membership.result()[0]["listId"], list);
    assert_eq!(story.fake.stats().list_writes[&list], 4);
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let story = Story::empty().await;
    let list = list(&story, "Hot");
    let id = story.person("anna@firm.example");
    let path = format!("/rest/v1/lists/{list}/leads.json");
    assert_eq!(story.poke(&format!("/rest/v1/lists/99/leads.json?id={id}")).await.code(), "1013");
    assert_eq!(story.poke(&path).await.code(), "1002");
    let many = (0..301).map(|id| format!("id={id}")).collect::<Vec<_>>().join("&");
    assert_eq!(story.poke(&format!("{path}?{many}")).await.code(), "1003");
    story.fake.edit(|account| account.lists.all.get_mut(&list).unwrap().importing = true);
    let busy = story.poke(&format!("{path}?id={id}")).await;
    assert_eq!((busy.code(), busy.message()), ("1019", "Import in progress"));
}

#[tokio::test]
async fn lists_are_found_by_name_and_in_pages() {
    let story = Story::empty().await;
    let ids: Vec<u64> = ["One", "Two", "Three"].iter().map(|name| list(&story, name)).collect();
    let seen = story.get("/rest/v1/lists.json?batchSize=2").await;
    assert_eq!((seen.ids(), seen.body["moreResult"].as_bool()), (ids[..2].to_vec(), Some(true)));
    let next = story.get(&format!("/rest/v1/lists.json?batchSize=2&nextPageToken={}", escaped(&seen.token()))).await;
    assert_eq!((next.ids(), next.body["moreResult"].as_bool()), (ids[2..].to_vec(), Some(false)));
    assert_eq!(story.get("/rest/v1/lists.json?name=Two").await.ids(), [ids[1]]);
    assert_eq!(story.get(&format!("/rest/v1/lists/{}.json", ids[0])).await.result()[0]["name"], "One");
    assert_eq!(story.get("/rest/v1/lists/99.json").await.code(), "1013");
}

#[tokio::test]
async fn members_come_in_pages() {
    let story = Story::empty().await;
    let list = list(&story, "Hot");
    let ids: Vec<u64> = (0..5).map(|number| story.person(&format!("p{number}@firm.example"))).collect();
    story.fake.edit(|account| {
        for id in &ids {
            account.join_list(list, *id, story.now, None);
        }
    });
    let path = format!("/rest/v1/lists/{list}/leads.json?batchSize=2");
    let (mut seen, mut all) = (story.get(&path).await, Vec::new());
    loop {
        all.extend(seen.ids());
        if seen.body["moreResult"] != true {
            break;
        }
        seen = story.get(&format!("{path}&nextPageToken={}", escaped(&seen.token()))).await;
    }
    assert_eq!(all, ids);
}

#[tokio::test]
async fn as_assets_lists_are_made_renamed_and_deleted() {
    let story = Story::empty().await;
    const LISTS: &str = "/rest/asset/v1/staticLists.json";
    let none = story.get(LISTS).await;
    assert_eq!(none.body["success"], true);
    assert!(none.body.get("result").is_none());
    assert_eq!(none.body["warnings"], json!(["No assets found for the given search criteria."]));
    let folder = ("folder", "{\"id\":341,\"type\":\"Folder\"}");
    let made = story.form(LISTS, &[("name", "Hot"), folder]).await;
    let id = made.ids()[0];
    assert_eq!(made.result()[0]["createdAt"], "2026-11-21T09:00:00Z+0000");
    assert_eq!(story.form(LISTS, &[("name", "hot"), folder]).await.code(), "709", "names are unique");
    assert_eq!(story.form(LISTS, &[("name", "Cold")]).await.code(), "701");
    assert_eq!(
        story.form(LISTS, &[("name", "Cold"), ("folder", "{\"id\":1,\"type\":\"Program\"}")]).await.code(),
        "710"
    );
    assert_eq!(story.post(LISTS, json!({"name": "Cold"})).await.code(), "612", "assets are written as forms");
    assert_eq!(story.form(&format!("/rest/asset/v1/staticList/{id}.json"), &[("name", "Warm")]).await.ids(), [id]);
    assert_eq!(story.get("/rest/asset/v1/staticList/byName.json?name=Warm").await.ids(), [id]);
    story.fake.edit(|account| account.lists.all.get_mut(&id).unwrap().in_use = true);
    assert_eq!(story.poke(&format!("/rest/asset/v1/staticList/{id}/delete.json")).await.code(), "709");
    story.fake.edit(|account| account.lists.all.get_mut(&id).unwrap().in_use = false);
    assert_eq!(story.poke(&format!("/rest/asset/v1/staticList/{id}/delete.json")).await.ids(), [id]);
}
