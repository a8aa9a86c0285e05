//! The stream `email_events` (HubSpot: "Email events", version 1, the only source per recipient): sent, opened, clicked
//! and the rest. An event names its recipient by address; whose it is gets resolved locally.

use std::collections::BTreeMap;

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ActivityRecord, Actor, Item};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::campaigns::CampaignId;
use super::page_views::present;
use super::time::{self, Span};
use super::web::bare_url;
use super::{Reading, Stream, bounds, onward, place};
use crate::paths::encode;
use crate::wire;

/// Windows of a backfill that does not fit one page.
const PARTS: i64 = 8;

/// What recipients did with e-mails.
pub(super) struct EmailEvents;

#[derive(Serialize, Deserialize)]
struct State {
    offset: String,
    listed: u64,
}

#[async_trait]
impl Stream for EmailEvents {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "email_events".into(),
            kind: StreamKind::Activities,
            title: "Marketing e-mails sent, opened and clicked".to_owned(),
            scopes: vec!["content".to_owned()],
        }
    }

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan> {
        let span = time::span(reading, mode, checkpoint);
        let parts = match span {
            Some(span) if mode == Mode::Backfill && page(reading, span, None).await?.next()?.is_some() => PARTS,
            _ => 1,
        };
        Ok(time::plan(reading, mode, checkpoint, span, parts))
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let span: Span = bounds(window)?;
        let state: Option<State> = place(window, cursor)?;
        let before = state.as_ref().map(|state| state.offset.as_str());
        let page = page(reading, span, before).await?;
        let inside =
            |event: &&wire::EmailEvent| event.created_ms().is_some_and(|at| span.contains(Timestamp::from_ms(at)));
        let events: Vec<&wire::EmailEvent> = page.events.iter().filter(inside).collect();
        let names = reading.campaigns.names(reading, events.iter().filter_map(|event| campaign(event))).await?;
        let items: Vec<Item> = events.iter().filter_map(|event| activity(event, &names)).map(Item::Activity).collect();
        let listed = state.as_ref().map_or(0, |state| state.listed) + items.len() as u64;
        let next = match onward(page.next()?, before)? {
            Some(offset) => Next::More(Cursor::of(&State { offset: offset.to_owned(), listed })),
            None => Next::Done(Count { expected: listed, basis: CountBasis::Listed }),
        };
        Ok(Page { items, next })
    }
}

async fn page(reading: &Reading<'_>, span: Span, offset: Option<&str>) -> Result<wire::EmailEvents> {
    let mut path = format!(
        "{}?startTimestamp={}&endTimestamp={}&limit=1000",
        reading.client.paths.email_events(),
        span.from_ms,
        span.to_ms
    );
    if let Some(offset) = offset {
        path.push_str(&format!("&offset={}", encode(offset)));
    }
    reading.client.get(reading.context.permits, path).await
}

fn campaign(event: &wire::EmailEvent) -> Option<CampaignId> {
    Some(CampaignId { id: event.email_campaign_id.clone()?, app: event.app_id.clone() })
}

fn activity(event: &wire::EmailEvent, names: &BTreeMap<CampaignId, String>) -> Option<ActivityRecord> {
    let (id, created) = (event.id.as_deref()?, event.created_ms()?);
    let recipient = event.recipient.as_deref().map(|address| address.trim().to_lowercase())?;
    if recipient.is_empty() {
        return None;
    }
    let sent_by = event
        .sent_by
        .as_ref()
        .and_then(|send| Some(format!("{}:{}", send.created.as_deref().unwrap_or_default(), send.id.as_deref()?)));
    let attributes = [
        ("campaignName", campaign(event).and_then(|campaign| names.get(&campaign).cloned())),
        ("emailCampaignId", event.email_campaign_id.clone()),
        ("filteredEvent", event.filtered_event.clone()),
        ("sentBy", sent_by),
        ("url", event.url.as_deref().and_then(bare_url)),
    ];
    Some(ActivityRecord {
        remote_id: format!("{created}:{id}"),
        actor: Actor::Email(recipient),
        occurred_at: Timestamp::from_ms(created),
        // HubSpot leaves the type out for some rare events.
        vendor_type: event.event_type.clone().unwrap_or_else(|| "UNKNOWN".to_owned()),
        attributes: present(attributes),
    })
}

#[cfg(test)]
mod tests {
    use intentd_sdk::record::ActivityRecord;

    use super::*;

    #[test]
    fn an_event_becomes_an_activity_without_its_tokens() {
        let page: wire::EmailEvents = serde_json::from_str(
            r#"{"hasMore":false,"offset":"x","events":[
              {"id":"e1","created":1795000000000,"type":"CLICK","recipient":" Anna@Example.com ","emailCampaignId":77,
               "filteredEvent":true,"url":"https://example.com/demo?token=secret","sentBy":{"id":"s1","created":1794999999999},
               "subject":"Hello Anna","ipAddress":"192.0.2.1"},
              {"id":"e2","created":"1795000000001","recipient":"bo@example.com"},
              {"id":"e3","created":1795000000002,"type":"SENT"}]}"#,
        )
        .unwrap();
        assert_eq!(page.next(), Ok(None));
        let names = BTreeMap::from([(CampaignId { id: "77".into(), app: None }, "Newsletter".to_owned())]);
        let activities: Vec<ActivityRecord> = page.events.iter().filter_map(|event| activity(event, &names)).collect();
        assert_eq!(activities.len(), 2, "an event without recipient belongs to nobody");
        assert_eq!(activities[0].remote_id, "1795000000000:e1");
        assert_eq!(activities[0].actor, Actor::Email("anna@example.com".into()));
        let attributes: Vec<_> = activities[0].attributes.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(
            attributes,
            [
                "campaignName=Newsletter",
                "emailCampaignId=77",
                "filteredEvent=true",
                "sentBy=1794999999999:s1",
                "url=https://example.com/demo"
            ]
        );
        assert_eq!(activities[1].vendor_type, "UNKNOWN");
    }
}
