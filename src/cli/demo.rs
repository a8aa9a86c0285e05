//! `intentd demo`: the whole main job on this machine alone. A fake HubSpot with a believable account is started on loopback, one
//! cycle runs into a SQLite file, a second one proves that nothing is left to do, and then everything stays up to be looked at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Tier};
use serde::Serialize;
use tokio::net::TcpListener;

use super::bars::Bars;
use super::{Failure, Global, Outcome, complain, context, output, report};
use crate::engine::progress::Silent;
use crate::engine::summary::Summary;

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

/// The first cycle's summary, and what a second one found to do.
#[derive(Serialize)]
struct DemoSummary<'a> {
    #[serde(flatten)]
    first: &'a Summary,
    second_cycle: SecondCycle,
}

#[derive(Serialize)]
struct SecondCycle {
    calls: u64,
    /// Part of the first cycle's calls.
    calls_share: f64,
    written: u64,
    exact: bool,
}

/// The first line of a configuration that a demo wrote, by which the next one knows the folder for its own.
const MARK: &str = "# Written by `intentd demo`";
const LATENCY_MS: u64 = 40;

pub(crate) async fn run(global: &Global, args: DemoArgs) -> Outcome {
    let clock = context::clock();
    let config_file = args.dir.join("intentd.yaml");
    clear(&args.dir, &config_file)?;
    let fake_config = FakeConfig {
        seed: args.seed,
        tier: Tier::professional(),
        latency_ms: LATENCY_MS,
        now: clock.now(),
        ..FakeConfig::default()
    };
    let limits = fake_config.tier;
    let token = fake_config.token.clone();
    let fake = FakeHubSpot::seeded(fake_config, Arc::clone(&clock));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let serving = tokio::spawn(fake.clone().serve(listener));
    write_config(&args.dir, &config_file, &url, &token)?;

    if !global.json {
        output::line(&format!(
            "A fake HubSpot runs at {url}: {} calls per 10 s, {LATENCY_MS} ms to every answer.",
            limits.burst_per_10s
        ));
    }
    let global = Global { config: Some(config_file.clone()), ..global.clone() };
    let first = cycle(&global, Arc::new(Bars::new())).await?;
    let second = cycle(&global, Arc::new(Silent)).await?;
    let calls = |summary: &Summary| summary.api.iter().map(|api| api.calls).sum::<u64>();
    let second_cycle = SecondCycle {
        calls: calls(&second),
        calls_share: (calls(&second) as f64 / calls(&first).max(1) as f64 * 1000.0).round() / 1000.0,
        written: second.changes.written,
        exact: second.complete,
    };
    let code = first.exit_code().max(second.exit_code());
    if global.json {
        output::json(&DemoSummary { first: &first, second_cycle });
    } else {
        report::print(&first);
        output::line("");
        output::line(&format!(
            "A second cycle without outside change: {} writes, {} calls ({:.1} % of the first).",
            second_cycle.written,
            second_cycle.calls,
            second_cycle.calls_share * 100.0
        ));
        hints(&global, &config_file).await?;
    }
    if !args.once {
        complain("The fake HubSpot stays up. Ctrl-C ends it.");
        tokio::signal::ctrl_c().await?;
    }
    serving.abort();
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
        if name.starts_with("intentd.") || name == "token" {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn write_config(dir: &Path, config_file: &Path, url: &str, token: &str) -> std::io::Result<()> {
    let token_file = dir.join("token");
    std::fs::write(&token_file, format!("{token}\n"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&token_file, std::fs::Permissions::from_mode(0o600))?;
    }
    let text = format!(
        "{MARK}: the fake account is yours to write to, so the guards are wide open.\n\
         workspace:\n  time_zone: Europe/Stockholm\n\
         database:\n  url: sqlite:intentd.db\n\
         connections:\n  hubspot:\n    vendor: hubspot\n    base_url: {url}\n    auth:\n      token: {{file: token}}\n\
         guards:\n  first_apply_max_records: 1000000\n  max_share_percent: 100\n  max_cleared_values: 1000000\n"
    );
    std::fs::write(config_file, text)
}

/// What to try next, with a contact of this account that is worth looking at.
async fn hints(global: &Global, config_file: &Path) -> Result<(), Failure> {
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
    output::line(&format!("  intentd status --config {file}"));
    output::line(&format!("  intentd sync --config {file}"));
    opened.engine.store.close().await;
    Ok(())
}
