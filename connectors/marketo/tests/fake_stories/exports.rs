//! Bulk extract: two jobs run, ten wait, files come in pieces, and quotas end the day.

use std::time::Duration;

use intentd_marketo::fake::{FakeConfig, FakeMarketo, Limits, Oddities};
use intentd_sdk::http::Request;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{Seen, Story};

const STEP: Duration = Duration::from_secs(60);

async fn story_with(
    config: FakeConfig,
    make: fn(FakeConfig, std::sync::Arc<dyn intentd_sdk::clock::Clock>) -> FakeMarketo,
) -> Story {
    Story::with(FakeConfig { job_step_ms: 60_000, ..config }, make).await
}

fn month() -> Value {
    json!({"startAt": "2026-10-22T00:00:00Z", "endAt": "2026-11-21T23:59:59Z"})
}

async fn create(story: &Story, kind: &str, body: Value) -> Seen {
    story.post(&format!("/bulk/v1/{kind}/export/create.json"), body).await
}

fn id(seen: &Seen) -> String {
    seen.result()[0]["exportId"].as_str().unwrap().to_owned()
}

fn state(seen: &Seen) -> String {
    seen.result()[0]["status"].as_str().unwrap().to_owned()
}

async fn made(story: &Story, kind: &str, body: Value) -> String {
    let job = id(&create(story, kind, body).await);
    assert_eq!(state(&story.poke(&format!("/bulk/v1/{kind}/export/{job}/enqueue.json")).await), "Queued");
    job
}

async fn status(story: &Story, kind: &str, job: &str) -> Seen {
    story.get(&format!("/bulk/v1/{kind}/export/{job}/status.json")).await
}

async fn finished(story: &Story, kind: &str, body: Value) -> (Seen, String) {
    let job = made(story, kind, body).await;
    story.clock.advance(STEP * 2);
    let seen = status(story, kind, &job).await;
    assert_eq!(state(&seen), "Completed");
    (seen, format!("/bulk/v1/{kind}/export/{job}/file.json"))
}

fn leads_of_the_month() -> Value {
    json!({"fields": ["id", "email", "company"], "filter": {"createdAt": month()}})
}

#[tokio::test]
async fn a_job_goes_from_created_to_a_file() {
    let story = story_with(FakeConfig::for_tests(), FakeMarketo::seeded).await;
    let created = create(&story, "leads", leads_of_the_month()).await;
    let job = &created.result()[0];
    assert_eq!((job["status"].as_str(), job["format"].as_str()), (Some("Created"), Some("CSV")));
    assert_eq!(job["createdAt"], "2026-11-21T03:00:00-06:00");
    let job = id(&created);
    story.clock.advance(STEP * 5);
    assert_eq!(state(&status(&story, "leads", &job).await), "Created", "nothing runs before it is enqueued");
    let enqueue = format!("/bulk/v1/leads/export/{job}/enqueue.json");
    assert_eq!(state(&story.poke(&enqueue).await), "Queued");
    let again = story.poke(&enqueue).await;
    assert_eq!((again.code(), again.message()), ("1029", "Job already queued"));
    let file = format!("/bulk/v1/leads/export/{job}/file.json");
    let early = story.get(&file).await;
    assert_eq!((early.status, early.body), (404, Value::Null), "plain text, no JSON");
    assert!(early.raw.header("content-type").unwrap().starts_with("text/plain"));
    story.clock.advance(STEP);
    assert_eq!(state(&status(&story, "leads", &job).await), "Processing");
    story.clock.advance(STEP);
    let done = status(&story, "leads", &job).await;
    let done = &done.result()[0];
    assert_eq!(done["status"], "Completed");
    assert_eq!(
        (done["queuedAt"].as_str(), done["startedAt"].as_str(), done["finishedAt"].as_str()),
        (Some("2026-11-21T03:05:00-06:00"), Some("2026-11-21T03:06:00-06:00"), Some("2026-11-21T03:07:00-06:00"))
    );
    let whole = story.get(&file).await;
    assert_eq!((whole.status, whole.raw.header("accept-ranges")), (200, Some("bytes")));
    let digest: String = Sha256::digest(&whole.raw.body).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(done["fileChecksum"], format!("sha256:{digest}"));
    assert_eq!(done["fileSize"].as_u64().unwrap() as usize, whole.raw.body.len());
    let text = String::from_utf8(whole.raw.body.to_vec()).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id,email,company"));
    assert_eq!(lines.count() as u64, done["numberOfRecords"].as_u64().unwrap());
    assert!(text.contains(",null\n"), "an empty value is the word null");
}

