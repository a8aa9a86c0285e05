//! Merging leads (documentation: "Merge Leads"), and tying a visitor's cookie to a person ("Associate Lead").

use super::{Route, Sent, WRITE_LEAD, post};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};

/// Leads that one call may merge away, since 2026-03-31.
const LOSERS: usize = 25;

pub(super) const ROUTES: &[Route] = &[
    post("rest/v1/leads/{id}/merge.json", Sent::Nothing, WRITE_LEAD, merge),
    post("rest/v1/leads/{id}/associate.json", Sent::Nothing, WRITE_LEAD, associate),
];

fn merge(call: &mut Call<'_>) -> Answer {
    let winner = call.id(0)?;
    let mut losers = call.query_ids("leadIds")?;
    losers.extend(call.query_ids("leadId")?);
    if losers.is_empty() {
        return Err(Refusal::missing("leadIds"));
    }
    if losers.len() > LOSERS {
        return Err(Refusal::new(1080, format!("Too many lead ids to merge. Maximum is {LOSERS}")));
    }
    if losers.contains(&winner) {
        return Err(Refusal::invalid("The winning lead cannot be among the losing leads"));
    }
    if let Some(gone) = losers.iter().chain([&winner]).find(|id| call.account.leads.get(**id).is_none()) {
        return Err(Refusal::new(1004, format!("Lead '{gone}' not found")));
    }
    let (now, writer) = (call.now, call.writer("mergeLeads"));
    call.account.merge_leads(winner, &losers, now, &writer);
    *call.stats.writes_by_lead.entry(winner).or_default() += 1;
    Ok(Reply::done())
}

/// The visitor who had the cookie becomes one with the person.
fn associate(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    let cookie = call.required("cookie")?.to_owned();
    if !cookie.contains("token:") {
        return Err(Refusal::new(1012, format!("Invalid cookie value '{cookie}'")));
    }
    if call.account.leads.get(id).is_none() {
        return Err(Refusal::new(1004, format!("Lead '{id}' not found")));
    }
    let holders = call.account.leads.all().values().filter(|lead| lead.anonymous && lead.cookies.contains(&cookie));
    let visitors: Vec<u64> = holders.map(|lead| lead.id).collect();
    let (now, writer) = (call.now, call.writer("associateLead"));
    if visitors.is_empty() {
        call.account.leads.change(id, |lead| lead.cookies.push(cookie));
    } else {
        call.account.merge_leads(id, &visitors, now, &writer);
    }
    Ok(Reply::result(vec![serde_json::json!({"id": id})]))
}
