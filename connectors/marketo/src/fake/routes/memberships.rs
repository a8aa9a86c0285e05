//! What a lead is a member of: lists, programs, smart campaigns (documentation: "Leads", membership).

use serde_json::{Value, json};

use super::{READ_ASSETS, Route, get};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::instants::zulu;
use crate::fake::programs::Member;
use crate::fake::token;

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/leads/{id}/listMembership.json", READ_ASSETS, lists),
    get("rest/v1/leads/{id}/programMembership.json", READ_ASSETS, programs),
    get("rest/v1/leads/{id}/smartCampaignMembership.json", READ_ASSETS, campaigns),
];

fn lead(call: &Call<'_>) -> Result<u64, Refusal> {
    let id = call.id(0)?;
    call.account.leads.get(id).map(|lead| lead.id).ok_or_else(|| Refusal::new(1004, format!("Lead '{id}' not found")))
}

/// A page of what comes in the order of its keys.
fn page(call: &Call<'_>, all: impl Iterator<Item = (u64, Value)>) -> Answer {
    let (after, size) = (call.after_id()?, call.batch_size()?);
    let mut rest = all.filter(|(id, _)| *id > after).peekable();
    let (mut page, mut last) = (Vec::new(), 0);
    while page.len() < size {
        let Some((id, shown)) = rest.next() else { break };
        page.push(shown);
        last = id;
    }
    let next = rest.peek().map(|_| token::after(&last.to_string()));
    Ok(Reply::page(page, next))
}

fn lists(call: &mut Call<'_>) -> Answer {
    let id = lead(call)?;
    let all = call.account.lists.all.values().filter_map(|list| {
        let joined = zulu(*list.members.get(&id)?);
        Some((list.id, json!({"listId": list.id, "createdAt": joined, "updatedAt": joined})))
    });
    page(call, all)
}

/// A membership without the program's id.
pub(super) fn shown(member: &Member) -> Value {
    json!({"id": member.id, "progressionStatus": member.status, "isExhausted": member.exhausted,
           "acquiredBy": member.acquired_by, "reachedSuccess": member.success,
           "membershipDate": zulu(member.joined_at), "updatedAt": zulu(member.updated_at)})
}

fn programs(call: &mut Call<'_>) -> Answer {
    let id = lead(call)?;
    let wanted = match call.query("filterType") {
        None => None,
        Some("programId") => Some(call.query_ids("filterValues")?),
        Some(other) => return Err(Refusal::unsupported(other)),
    };
    let all = call.account.programs.all.values().filter_map(|program| {
        let member = program.members.get(&id)?;
        if wanted.as_ref().is_some_and(|wanted| !wanted.contains(&program.id)) {
            return None;
        }
        let mut shown = shown(member);
        shown["id"] = program.id.into();
        Some((program.id, shown))
    });
    page(call, all)
}

fn campaigns(call: &mut Call<'_>) -> Answer {
    let id = lead(call)?;
    let all = call.account.campaigns.all.values().filter_map(|campaign| {
        let times = campaign.passed.get(&id)?;
        let (first, last) = (times.first()?, times.last()?);
        let shown = json!({"smartCampaignId": campaign.id, "createdAt": zulu(*first), "updatedAt": zulu(*last)});
        Some((campaign.id, shown))
    });
    page(call, all)
}