#[tokio::test]
async fn a_file_comes_in_pieces() {
    let story = story_with(FakeConfig::for_tests(), FakeMarketo::seeded).await;
    let (_, file) = finished(&story, "leads", leads_of_the_month()).await;
    let whole = story.get(&file).await.raw.body;
    let piece = async |first, last| story.send(Request::get(file.clone()).range(first, last)).await;
    let first = piece(0, 9).await;
    assert_eq!((first.status, &first.raw.body[..]), (206, &whole[..10]));
    assert_eq!(first.raw.header("content-range"), Some(format!("bytes 0-9/{}", whole.len()).as_str()));
    assert_eq!(first.raw.header("content-length"), Some("10"));
    let rest = piece(10, 1_000_000).await;
    assert_eq!(&rest.raw.body[..], &whole[10..]);
    let beyond = piece(whole.len() as u64, whole.len() as u64 + 5).await;
    assert_eq!(
        (beyond.status, beyond.raw.header("content-range")),
        (416, Some(format!("bytes */{}", whole.len()).as_str()))
    );
}

#[tokio::test]
async fn two_run_ten_wait_and_no_more() {
    let story = story_with(FakeConfig::for_tests(), FakeMarketo::empty).await;
    let mut jobs = Vec::new();
    for number in 0..10 {
        // All kinds of exports share the queue.
        let (kind, body) = if number % 2 == 0 {
            ("leads", leads_of_the_month())
        } else {
            ("activities", json!({"filter": {"createdAt": month()}}))
        };
        jobs.push((kind, made(&story, kind, body).await));
    }
    let eleventh = id(&create(&story, "leads", leads_of_the_month()).await);
    let enqueue = format!("/bulk/v1/leads/export/{eleventh}/enqueue.json");
    let full = story.poke(&enqueue).await;
    assert_eq!((full.code(), full.message()), ("1029", "Too many jobs in queue"));
    for minute in 1..=10 {
        story.clock.advance(STEP);
        let mut running = 0;
        for (kind, job) in &jobs {
            running += usize::from(state(&status(&story, kind, job).await) == "Processing");
        }
        assert_eq!(running, 2, "minute {minute}");
        if minute == 2 {
            assert_eq!(state(&story.poke(&enqueue).await), "Queued", "two have finished");
            jobs.push(("leads", eleventh.clone()));
        }
        if minute == 5 {
            break;
        }
    }
    story.clock.advance(STEP * 20);
    for (kind, job) in &jobs {
        assert_eq!(state(&status(&story, kind, job).await), "Completed");
    }
}

#[tokio::test]
async fn the_days_bytes_end_and_come_back_at_central_midnight() {
    let limits = Limits { bulk_bytes_per_day: 100, ..Limits::unlimited() };
    let mut story = story_with(FakeConfig { limits, ..FakeConfig::for_tests() }, FakeMarketo::seeded).await;
    let waiting = id(&create(&story, "leads", leads_of_the_month()).await);
    finished(&story, "leads", leads_of_the_month()).await;
    let spent = create(&story, "leads", leads_of_the_month()).await;
    assert_eq!((spent.code(), spent.message()), ("1029", "Export daily quota exceeded"));
    let enqueue = format!("/bulk/v1/leads/export/{waiting}/enqueue.json");
    assert_eq!(story.poke(&enqueue).await.code(), "1029");
    story.clock.advance(Duration::from_secs(21 * 3_600));
    story.sign_in().await;
    assert_eq!(state(&story.poke(&enqueue).await), "Queued");
}

