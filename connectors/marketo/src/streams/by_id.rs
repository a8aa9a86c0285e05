//! Leads by their numbers, three hundred at a time (Marketo: "Get Leads by Filter Type"). A number that brings nothing was
//! deleted or merged; the log of departures says so.

use std::collections::BTreeMap;

use intentd_sdk::cursor::Cursor;
use intentd_sdk::record::Item;
use intentd_sdk::source::{Count, CountBasis, Next, Page, WindowSpec};
use intentd_sdk::{Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Reading, place};
use crate::fields::Object;
use crate::lead::{INFERRED, NEEDED, contact, is_anonymous, visitor};
use crate::paths::{LEADS, Query};
use crate::wire::Record;

/// Numbers per call.
pub(super) const AT_MOST: usize = 300;

/// The leads of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ByIds {
    /// Ascending.
    pub(super) ids: Vec<u64>,
    /// Whom some of them absorbed.
    pub(super) merged: Vec<(u64, Vec<String>)>,
    /// When others last changed some of them: Marketo's own instant stands still when a custom field changes.
    pub(super) changed: Vec<(u64, Timestamp)>,
}

impl ByIds {
    /// For people.
    pub(super) fn key(&self) -> String {
        match (self.ids.first(), self.ids.last()) {
            (Some(first), Some(last)) => format!("{} leads {first}..{last}", self.ids.len()),
            _ => "no leads".to_owned(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Done {
    asked: usize,
    listed: u64,
}

/// The next three hundred.
pub(super) async fn read(
    reading: &Reading<'_>,
    window: &WindowSpec,
    bounds: &ByIds,
    cursor: Option<&Cursor>,
) -> Result<Page> {
    let before = place::<Done>(window, cursor)?.unwrap_or(Done { asked: 0, listed: 0 });
    let ids: Vec<String> = bounds.ids.iter().skip(before.asked).take(AT_MOST).map(u64::to_string).collect();
    let (client, context) = (reading.client, reading.context);
    let as_of = client.clock.now();
    let always: Vec<&str> = NEEDED.into_iter().chain(INFERRED).collect();
    let asked = reading.fields.selected(client, context.permits, Object::Lead, context.selection, &always).await?;
    let leads = leads(reading, &ids, &asked).await?;
    reading.known.add(leads.iter().filter(|lead| !is_anonymous(lead)).filter_map(Record::id));
    let items: Vec<Item> = leads
        .iter()
        .filter_map(|lead| {
            if is_anonymous(lead) {
                return visitor(lead);
            }
            let id: Option<u64> = lead.id().and_then(|id| id.parse().ok());
            let absorbed = bounds.merged.iter().find(|(winner, _)| Some(*winner) == id);
            let absorbed = absorbed.map_or(&[][..], |(_, losers)| losers.as_slice());
            let changed = bounds.changed.iter().find(|(changed, _)| Some(*changed) == id).map(|(_, at)| *at);
            let mut contact = contact(lead, context.selection, &asked, absorbed)?;
            contact.modified_at = contact.modified_at.max(changed);
            contact.as_of = Some(as_of);
            Some(Item::Object(contact))
        })
        .collect();
    let contacts = items.iter().filter(|item| matches!(item, Item::Object(_))).count() as u64;
    let done = Done { asked: before.asked + ids.len(), listed: before.listed + contacts };
    let next = match done.asked < bounds.ids.len() {
        true => Next::More(Cursor::of(&done)),
        false => Next::Done(Count { expected: done.listed, basis: CountBasis::Listed }),
    };
    Ok(Page { items, next })
}

/// At most three hundred leads with these fields.
pub(super) async fn leads(reading: &Reading<'_>, ids: &[String], fields: &[String]) -> Result<Vec<Record>> {
    let (mut leads, mut token): (BTreeMap<String, Record>, Option<String>) = (BTreeMap::new(), None);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    loop {
        let query = Query::new(LEADS)
            .with("filterType", "id")
            .with("filterValues", ids.join(","))
            .with("fields", fields.join(","))
            .with_some("nextPageToken", token.as_ref());
        let page = reading.client.get::<Record>(reading.context.permits, &query).await?;
        leads.extend(page.result.into_iter().filter_map(|lead| Some((lead.id()?.to_owned(), lead))));
        match page.next_page_token.filter(|next| page.more_result && token.as_ref() != Some(next)) {
            Some(next) => token = Some(next),
            None => return Ok(leads.into_values().collect()),
        }
    }
}
