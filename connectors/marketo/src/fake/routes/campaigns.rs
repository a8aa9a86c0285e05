//! Smart campaigns: finding, requesting and scheduling them (documentation: "Smart Campaigns"). Requesting tells nothing
//! but the campaign's id: whom the qualification rule keeps out is not said.

use serde_json::{Value, json};

use super::{READ_ASSETS, Route, Sent, WRITE_ASSETS, get, post};
use crate::fake::account::Account;
use crate::fake::call::Call;
use crate::fake::campaigns::{Campaign, CampaignType};
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::instants::{self, zulu};
use crate::fake::token;

const READ: &[&str] = &["Read-Only Campaign", "Read-Write Campaign", "Execute Campaign"];
const EXECUTE: &[&str] = &["Execute Campaign"];

/// Leads and tokens of one request.
const MOST: usize = 100;
const TWO_YEARS_MS: i64 = 2 * 366 * 86_400_000;
const SOONEST_MS: i64 = 5 * 60_000;

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/campaigns.json", READ, browse),
    get("rest/v1/campaigns/{id}.json", READ, one),
    post("rest/v1/campaigns/{id}/trigger.json", Sent::Json, EXECUTE, trigger),
    post("rest/v1/campaigns/{id}/schedule.json", Sent::MaybeJson, EXECUTE, schedule),
    get("rest/asset/v1/smartCampaigns.json", READ_ASSETS, assets),
    get("rest/asset/v1/smartCampaign/byName.json", READ_ASSETS, by_name),
    get("rest/asset/v1/smartCampaign/{id}.json", READ_ASSETS, asset_by_id),
    post("rest/asset/v1/smartCampaign/{id}/activate.json", Sent::Nothing, WRITE_ASSETS, |call| switch(call, true)),
    post("rest/asset/v1/smartCampaign/{id}/deactivate.json", Sent::Nothing, WRITE_ASSETS, |call| switch(call, false)),
];

fn campaign<'a>(call: &'a Call<'_>) -> Result<&'a Campaign, Refusal> {
    let id = call.id(0)?;
    call.account.campaigns.all.get(&id).ok_or_else(|| Refusal::new(1013, format!("Campaign '{id}' not found")))
}

fn shown(account: &Account, campaign: &Campaign) -> Value {
    let mut shown = json!({
        "id": campaign.id, "name": campaign.name, "workspaceName": "Default", "active": campaign.active,
        "type": if campaign.kind == CampaignType::Trigger { "trigger" } else { "batch" },
        "createdAt": zulu(campaign.created_at), "updatedAt": zulu(campaign.updated_at),
    });
    if let Some(program) = campaign.program.and_then(|id| account.programs.all.get(&id)) {
        shown["programId"] = program.id.into();
        shown["programName"] = program.name.clone().into();
    }
    shown
}

fn browse(call: &mut Call<'_>) -> Answer {
    let (ids, names, programs) = (call.query_ids("id")?, call.query_list("name"), call.query_list("programName"));
    let triggerable = call.flag("isTriggerable");
    let (after, size) = (call.after_id()?, call.batch_size()?);
    let account = &*call.account;
    let program_of = |one: &Campaign| one.program.and_then(|id| account.programs.all.get(&id)).map(|p| p.name.clone());
    let mut found = account
        .campaigns
        .all
        .range(after + 1..)
        .map(|(_, one)| one)
        .filter(|one| ids.is_empty() || ids.contains(&one.id))
        .filter(|one| names.is_empty() || names.contains(&one.name))
        .filter(|one| programs.is_empty() || program_of(one).is_some_and(|name| programs.contains(&name)))
        .filter(|one| triggerable.is_none_or(|wanted| one.is_requestable() == wanted))
        .peekable();
    let (mut page, mut last) = (Vec::new(), 0);
    while page.len() < size {
        let Some(one) = found.next() else { break };
        page.push(shown(account, one));
        last = one.id;
    }
    let next = found.peek().map(|_| token::after(&last.to_string()));
    Ok(Reply::page(page, next))
}

fn one(call: &mut Call<'_>) -> Answer {
    Ok(Reply::result(vec![shown(call.account, campaign(call)?)]))
}

/// The tokens of a request, which the parent program must know.
fn check_tokens(campaign: &Campaign, input: &Value) -> Result<(), Refusal> {
    let Some(tokens) = input.get("tokens").filter(|tokens| !tokens.is_null()) else { return Ok(()) };
    let tokens = tokens.as_array().ok_or_else(|| Refusal::invalid("tokens must be an array"))?;
    if tokens.len() > MOST {
        return Err(Refusal::invalid(format!("Too many tokens: {}. Maximum is {MOST}", tokens.len())));
    }
    for token in tokens {
        let name = token.get("name").and_then(Value::as_str).ok_or_else(|| Refusal::missing("name"))?;
        if !campaign.tokens.iter().any(|known| known == name) {
            return Err(Refusal::invalid(format!("Token '{name}' not found")));
        }
    }
    Ok(())
}

