//! From the tree of a checked score file to score models, with the checks that need more than one line of the file: names
//! that must be known or unique, bounds that must not cross, labels that must rise.

use super::activity_read::{activity_filter, known_attribute};
use super::case_read::{FieldWords, field_test};
use super::check::Checker;
use super::mapping_read::{Names, Place};
use super::references::References;
use super::scalar;
use super::suggest;
use super::yaml::Node;
use crate::domain::criteria::ActivityFilter;
use crate::domain::model::{Number, Rounding};
use crate::domain::score::{Fading, Group, Label, Limit, PropertyCase, Rule, RuleKind, ScoreModel};

/// What is collected from all score files.
pub(crate) struct ScoreReader<'a> {
    /// What the mappings make; `None` when there are no mappings to check against.
    pub(crate) names: Option<&'a Names>,
    pub(crate) scores: Vec<ScoreModel>,
    pub(crate) references: &'a mut References,
}

impl ScoreReader<'_> {
    /// Reads one file.
    pub(crate) fn file(&mut self, checker: &mut Checker, root: &Node) {
        for node in root.items_of("scores") {
            if let Some(score) = self.score(checker, node) {
                self.scores.push(score);
            }
        }
    }

    fn score(&mut self, checker: &mut Checker, node: &Node) -> Option<ScoreModel> {
        let name_node = node.get("name")?;
        let name = name_node.text()?;
        if self.scores.iter().any(|other| other.name == name) {
            let help = "names of scores are unique: choose another".to_owned();
            checker.report_help(
                &name_node.span,
                "duplicate_score",
                format!("there is another score `{name}`"),
                Some(help),
            );
        }
        let (minimum, maximum) = bounds(checker, node);
        let groups = groups(checker, node);
        let mut rules: Vec<Rule> = Vec::new();
        for rule_node in node.items_of("rules") {
            let Some(rule) = self.rule(checker, rule_node, &groups) else { continue };
            if rules.iter().any(|other| other.id == rule.id) {
                let span = &rule_node.get("id")?.span;
                let help =
                    "ids are unique in a score, so that explanations can name the rule: choose another".to_owned();
                checker.report_help(span, "duplicate_id", format!("there is another rule `{}`", rule.id), Some(help));
                continue;
            }
            rules.push(rule);
        }
        let labels = labels(checker, node);
        Some(ScoreModel {
            name: name.to_owned(),
            title: node.text_of("title").unwrap_or(name).to_owned(),
            rounding: rounding(node),
            minimum,
            maximum,
            groups,
            rules,
            labels,
        })
    }

    fn rule(&mut self, checker: &mut Checker, node: &Node, groups: &[Group]) -> Option<Rule> {
        let id = node.text_of("id")?;
        let (minimum, maximum) = bounds(checker, node);
        let group = match node.get("group") {
            None => None,
            Some(group) => {
                let name = group.text()?;
                let position = groups.iter().position(|known| known.name == name);
                if position.is_none() {
                    let help = suggest::help(name, groups.iter().map(|known| known.name.as_str()))
                        .unwrap_or_else(|| format!("add it to the score: `groups: [{{name: {name}}}]`"));
                    checker.report_help(
                        &group.span,
                        "unknown_group",
                        format!("there is no group `{name}`"),
                        Some(help),
                    );
                }
                position
            }
        };
        let kind = self.kind(checker, node)?;
        let title = node.text_of("title").map_or_else(|| id.replace('_', " "), str::to_owned);
        Some(Rule { id: id.to_owned(), title, group, kind, minimum, maximum })
    }

    fn kind(&mut self, checker: &mut Checker, node: &Node) -> Option<RuleKind> {
        let points = || node.text_of("points").and_then(|text| Number::parse(text).ok());
        if node.get("event").is_some() {
            let filter = self.filter(checker, node)?;
            return Some(RuleKind::Event { filter, points: points()?, limit: limit(node)?, fading: fading(node)? });
        }
        if let Some(absence) = node.get("absence") {
            let anchor = self.filter(checker, absence.get("after")?);
            let expected = self.filter(checker, absence.get("expected")?);
            let cancelled_by: Vec<Option<ActivityFilter>> =
                absence.items_of("unless").iter().map(|unless| self.filter(checker, unless)).collect();
            let (anchor, expected) = (anchor?, expected?);
            let correlate = absence.get("same");
            if let Some(attribute) = correlate {
                for filter in [&anchor, &expected] {
                    known_attribute(checker, &filter.activity_type, attribute.text()?, attribute, self.names);
                }
            }
            return Some(RuleKind::Absence {
                anchor,
                expected,
                correlate: correlate.and_then(Node::text).map(str::to_owned),
                deadline_days: u32::try_from(scalar::days(absence.text_of("within")?)?).ok()?,
                points: points()?,
                limit: limit(node)?,
                fading: fading(node)?,
                cancelled_by: cancelled_by.into_iter().collect::<Option<_>>()?,
            });
        }
        if let Some(segment) = node.get("segment") {
            let place = Place { source: checker.source.clone(), span: segment.span.clone() };
            self.references.add_segment(segment.text()?, place);
            return Some(RuleKind::Segment { segment: segment.text()?.to_owned(), points: points()? });
        }
        let field_node = node.get("field")?;
        let field = field_node.text()?;
        let field_type = self.names.and_then(|names| names.fields.get(field)).copied();
        if let Some(names) = self.names.filter(|_| field_type.is_none()) {
            let help = suggest::nearest(field, names.fields.keys().map(String::as_str)).map_or_else(
                || "map a property to it: `- {property: …, field: …}` in the vendor's contacts file".to_owned(),
                |known| format!("did you mean `{known}`?"),
            );
            let message = format!("no mapping makes the contact field `{field}`");
            checker.report_help(&field_node.span, "unknown_field", message, Some(help));
        }
        let mut cases = Vec::new();
        for case in node.items_of("cases") {
            let test = field_test(checker, case, field_type, &FieldWords::CASE);
            let points = case.text_of("points").and_then(|text| Number::parse(text).ok());
            if let Some((test, points)) = test.zip(points) {
                cases.push(PropertyCase { test, points });
            }
        }
        Some(RuleKind::Property { field: field.to_owned(), cases })
    }

    /// An activity: its bare name, or a map with `event` and `where`.
    fn filter(&self, checker: &mut Checker, node: &Node) -> Option<ActivityFilter> {
        let (name, tests) = match node.get("event") {
            Some(name) => (name, node.get("where")),
            None => (node, None),
        };
        activity_filter(checker, name, tests, self.names)
    }
}

