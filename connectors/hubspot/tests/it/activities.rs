//! Page views, e-mail events, form submissions and engagements.

use std::collections::BTreeSet;

use intentd_hubspot::fake::{Campaign, FakeConfig, Fault, FaultKind, Kind, Submission};
use intentd_sdk::ConnectorError;
use intentd_sdk::record::{ActivityRecord, Actor, Item};
use intentd_sdk::source::Mode;

use crate::drive::{Pull, Stage};

fn activities(pull: &Pull) -> Vec<&ActivityRecord> {
    pull.items.iter().filter_map(|item| if let Item::Activity(record) = item { Some(record) } else { None }).collect()
}

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn page_views_are_cut_by_time_and_none_falls_between() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let now = stage.now();
    stage.fake.edit(|account| {
        let contact = account.add(Kind::Contact, &[("firstname", "A")], now);
        for n in 0..2_000 {
            let at = now.plus_ms(-n * 60 * MINUTE);
            account.add_page_view(contact, at, "https://www.example.com/pricing?email=a%40b.c", "Pricing");
        }
        account.add_page_view(contact, now.plus_ms(-91 * 24 * 60 * MINUTE), "https://www.example.com/old", "Old");
    });
    let pull = stage.pull("page_views", Mode::Backfill, None).await;
    let ids: BTreeSet<&str> = activities(&pull).iter().map(|activity| activity.remote_id.as_str()).collect();
    assert_eq!((ids.len(), pull.windows.len()), (2_000, 8));
    assert!(activities(&pull).iter().all(|one| one.attributes["url"] == "https://www.example.com/pricing"));
    stage.fake.reset_stats();
    let again = stage.pull("page_views", Mode::Incremental, Some(&pull.checkpoint)).await;
    assert_eq!(activities(&again).len(), 2, "an hour and five minutes are read again");
    assert_eq!(stage.fake.stats().calls, 1);
}

#[tokio::test]
async fn page_views_without_enterprise_are_off_with_a_reason() {
    let stage = Stage::of(FakeConfig { enterprise: false, ..FakeConfig::for_tests() }).await;
    for mode in [Mode::Backfill, Mode::Incremental] {
        let error = stage.try_pull("page_views", mode, None).await.err();
        assert!(
            matches!(&error, Some(ConnectorError::Forbidden { detail, .. }) if detail.contains("Enterprise")),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn email_events_are_read_completely_and_once_more_for_an_hour() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let now = stage.now();
    stage.fake.edit(|account| {
        for n in 0..2_500 {
            account.email_events.add("OPEN", "Anna@Example.com", 7, now.plus_ms(-n * 30 * MINUTE));
        }
    });
    let pull = stage.pull("email_events", Mode::Backfill, None).await;
    assert_eq!(activities(&pull).len(), 2_500);
    assert_eq!(activities(&pull)[0].actor, Actor::Email("anna@example.com".into()));
    let again = stage.pull("email_events", Mode::Incremental, Some(&pull.checkpoint)).await;
    assert_eq!(activities(&again).len(), 3);
}

/// Campaigns and their names.
fn campaigns(pull: &Pull) -> BTreeSet<(&str, Option<&str>)> {
    activities(pull)
        .into_iter()
        .map(|one| &one.attributes)
        .map(|of| (of["emailCampaignId"].as_str(), of.get("campaignName").map(String::as_str)))
        .collect()
}

#[tokio::test]
async fn events_bring_the_name_of_their_campaign_and_it_is_asked_for_once() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let now = stage.now();
    stage.fake.edit(|account| {
        for (id, name) in [(7, "Newsletter November"), (8, "Price change")] {
            let campaign =
                Campaign { id, name: name.into(), subject: "Hello".into(), content_id: 1, sent_at: now.plus_ms(-1) };
            account.email_events.campaigns.insert(id, campaign);
        }
        // Two of them were deleted since; the events are spread over all windows of the backfill.
        for n in 0..2_400 {
            let (campaign, at) = (7 + n as u64 % 4, now.plus_ms(-n * 30 * MINUTE));
            account.email_events.add("OPEN", "anna@example.com", campaign, at);
        }
    });
    let pull = stage.pull("email_events", Mode::Backfill, None).await;
    let named = [("10", None), ("7", Some("Newsletter November")), ("8", Some("Price change")), ("9", None)];
    assert_eq!((activities(&pull).len(), campaigns(&pull)), (2_400, named.into()));
    assert_eq!(stage.calls("campaigns/{id}"), 4);

    stage.fake.reset_stats();
    stage.fake.edit(|account| {
        account.email_events.campaigns.get_mut(&7).unwrap().name = "Renamed".into();
        account.email_events.add("CLICK", "anna@example.com", 7, now);
    });
    let again = stage.pull("email_events", Mode::Incremental, Some(&pull.checkpoint)).await;
    assert!(campaigns(&again).contains(&("7", Some("Newsletter November"))), "as its earlier events");
    assert_eq!((stage.calls("campaigns"), stage.fake.stats().calls), (0, 1));
}

#[tokio::test]
async fn a_campaign_that_cannot_be_read_just_now_is_asked_for_again_and_events_wait_for_it() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let now = stage.now();
    stage.fake.edit(|account| {
        let (name, subject) = ("Newsletter".into(), "Hello".into());
        account.email_events.campaigns.insert(7, Campaign { id: 7, name, subject, content_id: 1, sent_at: now });
        account.email_events.add("OPEN", "anna@example.com", 7, now.plus_ms(-MINUTE));
    });
    stage.fake.fail(Fault::next(FaultKind::Http502Html).on("GET", "/email/public/v1/campaigns/7").always());
    assert!(stage.try_pull("email_events", Mode::Backfill, None).await.is_err());
    stage.fake.clear_faults();
    let pull = stage.pull("email_events", Mode::Backfill, None).await;
    assert_eq!(campaigns(&pull), [("7", Some("Newsletter"))].into());
}

