//! Visits that came in beside the cycle, through the collector and from access logs: they find their contacts before values are
//! computed, and they go when their time is over.

use intentd_sdk::Timestamp;
use intentd_sdk::record::ConnectionName;

use super::EngineError;
use crate::domain::visit::{ACCESS_LOG, COLLECTOR, day_of};
use crate::store::{ForgottenVisits, Store};

/// Rows per transaction of a retention pass.
const BATCH: u32 = 2_000;

/// Gives visits of persons who have become contacts since to these contacts.
///
/// # Errors
/// When the store fails.
pub async fn resolve(store: &Store) -> Result<(), EngineError> {
    let mut tx = store.begin().await?;
    for connection in [COLLECTOR, ACCESS_LOG] {
        let touched = tx.resolve_pending_activities(&ConnectionName::from(connection)).await?;
        let touched: Vec<_> = touched.into_iter().collect();
        tx.mark_dirty(&touched).await?;
        tx.mark_companies_of_contacts_dirty(&touched).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Deletes visits of nobody known, and visitors, that are older than the admin keeps them, and the secrets of days that are
/// over (I12).
///
/// # Errors
/// When the store fails.
pub async fn forget(store: &Store, keep_days: i64, now: Timestamp) -> Result<ForgottenVisits, EngineError> {
    let forgotten = store.forget_visits(now.plus_ms(-keep_days * 86_400_000), BATCH).await?;
    let mut tx = store.begin().await?;
    tx.delete_day_keys(&day_of(now)).await?;
    tx.commit().await?;
    Ok(forgotten)
}
