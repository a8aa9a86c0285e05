//! `intentd backtest`: what changed rules would have made of the facts that are there, and how well a score tells who buys. Nothing
//! is written: rules that convince come into force by the next sync or reload.

mod bands;
mod compare;

use std::collections::BTreeSet;
use std::path::PathBuf;

use intentd_sdk::Timestamp;
use intentd_sdk::connector::ConnectorKind;
use serde_json::{Value as Json, json};

use self::bands::{Band, Tally, bands};
use self::compare::{Change, Comparison};
use super::listing::{Cell, Form, ListArgs, Listing, percent};
use super::output::{count, line, table};
use super::{Failure, Global, Outcome, context, meant, output};
use crate::domain::calendar::Calendar;
use crate::domain::intent::Ratio;
use crate::domain::model::{CompanyId, ContactFacts, ContactId, DealId, Dictionary, Rounding, Value};
use crate::domain::score::{CompiledScore, Evaluation, ScoreModel, evaluate_in};
use crate::engine::cycle::Engine;
use crate::rules::{self, RuleSet};
use crate::store::Store;

/// Contacts that are computed together.
const BATCH: u32 = 500;
/// Changes that are shown to people who do not say how many they want.
const SHOWN: usize = 10;

#[derive(clap::Args)]
pub(crate) struct BacktestArgs {
    /// The folder with the changed rules; the one of the configuration when left out.
    #[arg(long, value_name = "FOLDER")]
    rules: Option<PathBuf>,
    /// Only this score.
    #[arg(long, value_name = "NAME")]
    score: Option<String>,
    /// As it was at the end of this day (2026-11-01) or at this instant; only deals that closed later count as won then.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

/// Who has a won deal.
#[derive(Default)]
struct Won {
    deals: u64,
    contacts: BTreeSet<ContactId>,
    companies: BTreeSet<CompanyId>,
}

/// One score under both rules.
struct Pair<'a> {
    before: Option<(&'a ScoreModel, CompiledScore)>,
    after: Option<(&'a ScoreModel, CompiledScore)>,
    same: bool,
}

/// What came of one score.
struct Report<'a> {
    name: &'a str,
    title: &'a str,
    before: Option<&'a ScoreModel>,
    after: Option<&'a ScoreModel>,
    comparison: Comparison,
    tally_before: Tally,
    tally_after: Tally,
}

pub(crate) async fn run(global: &Global, args: &BacktestArgs) -> Outcome {
    let form = args.list.form(global)?;
    let config = context::load_config(global)?;
    let opened = context::look(global).await?;
    let engine = &opened.engine;
    let zone = &engine.settings.zone;
    let now = engine.clock.now();
    let as_of = meant::as_of(args.as_of.as_deref(), now, zone)?;
    let changed = match &args.rules {
        None => context::rules_of(&config)?,
        Some(folder) => {
            let vendors: Vec<&str> = crate::registry::vendors().into_iter().map(ConnectorKind::vendor).collect();
            rules::load(Some(folder), &vendors)?
        }
    };
    let won = won(&engine.store, args.as_of.as_ref().map(|_| as_of)).await?;
    let most = args.list.limit.unwrap_or(if form == Form::Table { SHOWN } else { usize::MAX });
    let dictionary = engine.store.dictionary().await?;
    let pairs = pairs(&engine.rules.rules, &changed, args.score.as_deref(), &dictionary)?;
    let (contacts, reports) = computed(engine, pairs, &won, as_of, most).await?;
    let people = people(&engine.store, &reports).await?;
    match form {
        Form::Csv => changes(&reports, &people).print(form, zone, json!({}), "", &[]),
        Form::Json => output::json(&json!({
            "as_of": as_of.to_string(),
            "contacts": contacts,
            "won_deals": won.deals,
            "same_rules": changed.fingerprint == engine.rules.rules.fingerprint,
            "scores": reports.iter().map(|report| report_json(report, &people)).collect::<Vec<_>>(),
        })),
        Form::Table => {
            line(&format!("{} contacts as of {}", count(contacts), context::local_time(as_of, zone)));
            if args.as_of.is_some() {
                line("Activities are those of that time; fields, segments and companies are today's.");
            }
            line(&match args.as_of {
                None => format!("{} won deals", count(won.deals)),
                Some(_) => format!("{} won deals that closed later", count(won.deals)),
            });
            if changed.fingerprint == engine.rules.rules.fingerprint {
                line("The rules are those in force: nothing changes.");
            }
            reports.iter().for_each(|report| print(report, &people, zone));
        }
    }
    Ok(0)
}

/// The won deals; with an instant, those that closed after it.
async fn won(store: &Store, after: Option<Timestamp>) -> Result<Won, Failure> {
    let mut won = Won::default();
    let mut last = DealId(0);
    loop {
        let deals = store.list_deals(last, BATCH).await?;
        let Some(deal) = deals.last() else { return Ok(won) };
        last = deal.id;
        for deal in deals.into_iter().filter(|deal| meant::is_true(&deal.fields, "won")) {
            let later = after.is_none_or(|after| match deal.fields.get("closes_at") {
                Some(Value::Instant(closed)) => *closed > after,
                _ => false,
            });
            if later && !(deal.companies.is_empty() && deal.contacts.is_empty()) {
                won.deals += 1;
                won.contacts.extend(deal.contacts);
                won.companies.extend(deal.companies);
            }
        }
    }
}

/// The scores of either set, by name.
fn pairs<'a>(
    before: &'a RuleSet,
    after: &'a RuleSet,
    only: Option<&str>,
    dictionary: &Dictionary,
) -> Result<Vec<Pair<'a>>, Failure> {
    let names: BTreeSet<&str> = before.scores.iter().chain(&after.scores).map(|score| score.name.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    if let Some(only) = only {
        meant::named("score", &names, |name| name, only)?;
    }
    let compiled = |set: &'a RuleSet, name: &str| {
        let model = set.scores.iter().find(|score| score.name == name)?;
        Some((model, CompiledScore::new(model, dictionary)))
    };
    Ok(names
        .into_iter()
        .filter(|name| only.is_none_or(|only| only == *name))
        .map(|name| {
            let (before, after) = (compiled(before, name), compiled(after, name));
            let same = before.as_ref().map(|(model, _)| model) == after.as_ref().map(|(model, _)| model);
            Pair { before, after, same }
        })
        .collect())
}

