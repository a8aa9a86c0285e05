//! Leads that were deleted (Marketo: "Get Deleted Leads"). Marketo keeps these entries for 14 days only, and a deleted
//! lead does not come back.

use intentd_sdk::cursor::Cursor;
use intentd_sdk::record::{Departure, ExternalId, GoneRecord, Item, ObjectKind};
use intentd_sdk::source::{Count, CountBasis, Next, Page, WindowSpec};
use intentd_sdk::{Result, Timestamp};

use super::{Reading, place};
use crate::log::{self, Place};
use crate::paths::{DELETED_LEADS, Query};
use crate::wire::Activity;

/// The next page of deletions.
pub(super) async fn read(
    reading: &Reading<'_>,
    window: &WindowSpec,
    since: Timestamp,
    cursor: Option<&Cursor>,
) -> Result<Page> {
    let (client, permits) = (reading.client, reading.context.permits);
    let before = match place::<Place>(window, cursor)? {
        Some(place) => place,
        None => Place { token: log::token(client, permits, since).await?, listed: 0, recent: Vec::new() },
    };
    let page = log::page::<Activity>(client, permits, Query::new(DELETED_LEADS), &before.token).await?;
    let mut ids: Vec<String> = Vec::new();
    let mut items = Vec::new();
    for activity in &page.result {
        let Some(id) = activity.primary_attribute_value_id.as_ref().or(activity.lead_id.as_ref()) else { continue };
        if ids.contains(id) || before.recent.contains(id) {
            continue;
        }
        ids.push(id.clone());
        items.push(Item::Gone(GoneRecord {
            kind: ObjectKind::Contact,
            id: ExternalId::new(id.clone()),
            departure: Departure::Vanished,
            gone_at: activity.at(),
        }));
    }
    let listed = before.listed + items.len() as u64;
    let next = match page.next_page_token {
        Some(token) if page.more_result => Next::More(Cursor::of(&Place { token, listed, recent: ids })),
        _ => Next::Done(Count { expected: listed, basis: CountBasis::Listed }),
    };
    Ok(Page { items, next })
}
