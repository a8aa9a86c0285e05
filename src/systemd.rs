//! What the daemon tells systemd: that it is ready, what it is doing, that it is alive, that it stops. Only this file
//! names `sd_notify`, which reads `NOTIFY_SOCKET` and `WATCHDOG_USEC` itself. Without systemd every message is silently
//! dropped. Sending never fails the daemon: a message that cannot be sent is logged and forgotten.
//! The heartbeat is honest: it is sent only while every registered loop keeps its own deadline ([`Watchdog`]).

mod watchdog;

use std::time::Duration;

use intentd_sdk::clock::Clock;
use sd_notify::NotifyState;

pub use watchdog::{Pulse, Stalled, StalledLoop, Watchdog};

/// The daemon's line to systemd.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notifier;

impl Notifier {
    /// A line to the service manager that started this process, if one did.
    pub const fn new() -> Notifier {
        Notifier
    }

    /// The configuration is valid, the database is migrated, the credentials are there: work begins.
    pub fn ready(self) {
        send(&[NotifyState::Ready]);
    }

    /// One line for `systemctl status`. Line breaks become spaces, so that no text can pass for another message.
    pub fn status(self, text: &str) {
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        send(&[NotifyState::Status(&line)]);
    }

    /// The configuration is being read again; [`Notifier::ready`] must follow.
    pub fn reloading(self) {
        match NotifyState::monotonic_usec_now() {
            Ok(instant) => send(&[NotifyState::Reloading, instant]),
            Err(_) => send(&[NotifyState::Reloading]),
        }
    }

    /// The daemon drains and will end.
    pub fn stopping(self) {
        send(&[NotifyState::Stopping]);
    }

    /// One heartbeat.
    fn alive(self) {
        send(&[NotifyState::Watchdog]);
    }
}

/// How often to send a heartbeat: a quarter of the time after which systemd would act, so that three may be late.
/// `None` when systemd watches nothing.
pub fn heartbeat_interval() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 4).filter(|interval| !interval.is_zero())
}

/// Sends a heartbeat at every interval in which all loops are on time, and names the loops that are not in the log.
/// Runs until it is dropped.
pub async fn feed(notifier: Notifier, watchdog: &Watchdog, clock: &dyn Clock, interval: Duration) {
    let mut reported = None;
    loop {
        match watchdog.healthy(clock.monotonic()) {
            Ok(()) => {
                notifier.alive();
                reported = None;
            }
            Err(stalled) => {
                let names = stalled.names();
                if reported.as_ref() != Some(&names) {
                    tracing::error!(loops = %names, "{stalled}; systemd will restart the daemon");
                    reported = Some(names);
                }
            }
        }
        clock.sleep(interval).await;
    }
}

fn send(message: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(message) {
        tracing::warn!(error = %error, "systemd could not be told: {error}");
    }
}
