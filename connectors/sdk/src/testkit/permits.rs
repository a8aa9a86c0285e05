//! Permits without limits, which remember what the answers taught.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::error::ConnectorError;
use crate::permit::{CallClass, Observation, Permit, Permits};
use crate::time::Timestamp;

/// Hands out every permit at once and records the observation of every call.
#[derive(Clone, Default)]
pub struct Unlimited {
    observed: Arc<Mutex<Vec<(CallClass, Observation)>>>,
}

impl Unlimited {
    /// The calls made so far, in the order in which they ended.
    pub fn observed(&self) -> Vec<(CallClass, Observation)> {
        self.observed.lock().expect("no test panics while holding this").clone()
    }
}

#[async_trait]
impl Permits for Unlimited {
    async fn acquire(&self, class: CallClass) -> Result<Permit, ConnectorError> {
        let observed = Arc::clone(&self.observed);
        Ok(Permit::issue(class, move |observation| {
            observed.lock().expect("no test panics while holding this").push((class, observation));
        }))
    }

    fn parked_until(&self, _class: CallClass) -> Option<Timestamp> {
        None
    }
}
