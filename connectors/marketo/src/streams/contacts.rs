//! The stream `contacts` (Marketo: "Leads"). Everything at first by bulk extract over the time of creation; then whose
//! fields changed according to the activity log, read by id; now and then a list of everybody there is. Marketo has no
//! query by time of change, and its `updatedAt` does not move for custom fields.

use std::collections::BTreeMap;

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{Item, ObjectKind};
use intentd_sdk::source::{Mode, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::by_id::{self, ByIds};
use super::{Reading, Stream, bounds, departed, window};
use crate::bulk::{self, Export, Filter};
use crate::fields::Object;
use crate::lead::{NEEDED, TELLING};
use crate::log::{self, ReadTo, Stretch};
use crate::moves;
use crate::paths::{LEAD_CHANGES, Query};
use crate::wire::ChangedLead;

/// Leads as contacts.
pub(super) struct Contacts;

#[derive(Serialize, Deserialize)]
#[serde(tag = "read", rename_all = "snake_case")]
enum Bounds {
    Ids(ByIds),
    Departed { since: Timestamp },
}

/// A longer pause is made up for by exports: walking the log would take longer.
const LONGEST_GAP_MS: i64 = 3 * 86_400_000;
/// Leads per window.
const AT_ONCE: usize = 3_000;

#[async_trait]
impl Stream for Contacts {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "contacts".into(),
            kind: StreamKind::Objects { kind: ObjectKind::Contact },
            title: "Leads that are known by name or address".to_owned(),
            scopes: ["Read-Only Lead", "Read-Only Activity"].map(str::to_owned).to_vec(),
        }
    }

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan> {
        let now = reading.context.now;
        let read_to = ReadTo::of(checkpoint);
        let stretch = read_to.map(|read_to| read_to.next(now, reading.options.overlap_ms));
        match (mode, stretch) {
            (Mode::Reconcile, _) => {
                let known = reading.fields.of(reading.client, reading.context.permits, Object::Lead).await?;
                let mut fields: Vec<String> = TELLING.map(str::to_owned).to_vec();
                fields.retain(|name| known.contains_key(name));
                let export = Export::Leads { fields };
                Ok(PullPlan {
                    mode,
                    windows: bulk::plan(&export, mode, Filter::CreatedAt, reading.options.leads_since, now),
                    // Nobody's values are read, so the place in the log stays where it is.
                    checkpoint: Checkpoint::of(&read_to.unwrap_or(ReadTo::NOTHING)),
                })
            }
            (Mode::Incremental, Some(stretch)) if stretch.gap_ms <= LONGEST_GAP_MS => changes(reading, stretch).await,
            (Mode::Incremental, Some(stretch)) => after_a_long_pause(reading, stretch).await,
            (Mode::Backfill, _) | (Mode::Incremental, None) => everything(reading).await,
        }
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        if bulk::is_bulk(window) {
            let mut page = bulk::read(reading.client, reading.context, window, cursor).await?;
            let known = reading.fields.of(reading.client, reading.context.permits, Object::Lead).await?;
            bulk::without_empty_decimals(&mut page.items, &known);
            reading.known.add(page.items.iter().filter_map(contact_id));
            if window.mode == Mode::Reconcile {
                page.items = page.items.into_iter().map(present).collect();
            }
            return Ok(page);
        }
        match bounds(window)? {
            Bounds::Ids(ids) => by_id::read(reading, window, &ids, cursor).await,
            Bounds::Departed { since } => departed::read(reading, window, since, cursor).await,
        }
    }
}

fn contact_id(item: &Item) -> Option<&str> {
    match item {
        Item::Object(record) => Some(record.id.as_str()),
        _ => None,
    }
}

/// A record without its values.
fn present(item: Item) -> Item {
    match item {
        Item::Object(record) => Item::Present { kind: record.kind, id: record.id },
        other => other,
    }
}

/// The fields that are asked for.
async fn wanted(reading: &Reading<'_>) -> Result<Vec<String>> {
    let context = reading.context;
    reading.fields.selected(reading.client, context.permits, Object::Lead, context.selection, &NEEDED).await
}

