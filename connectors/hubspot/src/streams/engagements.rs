//! The stream `engagements` (HubSpot: "Engagements"): calls, e-mails, meetings, notes, tasks and messages that were
//! logged with contacts. Each contact of an engagement gets one activity. Texts of engagements stay at HubSpot.

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ActivityRecord, Actor, ExternalId, Item};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Reading, Stream, associations, bounds, place, time, window};
use crate::objects::by_time::{self, TimeBounds, TimeNext, TimeState};
use crate::objects::{ObjectType, Reader};
use crate::wire::Object;

/// Logged calls, meetings and the like.
pub(super) struct Engagements;

/// One type of engagement.
struct Kind {
    /// As it stands in addresses.
    path: &'static str,
    /// Our activity's vendor type.
    word: &'static str,
    /// What rules can use; never a text that somebody wrote.
    attributes: &'static [&'static str],
}

const KINDS: [Kind; 6] = [
    Kind {
        path: "calls",
        word: "call",
        attributes: &["hs_call_direction", "hs_call_disposition", "hs_call_duration", "hs_call_status"],
    },
    Kind { path: "emails", word: "email", attributes: &["hs_email_direction", "hs_email_status"] },
    Kind { path: "meetings", word: "meeting", attributes: &["hs_activity_type", "hs_meeting_outcome"] },
    Kind { path: "notes", word: "note", attributes: &[] },
    Kind { path: "tasks", word: "task", attributes: &["hs_task_status", "hs_task_type"] },
    Kind { path: "communications", word: "communication", attributes: &["hs_communication_channel_type"] },
];

const MODIFIED: &str = "hs_lastmodifieddate";

#[derive(Serialize, Deserialize)]
struct Bounds {
    engagement: String,
    times: TimeBounds,
}

#[derive(Serialize, Deserialize)]
struct State {
    place: TimeState,
    listed: u64,
}

#[async_trait]
impl Stream for Engagements {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "engagements".into(),
            kind: StreamKind::Activities,
            title: "Calls, e-mails, meetings, notes, tasks and messages logged with contacts".to_owned(),
            scopes: ["crm.objects.contacts.read", "sales-email-read"].map(str::to_owned).to_vec(),
        }
    }

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan> {
        let windows = match time::span(reading, mode, checkpoint) {
            None => Vec::new(),
            Some(span) => KINDS
                .iter()
                .map(|kind| {
                    let (from, to) = (Timestamp::from_ms(span.from_ms), Timestamp::from_ms(span.to_ms));
                    // Engagements are not mirrored as objects: every stretch is read.
                    let times = TimeBounds::new(from, to, to.plus_ms(1));
                    of(kind.path, mode, times)
                })
                .collect(),
        };
        Ok(PullPlan { mode, windows, checkpoint: time::after(reading, mode, checkpoint) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let Bounds { engagement, times } = bounds(window)?;
        let kind = KINDS.iter().find(|kind| kind.path == engagement).ok_or_else(|| ConnectorError::Malformed {
            detail: format!("there is no engagement type `{engagement}`"),
        })?;
        let state: Option<State> = place(window, cursor)?;
        let listed = state.as_ref().map_or(0, |state| state.listed);
        let mut properties: Vec<String> = kind.attributes.iter().map(|name| (*name).to_owned()).collect();
        properties.extend(["hs_timestamp", MODIFIED].map(str::to_owned));
        let reader = Reader {
            mirror: None,
            client: reading.client,
            permits: reading.context.permits,
            object: ObjectType { path: kind.path, modified: MODIFIED },
            properties: &properties,
        };
        let page = match by_time::read(&reader, &times, state.map(|state| state.place)).await {
            Ok(page) => page,
            // One type that the account does not offer must not hide the others.
            Err(error @ ConnectorError::Forbidden { .. }) if kind.word != "call" => {
                tracing::warn!(engagement.type = kind.word, %error, "engagements of this type are left out");
                let count = Count { expected: listed, basis: CountBasis::Listed };
                return Ok(Page { items: Vec::new(), next: Next::Done(count) });
            }
            Err(error) => return Err(error),
        };
        let (objects, next) = page;
        let items = activities(reading, kind, &objects).await?;
        let listed = listed + items.len() as u64;
        let next = match next {
            TimeNext::More(place) => Next::More(Cursor::of(&State { place, listed })),
            TimeNext::Split(place, rest) => Next::Split {
                cursor: Cursor::of(&State { place, listed }),
                windows: vec![of(kind.path, window.mode, rest)],
            },
            // HubSpot counts engagements, we deliver one activity per contact.
            TimeNext::Done(_) => Next::Done(Count { expected: listed, basis: CountBasis::Listed }),
        };
        Ok(Page { items, next })
    }
}

fn of(path: &str, mode: Mode, times: TimeBounds) -> WindowSpec {
    window(format!("{path} {}", times.key()), mode, &Bounds { engagement: path.to_owned(), times })
}

async fn activities(reading: &Reading<'_>, kind: &Kind, objects: &[Object]) -> Result<Vec<Item>> {
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ExternalId> = objects.iter().map(|object| ExternalId::new(object.id.clone())).collect();
    let path = reading.client.paths.associations(kind.path, "contacts");
    let contacts = associations::targets(reading.client, reading.context.permits, &path, &ids).await?;
    let mut items = Vec::new();
    for object in objects {
        let happened = object.property("hs_timestamp").as_deref().and_then(Timestamp::parse);
        let Some(occurred_at) = happened.or_else(|| object.created()) else { continue };
        for contact in contacts.get(&object.id).into_iter().flatten() {
            let attributes =
                kind.attributes.iter().filter_map(|name| Some(((*name).to_owned(), object.property(name)?)));
            items.push(Item::Activity(ActivityRecord {
                remote_id: format!("{}:{}:{}", kind.word, object.id, contact.id),
                actor: Actor::Contact(contact.id.clone()),
                occurred_at,
                vendor_type: kind.word.to_owned(),
                attributes: attributes.collect(),
            }));
        }
    }
    Ok(items)
}
