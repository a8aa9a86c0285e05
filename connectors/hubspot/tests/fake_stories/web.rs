//! Page views, marketing e-mail events, forms and their submissions.

use std::collections::BTreeSet;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind, Submission};
use serde_json::Value;

use crate::client::Story;

const EVENTS: &str = "/events/event-occurrences/2026-09";

#[tokio::test]
async fn page_views_are_read_by_type_and_time_in_either_order() {
    let story = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    for (sort, ascending) in [("occurredAt", true), ("-occurredAt", false)] {
        let (mut times, mut ids, mut after) = (Vec::new(), BTreeSet::new(), Some(String::new()));
        while let Some(cursor) = after {
            let path = format!("{EVENTS}?eventType=e_visited_page&limit=90&sort={sort}&after={cursor}");
            let seen = story.get(&path).await;
            after = seen.after();
            for event in seen.body["results"].as_array().unwrap() {
                times.push(event["occurredAt"].as_str().unwrap().to_owned());
                assert!(ids.insert(event["id"].as_str().unwrap().to_owned()), "no event comes twice");
                assert!(event["properties"]["hs_url"].as_str().unwrap().starts_with("https://"));
            }
        }
        assert_eq!(times.len(), 400);
        if !ascending {
            times.reverse();
        }
        assert!(times.is_sorted());
    }
}

#[tokio::test]
async fn an_event_needs_a_selector_and_a_subscription() {
    let story = Story::empty().await;
    let contact = story.fake.edit(|account| {
        let contact = account.add(Kind::Contact, &[("email", "a@b.example")], story.now);
        account.add_page_view(contact, story.now.plus_ms(-1_000), "https://www.example.com/pricing", "Pricing");
        account.add_page_view(contact, story.now, "https://www.example.com/", "Start");
        contact
    });
    let none = story.get(EVENTS).await;
    assert_eq!((none.status, none.message()), (400, "Must specify an eventType or objectType"));
    let count = async |query: &str| {
        let seen = story.get(&format!("{EVENTS}?{query}")).await;
        seen.body["results"].as_array().map(Vec::len)
    };
    assert_eq!(count(&format!("objectType=contact&objectId={contact}")).await, Some(2));
    assert_eq!(count("objectType=contact&objectProperty.email=a%40b.example").await, Some(2));
    assert_eq!(count("eventType=e_visited_page&property.hs_title=Pricing").await, Some(1));
    assert_eq!(count(&format!("eventType=e_visited_page&occurredAfter={}", story.now)).await, Some(1));
    assert_eq!(count("eventType=e_made_up").await, None);
    let small = Story::with(FakeConfig { enterprise: false, ..FakeConfig::for_tests() }, FakeHubSpot::empty).await;
    assert_eq!(small.get(&format!("{EVENTS}?eventType=e_visited_page")).await.status, 403);
}

#[tokio::test]
async fn mail_events_come_newest_first_with_both_ends_of_the_window() {
    let story = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    let all = story.fake.read(|account| account.email_events.by_time().len());
    let (mut events, mut offset) = (Vec::<Value>::new(), String::new());
    loop {
        let seen = story.get(&format!("/email/public/v1/events?limit=250&offset={offset}")).await;
        events.extend(seen.body["events"].as_array().unwrap().iter().cloned());
        offset = seen.body["offset"].as_str().unwrap().to_owned();
        if seen.body["hasMore"] == false {
            break;
        }
    }
    assert_eq!(events.len(), all);
    let created: Vec<i64> = events.iter().map(|event| event["created"].as_i64().unwrap()).collect();
    assert!(created.is_sorted_by(|a, b| a >= b));
    let keys: BTreeSet<(i64, &str)> =
        events.iter().map(|event| (event["created"].as_i64().unwrap(), event["id"].as_str().unwrap())).collect();
    assert_eq!(keys.len(), all, "created and id together are unique");
    let (oldest, newest) = (created[all - 1], created[0]);
    let inside =
        story.get(&format!("/email/public/v1/events?limit=1000&startTimestamp={oldest}&endTimestamp={newest}")).await;
    assert_eq!(inside.body["events"].as_array().unwrap().len(), all.min(1_000));
    let click = events.iter().find(|event| event["type"] == "CLICK").expect("someone clicked");
    let sent = &click["sentBy"];
    let sending =
        story.get(&format!("/email/public/v1/events/{}/{}", sent["created"], sent["id"].as_str().unwrap())).await;
    assert_eq!((sending.body["type"].as_str(), &sending.body["recipient"]), (Some("SENT"), &click["recipient"]));
    let campaign = story.get(&format!("/email/public/v1/campaigns/{}", click["emailCampaignId"])).await;
    assert!(campaign.body["name"].is_string());
}

