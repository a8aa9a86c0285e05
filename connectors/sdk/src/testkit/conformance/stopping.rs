//! Stories about a daemon that is told to stop: it makes no further call, says so, and can go on later (I11).

use std::time::Duration;

use super::session::{Habit, Session};
use super::vendor::{Strikes, Trouble, Vendor};
use super::writing;
use crate::change::ChangeResult;
use crate::error::ConnectorError;
use crate::record::ObjectKind;
use crate::source::Mode;
use crate::testkit::Unlimited;

/// The longest that a test waits for something that must come at once.
const IN_VAIN: Duration = Duration::from_secs(60);

/// After the stop nobody is called, and what was read until then is a place to go on from.
pub async fn a_stop_between_two_calls_leaves_a_place_to_go_on_from(vendor: &dyn Vendor) {
    for spec in Session::of(vendor).streams() {
        let undisturbed = Session::of(vendor).must_pull(&spec, Mode::Backfill, None).await;
        for calls in [0, 1, 2, 3, 5, 8] {
            let mut session = Session::of(vendor);
            session.permits.stop_after(calls);
            let mut pull = match session.plan(&spec, Mode::Backfill, None).await {
                Ok(pull) => pull,
                Err(error) => {
                    assert_eq!(error, ConnectorError::Stopped, "{}", spec.name);
                    continue;
                }
            };
            if let Err(error) = session.go_on(&mut pull, Habit::Steady).await {
                assert_eq!(error, ConnectorError::Stopped, "{} after {calls} calls", spec.name);
                assert!(calls < 5 || pull.has_begun() || session.permits.taken() == calls);
            }
            let mut next_life = Session::of(vendor);
            next_life.go_on(&mut pull, Habit::Steady).await.expect("nothing is in the way any more");
            assert_eq!(pull.rows(), undisturbed.rows(), "{} stopped after {calls} calls", spec.name);
        }
    }
}

/// Whatever a push that was stopped says of a change is so.
pub async fn a_stop_during_a_push_tells_the_truth(vendor: &dyn Vendor) {
    let property = vendor.writable();
    for calls in 0..4 {
        let session = Session::of(vendor);
        let batch = writing::batch_with_poison(vendor, &property, &format!("stopped {calls}"));
        session.permits.stop_after(calls);
        let outcomes = match session.push(&batch).await {
            Ok(outcomes) => outcomes,
            Err(error) => {
                assert_eq!(error, ConnectorError::Stopped);
                batch.iter().map(|change| (change.outbox_id, not_executed())).collect()
            }
        };
        for change in &batch {
            let wanted = change.set.get(&property);
            let arrived =
                wanted.is_some() && vendor.value(ObjectKind::Contact, &change.id, &property) == wanted.cloned();
            match &outcomes[&change.outbox_id] {
                ChangeResult::Delivered { .. } => assert!(arrived, "{} after {calls} calls", change.id),
                ChangeResult::NotExecuted { .. } | ChangeResult::Rejected { .. } => {
                    assert!(!arrived, "{} after {calls} calls", change.id);
                }
                ChangeResult::Missing => panic!("{} is there", change.id),
                ChangeResult::Unknown { .. } => {}
            }
        }
    }
}

fn not_executed() -> ChangeResult {
    ChangeResult::NotExecuted { retry_after_ms: None, reason: String::new() }
}

/// A pause before another attempt ends with the stop, not with the pause.
pub async fn a_stop_ends_a_pause_at_once(vendor: &dyn Vendor) {
    for spec in Session::of(vendor).streams() {
        let mut session = Session::of(vendor);
        vendor.clock().stand();
        vendor.trouble(Trouble::Fails, Strikes::All);
        let permits = session.permits.clone();
        let pull = session.pull(&spec, Mode::Backfill, None);
        let stopped = async {
            first_call_ended(&permits).await;
            permits.stop_after(0);
        };
        let ended = tokio::time::timeout(IN_VAIN, async { tokio::join!(pull, stopped).0.err() }).await;
        vendor.peace();
        let error = ended.unwrap_or_else(|_| panic!("{}: the stop was not heard", spec.name));
        assert_eq!(error, Some(ConnectorError::Stopped), "{}", spec.name);
    }
}

async fn first_call_ended(permits: &Unlimited) {
    while permits.observed().is_empty() {
        tokio::task::yield_now().await;
    }
}
