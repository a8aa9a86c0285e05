//! `intentd run`: the daemon. Readiness, heartbeats and status lines for systemd; SIGHUP takes over edited rules, SIGTERM and
//! Ctrl-C drain.

use std::sync::Arc;
use std::time::Duration;

use intentd_sdk::ConnectorError;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, RwLock};

use super::{Failure, Global, Outcome, context};
use crate::collector::{Collector, Networks, Settings};
use crate::config::Environment;
use crate::engine::EngineError;
use crate::engine::cycle::Engine;
use crate::engine::progress::{Event, Progress};
use crate::engine::service::{Service, Watcher};
use crate::engine::summary::Summary;
use crate::systemd::{Notifier, Pulse, Watchdog, feed, heartbeat_interval};

/// A loop that has not moved for this long hangs. Longer than the longest single wait of a call with all its retries.
const LOOP_DEADLINE: Duration = Duration::from_secs(15 * 60);

/// Tells systemd and the log what the loop does.
struct Told {
    notifier: Notifier,
    pulse: Pulse,
    clock: Arc<dyn intentd_sdk::clock::Clock>,
}

impl Progress for Told {
    fn note(&self, event: Event) {
        self.pulse.beat(self.clock.monotonic());
        match event {
            Event::StreamStarted { connection, stream, mode, .. } => {
                self.notifier.status(&format!("{connection}: reading {stream} ({})", mode.as_str()));
            }
            Event::StreamFailed { connection, stream, reason } => {
                tracing::warn!(connection.name = %connection, stream.name = %stream, "{connection} {stream} stopped: {reason}");
            }
            Event::RecomputeStarted { contacts } if contacts > 0 => {
                self.notifier.status(&format!("scoring {contacts} contacts"));
            }
            Event::PushStarted { connection, changes } if changes > 0 => {
                self.notifier.status(&format!("{connection}: writing {changes} changes"));
            }
            _ => {}
        }
    }
}

impl Watcher for Told {
    fn cycle_started(&self) {
        self.pulse.beat(self.clock.monotonic());
    }

    fn cycle_ended(&self, result: &Result<Summary, EngineError>, next_in: Duration) {
        self.pulse.rest(self.clock.monotonic(), next_in);
        let seconds = next_in.as_secs();
        match result {
            Ok(summary) => {
                let records: u64 = summary.records.iter().map(|stream| stream.delivered).sum();
                let calls: u64 = summary.api.iter().map(|api| api.calls).sum();
                let changes = summary.changes;
                tracing::info!(
                    duration_ms = summary.duration_ms,
                    pull.records = records,
                    push.written = changes.written,
                    push.rejected = changes.rejected,
                    push.held = changes.held,
                    api.calls = calls,
                    complete = summary.complete,
                    "cycle: {records} records read, {} contacts scored, {} changes written, {} refused, {} held",
                    summary.scored.contacts,
                    changes.written,
                    changes.rejected,
                    changes.held
                );
                let state = if summary.complete { "in sync" } else { "incomplete, see `intentd status`" };
                self.notifier.status(&format!("{state}; next cycle in {seconds} s"));
            }
            Err(EngineError::Connector(ConnectorError::Stopped)) => {
                tracing::info!("stopped within a cycle; the next start goes on from the last committed page");
            }
            Err(error) => {
                tracing::error!(error = %error, "cycle failed: {error}; next try in {seconds} s");
                self.notifier.status(&format!("failed: {error}; next try in {seconds} s"));
            }
        }
    }
}

