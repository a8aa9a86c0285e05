//! A cycle's summary for people.

use super::output::{count, line, table};
use crate::engine::summary::{Computed, Summary};

/// Prints what a cycle did.
pub(crate) fn print(summary: &Summary) {
    if !summary.records.is_empty() {
        line("");
        line("Read");
        let rows: Vec<Vec<String>> = summary
            .records
            .iter()
            .filter(|stream| stream.delivered > 0 || stream.mode == "backfill")
            .map(|stream| {
                let certificate = summary
                    .certificates
                    .iter()
                    .find(|line| {
                        line.connection == stream.connection && line.stream == stream.stream && line.mode == stream.mode
                    })
                    .map_or_else(String::new, |line| {
                        if line.exact {
                            format!("exact: {} of {} ({})", count(line.stored), count(line.expected), line.basis)
                        } else {
                            format!("NOT EXACT: {} stored, {} expected", count(line.stored), count(line.expected))
                        }
                    });
                vec![
                    format!("{} {}", stream.connection, stream.stream),
                    stream.mode.clone(),
                    count(stream.delivered),
                    count(stream.new),
                    count(stream.changed),
                    count(stream.echoes),
                    certificate,
                ]
            })
            .collect();
        if rows.is_empty() {
            line("  nothing new");
        } else {
            table(&["stream", "mode", "records", "new", "changed", "own writes", "certificate"], &rows);
        }
    }
    for note in &summary.streams_off {
        line(&format!("  off: {} {}: {}", note.connection, note.stream, note.reason));
    }
    for note in &summary.streams_failed {
        line(&format!("  stopped: {} {}: {}", note.connection, note.stream, note.reason));
    }
    line("");
    line(&format!(
        "Computed   {} contacts, {} companies",
        count(summary.scored.contacts),
        count(summary.scored.companies)
    ));
    print_computed(&summary.computed);
    let changes = &summary.changes;
    let mut text = format!(
        "Written    {} of {} planned changes, {} refused",
        count(changes.written),
        count(changes.planned),
        count(changes.rejected)
    );
    if changes.open > 0 {
        text.push_str(&format!(", {} still open", count(changes.open)));
    }
    line(&text);
    for held in &summary.held {
        line(&format!("Held       {} records on {}: {}", count(held.records), held.connection, held.reason));
    }
    if changes.held > 0 {
        line("           look at them with `intentd plan`, then release them with `intentd apply --confirm`");
    }
    for api in &summary.api {
        line(&format!(
            "Calls      {} to {}, {:.0} % of what the limit allows, {} refused by a limit",
            count(api.calls),
            api.connection,
            api.limit_share * 100.0,
            count(api.rate_limited)
        ));
    }
    if !summary.issues.is_empty() {
        let parts: Vec<String> = summary.issues.iter().map(|(code, n)| format!("{code} {}", count(*n))).collect();
        line(&format!("Unreadable {}", parts.join(", ")));
    }
    line(&format!("Took       {:.1} s", summary.duration_ms as f64 / 1000.0));
}

/// Prints intent, buying groups and goals as they stand.
pub(crate) fn print_computed(computed: &Computed) {
    line(&format!("Intent     {} companies", count(computed.intent.companies)));
    for company in &computed.intent.top {
        line(&format!(
            "             {} ({}): {} visits, {}",
            company.name,
            company.domain,
            company.visits,
            company.criteria.join(", ")
        ));
    }
    if computed.groups.groups > 0 {
        line(&format!("Groups     {} buying groups", count(computed.groups.groups)));
        for group in &computed.groups.top {
            line(&format!(
                "             {}: engagement {}, completeness {} %, {}",
                group.name,
                group.engagement,
                group.completeness,
                group.stage.as_deref().unwrap_or("no stage")
            ));
        }
    }
    for goal in &computed.goals {
        let rate = match &goal.rate_percent {
            Some(rate) => format!("{rate} %"),
            None => "no rate: the workflow has no marketing e-mail; a suppression segment serves as well".to_owned(),
        };
        line(&format!(
            "Goal       {}: {} of {} who started, {rate}",
            goal.workflow,
            count(goal.goal_met),
            count(goal.started)
        ));
    }
}
