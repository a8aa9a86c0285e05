//! `intentd intent`: which companies show intent, what is known of one, and whether visits arrive at all.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use serde_json::json;

use super::listing::{Cell, ListArgs, Listing};
use super::output::{count, line, many};
use super::{Global, Outcome, context, meant, output};
use crate::domain::identity::registrable_domain;
use crate::domain::intent::normal_host;
use crate::domain::model::CompanyId;
use crate::domain::view::Standing;
use crate::engine::cycle::Engine;
use crate::store::{IntentRow, LoadedCompany, PlaceKind};

/// A domain whose newest visit is older than so many days receives nothing.
const QUIET_DAYS: i64 = 3;
const DAY_MS: i64 = 86_400_000;

#[derive(clap::Args)]
pub(crate) struct IntentArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List the companies that show intent; those that began last stand first.
    List(FilterArgs),
    /// Show a company's intent, markets, views and most visited pages.
    Show(ShowArgs),
    /// Tell for each web site whether visits arrive.
    Domains(ListArgs),
}

#[derive(clap::Args)]
struct FilterArgs {
    /// Only companies that meet this criterion.
    #[arg(long, value_name = "NAME")]
    criterion: Option<String>,
    /// Only companies in this market.
    #[arg(long, value_name = "NAME")]
    market: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(clap::Args)]
struct ShowArgs {
    /// Domain, the record's id at a vendor, or name.
    company: String,
}

pub(crate) async fn run(global: &Global, args: &IntentArgs) -> Outcome {
    match &args.what {
        What::List(args) => list(global, args).await,
        What::Show(args) => show(global, args).await,
        What::Domains(args) => domains(global, args).await,
    }
}

async fn list(global: &Global, args: &FilterArgs) -> Outcome {
    let form = args.list.form(global)?;
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, .. } = &opened.engine;
    let rules = &rules.rules;
    if let Some(wanted) = &args.criterion {
        meant::named("intent criterion", &rules.intent.criteria, |criterion| criterion.name.as_str(), wanted)?;
    }
    if let Some(wanted) = &args.market {
        meant::named("market", &rules.markets, |market| market.name.as_str(), wanted)?;
    }
    let filtered = args.criterion.is_some() || args.market.is_some();
    let most = if filtered { u32::MAX } else { args.list.most_rows(form) };
    let mut found = store.list_showing_intent(most).await?;
    if let Some(wanted) = &args.criterion {
        found.retain(|row| row.evaluation.met.iter().any(|met| met.name == *wanted));
    }
    let mut ids: Vec<CompanyId> = found.iter().map(|row| row.company).collect();
    if let Some(wanted) = &args.market {
        let places = store.load_places(PlaceKind::Market, &ids).await?;
        found.retain(|row| places.get(&row.company).is_some_and(|markets| markets.contains_key(wanted)));
    }
    let total = if filtered { found.len() as u64 } else { store.count_showing_intent().await? };
    found.truncate(args.list.most(form));
    ids = found.iter().map(|row| row.company).collect();
    let companies = store.load_companies(&ids).await?;
    let rows: Vec<Vec<Cell>> =
        found.iter().filter_map(|row| Some(intent_line(companies.get(&row.company)?, row))).collect();
    let footer = format!("{} of {} companies that show intent", count(rows.len() as u64), count(total));
    let listing = Listing {
        of: "companies",
        columns: &[
            ("name", "company"),
            ("domain", "domain"),
            ("since", "since"),
            ("criteria", "criteria"),
            ("visits", "visits"),
            ("visitors", "visitors"),
            ("last_visit_at", "last visit"),
            ("in_crm", "in CRM"),
        ],
        rows,
    };
    let empty = "No company shows intent.";
    listing.print(form, &settings.zone, json!({ "total": total }), empty, &[footer]);
    Ok(0)
}

fn intent_line(company: &LoadedCompany, row: &IntentRow) -> Vec<Cell> {
    let intent = &row.evaluation;
    vec![
        Cell::text(company.name()),
        Cell::some(company.domain.clone(), Cell::Text),
        Cell::some(intent.since, Cell::At),
        Cell::words(intent.met.iter().map(|met| met.name.as_str())),
        Cell::Count(intent.visits),
        Cell::Count(intent.visitors),
        Cell::some(intent.last_visit_at, Cell::At),
        Cell::Flag(company.in_crm),
    ]
}