pub(crate) async fn run(global: &Global) -> Outcome {
    let notifier = Notifier::new();
    let clock = context::clock();
    let watchdog = Arc::new(Watchdog::new());
    let pulse = watchdog.register("sync", LOOP_DEADLINE, clock.monotonic());
    let told = Arc::new(Told { notifier, pulse, clock: Arc::clone(&clock) });
    let progress: Arc<dyn Progress> = Arc::<Told>::clone(&told);

    let opened = context::open(global, Arc::clone(&progress)).await?;
    if let Some(problems) = &opened.rejected_rules {
        tracing::error!("the rules have problems; the last good ones stay in force\n{}", problems.render(false));
    }
    let engine = Arc::new(RwLock::new(opened.engine.clone()));
    let stopping = opened.engine.stopping.clone();
    let wake = Arc::new(Notify::new());
    let collecting = start_collector(global, &opened).await?;
    // Before READY=1: whoever hears it may send signals at once.
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    notifier.ready();
    notifier.status("ready");

    let reload = tokio::spawn({
        let (engine, wake, global) = (Arc::clone(&engine), Arc::clone(&wake), global.clone());
        let networks = collecting.as_ref().map(|collecting| Arc::clone(&collecting.networks));
        async move {
            while hangup.recv().await.is_some() {
                notifier.reloading();
                reload_rules(&global, &engine).await;
                reload_networks(networks.as_deref());
                notifier.ready();
                wake.notify_one();
            }
        }
    });
    let stop = tokio::spawn({
        let stopping = stopping.clone();
        async move {
            wait_for_stop(&mut terminate).await;
            notifier.stopping();
            tracing::info!("stopping: finishing what was begun");
            stopping.cancel();
        }
    });
    let heartbeat = tokio::spawn({
        let (watchdog, clock) = (Arc::clone(&watchdog), Arc::clone(&clock));
        async move {
            if let Some(interval) = heartbeat_interval() {
                feed(notifier, &watchdog, clock.as_ref(), interval).await;
            }
        }
    });
    let service = Service { clock, sync_every: opened.sync_every, stopping, wake, watcher: told };
    service.run(|| context::current(&engine)).await;
    reload.abort();
    stop.abort();
    heartbeat.abort();
    if let Some(collecting) = collecting {
        // What was taken until the end is written and answered first.
        let _ = collecting.task.await;
    }
    opened.engine.store.close().await;
    Ok(0)
}

/// The collector, while it serves.
struct Collecting {
    networks: Arc<Networks>,
    task: tokio::task::JoinHandle<()>,
}

/// Starts the collector, when the configuration has one.
async fn start_collector(global: &Global, opened: &context::Opened) -> Result<Option<Collecting>, Failure> {
    let config = context::load_config(global)?;
    let Some(settings) = config.collector else { return Ok(None) };
    let networks = Networks::open(&config.visits.ip_databases)
        .map_err(|error| Failure::Input(format!("visits.ip_database: {error}")))?;
    let networks = Arc::new(networks);
    let identify_secret =
        settings.identify_secret.as_ref().map(|reference| reference.resolve(&Environment::of_process()));
    let identify_secret =
        identify_secret.transpose().map_err(|error| Failure::Input(format!("collector.identify_secret: {error}")))?;
    let listen = settings.listen;
    let settings =
        Settings { collector: settings, visits: config.visits, identify_secret, networks: Arc::clone(&networks) };
    let (store, clock) = (opened.engine.store.clone(), Arc::clone(&opened.engine.clock));
    let collector = Collector::bind(settings, store, clock)
        .await
        .map_err(|error| Failure::Input(format!("collector.listen: cannot listen on {listen}: {error}")))?;
    let address = collector.address()?;
    tracing::info!(collector.address = %address, "the collector listens on {address}");
    let stopping = opened.engine.stopping.clone();
    let task = tokio::spawn(async move {
        if let Err(error) = collector.serve(stopping).await {
            tracing::error!(error = %error, "the collector stopped: {error}");
        }
    });
    Ok(Some(Collecting { networks, task }))
}

/// New databases of addresses come every week.
fn reload_networks(networks: Option<&Networks>) {
    if let Some(Err(error)) = networks.map(Networks::reload) {
        tracing::error!(error = %error, "the databases of addresses stay as they were: {error}");
    }
}

/// A rejected edit leaves the last good rules in force.
async fn reload_rules(global: &Global, engine: &RwLock<Engine>) {
    let now = { engine.read().await.clock.now() };
    match context::read_rules(global) {
        Ok(rules) => {
            let store = engine.read().await.store.clone();
            match Engine::adopt_rules(&store, rules, now).await {
                Ok(in_force) => {
                    tracing::info!(rules.version = in_force.version, "rules version {} in force", in_force.version);
                    engine.write().await.rules = in_force;
                }
                Err(error) => tracing::error!(error = %error, "the rules could not be stored: {error}"),
            }
        }
        Err(Failure::Problems(problems)) => {
            tracing::error!(
                "the edited rules are rejected; the last good ones stay in force\n{}",
                problems.render(false)
            );
        }
        Err(Failure::Input(reason) | Failure::Busy(reason)) => {
            tracing::error!("the configuration cannot be read; the last good rules stay in force: {reason}");
        }
        Err(Failure::Failed(error)) => {
            tracing::error!("the rules cannot be read; the last good ones stay in force: {error:#}");
        }
    }
}

async fn wait_for_stop(terminate: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => {
            if result.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}
