//! `intentd workflows`: the workflows with their figures, and who counts in a goal. Opened e-mails are warned of: mail programs open
//! them as well as people.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde_json::json;

use super::listing::{Cell, Form, ListArgs, Listing, percent};
use super::output::{count, line};
use super::{Global, Outcome, context, explain, meant, output};
use crate::domain::calendar::Calendar;
use crate::domain::criteria::Uses;
use crate::domain::model::ContactId;
use crate::domain::workflow::{Counting, Figures, Reason, State, WorkflowModel, figures};
use crate::engine::cycle::Engine;
use crate::store::{EnrollmentRow, WorkflowRow};

/// Said where there is no rate.
const NO_RATE: &str = "No marketing e-mail belongs to this workflow, so there is no goal conversion rate; use a suppression segment instead.";
/// Said where the goal counts opened e-mails.
const OPENS: &str =
    "The goal counts opened e-mails, which privacy features of mail programs open by machine; use clicks or replies.";

#[derive(clap::Args)]
pub(crate) struct WorkflowsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List the workflows with their figures.
    List(ListArgs),
    /// Show a workflow: figures, who left it why, the trend of its goal.
    Show(ShowArgs),
    /// List who counts in the goal of a workflow, and who was unenrolled for it.
    Goal(GoalArgs),
}

#[derive(clap::Args)]
struct ShowArgs {
    /// The workflow's name.
    workflow: String,
}

#[derive(clap::Args)]
struct GoalArgs {
    /// The workflow's name.
    workflow: String,
    /// Everybody who started it, whether it counts or not.
    #[arg(long)]
    everybody: bool,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(global: &Global, args: &WorkflowsArgs) -> Outcome {
    match &args.what {
        What::List(args) => list(global, args).await,
        What::Show(args) => show(global, args).await,
        What::Goal(args) => goal(global, args).await,
    }
}

fn sum(model: &WorkflowModel, rows: &[EnrollmentRow], calendar: &Calendar) -> Figures {
    figures(model, rows.iter().map(|row| (&row.state, row.counting)), calendar)
}

async fn list(global: &Global, args: &ListArgs) -> Outcome {
    let form = args.form(global)?;
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, clock, .. } = &opened.engine;
    let calendar = Calendar::around(&settings.zone, clock.now());
    let since: BTreeMap<String, WorkflowRow> =
        store.list_workflows().await?.into_iter().map(|row| (row.name.clone(), row)).collect();
    let mut rows = Vec::new();
    for model in rules.rules.workflows.iter().take(args.most(form)) {
        let figures = sum(model, &store.list_enrollments(&model.name).await?, &calendar);
        rows.push(vec![
            Cell::text(model.name.as_str()),
            Cell::text(model.title.as_str()),
            Cell::Count(figures.started),
            Cell::Count(figures.active),
            Cell::Count(figures.completed),
            Cell::Count(figures.goal_met),
            Cell::some(figures.rate, Cell::Share),
            Cell::Count(figures.unenrolled_for_goal),
            Cell::Count(figures.suppressed),
            Cell::some(since.get(&model.name).map(|row| row.in_force_since), Cell::At),
        ]);
    }
    let listing = Listing {
        of: "workflows",
        columns: &[
            ("name", "workflow"),
            ("title", "title"),
            ("started", "started"),
            ("active", "active"),
            ("completed", "completed"),
            ("goal_met", "goal"),
            ("rate", "rate"),
            ("unenrolled_for_goal", "left for goal"),
            ("suppressed", "suppressed"),
            ("in_force_since", "in force since"),
        ],
        rows,
    };
    listing.print(form, &settings.zone, json!({}), "The rules name no workflows.", &[]);
    Ok(0)
}

/// What is doubtful about a workflow.
fn warnings(model: &WorkflowModel) -> Vec<&'static str> {
    let mut warnings = Vec::new();
    if model.goal.is_some() && model.emails.is_empty() {
        warnings.push(NO_RATE);
    }
    let opens = |kind: &String| kind == "email_open" || kind == "sales_email_open";
    if Uses::of(&model.goal).activity_types.iter().any(opens) {
        warnings.push(OPENS);
    }
    warnings
}

