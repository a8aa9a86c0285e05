//! The secret of the day, from the store: the same after a restart, another one tomorrow, and gone the day after (I12).

use intentd_sdk::Timestamp;
use tokio::sync::Mutex;

use crate::domain::visit::{DayKey, day_of};
use crate::store::{Store, StoreError};

/// Gives the secret of a day.
pub(super) struct DayKeys {
    store: Store,
    current: Mutex<Option<(String, DayKey)>>,
}

impl DayKeys {
    pub(super) fn new(store: Store) -> DayKeys {
        DayKeys { store, current: Mutex::new(None) }
    }

    /// The secret of this day; made when it is the first time.
    pub(super) async fn of(&self, now: Timestamp) -> Result<DayKey, StoreError> {
        let day = day_of(now);
        let mut current = self.current.lock().await;
        if let Some((_, key)) = current.as_ref().filter(|(known, _)| *known == day) {
            return Ok(key.clone());
        }
        let key = self.load(day.clone()).await?;
        *current = Some((day, key.clone()));
        Ok(key)
    }

    /// A secret that nobody keeps.
    pub(super) fn passing() -> Result<DayKey, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| unavailable())?;
        Ok(DayKey::new(bytes))
    }

    /// In a task of its own: a caller who goes away must not cut the transaction short.
    async fn load(&self, day: String) -> Result<DayKey, StoreError> {
        let store = self.store.clone();
        let task = tokio::spawn(async move {
            let fresh = DayKeys::passing()?;
            let mut tx = store.begin().await?;
            let key = tx.find_or_insert_day_key(&day, &fresh).await?;
            tx.commit().await?;
            Ok(key)
        });
        task.await.map_err(|_| unavailable())?
    }
}

fn unavailable() -> StoreError {
    StoreError::Unreachable { detail: "no secret for the day could be made".to_owned() }
}
