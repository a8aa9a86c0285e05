//! `intentd explain company`: why a company shows intent or what is missing, rule by rule with the visits that count; and why it
//! is in its markets and views. Visitors are named for the admin's eyes and nowhere else (I12).

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::account::Account;
use super::criteria;
use crate::cli::output::{line, many};
use crate::cli::{Global, Outcome, context, meant, output};
use crate::domain::criteria::{Explained, Facts, GroupFact, TextOperator};
use crate::domain::intent::{RuleExplanation, Visit, VisitRule, Visitor, explain};
use crate::domain::model::{ContactId, Country, Fields};

#[derive(clap::Args)]
pub(super) struct CompanyArgs {
    /// Domain, the record's id at a vendor, or name.
    company: String,
    /// As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12:00:00Z).
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// List every visit instead of the ten newest of each rule.
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(global: &Global, args: &CompanyArgs) -> Outcome {
    let opened = context::look(global).await?;
    let engine = &opened.engine;
    let zone = &engine.settings.zone;
    let as_of = meant::as_of(args.as_of.as_deref(), engine.clock.now(), zone)?;
    let company = meant::company(&engine.store, &engine.rules.rules, &args.company).await?;
    let account = Account::load(engine, company.id, as_of).await?;
    let rules = &engine.rules.rules;
    let excluded =
        account.company.domain.as_ref().is_some_and(|domain| rules.intent.excluded_companies.contains(domain));
    let intent = explain(&account.rules.intent, &account.visits, as_of, &account.calendar);
    let visitors: Vec<ContactId> = account
        .visits
        .iter()
        .filter_map(|visit| match visit.visitor {
            Visitor::Contact(contact) => Some(contact),
            Visitor::Anonymous(_) => None,
        })
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let names = meant::person_names(&engine.store, &visitors).await?;
    let told = Told { account: &account, names: &names, zone };
    let (markets, views) = trees(&account);
    let values = &account.values.intent;
    if global.json {
        let criteria: Vec<Json> = intent
            .criteria
            .iter()
            .map(|criterion| {
                let met = values.met.iter().find(|met| met.name == criterion.name);
                json!({
                    "name": criterion.name,
                    "title": criterion.title,
                    "met": criterion.met,
                    "since": met.map(|met| met.since.to_string()),
                    "include": criterion.include.iter().map(|rule| told.rule_json(rule)).collect::<Vec<_>>(),
                    "exclude": criterion.exclude.iter().map(|rule| told.rule_json(rule)).collect::<Vec<_>>(),
                })
            })
            .collect();
        let trees = |trees: &Trees| -> BTreeMap<String, Json> {
            trees.iter().map(|(name, tree)| (name.clone(), criteria::json(tree))).collect()
        };
        output::json(&json!({
            "company": {
                "id": account.company.id,
                "name": account.company.name(),
                "domain": account.company.domain,
                "in_crm": account.company.in_crm,
            },
            "as_of": as_of.to_string(),
            "excluded": excluded,
            "shows_intent": values.shows(),
            "since": values.since.map(|at| at.to_string()),
            "stopped_at": values.stopped_at.map(|at| at.to_string()),
            "visits": values.visits,
            "visitors": values.visitors,
            "first_visit_at": values.first_visit_at.map(|at| at.to_string()),
            "last_visit_at": values.last_visit_at.map(|at| at.to_string()),
            "next_due": account.values.next_due.map(|at| at.to_string()),
            "criteria": criteria,
            "markets": trees(&markets),
            "views": trees(&views),
        }));
        return Ok(0);
    }
    line(&account.called());
    line(&format!("as of {}", context::local_time(as_of, zone)));
    if args.as_of.is_some() {
        line("Visits are those of that time; fields and people are today's.");
    }
    line("");
    if excluded {
        line("The rules exclude this company (`excluded_companies`): it is left out everywhere.");
        return Ok(0);
    }
    line(&told.verdict());
    for criterion in &intent.criteria {
        line("");
        let since = values.met.iter().find(|met| met.name == criterion.name).map(|met| met.since);
        let verdict = match since {
            Some(since) => format!("met since {}", context::local_time(since, zone)),
            None => "not met".to_owned(),
        };
        line(&format!("{} ({}): {verdict}", criterion.title, criterion.name));
        for rule in &criterion.include {
            told.print_rule("include", rule, args.all);
        }
        for rule in &criterion.exclude {
            told.print_rule("exclude", rule, args.all);
        }
    }
    for (what, trees) in [("Market", &markets), ("View", &views)] {
        for (name, tree) in trees {
            line("");
            line(&format!("{what} {name}: {}", if tree.holds { "yes" } else { "no" }));
            criteria::print(tree, 1);
        }
    }
    if let Some(due) = account.values.next_due {
        line("");
        line(&format!("Time alone can change it from {} on.", context::local_time(due, zone)));
    }
    Ok(0)
}

/// Criteria by the names of what they define.
type Trees = Vec<(String, Explained)>;

/// The trees of all active markets and views.
fn trees(account: &Account) -> (Trees, Trees) {
    let (fields, scores, workflows) = (Fields::new(), BTreeMap::new(), BTreeMap::new());
    let groups: Vec<GroupFact> = account.groups.iter().map(|row| row.fact.clone()).collect();
    let company = account.facts();
    let facts = Facts {
        contact: &fields,
        company: Some(&company),
        segments: &account.company.segments,
        activities: &account.activities,
        scores: &scores,
        engagement: None,
        workflows: &workflows,
        groups: &groups,
        enrolled_at: None,
    };
    let (markets, views) = (&account.rules.markets, &account.rules.views);
    let markets = markets
        .names()
        .iter()
        .enumerate()
        .map(|(at, name)| (name.clone(), markets.criteria().explain(at, &facts, account.as_of, &account.calendar)));
    let views = views
        .names()
        .enumerate()
        .map(|(at, name)| (name.to_owned(), views.criteria().explain(at, &facts, account.as_of, &account.calendar)));
    (markets.collect(), views.collect())
}

struct Told<'a> {
    account: &'a Account,
    names: &'a BTreeMap<ContactId, String>,
    zone: &'a TimeZone,
}

