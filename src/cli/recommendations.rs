//! `intentd recommendations`: pages that converting companies read more than others, and what an admin does about one: put it
//! away, or add it to an intent criterion. Rules are the admin's files: the addition is printed, never written.

use std::collections::BTreeMap;
use std::sync::Arc;

use intentd_sdk::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::listing::{Cell, ListArgs, Listing};
use super::output::{count, line};
use super::{Failure, Global, Outcome, context, output};
use crate::domain::calendar::Calendar;
use crate::domain::intent::{
    ConversionGoal, MAX_CRITERIA, PageRow, Recommendations, Tag, Visit, normal_path, recommend,
};
use crate::domain::model::{CompanyId, Rounding};
use crate::engine::cycle::Engine;
use crate::engine::progress::Silent;
use crate::rules::{RecommendationRules, RuleSet};

const DAY_MS: i64 = 86_400_000;
/// Companies whose visits are loaded together.
const BATCH: u32 = 500;
/// The time frame of a rule that is proposed.
const PROPOSED_DAYS: u32 = 30;

#[derive(clap::Args)]
pub(crate) struct RecommendationsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List pages by lift: how much oftener their readers converted than those of the home page.
    List(FilterArgs),
    /// Put a page away: it is not recommended any more.
    Dismiss(PathArgs),
    /// Take back a page that was put away.
    Restore(PathArgs),
    /// Print the YAML that adds a page to an intent criterion.
    Add(AddArgs),
}