#[tokio::test]
async fn filters_that_are_not_had_or_make_no_sense() {
    let config = FakeConfig { bulk_updated_at: false, ..FakeConfig::for_tests() };
    let story = story_with(config, FakeMarketo::seeded).await;
    let leads = async |body: Value| create(&story, "leads", body).await;
    for (filter, code) in [
        (json!({"updatedAt": month()}), "1035"),
        (json!({"smartListId": 7}), "1035"),
        (json!({"staticListId": 99}), "1013"),
        (json!({"createdAt": month(), "staticListId": 7}), "1003"),
        (json!({}), "1003"),
        (json!({"nonsense": 1}), "1003"),
        (json!({"createdAt": {"startAt": "2026-10-01T00:00:00Z", "endAt": "2026-11-02T00:00:01Z"}}), "1003"),
        (json!({"createdAt": {"startAt": "2026-10-01T00:00:00.000Z"}}), "1003"),
        (json!({"createdAt": {"endAt": "2026-10-01T00:00:00Z"}}), "1002"),
    ] {
        assert_eq!(leads(json!({"fields": ["id"], "filter": filter})).await.code(), code, "{filter}");
    }
    let full = json!({"createdAt": {"startAt": "2026-10-01T00:00:00Z", "endAt": "2026-11-01T00:00:00Z"}});
    assert_eq!(leads(json!({"fields": ["id"], "filter": full})).await.code(), "", "thirty-one days are allowed");
    assert_eq!(leads(json!({"filter": {"createdAt": month()}})).await.code(), "1002");
    assert_eq!(leads(json!({"fields": ["nonsense"], "filter": {"createdAt": month()}})).await.code(), "1003");
    assert_eq!(
        leads(json!({"fields": ["id"], "format": "XML", "filter": {"createdAt": month()}})).await.code(),
        "1001"
    );
    for (filter, code) in [
        (json!({}), "1002"),
        (json!({"createdAt": month(), "activityTypeIds": [37]}), "1003"),
        (json!({"createdAt": month(), "activityTypeIds": [1], "primaryAttributeValueIds": [5]}), "1003"),
        (json!({"createdAt": month(), "activityTypeIds": [9_999]}), "1003"),
        (json!({"createdAt": month(), "activityTypeIds": [22], "primaryAttributeValueIds": [5]}), ""),
    ] {
        assert_eq!(create(&story, "activities", json!({"filter": filter})).await.code(), code, "{filter}");
    }
    assert_eq!(story.get("/bulk/v1/leads/export/nonsense/status.json").await.code(), "1013");
    assert_eq!(story.get("/bulk/v1/leads/export/nonsense/file.json").await.status, 404);
}

#[tokio::test]
async fn updated_at_finds_what_custom_fields_moved() {
    let story = story_with(FakeConfig::for_tests(), FakeMarketo::empty).await;
    let old = story.now.plus_ms(-100 * 86_400_000);
    let ids: Vec<u64> = story.fake.edit(|account| {
        (0..2).map(|n| account.add_lead(&[("email", json!(format!("p{n}@firm.example")))], old)).collect()
    });
    let write = json!({"action": "updateOnly", "lookupField": "id", "input": [{"id": ids[1], "behaviorScore": 4}]});
    story.post("/rest/v1/leads.json", write).await;
    let body = json!({"fields": ["id", "behaviorScore", "updatedAt"], "filter": {"updatedAt": month()},
                      "columnHeaderNames": {"id": "Marketo Id"}, "format": "TSV"});
    let (_, file) = finished(&story, "leads", body).await;
    let text = String::from_utf8(story.get(&file).await.raw.body.to_vec()).unwrap();
    assert_eq!(text, format!("Marketo Id\tbehaviorScore\tupdatedAt\n{}\t4\t2026-08-13T09:00:00Z\n", ids[1]));
}

