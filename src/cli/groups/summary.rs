//! The summary of a group's page by a language model: only when the admin has configured one, and asked only when the command
//! says so. Whatever goes wrong, the template's text stands and a note says why.

use intentd_sdk::permit::LimitSpec;
use tokio_util::sync::CancellationToken;

use crate::cli::context::Opened;
use crate::cli::{Failure, Outcome, output};
use crate::config::Environment;
use crate::domain::buying_group::{DetailFacts, SummaryRequest, TextSummary};
use crate::engine::limiter::Limiter;
use crate::summaries::{self, Body, Wish};

const NOT_CONFIGURED: &str =
    "no model is configured; add `summaries: {base_url: …, model: …}` to intentd.yaml, as docs/OPERATIONS.md shows";

#[derive(clap::Args)]
pub(super) struct SummaryArgs {
    /// Let the configured model write the summary, unless it has written one of these facts.
    #[arg(long)]
    summary: bool,
    /// Let the model write the summary once more.
    #[arg(long)]
    again: bool,
    /// Print what the model would be sent, as JSON, and send nothing.
    #[arg(long = "summary-request", conflicts_with_all = ["summary", "again"])]
    pub(super) request: bool,
}

impl SummaryArgs {
    fn wish(&self) -> Wish {
        match (self.again, self.summary) {
            (true, _) => Wish::AskAgain,
            (false, true) => Wish::Ask,
            (false, false) => Wish::Kept,
        }
    }
}

/// Puts the model's text into the place of the template's, or a note beside it.
pub(super) async fn write(
    opened: &Opened,
    facts: &DetailFacts<'_>,
    args: &SummaryArgs,
    text: &mut TextSummary,
) -> Result<(), Failure> {
    let wish = args.wish();
    let Some(settings) = &opened.summaries else {
        text.note = (wish != Wish::Kept).then(|| NOT_CONFIGURED.to_owned());
        return Ok(());
    };
    let engine = &opened.engine;
    let now = engine.clock.now();
    let request = SummaryRequest::of_group(facts, &settings.writer, now, &engine.settings.zone);
    let limiter = Limiter::new(&LimitSpec::default(), engine.clock.clone(), CancellationToken::new());
    let environment = Environment::of_process();
    match summaries::summary(&engine.store, settings, &environment, &limiter, &request, wish, now).await? {
        Some(Ok(written)) => *text = TextSummary::written_by(&settings.writer.model, written),
        Some(Err(why)) => text.note = Some(why),
        None => {}
    }
    Ok(())
}

/// Prints what would be sent.
pub(super) fn print_request(opened: &Opened, facts: &DetailFacts<'_>) -> Outcome {
    let Some(settings) = &opened.summaries else { return Err(Failure::Input(NOT_CONFIGURED.to_owned())) };
    let engine = &opened.engine;
    let now = engine.clock.now();
    let request = SummaryRequest::of_group(facts, &settings.writer, now, &engine.settings.zone);
    output::json(&Body::of(&request));
    Ok(0)
}
