//! What can be done to leads besides setting values, and which of it may be repeated: lists take the same lead twice without
//! harm; a smart campaign and a custom activity do not, so a lost answer is unknown and is looked up (I11).

use std::collections::BTreeMap;

use intentd_sdk::change::{ChangeResult, Effect, EffectTarget, Outcome, Seen};
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ExternalId, ObjectKind};
use intentd_sdk::{ConnectorError, Result, Timestamp};

use super::answer::Written;
use super::verdict::Verdict;
use super::{BATCH, activities, campaigns, lists, number};
use crate::connector::Marketo;

/// One target that Marketo can find.
pub(super) struct Lead {
    pub(super) outbox_id: i64,
    pub(super) number: u64,
}

/// The most targets of one call.
pub(super) fn batch(effect: &Effect) -> Option<usize> {
    match effect {
        Effect::AddToSegment { .. } | Effect::RemoveFromSegment { .. } | Effect::RecordActivity { .. } => Some(BATCH),
        Effect::Enroll { .. } => Some(campaigns::BATCH),
        // Marketo has no call that takes a lead out of a smart campaign.
        Effect::Unenroll { .. } => None,
    }
}

/// Applies an effect; one outcome per target.
pub(super) async fn act(
    marketo: &Marketo,
    permits: &dyn Permits,
    effect: &Effect,
    targets: &[EffectTarget],
) -> Result<Vec<Outcome>> {
    let Some(size) = batch(effect) else {
        let detail = "Marketo has no call that takes a lead out of a smart campaign; let the campaign itself end";
        return Err(ConnectorError::Rejected { category: None, detail: detail.to_owned() });
    };
    let mut outcomes = Vec::with_capacity(targets.len());
    let mut leads = Vec::with_capacity(targets.len());
    for target in targets {
        match (target.kind, number(&target.id)) {
            (ObjectKind::Contact, Some(number)) => leads.push(Lead { outbox_id: target.outbox_id, number }),
            (ObjectKind::Contact, None) => outcomes.push(missing(target)),
            (ObjectKind::Company | ObjectKind::Deal, _) => outcomes.push(only_leads(target)),
        }
    }
    for leads in leads.chunks(size) {
        let acted = match effect {
            Effect::AddToSegment { segment } => lists::add(marketo, permits, segment, leads).await,
            Effect::RemoveFromSegment { segment } => lists::remove(marketo, permits, segment, leads).await,
            Effect::Enroll { workflow } => campaigns::enroll(marketo, permits, workflow, leads).await,
            Effect::RecordActivity { activity_type, occurred_at, primary, attributes } => {
                let activity = activities::New { activity_type, at: *occurred_at, primary, attributes };
                activities::record(marketo, permits, &activity, leads).await
            }
            Effect::Unenroll { .. } => continue,
        };
        match acted {
            Ok(acted) => outcomes.extend(acted),
            Err(error) if outcomes.is_empty() => return Err(error),
            Err(error) => {
                let result = ChangeResult::NotExecuted { retry_after_ms: None, reason: error.to_string() };
                outcomes.extend(all(leads, &result));
            }
        }
    }
    Ok(outcomes)
}

/// Whether an effect took place.
pub(super) async fn look_up(
    marketo: &Marketo,
    permits: &dyn Permits,
    effect: &Effect,
    ids: &[ExternalId],
    since: Timestamp,
) -> Result<BTreeMap<ExternalId, Seen>> {
    let leads: Vec<u64> = ids.iter().filter_map(number).collect();
    let seen = match effect {
        Effect::AddToSegment { segment } => lists::are_members(marketo, permits, segment, &leads).await?,
        Effect::RemoveFromSegment { segment } => {
            let members = lists::are_members(marketo, permits, segment, &leads).await?;
            members.into_iter().map(|(lead, seen)| (lead, opposite(seen))).collect()
        }
        Effect::Enroll { workflow } => campaigns::look_up(marketo, permits, workflow, &leads, since).await?,
        Effect::RecordActivity { activity_type, occurred_at, primary, attributes } => {
            let activity = activities::New { activity_type, at: *occurred_at, primary, attributes };
            activities::look_up(marketo, permits, &activity, &leads, since).await?
        }
        Effect::Unenroll { .. } => BTreeMap::new(),
    };
    Ok(seen.into_iter().map(|(lead, seen)| (ExternalId::from(lead.to_string()), seen)).collect())
}

/// The same outcome for all.
pub(super) fn all(leads: &[Lead], result: &ChangeResult) -> Vec<Outcome> {
    leads.iter().map(|lead| Outcome { outbox_id: lead.outbox_id, result: result.clone() }).collect()
}

/// What a failed call means for all of its leads.
///
/// # Errors
/// When nothing was executed and all may be tried again.
pub(super) fn failed(
    leads: &[Lead],
    verdict: Verdict,
    no: impl FnOnce(&crate::failure::Refusal) -> ChangeResult,
) -> Result<Vec<Outcome>> {
    match verdict {
        Verdict::NotExecuted { error, .. } => Err(error),
        Verdict::No(refusal) => Ok(all(leads, &no(&refusal))),
        Verdict::Unknown(result) => Ok(all(leads, &result)),
    }
}

/// The outcomes that an answer holds, each at the place of its lead. `done` are the codes that say that it is so already.
pub(super) fn settled(leads: &[Lead], answers: &[Written], done: &[&str]) -> Vec<Outcome> {
    let settle = |(place, lead): (usize, &Lead)| {
        let result = match answers.get(place).map(Written::refusal) {
            None => ChangeResult::Unknown { reason: "the answer does not mention the lead".to_owned() },
            Some(None) => DELIVERED,
            Some(Some(reason)) if done.iter().any(|code| reason.is(code)) => DELIVERED,
            Some(Some(reason)) => reason.result(&BTreeMap::new()),
        };
        Outcome { outbox_id: lead.outbox_id, result }
    };
    leads.iter().enumerate().map(settle).collect()
}

/// It is done.
pub(super) const DELIVERED: ChangeResult = ChangeResult::Delivered { survivor: None, modified_at: None };

fn opposite(seen: Seen) -> Seen {
    match seen {
        Seen::Yes => Seen::No,
        Seen::No => Seen::Yes,
        Seen::Unclear => Seen::Unclear,
    }
}

fn missing(target: &EffectTarget) -> Outcome {
    Outcome { outbox_id: target.outbox_id, result: ChangeResult::Missing }
}

fn only_leads(target: &EffectTarget) -> Outcome {
    let reason = "Marketo does this to leads only; name a contact".to_owned();
    Outcome { outbox_id: target.outbox_id, result: ChangeResult::Rejected { reason, property: None } }
}