fn trigger(call: &mut Call<'_>) -> Answer {
    let body: Value = call.body()?;
    let found = campaign(call)?;
    let id = found.id;
    if found.kind == CampaignType::Batch {
        return Err(Refusal::invalid(format!("Campaign '{id}' is a batch campaign and cannot be requested")));
    }
    if !found.is_requestable() {
        let text =
            format!("Campaign '{id}' is not active or has no trigger 'Campaign is Requested' of 'Web Service API'");
        return Err(Refusal::invalid(text));
    }
    let input = body.get("input").filter(|input| input.is_object()).ok_or_else(|| Refusal::missing("input"))?;
    let leads = input.get("leads").and_then(Value::as_array).ok_or_else(|| Refusal::missing("leads"))?;
    if leads.is_empty() {
        return Err(Refusal::missing("leads"));
    }
    if leads.len() > MOST {
        return Err(Refusal::invalid(format!("Too many leads: {}. Maximum is {MOST}", leads.len())));
    }
    check_tokens(found, input)?;
    let mut ids = Vec::new();
    for lead in leads {
        let lead = lead.get("id").and_then(Value::as_u64).ok_or_else(|| Refusal::missing("id"))?;
        if call.account.leads.get(lead).is_none() {
            return Err(Refusal::new(1004, format!("Lead '{lead}' not found")));
        }
        ids.push(lead);
    }
    for lead in ids {
        *call.stats.triggered.entry((id, lead)).or_default() += 1;
        call.account.request_campaign(id, lead, call.now);
    }
    Ok(Reply::result(vec![json!({"id": id})]))
}

fn schedule(call: &mut Call<'_>) -> Answer {
    let body: Value = if call.incoming.body.is_empty() { json!({}) } else { call.body()? };
    let found = campaign(call)?;
    let id = found.id;
    if found.kind != CampaignType::Batch {
        return Err(Refusal::invalid(format!("Campaign '{id}' is a trigger campaign and cannot be scheduled")));
    }
    let input = body.get("input").cloned().unwrap_or(json!({}));
    if !input.is_object() {
        return Err(Refusal::invalid("input must be an object"));
    }
    check_tokens(found, &input)?;
    let soonest = call.now.plus_ms(SOONEST_MS);
    let run_at = match input.get("runAt").and_then(Value::as_str) {
        None => soonest,
        Some(text) => {
            let at = instants::parse(text).ok_or_else(|| Refusal::new(704, format!("Invalid date format '{text}'")))?;
            if at.ms_since(call.now) > TWO_YEARS_MS {
                return Err(Refusal::new(1042, "Invalid runAt date"));
            }
            at.max(soonest)
        }
    };
    if let Some(campaign) = call.account.campaigns.all.get_mut(&id) {
        campaign.scheduled.push(run_at);
    }
    Ok(Reply::result(vec![json!({"id": id})]))
}

fn assets(call: &mut Call<'_>) -> Answer {
    let (offset, most) = call.window()?;
    let active = call.flag("isActive");
    let (from, to) = (call.instant("earliestUpdatedAt")?, call.instant("latestUpdatedAt")?);
    let folder: Option<Value> =
        call.query("folder").map(serde_json::from_str).transpose().map_err(|_| Refusal::plain(609))?;
    let is_in = |one: &Campaign, folder: &Value| match folder["type"].as_str() {
        Some("Program") => one.program == folder["id"].as_u64(),
        _ => one.program.is_none() && Some(one.folder) == folder["id"].as_u64(),
    };
    let found = call.account.campaigns.all.values().filter(|one| {
        active.is_none_or(|active| one.active == active)
            && from.is_none_or(|from| one.updated_at >= from)
            && to.is_none_or(|to| one.updated_at <= to)
            && folder.as_ref().is_none_or(|folder| is_in(one, folder))
    });
    Ok(Reply::assets(found.skip(offset).take(most).map(Campaign::shown).collect()))
}

fn by_name(call: &mut Call<'_>) -> Answer {
    let name = call.required("name")?;
    Ok(Reply::assets(call.account.campaigns.named(name).map(Campaign::shown).into_iter().collect()))
}

fn asset_by_id(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    Ok(Reply::assets(call.account.campaigns.all.get(&id).map(Campaign::shown).into_iter().collect()))
}

fn switch(call: &mut Call<'_>, active: bool) -> Answer {
    let (id, now) = (call.id(0)?, call.now);
    let campaign =
        call.account.campaigns.all.get_mut(&id).ok_or_else(|| Refusal::new(702, "Smart Campaign not found"))?;
    if campaign.kind != CampaignType::Trigger || campaign.active == active || (active && campaign.flow.is_empty()) {
        let verb = if active { "activated" } else { "deactivated" };
        return Err(Refusal::new(709, format!("Smart Campaign {id} cannot be {verb}")));
    }
    (campaign.active, campaign.updated_at) = (active, now);
    Ok(Reply::assets(vec![json!({"id": id})]))
}
