//! The one clock. Everything that needs the time takes a [`Clock`] or a [`Timestamp`]; only [`SystemClock`] asks the
//! machine, so tests move time by hand and replays give the same result.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::error::{ConnectorError, Result};
use crate::permit::Permits;
use crate::time::Timestamp;

/// A boxed future, so that the trait can be used as an object.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A source of time.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment; never goes back, not touched by steps of the wall clock.
    fn monotonic(&self) -> Duration;

    /// Waits.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// A pause between two calls.
///
/// # Errors
/// [`ConnectorError::Stopped`] as soon as the daemon is stopping.
pub async fn rest(clock: &dyn Clock, permits: &dyn Permits, duration: Duration) -> Result<()> {
    tokio::select! {
        biased;
        () = permits.stopped() => Err(ConnectorError::Stopped),
        () = clock.sleep(duration) => Ok(()),
    }
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    started: std::time::Instant,
}

impl SystemClock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn new() -> SystemClock {
        SystemClock { started: std::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    fn now(&self) -> Timestamp {
        jiff::Timestamp::now().into()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that waits")]
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}
