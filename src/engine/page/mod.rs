//! Transaction 1: a page becomes mirror rows, activities, dirty marks and a checkpoint, or nothing (I1). Committing the same
//! page twice changes nothing the second time (I2).

mod activities;
mod departures;
mod identities;
mod objects;
mod shared;
mod visitors;

use std::collections::BTreeMap;
use std::sync::Arc;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{
    ActivityRecord, ConnectionName, ExternalId, GoneRecord, Item, MembershipRecord, ObjectKind, ObjectRecord,
    StreamName,
};
use intentd_sdk::source::{CountBasis, Next, StreamKind, WindowSpec};
use jiff::tz::TimeZone;

use self::activities::{close_segment, commit_activities, commit_memberships};
use self::departures::commit_departures;
pub(in crate::engine) use self::departures::depart;
pub(in crate::engine) use self::identities::compose_anew;
use self::objects::{commit_objects, commit_present};
use self::visitors::commit_visitors;
use super::EngineError;
use crate::domain::mapping::MappingSet;
use crate::store::{Store, Tx};

/// Activities that no mapping names are kept under this type: counted, never scored.
const UNMAPPED: &str = "unmapped";
/// A record that the vendor lists and whose values have not been read.
pub(in crate::engine) const NOT_READ_YET: &str = "reconcile::not_read_yet";

/// Where a page belongs.
#[derive(Clone)]
pub(in crate::engine) struct PagePlace {
    pub(in crate::engine) store: Store,
    pub(in crate::engine) connection: ConnectionName,
    pub(in crate::engine) mapping: Arc<MappingSet>,
    pub(in crate::engine) zone: TimeZone,
    pub(in crate::engine) run_id: i64,
    pub(in crate::engine) stream: StreamName,
    pub(in crate::engine) kind: StreamKind,
    pub(in crate::engine) plan_id: i64,
    pub(in crate::engine) window_id: i64,
    pub(in crate::engine) window: WindowSpec,
    pub(in crate::engine) now: Timestamp,
}

/// What a committed page brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::engine) struct Committed {
    pub(in crate::engine) delivered: u64,
    pub(in crate::engine) new: u64,
    pub(in crate::engine) changed: u64,
    pub(in crate::engine) echoes: u64,
    /// Windows split off, with their numbers in the store.
    pub(in crate::engine) split: Vec<(i64, WindowSpec)>,
}

impl Committed {
    pub(in crate::engine) fn add(&mut self, other: &Committed) {
        self.delivered += other.delivered;
        self.new += other.new;
        self.changed += other.changed;
        self.echoes += other.echoes;
    }
}

/// Items of a page, sorted by what happens to them.
#[derive(Default)]
struct Sorted {
    objects: BTreeMap<ObjectKind, Vec<ObjectRecord>>,
    present: BTreeMap<ObjectKind, Vec<ExternalId>>,
    gone: Vec<GoneRecord>,
    activities: Vec<ActivityRecord>,
    memberships: Vec<MembershipRecord>,
    rest: Vec<Item>,
}

