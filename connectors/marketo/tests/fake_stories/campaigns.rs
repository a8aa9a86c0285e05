//! Smart campaigns: which can be requested, who goes through, and what is not said about it.

use std::time::Duration;

use intentd_marketo::fake::{CampaignType, Qualification, Step};
use serde_json::{Value, json};

use crate::client::{Seen, Story};

fn campaign(story: &Story, name: &str, qualification: Qualification) -> u64 {
    story.fake.edit(|account| {
        let email = account.programs.add_email("Guide", "Your guide", story.now);
        let id = account.campaigns.add(name, CampaignType::Trigger, story.now);
        let campaign = account.campaigns.all.get_mut(&id).unwrap();
        (campaign.active, campaign.by_request, campaign.qualification) = (true, true, qualification);
        campaign.flow = vec![Step::SendEmail(email)];
        campaign.tokens = vec!["{{my.message}}".into()];
        id
    })
}

async fn request(story: &Story, campaign: u64, leads: &[u64]) -> Seen {
    let leads: Vec<Value> = leads.iter().map(|id| json!({"id": id})).collect();
    story.post(&format!("/rest/v1/campaigns/{campaign}/trigger.json"), json!({"input": {"leads": leads}})).await
}

#[tokio::test]
async fn a_request_sends_the_mail_and_answers_nothing_but_the_campaign() {
    let story = Story::empty().await;
    let id = campaign(&story, "Guide", Qualification::Any);
    let (anna, nora) = (story.person("anna@firm.example"), story.person("nora@firm.example"));
    story.fake.edit(|account| account.set_lead(nora, &[("unsubscribed", json!(true))], story.now));
    let token = story.since(story.now).await;
    let seen = request(&story, id, &[anna, nora]).await;
    assert_eq!(*seen.result(), [json!({"id": id})]);
    story.clock.advance(Duration::from_secs(10));
    let (rows, _) = story.follow("6,7,47", token).await;
    let told: Vec<(u64, u64)> =
        rows.iter().map(|row| (row["activityTypeId"].as_u64().unwrap(), row["leadId"].as_u64().unwrap())).collect();
    assert_eq!(told, [(47, anna), (6, anna), (47, nora), (7, anna)], "who unsubscribed is passed over in silence");
    assert!(rows.iter().all(|row| row["campaignId"] == id));
    let membership = story.get(&format!("/rest/v1/leads/{anna}/smartCampaignMembership.json")).await;
    assert_eq!(membership.result()[0]["smartCampaignId"], id);
}

#[tokio::test]
async fn the_qualification_rule_drops_without_a_word() {
    let mut story = Story::empty().await;
    let lead = story.person("anna@firm.example");
    for (rule, expected) in [(Qualification::Once, 1), (Qualification::Any, 3), (Qualification::EveryDays(1), 2)] {
        let id = campaign(&story, &format!("{rule:?}"), rule);
        for hours in [0, 12, 12] {
            story.clock.advance(Duration::from_secs(hours * 3_600));
            story.sign_in().await;
            let seen = request(&story, id, &[lead]).await;
            assert_eq!(seen.result()[0]["id"], id);
        }
        assert_eq!(story.fake.read(|account| account.campaigns.all[&id].passed[&lead].len()), expected, "{rule:?}");
        assert_eq!(story.fake.stats().triggered[&(id, lead)], 3);
    }
}

#[tokio::test]
async fn only_what_can_be_requested_is() {
    let story = Story::empty().await;
    let id = campaign(&story, "Guide", Qualification::Any);
    let lead = story.person("anna@firm.example");
    let set = |active: bool, by_request: bool, kind: CampaignType| {
        story.fake.edit(|account| {
            let campaign = account.campaigns.all.get_mut(&id).unwrap();
            (campaign.active, campaign.by_request, campaign.kind) = (active, by_request, kind);
        });
    };
    for (active, by_request, kind) in
        [(false, true, CampaignType::Trigger), (true, false, CampaignType::Trigger), (true, true, CampaignType::Batch)]
    {
        set(active, by_request, kind);
        assert_eq!(request(&story, id, &[lead]).await.code(), "1003", "{active} {by_request} {kind:?}");
    }
    set(true, true, CampaignType::Trigger);
    assert_eq!(request(&story, 99, &[lead]).await.code(), "1013");
    assert_eq!(request(&story, id, &[]).await.code(), "1002");
    assert_eq!(request(&story, id, &[lead; 101]).await.code(), "1003");
    assert_eq!(request(&story, id, &[lead, 999_999]).await.code(), "1004");
    assert!(story.fake.read(|account| account.campaigns.all[&id].passed.is_empty()), "nobody went through");
    let with = async |tokens: Value| {
        let body = json!({"input": {"leads": [{"id": lead}], "tokens": tokens}});
        story.post(&format!("/rest/v1/campaigns/{id}/trigger.json"), body).await.code().to_owned()
    };
    assert_eq!(with(json!([{"name": "{{my.other}}", "value": "x"}])).await, "1003");
    assert_eq!(with(json!([{"name": "{{my.message}}", "value": "x"}])).await, "");
}