#[tokio::test]
async fn mail_events_are_narrowed_by_type_recipient_and_filter() {
    let story = Story::empty().await;
    story.fake.edit(|account| {
        let sent = account.email_events.add("SENT", "a@b.example", 7, story.now.plus_ms(-10));
        account.email_events.add("OPEN", "a@b.example", 7, story.now);
        let mut filtered = account.email_events.by_time().values().last().unwrap().clone();
        (filtered.number, filtered.filtered, filtered.sent_by) = (9, true, Some(sent));
        account.email_events.insert(filtered);
        account.email_events.add("OPEN", "c@d.example", 8, story.now);
    });
    let count = async |query: &str| {
        let seen = story.get(&format!("/email/public/v1/events?{query}")).await;
        (seen.status, seen.body["events"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(count("eventType=OPEN").await, (200, 3));
    assert_eq!(count("eventType=OPEN&excludeFilteredEvents=true").await, (200, 2));
    assert_eq!(count("recipient=A%40b.example").await, (200, 3));
    assert_eq!(count("campaignId=8").await, (200, 1));
    assert_eq!(count(&format!("endTimestamp={}", story.now.as_ms() - 1)).await, (200, 1));
    assert_eq!(count("eventType=OPENED").await, (400, 0));
}

#[tokio::test]
async fn forms_show_their_submissions_newest_first() {
    let story = Story::empty().await;
    story.fake.edit(|account| {
        account.forms.add("f-1", "Demo", "hubspot", story.now);
        account.forms.add("f-2", "Old site", "captured", story.now);
        account.forms.add("f-3", "Comments", "blog_comment", story.now);
        for number in 0..60 {
            account.forms.submit(
                "f-1",
                Submission {
                    conversion_id: format!("c{number:02}"),
                    submitted_at: story.now.plus_ms(-60_000 * number),
                    page_url: "https://www.example.com/demo".into(),
                    values: vec![("email".into(), "a@b.example".into())],
                },
            );
        }
    });
    assert_eq!(story.get("/marketing/v3/forms").await.body["results"].as_array().unwrap().len(), 1);
    assert_eq!(story.get("/marketing/v3/forms?formTypes=all").await.body["results"].as_array().unwrap().len(), 3);
    let path = "/form-integrations/v1/submissions/forms/f-1";
    assert_eq!(story.get(&format!("{path}?limit=51")).await.status, 400);
    let first = story.get(&format!("{path}?limit=50")).await;
    let second = story.get(&format!("{path}?limit=50&after={}", first.after().unwrap())).await;
    let mut times: Vec<i64> = Vec::new();
    for seen in [&first, &second] {
        times.extend(seen.body["results"].as_array().unwrap().iter().map(|one| one["submittedAt"].as_i64().unwrap()));
    }
    assert_eq!((times.len(), second.after()), (60, None));
    assert!(times.is_sorted_by(|a, b| a > b));
    let comments = story.get("/form-integrations/v1/submissions/forms/f-3").await;
    assert_eq!((comments.status, comments.body["errorType"].as_str()), (400, Some("FORM_TYPE_NOT_ALLOWED")));
    assert_eq!(story.get("/form-integrations/v1/submissions/forms/none").await.status, 404);
}

#[tokio::test]
async fn engagements_are_records_with_associations() {
    let story = Story::with(FakeConfig::for_tests(), FakeHubSpot::seeded).await;
    for kind in ["calls", "emails", "meetings", "notes", "tasks", "communications"] {
        let seen = story
            .get(&format!("/crm/objects/2026-09/{kind}?limit=100&associations=contacts&properties=hs_timestamp"))
            .await;
        let results = seen.body["results"].as_array().unwrap();
        assert_eq!(results.len(), 15, "{kind}");
        assert!(results[0]["properties"]["hs_timestamp"].is_string());
        assert!(results[0]["associations"]["contacts"]["results"][0]["id"].is_string());
    }
    let note = serde_json::json!({"properties": {"hs_note_body": "no time"}});
    assert_eq!(story.post("/crm/objects/2026-09/notes", note).await.status, 400, "an activity needs its time");
    let scopes = Some(vec!["crm.objects.contacts.read".to_owned()]);
    let narrow = Story::with(FakeConfig { scopes, ..FakeConfig::for_tests() }, FakeHubSpot::seeded).await;
    let path = "/crm/objects/2026-09/emails?properties=hs_email_subject,hs_email_text";
    let bodies = |seen: &crate::client::Seen| seen.body["results"][0]["properties"].get("hs_email_text").is_some();
    assert!(bodies(&story.get(path).await));
    assert!(!bodies(&narrow.get(path).await), "bodies need a scope of their own");
}
