//! Merging leads: the winner's values win, what the losers did and were in is the winner's.

use intentd_marketo::fake::{CampaignType, Qualification};
use serde_json::json;

use crate::client::Story;

#[tokio::test]
async fn the_winner_inherits() {
    let story = Story::empty().await;
    let now = story.now;
    let (winner, loser, list) = story.fake.edit(|account| {
        let winner = account.add_lead(&[("email", json!("anna@firm.example")), ("title", json!("VD"))], now);
        let loser = account
            .add_lead(&[("email", json!("a.berg@home.example")), ("title", json!("Chef")), ("phone", json!("1"))], now);
        let list = account.lists.add("Hot", now);
        account.join_list(list, loser, now, None);
        account.visit(loser, now, "www.nordlys.example", "/pricing");
        let campaign = account.campaigns.add("C", CampaignType::Trigger, now);
        let found = account.campaigns.all.get_mut(&campaign).unwrap();
        found.qualification = Qualification::Any;
        account.request_campaign(campaign, loser, now);
        (winner, loser, list)
    });
    let token = story.since(now).await;
    let seen = story.poke(&format!("/rest/v1/leads/{winner}/merge.json?leadIds={loser}&mergeInCRM=false")).await;
    assert_eq!(seen.body["success"], true);
    assert!(seen.body.get("result").is_none());
    assert_eq!(story.get(&format!("/rest/v1/lead/{loser}.json")).await.code(), "1004");
    let lead = story.get(&format!("/rest/v1/lead/{winner}.json?fields=email,title,phone")).await;
    assert_eq!(lead.result()[0], json!({"id": winner, "email": "anna@firm.example", "title": "VD", "phone": "1"}));
    let member = story.get(&format!("/rest/v1/lists/{list}/leads/ismember.json?id={winner}")).await;
    assert_eq!(member.outcomes(), ["memberof"]);
    let (rows, _) = story.follow("1,32,47", token).await;
    assert!(rows.iter().all(|row| row["leadId"] == winner));
    let merge = rows.iter().find(|row| row["activityTypeId"] == 32).unwrap();
    let attributes = merge["attributes"].as_array().unwrap();
    assert!(attributes.contains(&json!({"name": "Merge IDs", "value": format!("[{loser}]")})));
}

#[tokio::test]
async fn merges_that_cannot_be() {
    let story = Story::empty().await;
    let (anna, nora) = (story.person("anna@firm.example"), story.person("nora@firm.example"));
    let many = (0..26).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    for (query, code) in [
        (String::new(), "1002"),
        (format!("leadIds={many}"), "1080"),
        (format!("leadIds={anna}"), "1003"),
        (format!("leadIds={nora},999999"), "1004"),
    ] {
        assert_eq!(story.poke(&format!("/rest/v1/leads/{anna}/merge.json?{query}")).await.code(), code, "{query}");
    }
    assert_eq!(story.get(&format!("/rest/v1/lead/{nora}.json")).await.code(), "", "nothing was merged");
}

#[tokio::test]
async fn a_visitor_becomes_one_with_a_person() {
    let story = Story::empty().await;
    let person = story.person("anna@firm.example");
    let cookie = "id:284-FAK-133&token:_mch-nordlys.example-1-2";
    let visitor = story.fake.edit(|account| {
        let visitor = account.add_visitor(&[("inferredCompany", "Firm AB")], cookie, story.now);
        account.visit(visitor, story.now, "www.nordlys.example", "/pricing");
        visitor
    });
    let escaped = crate::client::escaped(cookie);
    let token = story.since(story.now).await;
    let seen = story.poke(&format!("/rest/v1/leads/{person}/associate.json?cookie={escaped}")).await;
    assert_eq!(seen.ids(), [person]);
    assert_eq!(story.get(&format!("/rest/v1/lead/{visitor}.json")).await.code(), "1004");
    let (rows, _) = story.follow("1", token).await;
    assert_eq!(rows[0]["leadId"], person);
    assert_eq!(story.poke(&format!("/rest/v1/leads/{person}/associate.json?cookie=x")).await.code(), "1012");
}
