//! Permits and the limits they come from. A permit is the right to make one call; only the engine's limiter issues them,
//! and the transport takes one by value, so a call that no limit counted does not compile (I9).

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::ConnectorError;
use crate::time::Timestamp;

/// Which limits a call counts against; the connector defines its classes, for example `general` and `search`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallClass(pub &'static str);

/// A limit of the vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketSpec {
    /// For example `burst`, `search`, `daily`.
    pub name: String,
    /// Calls allowed in one period, as the vendor states it.
    pub capacity: u32,
    pub period: Period,
    /// Of the capacity, the share in percent that we may use; the rest is the customer's other apps'.
    pub share_percent: u8,
    /// The admin set the capacity: what the vendor reports can only lower it.
    pub fixed: bool,
}

/// What a bucket's capacity is counted over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Any stretch of this many milliseconds.
    Rolling { ms: u64 },
    /// A calendar day in this IANA time zone.
    Day { time_zone: String },
}

/// The buckets that calls of one class are charged to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassSpec {
    pub class: CallClass,
    pub buckets: Vec<String>,
}

/// All limits of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitSpec {
    pub buckets: Vec<BucketSpec>,
    pub classes: Vec<ClassSpec>,
    /// Calls that may be under way at once.
    pub max_in_flight: u32,
}

/// What an answer taught about the limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// The HTTP status, or `None` when no answer came.
    pub status: Option<u16>,
    /// The vendor refused the call because of a limit.
    pub limited: bool,
    /// The bucket must rest: its name, and for how long or until when.
    pub pause: Option<Pause>,
    /// What the headers said about buckets.
    pub readings: Vec<Reading>,
}

/// A rest that the vendor imposed on a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    pub bucket: String,
    pub rest: Rest,
}

/// How long a bucket rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    For(Duration),
    /// Until the period of the bucket ends (midnight of the account for a daily bucket).
    UntilPeriodEnds,
}

/// A bucket's state as the vendor reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub bucket: String,
    pub capacity: Option<u32>,
    pub remaining: Option<u32>,
}

/// The right to make one call. Dropping it unused counts as a call made: the safe direction.
pub struct Permit {
    class: CallClass,
    settle: Option<Box<dyn FnOnce(Observation) + Send>>,
}

impl Permit {
    /// For the limiter: `settle` is called once, when the call has ended.
    pub fn issue(class: CallClass, settle: impl FnOnce(Observation) + Send + 'static) -> Permit {
        Permit { class, settle: Some(Box::new(settle)) }
    }

    /// The class this permit was issued for.
    pub fn class(&self) -> CallClass {
        self.class
    }

    /// Ends the call and tells the limiter what was learnt.
    pub fn settle(mut self, observation: Observation) {
        if let Some(settle) = self.settle.take() {
            settle(observation);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(settle) = self.settle.take() {
            settle(Observation::default());
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("class", &self.class).finish_non_exhaustive()
    }
}

/// Where permits come from. The engine's limiter implements it; a test may hand out unlimited ones.
#[async_trait]
pub trait Permits: Send + Sync {
    /// Waits until a call of this class may be made.
    ///
    /// # Errors
    /// [`ConnectorError::Limited`] when the wait would last to the end of a long period (a spent daily budget);
    /// [`ConnectorError::Stopped`] when the daemon is stopping.
    async fn acquire(&self, class: CallClass) -> Result<Permit, ConnectorError>;

    /// The earliest instant at which a long-parked bucket of this class opens again, if one is parked.
    fn parked_until(&self, class: CallClass) -> Option<Timestamp>;

    /// Ends when the daemon is stopping; never, where nobody can stop anything. Whoever pauses between two calls listens to
    /// it ([`crate::clock::rest`]).
    async fn stopped(&self) {
        std::future::pending().await
    }
}