#[derive(clap::Args)]
struct FilterArgs {
    /// Also pages that were put away.
    #[arg(long)]
    dismissed: bool,
    /// Only pages that no criterion names yet.
    #[arg(long)]
    new: bool,
    /// Only pages with at least this many conversions.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    min_conversions: u64,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(clap::Args)]
struct PathArgs {
    /// The page's path, `/prices`.
    path: String,
}

#[derive(clap::Args)]
struct AddArgs {
    /// The page's path, `/prices`.
    path: String,
    /// The criterion; one that does not exist yet is begun.
    #[arg(long, value_name = "CRITERION")]
    to: String,
    /// How paths are compared.
    #[arg(long, value_enum, default_value_t = Operator::Equals)]
    operator: Operator,
    /// Add it to the exclusion rules instead.
    #[arg(long)]
    exclude: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Operator {
    Equals,
    Contains,
    StartsWith,
}

impl Operator {
    fn key(self) -> &'static str {
        match self {
            Operator::Equals => "equals",
            Operator::Contains => "contains",
            Operator::StartsWith => "starts_with",
        }
    }
}

pub(crate) async fn run(global: &Global, args: &RecommendationsArgs) -> Outcome {
    match &args.what {
        What::List(args) => list(global, args).await,
        What::Dismiss(args) => set_dismissed(global, args, true).await,
        What::Restore(args) => set_dismissed(global, args, false).await,
        What::Add(args) => add(global, args).await,
    }
}

async fn list(global: &Global, args: &FilterArgs) -> Outcome {
    let form = args.list.form(global)?;
    let opened = context::look(global).await?;
    let engine = &opened.engine;
    let Some(rules) = &engine.rules.rules.recommendations else {
        return Err(Failure::Input(
            "the rules name no goal for recommendations; see `recommendations:` in mappings/rules/intent.yaml".into(),
        ));
    };
    let zone = &engine.settings.zone;
    let found = computed(engine, rules).await?;
    let wanted = |row: &&PageRow| {
        (args.dismissed || !row.dismissed)
            && (!args.new || row.tags.is_empty())
            && row.conversions >= args.min_conversions
    };
    let shown: Vec<&PageRow> = found.rows.iter().filter(wanted).collect();
    let total = shown.len() as u64;
    let rows: Vec<Vec<Cell>> = shown.into_iter().take(args.list.most(form)).map(page_line).collect();
    let goal = &rules.goal;
    let stages: Vec<&str> = goal.stages.iter().map(String::as_str).collect();
    let mut footer = vec![format!(
        "{} of {} pages; {} companies reached {} from {} to {}",
        count(rows.len() as u64),
        count(total),
        count(found.converted),
        stages.join(" or "),
        goal.from,
        goal.to
    )];
    let kept_from = engine.clock.now().plus_ms(-engine.settings.visit_retention_days * DAY_MS);
    let kept_on = zone.to_datetime(kept_from.to_jiff()).date();
    let incomplete = kept_on > goal.from;
    if incomplete {
        footer.push(format!("Visits before {kept_on} are not kept, and do not count here."));
    }
    if found.converted == 0 {
        footer
            .push("Stages are watched from the first sync on: what companies reached before is not known.".to_owned());
    }
    if found.home.is_none_or(|home| home.part == 0) {
        footer.push("No lift: no converting company viewed the home page.".to_owned());
    }
    let beside = json!({
        "converted": found.converted,
        "stages": stages,
        "from": goal.from.to_string(),
        "to": goal.to.to_string(),
        "home": found.home.map(|home| json!({ "conversions": home.part, "visitors": home.whole })),
        "visits_kept_from": incomplete.then(|| kept_on.to_string()),
        "total": total,
    });
    let listing = Listing {
        of: "pages",
        columns: &[
            ("path", "page"),
            ("conversions", "conversions"),
            ("visitors", "visitors"),
            ("rate", "rate"),
            ("lift", "lift"),
            ("tags", "tags"),
            ("dismissed", "dismissed"),
        ],
        rows,
    };
    listing.print(form, zone, beside, "No page is recommended.", &footer);
    Ok(0)
}

fn page_line(row: &PageRow) -> Vec<Cell> {
    let tag = |tag: &Tag| match tag {
        Tag::Included { criterion } => format!("Included ({criterion})"),
        Tag::Excluded { criterion } => format!("Excluded ({criterion})"),
    };
    vec![
        Cell::text(row.path.as_str()),
        Cell::Count(row.conversions),
        Cell::Count(row.visitors),
        Cell::Share(row.rate),
        Cell::some(row.lift, |lift| Cell::Number(lift.round(Rounding::Places(2)))),
        Cell::words(row.tags.iter().map(tag)),
        Cell::Flag(row.dismissed),
    ]
}

/// Computes the recommendations from all visits that are kept.
async fn computed(engine: &Engine, rules: &RecommendationRules) -> Result<Recommendations, Failure> {
    let store = &engine.store;
    let zone = &engine.settings.zone;
    let goal = ConversionGoal { dismissed: store.list_dismissed().await?, ..rules.goal.clone() };
    let after = goal.to.tomorrow().unwrap_or(Date::MAX);
    let (from, until) = (midnight(goal.from, zone)?, midnight(after, zone)?);
    let conversions = store.list_conversions(&rules.field, &goal.stages, from, until).await?;
    // Calendar days, of which one may have 25 hours.
    let first_day = goal.from.saturating_sub(jiff::Span::new().days(i64::from(goal.lookback_days)));
    let first_visit = midnight(first_day, zone)?;
    let mut visits: BTreeMap<CompanyId, Vec<Visit>> = BTreeMap::new();
    let mut after = CompanyId(0);
    loop {
        let ids = store.list_companies(after, BATCH).await?;
        let Some(last) = ids.last() else { break };
        after = *last;
        for visit in store.load_company_visits(&ids, first_visit).await?.visits {
            visits.entry(visit.company).or_default().push(visit.visit());
        }
    }
    for of_company in visits.values_mut() {
        of_company.sort_unstable();
        of_company.dedup();
    }
    let dictionary = store.dictionary().await?;
    let calendar = Calendar::around(zone, engine.clock.now());
    Ok(recommend(&goal, &conversions, &visits, &engine.rules.rules.intent, &dictionary, &calendar))
}

fn midnight(day: Date, zone: &TimeZone) -> Result<Timestamp, Failure> {
    let start = day.to_zoned(zone.clone()).map_err(|error| Failure::Input(format!("{day}: {error}")))?;
    Ok(Timestamp::from(start.timestamp()))
}

async fn set_dismissed(global: &Global, args: &PathArgs, dismissed: bool) -> Outcome {
    let path = normal_path(&args.path);
    let opened = context::open(global, Arc::new(Silent)).await?;
    let engine = &opened.engine;
    let known = engine.store.list_dismissed().await?.contains(&path);
    let mut tx = engine.store.begin().await?;
    tx.set_dismissed(&path, dismissed, engine.clock.now()).await?;
    tx.commit().await?;
    if global.json {
        output::json(&json!({ "path": path, "dismissed": dismissed, "changed": known != dismissed }));
        return Ok(0);
    }
    line(&match (dismissed, known) {
        (true, false) => {
            format!("{path} is not recommended any more; `intentd recommendations restore {path}` undoes it")
        }
        (true, true) => format!("{path} was put away already"),
        (false, true) => format!("{path} can be recommended again"),
        (false, false) => format!("{path} was not put away"),
    });
    Ok(0)
}

async fn add(global: &Global, args: &AddArgs) -> Outcome {
    let opened = context::look(global).await?;
    let rules = &opened.engine.rules.rules;
    let criteria = &rules.intent.criteria;
    let known = criteria.iter().any(|criterion| criterion.name == args.to);
    if !known && criteria.len() == MAX_CRITERIA {
        let names: Vec<&str> = criteria.iter().map(|criterion| criterion.name.as_str()).collect();
        return Err(Failure::Input(format!(
            "there is no criterion `{}`, and {MAX_CRITERIA} is the most; there are: {}",
            args.to,
            names.join(", ")
        )));
    }
    if !known && args.exclude {
        return Err(Failure::Input(format!(
            "there is no criterion `{}`; a new one needs an inclusion rule first",
            args.to
        )));
    }
    let path = match args.operator {
        Operator::Equals => normal_path(&args.path),
        Operator::Contains | Operator::StartsWith => args.path.trim().to_owned(),
    };
    let side = if args.exclude { "exclude" } else { "include" };
    let yaml = addition(&args.to, side, args.operator, &path);
    let file = if known { file_of(rules, &args.to) } else { "rules/intent.yaml".to_owned() };
    if global.json {
        output::json(&json!({ "file": file, "criterion": args.to, "new": !known, "yaml": yaml }));
        return Ok(0);
    }
    if known {
        line(&format!("# In {file}, put this rule among those of `{side}` of {}:", args.to));
    } else {
        line(&format!("# In {file}, put this criterion among those of `intent`:"));
    }
    output::raw(&yaml);
    Ok(0)
}

/// The lines to add, in their place.
fn addition(criterion: &str, side: &str, operator: Operator, path: &str) -> String {
    // A JSON text is a YAML text.
    let path = serde_json::Value::from(path);
    format!(
        "intent:\n  criteria:\n    - name: {criterion}\n      {side}:\n        - pages: {{{}: {path}}}\n          within: \
         {PROPOSED_DAYS}d\n",
        operator.key()
    )
}

/// The file in which a criterion stands.
fn file_of(rules: &RuleSet, criterion: &str) -> String {
    let stands =
        |text: &String| text.lines().any(|line| line.trim().trim_start_matches("- ") == format!("name: {criterion}"));
    let found = rules.sources.iter().find(|(path, text)| path.starts_with("rules/") && stands(text));
    found.map_or_else(|| "rules/intent.yaml".to_owned(), |(path, _)| path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::criteria::TextOperator;
    use crate::rules;

    #[test]
    fn what_is_printed_can_be_read_as_it_stands() {
        for (operator, path, read) in [
            (Operator::Equals, "/prices", TextOperator::Equals),
            (Operator::StartsWith, "/a \"b\": #c", TextOperator::StartsWith),
            (Operator::Contains, "{demo}", TextOperator::Contains),
        ] {
            let text = addition("prices", "include", operator, path);
            let set = rules::from_sources([("rules/intent.yaml".to_owned(), text)].into())
                .unwrap_or_else(|problems| panic!("{problems}"));
            let rule = &set.intent.criteria[0].include[0];
            assert_eq!((rule.paths[0].operator, rule.paths[0].values.as_slice()), (read, [path.to_owned()].as_slice()));
            assert_eq!(rule.days, PROPOSED_DAYS);
            assert_eq!(file_of(&set, "prices"), "rules/intent.yaml");
        }
    }
}