async fn show(global: &Global, args: &ShowArgs) -> Outcome {
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, clock, .. } = &opened.engine;
    let zone = &settings.zone;
    let workflows = &rules.rules.workflows;
    let model = meant::named("workflow", workflows, |workflow| workflow.name.as_str(), &args.workflow)?;
    let rows = store.list_enrollments(&model.name).await?;
    let figures = sum(model, &rows, &Calendar::around(zone, clock.now()));
    let row = store.list_workflows().await?.into_iter().find(|row| row.name == model.name);
    let waiting = store.count_wishes().await?.get(&model.name).copied().unwrap_or(0);
    let mut declined: BTreeMap<&str, u64> = BTreeMap::new();
    let mut standing: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &rows {
        match &row.state {
            State::Declined(state) => *declined.entry(state.reason.as_str()).or_default() += 1,
            State::Enrolled(enrollment) => {
                if let (Some(step), true) = (&enrollment.step, enrollment.is_active()) {
                    *standing.entry(step).or_default() += 1;
                }
            }
        }
    }
    let warnings = warnings(model);
    if global.json {
        let trend: BTreeMap<String, u64> =
            figures.trend.iter().map(|(at, number)| (explain::day(*at, zone), *number)).collect();
        output::json(&json!({
            "name": model.name,
            "title": model.title,
            "in_force_since": row.as_ref().map(|row| row.in_force_since.to_string()),
            "goal_cleared_at": row.as_ref().and_then(|row| row.goal_cleared_at).map(|at| at.to_string()),
            "has_goal": model.goal.is_some(),
            "emails": model.emails,
            "suppression": model.suppression,
            "started": figures.started,
            "active": figures.active,
            "completed": figures.completed,
            "unenrolled_for_goal": figures.unenrolled_for_goal,
            "suppressed": figures.suppressed,
            "goal_met": figures.goal_met,
            "rate": figures.rate.map(|rate| rate.number().to_string()),
            "trend": trend,
            "declined": declined,
            "standing_at": standing,
            "actions": waiting,
            "warnings": warnings,
        }));
        return Ok(0);
    }
    line(&format!("{} ({})", model.title, model.name));
    if let Some(row) = &row {
        line(&format!("in force since {}", context::local_time(row.in_force_since, zone)));
    }
    line("");
    line(&format!("Started    {}", count(figures.started)));
    line(&format!("Active     {}", count(figures.active)));
    for (step, number) in &standing {
        line(&format!("           {} at {step}", count(*number)));
    }
    line(&format!("Completed  {}", count(figures.completed)));
    line(&format!("Suppressed {}", count(figures.suppressed)));
    match (&model.goal, figures.rate) {
        (None, _) => line("Goal       none"),
        (Some(_), rate) => {
            let rate = rate.map_or_else(|| "no rate".to_owned(), percent);
            line(&format!("Goal       {} met it and count: {rate}", count(figures.goal_met)));
            line(&format!("           {} were unenrolled for it", count(figures.unenrolled_for_goal)));
        }
    }
    for (reason, number) in &declined {
        line(&format!("Not taken  {}: {}", count(*number), reason.replace('_', " ")));
    }
    if waiting > 0 {
        line(&format!("Actions    {} wanted by its steps so far", count(waiting)));
    }
    if let Some(at) = row.and_then(|row| row.goal_cleared_at) {
        line(&format!("Cleared    all goal criteria on {}", context::local_time(at, zone)));
    }
    warnings.iter().for_each(|text| line(text));
    print_trend(&figures, zone);
    Ok(0)
}

fn print_trend(figures: &Figures, zone: &jiff::tz::TimeZone) {
    if figures.trend.is_empty() {
        return;
    }
    line("");
    let rows: Vec<Vec<String>> =
        figures.trend.iter().rev().map(|(at, number)| vec![explain::day(*at, zone), count(*number)]).collect();
    let shown = rows.len().min(30);
    output::table(&["day", "met the goal"], &rows[..shown]);
    if shown < rows.len() {
        line(&format!("… and {} earlier days (--json lists all)", rows.len() - shown));
    }
}

