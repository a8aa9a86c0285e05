//! The activity log: forward only, from a token, with empty pages, late rows and rows without an id.

use std::time::Duration;

use intentd_marketo::fake::{Activity, FakeConfig, FakeMarketo, Fault, FaultKind, Oddities};
use serde_json::{Value, json};

use crate::client::{Story, escaped};

const VISIT: &str = "1";
const SITE: &str = "www.nordlys.example";

fn guids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["marketoGUID"].as_str().unwrap()).collect()
}

fn page(types: &str, token: &str) -> String {
    format!("/rest/v1/activities.json?activityTypeIds={types}&nextPageToken={}", escaped(token))
}

async fn odd(oddities: Oddities) -> Story {
    Story::with(FakeConfig { oddities, ..FakeConfig::for_tests() }, FakeMarketo::empty).await
}

#[tokio::test]
async fn types_are_told_by_name_and_id() {
    let story = Story::empty().await;
    let seen = story.get("/rest/v1/activities/types.json").await;
    let visit = seen.result().iter().find(|one| one["name"] == "Visit Webpage").unwrap();
    assert_eq!((visit["id"].as_u64(), visit["primaryAttribute"]["name"].as_str()), (Some(1), Some("Webpage ID")));
    assert!(visit["attributes"].as_array().unwrap().contains(&json!({"name": "Webpage URL", "dataType": "string"})));
}

#[tokio::test]
async fn a_visit_is_told_with_its_attributes() {
    let story = Story::empty().await;
    let lead = story.person("anna.berg@firm.example");
    story.fake.edit(|account| account.visit(lead, story.now, SITE, "/pricing?utm_source=x"));
    let token = story.since(story.now.plus_ms(-3_600_000)).await;
    let (rows, _) = story.follow(VISIT, token).await;
    let row = &rows[0];
    assert_eq!((row["leadId"].as_u64(), row["activityTypeId"].as_u64()), (Some(lead), Some(1)));
    assert_eq!(row["activityDate"], "2026-11-21T09:00:00Z");
    assert_eq!(row["primaryAttributeValue"], "www.nordlys.example/pricing");
    assert!(row["primaryAttributeValueId"].is_u64());
    assert!(row["id"].as_u64().unwrap() > u64::from(u32::MAX / 2), "ids exceed 32 bits");
    let attributes = row["attributes"].as_array().unwrap();
    assert!(attributes.contains(&json!({"name": "Webpage URL", "value": "/pricing?utm_source=x"})));
    assert!(attributes.contains(&json!({"name": "Query Parameters", "value": "utm_source=x"})));
    assert!(!attributes.iter().any(|one| one["name"] == "Referrer URL"), "what has no value is left out");
}

#[tokio::test]
async fn the_token_always_comes_and_goes_on() {
    let story = Story::empty().await;
    let lead = story.person("anna.berg@firm.example");
    let visit = |path: &str| story.fake.edit(|account| account.visit(lead, story.now, SITE, path));
    let token = story.since(story.now).await;
    for number in 0..5 {
        visit(&format!("/{number}"));
    }
    let first = story.get(&format!("{}&batchSize=2", page(VISIT, &token))).await;
    assert_eq!((first.result().len(), first.body["moreResult"].as_bool()), (2, Some(true)));
    let (rest, last) = story.follow(VISIT, first.token()).await;
    assert_eq!(rest.len(), 3);
    let idle = story.get(&page(VISIT, &last)).await;
    assert!(idle.result().is_empty());
    assert_eq!(idle.body["moreResult"], false);
    visit("/new");
    let (new, _) = story.follow(VISIT, idle.token()).await;
    assert_eq!(new.len(), 1, "the token of an empty last page is still the place to go on");
    let (again, _) = story.follow(VISIT, last).await;
    assert_eq!(guids(&again), guids(&new), "a token can be used twice");
}

