//! `intentd fake`: a built-in fake vendor on its own, to try things against. It refuses what the vendor refuses.

use std::path::PathBuf;
use std::sync::Arc;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind, Scale, Tier};
use tokio::net::TcpListener;

use super::{Failure, Global, Outcome, complain, context, output};

#[derive(clap::Args)]
pub(crate) struct FakeArgs {
    #[command(subcommand)]
    vendor: Vendor,
}

#[derive(clap::Subcommand)]
enum Vendor {
    /// A HubSpot account with invented people.
    Hubspot(HubSpotArgs),
}

#[derive(clap::Args)]
struct HubSpotArgs {
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// The token that is accepted.
    #[arg(long, default_value = "pat-eu1-fake-0000")]
    token: String,
    /// Keep the account in this file between runs.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long)]
    contacts: Option<u32>,
    #[arg(long)]
    companies: Option<u32>,
    /// Page views, e-mail events, submissions, engagements: `none`, or the default amount.
    #[arg(long, value_enum, default_value_t = Amount::Default)]
    activities: Amount,
    /// Milliseconds before every answer.
    #[arg(long, default_value_t = 0)]
    latency: u64,
    /// Calls per rolling ten seconds.
    #[arg(long)]
    burst: Option<u32>,
    /// Calls per day.
    #[arg(long)]
    daily: Option<u32>,
    /// The account has no Enterprise subscription: page views answer 403.
    #[arg(long)]
    no_enterprise: bool,
    /// Milliseconds by which the search index trails.
    #[arg(long, default_value_t = 0)]
    search_lag: i64,
    /// On SIGUSR1, stamp this many contacts with one and the same last-modified millisecond.
    #[arg(long, value_name = "CONTACTS", default_value_t = 0)]
    modified_at_once: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Amount {
    None,
    Default,
}

pub(crate) async fn run(global: &Global, args: FakeArgs) -> Outcome {
    let Vendor::Hubspot(args) = args.vendor;
    let clock = context::clock();
    let config = config(&args, clock.now());
    let fake = match args.state.as_ref().filter(|path| path.exists()) {
        Some(path) => {
            let text = std::fs::read_to_string(path)?;
            let account = serde_json::from_str(&text).map_err(|error| {
                Failure::Input(format!("{}: not the state of a fake account: {error}", path.display()))
            })?;
            FakeHubSpot::restored(config, Arc::clone(&clock), account)
        }
        None => FakeHubSpot::seeded(config, Arc::clone(&clock)),
    };
    let listener = TcpListener::bind(("127.0.0.1", args.port)).await.map_err(|error| {
        Failure::Input(format!("cannot listen on port {}: {error}; choose another with --port", args.port))
    })?;
    let url = format!("http://{}", listener.local_addr()?);
    if global.json {
        output::json(&serde_json::json!({ "url": url, "token": args.token }));
    } else {
        output::line(&format!("fake HubSpot at {url}, token {}", args.token));
    }
    complain("Ctrl-C ends it.");
    let serving = fake.clone();
    if args.modified_at_once > 0 {
        // Later than any pull that has begun: the next incremental read finds them all at one instant.
        let stamped = fake.clone();
        let (clock, count) = (Arc::clone(&clock), args.modified_at_once as usize);
        tokio::spawn(async move {
            if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::user_defined1()) {
                while signal.recv().await.is_some() {
                    let at = clock.now();
                    stamped.edit(|account| {
                        let ids: Vec<u64> = account.table(Kind::Contact).live().keys().copied().take(count).collect();
                        account.touch(Kind::Contact, ids, at);
                    });
                    complain(&format!("{count} contacts modified at {at}"));
                }
            }
        });
    }
    tokio::select! {
        result = serving.serve(listener) => result?,
        result = tokio::signal::ctrl_c() => result?,
    }
    if let Some(path) = &args.state {
        save(&fake, path)?;
    }
    Ok(0)
}

/// Writes the account beside its place and moves it there, so that the file is always whole.
pub(crate) fn save(fake: &FakeHubSpot, path: &std::path::Path) -> std::io::Result<()> {
    let text = serde_json::to_string(&fake.snapshot()).map_err(std::io::Error::other)?;
    let beside = path.with_extension("new");
    std::fs::write(&beside, text)?;
    std::fs::rename(beside, path)
}

fn config(args: &HubSpotArgs, now: intentd_sdk::Timestamp) -> FakeConfig {
    let mut scale = Scale::default();
    if args.activities == Amount::None {
        scale = Scale { page_views: 0, email_events: 0, submissions: 0, engagements: 0, deals: 0, lists: 0, ..scale };
    }
    scale.contacts = args.contacts.unwrap_or(scale.contacts);
    scale.companies = args.companies.unwrap_or(scale.companies);
    scale.largest_company = scale.largest_company.min(scale.contacts / 4);
    let tier = Tier::professional();
    FakeConfig {
        seed: args.seed,
        scale,
        tier: Tier {
            burst_per_10s: args.burst.unwrap_or(tier.burst_per_10s),
            daily: args.daily.unwrap_or(tier.daily),
            ..tier
        },
        latency_ms: args.latency,
        token: args.token.clone(),
        enterprise: !args.no_enterprise,
        search_lag_ms: args.search_lag,
        now,
        ..FakeConfig::default()
    }
}
