//! Stories about writing: once, to the right records, and with the truth about what became of each (I11).

use std::collections::BTreeMap;

use super::session::Session;
use super::vendor::{Strikes, Trouble, Vendor};
use crate::change::{Change, ChangeResult, Prepared};
use crate::error::ConnectorError;
use crate::record::{ExternalId, ObjectKind};

const KIND: ObjectKind = ObjectKind::Contact;

/// The change of one contact.
pub(super) fn change(row: usize, id: &ExternalId, property: &str, value: &str) -> Change {
    let set = BTreeMap::from([(property.to_owned(), value.to_owned())]);
    Change { outbox_id: row as i64 + 1, kind: KIND, id: id.clone(), set }
}

fn batch_of(vendor: &dyn Vendor, size: usize, property: &str, value: &str) -> Vec<Change> {
    let ids = vendor.live(KIND).into_iter().take(size).enumerate();
    ids.map(|(row, id)| change(row, &id, property, value)).collect()
}

/// Twenty changes, of which the vendor refuses one.
pub(super) fn batch_with_poison(vendor: &dyn Vendor, property: &str, value: &str) -> Vec<Change> {
    let mut batch = batch_of(vendor, 20, property, value);
    let (name, poison) = vendor.poison();
    batch[13].set = BTreeMap::from([(name, poison)]);
    batch
}

fn is_delivered(result: &ChangeResult) -> bool {
    matches!(result, ChangeResult::Delivered { survivor: None, .. })
}

/// A property that is wanted is made, then it exists, and it can be written.
pub async fn a_wanted_property_is_made_once(vendor: &dyn Vendor) {
    let Some(wanted) = vendor.wanted() else { return };
    let session = Session::of(vendor);
    let destination = session.connector.destination();
    let all = [wanted.clone()];
    assert_eq!(destination.prepare(&session.permits, &all).await, Ok(vec![Prepared::Created]));
    assert_eq!(destination.prepare(&session.permits, &all).await, Ok(vec![Prepared::Exists]));
    let results = session.push(&batch_of(vendor, 1, &wanted.name, "one")).await.expect("nothing is in the way");
    assert!(results.values().all(is_delivered), "{results:?}");
}

/// The largest batch is delivered, each record is written once, and the vendor tells the values when asked.
pub async fn a_batch_is_written_once_and_found_again(vendor: &dyn Vendor) {
    let session = Session::of(vendor);
    let property = vendor.writable();
    let destination = session.connector.destination();
    let batch = batch_of(vendor, destination.batch_size(), &property, "one");
    let writes: Vec<u64> = batch.iter().map(|change| vendor.writes(KIND, &change.id)).collect();
    let results = session.push(&batch).await.expect("nothing is in the way");
    assert!(results.values().all(is_delivered), "{results:?}");
    assert!(session.permits.taken() <= destination.predict_calls(batch.len()) as u64, "as few calls as predicted");
    for (change, before) in batch.iter().zip(writes) {
        assert_eq!(vendor.value(KIND, &change.id, &property).as_deref(), Some("one"));
        assert_eq!(vendor.writes(KIND, &change.id), before + 1, "{}", change.id);
    }
    let gone = batch[0].id.clone();
    vendor.delete(KIND, &gone);
    let ids: Vec<ExternalId> = batch.iter().take(5).map(|change| change.id.clone()).collect();
    let found = destination.look_up(&session.permits, KIND, &ids, std::slice::from_ref(&property)).await;
    let found = found.expect("nothing is in the way");
    assert_eq!(found.keys().collect::<Vec<_>>(), ids[1..].iter().collect::<Vec<_>>(), "who is not there is left out");
    assert!(found.values().all(|held| held.values[&property].as_deref() == Some("one")));
    session.check_permits();
}

