//! What the stories share: changes and targets by numbers, outcomes by numbers.

use std::collections::BTreeMap;

use intentd_marketo::fake::FakeConfig;
use intentd_sdk::change::{Change, ChangeResult, Effect, EffectTarget, Outcome, Seen};
use intentd_sdk::record::{ExternalId, ObjectKind};
use intentd_sdk::time::Timestamp;

use crate::stage::Stage;

pub(crate) const DELIVERED: ChangeResult = ChangeResult::Delivered { survivor: None, modified_at: None };

/// An instance with a score field and so many leads.
pub(crate) async fn stage(leads: usize) -> (Stage, Vec<u64>) {
    stage_of(FakeConfig::for_tests(), leads).await
}

pub(crate) async fn stage_of(config: FakeConfig, leads: usize) -> (Stage, Vec<u64>) {
    let stage = Stage::of(config, &[]).await;
    let now = stage.now();
    let ids = stage.fake.edit(|account| {
        account.fields.add_custom("intentScore", "Intent Score", "score");
        account.fields.add_custom("intentLevel", "Intent Level", "string");
        let lead = |n: usize| account.add_lead(&[("email", format!("p{n}@kunde.example").into())], now);
        (0..leads).map(lead).collect()
    });
    (stage, ids)
}

pub(crate) fn change(id: u64, set: &[(&str, &str)]) -> Change {
    Change {
        outbox_id: id as i64,
        kind: ObjectKind::Contact,
        id: id.to_string().into(),
        set: set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

pub(crate) fn scores(ids: &[u64]) -> Vec<Change> {
    ids.iter().map(|id| change(*id, &[("intentScore", "87")])).collect()
}

/// Pushes with a connector of its own; outcomes by outbox number.
pub(crate) async fn push(stage: &Stage, batch: &[Change]) -> BTreeMap<u64, ChangeResult> {
    let outcomes = stage.connector().destination().push(&stage.permits, batch).await.unwrap();
    by_number(outcomes, batch.len())
}

/// Applies an effect; outcomes by outbox number.
pub(crate) async fn act(stage: &Stage, effect: &Effect, ids: &[u64]) -> BTreeMap<u64, ChangeResult> {
    let outcomes = stage.connector().destination().act(&stage.permits, effect, &targets(ids)).await.unwrap();
    by_number(outcomes, ids.len())
}

pub(crate) fn targets(ids: &[u64]) -> Vec<EffectTarget> {
    let target = |id: &u64| EffectTarget {
        outbox_id: *id as i64,
        kind: ObjectKind::Contact,
        id: ExternalId::from(id.to_string()),
    };
    ids.iter().map(target).collect()
}

/// Whether an effect that was asked for at `since` took place.
pub(crate) async fn seen(stage: &Stage, effect: &Effect, ids: &[u64], since: Timestamp) -> BTreeMap<u64, Seen> {
    let names: Vec<ExternalId> = ids.iter().map(|id| ExternalId::from(id.to_string())).collect();
    let connector = stage.connector();
    let found = connector.destination().look_up_effect(&stage.permits, effect, &names, since).await.unwrap();
    found.into_iter().map(|(id, seen)| (id.as_str().parse().unwrap(), seen)).collect()
}

fn by_number(outcomes: Vec<Outcome>, expected: usize) -> BTreeMap<u64, ChangeResult> {
    assert_eq!(outcomes.len(), expected, "one outcome for each");
    let found: BTreeMap<u64, ChangeResult> =
        outcomes.into_iter().map(|outcome| (outcome.outbox_id as u64, outcome.result)).collect();
    assert_eq!(found.len(), expected, "no outcome twice");
    found
}

pub(crate) fn all(results: &BTreeMap<u64, ChangeResult>, expected: fn(&ChangeResult) -> bool) -> bool {
    !results.is_empty() && results.values().all(expected)
}

pub(crate) fn is_unknown(result: &ChangeResult) -> bool {
    matches!(result, ChangeResult::Unknown { .. })
}

pub(crate) fn is_delivered(result: &ChangeResult) -> bool {
    *result == DELIVERED
}

pub(crate) fn is_rejected(result: &ChangeResult) -> bool {
    matches!(result, ChangeResult::Rejected { .. })
}