#[tokio::test]
async fn sparse_types_come_with_empty_pages_in_between() {
    let story = odd(Oddities { scan_block: 10, ..Oddities::none() }).await;
    let lead = story.person("anna.berg@firm.example");
    story.fake.edit(|account| {
        for _ in 0..35 {
            account.visit(lead, story.now, SITE, "/");
        }
        account.log(Activity::new(46, lead, story.now).about(0, "Web"));
    });
    let mut token = story.since(story.now).await;
    let mut sizes = Vec::new();
    loop {
        let seen = story.get(&page("46", &token)).await;
        sizes.push((seen.result().len(), seen.body["moreResult"] == true));
        token = seen.token();
        if seen.body["moreResult"] == false {
            break;
        }
    }
    assert_eq!(sizes, [(0, true), (0, true), (0, true), (1, false)]);
    let token = story.since(story.now).await;
    story.fake.fail(Fault::next(FaultKind::EmptyPage));
    let seen = story.get(&page(VISIT, &token)).await;
    assert_eq!((seen.result().len(), seen.body["moreResult"].as_bool()), (0, Some(true)));
    assert_eq!(story.follow(VISIT, seen.token()).await.0.len(), 35, "nothing is lost by it");
}

#[tokio::test]
async fn who_reads_by_date_loses_what_comes_late() {
    let story = Story::empty().await;
    let lead = story.person("anna.berg@firm.example");
    let start = story.since(story.now).await;
    let late = Activity::new(6, lead, story.now).about(1_044, "Newsletter").late(600_000);
    story.fake.edit(|account| account.log(late));
    story.clock.advance(Duration::from_secs(60));
    let visited_at = story.now.plus_ms(60_000);
    story.fake.edit(|account| account.visit(lead, visited_at, SITE, "/"));
    let (rows, token) = story.follow("1,6", start).await;
    assert_eq!(rows.len(), 1, "the sending is not in the log yet");
    story.clock.advance(Duration::from_secs(600));
    let by_date = story.since(visited_at).await;
    let (rows, _) = story.follow("6", by_date).await;
    assert!(rows.is_empty(), "its date is before the newest that was seen");
    let (rows, _) = story.follow("1,6", token).await;
    assert_eq!((rows.len(), rows[0]["activityDate"].as_str()), (1, Some("2026-11-21T09:00:00Z")));
}

#[tokio::test]
async fn an_id_may_be_missing_and_the_order_is_not_that_of_time() {
    let story = odd(Oddities { missing_id_percent: 50, shuffle: true, ..Oddities::none() }).await;
    let lead = story.person("anna.berg@firm.example");
    story.fake.edit(|account| {
        for number in 0..200 {
            account.visit(lead, story.now.plus_ms(number * 1_000 - 300_000), SITE, "/");
        }
    });
    let token = story.since(story.now.plus_ms(-3_600_000)).await;
    let (rows, _) = story.follow(VISIT, token).await;
    assert_eq!(rows.len(), 200);
    let without = rows.iter().filter(|row| row.get("id").is_none()).count();
    assert_eq!(without, 100);
    let unique: std::collections::BTreeSet<&str> = guids(&rows).into_iter().collect();
    assert_eq!(unique.len(), 200, "marketoGUID is the identity");
    let dates: Vec<&str> = rows.iter().map(|row| row["activityDate"].as_str().unwrap()).collect();
    assert!(!dates.is_sorted());
}

#[tokio::test]
async fn only_sound_questions_are_answered() {
    let story = Story::seeded().await;
    let token = escaped(&story.since(story.now.plus_ms(-86_400_000)).await);
    let eleven = (1..=11).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let leads = (1..=31).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    for (query, code) in [
        (format!("nextPageToken={token}"), "1002"),
        ("activityTypeIds=1".into(), "1002"),
        ("activityTypeIds=1&nextPageToken=nonsense".into(), "1003"),
        (format!("activityTypeIds={eleven}&nextPageToken={token}"), "1003"),
        (format!("activityTypeIds=1&leadIds={leads}&nextPageToken={token}"), "1003"),
        (format!("activityTypeIds=one&nextPageToken={token}"), "1001"),
        (format!("activityTypeIds=9999&nextPageToken={token}"), "1001"),
        (format!("activityTypeIds=1,2&assetIds=3&nextPageToken={token}"), "1003"),
        (format!("activityTypeIds=1&listId=99&nextPageToken={token}"), "1013"),
    ] {
        assert_eq!(story.get(&format!("/rest/v1/activities.json?{query}")).await.code(), code, "{query}");
    }
    for (since, code) in
        [("", "1002"), ("yesterday", "704"), ("2026-11-21T09:00:00.000Z", "704"), ("2026-11-21T09:00:00%2B01:00", "")]
    {
        let seen = story.get(&format!("/rest/v1/activities/pagingtoken.json?sinceDatetime={since}")).await;
        assert_eq!(seen.code(), code, "{since}");
        assert!(seen.body.get("result").is_none());
    }
}