fn number(node: &Node, key: &str) -> Option<Number> {
    node.text_of(key).and_then(|text| Number::parse(text).ok())
}

/// Minimum and maximum, which must not cross.
fn bounds(checker: &mut Checker, node: &Node) -> (Option<Number>, Option<Number>) {
    let (minimum, maximum) = (number(node, "minimum"), number(node, "maximum"));
    if let (Some(low), Some(high), Some(at)) = (minimum, maximum, node.get("minimum"))
        && low > high
    {
        let message = format!("the minimum {low} is above the maximum {high}");
        checker.report_help(&at.span, "range", message, Some("swap the two numbers".into()));
    }
    (minimum, maximum)
}

fn groups(checker: &mut Checker, node: &Node) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for group in node.items_of("groups") {
        let Some(name) = group.get("name").and_then(Node::text) else { continue };
        let (minimum, maximum) = bounds(checker, group);
        if groups.iter().any(|other| other.name == name) {
            let span = group.get("name").map_or(group.span.clone(), |node| node.span.clone());
            checker.report_help(
                &span,
                "duplicate_group",
                format!("there is another group `{name}`"),
                Some("keep one".into()),
            );
            continue;
        }
        groups.push(Group { name: name.to_owned(), minimum, maximum });
    }
    groups
}

fn labels(checker: &mut Checker, node: &Node) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for item in node.items_of("labels") {
        let (Some(name), Some(from)) = (item.get("name"), number(item, "from")) else { continue };
        let Some(text) = name.text() else { continue };
        if labels.iter().any(|other| other.name == text) {
            let message = format!("there is another label `{text}`");
            checker.report_help(&name.span, "duplicate_label", message, Some("choose another name".into()));
        }
        if let (Some(last), Some(at)) = (labels.last().filter(|last| last.from >= from), item.get("from")) {
            let message = format!("the label `{text}` begins at {from}, not above `{}` at {}", last.name, last.from);
            checker.report_help(
                &at.span,
                "labels_not_rising",
                message,
                Some("sort the labels from the lowest up".into()),
            );
        }
        let leave_below = number(item, "leave_below");
        if let (Some(leave), Some(at)) = (leave_below.filter(|leave| *leave > from), item.get("leave_below")) {
            let message = format!("`leave_below` {leave} is above `from` {from}");
            checker.report_help(&at.span, "range", message, Some(format!("write {from} or less")));
        }
        labels.push(Label { name: text.to_owned(), from, leave_below });
    }
    labels
}

fn rounding(node: &Node) -> Rounding {
    let Some(written) = node.get("type") else { return Rounding::Whole };
    match written.text() {
        Some("decimal") => Rounding::Places(2),
        Some(_) => Rounding::Whole,
        None => {
            let places = written.get("decimal").and_then(|decimal| decimal.text_of("places"));
            Rounding::Places(places.and_then(|text| text.parse().ok()).unwrap_or(2))
        }
    }
}

fn limit(node: &Node) -> Option<Limit> {
    let Some(written) = node.get("limit") else { return Some(Limit::Every) };
    match written.text() {
        Some("every") => return Some(Limit::Every),
        Some("first") => return Some(Limit::First),
        Some(_) => return None,
        None => {}
    }
    if let Some(count) = written.text_of("per_day") {
        return Some(Limit::PerDay { count: count.parse().ok()? });
    }
    let window = written.get("per_window")?;
    Some(Limit::PerWindow {
        count: window.text_of("count")?.parse().ok()?,
        days: window.text_of("days")?.parse().ok()?,
    })
}

fn fading(node: &Node) -> Option<Fading> {
    let Some(written) = node.get("fading") else { return Some(Fading::Never) };
    let days = |node: &Node, key: &str| u32::try_from(scalar::days(node.text_of(key)?)?).ok();
    match written.text() {
        Some("never") => return Some(Fading::Never),
        Some(_) => return None,
        None => {}
    }
    if written.get("window").is_some() {
        return Some(Fading::Window { days: days(written, "window")? });
    }
    if written.get("half_life").is_some() {
        return Some(Fading::HalfLife { half_life_days: days(written, "half_life")? });
    }
    let linear = written.get("linear")?;
    Some(Fading::Linear { percent: linear.text_of("percent")?.parse().ok()?, every_days: days(linear, "every")? })
}
