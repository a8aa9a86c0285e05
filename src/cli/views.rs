//! `intentd views`: the saved views, the companies in one, and who entered and left it.

use std::collections::BTreeSet;

use serde_json::json;

use super::listing::{Cell, ListArgs, Listing};
use super::output::count;
use super::{Global, Outcome, context, meant};
use crate::domain::model::CompanyId;
use crate::engine::cycle::Engine;
use crate::store::PlaceKind;

#[derive(clap::Args)]
pub(crate) struct ViewsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List the saved views with the number of their companies.
    List(ListArgs),
    /// List the companies in a view; those that entered last stand first.
    Show(NamedArgs),
    /// List who entered and left a view, newest first.
    History(NamedArgs),
}

#[derive(clap::Args)]
struct NamedArgs {
    /// The view's name.
    view: String,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(global: &Global, args: &ViewsArgs) -> Outcome {
    match &args.what {
        What::List(args) => list(global, args).await,
        What::Show(args) => show(global, args).await,
        What::History(args) => history(global, args).await,
    }
}

async fn list(global: &Global, args: &ListArgs) -> Outcome {
    let form = args.form(global)?;
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, .. } = &opened.engine;
    let counts = store.count_places(PlaceKind::View).await?;
    let rows = rules.rules.views.iter().take(args.most(form)).map(|view| {
        let companies = counts.get(&view.name).copied().unwrap_or(0);
        vec![Cell::text(view.name.as_str()), Cell::text(view.title.as_str()), Cell::Count(companies)]
    });
    let listing = Listing {
        of: "views",
        columns: &[("name", "view"), ("title", "title"), ("companies", "companies")],
        rows: rows.collect(),
    };
    listing.print(form, &settings.zone, json!({}), "The rules name no views.", &[]);
    Ok(0)
}

async fn show(global: &Global, args: &NamedArgs) -> Outcome {
    let form = args.list.form(global)?;
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, .. } = &opened.engine;
    let view = meant::named("view", &rules.rules.views, |view| view.name.as_str(), &args.view)?;
    let members = store.list_in_place(PlaceKind::View, &view.name, args.list.most_rows(form)).await?;
    let total = store.count_places(PlaceKind::View).await?.get(&view.name).copied().unwrap_or(0);
    let ids: Vec<CompanyId> = members.iter().map(|(company, _)| *company).collect();
    let companies = store.load_companies(&ids).await?;
    let intent = store.load_intent(&ids).await?;
    let rows = members.iter().filter_map(|(id, entered_at)| {
        let company = companies.get(id)?;
        let intent = intent.get(id).map(|row| &row.evaluation);
        Some(vec![
            Cell::text(company.name()),
            Cell::some(company.domain.clone(), Cell::Text),
            Cell::At(*entered_at),
            Cell::Flag(intent.is_some_and(|intent| intent.shows())),
            Cell::Count(intent.map_or(0, |intent| intent.visits)),
            Cell::some(intent.and_then(|intent| intent.last_visit_at), Cell::At),
            Cell::Flag(company.in_crm),
        ])
    });
    let listing = Listing {
        of: "companies",
        columns: &[
            ("name", "company"),
            ("domain", "domain"),
            ("entered_at", "entered"),
            ("shows_intent", "intent"),
            ("visits", "visits"),
            ("last_visit_at", "last visit"),
            ("in_crm", "in CRM"),
        ],
        rows: rows.collect(),
    };
    let beside = json!({ "view": view.name, "title": view.title, "total": total });
    let footer = format!("{} of {} companies in {}", count(listing.rows.len() as u64), count(total), view.title);
    listing.print(form, &settings.zone, beside, "No company is in this view.", &[footer]);
    Ok(0)
}

async fn history(global: &Global, args: &NamedArgs) -> Outcome {
    let form = args.list.form(global)?;
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, .. } = &opened.engine;
    let events = store.list_view_events(&args.view, args.list.most_rows(form)).await?;
    if events.is_empty() {
        // A view that was taken out of the rules keeps its history.
        meant::named("view", &rules.rules.views, |view| view.name.as_str(), &args.view)?;
    }
    let ids: BTreeSet<CompanyId> = events.iter().map(|event| event.company).collect();
    let companies = store.load_companies(&ids.into_iter().collect::<Vec<_>>()).await?;
    let rows = events.iter().map(|event| {
        let company = companies.get(&event.company);
        vec![
            Cell::At(event.at),
            Cell::text(if event.entered { "entered" } else { "left" }),
            Cell::Text(company.map_or_else(|| format!("company {}", event.company), |company| company.name())),
            Cell::some(company.and_then(|company| company.domain.clone()), Cell::Text),
        ]
    });
    let listing = Listing {
        of: "events",
        columns: &[("at", "when"), ("what", "what"), ("name", "company"), ("domain", "domain")],
        rows: rows.collect(),
    };
    let empty = "Nobody has entered or left this view yet.";
    listing.print(form, &settings.zone, json!({ "view": args.view }), empty, &[]);
    Ok(0)
}