impl Told<'_> {
    fn verdict(&self) -> String {
        let values = &self.account.values.intent;
        let at = |at| context::local_time(at, self.zone);
        match (values.shows(), values.since, values.last_visit_at) {
            (true, since, last) => {
                let since = since.map_or_else(String::new, |since| format!(" since {}", at(since)));
                let last = last.map_or_else(String::new, |last| format!(", the last on {}", at(last)));
                format!(
                    "Shows intent{since}: {} by {}{last}.",
                    many(values.visits, "visit", "visits"),
                    many(values.visitors, "visitor", "visitors")
                )
            }
            (false, ..) => match values.stopped_at {
                Some(stopped) => format!("Shows no intent; it did until {}.", at(stopped)),
                None => "Shows no intent.".to_owned(),
            },
        }
    }

    fn print_rule(&self, side: &str, rule: &RuleExplanation, all: bool) {
        line(&format!(
            "  {side} {}: {} ({} needed) by {} ({} needed): {}",
            wording(&rule.rule),
            many(rule.visits, "visit", "visits"),
            rule.rule.min_visits,
            many(rule.visitors, "visitor", "visitors"),
            rule.rule.min_visitors,
            if rule.met { "met" } else { "not met" }
        ));
        let shown = if all { rule.counted.len() } else { rule.counted.len().min(10) };
        for visit in rule.counted.iter().rev().take(shown) {
            let country = visit.country.code().map_or_else(String::new, |code| format!("  {code}"));
            line(&format!(
                "    {}  {}  {}{country}",
                context::local_time(visit.at, self.zone),
                self.page(visit),
                self.visitor(visit.visitor)
            ));
        }
        if shown < rule.counted.len() {
            line(&format!("    … and {} older ones (--all)", rule.counted.len() - shown));
        }
    }

    fn rule_json(&self, rule: &RuleExplanation) -> Json {
        let visits: Vec<Json> = rule
            .counted
            .iter()
            .map(|visit| {
                let contact = match visit.visitor {
                    Visitor::Contact(contact) => Some(contact),
                    Visitor::Anonymous(_) => None,
                };
                json!({
                    "at": visit.at.to_string(),
                    "page": self.page(visit),
                    "visitor": self.visitor(visit.visitor),
                    "contact": contact,
                    "country": visit.country.code(),
                })
            })
            .collect();
        json!({
            "rule": wording(&rule.rule),
            "met": rule.met,
            "visits": rule.visits,
            "visits_needed": rule.rule.min_visits,
            "visitors": rule.visitors,
            "visitors_needed": rule.rule.min_visitors,
            "from": rule.from.map(|at| at.to_string()),
            "counted": visits,
        })
    }

    fn page(&self, visit: &Visit) -> String {
        meant::page(self.account.dictionary.objects.get(&visit.page))
    }

    fn visitor(&self, visitor: Visitor) -> String {
        match visitor {
            Visitor::Contact(contact) => {
                self.names.get(&contact).cloned().unwrap_or_else(|| format!("contact {contact}"))
            }
            Visitor::Anonymous(number) => format!("anonymous {number:016x}"),
        }
    }
}

/// A rule in plain words.
fn wording(rule: &VisitRule) -> String {
    let paths: Vec<String> = rule
        .paths
        .iter()
        .map(|path| {
            let (operator, between) = match path.operator {
                TextOperator::Equals => ("is", " or "),
                TextOperator::DoesNotEqual => ("is not", " and not "),
                TextOperator::Contains => ("contains", " or "),
                TextOperator::DoesNotContain => ("does not contain", " and not "),
                TextOperator::StartsWith => ("starts with", " or "),
            };
            format!("{operator} {}", path.values.join(between))
        })
        .collect();
    let mut text = format!("path {}", paths.join(" or "));
    if !rule.domains.is_empty() {
        let domains: Vec<&str> = rule.domains.iter().map(String::as_str).collect();
        text.push_str(&format!(" on {}", domains.join(" or ")));
    }
    if !rule.countries.is_empty() {
        let countries: Vec<String> = rule.countries.iter().copied().filter_map(Country::code).collect();
        text.push_str(&format!(" from {}", countries.join(" or ")));
    }
    text.push_str(&match rule.days {
        1 => ", today".to_owned(),
        days => format!(", last {days} days"),
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::intent::PathTest;

    #[test]
    fn a_rule_reads_like_a_sentence() {
        let path = |operator, values: &[&str]| PathTest {
            operator,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let rule = VisitRule {
            paths: vec![path(TextOperator::StartsWith, &["/prices"]), path(TextOperator::Contains, &["demo"])],
            case_sensitive: true,
            domains: BTreeSet::from(["example.com".to_owned()]),
            countries: BTreeSet::from([Country::from_code("SE")]),
            min_visits: 2,
            min_visitors: 1,
            days: 30,
        };
        assert_eq!(wording(&rule), "path starts with /prices or contains demo on example.com from SE, last 30 days");
        let neither = VisitRule {
            paths: vec![path(TextOperator::DoesNotContain, &["job", "career"])],
            domains: BTreeSet::new(),
            countries: BTreeSet::new(),
            ..rule
        };
        assert_eq!(wording(&neither), "path does not contain job and not career, last 30 days");
    }
}
