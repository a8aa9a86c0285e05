//! The command line: one file per command. Commands print facts on standard output and everything else on standard error; where
//! they print facts, `--json` prints them as one JSON value.
//!
//! Exit codes: 0 done, 1 failed at run time, 2 invalid input or configuration, 3 finished with refused records, 4 another
//! process holds the database.

mod activities;
mod apply;
mod auth;
mod backtest;
mod backup;
mod bars;
mod check;
mod context;
mod csv;
mod demo;
mod doctor;
mod explain;
mod fake;
mod groups;
mod identity;
mod import;
mod init;
mod intent;
mod listing;
mod meant;
mod migrate;
mod output;
mod plan;
mod recommendations;
mod reference;
mod report;
mod run;
mod schema;
mod status;
mod sync;
mod views;
mod workflows;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::engine::EngineError;
use crate::rules::Problems;
use crate::store::StoreError;

/// Buyer intent, lead scores and what follows from them, computed locally and written back to the CRM.
#[derive(Parser)]
#[command(name = "intentd", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args, Clone)]
pub(crate) struct Global {
    /// The configuration file. Without it: ./intentd.yaml, then /etc/intentd/intentd.yaml.
    #[arg(long, short, global = true, env = "INTENTD_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print facts as one JSON value on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Log lines on standard error: `human` or `json`.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Human)]
    pub(crate) log: LogFormat,
    /// More log lines; twice for all of them.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    Human,
    Json,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run one whole cycle against a built-in fake HubSpot with a believable account.
    Demo(demo::DemoArgs),
    /// Write a commented configuration and the default mappings into a folder.
    Init(init::InitArgs),
    /// Check configuration, mappings and rules; with --online also credentials, scopes and the account's schema.
    Check(check::CheckArgs),
    /// Authorize an OAuth app.
    Auth(auth::AuthArgs),
    /// Run one whole cycle: pull, recompute, plan, write back.
    Sync,
    /// Run as a daemon.
    Run,
    /// Show what would be written, without writing it.
    Plan(plan::PlanArgs),
    /// Write what is planned.
    Apply(apply::ApplyArgs),
    /// Explain a value to its last point.
    Explain(explain::ExplainArgs),
    /// Apply changed rules to the facts: who would change, and how well the scores tell who buys.
    Backtest(backtest::BacktestArgs),
    /// Show a contact's activities.
    Activities(activities::ActivitiesArgs),
    /// Show which companies show intent, and whether visits arrive.
    Intent(intent::IntentArgs),
    /// Show the saved views and who is in them.
    Views(views::ViewsArgs),
    /// Show buying groups, and decide about their members and stages.
    Groups(groups::GroupsArgs),
    /// Show workflows, their goals and who counts in them.
    Workflows(workflows::WorkflowsArgs),
    /// Show pages that converting companies read more than others.
    Recommendations(recommendations::RecommendationsArgs),
    /// Tell who is who across connections, and decide it.
    Identity(identity::IdentityArgs),
    /// Import facts that no vendor delivers: visits from access logs.
    Import(import::ImportArgs),
    /// Show connections, streams, outbox and the last run.
    Status,
    /// Find out what is wrong and say what to do.
    Doctor(doctor::DoctorArgs),
    /// Bring the database to this version's form.
    Migrate,
    /// Write a consistent copy of the database.
    Backup(backup::BackupArgs),
    /// Write the JSON Schemas of the YAML files, for editors.
    Schema(schema::SchemaArgs),
    /// Start a built-in fake vendor on its own.
    Fake(fake::FakeArgs),
    /// Write shell completions, the man page or the reference pages.
    #[command(hide = true)]
    Reference(reference::ReferenceArgs),
}

/// Why a command ends other than well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Files with mistakes: all of them at once.
    Problems(Problems),
    /// An input that cannot be used, with what to type instead.
    Input(String),
    /// Something went wrong while running.
    Failed(anyhow::Error),
    /// Another process works on the same database.
    Busy(String),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::Failed(error)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Failure {
        Failure::Failed(error.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Failed(error.into())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::Failed(error.into())
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Failure {
        Failure::Problems(problems)
    }
}

/// A command's good end: the exit code.
pub(crate) type Outcome = Result<u8, Failure>;

/// The program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    context::start_logging(&cli.global, matches!(cli.command, Command::Run));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("error: cannot start: {error}"));
            return ExitCode::from(1);
        }
    };
    let json = cli.global.json;
    match runtime.block_on(dispatch(cli)) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => ExitCode::from(tell(failure, json)),
    }
}

async fn dispatch(cli: Cli) -> Outcome {
    let global = &cli.global;
    match cli.command {
        Command::Demo(args) => demo::run(global, args).await,
        Command::Init(args) => init::run(global, &args),
        Command::Check(args) => check::run(global, &args).await,
        Command::Auth(args) => auth::run(global, &args).await,
        Command::Sync => sync::run(global).await,
        Command::Run => run::run(global).await,
        Command::Plan(args) => plan::run(global, &args).await,
        Command::Apply(args) => apply::run(global, &args).await,
        Command::Explain(args) => explain::run(global, &args).await,
        Command::Backtest(args) => backtest::run(global, &args).await,
        Command::Activities(args) => activities::run(global, &args).await,
        Command::Intent(args) => intent::run(global, &args).await,
        Command::Views(args) => views::run(global, &args).await,
        Command::Groups(args) => groups::run(global, &args).await,
        Command::Workflows(args) => workflows::run(global, &args).await,
        Command::Recommendations(args) => recommendations::run(global, &args).await,
        Command::Identity(args) => identity::run(global, &args).await,
        Command::Import(args) => import::run(global, &args).await,
        Command::Status => status::run(global).await,
        Command::Doctor(args) => doctor::run(global, &args).await,
        Command::Migrate => migrate::run(global).await,
        Command::Backup(args) => backup::run(global, &args).await,
        Command::Schema(args) => schema::run(global, &args),
        Command::Fake(args) => fake::run(global, args).await,
        Command::Reference(args) => reference::run(&args, Cli::command()),
    }
}

/// Says what went wrong and gives the exit code.
fn tell(failure: Failure, json: bool) -> u8 {
    match failure {
        Failure::Problems(problems) => {
            if json {
                output::json(&problems.to_json());
            }
            complain(&problems.render(context::colour()));
            2
        }
        Failure::Input(text) => {
            complain(&format!("error: {text}"));
            2
        }
        Failure::Failed(error) => {
            complain(&format!("error: {}", with_causes(&error)));
            1
        }
        Failure::Busy(text) => {
            complain(&format!("error: {text}"));
            4
        }
    }
}

/// An error and its causes, each told once: many errors repeat what caused them.
fn with_causes(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// Writes to standard error; a closed one is nobody's problem.
pub(crate) fn complain(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{}", text.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow::anyhow!("the disk is full").context("the database: the disk is full").context("sync");
        assert_eq!(with_causes(&error), "sync: the database: the disk is full");
    }
}
