//! Stories about an account that changes between two runs.

use std::collections::BTreeMap;
use std::time::Duration;

use super::session::Session;
use super::vendor::Vendor;
use crate::cursor::Checkpoint;
use crate::record::{Actor, Departure, ExternalId, Item, ObjectKind, StreamName};
use crate::source::{Mode, StreamKind, StreamSpec};

/// Between two runs.
const PAUSE: Duration = Duration::from_secs(900);

async fn first_run(session: &mut Session<'_>) -> BTreeMap<StreamName, Checkpoint> {
    let mut checkpoints = BTreeMap::new();
    for spec in session.streams() {
        let pull = session.must_pull(&spec, Mode::Backfill, None).await;
        checkpoints.insert(spec.name, pull.checkpoint());
    }
    checkpoints
}

fn objects(session: &Session<'_>, vendor: &dyn Vendor) -> Vec<(StreamSpec, ObjectKind)> {
    let kinds = vendor.kinds();
    let of = |spec: StreamSpec| match spec.kind {
        StreamKind::Objects { kind } if kinds.contains(&kind) => Some((spec, kind)),
        _ => None,
    };
    session.streams().into_iter().filter_map(of).collect()
}

/// A record that was edited comes with its new value, a new one comes, and what a contact did comes once.
pub async fn what_people_did_shows_in_the_next_run(vendor: &dyn Vendor) {
    let mut session = Session::of(vendor);
    let checkpoints = first_run(&mut session).await;
    vendor.clock().advance(PAUSE);
    let mut expected = Vec::new();
    for (spec, kind) in objects(&session, vendor) {
        let edited: Vec<ExternalId> = vendor.live(kind).into_iter().take(3).collect();
        let properties: Vec<String> = edited.iter().map(|id| vendor.edit(kind, id, "two")).collect();
        expected.push((spec, edited, properties, vendor.add(kind)));
    }
    let actor = vendor.live(ObjectKind::Contact).into_iter().next().expect("there are contacts");
    let happened_on = vendor.act(&actor);
    vendor.clock().advance(PAUSE);
    for (spec, edited, properties, added) in expected {
        let pull = session.must_pull(&spec, Mode::Incremental, Some(&checkpoints[&spec.name])).await;
        assert!(pull.objects().contains(&added), "{}: the new record", spec.name);
        for (id, property) in edited.iter().zip(&properties) {
            let came = pull.items.values().any(|item| {
                matches!(item, Item::Object(record) if record.id == *id
                    && record.properties.get(property).and_then(Option::as_deref) == Some("two"))
            });
            assert!(came, "{}: {id} with its new value", spec.name);
        }
    }
    if let Some(stream) = happened_on {
        let spec = session.streams().into_iter().find(|spec| spec.name == stream).expect("the stream exists");
        let first = session.must_pull(&spec, Mode::Backfill, None).await;
        let pull = session.must_pull(&spec, Mode::Incremental, Some(&checkpoints[&stream])).await;
        let of_actor = |item: &&Item| match item {
            Item::Activity(record) => match &record.actor {
                Actor::Contact(id) => *id == actor,
                Actor::Email(_) | Actor::Visitor(_) => true,
            },
            _ => false,
        };
        assert!(pull.items.values().filter(of_actor).count() > 0, "{stream}: what the contact did");
        assert!(pull.items.keys().all(|key| first.items.contains_key(key)), "{stream}: under the same id as ever");
    }
}

/// Deleted and merged records are found by the next run and its reconcile pass, and nobody else is missed.
pub async fn who_left_is_found(vendor: &dyn Vendor) {
    let mut session = Session::of(vendor);
    let checkpoints = first_run(&mut session).await;
    vendor.clock().advance(PAUSE);
    for (spec, kind) in objects(&session, vendor) {
        let ids: Vec<ExternalId> = vendor.live(kind).into_iter().collect();
        vendor.delete(kind, &ids[0]);
        let survivor = vendor.merge(kind, &ids[1], &ids[2]);
        vendor.clock().advance(PAUSE);
        let next = session.must_pull(&spec, Mode::Incremental, Some(&checkpoints[&spec.name])).await;
        let reconciled = session.must_pull(&spec, Mode::Reconcile, Some(&next.checkpoint())).await;
        let departure = |id: &ExternalId| {
            next.items.values().chain(reconciled.items.values()).find_map(|item| match item {
                Item::Gone(gone) if gone.kind == kind && gone.id == *id => Some(gone.departure.clone()),
                _ => None,
            })
        };
        let listed = reconciled.objects();
        assert!(departure(&ids[0]).is_some() || (!listed.is_empty() && !listed.contains(&ids[0])), "{}", spec.name);
        if let Some(survivor) = &survivor {
            let absorbed = if ids[2] == *survivor { &ids[1] } else { &ids[2] };
            let told_by_record = next.items.values().any(|item| {
                matches!(item, Item::Object(record) if record.id == *survivor && record.merged_ids.contains(absorbed))
            });
            let told = matches!(departure(absorbed), Some(Departure::Merged { into }) if into == *survivor);
            assert!(told || told_by_record, "{}: {absorbed} was merged into {survivor}", spec.name);
        }
        let live = vendor.live(kind);
        assert!(live.iter().all(|id| departure(id).is_none()), "{}: nobody is buried alive", spec.name);
        if !listed.is_empty() {
            assert_eq!(listed, live, "{}: everybody who is there is listed", spec.name);
        }
    }
}
