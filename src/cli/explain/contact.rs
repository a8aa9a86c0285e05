//! `intentd explain contact`: why a contact has its scores, to the last point; on any day within the kept history.

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

use super::find_contact;
use crate::cli::output::{line, table};
use crate::cli::{Failure, Global, Outcome, context, meant, output};
use crate::domain::model::{ContactFacts, Dictionary};
use crate::domain::score::{
    Adjusted, Bound, CompiledScore, Contribution, Explanation, MatchedActivity, RuleExplanation, RuleReason, Verdict,
    explain,
};

#[derive(clap::Args)]
pub(super) struct ContactArgs {
    /// E-mail address, or the record's id at a vendor.
    contact: String,
    /// Only this score.
    #[arg(long, value_name = "NAME")]
    score: Option<String>,
    /// As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12:00:00Z).
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// List every activity instead of the ten newest of each rule.
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(global: &Global, args: &ContactArgs) -> Outcome {
    let opened = context::look(global).await?;
    let engine = &opened.engine;
    let zone = &engine.settings.zone;
    let as_of = meant::as_of(args.as_of.as_deref(), engine.clock.now(), zone)?;
    let contact = find_contact(&engine.store, &args.contact).await?;
    let dictionary = engine.store.dictionary().await?;
    let loaded = engine.store.load_facts(&[contact.id]).await?;
    let Some(loaded) = loaded.into_iter().next() else {
        return Err(Failure::Input("this contact has no facts any more".into()));
    };
    let facts = ContactFacts { fields: &loaded.fields, segments: &loaded.segments, activities: &loaded.activities };
    let names: Vec<&str> = engine.rules.rules.scores.iter().map(|model| model.name.as_str()).collect();
    let mut explanations = Vec::new();
    for model in &engine.rules.rules.scores {
        if args.score.as_ref().is_some_and(|wanted| *wanted != model.name) {
            continue;
        }
        explanations.push(explained(model, &dictionary, &facts, as_of, zone));
    }
    if explanations.is_empty() {
        return Err(Failure::Input(format!("there is no such score; there are: {}", names.join(", "))));
    }
    if global.json {
        let ids: Vec<_> = contact
            .external_ids
            .iter()
            .map(|(connection, id)| serde_json::json!({ "connection": connection, "id": id }))
            .collect();
        output::json(&serde_json::json!({
            "contact": { "email": contact.email, "external_ids": ids },
            "as_of": as_of.to_string(),
            "scores": explanations,
        }));
        return Ok(0);
    }
    let ids: Vec<String> = contact.external_ids.iter().map(|(connection, id)| format!("{connection} {id}")).collect();
    line(&format!("{} ({})", contact.email.as_deref().unwrap_or("contact without e-mail"), ids.join(", ")));
    line(&format!("as of {}", context::local_time(as_of, zone)));
    for explanation in &explanations {
        print(explanation, zone, args.all);
    }
    Ok(0)
}

fn explained(
    model: &crate::domain::score::ScoreModel,
    dictionary: &Dictionary,
    facts: &ContactFacts<'_>,
    as_of: Timestamp,
    zone: &TimeZone,
) -> Explanation {
    explain(&CompiledScore::new(model, dictionary), dictionary, facts, as_of, zone)
}

fn print(explanation: &Explanation, zone: &TimeZone, all: bool) {
    line("");
    let label = explanation.label.name.as_ref().map_or_else(String::new, |label| format!("  {label}"));
    line(&format!("{} = {}{label}", explanation.title, explanation.shown));
    let mut rows: Vec<Vec<String>> = explanation
        .contributions
        .iter()
        .map(|contribution| match contribution {
            Contribution::Rule { id, points } => {
                let title =
                    explanation.rules.iter().find(|rule| rule.id == *id).map_or(id.as_str(), |rule| &rule.title);
                vec![signed(*points), title.to_owned()]
            }
            Contribution::Adjustment { of, bound, points } => vec![signed(*points), adjustment(of, *bound)],
        })
        .collect();
    rows.push(vec![explanation.exact.to_string(), "exact value".into()]);
    table(&["points", "because of"], &rows);
    for rule in &explanation.rules {
        print_rule(rule, zone, all);
    }
    if let Some(held) = &explanation.label.held {
        line(&format!(
            "  The label was reached on {} (from {}) and stays until the value is below {}.",
            context::local_time(held.reached_at, zone),
            held.from,
            held.leave_below
        ));
    }
    if let Some(due) = explanation.next_due {
        line(&format!("  Time alone can change it from {} on.", context::local_time(due, zone)));
    }
}

fn print_rule(rule: &RuleExplanation, zone: &TimeZone, all: bool) {
    match &rule.reason {
        RuleReason::Activities(activities) if activities.is_empty() => {}
        RuleReason::Activities(activities) => {
            line("");
            line(&format!(
                "  {}: {} raw, {} within its limit, {} today",
                rule.title, rule.raw, rule.limited, rule.faded
            ));
            let shown = if all { activities.len() } else { activities.len().min(10) };
            for activity in activities.iter().rev().take(shown) {
                line(&format!("    {}", activity_line(activity, zone)));
            }
            if shown < activities.len() {
                line(&format!("    … and {} older ones (--all)", activities.len() - shown));
            }
        }
        RuleReason::Property { field, value, case } => {
            let value = value.as_deref().unwrap_or("not set");
            let verdict = case.map_or_else(|| "no case matches".to_owned(), |case| format!("case {case}"));
            line("");
            line(&format!("  {}: {field} is {value}: {verdict}, {}", rule.title, rule.faded));
        }
        RuleReason::Segment { segment, member } => {
            let verdict = if *member { "is a member" } else { "is no member" };
            line("");
            line(&format!("  {}: {verdict} of {segment}, {}", rule.title, rule.faded));
        }
    }
}

fn activity_line(activity: &MatchedActivity, zone: &TimeZone) -> String {
    let about: Vec<String> = activity.object.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let mut text = format!(
        "{}  {:>6}  {} {}",
        context::local_time(activity.at, zone),
        signed(activity.points),
        activity.activity_type,
        about.join(", ")
    );
    if let Some(deadline) = activity.deadline {
        text.push_str(&format!(" (until {})", context::local_time(deadline, zone)));
    }
    if let Some(why) = verdict(&activity.verdict, zone) {
        text.push_str(&format!(": {why}"));
    }
    text
}

/// Why an activity counts for less than its points, or not at all.
fn verdict(verdict: &Verdict, zone: &TimeZone) -> Option<String> {
    match verdict {
        Verdict::Counted => None,
        Verdict::Limited => Some("beyond the limit".into()),
        Verdict::WindowPassed => Some("older than the window".into()),
        Verdict::FadedAway => Some("faded away".into()),
        Verdict::Awaited => Some("still awaited".into()),
        Verdict::Followed { at } => Some(format!("came on {}", context::local_time(*at, zone))),
        Verdict::CalledOff { at } => Some(format!("called off on {}", context::local_time(*at, zone))),
    }
}

fn adjustment(of: &Adjusted, bound: Bound) -> String {
    let bound = match bound {
        Bound::Minimum => "minimum",
        Bound::Maximum => "maximum",
    };
    match of {
        Adjusted::Rule(id) => format!("{bound} of rule {id}"),
        Adjusted::Group(name) => format!("{bound} of group {name}"),
        Adjusted::Total => format!("{bound} of the score"),
    }
}

pub(super) fn signed(points: crate::domain::model::Number) -> String {
    if points > crate::domain::model::Number::ZERO { format!("+{points}") } else { points.to_string() }
}