#[tokio::test]
async fn activities_can_be_asked_for_by_lead_list_and_asset() {
    let story = Story::empty().await;
    let (anna, nora) = (story.person("anna@firm.example"), story.person("nora@firm.example"));
    let list = story.fake.edit(|account| {
        let list = account.lists.add("Few", story.now);
        account.join_list(list, nora, story.now, None);
        account.visit(anna, story.now, SITE, "/");
        account.visit(nora, story.now, SITE, "/pricing");
        list
    });
    let token = escaped(&story.since(story.now).await);
    let ask = async |more: String| {
        let seen = story.get(&format!("/rest/v1/activities.json?activityTypeIds=1&nextPageToken={token}&{more}")).await;
        seen.result().iter().map(|row| row["leadId"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ask(format!("leadIds={anna}")).await, [anna]);
    assert_eq!(ask(format!("listId={list}")).await, [nora]);
    let asset = story.fake.read(|account| {
        account.activities.log().iter().find(|one| one.lead == nora && one.kind == 1).unwrap().primary_id.unwrap()
    });
    assert_eq!(ask(format!("assetIds={asset}")).await, [nora]);
    story.fake.edit(|account| {
        let list = account.lists.all.get_mut(&list).unwrap();
        for lead in 100_000..110_000 {
            list.members.insert(lead, story.now);
        }
    });
    let path = format!("/rest/v1/activities.json?activityTypeIds=1&nextPageToken={token}&listId={list}");
    assert_eq!(story.get(&path).await.code(), "1003", "lists of ten thousand are no filter any more");
}

#[tokio::test]
async fn what_is_older_than_its_retention_is_gone() {
    let story = Story::empty().await;
    let old = story.now.plus_ms(-91 * 86_400_000);
    let lead = story.fake.edit(|account| account.add_lead(&[("email", json!("a@firm.example"))], old));
    story.fake.edit(|account| {
        account.visit(lead, old, SITE, "/");
        account.log(Activity::new(2, lead, old).about(7, "Form"));
    });
    let token = story.since(old.plus_ms(-1_000)).await;
    let (rows, _) = story.follow("1,2,12", token).await;
    let kinds: Vec<u64> = rows.iter().map(|row| row["activityTypeId"].as_u64().unwrap()).collect();
    assert!(!kinds.contains(&1) && kinds.contains(&2) && kinds.contains(&12), "{kinds:?}");
}

#[tokio::test]
async fn deleted_leads_are_told_for_two_weeks() {
    let story = Story::empty().await;
    let lead = story.fake.edit(|account| {
        let lead = account.add_lead(&[("email", json!("a@firm.example")), ("firstName", json!("Anna"))], story.now);
        account.visit(lead, story.now, SITE, "/");
        account.delete_lead(lead, story.now);
        lead
    });
    let token = story.since(story.now.plus_ms(-1_000)).await;
    let path = format!("/rest/v1/activities/deletedleads.json?nextPageToken={}", escaped(&token));
    let seen = story.get(&path).await;
    let row = &seen.result()[0];
    assert_eq!((row["activityTypeId"].as_u64(), row["primaryAttributeValueId"].as_u64()), (Some(37), Some(lead)));
    assert_eq!(row["primaryAttributeValue"], "Anna");
    assert!(story.follow(VISIT, token).await.0.is_empty(), "what the lead did is gone with it");
    story.clock.advance(Duration::from_secs(15 * 86_400));
    let mut story = story;
    story.sign_in().await;
    assert!(story.get(&path).await.result().is_empty());
}
