//! Stories about reading from a vendor that fails, loses answers, limits or refuses.

use super::session::Session;
use super::vendor::{Strikes, Trouble, Vendor};
use crate::clock::Clock;
use crate::error::ConnectorError;
use crate::source::{Mode, StreamKind};

/// A call that fails once is made again, and the rows are the same.
pub async fn trouble_once_changes_nothing_of_what_is_read(vendor: &dyn Vendor) {
    let mut session = Session::of(vendor);
    for spec in session.streams() {
        let undisturbed = session.must_pull(&spec, Mode::Backfill, None).await;
        for trouble in [Trouble::Fails, Trouble::LosesAnswer, Trouble::Hurried] {
            for nth in [1, 2, 3] {
                vendor.trouble(trouble, Strikes::Nth(nth));
                let pull = session.must_pull(&spec, Mode::Backfill, None).await;
                vendor.peace();
                assert_eq!(pull.rows(), undisturbed.rows(), "{} after {trouble:?} at call {nth}", spec.name);
            }
        }
    }
}

/// What waiting for seconds does not cure is handed to the engine at once, and as what it is.
pub async fn a_spent_day_and_refused_credentials_end_a_read_at_once(vendor: &dyn Vendor) {
    for spec in Session::of(vendor).streams() {
        for trouble in [Trouble::DaySpent, Trouble::Denied] {
            let mut session = Session::of(vendor);
            vendor.trouble(trouble, Strikes::All);
            let now = vendor.clock().now();
            let error = session.pull(&spec, Mode::Backfill, None).await.err();
            vendor.peace();
            match (trouble, &error) {
                (Trouble::DaySpent, Some(ConnectorError::Limited { until, .. })) => assert!(*until > now),
                (Trouble::Denied, Some(ConnectorError::Auth { .. })) => {}
                _ => panic!("{}: {trouble:?} gave {error:?}", spec.name),
            }
            // A few calls that were under way side by side, or one renewal of the token and one more try.
            assert!(session.permits.taken() <= 10, "{}: {} calls", spec.name, session.permits.taken());
        }
    }
}

/// A vendor that fails at every call is asked a few times, not for ever.
pub async fn a_vendor_that_keeps_failing_is_left_alone(vendor: &dyn Vendor) {
    for spec in Session::of(vendor).streams() {
        let mut session = Session::of(vendor);
        vendor.trouble(Trouble::Fails, Strikes::All);
        let error = session.pull(&spec, Mode::Backfill, None).await.err();
        vendor.peace();
        assert!(error.as_ref().is_some_and(ConnectorError::is_retryable), "{}: {error:?}", spec.name);
        let most = if matches!(spec.kind, StreamKind::Objects { .. }) { 16 } else { 12 };
        assert!(session.permits.taken() <= most, "{}: {} calls", spec.name, session.permits.taken());
    }
}
