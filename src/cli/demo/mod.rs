//! `intentd demo`: the whole main job on this machine alone. A fake HubSpot and a fake Marketo with believable accounts are
//! started on loopback, one cycle runs into a SQLite file, a second one proves that nothing is left to do, some people act and a
//! third one tells what that changed; then everything stays up to be looked at.

mod vendors;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use self::vendors::Vendors;
use super::bars::Bars;
use super::{Failure, Global, Outcome, complain, context, output, report};
use crate::engine::progress::Silent;
use crate::engine::summary::{Computed, Summary};

#[derive(clap::Args)]
pub(crate) struct DemoArgs {
    /// End after the cycles instead of staying up.
    #[arg(long)]
    once: bool,
    /// The folder for the demo's configuration and database. What an earlier demo left there is replaced.
    #[arg(long, default_value = "intentd-demo", value_name = "FOLDER")]
    dir: PathBuf,
    /// Another seed gives another account.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The first cycle's summary, what a second one found to do, and what is computed after some people have acted.
#[derive(Serialize)]
struct DemoSummary<'a> {
    #[serde(flatten)]
    first: &'a Summary,
    second_cycle: SecondCycle,
    an_hour_later: &'a Computed,
}

#[derive(Serialize)]
struct SecondCycle {
    calls: u64,
    /// Part of the first cycle's calls.
    calls_share: f64,
    /// The same for each connection: a vendor that is read by a few large exports has a large share.
    connections: BTreeMap<String, Share>,
    written: u64,
    exact: bool,
}

/// One connection's calls in the second cycle.
#[derive(Serialize)]
struct Share {
    calls: u64,
    calls_share: f64,
}

/// The first line of a configuration that a demo wrote, by which the next one knows the folder for its own.
const MARK: &str = "# Written by `intentd demo`";
const LATENCY_MS: u64 = 40;

/// The rules that the demo adds to the shipped ones.
const RULES: [(&str, &str); 2] = [
    ("buying_groups.yaml", include_str!("../../../mappings/demo/buying_groups.yaml")),
    ("workflows.yaml", include_str!("../../../mappings/demo/workflows.yaml")),
];

pub(crate) async fn run(global: &Global, args: DemoArgs) -> Outcome {
    let clock = context::clock();
    let config_file = args.dir.join("intentd.yaml");
    clear(&args.dir, &config_file)?;
    let vendors = vendors::start(args.seed, LATENCY_MS, &clock).await?;
    write_config(&args.dir, &config_file, &vendors)?;

    if !global.json {
        output::line(&format!(
            "A fake HubSpot runs at {}: {} calls per 10 s, {} ms to every answer; a fake Marketo at {}.",
            vendors.hubspot_url, vendors.burst, vendors.latency_ms, vendors.marketo_url
        ));
    }
    let global = Global { config: Some(config_file.clone()), ..global.clone() };
    let first = cycle(&global, Arc::new(Bars::new())).await?;
    let second = cycle(&global, Arc::new(Silent)).await?;
    vendors::pass_an_hour(&vendors.hubspot, clock.as_ref());
    let third = cycle(&global, Arc::new(Silent)).await?;
    let calls = |summary: &Summary| summary.api.iter().map(|api| api.calls).sum::<u64>();
    let share = |part: u64, whole: u64| (part as f64 / whole.max(1) as f64 * 1000.0).round() / 1000.0;
    let of = |summary: &Summary, name: &str| {
        summary.api.iter().filter(|api| api.connection == name).map(|api| api.calls).sum::<u64>()
    };
    let connections = first.api.iter().map(|api| {
        let calls = of(&second, &api.connection);
        (api.connection.clone(), Share { calls, calls_share: share(calls, api.calls) })
    });
    let second_cycle = SecondCycle {
        calls: calls(&second),
        calls_share: share(calls(&second), calls(&first)),
        connections: connections.collect(),
        written: second.changes.written,
        exact: second.complete,
    };
    let code = first.exit_code().max(second.exit_code()).max(third.exit_code());
    if global.json {
        output::json(&DemoSummary { first: &first, second_cycle, an_hour_later: &third.computed });
    } else {
        report::print(&first);
        output::line("");
        output::line(&format!(
            "A second cycle without outside change: {} writes, {} calls ({:.1} % of the first).",
            second_cycle.written,
            second_cycle.calls,
            second_cycle.calls_share * 100.0
        ));
        output::line("An hour later, when some people have got a mailing and asked for a demo:");
        report::print_computed(&third.computed);
        hints(&global, &config_file, &third.computed).await?;
    }
    if !args.once {
        complain("The fake vendors stay up. Ctrl-C ends it.");
        tokio::signal::ctrl_c().await?;
    }
    Ok(code)
}

