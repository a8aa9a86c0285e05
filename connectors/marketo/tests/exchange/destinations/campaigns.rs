//! Smart campaigns: a second request is a second e-mail, so none is made unseen (I11).

use std::time::Duration;

use intentd_marketo::fake::{CampaignType, FakeConfig, Fault, FaultKind, Oddities, Qualification};
use intentd_sdk::ConnectorError;
use intentd_sdk::change::{ChangeResult, Effect, Seen};

use super::write::{DELIVERED, act, all, is_delivered, is_rejected, is_unknown, seen, stage_of, targets};
use crate::stage::Stage;

/// An instance with leads and a campaign that can be requested.
async fn stage(leads: usize) -> (Stage, Vec<u64>, u64) {
    // Marketo writes activities down a little later.
    let oddities = Oddities { activity_lag_ms: 120_000, ..Oddities::none() };
    let (stage, ids) = stage_of(FakeConfig { oddities, ..FakeConfig::for_tests() }, leads).await;
    let now = stage.now();
    let campaign = stage.fake.edit(|account| {
        let id = account.campaigns.add("Send the offer", CampaignType::Trigger, now);
        let campaign = account.campaigns.all.get_mut(&id).unwrap();
        (campaign.active, campaign.by_request, campaign.qualification) = (true, true, Qualification::Any);
        id
    });
    (stage, ids, campaign)
}

fn enroll(campaign: u64) -> Effect {
    Effect::Enroll { workflow: campaign.to_string().into() }
}

fn requests(stage: &Stage) -> Vec<u64> {
    stage.fake.stats().triggered.into_values().collect()
}

#[tokio::test]
async fn a_hundred_leads_are_one_request() {
    let (stage, ids, campaign) = stage(250).await;
    assert_eq!(stage.connector().destination().effect_batch(&enroll(campaign)), Some(100));
    assert!(all(&act(&stage, &enroll(campaign), &ids).await, is_delivered));
    assert_eq!((stage.calls("trigger.json"), requests(&stage)), (3, vec![1; 250]));
}

#[tokio::test]
async fn a_request_whose_answer_was_lost_is_looked_up_and_not_repeated() {
    for kind in [
        FaultKind::ResetAfterApplied,
        FaultKind::TruncatedBody,
        FaultKind::RefusedAfterApplied(604),
        FaultKind::HttpAfterApplied(502),
    ] {
        let (stage, ids, campaign) = stage(70).await;
        let since = stage.now();
        stage.fake.fail(Fault::next(kind).on("POST", "trigger.json"));
        assert!(all(&act(&stage, &enroll(campaign), &ids).await, is_unknown), "{kind:?}");
        assert_eq!(requests(&stage), vec![1; 70], "{kind:?}: asked once, and not again by itself");
        let early = seen(&stage, &enroll(campaign), &ids, since).await;
        assert!(early.values().all(|seen| *seen == Seen::Unclear), "{kind:?}: the log does not show it yet");
        stage.clock.advance(Duration::from_secs(180));
        let later = seen(&stage, &enroll(campaign), &ids, since).await;
        assert!(later.len() == 70 && later.values().all(|seen| *seen == Seen::Yes), "{kind:?}");
        assert_eq!(stage.calls("trigger.json"), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn a_request_that_never_arrived_is_unclear_for_a_day_and_then_did_not_happen() {
    let (stage, ids, campaign) = stage(3).await;
    // Somebody else let one of them in long ago, and another one into another campaign: neither counts.
    let now = stage.now();
    let other = stage.fake.edit(|account| {
        account.request_campaign(campaign, ids[0], now.plus_ms(-3_600_000));
        let other = account.campaigns.add("Other", CampaignType::Trigger, now);
        account.campaigns.all.get_mut(&other).unwrap().qualification = Qualification::Any;
        other
    });
    let since = stage.now();
    stage.fake.fail(Fault::next(FaultKind::Http(502)).on("POST", "trigger.json"));
    assert!(all(&act(&stage, &enroll(campaign), &ids).await, is_unknown));
    stage.fake.edit(|account| account.request_campaign(other, ids[1], since.plus_ms(1_000)));
    for (hours, expected) in [(1, Seen::Unclear), (22, Seen::Unclear), (1, Seen::No)] {
        stage.clock.advance(Duration::from_secs(hours * 3_600));
        let seen = seen(&stage, &enroll(campaign), &ids, since).await;
        assert!(seen.len() == 3 && seen.values().all(|seen| *seen == expected), "{hours}: {seen:?}");
    }
}

#[tokio::test]
async fn one_lead_that_is_gone_keeps_nobody_out() {
    let (stage, ids, campaign) = stage(60).await;
    let now = stage.now();
    stage.fake.edit(|account| {
        account.delete_lead(ids[17], now);
        account.delete_lead(ids[44], now);
    });
    let results = act(&stage, &enroll(campaign), &ids).await;
    assert_eq!((&results[&ids[17]], &results[&ids[44]]), (&ChangeResult::Missing, &ChangeResult::Missing));
    assert_eq!(results.values().filter(|result| **result == DELIVERED).count(), 58);
    assert_eq!(requests(&stage), vec![1; 58], "nobody is let in twice");
}

#[tokio::test]
async fn a_campaign_that_cannot_be_requested_says_what_is_missing() {
    let (stage, ids, campaign) = stage(60).await;
    stage.fake.edit(|account| account.campaigns.all.get_mut(&campaign).unwrap().by_request = false);
    for (id, words) in [(campaign, "Campaign is Requested"), (999, "no such campaign")] {
        let results = act(&stage, &enroll(id), &ids).await;
        assert!(all(&results, is_rejected));
        let ChangeResult::Rejected { reason, .. } = &results[&ids[0]] else { unreachable!() };
        assert!(reason.contains(words), "{reason}");
    }
    assert_eq!(stage.calls("trigger.json"), 2, "no record can help it, so it is not tried in parts");
}

#[tokio::test]
async fn a_limit_lets_nobody_in_and_says_so() {
    let (stage, ids, campaign) = stage(3).await;
    stage.fake.fail(Fault::next(FaultKind::Refused(607)).on("POST", "trigger.json"));
    let destination = stage.connector();
    let destination = destination.destination();
    let error = destination.act(&stage.permits, &enroll(campaign), &targets(&ids)).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Limited { .. }) && error.is_not_executed(), "{error:?}");
    assert_eq!(requests(&stage), [] as [u64; 0]);
}

#[tokio::test]
async fn nobody_is_taken_out_of_a_campaign() {
    let (stage, ids, campaign) = stage(1).await;
    let out = Effect::Unenroll { workflow: campaign.to_string().into() };
    let connector = stage.connector();
    assert_eq!(connector.destination().effect_batch(&out), None);
    let error = connector.destination().act(&stage.permits, &out, &targets(&ids)).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Rejected { .. }), "{error:?}");
}
