//! Custom activities: written once, with the reasons under `errors`, and looked up when the answer was lost.

use std::collections::BTreeMap;
use std::time::Duration;

use intentd_marketo::fake::{CustomAttribute, CustomType, Fault, FaultKind};
use intentd_sdk::change::{ChangeResult, Effect, Seen};
use intentd_sdk::time::Timestamp;

use super::write::{DELIVERED, act, all, is_delivered, is_rejected, is_unknown, seen, stage};
use crate::stage::Stage;

const TYPE_ID: u32 = 100_001;

/// Adds an approved type with a text and a number.
fn add_type(stage: &Stage) {
    let now = stage.now();
    let attribute = |api_name: &str, name: &str, data_type: &str| CustomAttribute {
        api_name: api_name.into(),
        name: name.into(),
        data_type: data_type.into(),
        description: String::new(),
    };
    stage.fake.edit(|account| {
        let custom = CustomType {
            id: TYPE_ID,
            api_name: "intentRose_c".into(),
            name: "Intent rose".into(),
            description: String::new(),
            trigger_name: "Intent Rose".into(),
            filter_name: "Intent Rose".into(),
            primary: attribute("level", "Level", "string"),
            attributes: vec![attribute("source", "Source", "string"), attribute("points", "Points", "integer")],
            status: "approved".into(),
            created_at: now,
            updated_at: now,
        };
        account.types.custom.insert("intentRose_c".into(), custom);
    });
}

fn rose(name: &str, at: Timestamp) -> Effect {
    Effect::RecordActivity {
        activity_type: name.into(),
        occurred_at: at,
        primary: "high".into(),
        attributes: BTreeMap::from([
            ("source".to_owned(), "pricing page".to_owned()),
            ("points".to_owned(), "40".to_owned()),
        ]),
    }
}

#[tokio::test]
async fn an_activity_is_written_once_for_each_lead() {
    let (stage, ids) = stage(310).await;
    add_type(&stage);
    let at = stage.now().plus_ms(-3_600_000);
    assert!(all(&act(&stage, &rose("intentRose_c", at), &ids).await, is_delivered));
    assert_eq!(stage.calls("external.json"), 2);
    let written = stage.fake.read(|account| {
        let log = account.activities.log().iter().filter(|activity| activity.kind == TYPE_ID);
        log.cloned().collect::<Vec<_>>()
    });
    assert_eq!(written.len(), 310);
    assert!(written.iter().all(|one| one.at == at && one.primary.as_deref() == Some("high")));
    assert_eq!(written[0].attribute("Points"), Some(&40.into()), "numbers are numbers");
    // The number of a type is as good as its name.
    assert!(all(&act(&stage, &rose("100001", at), &ids[..1]).await, is_delivered));
}

#[tokio::test]
async fn a_lead_that_is_gone_does_not_stop_the_others_and_a_missing_type_stops_all() {
    let (stage, ids) = stage(5).await;
    add_type(&stage);
    let now = stage.now();
    stage.fake.edit(|account| account.delete_lead(ids[1], now));
    let results = act(&stage, &rose("intentRose_c", now), &ids).await;
    assert_eq!(results[&ids[1]], ChangeResult::Missing, "its reason stands under `errors`");
    assert_eq!(results.values().filter(|result| **result == DELIVERED).count(), 4);
    let results = act(&stage, &rose("noSuchType", now), &ids).await;
    assert!(all(&results, is_rejected));
    let ChangeResult::Rejected { reason, .. } = &results[&ids[0]] else { unreachable!() };
    assert!(reason.contains("noSuchType") && reason.contains("Admin"), "{reason}");
}

#[tokio::test]
async fn a_lost_answer_is_looked_up() {
    let (stage, ids) = stage(40).await;
    add_type(&stage);
    let since = stage.now();
    let effect = rose("intentRose_c", since.plus_ms(-86_400_000));
    stage.fake.fail(Fault::next(FaultKind::HttpAfterApplied(502)).on("POST", "external.json"));
    assert!(all(&act(&stage, &effect, &ids).await, is_unknown));
    let found = seen(&stage, &effect, &ids, since).await;
    assert!(found.len() == 40 && found.values().all(|seen| *seen == Seen::Yes), "{found:?}");
    // Another one of the same type, at another instant, was never written.
    let other = rose("intentRose_c", since.plus_ms(-7_200_000));
    assert_eq!(seen(&stage, &other, &ids[..1], since).await[&ids[0]], Seen::Unclear);
    stage.clock.advance(Duration::from_secs(24 * 3_600));
    assert_eq!(seen(&stage, &other, &ids[..1], since).await[&ids[0]], Seen::No);
}