/// A refused record, a deleted one and a merged one each stand alone; their neighbours are written, once.
pub async fn a_bad_record_takes_nobody_with_it(vendor: &dyn Vendor) {
    let session = Session::of(vendor);
    let property = vendor.writable();
    let batch = batch_with_poison(vendor, &property, "one");
    let (poisoned, deleted, absorbed, survivor) = (&batch[13], &batch[2], &batch[7], &batch[8]);
    vendor.delete(KIND, &deleted.id);
    let merged = vendor.merge(KIND, &survivor.id, &absorbed.id);
    // The survivor is not written beside the absorbed one: the engine sends one change per record.
    let batch: Vec<Change> = batch.iter().filter(|change| change.id != survivor.id).cloned().collect();
    let writes: BTreeMap<i64, u64> =
        batch.iter().map(|change| (change.outbox_id, vendor.writes(KIND, &change.id))).collect();
    let results = session.push(&batch).await.expect("a bad record is no error of the batch");
    for change in &batch {
        let result = &results[&change.outbox_id];
        if change.id == poisoned.id {
            let ChangeResult::Rejected { reason, .. } = result else { panic!("poisoned: {result:?}") };
            assert!(!reason.is_empty() && !reason.contains(&vendor.poison().1), "{reason}");
        } else if change.id == deleted.id {
            assert_eq!(*result, ChangeResult::Missing, "deleted");
        } else if change.id == absorbed.id && merged.is_some() {
            let told = matches!(result, ChangeResult::Delivered { survivor, .. } if *survivor == merged);
            assert!(told || *result == ChangeResult::Missing, "merged: {result:?}");
        } else {
            assert!(is_delivered(result), "{}: {result:?}", change.id);
            assert_eq!(vendor.value(KIND, &change.id, &property).as_deref(), Some("one"));
            assert_eq!(vendor.writes(KIND, &change.id), writes[&change.outbox_id] + 1, "{}", change.id);
        }
    }
}

/// What may have been executed is unknown, is not repeated, and is settled by asking; what was not can be sent again.
pub async fn a_lost_answer_is_unknown_and_settled_by_looking(vendor: &dyn Vendor) {
    let property = vendor.writable();
    for (trouble, value) in [(Trouble::LosesAnswer, "one"), (Trouble::Fails, "two")] {
        let session = Session::of(vendor);
        let batch = batch_of(vendor, 10, &property, value);
        let writes: Vec<u64> = batch.iter().map(|change| vendor.writes(KIND, &change.id)).collect();
        vendor.trouble(trouble, Strikes::FirstWrite);
        let results = session.push(&batch).await.expect("the vendor was reached");
        vendor.peace();
        let ids: Vec<ExternalId> = batch.iter().map(|change| change.id.clone()).collect();
        let destination = session.connector.destination();
        let found = destination.look_up(&session.permits, KIND, &ids, std::slice::from_ref(&property)).await;
        let found = found.expect("the trouble is over");
        for (change, before) in batch.iter().zip(writes) {
            let arrived = vendor.value(KIND, &change.id, &property).as_deref() == Some(value);
            match &results[&change.outbox_id] {
                ChangeResult::Unknown { .. } => {}
                ChangeResult::NotExecuted { .. } => assert!(!arrived, "{trouble:?}: it was executed"),
                other => panic!("{trouble:?}: {other:?}"),
            }
            assert_eq!(arrived, trouble == Trouble::LosesAnswer, "{trouble:?}: repeated, or not even tried");
            assert_eq!(vendor.writes(KIND, &change.id), before + u64::from(arrived), "{trouble:?}");
            let held = &found[&change.id].values[&property];
            assert_eq!(held.as_deref() == Some(value), arrived, "the look-up tells the truth");
        }
    }
}

/// A short limit is waited for or handed back; a spent day and refused credentials are an error of the whole batch. Never is
/// anything said to be done that was not.
pub async fn a_limit_executes_nothing(vendor: &dyn Vendor) {
    let property = vendor.writable();
    for trouble in [Trouble::Hurried, Trouble::DaySpent, Trouble::Denied] {
        let session = Session::of(vendor);
        let batch = batch_of(vendor, 10, &property, &format!("{trouble:?}"));
        let strikes = if trouble == Trouble::Hurried { Strikes::Nth(1) } else { Strikes::All };
        vendor.trouble(trouble, strikes);
        let pushed = session.push(&batch).await;
        vendor.peace();
        let arrived = |change: &Change| vendor.value(KIND, &change.id, &property).as_ref() == change.set.get(&property);
        match (trouble, pushed) {
            (Trouble::Hurried, Ok(results)) => {
                for change in &batch {
                    let result = &results[&change.outbox_id];
                    assert!(is_delivered(result) || matches!(result, ChangeResult::NotExecuted { .. }), "{result:?}");
                    assert_eq!(arrived(change), is_delivered(result));
                }
            }
            (Trouble::Denied, Err(error)) => assert!(matches!(error, ConnectorError::Auth { .. }), "{error:?}"),
            (_, Err(error)) => assert!(matches!(error, ConnectorError::Limited { .. }), "{trouble:?}: {error:?}"),
            (_, Ok(results)) => panic!("{trouble:?}: {results:?}"),
        }
        if trouble != Trouble::Hurried {
            assert!(!batch.iter().any(arrived), "{trouble:?}");
        }
        assert!(session.permits.taken() <= 4, "{trouble:?}: {} calls", session.permits.taken());
    }
}