/// Computes every contact under both rules.
async fn computed<'a>(
    engine: &Engine,
    pairs: Vec<Pair<'a>>,
    won: &Won,
    as_of: Timestamp,
    most: usize,
) -> Result<(u64, Vec<Report<'a>>), Failure> {
    let calendar = Calendar::around(&engine.settings.zone, as_of);
    let mut reports: Vec<Report<'a>> = pairs
        .iter()
        .filter_map(|pair| {
            let (before, after) =
                (pair.before.as_ref().map(|(model, _)| *model), pair.after.as_ref().map(|(model, _)| *model));
            let shown = after.or(before)?;
            Some(Report {
                name: &shown.name,
                title: &shown.title,
                before,
                after,
                comparison: Comparison::keeping(most),
                tally_before: Tally::default(),
                tally_after: Tally::default(),
            })
        })
        .collect();
    let mut contacts = 0;
    let mut last = ContactId(0);
    loop {
        let ids = engine.store.list_contacts(last, BATCH).await?;
        let Some(id) = ids.last() else { break };
        last = *id;
        let employers = engine.store.load_primary_companies(&ids).await?;
        for contact in engine.store.load_facts(&ids).await? {
            contacts += 1;
            let employer_won = employers.get(&contact.id).is_some_and(|company| won.companies.contains(company));
            let has_won = employer_won || won.contacts.contains(&contact.id);
            let facts =
                ContactFacts { fields: &contact.fields, segments: &contact.segments, activities: &contact.activities };
            for (pair, report) in pairs.iter().zip(&mut reports) {
                let value = |score: &Option<(&ScoreModel, CompiledScore)>| -> Option<Evaluation> {
                    score.as_ref().map(|(_, score)| evaluate_in(score, &facts, as_of, &calendar))
                };
                let before = value(&pair.before);
                let after = if pair.same { before.clone() } else { value(&pair.after) };
                if let Some(value) = &before {
                    report.tally_before.add(value.shown, has_won);
                }
                if let Some(value) = &after {
                    report.tally_after.add(value.shown, has_won);
                }
                report.comparison.add(contact.id, before.as_ref(), after.as_ref());
            }
        }
    }
    reports.iter_mut().for_each(|report| report.comparison.end());
    Ok((contacts, reports))
}

type People = std::collections::BTreeMap<ContactId, (String, Option<String>)>;

