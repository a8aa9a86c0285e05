//! Event occurrences: page views of known contacts (documentation: "Event occurrences"). Needs an Enterprise account.

use intentd_sdk::Timestamp;
use serde_json::{Map, Value, json};

use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::General;
use crate::fake::page_views::PageView;

const INTELLIGENCE: Need = Need::OneOf(&["business-intelligence"]);

pub(super) const ROUTES: &[Route] = &[
    route("GET", "event-occurrences", General, INTELLIGENCE, list),
    route("GET", "event-occurrences/event-types", General, INTELLIGENCE, event_types),
];

const PAGE: usize = 1_000;
const VISITED: &str = "e_visited_page";
const EVENT_TYPES: &[&str] = &[VISITED, "e_submitted_form", "e_clicked_cta", "e_ad_interaction"];

fn check_subscription(call: &Call<'_>) -> Result<(), Refusal> {
    if call.config.enterprise {
        return Ok(());
    }
    let message = "This account does not have the subscription that is needed to use event occurrences.";
    Err(Refusal::new(403, Some("MISSING_SUBSCRIPTION"), message))
}

fn event_types(call: &mut Call<'_>) -> Answer {
    check_subscription(call)?;
    Ok(Reply::ok(json!({"eventTypes": EVENT_TYPES})))
}

fn event_id(view: &PageView) -> String {
    format!("{:08x}-b850-4d90-9d03-{:012x}", view.number, view.at.as_ms())
}

fn show(view: &PageView, wanted: &[String]) -> Value {
    let mut properties = Map::new();
    properties.insert("hs_url".into(), view.url.clone().into());
    properties.insert("hs_title".into(), view.title.clone().into());
    properties.extend(view.more.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))));
    if !wanted.is_empty() {
        properties.retain(|name, _| wanted.contains(name));
    }
    json!({"id": event_id(view), "eventType": VISITED, "objectType": "CONTACT", "objectId": view.contact.to_string(),
           "occurredAt": view.at.to_string(), "properties": properties})
}

fn instant(call: &Call<'_>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = call.query(name) else { return Ok(None) };
    Timestamp::parse(text).map(Some).ok_or_else(|| Refusal::validation(format!("Invalid date-time for {name}")))
}

/// The one contact that the query selects; `Some(0)` when it selects a record without events.
fn contact(call: &Call<'_>) -> Result<Option<u64>, Refusal> {
    let object = call.query("objectId");
    let by_value = call
        .incoming
        .query
        .iter()
        .find_map(|(key, value)| key.strip_prefix("objectProperty.").map(|name| (name.to_owned(), value.clone())));
    let Some(object_type) = call.query("objectType") else {
        let selects_one = object.is_some() || by_value.is_some();
        return if selects_one { Err(Refusal::validation("objectType is needed with objectId")) } else { Ok(None) };
    };
    let kind = crate::fake::call::parse_kind(object_type)?;
    let table = call.account.table(kind);
    let id = match (object, by_value) {
        (Some(id), _) => id.parse().map_err(|_| Refusal::validation(format!("Invalid objectId: {id}")))?,
        (None, Some((name, value))) => table.owner_of(&name, &value).unwrap_or(0),
        (None, None) => return Ok(None),
    };
    Ok(Some(if kind == Kind::Contact { table.resolve(id) } else { 0 }))
}

fn list(call: &mut Call<'_>) -> Answer {
    check_subscription(call)?;
    let (event_type, id) = (call.query("eventType"), call.query("id"));
    if event_type.is_none() && call.query("objectType").is_none() && id.is_none() {
        return Err(Refusal::validation("Must specify an eventType or objectType"));
    }
    if let Some(unknown) = event_type.filter(|name| !EVENT_TYPES.contains(name)) {
        return Err(Refusal::validation(format!("Unknown event type: {unknown}")));
    }
    let limit = call.limit(100, PAGE)?;
    let contact = contact(call)?;
    let from = instant(call, "occurredAfter")?.unwrap_or(Timestamp::EPOCH);
    let to = instant(call, "occurredBefore")?.unwrap_or(Timestamp::from_ms(i64::MAX));
    let ascending = match call.query("sort") {
        None | Some("-occurredAt" | "DESCENDING") => false,
        Some("occurredAt" | "ASCENDING") => true,
        Some(other) => return Err(Refusal::validation(format!("Invalid sort: {other}"))),
    };
    let after = call.query("after").map(|text| read_cursor(text).ok_or_else(Refusal::problem)).transpose()?;
    let conditions: Vec<(&str, &str)> = call
        .incoming
        .query
        .iter()
        .filter_map(|(key, value)| key.strip_prefix("property.").map(|name| (name, value.as_str())))
        .collect();
    let meets = |view: &&PageView| {
        let key = (view.at, view.number);
        let value = |name: &str| match name {
            "hs_url" => Some(view.url.as_str()),
            "hs_title" => Some(view.title.as_str()),
            _ => view.more.get(name).map(String::as_str),
        };
        event_type.is_none_or(|name| name == VISITED)
            && (from..=to).contains(&view.at)
            && after.is_none_or(|after| if ascending { key > after } else { key < after })
            && id.is_none_or(|id| event_id(view) == id)
            && conditions.iter().all(|(name, wanted)| value(name) == Some(*wanted))
    };
    let views = &call.account.page_views;
    let all: Box<dyn DoubleEndedIterator<Item = &PageView>> = match contact {
        Some(contact) => Box::new(views.of(contact)),
        None if from <= to => Box::new(views.by_time().range((from, 0)..=(to, u64::MAX)).map(|(_, view)| view)),
        None => Box::new(std::iter::empty()),
    };
    let mut found: Vec<&PageView> = if ascending {
        all.filter(meets).take(limit + 1).collect()
    } else {
        all.rev().filter(meets).take(limit + 1).collect()
    };
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|view| format!("{}.{}", view.at.as_ms(), view.number));
    let wanted = call.query_list("properties");
    Ok(Reply::ok(call.page(found.into_iter().map(|view| show(view, &wanted)).collect(), next)))
}

fn read_cursor(text: &str) -> Option<(Timestamp, u64)> {
    let (at, number) = text.split_once('.')?;
    Some((Timestamp::from_ms(at.parse().ok()?), number.parse().ok()?))
}