async fn show(global: &Global, args: &ShowArgs) -> Outcome {
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, clock, .. } = &opened.engine;
    let zone = &settings.zone;
    let company = meant::company(store, &rules.rules, &args.company).await?;
    let id = company.id;
    let row = store.load_intent(&[id]).await?.remove(&id);
    let markets = store.load_places(PlaceKind::Market, &[id]).await?.remove(&id).unwrap_or_default();
    let views = store.load_places(PlaceKind::View, &[id]).await?.remove(&id).unwrap_or_default();
    let since = clock.now().plus_ms(-settings.visit_retention_days * DAY_MS);
    let visits = store.load_company_visits(&[id], since).await?;
    let mut pages: BTreeMap<String, (u64, Timestamp)> = BTreeMap::new();
    for visit in &visits.visits {
        let page = visits.pages.get(&visit.page);
        let page = page.map_or_else(|| "unknown page".to_owned(), |page| format!("{}{}", page.host, page.path));
        let seen = pages.entry(page).or_insert((0, visit.at));
        *seen = (seen.0 + 1, seen.1.max(visit.at));
    }
    let mut pages: Vec<(String, (u64, Timestamp))> = pages.into_iter().collect();
    pages.sort_by_key(|(_, (visits, newest))| std::cmp::Reverse((*visits, *newest)));
    let total = visits.visits.len() as u64;
    let rows = pages
        .iter()
        .map(|(page, (visits, newest))| vec![Cell::text(page.as_str()), Cell::Count(*visits), Cell::At(*newest)]);
    let mut listing = Listing {
        of: "pages",
        columns: &[("page", "page"), ("visits", "visits"), ("last_visit_at", "last visit")],
        rows: rows.collect(),
    };
    let entered = |places: &BTreeMap<String, Standing>| -> Vec<(String, Timestamp)> {
        places.iter().filter_map(|(name, standing)| Some((name.clone(), standing.entered_at?))).collect()
    };
    let (markets, views) = (entered(&markets), entered(&views));
    if global.json {
        let places = |places: &[(String, Timestamp)]| -> Vec<_> {
            places.iter().map(|(name, at)| json!({ "name": name, "entered_at": at.to_string() })).collect()
        };
        output::json(&json!({
            "company": { "id": id, "name": company.name(), "domain": company.domain, "in_crm": company.in_crm },
            "intent": row.as_ref().map(|row| {
                let intent = &row.evaluation;
                json!({
                    "shows": intent.shows(),
                    "criteria": intent.met.iter().map(|met| {
                        json!({ "name": met.name, "since": met.since.to_string() })
                    }).collect::<Vec<_>>(),
                    "since": intent.since.map(|at| at.to_string()),
                    "stopped_at": intent.stopped_at.map(|at| at.to_string()),
                    "visits": intent.visits,
                    "visitors": intent.visitors,
                    "first_visit_at": intent.first_visit_at.map(|at| at.to_string()),
                    "last_visit_at": intent.last_visit_at.map(|at| at.to_string()),
                    "as_of": row.as_of.to_string(),
                })
            }),
            "markets": places(&markets),
            "views": places(&views),
            "visits": total,
            "pages": listing.json(),
        }));
        return Ok(0);
    }
    let local = |at| context::local_time(at, zone);
    let known = if company.in_crm { "in the CRM" } else { "not in the CRM" };
    line(&format!("{} ({}, {known})", company.name(), company.domain.as_deref().unwrap_or("no domain")));
    match &row {
        None => line("Its intent has not been computed yet; `intentd sync` does it."),
        Some(row) if row.evaluation.shows() => {
            for met in &row.evaluation.met {
                line(&format!("Shows intent by {} since {}", met.name, local(met.since)));
            }
            let intent = &row.evaluation;
            let (visits, visitors) = (intent.visits, intent.visitors);
            line(&format!("by {} of {}", many(visits, "visit", "visits"), many(visitors, "visitor", "visitors")));
        }
        Some(row) => match row.evaluation.stopped_at {
            Some(at) => line(&format!("Shows no intent; it did until {}", local(at))),
            None => line("Shows no intent"),
        },
    }
    for (what, places) in [("Market", &markets), ("View", &views)] {
        for (name, at) in places {
            line(&format!("{what} {name} since {}", local(*at)));
        }
    }
    line("");
    if total == 0 {
        line(&format!("No visits in the last {} days.", settings.visit_retention_days));
        return Ok(0);
    }
    let shown = listing.rows.len().min(10);
    let pages = listing.rows.len();
    listing.rows.truncate(shown);
    listing.table(zone);
    let days = settings.visit_retention_days;
    line(&format!("{} visits in the last {days} days; {shown} of {} pages", count(total), count(pages as u64)));
    line("Why: `intentd explain company`");
    Ok(0)
}

