//! `intentd fake marketo`: a Marketo instance with invented people, on this machine's own address.

use std::path::PathBuf;
use std::sync::Arc;

use intentd_marketo::fake::{FakeConfig, FakeMarketo, Limits, Oddities, Scale, SharedPerson};

use super::Amount;
use crate::cli::{Failure, Global, Outcome, complain, context, output};

#[derive(clap::Args)]
pub(super) struct MarketoArgs {
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 4020)]
    port: u16,
    /// The client id that is accepted.
    #[arg(long, default_value = "fake-marketo-client")]
    client_id: String,
    /// The client secret that is accepted.
    #[arg(long, default_value = "fake-marketo-secret")]
    client_secret: String,
    /// Keep the instance in this file between runs.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Known persons.
    #[arg(long)]
    leads: Option<u32>,
    #[arg(long)]
    companies: Option<u32>,
    /// Visitors without a name.
    #[arg(long)]
    anonymous: Option<u32>,
    /// How many months back the facts reach.
    #[arg(long)]
    months: Option<u32>,
    /// Visits, forms and e-mails: `none`, or the default amount.
    #[arg(long, value_enum, default_value_t = Amount::Default)]
    activities: Amount,
    /// A JSON file of people who are known elsewhere too: a list of objects with `first_name`, `last_name`, `email`,
    /// `company`, `domain`, `job_title` and `country`.
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// Milliseconds before every answer.
    #[arg(long, default_value_t = 0)]
    latency: u64,
    /// Calls per rolling twenty seconds.
    #[arg(long)]
    rate: Option<u32>,
    /// Calls that run at one time.
    #[arg(long)]
    concurrent: Option<u32>,
    /// Calls per day.
    #[arg(long)]
    daily: Option<u32>,
    /// Megabytes of export files per day.
    #[arg(long)]
    bulk_megabytes: Option<u64>,
    /// Seconds that an export job stays queued, and seconds that it runs.
    #[arg(long, default_value_t = 2)]
    job_step: u32,
    /// Seconds that a new access token lives.
    #[arg(long, default_value_t = 3_600)]
    token_life: u32,
    /// Bulk lead extract does not know the filter `updatedAt` (1035).
    #[arg(long)]
    no_bulk_updated_at: bool,
    /// A native CRM sync is on: companies and opportunities are read-only (1018).
    #[arg(long)]
    crm_sync: bool,
    /// No empty pages, late activities, missing ids or dirty values.
    #[arg(long)]
    no_oddities: bool,
}

pub(super) async fn run(global: &Global, args: MarketoArgs) -> Outcome {
    let clock = context::clock();
    let config = config(&args, clock.now())?;
    let munchkin_id = config.munchkin_id.clone();
    let fake = match super::load(args.state.as_deref())? {
        Some(account) => FakeMarketo::restored(config, Arc::clone(&clock), account),
        None => FakeMarketo::seeded(config, Arc::clone(&clock)),
    };
    let listener = super::listen(args.port).await?;
    let url = format!("http://{}", listener.local_addr()?);
    if global.json {
        output::json(&serde_json::json!({
            "url": url, "client_id": args.client_id, "client_secret": args.client_secret, "munchkin_id": munchkin_id,
        }));
    } else {
        output::line(&format!(
            "fake Marketo at {url}, client id {}, client secret {}",
            args.client_id, args.client_secret
        ));
    }
    complain("Ctrl-C ends it.");
    super::until_interrupted(fake.clone().serve(listener)).await?;
    if let Some(path) = &args.state {
        super::save(&fake.snapshot(), path)?;
    }
    Ok(0)
}

fn config(args: &MarketoArgs, now: intentd_sdk::Timestamp) -> Result<FakeConfig, Failure> {
    let mut scale = Scale::default();
    if args.activities == Amount::None {
        scale = scale.without_activities();
    }
    scale.leads = args.leads.unwrap_or(scale.leads);
    scale.companies = args.companies.unwrap_or(scale.companies);
    scale.anonymous = args.anonymous.unwrap_or(scale.anonymous);
    scale.months = args.months.unwrap_or(scale.months);
    let limits = Limits::default();
    Ok(FakeConfig {
        seed: args.seed,
        scale,
        limits: Limits {
            calls_per_20s: args.rate.unwrap_or(limits.calls_per_20s),
            concurrent: args.concurrent.unwrap_or(limits.concurrent),
            daily: args.daily.unwrap_or(limits.daily),
            bulk_bytes_per_day: args.bulk_megabytes.map_or(limits.bulk_bytes_per_day, |mb| mb * 1024 * 1024),
            ..limits
        },
        oddities: if args.no_oddities { Oddities::none() } else { Oddities::realistic() },
        latency_ms: args.latency,
        client_id: args.client_id.clone(),
        client_secret: args.client_secret.clone(),
        token_ms: i64::from(args.token_life) * 1_000,
        now,
        job_step_ms: i64::from(args.job_step) * 1_000,
        bulk_updated_at: !args.no_bulk_updated_at,
        crm_sync: args.crm_sync,
        shared_people: people(args)?,
        ..FakeConfig::default()
    })
}

fn people(args: &MarketoArgs) -> Result<Vec<SharedPerson>, Failure> {
    let Some(path) = &args.people else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Input(format!("cannot read {}: {error}", path.display())))?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::Input(format!("{}: not a list of people: {error}", path.display())))
}
