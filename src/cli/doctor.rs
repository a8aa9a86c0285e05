//! `intentd doctor`: finds out what is wrong and says what to do. Changes nothing unless it is told to.

use super::output::{count, line};
use super::{Global, Outcome, context, output};
use crate::store::{OutboxState, StreamSwitch};

#[derive(clap::Args)]
pub(crate) struct DoctorArgs {
    /// Let a halted stream go on: what it wants to delete has been looked at.
    #[arg(long, value_name = "STREAM")]
    resume: Option<String>,
}

struct Finding {
    ok: bool,
    what: String,
    advice: Option<String>,
}

impl Finding {
    fn fine(what: impl Into<String>) -> Finding {
        Finding { ok: true, what: what.into(), advice: None }
    }

    fn bad(what: impl Into<String>, advice: impl Into<String>) -> Finding {
        Finding { ok: false, what: what.into(), advice: Some(advice.into()) }
    }
}

pub(crate) async fn run(global: &Global, args: &DoctorArgs) -> Outcome {
    let opened = context::look_and_ask(global).await?;
    let store = &opened.engine.store;
    let mut findings = vec![Finding::fine("the configuration, the mappings and the rules can be read")];
    if let Some(problems) = &opened.rejected_rules {
        findings.push(Finding::bad(
            format!("{} problems in the rules; the last good rules are in force", problems.iter().count()),
            "see them with `intentd check`",
        ));
    }
    match store.integrity_check().await {
        Ok(()) => findings.push(Finding::fine("the database is sound")),
        Err(error) => findings.push(Finding::bad(
            format!("the database is damaged: {error}"),
            "stop the daemon and restore the newest backup; docs/OPERATIONS.md tells how",
        )),
    }
    for connection in &opened.engine.connections {
        let name = &connection.name;
        match opened.engine.recognise(connection).await {
            Ok(account) => findings.push(Finding::fine(format!(
                "{name}: the credentials are accepted (account {}, {})",
                account.id, account.time_zone
            ))),
            Err(error) => findings.push(Finding::bad(
                format!("{name}: {error}"),
                "check the secret that the connection names, the address, and the network",
            )),
        }
        for (stream, state) in store.list_streams(name).await? {
            let reason = state.reason.clone().unwrap_or_default();
            match state.state {
                StreamSwitch::On => {}
                StreamSwitch::Off => findings.push(Finding::bad(
                    format!("{name} {stream} is off: {reason}"),
                    "it comes back by itself once the account offers it; nothing else depends on it",
                )),
                StreamSwitch::Halted if args.resume.as_deref() == Some(stream.as_str()) => {
                    let mut tx = store.begin().await?;
                    tx.set_stream(name, &stream, &state.approve()).await?;
                    tx.commit().await?;
                    findings.push(Finding::fine(format!("{name} {stream} may go on")));
                }
                StreamSwitch::Halted => findings.push(Finding::bad(
                    format!("{name} {stream} is halted: {reason}"),
                    format!(
                        "look at the account; if the records really are gone, run `intentd doctor --resume {stream}`"
                    ),
                )),
            }
        }
        let outbox = store.count_outbox(name).await?;
        let held = outbox.get(&OutboxState::Held).copied().unwrap_or(0);
        if held > 0 {
            findings.push(Finding::bad(
                format!("{name}: {} changes are held by the guard", count(held)),
                "look at them with `intentd plan`, release them with `intentd apply --confirm`",
            ));
        }
        let quarantine = store.list_quarantine(name, 5).await?;
        if !quarantine.is_empty() {
            let reasons: Vec<String> =
                quarantine.iter().map(|row| format!("{} {}: {}", row.kind, row.external_id, row.reason)).collect();
            findings.push(Finding::bad(
                format!("{name}: records were refused by the vendor, for example {}", reasons.join("; ")),
                "mend the record or the mapping; a new value is tried by itself",
            ));
        }
    }
    let bad = findings.iter().filter(|finding| !finding.ok).count();
    if global.json {
        let list: Vec<_> = findings
            .iter()
            .map(|finding| serde_json::json!({ "ok": finding.ok, "what": finding.what, "advice": finding.advice }))
            .collect();
        output::json(&serde_json::json!({ "healthy": bad == 0, "findings": list }));
    } else {
        for finding in &findings {
            line(&format!("{} {}", if finding.ok { "ok " } else { "BAD" }, finding.what));
            if let Some(advice) = &finding.advice {
                line(&format!("    → {advice}"));
            }
        }
    }
    Ok(u8::from(bad > 0))
}
