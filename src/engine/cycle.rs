//! One whole cycle: observe, plan, apply, remember. `sync` runs it once, `run` again and again, `demo` against the built-in
//! vendors; `plan` and `apply` are its parts.

use std::sync::Arc;

use intentd_sdk::clock::Clock;
use intentd_sdk::connector::Connector;
use intentd_sdk::record::{ConnectionName, ObjectKind, PropertyDefinition};
use intentd_sdk::{ConnectorError, Timestamp};
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use super::account::note_refused;
use super::limiter::Limiter;
use super::progress::Progress;
use super::pull::{Pull, Withheld};
use super::recompute::{Recompute, Target};
use super::summary::{CertificateLine, Scored, Summary};
use super::{EngineError, crash, identities, visits};
use crate::domain::identity::BoundIdentity;
use crate::domain::mapping::MappingSet;
use crate::domain::plan::GuardLimits;
use crate::domain::workflow::{GoalChange, goal_change};
use crate::rules::RuleSet;
use crate::store::{RulesRow, Store, WorkflowRow};

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
    /// How long visits of nobody known are kept.
    pub visit_retention_days: i64,
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
        if before.as_ref().is_some_and(|before| before.fingerprint != rules.fingerprint) {
            // Before the version is taken over: who dies here does it again.
            identities::compose_all(store, &rules, now).await?;
        }
        let known = store.list_workflows().await?;
        let mut tx = store.begin().await?;
        let sources = serde_json::to_value(&rules.sources).unwrap_or_default();
        let version = tx.insert_rules_version(&rules.fingerprint, &sources, now).await?;
        if before.as_ref().is_none_or(|before| before.version != version) {
            let names: Vec<&str> = rules.scores.iter().map(|score| score.name.as_str()).collect();
            tx.delete_values_except(&names).await?;
            tx.mark_all_contacts_dirty().await?;
            tx.mark_all_companies_dirty().await?;
            if !rules.workflows.is_empty() {
                tx.mark_all_workflows_dirty().await?;
            }
            tx.upsert_workflows(&workflow_rows(&known, before.as_ref(), &rules, now)).await?;
        }
        tx.commit().await?;
        Ok(RulesInForce { rules: Arc::new(rules), version })
    }

    /// Runs one whole cycle.
    ///
    /// # Errors
    /// When the store fails or the daemon is stopping. What was read and written until then stays, and the run says why it
    /// ended. A vendor that fails or refuses the credentials is noted, and the other connections go on.
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
        let worked = worked.and(ledger.await.map_err(|_| EngineError::Panicked));
        self.end(run_id, started, &mut summary, worked).await?;
        // After the work, so that nobody waits for it: the newest activities move from the tail into packed timelines.
        self.store.fold_timelines(FOLD_FROM_PERCENT).await?;
        visits::forget(&self.store, self.settings.visit_retention_days, self.clock.now()).await?;
        // What was erased is not left in the write-ahead log either. Somebody who reads at this moment only delays it.
        if let Err(error) = self.store.checkpoint().await {
            tracing::debug!(%error, "the write-ahead log is emptied after the next cycle");
        }
        Ok(summary)
    }

    async fn work(&self, run_id: i64, now: Timestamp, summary: &mut Summary) -> Result<(), EngineError> {
        let mut reached = Vec::new();
        // One after the other: side by side they would only queue for the database's one writer.
        for connection in &self.connections {
            if self.reach(connection, summary).await?
                && self.observe(connection, run_id, now, summary).await?
                // Before anything is planned: what cannot be written must not stand in a plan.
                && (self.settings.read_only || self.prepared(connection, summary).await?)
            {
                reached.push(&connection.name);
            }
        }
        visits::resolve(&self.store).await?;
        let targets = self.targets().await?;
        // Facts came in while others were read: the values are those of this moment.
        summary.scored = self.recompute(targets, run_id, self.clock.now(), summary.streams_failed.is_empty()).await?;
        for connection in &self.connections {
            self.apply(connection, false, reached.contains(&&connection.name), summary).await?;
        }
        Ok(())
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
        let scored = match self.targets().await {
            Ok(targets) => self.recompute(targets, run_id, now, false).await,
            Err(error) => Err(error),
        };
        let told = match &scored {
            Ok(scored) => serde_json::json!({ "scored": scored }),
            Err(error) => serde_json::json!({ "ended_early": error.to_string() }),
        };
        let mut tx = self.store.begin().await?;
        tx.end_run(run_id, self.clock.now(), &told).await?;
        tx.commit().await?;
        scored
    }

    /// Writes what is planned. With `confirm`, what the guard held is released first.
    ///
    /// # Errors
    /// As [`Engine::cycle`].
    pub async fn apply_planned(&self, confirm: bool) -> Result<Summary, EngineError> {
        let started = self.clock.monotonic();
        let mut tx = self.store.begin().await?;
        let run_id = tx.insert_run("apply", self.clock.now()).await?;
        tx.commit().await?;
        let mut summary = Summary::default();
        let applied = self.apply_everywhere(confirm, &mut summary).await;
        self.end(run_id, started, &mut summary, applied).await?;
        Ok(summary)
    }

    async fn apply_everywhere(&self, confirm: bool, summary: &mut Summary) -> Result<(), EngineError> {
        for connection in &self.connections {
            let reached = self.reach(connection, summary).await?;
            self.apply(connection, confirm, reached, summary).await?;
        }
        Ok(())
    }

    /// Closes a run, whatever became of it.
    async fn end(
        &self,
        run_id: i64,
        started: std::time::Duration,
        summary: &mut Summary,
        worked: Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        summary.ended_early = worked.as_ref().err().map(ToString::to_string);
        let finished = self.finish(run_id, started, summary).await;
        // Why the work ended is what matters; a database that fails has failed it, too.
        worked.and(finished)
    }

    /// Reads a connection. `false` when it refuses the credentials: the others go on.
    async fn observe(
        &self,
        connection: &Connection,
        run_id: i64,
        now: Timestamp,
        summary: &mut Summary,
    ) -> Result<bool, EngineError> {
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
            clock: Arc::clone(&self.clock),
            progress: Arc::clone(&self.progress),
            withheld: Withheld::default(),
        };
        let report = pull.run().await;
        // I9: calls that a failed or stopped pull made count as well.
        self.save_quota(connection).await?;
        let report = match report {
            Ok(report) => report,
            Err(EngineError::Connector(error @ ConnectorError::Auth { .. })) => {
                note_refused(connection, &error, summary);
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        summary.records.extend(report.records);
        summary.streams_off.extend(report.off);
        summary.streams_failed.extend(report.failed);
        Ok(true)
    }

    /// The mapping of a connection's vendor; a vendor without mapping files maps nothing.
    pub(super) fn mapping(&self, connection: &Connection) -> Arc<MappingSet> {
        let mapping = self.rules.rules.mappings.get(&connection.vendor).cloned().unwrap_or_default();
        Arc::new(mapping.bind(&connection.name, self.identity()))
    }

    /// The rules of identity for the connections that there are.
    fn identity(&self) -> Arc<BoundIdentity> {
        let connections: Vec<(ConnectionName, String)> =
            self.connections.iter().map(|connection| (connection.name.clone(), connection.vendor.clone())).collect();
        Arc::new(self.rules.rules.identity.bind(&connections))
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
            mapping.ports.retain(|port| {
                !definitions.iter().any(|definition| {
                    definition.kind == port.kind
                        && definition.name == port.property
                        && (definition.read_only || definition.calculated)
                })
            });
            targets.push(Target { connection: connection.name.clone(), mapping: Arc::new(mapping) });
        }
        Ok(targets)
    }

    async fn recompute(
        &self,
        targets: Vec<Target>,
        run_id: i64,
        now: Timestamp,
        all_read: bool,
    ) -> Result<Scored, EngineError> {
        let recompute = Recompute {
            store: self.store.clone(),
            rules: Arc::clone(&self.rules.rules),
            rules_version: self.rules.version,
            targets,
            zone: self.settings.zone.clone(),
            visit_retention_days: self.settings.visit_retention_days,
            run_id,
            now,
            all_read,
            progress: Arc::clone(&self.progress),
        };
        recompute.run().await
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
        summary.computed = super::computed::computed(&self.store, &self.rules.rules).await?;
        summary.complete = summary.ended_early.is_none()
            && summary.streams_failed.is_empty()
            && summary.certificates.iter().all(|line| line.exact);
        summary.duration_ms = (self.clock.monotonic() - started).as_millis() as u64;
        crash::point("cycle.before_end").await;
        let mut tx = self.store.begin().await?;
        tx.end_run(run_id, self.clock.now(), &serde_json::to_value(&*summary).unwrap_or_default()).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The workflows of new rules: new ones are in force from now on, and one whose goal was cleared counts anew.
fn workflow_rows(
    known: &[WorkflowRow],
    before: Option<&RulesRow>,
    rules: &RuleSet,
    now: Timestamp,
) -> Vec<WorkflowRow> {
    let old_rules = before
        .and_then(|before| serde_json::from_value(before.sources.clone()).ok())
        .and_then(|sources| crate::rules::from_sources(sources).ok());
    let cleared = |name: &str| {
        let of = |rules: &RuleSet| rules.workflows.iter().find(|workflow| workflow.name == name).cloned();
        let (old, new) = (old_rules.as_ref().and_then(of), of(rules));
        old.zip(new).is_some_and(|(old, new)| goal_change(&old, &new) == GoalChange::Cleared)
    };
    rules
        .workflows
        .iter()
        .map(|workflow| {
            let row = known.iter().find(|row| row.name == workflow.name).cloned().unwrap_or(WorkflowRow {
                name: workflow.name.clone(),
                in_force_since: now,
                first_pass_done: false,
                goal_cleared_at: None,
            });
            let goal_cleared_at = if cleared(&workflow.name) { Some(now) } else { row.goal_cleared_at };
            WorkflowRow { goal_cleared_at, ..row }
        })
        .collect()
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
