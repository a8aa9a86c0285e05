//! `intentd apply`: writes what is planned, without reading first. With `--confirm`, a person has looked at what the guard held.

use std::sync::Arc;

use super::bars::Bars;
use super::{Failure, Global, Outcome, context, output, report};

#[derive(clap::Args)]
pub(crate) struct ApplyArgs {
    /// Also write what the guard holds.
    #[arg(long)]
    confirm: bool,
}

pub(crate) async fn run(global: &Global, args: &ApplyArgs) -> Outcome {
    let opened = context::open(global, Arc::new(Bars::new())).await?;
    if opened.engine.settings.read_only {
        return Err(Failure::Input("this workspace is read-only (`mode: read_only`); nothing is written".into()));
    }
    let summary = opened.engine.apply_planned(args.confirm).await?;
    if global.json {
        output::json(&summary);
    } else {
        report::print(&summary);
    }
    Ok(summary.exit_code())
}
