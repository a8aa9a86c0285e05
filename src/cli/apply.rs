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
    let opened = match context::open(global, Arc::new(Bars::new())).await {
        Err(Failure::Busy(_)) if args.confirm => return approve(global).await,
        opened => opened?.with_sound_rules()?,
    };
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

/// A daemon is at work: it writes in its next cycle what is approved now.
async fn approve(global: &Global) -> Outcome {
    let config = context::load_config(global)?;
    let opened = context::look(global).await?;
    let mut approved = 0;
    for name in context::connection_names(&config) {
        let mut tx = opened.engine.store.begin().await?;
        approved += tx.release_held(&name, opened.engine.clock.now()).await?;
        tx.commit().await?;
    }
    if global.json {
        output::json(&serde_json::json!({ "approved": approved }));
    } else {
        let approved = output::count(approved);
        output::line(&format!("{approved} changes are approved; the running daemon writes them in its next cycle."));
    }
    Ok(0)
}
