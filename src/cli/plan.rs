//! `intentd plan`: what would be written, per record and property, old → new, with the calls it would take. Talks to nobody.

use std::sync::Arc;

use serde::Serialize;

use super::{Failure, Global, Outcome, context, output};
use crate::engine::progress::Silent;
use crate::store::{OutboxFilter, OutboxRow, OutboxState};

#[derive(clap::Args)]
pub(crate) struct PlanArgs {
    /// Show at most this many records.
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

#[derive(Serialize)]
struct PlanLine {
    connection: String,
    kind: String,
    external_id: String,
    state: String,
    changes: Vec<PropertyChange>,
}

#[derive(Serialize)]
struct PropertyChange {
    property: String,
    old: Option<String>,
    new: String,
}

#[derive(Serialize)]
struct ConnectionPlan {
    connection: String,
    records: u64,
    cleared_values: u64,
    held: u64,
    predicted_calls: u64,
}

const OPEN: [OutboxState; 4] = [OutboxState::Planned, OutboxState::Held, OutboxState::RetryWait, OutboxState::Unknown];

pub(crate) async fn run(global: &Global, args: &PlanArgs) -> Outcome {
    let opened = match context::open(global, Arc::new(Silent)).await {
        Ok(opened) => {
            let opened = opened.with_sound_rules()?;
            opened.engine.plan().await?;
            opened
        }
        // A daemon is at work and keeps the plan up to date by itself.
        Err(Failure::Busy(_)) => context::look_and_ask(global).await?,
        Err(failure) => return Err(failure),
    };
    if opened.engine.store.find_last_run("cycle").await?.is_none() {
        return Err(Failure::Input(
            "nothing has been read yet; run `intentd sync` first (`mode: read_only` writes nothing)".into(),
        ));
    }
    let mut totals = Vec::new();
    let mut lines = Vec::new();
    for connection in &opened.engine.connections {
        let counts = opened.engine.store.count_outbox(&connection.name).await?;
        let count = |state: OutboxState| counts.get(&state).copied().unwrap_or(0);
        let records: u64 = OPEN.into_iter().map(count).sum();
        let (_, cleared_values) = opened.engine.store.measure_plan(&connection.name).await?;
        totals.push(ConnectionPlan {
            connection: connection.name.to_string(),
            records,
            cleared_values,
            held: count(OutboxState::Held),
            predicted_calls: connection.connector.destination().predict_calls(records as usize) as u64,
        });
        let left = args.limit.saturating_sub(lines.len());
        let filter = OutboxFilter { connection: Some(connection.name.clone()), states: OPEN.to_vec() };
        let rows = opened.engine.store.list_outbox(&filter, left as u32).await?;
        lines.extend(rows.into_iter().map(|row| plan_line(connection.name.as_str(), row)));
    }
    if global.json {
        output::json(&serde_json::json!({ "connections": totals, "records": lines }));
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .flat_map(|record| {
            record.changes.iter().map(|change| {
                vec![
                    format!("{} {}", record.kind, record.external_id),
                    change.property.clone(),
                    change.old.clone().filter(|old| !old.is_empty()).unwrap_or_else(|| "(empty)".into()),
                    if change.new.is_empty() { "(clear)".into() } else { change.new.clone() },
                    record.state.clone(),
                ]
            })
        })
        .collect();
    if rows.is_empty() {
        output::line("Nothing to write: everything is as it should be.");
        return Ok(0);
    }
    output::table(&["record", "property", "old", "new", "state"], &rows);
    for total in &totals {
        let shown = lines.iter().filter(|line| line.connection == total.connection).count() as u64;
        output::line("");
        output::line(&format!(
            "{}: {} records would change ({} shown), {} values would be cleared, in about {} calls",
            total.connection,
            output::count(total.records),
            output::count(shown),
            output::count(total.cleared_values),
            output::count(total.predicted_calls)
        ));
        if total.held > 0 {
            output::line(&format!(
                "{} of them are held by the guard; `intentd apply --confirm` releases them",
                output::count(total.held)
            ));
        }
    }
    Ok(0)
}

fn plan_line(connection: &str, row: OutboxRow) -> PlanLine {
    let changes = row
        .set
        .iter()
        .map(|(property, new)| PropertyChange {
            property: property.clone(),
            old: row.previous.get(property).cloned().flatten(),
            new: new.clone(),
        })
        .collect();
    PlanLine {
        connection: connection.to_owned(),
        kind: row.kind.to_string(),
        external_id: row.external_id.to_string(),
        state: row.state.as_str().to_owned(),
        changes,
    }
}