/// What is known of a domain's visits.
#[derive(Default)]
struct Domain {
    hosts: BTreeSet<String>,
    newest: Option<Timestamp>,
    /// The rules or the collector expect visits of it.
    expected: bool,
}

async fn domains(global: &Global, args: &ListArgs) -> Outcome {
    let form = args.form(global)?;
    let config = context::load_config(global)?;
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, clock, .. } = &opened.engine;
    let newest = store.newest_visits().await?;
    let dictionary = store.dictionary().await?;
    let mut domains: BTreeMap<String, Domain> = BTreeMap::new();
    for (page, at) in &newest {
        let Some(host) = dictionary.objects.get(page).and_then(|object| object.get("host")) else { continue };
        let domain = domains.entry(domain_of(host)).or_default();
        domain.hosts.insert(normal_host(host));
        domain.newest = domain.newest.max(Some(*at));
    }
    let criteria = &rules.rules.intent.criteria;
    let named = criteria.iter().flat_map(|criterion| criterion.include.iter().chain(&criterion.exclude));
    let mut expected: BTreeSet<String> = named.flat_map(|rule| &rule.domains).map(|name| domain_of(name)).collect();
    expected.extend(config.collector.iter().flat_map(|collector| &collector.origins).map(|origin| domain_of(origin)));
    for name in expected {
        domains.entry(name).or_default().expected = true;
    }
    let quiet = clock.now().plus_ms(-QUIET_DAYS * DAY_MS);
    let mut rows: Vec<(Option<Timestamp>, Vec<Cell>)> = domains
        .into_iter()
        .map(|(name, domain)| {
            let cells = vec![
                Cell::Text(name),
                Cell::text(status(domain.newest, quiet)),
                Cell::some(domain.newest, Cell::At),
                Cell::Flag(domain.expected),
                Cell::words(domain.hosts),
            ];
            (domain.newest, cells)
        })
        .collect();
    rows.sort_by_key(|(newest, _)| std::cmp::Reverse(*newest));
    rows.truncate(args.most(form));
    let listing = Listing {
        of: "domains",
        columns: &[
            ("domain", "domain"),
            ("status", "status"),
            ("last_visit_at", "newest visit"),
            ("expected", "expected"),
            ("hosts", "hosts"),
        ],
        rows: rows.into_iter().map(|(_, cells)| cells).collect(),
    };
    let empty = "No visit has been seen yet: is the tracking code on your pages? `intentd doctor` helps.";
    let footer = "Expected: a rule or the collector names it.".to_owned();
    listing.print(form, &settings.zone, json!({}), empty, &[footer]);
    Ok(0)
}

/// The registrable domain of a host or address.
fn domain_of(host: &str) -> String {
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = normal_host(host.split('/').next().unwrap_or_default());
    registrable_domain(&host).unwrap_or(host)
}

/// Whether visits arrive (HubSpot, "Verify the tracking code").
fn status(newest: Option<Timestamp>, quiet: Timestamp) -> &'static str {
    match newest {
        Some(at) if at >= quiet => "receiving events",
        Some(_) => "none since the newest visit",
        None => "none so far",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subdomains_count_for_their_domain() {
        for (text, domain) in [
            ("www.example.com", "example.com"),
            ("https://blog.example.co.uk/start", "example.co.uk"),
            ("Shop.Example.com:8443", "example.com"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(domain_of(text), domain);
        }
    }

    #[test]
    fn a_quiet_domain_says_so() {
        let quiet = Timestamp::from_secs(1_000);
        assert_eq!(status(Some(Timestamp::from_secs(1_000)), quiet), "receiving events");
        assert_eq!(status(Some(Timestamp::from_secs(999)), quiet), "none since the newest visit");
        assert_eq!(status(None, quiet), "none so far");
    }
}