#[tokio::test]
async fn what_can_be_requested_is_told_by_both_views() {
    let story = Story::seeded().await;
    let assets = story.get("/rest/asset/v1/smartCampaigns.json?maxReturn=200").await;
    let able: Vec<u64> = assets
        .result()
        .iter()
        .filter(|one| one["isRequestable"] == true)
        .map(|one| one["id"].as_u64().unwrap())
        .collect();
    assert_eq!(able.len(), 3);
    assert_eq!(story.get("/rest/v1/campaigns.json?isTriggerable=true").await.ids(), able);
    let follow_up = assets.result().iter().find(|one| one["name"] == "Intent follow-up").unwrap();
    assert_eq!(
        (follow_up["type"].as_str(), follow_up["qualificationRuleType"].as_str()),
        (Some("trigger"), Some("once"))
    );
    assert!(follow_up["parentProgramId"].is_u64());
    let monthly = assets.result().iter().find(|one| one["name"] == "Alert sales monthly").unwrap();
    assert_eq!(monthly["qualificationRuleInterval"], 30);
    let inactive = story.get("/rest/asset/v1/smartCampaigns.json?isActive=false").await;
    assert_eq!(inactive.result().len(), 2);
    let id = able[0];
    assert_eq!(story.get(&format!("/rest/asset/v1/smartCampaign/{id}.json")).await.ids(), [id]);
    assert_eq!(story.poke(&format!("/rest/asset/v1/smartCampaign/{id}/activate.json")).await.code(), "709");
    assert_eq!(story.poke(&format!("/rest/asset/v1/smartCampaign/{id}/deactivate.json")).await.ids(), [id]);
    assert_eq!(story.get("/rest/v1/campaigns.json?isTriggerable=true").await.ids(), able[1..]);
}

#[tokio::test]
async fn assets_come_by_offset_until_a_warning() {
    let story = Story::seeded().await;
    let page = async |offset: usize| {
        story.get(&format!("/rest/asset/v1/smartCampaigns.json?maxReturn=4&offset={offset}")).await
    };
    assert_eq!(page(0).await.result().len(), 4);
    assert_eq!(page(4).await.result().len(), 2);
    let end = page(6).await;
    assert_eq!(end.body["success"], true);
    assert!(end.body.get("result").is_none());
    assert!(end.body["warnings"][0].is_string());
    assert_eq!(story.get("/rest/asset/v1/smartCampaigns.json?maxReturn=201").await.code(), "1001");
}

#[tokio::test]
async fn batch_campaigns_are_scheduled() {
    let story = Story::empty().await;
    let id = story.fake.edit(|account| account.campaigns.add("Clean-up", CampaignType::Batch, story.now));
    let path = format!("/rest/v1/campaigns/{id}/schedule.json");
    assert_eq!(story.poke(&path).await.ids(), [id]);
    let at = |text: &str| json!({"input": {"runAt": text}});
    assert_eq!(story.post(&path, at("2026-12-24T18:00:00+0000")).await.ids(), [id]);
    assert_eq!(story.post(&path, at("2029-12-24T18:00:00+0000")).await.code(), "1042");
    assert_eq!(story.post(&path, at("soon")).await.code(), "704");
    assert_eq!(story.post(&path, json!({"input": []})).await.code(), "1003");
    let runs = story.fake.read(|account| account.campaigns.all[&id].scheduled.clone());
    assert_eq!(runs[0], story.now.plus_ms(5 * 60_000), "never sooner than in five minutes");
    let trigger = campaign(&story, "Guide", Qualification::Any);
    assert_eq!(story.poke(&format!("/rest/v1/campaigns/{trigger}/schedule.json")).await.code(), "1003");
}
