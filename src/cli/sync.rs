//! `intentd sync`: one whole cycle, then the end.

use std::sync::Arc;

use super::bars::Bars;
use super::{Global, Outcome, context, output, report};

/// Runs one cycle and prints its summary.
pub(crate) async fn run(global: &Global) -> Outcome {
    let opened = context::open(global, Arc::new(Bars::new())).await?.with_sound_rules()?;
    let summary = opened.engine.cycle().await?;
    if global.json {
        output::json(&summary);
    } else {
        report::print(&summary);
    }
    Ok(summary.exit_code())
}