async fn cycle(global: &Global, progress: Arc<dyn crate::engine::progress::Progress>) -> Result<Summary, Failure> {
    let opened = context::open(global, progress).await?;
    let summary = opened.engine.cycle().await?;
    opened.engine.store.close().await;
    Ok(summary)
}

/// Removes what an earlier demo left, and nothing else.
fn clear(dir: &Path, config_file: &Path) -> Result<(), Failure> {
    if !dir.exists() {
        std::fs::create_dir_all(dir)?;
        return Ok(());
    }
    let ours = std::fs::read_to_string(config_file).is_ok_and(|text| text.starts_with(MARK));
    let empty = std::fs::read_dir(dir)?.next().is_none();
    if !ours && !empty {
        return Err(Failure::Input(format!(
            "{} is not a demo folder; name another with --dir, or remove it",
            dir.display()
        )));
    }
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with("intentd.") || name == "token" || name == "marketo-secret" {
            std::fs::remove_file(&path)?;
        }
        if name == "mappings" {
            std::fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
}

fn write_config(dir: &Path, config_file: &Path, vendors: &Vendors) -> std::io::Result<()> {
    let (client_id, client_secret) = &vendors.marketo_client;
    write_secret(&dir.join("token"), &vendors.hubspot_token)?;
    write_secret(&dir.join("marketo-secret"), client_secret)?;
    let rules = dir.join("mappings/rules");
    std::fs::create_dir_all(&rules)?;
    for (name, text) in RULES {
        std::fs::write(rules.join(name), text)?;
    }
    let text = format!(
        "{MARK}: the fake accounts are yours to write to, so the guards are wide open.\n\
         workspace:\n  time_zone: Europe/Stockholm\n\
         database:\n  url: sqlite:intentd.db\n\
         mappings: mappings\n\
         connections:\n  \
           hubspot:\n    vendor: hubspot\n    base_url: {hubspot}\n    auth:\n      token: {{file: token}}\n  \
           marketo:\n    vendor: marketo\n    base_url: {marketo}\n    auth:\n      \
               client: {{client_id: {client_id}, client_secret: {{file: marketo-secret}}}}\n    \
             share:\n      rate: 100\n    options:\n      export_poll_seconds: 1\n      leads_since: \"{since}\"\n\
         guards:\n  first_apply_max_records: 1000000\n  max_share_percent: 100\n  max_cleared_values: 1000000\n",
        hubspot = vendors.hubspot_url,
        marketo = vendors.marketo_url,
        since = vendors.leads_since,
    );
    std::fs::write(config_file, text)
}

fn write_secret(path: &Path, secret: &str) -> std::io::Result<()> {
    std::fs::write(path, format!("{secret}\n"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// What to try next, with a contact of this account that is worth looking at.
async fn hints(global: &Global, config_file: &Path, computed: &Computed) -> Result<(), Failure> {
    let opened = context::look(global).await?;
    let file = config_file.display();
    output::line("");
    output::line("Look around (in another terminal):");
    if let Some(score) = opened.engine.rules.rules.scores.first()
        && let Some(email) = opened.engine.store.find_top_contact(&score.name).await?
    {
        output::line(&format!("  intentd explain contact {email} --config {file}"));
        output::line(&format!("  intentd activities {email} --config {file}"));
    }
    if let Some(company) = computed.intent.top.first() {
        output::line(&format!("  intentd explain company {} --config {file}", company.domain));
    }
    if let Some(group) = computed.groups.top.first() {
        output::line(&format!("  intentd groups show {} --config {file}", group.id));
    }
    if let Some(goal) = computed.goals.first() {
        output::line(&format!("  intentd workflows show {} --config {file}", goal.workflow));
    }
    output::line(&format!("  intentd recommendations list --config {file}"));
    output::line(&format!("  intentd status --config {file}"));
    output::line(&format!("  intentd sync --config {file}"));
    opened.engine.store.close().await;
    Ok(())
}
