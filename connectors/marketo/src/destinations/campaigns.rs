//! Smart campaigns (Marketo: "Request Campaign"). The call starts something that cannot be taken back (an e-mail, most often), its
//! answer names no lead, and there is no key against doing it twice: after a lost answer the leads' activities tell whether
//! it happened (I11).

use std::collections::BTreeMap;

use intentd_sdk::change::{ChangeResult, Outcome, Seen};
use intentd_sdk::permit::Permits;
use intentd_sdk::record::ExternalId;
use intentd_sdk::{Result, Timestamp};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::activities::{self, seen_or_settled};
use super::effects::{DELIVERED, Lead, all, failed};
use super::verdict::{Verdict, is_about_records, judge, post, rejected};
use crate::connector::Marketo;
use crate::failure::Refusal;
use crate::paths::encode;

/// Leads in one call.
pub(super) const BATCH: usize = 100;

const ACTIVITY: &str = "Request Campaign";

/// Lets leads into a campaign.
pub(super) async fn enroll(
    marketo: &Marketo,
    permits: &dyn Permits,
    campaign: &ExternalId,
    leads: &[Lead],
) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::with_capacity(leads.len());
    let mut groups = vec![leads];
    while let Some(group) = groups.pop() {
        let Err(failure) = request(marketo, permits, campaign, group).await else {
            outcomes.extend(all(group, &DELIVERED));
            continue;
        };
        match judge(marketo.client.clock.as_ref(), failure) {
            // One lead that is not there makes Marketo refuse all; nobody was let in.
            Verdict::No(refusal) if refusal.code() == Some("1004") && is_about_records(&refusal) => {
                match group.split_at(group.len() / 2) {
                    ([], one) => outcomes.extend(all(one, &ChangeResult::Missing)),
                    (first, second) => groups.extend([second, first]),
                }
            }
            verdict => match failed(group, verdict, |refusal| no(campaign, refusal)) {
                Ok(failed) => outcomes.extend(failed),
                Err(error) if outcomes.is_empty() => return Err(error),
                Err(error) => {
                    let result = ChangeResult::NotExecuted { retry_after_ms: None, reason: error.to_string() };
                    outcomes.extend(all(group, &result));
                }
            },
        }
    }
    Ok(outcomes)
}

async fn request(
    marketo: &Marketo,
    permits: &dyn Permits,
    campaign: &ExternalId,
    leads: &[Lead],
) -> Result<(), crate::failure::Failure> {
    let path = format!("/rest/v1/campaigns/{}/trigger.json", encode(campaign.as_str()));
    let leads: Vec<Value> = leads.iter().map(|lead| json!({"id": lead.number})).collect();
    let body = json!({"input": {"leads": leads}});
    marketo.client.write::<IgnoredAny>(permits, post(path, &body)).await.map(|_| ())
}

fn no(campaign: &ExternalId, refusal: &Refusal) -> ChangeResult {
    let hint = match refusal.code() {
        Some("1013") => "there is no such campaign",
        Some("1003") => {
            "the campaign must be active and have the trigger `Campaign is Requested` with the source `Web Service API`"
        }
        _ => return rejected(refusal),
    };
    let reason = format!("smart campaign {campaign}: {hint}: {}", refusal.detail());
    ChangeResult::Rejected { reason, property: None }
}

/// Whether leads were let into a campaign since an instant.
pub(super) async fn look_up(
    marketo: &Marketo,
    permits: &dyn Permits,
    campaign: &ExternalId,
    leads: &[u64],
    since: Timestamp,
) -> Result<BTreeMap<u64, Seen>> {
    let types = marketo.client.types.ids(&marketo.client, permits, &[ACTIVITY]).await?;
    // An instance that does not show such activities lets nobody tell.
    let Some(type_id) = types.first() else { return Ok(BTreeMap::new()) };
    let found = activities::of_leads(marketo, permits, *type_id, leads, since).await?;
    let wanted = campaign.as_str();
    Ok(seen_or_settled(leads, since, marketo.client.clock.now(), |lead| {
        found.iter().any(|activity| {
            let names = [&activity.primary_attribute_value_id, &activity.primary_attribute_value];
            activity.lead_id.as_deref() == Some(lead) && names.iter().any(|name| name.as_deref() == Some(wanted))
        })
    }))
}
