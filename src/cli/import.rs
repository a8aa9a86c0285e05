//! `intentd import`: facts that no vendor delivers. Access logs of web servers become visits.

use std::path::PathBuf;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::{Failure, Global, Outcome, context, output};
use crate::collector::Networks;
use crate::collector::access_log::{Import, ImportError, Report};

#[derive(clap::Args)]
pub(crate) struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Import visits from access logs in the combined format, plain or gzip. Lines that were imported before do not count again.
    AccessLog(AccessLogArgs),
}

#[derive(clap::Args)]
pub(crate) struct AccessLogArgs {
    /// The log files, in any order.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The web site, for example www.example.com: the host of lines that name none.
    #[arg(long, value_name = "HOST")]
    site: String,
    /// Count visits although a log holds no consent. Say so only when your legal ground is another one.
    #[arg(long)]
    without_consent: bool,
    /// Read and count, and store nothing.
    #[arg(long)]
    dry_run: bool,
}

/// What became of one file.
#[derive(Serialize)]
struct FileReport {
    file: PathBuf,
    #[serde(flatten)]
    report: Report,
}

pub(crate) async fn run(global: &Global, args: &ImportArgs) -> Outcome {
    let What::AccessLog(args) = &args.what;
    if !args.without_consent {
        return Err(Failure::Input(
            "an access log holds no consent of its visitors; when you may count them on another legal ground, \
             add `--without-consent`"
                .into(),
        ));
    }
    let site = args.site.trim().trim_end_matches('.').to_ascii_lowercase();
    let site = site.strip_prefix("www.").unwrap_or(&site).to_owned();
    if site.is_empty() || site.contains(['/', ':', '@', ' ']) {
        return Err(Failure::Input("--site takes a host, such as `www.example.com`".into()));
    }
    // A file that is not there is said before anything is done.
    for file in &args.files {
        std::fs::File::open(file).map_err(|error| Failure::Input(format!("{}: {error}", file.display())))?;
    }
    let config = context::load_config(global)?;
    let networks = Networks::open(&config.visits.ip_databases)
        .map_err(|error| Failure::Input(format!("visits.ip_database: {error}")))?;
    let opened = context::look(global).await?;
    let import = Arc::new(Import {
        store: opened.engine.store.clone(),
        clock: Arc::clone(&opened.engine.clock),
        networks: Arc::new(networks),
        visits: config.visits,
        site,
        dry_run: args.dry_run,
    });
    let mut reports = Vec::new();
    for file in &args.files {
        let bar = ProgressBar::new_spinner();
        let style = ProgressStyle::with_template("  {spinner} {human_pos:>9} lines {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_message(file.display().to_string());
        let report = import.run(file, |lines| bar.set_position(lines)).await;
        bar.finish_and_clear();
        match report {
            Ok(report) => reports.push(FileReport { file: file.clone(), report }),
            Err(error) => {
                // What was imported until here is kept, so it is said, too.
                print(global, &reports, args.dry_run);
                return Err(match error {
                    ImportError::Store(error) => error.into(),
                    error => Failure::Failed(error.into()),
                });
            }
        }
    }
    print(global, &reports, args.dry_run);
    Ok(0)
}

fn print(global: &Global, reports: &[FileReport], dry_run: bool) {
    if global.json {
        output::json(&serde_json::json!({ "dry_run": dry_run, "files": reports }));
        return;
    }
    for FileReport { file, report } in reports {
        output::line(&format!(
            "{}: {} lines, {} visits{}{}",
            file.display(),
            output::count(report.lines),
            output::count(report.visits),
            if report.known > 0 { format!(", {} known already", output::count(report.known)) } else { String::new() },
            if report.resumed_at > 0 { ", read on from where an earlier import ended" } else { "" },
        ));
        for (reason, lines) in &report.skipped {
            output::line(&format!("  {:>9} lines: {}", output::count(*lines), reason.replace('_', " ")));
        }
    }
    if dry_run {
        output::line("Nothing was stored (--dry-run).");
    }
}
