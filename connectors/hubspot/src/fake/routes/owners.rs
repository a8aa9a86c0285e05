//! Owners and deal pipelines (documentation: "Owners", "Pipelines").

use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::account::Owner;
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::General;
use crate::fake::schema::{Choice, Property};

const OWNERS: Need = Need::OneOf(&["crm.objects.owners.read"]);

pub(super) const ROUTES: &[Route] = &[
    route("GET", "owners", General, OWNERS, list),
    route("GET", "owners/{id}", General, OWNERS, get),
    route("GET", "pipelines/{type}", General, Need::ReadObjects, pipelines),
    route("GET", "pipelines/{type}/{id}", General, Need::ReadObjects, pipeline),
];

fn show(owner: &Owner) -> Value {
    json!({
        "id": owner.id.to_string(), "email": owner.email, "type": "PERSON", "firstName": owner.first_name,
        "lastName": owner.last_name, "userId": (!owner.archived).then_some(owner.user_id),
        "userIdIncludingInactive": owner.user_id, "createdAt": owner.created_at.to_string(),
        "updatedAt": owner.created_at.to_string(), "archived": owner.archived,
    })
}

fn list(call: &mut Call<'_>) -> Answer {
    let limit = call.limit(100, 500)?;
    let after = call.number("after")?.unwrap_or(0).max(0) as u64;
    let (archived, email) = (call.flag("archived"), call.query("email"));
    let mut owners: Vec<&Owner> = call
        .account
        .owners
        .iter()
        .filter(|owner| owner.archived == archived && owner.id >= after)
        .filter(|owner| email.is_none_or(|email| owner.email.eq_ignore_ascii_case(email)))
        .collect();
    owners.sort_by_key(|owner| owner.id);
    let next = owners.get(limit).map(|owner| owner.id.to_string());
    Ok(Reply::ok(call.page(owners.into_iter().take(limit).map(show).collect(), next)))
}

fn get(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    let by_user = call.query("idProperty") == Some("userId");
    let wanted = |owner: &&Owner| if by_user { owner.user_id == id } else { owner.id == id };
    let found = call.account.owners.iter().find(wanted).filter(|owner| owner.archived == call.flag("archived"));
    Ok(Reply::ok(show(found.ok_or_else(Refusal::not_found)?)))
}

/// The chance of a deal in the n-th of so many stages, the last two being won and lost.
fn probability(place: usize, count: usize) -> String {
    match count.saturating_sub(place) {
        2 => "1.0".into(),
        1 => "0.0".into(),
        _ => format!("0.{}", (place + 1) * 2 % 10),
    }
}

fn stages(property: &Property, now: &str) -> Vec<Value> {
    let count = property.options.len();
    let show = |(place, option): (usize, &Choice)| {
        let closed = option.value.starts_with("closed");
        json!({"id": option.value, "label": option.label, "displayOrder": place, "archived": false,
               "createdAt": now, "updatedAt": now,
               "metadata": {"isClosed": closed.to_string(), "probability": probability(place, count)}})
    };
    property.options.iter().enumerate().map(show).collect()
}

fn pipelines_of(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let kind = call.kind(0)?;
    let schema = call.account.schema(kind);
    let (Kind::Deal, Some(pipeline), Some(stage)) = (kind, schema.find("pipeline"), schema.find("dealstage")) else {
        return Ok(Vec::new());
    };
    let at = pipeline.created_at.to_string();
    let show = |(place, option): (usize, &Choice)| {
        json!({"id": option.value, "label": option.label, "displayOrder": place, "archived": false,
               "createdAt": at, "updatedAt": at, "stages": stages(stage, &at)})
    };
    Ok(pipeline.options.iter().enumerate().map(show).collect())
}

fn pipelines(call: &mut Call<'_>) -> Answer {
    Ok(Reply::ok(json!({"results": pipelines_of(call)?})))
}

fn pipeline(call: &mut Call<'_>) -> Answer {
    let all = pipelines_of(call)?;
    let found = all.into_iter().find(|pipeline| pipeline["id"] == call.params[1].as_str());
    Ok(Reply::ok(found.ok_or_else(Refusal::not_found)?))
}
