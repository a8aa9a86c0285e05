//! One whole cycle: observe, plan, apply, remember. `sync` runs it once, `run` again and again, `demo` against the built-in
//! vendors; `plan` and `apply` are its parts.

use std::collections::BTreeMap;
use std::sync::Arc;

use intentd_sdk::change::{Prepared, WantedProperty};
use intentd_sdk::clock::Clock;
use intentd_sdk::connector::{Account, Connector};
use intentd_sdk::record::{ConnectionName, ObjectKind, PropertyDefinition};
use intentd_sdk::{ConnectorError, Timestamp};
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use super::limiter::Limiter;
use super::progress::Progress;
use super::pull::Pull;
use super::push::{Push, PushReport};
use super::recompute::{Recompute, Target};
use super::summary::{ApiLine, CertificateLine, HeldLine, Scored, StreamNote, Summary};
use super::{EngineError, crash};
use crate::domain::mapping::MappingSet;
use crate::domain::plan::{GuardLimits, PlanSize, Verdict, check_plan};
use crate::domain::quota::SavedBucket;
use crate::rules::RuleSet;
use crate::store::{ConnectionRow, OutboxState, QuotaRow, Store};

/// How often the use of budgets is written down while a cycle runs.
const QUOTA_EVERY: std::time::Duration = std::time::Duration::from_secs(1);
/// The tail is folded when it holds at least this share of all activities, in percent.
const FOLD_FROM_PERCENT: u64 = 5;

/// A connection, ready to be used.
#[derive(Clone)]
pub struct Connection {
    pub name: ConnectionName,
    pub vendor: String,
    pub connector: Arc<dyn Connector>,
    pub limiter: Limiter,
}

/// What the admin decided about a cycle.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The workspace's time zone.
    pub zone: TimeZone,
    pub guards: GuardLimits,
    /// Nothing is ever written to a vendor.
    pub read_only: bool,
    pub reconcile_every_ms: i64,
}

/// The rules in force.
#[derive(Clone)]
pub struct RulesInForce {
    pub rules: Arc<RuleSet>,
    pub version: i64,
}

/// Everything that a cycle needs.
#[derive(Clone)]
pub struct Engine {
    pub store: Store,
    pub connections: Vec<Connection>,
    pub settings: Settings,
    pub rules: RulesInForce,
    pub clock: Arc<dyn Clock>,
    pub progress: Arc<dyn Progress>,
    /// Who claims outbox rows: unique per process.
    pub owner: String,
    pub stopping: CancellationToken,
}