/// Commits a page and moves its window on.
pub(in crate::engine) async fn commit(
    place: PagePlace,
    items: Vec<Item>,
    next: Next,
) -> Result<Committed, EngineError> {
    let mut tx = place.store.begin().await?;
    let mut committed = Committed { delivered: counted(&place.kind, &items), ..Committed::default() };
    let mut stored = 0;
    let mut sorted = Sorted::default();
    for item in items {
        match item {
            Item::Object(record) => sorted.objects.entry(record.kind).or_default().push(record),
            Item::Present { kind, id } => sorted.present.entry(kind).or_default().push(id),
            Item::Gone(record) => sorted.gone.push(record),
            Item::Activity(record) => sorted.activities.push(record),
            Item::Membership(record) => sorted.memberships.push(record),
            other => sorted.rest.push(other),
        }
    }
    for (kind, records) in &sorted.objects {
        stored += commit_objects(&mut tx, &place, *kind, records, &mut committed).await?;
    }
    for (kind, ids) in &sorted.present {
        stored += commit_present(&mut tx, &place, *kind, ids).await?;
    }
    stored += commit_departures(&mut tx, &place, &sorted.gone).await?;
    stored += commit_activities(&mut tx, &place, &sorted.activities, &mut committed).await?;
    stored += commit_memberships(&mut tx, &place, &sorted.memberships, &mut committed).await?;
    stored += commit_rest(&mut tx, &place, sorted.rest).await?;

    match next {
        Next::More(cursor) | Next::Later { cursor, .. } => tx.advance_window(place.window_id, &cursor, stored).await?,
        Next::Split { cursor, windows } => {
            let ids = tx.insert_windows(place.plan_id, &windows, place.now).await?;
            committed.split = ids.into_iter().zip(windows).collect();
            tx.advance_window(place.window_id, &cursor, stored).await?;
        }
        Next::Done(count) => {
            // The mirror was counted by the database itself, and as many are there as the vendor counts.
            if count.basis == CountBasis::Mirrored {
                stored += count.expected;
            }
            if let StreamKind::AssociationsOf { kind, .. } = place.kind {
                // Asked and answered: an id of which the vendor gave no associations is not asked again for ever.
                tx.clear_stale_links(&place.connection, kind, &place.window.ids).await?;
            }
            let closed = tx.close_window(place.window_id, count, stored, place.now).await?;
            // I10: who was not delivered has left, but only when everybody was delivered who should have been.
            let exact = closed.expected == closed.stored;
            if place.kind == StreamKind::Segments && count.basis != CountBasis::Mirrored && exact {
                close_segment(&mut tx, &place).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(committed)
}

/// Items that the stream is about. What comes along with them (a segment with its members, associations with their objects) is
/// stored and not counted.
fn counted(kind: &StreamKind, items: &[Item]) -> u64 {
    let comes_along = |item: &Item| match item {
        Item::Associations(_) => !matches!(kind, StreamKind::AssociationsOf { .. }),
        Item::Segment(_) | Item::Visitor(_) => true,
        _ => false,
    };
    items.iter().filter(|item| !comes_along(item)).count() as u64
}

/// Segments, owners, definitions and associations. Gives the number of rows stored.
async fn commit_rest(tx: &mut Tx, place: &PagePlace, items: Vec<Item>) -> Result<u64, EngineError> {
    let mut associations = Vec::new();
    let mut segments = Vec::new();
    let mut owners = Vec::new();
    let mut visitors = Vec::new();
    let mut assets = Vec::new();
    let mut definitions: BTreeMap<ObjectKind, Vec<_>> = BTreeMap::new();
    for item in items {
        match item {
            Item::Associations(set) => associations.push(set),
            Item::Segment(segment) => segments.push(segment),
            Item::Owner(owner) => owners.push(owner),
            Item::Property(definition) => definitions.entry(definition.kind).or_default().push(definition),
            Item::Visitor(visitor) => visitors.push(visitor),
            Item::Asset(asset) => assets.push(asset),
            Item::Object(_) | Item::Present { .. } | Item::Gone(_) | Item::Activity(_) | Item::Membership(_) => {}
        }
    }
    let mut stored = owners.len() as u64 + tx.upsert_assets(&place.connection, &assets).await?;
    commit_visitors(tx, place, &visitors).await?;
    // A segment's own row comes along with its members; the certificate counts the members.
    if !associations.is_empty() {
        tx.replace_associations(&place.connection, &associations).await?;
        for kind in ObjectKind::ALL {
            let ids: Vec<ExternalId> =
                associations.iter().filter(|set| set.from_kind == kind).map(|set| set.from_id.clone()).collect();
            tx.clear_stale_links(&place.connection, kind, &ids).await?;
        }
        // Associations that come along with their objects are not what their window counts.
        if matches!(place.kind, StreamKind::AssociationsOf { .. }) {
            stored += associations.len() as u64;
        }
    }
    tx.upsert_segments(&place.connection, &segments).await?;
    tx.upsert_owners(&place.connection, &owners).await?;
    for (kind, definitions) in &definitions {
        tx.replace_property_definitions(&place.connection, *kind, definitions).await?;
        stored += definitions.len() as u64;
    }
    Ok(stored)
}
