//! Programs: their members climb a ladder and never come down; e-mails and channels as assets.

use serde_json::{Value, json};

use crate::client::{Story, escaped};

fn webinar(story: &Story) -> u64 {
    story.fake.edit(|account| {
        account.programs.add_channel("Webinar", "event", &["Invited", "Registered", "Attended"], &["Attended"]);
        account.programs.add("Autumn webinar", "Event", "Webinar", story.now)
    })
}

#[tokio::test]
async fn members_climb_and_never_come_down() {
    let story = Story::empty().await;
    let program = webinar(&story);
    let lead = story.person("anna@firm.example");
    let token = story.since(story.now).await;
    let to = async |status: &str| {
        let body = json!({"statusName": status, "input": [{"leadId": lead}, {"leadId": 999_999}]});
        story.post(&format!("/rest/v1/programs/{program}/members/status.json"), body).await
    };
    assert_eq!(to("Registered").await.outcomes(), ["created", "1004"]);
    assert_eq!(to("Invited").await.outcomes()[0], "1037");
    assert_eq!(to("Registered").await.outcomes()[0], "1037");
    assert_eq!(to("Attended").await.outcomes()[0], "updated");
    assert_eq!(to("Influenced").await.code(), "1025");
    let (rows, _) = story.follow("104", token).await;
    assert_eq!(rows.len(), 2);
    let told = rows[1]["attributes"].as_array().unwrap();
    assert!(told.contains(&json!({"name": "New Status", "value": "Attended"})));
    assert!(told.contains(&json!({"name": "Success", "value": true})));
    let path = format!("/rest/v1/programs/{program}/members.json?filterType=statusName&filterValues=Attended");
    let seen = story.get(&path).await;
    let member = &seen.result()[0];
    assert_eq!((member["leadId"].as_u64(), member["reachedSuccess"].as_bool()), (Some(lead), Some(true)));
    let of_lead = story.get(&format!("/rest/v1/leads/{lead}/programMembership.json")).await;
    assert_eq!(
        (of_lead.result()[0]["id"].as_u64(), of_lead.result()[0]["progressionStatus"].as_str()),
        (Some(program), Some("Attended"))
    );
    let leads = story.get(&format!("/rest/v1/leads/programs/{program}.json?fields=email")).await;
    assert_eq!(leads.result()[0]["membership"]["progressionStatus"], "Attended");
}

#[tokio::test]
async fn member_data_changes_members_only() {
    let story = Story::empty().await;
    let program = webinar(&story);
    let (anna, nora) = (story.person("anna@firm.example"), story.person("nora@firm.example"));
    story.fake.edit(|account| account.progress(program, anna, "Invited", story.now, None));
    let body = json!({"input": [{"leadId": anna, "registrationCode": "R1"}, {"leadId": nora, "registrationCode": "R2"},
                                {"leadId": anna, "membershipDate": "2026-01-01T00:00:00Z"}]});
    let seen = story.post(&format!("/rest/v1/programs/{program}/members.json"), body).await;
    assert_eq!(seen.outcomes(), ["updated", "1013", "1003"]);
    let body = json!({"input": [{"leadId": anna}, {"leadId": anna}]});
    let seen = story.post(&format!("/rest/v1/programs/{program}/members/delete.json"), body).await;
    assert_eq!(seen.outcomes(), ["deleted", "1013"]);
}

#[tokio::test]
async fn members_are_found_by_a_week_of_change_at_most() {
    let story = Story::empty().await;
    let program = webinar(&story);
    let leads: Vec<u64> = (0..3).map(|number| story.person(&format!("p{number}@firm.example"))).collect();
    story.fake.edit(|account| {
        for lead in &leads {
            account.progress(program, *lead, "Invited", story.now, None);
        }
    });
    let ask = async |from: &str, more: &str| {
        let path = format!("/rest/v1/programs/{program}/members.json?filterType=updatedAt&startAt={from}&{more}");
        story.get(&path).await
    };
    let first = ask("2026-11-20T00:00:00Z", "batchSize=2").await;
    assert_eq!((first.result().len(), first.body["moreResult"].as_bool()), (2, Some(true)));
    let rest = ask("2026-11-20T00:00:00Z", &format!("nextPageToken={}", escaped(&first.token()))).await;
    assert_eq!(rest.result().iter().map(|one| one["leadId"].as_u64().unwrap()).collect::<Vec<_>>(), leads[2..]);
    assert_eq!(ask("2026-11-10T00:00:00Z", "").await.code(), "1003");
    assert_eq!(ask("", "").await.code(), "1002");
    let path = format!("/rest/v1/programs/{program}/members.json?filterType=membershipDate&filterValues=x");
    assert_eq!(story.get(&path).await.code(), "1011");
    assert_eq!(story.get("/rest/v1/programs/99/members.json?filterType=leadId&filterValues=1").await.code(), "1013");
}

#[tokio::test]
async fn assets_are_shown_as_assets() {
    let story = Story::seeded().await;
    let programs = story.get("/rest/asset/v1/programs.json?maxReturn=200").await;
    let webinar = programs.result().iter().find(|one| one["type"] == "Event").unwrap();
    assert!(webinar["createdAt"].as_str().unwrap().ends_with("Z+0000"));
    let id = webinar["id"].as_u64().unwrap();
    assert_eq!(story.get(&format!("/rest/asset/v1/program/{id}.json")).await.ids(), [id]);
    let name = escaped(webinar["name"].as_str().unwrap());
    assert_eq!(story.get(&format!("/rest/asset/v1/program/byName.json?name={name}")).await.ids(), [id]);
    let channels = story.get("/rest/asset/v1/channels.json").await;
    let channel = channels.result().iter().find(|one| one["name"] == webinar["channel"]).unwrap();
    assert!(channel["progressionStatuses"].as_array().unwrap().iter().any(|one| one["success"] == true));
    let approved = story.get("/rest/asset/v1/emails.json?status=approved&maxReturn=200").await;
    let drafts = story.get("/rest/asset/v1/emails.json?status=draft").await;
    assert!(approved.result().iter().all(|one| one["status"] == "approved" && one["subject"]["value"].is_string()));
    assert_eq!(drafts.result().len(), 1);
    let hidden = approved.ids()[0];
    story.fake.edit(|account| account.programs.emails.get_mut(&hidden).unwrap().in_test = true);
    let gone = story.get(&format!("/rest/asset/v1/email/{hidden}.json")).await;
    assert_eq!((gone.body["success"].as_bool(), gone.body.get("result")), (Some(true), None::<&Value>));
}
