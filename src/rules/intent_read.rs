//! From the tree of checked intent rules to domain values, with the checks that need more than one line of the file.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::check::Checker;
use super::scalar;
use super::yaml::{Content, Node};
use crate::domain::criteria::TextOperator;
use crate::domain::intent::{
    ConversionGoal, IntentModel, MAX_CRITERIA, MAX_EXCLUDED_COMPANIES, PathTest, VisitRule, VisitorCriterion,
    normal_host,
};
use crate::domain::model::Country;

/// How long before a conversion a view counts when the rules do not say.
const LOOKBACK_DAYS: u32 = 7;
/// The field that holds the stage when the rules do not say.
const STAGE_FIELD: &str = "lifecycle_stage";

/// Which pages converting companies read: the goal, and the company field that tells a conversion.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RecommendationRules {
    pub field: String,
    pub goal: ConversionGoal,
}

/// Adds the criteria of one file to the model.
pub(crate) fn intent(checker: &mut Checker, root: &Node, model: &mut IntentModel) {
    let Some(node) = root.get("intent") else { return };
    for item in node.items_of("criteria") {
        let Some(criterion) = criterion(checker, item) else { continue };
        let span = item.get("name").map_or(item.span.clone(), |name| name.span.clone());
        if model.criteria.iter().any(|known| known.name == criterion.name) {
            let message = format!("there is another intent criterion `{}`", criterion.name);
            checker.report_help(&span, "duplicate_criterion", message, Some("choose another name".into()));
            continue;
        }
        if model.criteria.len() == MAX_CRITERIA {
            let message = format!("there are more than {MAX_CRITERIA} intent criteria");
            let help = "join some of them: a criterion can have several inclusion rules".to_owned();
            checker.report_help(&span, "too_many", message, Some(help));
            return;
        }
        model.criteria.push(criterion);
    }
    for item in node.items_of("excluded_companies") {
        let Some(text) = item.text() else { continue };
        let domain = normal_host(text);
        if !domain.contains('.') || domain.contains(['/', '@', ' ']) {
            let message = format!("`{}` is not a domain", checker.source.excerpt(&item.span));
            checker.report_help(&item.span, "domain", message, Some("write it like `example.com`".into()));
            continue;
        }
        model.excluded_companies.insert(domain);
        if model.excluded_companies.len() > MAX_EXCLUDED_COMPANIES {
            let message = format!("there are more than {MAX_EXCLUDED_COMPANIES} excluded companies");
            checker.report_help(&item.span, "too_many", message, Some("remove some".into()));
            return;
        }
    }
}

/// Reads the goal of the recommendations.
pub(crate) fn recommendations(checker: &mut Checker, root: &Node) -> Option<RecommendationRules> {
    let node = root.get("recommendations")?;
    let from = date(checker, node.get("from")?);
    let to = date(checker, node.get("to")?);
    let (from, to) = (from?, to?);
    if from > to {
        let help = "swap the two days".to_owned();
        checker.report_help(&node.get("from")?.span, "range", "`from` is after `to`".into(), Some(help));
        return None;
    }
    Some(RecommendationRules {
        field: node.text_of("field").unwrap_or(STAGE_FIELD).to_owned(),
        goal: ConversionGoal {
            stages: node.items_of("stages").iter().filter_map(Node::text).map(str::to_owned).collect(),
            from,
            to,
            lookback_days: days(node, "lookback").unwrap_or(LOOKBACK_DAYS),
            dismissed: BTreeSet::new(),
        },
    })
}

fn criterion(checker: &mut Checker, node: &Node) -> Option<VisitorCriterion> {
    let name = node.text_of("name")?;
    let mut rules = |key: &str| -> Option<Vec<VisitRule>> {
        let rules: Vec<Option<VisitRule>> = node.items_of(key).iter().map(|item| rule(checker, item)).collect();
        rules.into_iter().collect()
    };
    let (include, exclude) = (rules("include"), rules("exclude"));
    let (include, exclude) = (include?, exclude?);
    if include.is_empty() {
        let help = "add `include: {pages: /prices, within: 30d}`".to_owned();
        checker.report_help(&node.span, "missing_rule", "a criterion needs an inclusion rule".into(), Some(help));
        return None;
    }
    let title = node.text_of("title").map_or_else(|| name.replace('_', " "), str::to_owned);
    Some(VisitorCriterion { name: name.to_owned(), title, include, exclude })
}

fn rule(checker: &mut Checker, node: &Node) -> Option<VisitRule> {
    let mut paths = Vec::new();
    for page in node.items_of("pages") {
        match &page.content {
            Content::Map(_) => {
                let entry = page.entries().first()?;
                let operator = match entry.key.as_str() {
                    "equals" => TextOperator::Equals,
                    "does_not_equal" => TextOperator::DoesNotEqual,
                    "contains" => TextOperator::Contains,
                    "does_not_contain" => TextOperator::DoesNotContain,
                    _ => TextOperator::StartsWith,
                };
                let values: Vec<String> =
                    entry.node.items().iter().filter_map(|value| path(checker, operator, value)).collect();
                if !values.is_empty() {
                    paths.push(PathTest { operator, values });
                }
            }
            _ => paths.extend(
                path(checker, TextOperator::Equals, page)
                    .map(|value| PathTest { operator: TextOperator::Equals, values: vec![value] }),
            ),
        }
    }
    let mut countries = BTreeSet::new();
    for item in node.items_of("countries") {
        match Country::from_code(item.text()?) {
            Country(0) => {
                let message = format!("`{}` is not a country", checker.source.excerpt(&item.span));
                let help = "write two letters, such as `SE` (ISO 3166-1 alpha-2)".to_owned();
                checker.report_help(&item.span, "country", message, Some(help));
            }
            country => _ = countries.insert(country),
        }
    }
    let count = |key: &str| node.text_of(key).and_then(|text| text.parse().ok()).unwrap_or(1);
    Some(VisitRule {
        paths: (!paths.is_empty()).then_some(paths)?,
        case_sensitive: node.text_of("letter_case") != Some("ignored"),
        domains: node.items_of("domains").iter().filter_map(Node::text).map(normal_host).collect(),
        countries,
        min_visits: count("visits"),
        min_visitors: count("visitors"),
        days: days(node, "within")?,
    })
}

/// One tested path. A whole address is refused: its host belongs into `domains`.
fn path(checker: &mut Checker, operator: TextOperator, node: &Node) -> Option<String> {
    let text = node.text()?;
    let whole = matches!(operator, TextOperator::Equals | TextOperator::DoesNotEqual | TextOperator::StartsWith);
    if text.contains("://") || (whole && !text.starts_with('/')) {
        let message = format!("`{}` is not a path", checker.source.excerpt(&node.span));
        let help = "write the part behind the host, such as `/prices`, and the host under `domains`".to_owned();
        checker.report_help(&node.span, "path", message, Some(help));
        return None;
    }
    Some(text.to_owned())
}

fn days(node: &Node, key: &str) -> Option<u32> {
    u32::try_from(scalar::days(node.text_of(key)?)?).ok()
}

fn date(checker: &mut Checker, node: &Node) -> Option<Date> {
    let date = node.text()?.parse().ok();
    if date.is_none() {
        let message = format!("`{}` is not a day", checker.source.excerpt(&node.span));
        checker.report_help(&node.span, "wrong_type", message, Some("write it like `2026-11-21`".into()));
    }
    date
}
