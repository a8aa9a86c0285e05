//! Stories about effects: into lists and workflows, once, and never repeated unseen (I11).

use std::collections::BTreeMap;

use super::session::Session;
use super::vendor::{Deed, Strikes, Trouble, Vendor};
use crate::change::{ChangeResult, Effect, EffectTarget, Seen};
use crate::clock::Clock;
use crate::error::{ConnectorError, Result};
use crate::record::ExternalId;

fn targets(vendor: &dyn Vendor, deed: &Deed, size: usize) -> Vec<EffectTarget> {
    let ids = vendor.live(deed.kind).into_iter().take(size).enumerate();
    ids.map(|(row, id)| EffectTarget { outbox_id: row as i64 + 1, kind: deed.kind, id }).collect()
}

async fn act(session: &Session<'_>, deed: &Deed, targets: &[EffectTarget]) -> Result<BTreeMap<i64, ChangeResult>> {
    let mut all = BTreeMap::new();
    let most = session.connector.destination().effect_batch(&deed.effect).expect("the vendor can do it");
    for targets in targets.chunks(most) {
        let outcomes = session.connector.destination().act(&session.permits, &deed.effect, targets).await;
        session.check_permits();
        all.extend(session.outcomes(targets.len(), outcomes)?);
    }
    Ok(all)
}

async fn seen(session: &Session<'_>, deed: &Deed, ids: &[ExternalId]) -> BTreeMap<ExternalId, Seen> {
    let now = session.vendor.clock().now();
    let destination = session.connector.destination();
    destination.look_up_effect(&session.permits, &deed.effect, ids, now).await.expect("nothing is in the way")
}

/// Effects that are undone first, so that there is something to be done.
async fn undo(session: &Session<'_>, deed: &Deed, targets: &[EffectTarget]) {
    let before = match &deed.effect {
        Effect::RemoveFromSegment { segment } => Effect::AddToSegment { segment: segment.clone() },
        Effect::Unenroll { workflow } => Effect::Enroll { workflow: workflow.clone() },
        Effect::AddToSegment { .. } | Effect::Enroll { .. } | Effect::RecordActivity { .. } => return,
    };
    let before = Deed { effect: before, ..deed.clone() };
    act(session, &before, targets).await.expect("nothing is in the way");
}

/// Every live record is done to once, one that is not there is missing, and the vendor shows it where it can.
pub async fn an_effect_happens_once_to_each_record(vendor: &dyn Vendor) {
    for deed in vendor.deeds() {
        let session = Session::of(vendor);
        let all = targets(vendor, &deed, 6);
        undo(&session, &deed, &all).await;
        let gone = all[3].id.clone();
        vendor.delete(deed.kind, &gone);
        let results = act(&session, &deed, &all).await.expect("nothing is in the way");
        let ids: Vec<ExternalId> = all.iter().map(|target| target.id.clone()).collect();
        let seen = seen(&session, &deed, &ids).await;
        for target in &all {
            let result = &results[&target.outbox_id];
            if target.id == gone {
                assert_eq!(*result, ChangeResult::Missing, "{deed:?}");
                continue;
            }
            assert!(matches!(result, ChangeResult::Delivered { .. }), "{deed:?}: {result:?}");
            assert_eq!(vendor.took_hold(&deed, &target.id), 1, "{deed:?}");
            let seen = seen.get(&target.id).copied().unwrap_or(Seen::Unclear);
            assert!(seen == Seen::Yes || (seen == Seen::Unclear && !deed.visible), "{deed:?}: {seen:?}");
        }
        session.check_permits();
    }
}

/// A lost answer leaves the effect unknown; it took hold at most once; and a look-up never denies what happened.
pub async fn an_effect_whose_answer_is_lost_is_never_repeated_unseen(vendor: &dyn Vendor) {
    for deed in vendor.deeds() {
        for trouble in [Trouble::LosesAnswer, Trouble::Fails] {
            let session = Session::of(vendor);
            let all: Vec<EffectTarget> = match trouble {
                Trouble::LosesAnswer => targets(vendor, &deed, 3),
                _ => targets(vendor, &deed, 6).split_off(3),
            };
            undo(&session, &deed, &all).await;
            vendor.trouble(trouble, Strikes::FirstWrite);
            let results = act(&session, &deed, &all).await.expect("the vendor was reached");
            vendor.peace();
            let ids: Vec<ExternalId> = all.iter().map(|target| target.id.clone()).collect();
            let seen = seen(&session, &deed, &ids).await;
            let mut doubts = 0;
            for target in &all {
                let happened = vendor.took_hold(&deed, &target.id);
                assert!(happened <= 1, "{deed:?}: {happened} times");
                match &results[&target.outbox_id] {
                    ChangeResult::Delivered { .. } => assert_eq!(happened, 1, "{deed:?}"),
                    ChangeResult::NotExecuted { .. } => assert_eq!(happened, 0, "{deed:?}"),
                    ChangeResult::Unknown { .. } => doubts += 1,
                    other => panic!("{deed:?}: {other:?}"),
                }
                match seen.get(&target.id).copied().unwrap_or(Seen::Unclear) {
                    Seen::Yes => assert_eq!(happened, 1, "{deed:?}: seen without having happened"),
                    Seen::No => assert_eq!(happened, 0, "{deed:?}: denied"),
                    Seen::Unclear => assert!(!deed.visible, "{deed:?}: it can be seen"),
                }
            }
            assert!(doubts > 0 || trouble == Trouble::Fails, "{deed:?}: a lost answer is a doubt");
        }
    }
}

/// What the vendor refuses is refused for each target or as a whole, and nothing happens.
pub async fn an_effect_that_cannot_be_is_refused(vendor: &dyn Vendor) {
    for deed in vendor.impossible() {
        let session = Session::of(vendor);
        let all = targets(vendor, &deed, 2);
        match act(&session, &deed, &all).await {
            Ok(results) => {
                assert!(results.values().all(|result| matches!(result, ChangeResult::Rejected { .. })), "{results:?}");
            }
            Err(error) => assert!(matches!(error, ConnectorError::Rejected { .. }), "{deed:?}: {error:?}"),
        }
    }
}
