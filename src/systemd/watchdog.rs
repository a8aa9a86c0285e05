//! Who must show signs of life, and who has not. No clock, no waiting: instants are parameters, measured from any fixed
//! moment on a clock that never goes back ([`intentd_sdk::clock::Clock::monotonic`]).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The loops of the daemon and the instants by which each must be heard of again. Cloning gives another handle to the same one.
#[derive(Clone, Debug, Default)]
pub struct Watchdog {
    loops: Arc<Mutex<Loops>>,
}

#[derive(Debug, Default)]
struct Loops {
    next_id: u64,
    watched: BTreeMap<u64, Watched>,
}

#[derive(Debug)]
struct Watched {
    name: String,
    deadline: Duration,
    due: Duration,
}

/// One loop's signs of life. Dropping it ends the watch: a loop that has come to its end is not stalled.
#[derive(Debug)]
pub struct Pulse {
    id: u64,
    loops: Arc<Mutex<Loops>>,
}

/// Loops that are past their deadlines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no progress in: {}", self.describe())]
pub struct Stalled {
    /// In the order in which they were registered; never empty.
    pub loops: Vec<StalledLoop>,
}

/// One loop that is past its deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StalledLoop {
    pub name: String,
    /// How long ago it should have been heard of.
    pub overdue: Duration,
}

impl Watchdog {
    /// Watches nothing yet.
    pub fn new() -> Watchdog {
        Watchdog::default()
    }

    /// Watches a loop that passes its checkpoint at least once in every `deadline`, counted from `now`.
    pub fn register(&self, name: impl Into<String>, deadline: Duration, now: Duration) -> Pulse {
        let mut loops = lock(&self.loops);
        let id = loops.next_id;
        loops.next_id += 1;
        loops.watched.insert(id, Watched { name: name.into(), deadline, due: now.saturating_add(deadline) });
        Pulse { id, loops: Arc::clone(&self.loops) }
    }

    /// Whether every loop is within its deadline.
    ///
    /// # Errors
    /// The loops that are not.
    pub fn healthy(&self, now: Duration) -> Result<(), Stalled> {
        let loops: Vec<StalledLoop> = lock(&self.loops)
            .watched
            .values()
            .filter(|watched| now > watched.due)
            .map(|watched| StalledLoop { name: watched.name.clone(), overdue: now - watched.due })
            .collect();
        if loops.is_empty() { Ok(()) } else { Err(Stalled { loops }) }
    }
}

impl Pulse {
    /// The loop got on; it will be heard of again within its deadline.
    pub fn beat(&self, now: Duration) {
        self.rest(now, Duration::ZERO);
    }

    /// The loop is about to wait on purpose for `rest`; its deadline counts from the end of it.
    pub fn rest(&self, now: Duration, rest: Duration) {
        if let Some(watched) = lock(&self.loops).watched.get_mut(&self.id) {
            watched.due = now.saturating_add(rest).saturating_add(watched.deadline);
        }
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        lock(&self.loops).watched.remove(&self.id);
    }
}

impl Stalled {
    /// The names, with commas between them.
    pub fn names(&self) -> String {
        self.loops.iter().map(|stalled| stalled.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn describe(&self) -> String {
        let each = |stalled: &StalledLoop| format!("{} ({} s overdue)", stalled.name, stalled.overdue.as_secs());
        self.loops.iter().map(each).collect::<Vec<_>>().join(", ")
    }
}

/// A panic elsewhere leaves the map whole: every change of it is one assignment.
fn lock(loops: &Mutex<Loops>) -> MutexGuard<'_, Loops> {
    loops.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn one_silent_loop_is_enough_to_be_unhealthy_and_is_named() {
        let watchdog = Watchdog::new();
        let pull = watchdog.register("pull", at(30), at(100));
        let push = watchdog.register("push", at(60), at(100));
        assert_eq!(watchdog.healthy(at(130)), Ok(()), "a deadline that is met to the second is met");

        pull.beat(at(125));
        push.beat(at(100));
        let stalled = watchdog.healthy(at(170)).unwrap_err();
        assert_eq!(stalled.names(), "pull, push");
        assert_eq!(stalled.to_string(), "no progress in: pull (15 s overdue), push (10 s overdue)");

        pull.beat(at(171));
        assert_eq!(watchdog.healthy(at(171)).unwrap_err().names(), "push");
        push.beat(at(171));
        assert_eq!(watchdog.healthy(at(171)), Ok(()));
    }

    #[test]
    fn a_loop_that_rests_on_purpose_is_not_stalled_until_its_rest_and_deadline_are_over() {
        let watchdog = Watchdog::new();
        let pull = watchdog.register("pull", at(30), at(0));
        pull.rest(at(10), at(3_600));
        assert_eq!(watchdog.healthy(at(3_640)), Ok(()));
        assert_eq!(watchdog.healthy(at(3_641)).unwrap_err().names(), "pull");
    }

    #[test]
    fn a_loop_that_ended_is_not_stalled() {
        let watchdog = Watchdog::new();
        let pull = watchdog.register("pull", at(30), at(0));
        drop(pull);
        assert_eq!(watchdog.healthy(at(10_000)), Ok(()));
    }
}
