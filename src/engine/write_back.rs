//! The writing half of a cycle: what the vendor must have first, what the guard lets through, and the push (I5).

use std::collections::BTreeMap;
use std::sync::Arc;

use intentd_sdk::ConnectorError;
use intentd_sdk::change::{Prepared, WantedProperty};
use intentd_sdk::record::{ObjectKind, PropertyDefinition, PropertyType};

use super::EngineError;
use super::account::api_line;
use super::cycle::{Connection, Engine};
use super::push::{Push, PushReport};
use super::summary::{HeldLine, StreamNote, Summary};
use crate::domain::plan::{PlanSize, Verdict, check_plan};
use crate::store::OutboxState;

impl Engine {
    /// Creates the properties that a plan needs and the vendor does not have yet, and adds options that an enumeration lacks.
    pub(super) async fn prepare(&self, connection: &Connection, summary: &mut Summary) -> Result<(), EngineError> {
        let mapping = self.mapping(connection);
        let definitions = self.store.list_property_definitions(&connection.name).await?;
        let known: BTreeMap<(ObjectKind, &str), &PropertyDefinition> =
            definitions.iter().map(|definition| ((definition.kind, definition.name.as_str()), definition)).collect();
        let missing: Vec<_> = mapping
            .wanted_properties()
            .into_iter()
            .filter(|wanted| {
                let known = known.get(&(wanted.kind, wanted.name.as_str()));
                known.is_none_or(|known| lacks_options(known, wanted))
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let prepared = connection.connector.destination().prepare(&connection.limiter, &missing).await?;
        let mut usable = Vec::new();
        for (wanted, prepared) in missing.iter().zip(prepared) {
            match prepared {
                Prepared::Exists | Prepared::Created => {
                    let mut found = definition(wanted, false);
                    // What the admin added there stays known.
                    let known = known.get(&(wanted.kind, wanted.name.as_str()));
                    let others = known.iter().flat_map(|known| &known.options);
                    found.options.extend(others.filter(|option| !wanted.options.contains(option)).cloned());
                    usable.push(found);
                }
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

    pub(super) async fn apply(
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
    pub(super) async fn guard(&self, connection: &Connection, summary: &mut Summary) -> Result<(), EngineError> {
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

    pub(super) async fn push(&self, connection: &Connection, summary: &mut Summary) -> Result<PushReport, EngineError> {
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
            Err(EngineError::Push { report, error }) => {
                summary.streams_failed.push(write_back_stopped(connection, &error));
                Ok(report)
            }
            Err(error) => Err(error),
        }
    }

    /// Prepares, and notes when the vendor does not let us now: then nothing is written in this cycle.
    pub(super) async fn prepared(&self, connection: &Connection, summary: &mut Summary) -> Result<bool, EngineError> {
        match self.prepare(connection, summary).await {
            Ok(()) => Ok(true),
            Err(EngineError::Connector(error)) => {
                summary.streams_failed.push(write_back_stopped(connection, &error));
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

fn write_back_stopped(connection: &Connection, error: &ConnectorError) -> StreamNote {
    StreamNote { connection: connection.name.to_string(), stream: "write-back".into(), reason: error.to_string() }
}

/// Whether a property that could be written would refuse some of our values.
fn lacks_options(known: &PropertyDefinition, wanted: &WantedProperty) -> bool {
    let writable = !known.read_only && !known.calculated && known.value_type == wanted.value_type;
    writable
        && wanted.value_type == PropertyType::Enumeration
        && wanted.options.iter().any(|option| !known.options.contains(option))
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