async fn goal(global: &Global, args: &GoalArgs) -> Outcome {
    let form = args.list.form(global)?;
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, clock, .. } = &opened.engine;
    let zone = &settings.zone;
    let workflows = &rules.rules.workflows;
    let model = meant::named("workflow", workflows, |workflow| workflow.name.as_str(), &args.workflow)?;
    let rows = store.list_enrollments(&model.name).await?;
    let figures = sum(model, &rows, &Calendar::around(zone, clock.now()));
    let mut shown: Vec<(&EnrollmentRow, Line)> = rows.iter().filter_map(|row| Some((row, line_of(row)?))).collect();
    shown.retain(|(row, line)| args.everybody || row.counting == Counting::Counts || line.left == Some(Reason::Goal));
    shown.sort_by_key(|(row, line)| (std::cmp::Reverse(line.met_at), row.contact));
    let total = shown.len() as u64;
    shown.truncate(args.list.most(form));
    let ids: Vec<ContactId> = shown.iter().map(|(row, _)| row.contact).collect();
    let people = store.load_contact_fields(&ids).await?;
    let cells = shown.iter().map(|(row, line)| {
        let fields = people.get(&row.contact);
        let name =
            fields.map_or_else(|| format!("contact {}", row.contact), |fields| meant::person_name(row.contact, fields));
        vec![
            Cell::Text(name),
            Cell::some(fields.and_then(|fields| meant::text_of(fields, "email")), Cell::Text),
            Cell::Flag(row.counting == Counting::Counts),
            Cell::At(line.enrolled_at),
            Cell::some(line.met_at, Cell::At),
            Cell::some(line.left, |reason| Cell::text(reason.as_str())),
            Cell::text(word(row.counting)),
        ]
    });
    let listing = Listing {
        of: "contacts",
        columns: &[
            ("name", "contact"),
            ("email", "e-mail"),
            ("counts", "counts"),
            ("enrolled_at", "started"),
            ("goal_met_at", "met the goal"),
            ("left", "left for"),
            ("counting", "because"),
        ],
        rows: cells.collect(),
    };
    let trend: BTreeMap<String, u64> =
        figures.trend.iter().map(|(at, number)| (explain::day(*at, zone), *number)).collect();
    let rate = figures.rate.map_or_else(|| "no rate".to_owned(), percent);
    let mut footer = vec![format!(
        "{} of {}; {} of {} who started count: {rate}",
        count(listing.rows.len() as u64),
        count(total),
        count(figures.goal_met),
        count(figures.started)
    )];
    footer.extend(warnings(model).into_iter().map(str::to_owned));
    let beside = json!({
        "workflow": model.name,
        "started": figures.started,
        "goal_met": figures.goal_met,
        "rate": figures.rate.map(|rate| rate.number().to_string()),
        "unenrolled_for_goal": figures.unenrolled_for_goal,
        "trend": trend,
        "warnings": warnings(model),
    });
    listing.print(form, zone, beside, "Nobody yet.", &footer);
    if form == Form::Table {
        print_trend(&figures, zone);
        line("Why one counts or not: `intentd explain goal`");
    }
    Ok(0)
}

/// What is shown of somebody who started.
struct Line {
    enrolled_at: Timestamp,
    met_at: Option<Timestamp>,
    left: Option<Reason>,
}

fn line_of(row: &EnrollmentRow) -> Option<Line> {
    match &row.state {
        State::Declined(_) => None,
        State::Enrolled(enrollment) => Some(Line {
            enrolled_at: enrollment.enrolled_at,
            met_at: enrollment.goal.map(|goal| goal.at),
            left: enrollment.ended.map(|ended| ended.reason),
        }),
    }
}

/// Whether it counts, in a word or two.
fn word(counting: Counting) -> &'static str {
    match counting {
        Counting::Counts => "met after an e-mail",
        Counting::NotStarted => "not started",
        Counting::MetBefore => "met before the start",
        Counting::NotMet => "not met",
        Counting::NoEmailBefore => "met before any e-mail",
        Counting::Cleared => "met before the goal was cleared",
        Counting::LeftBefore => "left before",
    }
}
