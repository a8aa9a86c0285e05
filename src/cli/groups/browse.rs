//! The list of buying groups with its filters (Journey Optimizer B2B, "Buying groups": browse), and the list of jobs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::cli::listing::{Cell, ListArgs, Listing};
use crate::cli::output::count;
use crate::cli::{Failure, Global, Outcome, context, meant};
use crate::domain::buying_group::{BrowseFilter, BuyingGroupRules, GroupRow, browse};
use crate::domain::criteria::Between;
use crate::domain::model::{CompanyId, Number, Rounding};
use crate::engine::cycle::Engine;

#[derive(clap::Args)]
pub(super) struct BrowseArgs {
    /// Words that the name contains, in any order.
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Of this solution interest; can be given several times.
    #[arg(long, value_name = "NAME")]
    interest: Vec<String>,
    /// Nobody has this role.
    #[arg(long, value_name = "ROLE")]
    missing_role: Option<String>,
    /// Completeness is below this, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = number)]
    completeness_below: Option<Number>,
    /// Completeness is at least this, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = number)]
    completeness_from: Option<Number>,
    /// Engagement as shown is below this.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    engagement_below: Option<Number>,
    /// Engagement as shown is at least this.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    engagement_from: Option<Number>,
    /// In this stage; can be given several times.
    #[arg(long, value_name = "STAGE")]
    stage: Vec<String>,
    /// Also, or only, groups that are in no stage.
    #[arg(long)]
    without_stage: bool,
    #[command(flatten)]
    list: ListArgs,
}

fn number(text: &str) -> Result<Number, String> {
    Number::parse(text).map_err(|error| error.to_string())
}

impl BrowseArgs {
    /// The filter, with names that the rules know.
    fn filter(&self, rules: &BuyingGroupRules) -> Result<BrowseFilter, Failure> {
        for interest in &self.interest {
            meant::named("solution interest", &rules.interests, |known| known.name.as_str(), interest)?;
        }
        if let Some(role) = &self.missing_role {
            let roles: BTreeSet<&str> =
                rules.templates.iter().flat_map(|template| &template.roles).map(|role| role.name.as_str()).collect();
            let roles: Vec<&str> = roles.into_iter().collect();
            meant::named("role", &roles, |known| known, role)?;
        }
        for stage in &self.stage {
            let stages: BTreeSet<&str> =
                rules.stage_models.iter().flat_map(|model| &model.stages).map(|stage| stage.name.as_str()).collect();
            let stages: Vec<&str> = stages.into_iter().collect();
            meant::named("stage", &stages, |known| known, stage)?;
        }
        Ok(BrowseFilter {
            search: self.search.clone().unwrap_or_default(),
            interests: self.interest.iter().cloned().collect(),
            missing_role: self.missing_role.clone(),
            completeness: between(self.completeness_from, self.completeness_below),
            engagement: between(self.engagement_from, self.engagement_below),
            stages: self.stage.iter().cloned().collect(),
            without_stage: self.without_stage,
        })
    }
}

fn between(from: Option<Number>, below: Option<Number>) -> Option<Between> {
    (from.is_some() || below.is_some()).then_some(Between { at_least: from, at_most: None, above: None, below })
}

pub(super) async fn list(global: &Global, args: &BrowseArgs) -> Outcome {
    let form = args.list.form(global)?;
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, .. } = &opened.engine;
    let filter = args.filter(&rules.rules.buying_groups)?;
    let groups = store.list_groups().await?;
    let ids: Vec<_> = groups.iter().map(|group| group.id).collect();
    let members = store.load_members(&ids).await?;
    let companies: BTreeSet<CompanyId> = groups.iter().map(|group| group.company).collect();
    let companies = store.load_companies(&companies.into_iter().collect::<Vec<_>>()).await?;
    let all: Vec<GroupRow> = groups
        .iter()
        .map(|group| GroupRow {
            id: group.id,
            name: group.name.clone(),
            account: companies
                .get(&group.company)
                .map_or_else(|| format!("company {}", group.company), |company| company.name()),
            members: members.get(&group.id).map_or(0, Vec::len),
            fact: group.fact.clone(),
        })
        .collect();
    let shown = browse(&all, &filter);
    let total = shown.len() as u64;
    let rows: Vec<Vec<Cell>> = shown.into_iter().take(args.list.most(form)).map(group_line).collect();
    let footer = format!("{} of {} groups", count(rows.len() as u64), count(total));
    let listing = Listing {
        of: "groups",
        columns: &[
            ("id", "id"),
            ("name", "group"),
            ("account", "account"),
            ("interest", "interest"),
            ("members", "members"),
            ("completeness", "complete %"),
            ("engagement", "engagement"),
            ("stage", "stage"),
            ("missing_roles", "missing roles"),
        ],
        rows,
    };
    let empty = "No buying group is like this.";
    listing.print(form, &settings.zone, json!({ "total": total }), empty, &[footer]);
    Ok(0)
}

fn group_line(row: &GroupRow) -> Vec<Cell> {
    vec![
        Cell::text(row.id.0.to_string()),
        Cell::text(row.name.as_str()),
        Cell::text(row.account.as_str()),
        Cell::text(row.fact.interest.as_str()),
        Cell::Count(row.members as u64),
        Cell::Number(row.fact.completeness.round(Rounding::Whole)),
        Cell::Number(row.fact.engagement),
        Cell::some(row.fact.stage.clone(), Cell::Text),
        Cell::words(row.fact.missing_roles.iter().map(String::as_str)),
    ]
}

pub(super) async fn jobs(global: &Global, args: &ListArgs) -> Outcome {
    let form = args.form(global)?;
    let opened = context::look(global).await?;
    let Engine { store, settings, rules, .. } = &opened.engine;
    let rules = &rules.rules.buying_groups;
    let mut groups: BTreeMap<String, u64> = BTreeMap::new();
    for group in store.list_groups().await? {
        *groups.entry(group.interest).or_default() += 1;
    }
    let rows = rules.jobs.iter().take(args.most(form)).map(|job| {
        let interest = rules.interest(&job.interest);
        vec![
            Cell::text(job.interest.as_str()),
            Cell::text(job.audience.to_string()),
            Cell::some(interest.map(|interest| interest.template.clone()), Cell::Text),
            Cell::some(interest.and_then(|interest| interest.stage_model.clone()), Cell::Text),
            Cell::Count(groups.get(&job.interest).copied().unwrap_or(0)),
        ]
    });
    let listing = Listing {
        of: "jobs",
        columns: &[
            ("interest", "interest"),
            ("audience", "audience"),
            ("template", "role template"),
            ("stages", "stages"),
            ("groups", "groups of the interest"),
        ],
        rows: rows.collect(),
    };
    listing.print(form, &settings.zone, json!({}), "The rules name no jobs; see `group_jobs`.", &[]);
    Ok(0)
}
