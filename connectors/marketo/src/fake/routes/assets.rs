//! Programs, channels and e-mails as assets (documentation: "Assets"): pages by offset without a total, and nothing found
//! means a warning and no `result`.

use intentd_sdk::Timestamp;
use serde_json::Value;

use super::{READ_ASSETS, Route, get};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::programs::{Email, Program};

pub(super) const ROUTES: &[Route] = &[
    get("rest/asset/v1/programs.json", READ_ASSETS, programs),
    get("rest/asset/v1/program/byName.json", READ_ASSETS, program_by_name),
    get("rest/asset/v1/program/{id}.json", READ_ASSETS, program),
    get("rest/asset/v1/channels.json", READ_ASSETS, channels),
    get("rest/asset/v1/channel/byName.json", READ_ASSETS, channel),
    get("rest/asset/v1/emails.json", READ_ASSETS, emails),
    get("rest/asset/v1/email/byName.json", READ_ASSETS, email_by_name),
    get("rest/asset/v1/email/{id}.json", READ_ASSETS, email),
];

/// Whether an asset was updated within what the call asks for.
fn updated(call: &Call<'_>) -> Result<impl Fn(Timestamp) -> bool + use<>, Refusal> {
    let (from, to) = (call.instant("earliestUpdatedAt")?, call.instant("latestUpdatedAt")?);
    Ok(move |at: Timestamp| from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to))
}

fn programs(call: &mut Call<'_>) -> Answer {
    let ((offset, most), fits) = (call.window()?, updated(call)?);
    let found = call.account.programs.all.values().filter(|one| fits(one.updated_at));
    Ok(Reply::assets(found.skip(offset).take(most).map(Program::shown).collect()))
}

fn program(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    Ok(Reply::assets(call.account.programs.all.get(&id).map(Program::shown).into_iter().collect()))
}

fn program_by_name(call: &mut Call<'_>) -> Answer {
    let name = call.required("name")?;
    let found = call.account.programs.all.values().find(|one| one.name == name);
    Ok(Reply::assets(found.map(Program::shown).into_iter().collect()))
}

fn channels(call: &mut Call<'_>) -> Answer {
    let (offset, most) = call.window()?;
    let at = call.account.created_at;
    let found = call.account.programs.channels.iter().skip(offset).take(most);
    Ok(Reply::assets(found.map(|one| one.shown(at)).collect()))
}

fn channel(call: &mut Call<'_>) -> Answer {
    let (name, at) = (call.required("name")?, call.account.created_at);
    let found = call.account.programs.channels.iter().filter(|one| one.name == name);
    Ok(Reply::assets(found.map(|one| one.shown(at)).collect()))
}

/// The wanted state of e-mails.
fn approval(call: &Call<'_>) -> Result<Option<bool>, Refusal> {
    match call.query("status") {
        None => Ok(None),
        Some("approved") => Ok(Some(true)),
        Some("draft") => Ok(Some(false)),
        Some(other) => Err(Refusal::mistyped(other, "approved or draft")),
    }
}

/// E-mails inside A/B tests are not returned.
fn shown(email: &Email, approved: Option<bool>) -> Option<Value> {
    (!email.in_test && approved.is_none_or(|approved| email.approved == approved)).then(|| email.shown())
}

fn emails(call: &mut Call<'_>) -> Answer {
    let ((offset, most), fits, approved) = (call.window()?, updated(call)?, approval(call)?);
    let folder: Option<Value> =
        call.query("folder").map(serde_json::from_str).transpose().map_err(|_| Refusal::plain(609))?;
    let is_in = |one: &Email| match &folder {
        None => true,
        Some(folder) if folder["type"] == "Program" => one.program == folder["id"].as_u64(),
        Some(folder) => one.program.is_none() && folder["id"].as_u64() == Some(341),
    };
    let all = call.account.programs.emails.values().filter(|one| fits(one.updated_at) && is_in(one));
    let found = all.filter_map(|one| shown(one, approved));
    Ok(Reply::assets(found.skip(offset).take(most).collect()))
}

fn email(call: &mut Call<'_>) -> Answer {
    let (id, approved) = (call.id(0)?, approval(call)?);
    let found = call.account.programs.emails.get(&id).and_then(|one| shown(one, approved));
    Ok(Reply::assets(found.into_iter().collect()))
}

fn email_by_name(call: &mut Call<'_>) -> Answer {
    let (name, approved) = (call.required("name")?, approval(call)?);
    let found = call.account.programs.emails.values().filter(|one| one.name == name);
    Ok(Reply::assets(found.filter_map(|one| shown(one, approved)).collect()))
}
