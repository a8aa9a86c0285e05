//! `intentd status`: connections, streams, outbox, the last run. Reads the database only.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;

use super::output::{count, line, table};
use super::{Global, Outcome, context, output};
use crate::engine::summary::Summary;

pub(crate) async fn run(global: &Global) -> Outcome {
    let config = context::load_config(global)?;
    let store = context::open_store(&config).await?;
    let pending = store.pending_migrations().await?;
    if !pending.is_empty() {
        output::line("The database is not set up yet; the first `intentd sync` or `intentd migrate` does it.");
        return Ok(0);
    }
    let zone = context::zone(&config);
    let counts = store.counts().await?;
    let last = store.find_last_run("cycle").await?;
    let rules = store.find_current_rules().await?;
    let (asked, frozen) = store.count_conflicts().await?;
    let mut connections = Vec::new();
    for name in context::connection_names(&config) {
        let outbox: BTreeMap<&str, u64> =
            store.count_outbox(&name).await?.into_iter().map(|(state, n)| (state.as_str(), n)).collect();
        let now = context::clock().now();
        let parked: BTreeMap<String, Timestamp> = store
            .load_quota(&name)
            .await?
            .into_iter()
            .filter_map(|row| Some((row.bucket, row.parked_until.filter(|until| *until > now)?)))
            .collect();
        connections.push((name.clone(), store.list_streams(&name).await?, outbox, parked));
    }
    if global.json {
        let connections: Vec<_> = connections
            .iter()
            .map(|(name, streams, outbox, parked)| {
                let streams: Vec<_> = streams
                    .iter()
                    .map(|(stream, state)| {
                        serde_json::json!({
                            "stream": stream,
                            "state": state.state.as_str(),
                            "reason": state.reason,
                            "last_success_at": state.last_success_at.map(|at| at.to_string()),
                            "last_reconcile_at": state.last_reconcile_at.map(|at| at.to_string()),
                        })
                    })
                    .collect();
                let parked: BTreeMap<&str, String> =
                    parked.iter().map(|(bucket, until)| (bucket.as_str(), until.to_string())).collect();
                serde_json::json!({ "connection": name, "streams": streams, "outbox": outbox, "parked_until": parked })
            })
            .collect();
        output::json(&serde_json::json!({
            "connections": connections,
            "counts": counts,
            "conflicts": { "asked": asked, "frozen": frozen },
            "read_only": context::is_read_only(&config),
            "rules_version": rules.map(|rules| rules.version),
            "last_run": last.map(|run| serde_json::json!({
                "started_at": run.started_at.to_string(),
                "ended_at": run.ended_at.map(|at| at.to_string()),
                "summary": run.summary,
            })),
        }));
        return Ok(0);
    }
    line(&format!(
        "{} contacts, {} companies, {} deals, {} activities",
        count(counts.contacts),
        count(counts.companies),
        count(counts.deals),
        count(counts.activities)
    ));
    if context::is_read_only(&config) {
        line("Read-only: nothing is written to any vendor.");
    }
    if asked + frozen > 0 {
        line(&format!(
            "{} values wait for a decision, {} are frozen: `intentd identity conflicts`",
            count(asked),
            count(frozen)
        ));
    }
    for (name, streams, outbox, parked) in &connections {
        line("");
        line(&format!("{name}"));
        let rows: Vec<Vec<String>> = streams
            .iter()
            .map(|(stream, state)| {
                vec![
                    stream.to_string(),
                    state.state.as_str().to_owned(),
                    state.last_success_at.map_or_else(|| "never".into(), |at| context::local_time(at, &zone)),
                    state.reason.clone().unwrap_or_default(),
                ]
            })
            .collect();
        if rows.is_empty() {
            line("  nothing read yet");
        } else {
            table(&["stream", "state", "read to its end", "reason"], &rows);
        }
        let open: Vec<String> =
            outbox.iter().map(|(state, n)| format!("{} {}", count(*n), state.replace('_', " "))).collect();
        line(&format!("  outbox: {}", if open.is_empty() { "empty".to_owned() } else { open.join(", ") }));
        for (bucket, until) in parked {
            line(&format!("  parked until {}: the {bucket} budget", context::local_time(*until, &zone)));
        }
    }
    match last {
        Some(run) => {
            let ended = run.ended_at.map_or_else(|| "not ended".into(), |at| context::local_time(at, &zone));
            line("");
            line(&format!("Last cycle {} to {ended}", context::local_time(run.started_at, &zone)));
            let summary: Option<Summary> = run.summary.and_then(|summary| serde_json::from_value(summary).ok());
            for text in summary.iter().flat_map(shortcomings) {
                line(&format!("  {text}"));
            }
        }
        None => line("No cycle has run yet."),
    }
    Ok(0)
}

/// Why the last cycle was not complete, and what waits for somebody.
fn shortcomings(summary: &Summary) -> Vec<String> {
    let ended_early = summary.ended_early.iter().map(|reason| format!("ended early: {reason}"));
    let stopped = summary
        .streams_failed
        .iter()
        .map(|note| format!("stopped: {} {}: {}", note.connection, note.stream, note.reason));
    let inexact = summary.certificates.iter().filter(|line| !line.exact).map(|line| {
        let (stored, expected) = (count(line.stored), count(line.expected));
        format!("not exact: {} {} ({}): {stored} stored, {expected} expected", line.connection, line.stream, line.mode)
    });
    let held = summary.held.iter().map(|held| format!("held: {} records: {}", count(held.records), held.reason));
    ended_early.chain(stopped).chain(inexact).chain(held).collect()
}
