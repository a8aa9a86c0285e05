//! `intentd fake hubspot`: a HubSpot account with invented people, on this machine's own address.

use std::path::PathBuf;
use std::sync::Arc;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind, Scale, Tier};

use super::Amount;
use crate::cli::{Global, Outcome, complain, context, output};

#[derive(clap::Args)]
pub(super) struct HubSpotArgs {
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

pub(super) async fn run(global: &Global, args: HubSpotArgs) -> Outcome {
    let clock = context::clock();
    let config = config(&args, clock.now());
    let fake = match super::load(args.state.as_deref())? {
        Some(account) => FakeHubSpot::restored(config, Arc::clone(&clock), account),
        None => FakeHubSpot::seeded(config, Arc::clone(&clock)),
    };
    let listener = super::listen(args.port).await?;
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
    super::until_interrupted(serving.serve(listener)).await?;
    if let Some(path) = &args.state {
        super::save(&fake.snapshot(), path)?;
    }
    Ok(0)
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