#[tokio::test]
async fn submissions_are_read_back_to_the_checkpoint() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let now = stage.now();
    let submit = |n: i64, at| Submission {
        conversion_id: format!("conversion-{n}"),
        submitted_at: at,
        page_url: "https://www.example.com/demo?x=1".into(),
        values: vec![("email".into(), "bo@example.com".into()), ("message".into(), "secret".into())],
    };
    stage.fake.edit(|account| {
        account.forms.add("f-1", "Demo", "hubspot", now);
        account.forms.add("f-2", "Other site", "captured", now);
        account.forms.add("f-3", "Blog", "blog_comment", now);
        for n in 0..130 {
            account.forms.submit("f-1", submit(n, now.plus_ms(-n * 10 * MINUTE)));
        }
        account.forms.submit("f-2", submit(500, now));
    });
    let pull = stage.pull("form_submissions", Mode::Backfill, None).await;
    assert_eq!((activities(&pull).len(), pull.windows.len()), (131, 2));
    assert!(activities(&pull).iter().all(|one| !format!("{one:?}").contains("secret")));
    stage.fake.reset_stats();
    let again = stage.pull("form_submissions", Mode::Incremental, Some(&pull.checkpoint)).await;
    assert_eq!(activities(&again).len(), 8, "seven of the last 65 minutes, and the other form's one");
    assert!(stage.fake.stats().calls <= 4, "the forms, and a page or two of each");
}

#[tokio::test]
async fn an_engagement_gives_one_activity_to_each_of_its_contacts() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let now = stage.now();
    let held = now.plus_ms(-600 * MINUTE).to_string();
    let (call, anna, bo) = stage.fake.edit(|account| {
        let [anna, bo] = [(); 2].map(|()| account.add(Kind::Contact, &[("firstname", "A")], now));
        let values = [("hs_timestamp", held.as_str()), ("hs_call_direction", "INBOUND"), ("hs_call_body", "secret")];
        let call = account.add(Kind::Call, &values, now);
        account.associate((Kind::Call, call), (Kind::Contact, anna));
        account.associate((Kind::Call, call), (Kind::Contact, bo));
        account.add(Kind::Note, &[("hs_timestamp", held.as_str())], now);
        (call, anna, bo)
    });
    let pull = stage.pull("engagements", Mode::Backfill, None).await;
    let found: BTreeSet<(String, Option<&str>)> = activities(&pull)
        .iter()
        .map(|one| (one.remote_id.clone(), one.attributes.get("hs_call_direction").map(String::as_str)))
        .collect();
    let expected = [anna, bo].map(|contact| (format!("call:{call}:{contact}"), Some("INBOUND")));
    assert_eq!(found, expected.into());
    assert!(activities(&pull).iter().all(|one| one.occurred_at == now.plus_ms(-600 * MINUTE)));
    assert!(!format!("{:?}", activities(&pull)).contains("secret"));
}