impl Engine {
    /// Writes the rules down and gives them a version; a version that is new makes every contact dirty.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn adopt_rules(store: &Store, rules: RuleSet, now: Timestamp) -> Result<RulesInForce, EngineError> {
        let before = store.find_current_rules().await?;
        let mut tx = store.begin().await?;
        let sources = serde_json::to_value(&rules.sources).unwrap_or_default();
        let version = tx.insert_rules_version(&rules.fingerprint, &sources, now).await?;
        if before.is_none_or(|before| before.version != version) {
            let names: Vec<&str> = rules.scores.iter().map(|score| score.name.as_str()).collect();
            tx.delete_values_except(&names).await?;
            tx.mark_all_contacts_dirty().await?;
        }
        tx.commit().await?;
        Ok(RulesInForce { rules: Arc::new(rules), version })
    }

    /// Runs one whole cycle.
    ///
    /// # Errors
    /// When the store fails or a vendor refuses the credentials. What was read and written until then stays.
    pub async fn cycle(&self) -> Result<Summary, EngineError> {
        let started = self.clock.monotonic();
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let run_id = tx.insert_run("cycle", now).await?;
        tx.commit().await?;

        for connection in &self.connections {
            connection.limiter.count_anew();
        }
        let mut summary = Summary::default();
        let ended = CancellationToken::new();
        let ledger = tokio::spawn(self.clone().keep_quota(ended.clone()));
        let worked = self.work(run_id, now, &mut summary).await;
        ended.cancel();
        ledger.await.map_err(|_| EngineError::Panicked)?;
        worked?;
        self.finish(run_id, started, &mut summary).await?;
        // After the work, so that nobody waits for it: the newest activities move from the tail into packed timelines.
        self.store.fold_timelines(FOLD_FROM_PERCENT).await?;
        // What was erased is not left in the write-ahead log either. Somebody who reads at this moment only delays it.
        if let Err(error) = self.store.checkpoint().await {
            tracing::debug!(%error, "the write-ahead log is emptied after the next cycle");
        }
        Ok(summary)
    }

    async fn work(&self, run_id: i64, now: Timestamp, summary: &mut Summary) -> Result<(), EngineError> {
        let mut reached = Vec::new();
        for connection in &self.connections {
            if self.reach(connection, summary).await? {
                self.observe(connection, run_id, now, summary).await?;
                // Before anything is planned: what cannot be written must not stand in a plan.
                if self.settings.read_only || self.prepared(connection, summary).await? {
                    reached.push(&connection.name);
                }
            }
        }
        let targets = self.targets().await?;
        // Facts came in while others were read: the values are those of this moment.
        summary.scored = self.recompute(targets, run_id, self.clock.now()).await?;
        for connection in &self.connections {
            self.apply(connection, false, reached.contains(&&connection.name), summary).await?;
        }
        Ok(())
    }

    /// Writes down every second what was used of the budgets, so that a death in the middle of a cycle forgets little (I9).
    async fn keep_quota(self, ended: CancellationToken) {
        loop {
            tokio::select! {
                () = ended.cancelled() => return,
                () = self.clock.sleep(QUOTA_EVERY) => {}
            }
            for connection in &self.connections {
                if let Err(error) = self.save_quota(connection).await {
                    tracing::warn!(connection.name = %connection.name, "the use of budgets could not be stored: {error}");
                }
            }
        }
    }

    /// Computes what is dirty or due and plans the differences, without talking to any vendor.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn plan(&self) -> Result<Scored, EngineError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let run_id = tx.insert_run("plan", now).await?;
        tx.commit().await?;
        let targets = self.targets().await?;
        let scored = self.recompute(targets, run_id, now).await?;
        let mut tx = self.store.begin().await?;
        tx.end_run(run_id, self.clock.now(), &serde_json::json!({ "scored": scored })).await?;
        tx.commit().await?;
        Ok(scored)
    }

    /// Writes what is planned. With `confirm`, what the guard held is released first.
    ///
    /// # Errors
    /// When the store fails or a vendor refuses the credentials.
    pub async fn apply_planned(&self, confirm: bool) -> Result<Summary, EngineError> {
        let started = self.clock.monotonic();
        let mut tx = self.store.begin().await?;
        let run_id = tx.insert_run("apply", self.clock.now()).await?;
        tx.commit().await?;
        let mut summary = Summary::default();
        for connection in &self.connections {
            let reached = self.reach(connection, &mut summary).await?;
            self.apply(connection, confirm, reached, &mut summary).await?;
        }
        self.finish(run_id, started, &mut summary).await?;
        Ok(summary)
    }

    /// Asks the vendor who we are, refuses another account than the one known, and adopts its limits. Changes nothing in the
    /// database, so that it may be asked beside a daemon at work.
    ///
    /// # Errors
    /// [`EngineError::OtherAccount`] when the credentials belong to another account than before.
    pub async fn recognise(&self, connection: &Connection) -> Result<Account, EngineError> {
        let saved = self.store.load_quota(&connection.name).await?;
        let saved = saved
            .into_iter()
            .map(|row| {
                let bucket =
                    SavedBucket { period_start: row.period_start, used: row.used, parked_until: row.parked_until };
                (row.bucket, bucket)
            })
            .collect();
        if !connection.limiter.knows_the_account() {
            connection.limiter.restore(&saved);
        }
        let account = connection.connector.describe(&connection.limiter).await?;
        let known = self.store.find_connection(&connection.name).await?;
        if let Some(known) = known.filter(|known| known.account_id != account.id) {
            return Err(EngineError::OtherAccount {
                connection: connection.name.clone(),
                known: known.account_id,
                found: account.id,
            });
        }
        // Days are counted in the account's time zone, so the day's use is found only now.
        if connection.limiter.adopt(&connection.connector.limits_of(&account)) {
            connection.limiter.restore(&saved);
        }
        Ok(account)
    }

    /// Recognises the account, writes it down, and takes over what a process that died left behind. Only for the process
    /// that has the database for itself.
    ///
    /// # Errors
    /// As [`Engine::recognise`], and when the store fails.
    pub async fn meet(&self, connection: &Connection) -> Result<Account, EngineError> {
        let account = self.recognise(connection).await?;
        let mut tx = self.store.begin().await?;
        let row = ConnectionRow {
            name: connection.name.clone(),
            vendor: connection.vendor.clone(),
            account_id: account.id.clone(),
            time_zone: account.time_zone.clone(),
            description: account.description.clone(),
        };
        tx.upsert_connection(&row).await?;
        // Nobody else can be sending for this database: what stands as being sent was left by a process that died.
        tx.take_over_sending(&self.owner, self.clock.now()).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Meets a connection. One that cannot be reached, or whose budget is spent, is left for the next cycle with a note; the
    /// others are not held up by it.
    async fn reach(&self, connection: &Connection, summary: &mut Summary) -> Result<bool, EngineError> {
        match self.meet(connection).await {
            Ok(_) => Ok(true),
            Err(EngineError::Connector(error))
                if !matches!(error, ConnectorError::Auth { .. } | ConnectorError::Stopped) =>
            {
                summary.streams_failed.push(StreamNote {
                    connection: connection.name.to_string(),
                    stream: "account".into(),
                    reason: error.to_string(),
                });
                self.save_quota(connection).await?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    async fn observe(
        &self,
        connection: &Connection,
        run_id: i64,
        now: Timestamp,
        summary: &mut Summary,
    ) -> Result<(), EngineError> {
        let mapping = self.mapping(connection);
        let pull = Pull {
            store: self.store.clone(),
            connection: connection.name.clone(),
            connector: Arc::clone(&connection.connector),
            permits: Arc::new(connection.limiter.clone()),
            selection: Arc::new(mapping.selection()),
            mapping,
            zone: self.settings.zone.clone(),
            run_id,
            now,
            reconcile_every_ms: self.settings.reconcile_every_ms,
            progress: Arc::clone(&self.progress),
        };
        let report = pull.run().await;
        // I9: calls that a failed or stopped pull made count as well.
        self.save_quota(connection).await?;
        let report = report?;
        summary.records.extend(report.records);
        summary.streams_off.extend(report.off);
        summary.streams_failed.extend(report.failed);
        Ok(())
    }

    /// The mapping of a connection's vendor; a vendor without mapping files maps nothing.
    fn mapping(&self, connection: &Connection) -> Arc<MappingSet> {
        Arc::new(self.rules.rules.mappings.get(&connection.vendor).cloned().unwrap_or_default())
    }

    /// Where values go: every connection, with the writes that its account can take. Missing properties are created here,
    /// once; a property that cannot be written is left out, so that it does not spoil the records.
    async fn targets(&self) -> Result<Vec<Target>, EngineError> {
        let mut targets = Vec::new();
        for connection in &self.connections {
            let mut mapping = self.mapping(connection).as_ref().clone();
            let definitions = self.store.list_property_definitions(&connection.name).await?;
            let unusable = unusable_writes(&mapping, &definitions);
            mapping.writes.retain(|write| !unusable.contains(&(write.kind, write.property.clone())));
            targets.push(Target { connection: connection.name.clone(), mapping: Arc::new(mapping) });
        }
        Ok(targets)
    }

    async fn recompute(&self, targets: Vec<Target>, run_id: i64, now: Timestamp) -> Result<Scored, EngineError> {
        let recompute = Recompute {
            store: self.store.clone(),
            rules: Arc::clone(&self.rules.rules),
            rules_version: self.rules.version,
            targets,
            zone: self.settings.zone.clone(),
            run_id,
            now,
            progress: Arc::clone(&self.progress),
        };
        Ok(Scored { contacts: recompute.run().await?, companies: 0 })
    }

    /// Creates the properties that a plan needs and the vendor does not have yet.
    async fn prepare(&self, connection: &Connection, summary: &mut Summary) -> Result<(), EngineError> {
        let mapping = self.mapping(connection);
        let definitions = self.store.list_property_definitions(&connection.name).await?;
        let known: BTreeMap<(ObjectKind, &str), &PropertyDefinition> =
            definitions.iter().map(|definition| ((definition.kind, definition.name.as_str()), definition)).collect();
        let missing: Vec<_> = mapping
            .wanted_properties()
            .into_iter()
            .filter(|wanted| !known.contains_key(&(wanted.kind, wanted.name.as_str())))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let prepared = connection.connector.destination().prepare(&connection.limiter, &missing).await?;
        let mut usable = Vec::new();
        for (wanted, prepared) in missing.iter().zip(prepared) {
            match prepared {
                Prepared::Exists | Prepared::Created => usable.push(definition(wanted, false)),
                Prepared::Unusable { reason } => {
                    summary.streams_failed.push(StreamNote {
                        connection: connection.name.to_string(),
                        stream: format!("write {}.{}", wanted.kind, wanted.name),
                        reason,
                    });
                    // Known from now on as something that cannot be written, until the definitions are read again: the other
                    // properties of a record are written without it.
                    usable.push(definition(wanted, true));
                }
            }
        }
        let mut tx = self.store.begin().await?;
        tx.upsert_property_definitions(&connection.name, &usable).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn apply(
        &self,
        connection: &Connection,
        confirm: bool,
        reached: bool,
        summary: &mut Summary,
    ) -> Result<(), EngineError> {
        let mut tx = self.store.begin().await?;
        if confirm {
            tx.release_held(&connection.name, self.clock.now()).await?;
        }
        tx.commit().await?;
        let counts = self.store.count_outbox(&connection.name).await?;
        let count = |state: OutboxState| counts.get(&state).copied().unwrap_or(0);
        summary.changes.planned += OutboxState::ALL.into_iter().filter(|state| state.is_open()).map(count).sum::<u64>();
        if reached && !self.settings.read_only {
            if !confirm {
                self.guard(connection, summary).await?;
            }
            let report = self.push(connection, summary).await;
            self.save_quota(connection).await?;
            let report = report?;
            summary.changes.written += report.written;
            summary.changes.rejected += report.rejected;
        }
        let counts = self.store.count_outbox(&connection.name).await?;
        let count = |state: OutboxState| counts.get(&state).copied().unwrap_or(0);
        let held = count(OutboxState::Held);
        summary.changes.held += held;
        summary.changes.open +=
            OutboxState::ALL.into_iter().filter(|state| state.is_open()).map(count).sum::<u64>() - held;
        summary.api.push(api_line(connection));
        Ok(())
    }

    /// Holds what is more than the admin allows at once.
    async fn guard(&self, connection: &Connection, summary: &mut Summary) -> Result<(), EngineError> {
        let (planned, cleared) = self.store.measure_plan(&connection.name).await?;
        let size = PlanSize {
            changed_records: planned,
            cleared_values: cleared,
            records: self.store.count_targets(&connection.name, ObjectKind::Contact).await?,
            first_apply: !self.store.was_ever_pushed(&connection.name).await?,
        };
        let Verdict::Hold { first, reason } = check_plan(&size, &self.settings.guards) else { return Ok(()) };
        let mut tx = self.store.begin().await?;
        let keep = u32::try_from(first).unwrap_or(u32::MAX);
        let held = tx.hold_outbox(&connection.name, keep, self.clock.now()).await?;
        tx.commit().await?;
        summary.held.push(HeldLine {
            connection: connection.name.to_string(),
            reason: reason.to_string(),
            records: held,
        });
        Ok(())
    }

    async fn push(&self, connection: &Connection, summary: &mut Summary) -> Result<PushReport, EngineError> {
        let counts = self.store.count_outbox(&connection.name).await?;
        let waiting = [OutboxState::Planned, OutboxState::RetryWait, OutboxState::Unknown]
            .iter()
            .any(|state| counts.get(state).is_some_and(|n| *n > 0));
        if !waiting {
            return Ok(PushReport::default());
        }
        if !self.prepared(connection, summary).await? {
            return Ok(PushReport::default());
        }
        let push = Push {
            store: self.store.clone(),
            connection: connection.name.clone(),
            connector: Arc::clone(&connection.connector),
            permits: Arc::new(connection.limiter.clone()),
            clock: Arc::clone(&self.clock),
            owner: self.owner.clone(),
            progress: Arc::clone(&self.progress),
        };
        match push.run().await {
            Ok(report) => Ok(report),
            Err(EngineError::Push { report, error }) if !matches!(error, ConnectorError::Auth { .. }) => {
                summary.streams_failed.push(write_back_stopped(connection, &error));
                Ok(report)
            }
            Err(error) => Err(error),
        }
    }

    /// Prepares, and notes when the vendor does not let us now: then nothing is written in this cycle.
    async fn prepared(&self, connection: &Connection, summary: &mut Summary) -> Result<bool, EngineError> {
        match self.prepare(connection, summary).await {
            Ok(()) => Ok(true),
            Err(EngineError::Connector(error)) if !matches!(error, ConnectorError::Auth { .. }) => {
                summary.streams_failed.push(write_back_stopped(connection, &error));
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    async fn save_quota(&self, connection: &Connection) -> Result<(), EngineError> {
        let rows: Vec<QuotaRow> = connection
            .limiter
            .save()
            .into_iter()
            .map(|(bucket, saved)| QuotaRow {
                bucket,
                period_start: saved.period_start,
                used: saved.used,
                parked_until: saved.parked_until,
            })
            .collect();
        let mut tx = self.store.begin().await?;
        tx.save_quota(&connection.name, &rows).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn finish(
        &self,
        run_id: i64,
        started: std::time::Duration,
        summary: &mut Summary,
    ) -> Result<(), EngineError> {
        for line in self.store.list_certificates(run_id).await? {
            summary.certificates.push(CertificateLine {
                connection: line.connection.to_string(),
                stream: line.stream.to_string(),
                mode: line.mode.as_str().to_owned(),
                windows: line.windows,
                expected: line.expected,
                stored: line.stored,
                basis: line.basis.as_str().to_owned(),
                // A window that was not read to its end proves nothing, however its numbers look.
                exact: line.expected == line.stored && line.open_windows == 0,
            });
        }
        summary.issues = self.store.count_issues(run_id).await?;
        summary.complete = summary.streams_failed.is_empty() && summary.certificates.iter().all(|line| line.exact);
        summary.duration_ms = (self.clock.monotonic() - started).as_millis() as u64;
        crash::point("cycle.before_end").await;
        let mut tx = self.store.begin().await?;
        tx.end_run(run_id, self.clock.now(), &serde_json::to_value(&*summary).unwrap_or_default()).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn write_back_stopped(connection: &Connection, error: &ConnectorError) -> StreamNote {
    StreamNote { connection: connection.name.to_string(), stream: "write-back".into(), reason: error.to_string() }
}

fn definition(wanted: &WantedProperty, read_only: bool) -> PropertyDefinition {
    PropertyDefinition {
        kind: wanted.kind,
        name: wanted.name.clone(),
        label: wanted.label.clone(),
        value_type: wanted.value_type,
        options: wanted.options.clone(),
        read_only,
        calculated: false,
    }
}

fn api_line(connection: &Connection) -> ApiLine {
    let counts = connection.limiter.counts();
    ApiLine {
        connection: connection.name.to_string(),
        calls: counts.calls,
        rate_limited: counts.rate_limited,
        failed: counts.failed,
        limit_share: (connection.limiter.limit_share() * 1000.0).round() / 1000.0,
    }
}

/// Writes that the account cannot take: the property exists, but is read-only or of another type.
fn unusable_writes(
    mapping: &MappingSet,
    definitions: &[PropertyDefinition],
) -> std::collections::BTreeSet<(ObjectKind, String)> {
    mapping
        .writes
        .iter()
        .filter(|write| {
            definitions.iter().any(|definition| {
                definition.kind == write.kind
                    && definition.name == write.property
                    && (definition.read_only || definition.calculated || definition.value_type != write.value_type)
            })
        })
        .map(|write| (write.kind, write.property.clone()))
        .collect()
}
