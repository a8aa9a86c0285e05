//! Static lists: adding and removing, which may be repeated.

use intentd_marketo::fake::{Fault, FaultKind};
use intentd_sdk::ConnectorError;
use intentd_sdk::change::{ChangeResult, Effect, Seen};

use super::write::{DELIVERED, act, all, is_delivered, is_rejected, is_unknown, seen, stage, targets};

fn effects(list: u64) -> (Effect, Effect) {
    let segment = list.to_string();
    (Effect::AddToSegment { segment: segment.as_str().into() }, Effect::RemoveFromSegment { segment: segment.into() })
}

#[tokio::test]
async fn leads_come_and_go_and_can_be_looked_up() {
    let (stage, ids) = stage(700).await;
    let now = stage.now();
    let list = stage.fake.edit(|account| account.lists.add("Hot accounts", now));
    let (add, remove) = effects(list);
    assert_eq!(stage.connector().destination().effect_batch(&add), Some(300));
    assert!(all(&act(&stage, &add, &ids).await, is_delivered));
    assert_eq!(stage.fake.stats().list_writes[&list], 700);
    assert!(seen(&stage, &add, &ids, now).await.values().all(|seen| *seen == Seen::Yes));
    assert!(seen(&stage, &remove, &ids, now).await.values().all(|seen| *seen == Seen::No));
    // A second time does no harm.
    assert!(all(&act(&stage, &add, &ids[..5]).await, is_delivered));
    assert!(all(&act(&stage, &remove, &ids).await, is_delivered));
    assert!(stage.fake.read(|account| account.lists.all[&list].members.is_empty()));
    // Who is not on the list is off it (1015).
    assert!(all(&act(&stage, &remove, &ids).await, is_delivered));
    assert!(seen(&stage, &remove, &ids, now).await.values().all(|seen| *seen == Seen::Yes));
    assert_eq!(stage.fake.stats().answered.get(&414), None, "addresses stay short enough");
}

#[tokio::test]
async fn a_lead_that_is_gone_does_not_stop_the_others() {
    let (stage, ids) = stage(5).await;
    let now = stage.now();
    let list = stage.fake.edit(|account| {
        account.delete_lead(ids[2], now);
        account.lists.add("Hot accounts", now)
    });
    let (add, remove) = effects(list);
    for effect in [&add, &remove] {
        let results = act(&stage, effect, &ids).await;
        assert_eq!(results[&ids[2]], ChangeResult::Missing);
        assert_eq!(results.values().filter(|result| **result == DELIVERED).count(), 4);
    }
}

#[tokio::test]
async fn a_list_that_is_not_there_is_said_and_one_that_is_busy_is_tried_later() {
    let (stage, ids) = stage(2).await;
    let now = stage.now();
    let (add, _) = effects(999);
    let results = act(&stage, &add, &ids).await;
    assert!(all(&results, is_rejected));
    let ChangeResult::Rejected { reason, .. } = &results[&ids[0]] else { unreachable!() };
    assert!(reason.contains("no static list 999"), "{reason}");

    let list = stage.fake.edit(|account| {
        let list = account.lists.add("Hot accounts", now);
        account.lists.all.get_mut(&list).unwrap().importing = true;
        list
    });
    let (add, _) = effects(list);
    let error = stage.connector().destination().act(&stage.permits, &add, &targets(&ids)).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Limited { .. }) && error.is_not_executed(), "{error:?}");
}

#[tokio::test]
async fn a_lost_answer_is_unknown() {
    let (stage, ids) = stage(4).await;
    let now = stage.now();
    let list = stage.fake.edit(|account| account.lists.add("Hot accounts", now));
    let (add, remove) = effects(list);
    stage.fake.fail(Fault::next(FaultKind::HttpAfterApplied(502)).on("POST", "leads.json"));
    assert!(all(&act(&stage, &add, &ids).await, is_unknown));
    assert!(seen(&stage, &add, &ids, now).await.values().all(|seen| *seen == Seen::Yes));
    stage.fake.fail(Fault::next(FaultKind::ResetAfterApplied).on("DELETE", "leads.json"));
    assert!(all(&act(&stage, &remove, &ids).await, is_unknown));
    assert!(seen(&stage, &remove, &ids, now).await.values().all(|seen| *seen == Seen::Yes));
}