#[tokio::test]
async fn activities_are_exported_with_their_attributes_in_one_cell() {
    let story = story_with(FakeConfig::for_tests(), FakeMarketo::empty).await;
    let id = story.person("anna@firm.example");
    story.fake.edit(|account| account.visit(id, story.now, "www.nordlys.example", "/pricing"));
    let (_, file) =
        finished(&story, "activities", json!({"filter": {"createdAt": month(), "activityTypeIds": [1]}})).await;
    let text = String::from_utf8(story.get(&file).await.raw.body.to_vec()).unwrap();
    let (header, row) = text.split_once('\n').unwrap();
    assert_eq!(
        header,
        "marketoGUID,leadId,activityDate,activityTypeId,campaignId,primaryAttributeValueId,primaryAttributeValue,attributes"
    );
    assert!(row.contains(&format!(",{id},2026-11-21T09:00:00Z,1,null,")), "{row}");
    assert!(row.contains("www.nordlys.example/pricing,\"{\"\""), "{row}");
    assert!(row.contains("\"\"Webpage URL\"\":\"\"/pricing\"\""), "{row}");
}

#[tokio::test]
async fn jobs_are_cancelled_listed_lost_and_fail() {
    let story = story_with(FakeConfig::for_tests(), FakeMarketo::seeded).await;
    let cancelled = made(&story, "leads", leads_of_the_month()).await;
    let seen = story.poke(&format!("/bulk/v1/leads/export/{cancelled}/cancel.json")).await;
    assert_eq!(state(&seen), "Cancelled", "spelled this way here,");
    assert_eq!(state(&status(&story, "leads", &cancelled).await), "Canceled", "and that way there");
    story.fake.edit(|account| account.fail_next_export("Internal error"));
    let failed = made(&story, "leads", leads_of_the_month()).await;
    story.clock.advance(STEP * 2);
    let seen = status(&story, "leads", &failed).await;
    assert_eq!((state(&seen).as_str(), seen.result()[0]["errorMsg"].as_str()), ("Failed", Some("Internal error")));
    let (done, file) = finished(&story, "leads", leads_of_the_month()).await;
    for (wanted, job) in [("Canceled", &cancelled), ("Failed", &failed), ("Completed", &id(&done))] {
        let listed = story.get(&format!("/bulk/v1/leads/export.json?status={wanted}")).await;
        let ids: Vec<&str> = listed.result().iter().map(|one| one["exportId"].as_str().unwrap()).collect();
        assert_eq!(ids, [job.as_str()], "{wanted}");
    }
    assert!(story.get("/bulk/v1/activities/export.json").await.result().is_empty());
    story.fake.edit(|account| account.lose_export_files());
    assert_eq!(story.get(&file).await.status, 404, "completed, and yet there is no file");
    assert_eq!(state(&status(&story, "leads", &id(&done)).await), "Completed");
}

#[tokio::test]
async fn files_are_kept_for_a_week() {
    let mut story = story_with(FakeConfig::for_tests(), FakeMarketo::seeded).await;
    let (_, file) = finished(&story, "leads", leads_of_the_month()).await;
    story.clock.advance(Duration::from_secs(7 * 86_400));
    story.sign_in().await;
    assert_eq!(story.get(&file).await.status, 200);
    story.clock.advance(Duration::from_secs(1));
    assert_eq!(story.get(&file).await.status, 404);
}

#[tokio::test]
async fn values_can_be_dirty_and_visitors_are_left_out() {
    let oddities = Oddities { dirty_percent: 100, decimal_percent: 100, ..Oddities::none() };
    let story = story_with(FakeConfig { oddities, ..FakeConfig::for_tests() }, FakeMarketo::seeded).await;
    let body = json!({"fields": ["id", "title", "leadScore", "isAnonymous"], "filter": {"createdAt": month()}});
    let (done, file) = finished(&story, "leads", body).await;
    let text = String::from_utf8(story.get(&file).await.raw.body.to_vec()).unwrap();
    for dirt in ['\0', '\r', '\u{2028}'] {
        assert!(text.contains(dirt), "{dirt:?}");
    }
    let more_lines_than_rows =
        text.split('\n').count() as u64 > done.result()[0]["numberOfRecords"].as_u64().unwrap() + 2;
    assert!(more_lines_than_rows, "line feeds inside of quoted cells");
    assert!(text.contains(".0,false") && !text.contains(",true"));
}
