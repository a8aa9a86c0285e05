//! Marketing e-mail events and campaigns, still served by the first API version (documentation: "Email Events API").

use intentd_sdk::Timestamp;
use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::email_events::{Campaign, EmailEvent, wire_id};
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::limits::Class::General;

const CONTENT: Need = Need::OneOf(&["content"]);

pub(super) const ROUTES: &[Route] = &[
    route("GET", "email/events", General, CONTENT, list),
    route("GET", "email/events/{created}/{id}", General, CONTENT, get),
    route("GET", "email/campaigns/by-id", General, CONTENT, campaigns),
    route("GET", "email/campaigns/{id}", General, CONTENT, campaign),
];

const PAGE: usize = 1_000;
const APP_ID: u64 = 113;
const APP_NAME: &str = "Batch";

const TYPES: &[&str] = &[
    "SENT",
    "DROPPED",
    "PROCESSED",
    "DELIVERED",
    "DEFERRED",
    "BOUNCE",
    "OPEN",
    "CLICK",
    "PRINT",
    "FORWARD",
    "STATUSCHANGE",
    "SPAMREPORT",
    "SUPPRESSED",
    "UNBOUNCE",
    "REPLY",
    "UNSUBSCRIBED",
    "SELECTED",
    "OPT_IN_CHANGE",
    "ERROR",
    "MTA_DROPPED",
    "CLICK_ON_IDENTIFIED_LINK",
];

fn show(call: &Call<'_>, event: &EmailEvent) -> Value {
    let campaign = call.account.email_events.campaigns.get(&event.campaign);
    let mut shown = json!({
        "id": event.wire_id(), "created": event.created.as_ms(), "recipient": event.recipient,
        "portalId": call.account.portal_id, "appId": APP_ID, "appName": APP_NAME,
        "emailCampaignId": event.campaign, "emailCampaignGroupId": event.campaign,
    });
    if let Some(kind) = &event.kind {
        shown["type"] = kind.clone().into();
    }
    if let Some((created, number)) = event.sent_by {
        shown["sentBy"] = json!({"id": wire_id(number), "created": created.as_ms()});
    }
    match (event.kind.as_deref(), campaign) {
        (Some("SENT"), Some(campaign)) => {
            shown["subject"] = campaign.subject.clone().into();
            shown["from"] = "Nordlys <news@nordlys.example>".into();
        }
        (Some("OPEN" | "CLICK"), _) => shown["filteredEvent"] = event.filtered.into(),
        _ => {}
    }
    for (name, value) in &event.more {
        shown[name.as_str()] = value.clone();
    }
    shown
}

fn list(call: &mut Call<'_>) -> Answer {
    let limit = call.limit(10, PAGE)?;
    let wanted_type = call.query("eventType");
    if let Some(unknown) = wanted_type.filter(|name| !TYPES.contains(name)) {
        return Err(Refusal::new(
            400,
            None,
            format!("Cannot deserialize value of type `com.hubspot.email.events.EventType` from String \"{unknown}\""),
        ));
    }
    let instant = |value: Option<i64>, default: i64| Timestamp::from_ms(value.unwrap_or(default));
    let from = instant(call.number("startTimestamp")?, 0);
    let to = instant(call.number("endTimestamp")?, i64::MAX);
    let campaign = call.number("campaignId")?;
    let (recipient, unfiltered) = (call.query("recipient"), call.flag("excludeFilteredEvents"));
    let offset =
        call.query("offset").map(|text| read_offset(text).ok_or_else(|| Refusal::new(400, None, "Invalid offset")));
    let below = offset.transpose()?.unwrap_or((to, u64::MAX));
    let events = call.account.email_events.by_time();
    let top = below.min((to, u64::MAX));
    let mut found: Vec<&EmailEvent> = if (from, 0) <= top {
        // Both ends of the window belong to it; the offset names the last event that was given.
        let window = events.range((from, 0)..=top).rev().map(|(_, event)| event);
        let after_offset =
            window.filter(|event| call.query("offset").is_none() || (event.created, event.number) < below);
        after_offset
            .filter(|event| wanted_type.is_none_or(|wanted| event.kind.as_deref() == Some(wanted)))
            .filter(|event| recipient.is_none_or(|wanted| event.recipient.eq_ignore_ascii_case(wanted)))
            .filter(|event| campaign.is_none_or(|wanted| event.campaign as i64 == wanted))
            .filter(|event| !unfiltered || !event.filtered)
            .take(limit + 1)
            .collect()
    } else {
        Vec::new()
    };
    let has_more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().map_or_else(String::new, |event| format!("{}.{}", event.created.as_ms(), event.number));
    let events: Vec<Value> = found.into_iter().map(|event| show(call, event)).collect();
    Ok(Reply::ok(json!({"hasMore": has_more, "offset": last, "events": events})))
}

fn read_offset(text: &str) -> Option<(Timestamp, u64)> {
    let (created, number) = text.split_once('.')?;
    Some((Timestamp::from_ms(created.parse().ok()?), number.parse().ok()?))
}

fn get(call: &mut Call<'_>) -> Answer {
    let created: i64 = call.params[0].parse().map_err(|_| Refusal::not_found())?;
    let at = Timestamp::from_ms(created);
    let mut events = call.account.email_events.by_time().range((at, 0)..=(at, u64::MAX)).map(|(_, event)| event);
    let event = events.find(|event| event.wire_id() == call.params[1]).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(show(call, event)))
}

fn campaigns(call: &mut Call<'_>) -> Answer {
    let limit = call.limit(10, PAGE)?;
    let offset = call.number("offset")?.unwrap_or(0).max(0) as u64;
    let mut all = call.account.email_events.campaigns.range(offset..).map(|(_, campaign)| campaign);
    let page: Vec<Value> = all
        .by_ref()
        .take(limit)
        .map(|campaign| {
            json!({"id": campaign.id, "appId": APP_ID, "appName": APP_NAME, "lastUpdatedTime": campaign.sent_at.as_ms()})
        })
        .collect();
    let next = all.next().map(|campaign| campaign.id.to_string());
    Ok(Reply::ok(json!({"hasMore": next.is_some(), "offset": next.unwrap_or_default(), "campaigns": page})))
}

fn campaign(call: &mut Call<'_>) -> Answer {
    let id = call.id(0)?;
    let Campaign { name, subject, content_id, sent_at, .. } =
        call.account.email_events.campaigns.get(&id).ok_or_else(Refusal::not_found)?.clone();
    let mut counters = std::collections::BTreeMap::<String, u64>::new();
    for event in call.account.email_events.by_time().values().filter(|event| event.campaign == id) {
        if let Some(kind) = &event.kind {
            *counters.entry(kind.to_lowercase()).or_default() += 1;
        }
    }
    Ok(Reply::ok(json!({
        "id": id, "appId": APP_ID, "appName": APP_NAME, "name": name, "subject": subject, "type": "BATCH_EMAIL",
        "contentId": content_id, "numIncluded": counters.get("sent").copied().unwrap_or(0), "processingState": "DONE",
        "lastProcessingFinishedAt": sent_at.as_ms(), "counters": counters,
    })))
}
