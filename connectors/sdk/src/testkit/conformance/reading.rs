//! Stories about reading an account that stands still.

use super::session::{Habit, Session};
use super::vendor::Vendor;
use crate::record::{ExternalId, Item};
use crate::source::{Mode, StreamKind};

/// Every stream plans and ends; every certificate is exact (I14); every record that is there is delivered.
pub async fn every_stream_is_read_to_its_end(vendor: &dyn Vendor) {
    let mut session = Session::of(vendor);
    let account = session.connector.describe(&session.permits).await.expect("the account tells who it is");
    assert!(!account.id.is_empty() && !account.time_zone.is_empty());
    let mut rows = 0;
    for spec in session.streams() {
        let pull = session.must_pull(&spec, Mode::Backfill, None).await;
        rows += pull.items.len();
        let StreamKind::Objects { kind } = spec.kind else { continue };
        if vendor.kinds().contains(&kind) {
            assert_eq!(pull.objects(), vendor.live(kind), "{}", spec.name);
        }
        let selection = vendor.selection().properties.remove(&kind).unwrap_or_default();
        for item in pull.items.values() {
            let Item::Object(record) = item else { continue };
            let names: Vec<&String> = record.properties.keys().collect();
            assert_eq!(names, selection.iter().collect::<Vec<_>>(), "exactly what was asked for");
        }
    }
    assert!(rows > 0 && !vendor.live(crate::record::ObjectKind::Contact).is_empty(), "the account is not empty");
    session.check_permits();
}

/// The next runs are exact as well, and nothing new comes where nothing has happened (I2, I14).
pub async fn a_second_run_is_exact_and_brings_nobody_new(vendor: &dyn Vendor) {
    let mut session = Session::of(vendor);
    for spec in session.streams() {
        let first = session.must_pull(&spec, Mode::Backfill, None).await;
        vendor.clock().advance(std::time::Duration::from_secs(600));
        let second = session.must_pull(&spec, Mode::Incremental, Some(&first.checkpoint())).await;
        let known: Vec<&String> = first.items.keys().collect();
        let new: Vec<&String> = second.items.keys().filter(|key| !known.contains(key)).collect();
        assert!(new.is_empty(), "{}: {new:?}", spec.name);
        vendor.clock().advance(std::time::Duration::from_secs(600));
        session.must_pull(&spec, Mode::Incremental, Some(&second.checkpoint())).await;
        if matches!(spec.kind, StreamKind::Objects { .. }) {
            session.must_pull(&spec, Mode::Reconcile, Some(&second.checkpoint())).await;
        }
    }
}

/// A process that dies after every page, with nothing but what was written down, delivers the same rows (I1, I2).
pub async fn a_reader_that_dies_after_every_page_loses_nothing(vendor: &dyn Vendor) {
    for spec in Session::of(vendor).streams() {
        let steady = Session::of(vendor).must_pull(&spec, Mode::Backfill, None).await;
        let mut session = Session::of(vendor);
        let mut pull = session.plan(&spec, Mode::Backfill, None).await.expect("the plan is made again");
        session.go_on(&mut pull, Habit::DiesAfterEveryPage).await.expect("every page can be read again");
        assert_eq!(pull.rows(), steady.rows(), "{}", spec.name);
    }
}

/// Records that the engine names are read with their values, in one window, and those that are not there are left out.
pub async fn named_records_are_read(vendor: &dyn Vendor) {
    for spec in Session::of(vendor).streams() {
        let StreamKind::Objects { kind } = spec.kind else { continue };
        if !vendor.kinds().contains(&kind) {
            continue;
        }
        let ids: Vec<ExternalId> = vendor.live(kind).into_iter().take(5).collect();
        vendor.delete(kind, &ids[2]);
        let property = vendor.edit(kind, &ids[4], "two");
        let mut session = Session::of(vendor);
        let mut pull = session.plan_of_ids(&spec, Mode::Reconcile, &ids, ids.len());
        session.go_on(&mut pull, Habit::Steady).await.expect("nothing is in the way");
        let live = [0, 1, 3, 4].map(|n| ids[n].clone());
        assert_eq!(pull.objects(), live.into_iter().collect(), "{}", spec.name);
        let edited = pull.items.values().any(|item| {
            matches!(item, Item::Object(record)
                if record.id == ids[4] && record.properties[&property].as_deref() == Some("two"))
        });
        assert!(edited, "{}: with their values", spec.name);
    }
}