async fn everything(reading: &Reading<'_>) -> Result<PullPlan> {
    let (now, mode) = (reading.context.now, Mode::Backfill);
    let export = Export::Leads { fields: wanted(reading).await? };
    Ok(PullPlan {
        mode,
        windows: bulk::plan(&export, mode, Filter::CreatedAt, reading.options.leads_since, now),
        checkpoint: Checkpoint::of(&ReadTo::all_at(now)),
    })
}

/// By the time of the last change where the subscription allows it; else everybody.
async fn after_a_long_pause(reading: &Reading<'_>, stretch: Stretch) -> Result<PullPlan> {
    let context = reading.context;
    if !bulk::supports_updated_at(reading.client, context.permits, context.now).await? {
        return everything(reading).await;
    }
    let mode = Mode::Incremental;
    let export = Export::Leads { fields: wanted(reading).await? };
    let mut windows = bulk::plan(&export, mode, Filter::UpdatedAt, stretch.since, context.now);
    windows.push(departed_window(mode, stretch.since));
    Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&ReadTo::all_at(context.now)) })
}

/// Whoever the log names, and who left.
async fn changes(reading: &Reading<'_>, stretch: Stretch) -> Result<PullPlan> {
    let (mode, since) = (Mode::Incremental, stretch.since);
    let mut leads = changed_leads(reading, stretch).await?;
    let moves = moves::since(reading, since, stretch.goes_far).await?;
    for id in &moves.leads {
        leads.entry(*id).or_default();
    }
    let leads: Vec<(u64, Option<Timestamp>)> = leads.into_iter().collect();
    let mut windows: Vec<WindowSpec> = leads
        .chunks(AT_ONCE)
        .map(|leads| {
            let ids: Vec<u64> = leads.iter().map(|(id, _)| *id).collect();
            let changed = leads.iter().filter_map(|(id, at)| Some((*id, (*at)?))).collect();
            let of_these = |(winner, _): &(&u64, &Vec<String>)| ids.binary_search(winner).is_ok();
            let merged =
                moves.merged.iter().filter(of_these).map(|(winner, losers)| (*winner, losers.clone())).collect();
            let bounds = ByIds { ids, merged, changed };
            window(format!("{} since {since}", bounds.key()), mode, &Bounds::Ids(bounds))
        })
        .collect();
    windows.push(departed_window(mode, since));
    Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&stretch.after) })
}

fn departed_window(mode: Mode, since: Timestamp) -> WindowSpec {
    window(format!("deleted since {since}"), mode, &Bounds::Departed { since })
}

/// New leads and those of which a field changed, and when others than the API last changed them.
async fn changed_leads(reading: &Reading<'_>, stretch: Stretch) -> Result<BTreeMap<u64, Option<Timestamp>>> {
    let (client, permits) = (reading.client, reading.context.permits);
    let mut fields = wanted(reading).await?;
    if !stretch.goes_far
        && let Some(ours) = reading.context.selection.only_written.get(&ObjectKind::Contact)
    {
        // What this program writes comes home through the log. Whether somebody else wrote it is looked at on the long way.
        fields.retain(|name| !ours.contains(name));
    }
    let fields = fields.join(",");
    let mut changed: BTreeMap<u64, Option<Timestamp>> = BTreeMap::new();
    let mut token = log::token(client, permits, stretch.since).await?;
    loop {
        let query = Query::new(LEAD_CHANGES).with("fields", &fields);
        let page = log::page::<ChangedLead>(client, permits, query, &token).await?;
        for change in &page.result {
            if let Some(id) = change.lead_id.as_deref().and_then(|id| id.parse::<u64>().ok()) {
                let last = changed.entry(id).or_default();
                *last = (*last).max(change.by_others_at());
            }
        }
        match page.next_page_token {
            Some(next) if page.more_result => token = next,
            _ => return Ok(changed),
        }
    }
}