/// Names and addresses of those whose changes are shown.
async fn people(store: &Store, reports: &[Report<'_>]) -> Result<People, Failure> {
    let changes = reports.iter().flat_map(|report| &report.comparison.largest);
    let ids: BTreeSet<ContactId> = changes.map(|change| change.contact).collect();
    let ids: Vec<ContactId> = ids.into_iter().collect();
    let fields = store.load_contact_fields(&ids).await?;
    let called = fields.into_iter().map(|(id, fields)| {
        let email = meant::text_of(&fields, "email");
        (id, (meant::person_name(id, &fields), email))
    });
    Ok(called.collect())
}

/// The largest changes of all scores.
fn changes(reports: &[Report<'_>], people: &People) -> Listing {
    let rows = reports.iter().flat_map(|report| {
        report.comparison.largest.iter().map(|change| {
            let person = people.get(&change.contact);
            vec![
                Cell::text(report.name),
                Cell::Text(person.map_or_else(|| format!("contact {}", change.contact), |(name, _)| name.clone())),
                Cell::some(person.and_then(|(_, email)| email.clone()), Cell::Text),
                Cell::some(change.before, Cell::Number),
                Cell::some(change.after, Cell::Number),
                Cell::Number(change.by()),
                Cell::some(change.label_before.clone(), Cell::Text),
                Cell::some(change.label_after.clone(), Cell::Text),
            ]
        })
    });
    Listing {
        of: "changes",
        columns: &[
            ("score", "score"),
            ("name", "contact"),
            ("email", "e-mail"),
            ("old", "old"),
            ("new", "new"),
            ("change", "change"),
            ("old_label", "old label"),
            ("new_label", "new label"),
        ],
        rows: rows.collect(),
    }
}

fn report_json(report: &Report<'_>, people: &People) -> Json {
    let comparison = &report.comparison;
    let person = |change: &Change| people.get(&change.contact).and_then(|(_, email)| email.clone());
    json!({
        "score": report.name,
        "title": report.title,
        "is_new": report.before.is_none(),
        "is_gone": report.after.is_none(),
        "changed": comparison.changed,
        "raised": comparison.raised,
        "lowered": comparison.lowered,
        "largest": comparison.largest.iter().map(|change| json!({
            "contact": change.contact,
            "email": person(change),
            "old": change.before,
            "new": change.after,
            "change": change.by(),
            "old_label": change.label_before,
            "new_label": change.label_after,
        })).collect::<Vec<_>>(),
        "label_moves": comparison.moves.iter().map(|((from, to), contacts)| json!({
            "from": from, "to": to, "contacts": contacts,
        })).collect::<Vec<_>>(),
        "in_force": report.before.map(|model| bands_json(&bands(model, &report.tally_before))),
        "changed_rules": report.after.map(|model| bands_json(&bands(model, &report.tally_after))),
    })
}

fn bands_json(bands: &[Band]) -> Json {
    let all = bands::all(bands);
    bands
        .iter()
        .map(|band| {
            json!({
                "band": band.name(),
                "from": band.from,
                "below": band.below,
                "contacts": band.rate.whole,
                "with_won_deal": band.rate.part,
                "rate": band.rate.number(),
                "lift": lift(band.rate, all),
            })
        })
        .collect()
}

/// A band's rate as a multiple of everybody's; nothing for an empty band.
fn lift(rate: Ratio, all: Ratio) -> Option<crate::domain::model::Number> {
    if rate.whole == 0 { None } else { rate.over(all) }
}

fn print(report: &Report<'_>, people: &People, zone: &jiff::tz::TimeZone) {
    let comparison = &report.comparison;
    line("");
    let state = match (report.before, report.after) {
        (None, _) => ", new",
        (_, None) => ", gone",
        _ => "",
    };
    line(&format!("{} ({}{state})", report.title, report.name));
    line(&format!(
        "  {} contacts change: {} up, {} down, {} in label",
        count(comparison.changed),
        count(comparison.raised),
        count(comparison.lowered),
        count(comparison.moves.values().sum())
    ));
    if !comparison.largest.is_empty() {
        let mut listing = changes(std::slice::from_ref(report), people);
        // The score stands above.
        listing.columns = &listing.columns[1..];
        listing.rows.iter_mut().for_each(|row| _ = row.remove(0));
        listing.table(zone);
    }
    if !comparison.moves.is_empty() {
        let rows: Vec<Vec<String>> = comparison
            .moves
            .iter()
            .map(|((from, to), contacts)| {
                let word = |label: &Option<String>| label.clone().unwrap_or_else(|| "none".to_owned());
                vec![count(*contacts), word(from), word(to)]
            })
            .collect();
        table(&["contacts", "from label", "to label"], &rows);
    }
    let same = report.before == report.after;
    for (what, model, tally) in [
        ("Won deals by score", report.before, &report.tally_before),
        ("Won deals by score, with the changed rules", report.after.filter(|_| !same), &report.tally_after),
    ] {
        let Some(model) = model else { continue };
        line(&format!("  {what}"));
        print_bands(&bands(model, tally));
    }
}

fn print_bands(bands: &[Band]) {
    let all = bands::all(bands);
    let row = |name: String, rate: Ratio| {
        let lift = lift(rate, all).map_or_else(|| "-".to_owned(), |lift| lift.round(Rounding::Places(2)).to_string());
        vec![name, count(rate.whole), count(rate.part), percent(rate), lift]
    };
    let mut rows: Vec<Vec<String>> = bands.iter().rev().map(|band| row(band.name(), band.rate)).collect();
    rows.push(row("all".to_owned(), all));
    table(&["band", "contacts", "with won deal", "rate", "lift"], &rows);
}
