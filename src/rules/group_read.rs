//! From the keys about buying groups of checked rule files to [`BuyingGroupRules`]. Everything is checked against everything
//! else when all files have been read, so that it does not matter which file comes first.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Checker;
use super::criteria_read::{CriteriaReader, place};
use super::engagement_read::band_value;
use super::mapping_read::Place;
use super::problem::Problem;
use super::references::{Known, RefKind};
use super::stage_read;
use super::suggest;
use super::template_read;
use super::yaml::Node;
use super::{signal_read, yaml};
use crate::domain::buying_group::{
    Audience, BuyingGroupRules, CreationJob, CustomRole, DEFAULT_ROLES, Flaw, MAX_ROLES, SolutionInterest, Status,
};
use crate::domain::engagement::Band;

/// What is collected from all rule files.
#[derive(Default)]
pub(crate) struct Groups {
    pub(crate) rules: BuyingGroupRules,
    /// Kind and name of everything that is named, also of what has other faults.
    names: BTreeMap<(&'static str, String), Place>,
    /// Where an interest names its template and its stage model.
    templates: Vec<(String, Place)>,
    stages: Vec<(String, Place)>,
    signals: Option<Place>,
}

impl Groups {
    /// Reads one file.
    pub(crate) fn file(
        &mut self,
        checker: &mut Checker,
        root: &Node,
        criteria: &mut CriteriaReader<'_>,
        bands: &[Band],
    ) {
        self.custom_roles(checker, root);
        for node in root.items_of("role_templates") {
            let read =
                template_read::template(checker, node, criteria, &|checker, band| band_value(checker, band, bands));
            if self.named(checker, "role template", node.get("name")) {
                self.rules.templates.extend(read);
            }
        }
        for node in root.items_of("stage_models") {
            let read = stage_read::stage_model(checker, node, criteria);
            if self.named(checker, "stage model", node.get("name")) {
                self.rules.stage_models.extend(read);
            }
        }
        for node in root.items_of("solution_interests") {
            let read = self.interest(checker, node);
            if self.named(checker, "solution interest", node.get("name")) {
                self.rules.interests.extend(read);
            }
        }
        for node in root.items_of("group_jobs") {
            self.job(checker, node, criteria);
        }
        if let Some(entry) = root.entry("intent_signals") {
            self.intent_signals(checker, entry);
        }
    }

    /// The names that criteria can use.
    pub(crate) fn names(&self) -> Known {
        let of =
            |kind: &str| self.names.keys().filter(|(known, _)| *known == kind).map(|(_, name)| name.clone()).collect();
        let mut roles: BTreeSet<String> = of("role");
        roles.extend(DEFAULT_ROLES.map(str::to_owned));
        let stages = self.rules.stage_models.iter().flat_map(|model| &model.stages).map(|stage| stage.name.clone());
        Known::from([
            (RefKind::Interest, of("solution interest")),
            (RefKind::Role, roles),
            (RefKind::Stage, stages.collect()),
        ])
    }

    /// What is wrong between files: interests need a live template and live stages.
    pub(crate) fn check(&self) -> Vec<Problem> {
        let templates = self.templates.iter().filter_map(|(name, place)| {
            let status = self.rules.template(name).map(|template| template.status);
            self.unusable("role template", name, status, place)
        });
        let stages = self.stages.iter().filter_map(|(name, place)| {
            let status = self.rules.stage_model(name).map(|model| model.status);
            self.unusable("stage model", name, status, place)
        });
        templates.chain(stages).collect()
    }

    fn unusable(&self, kind: &'static str, name: &str, status: Option<Status>, place: &Place) -> Option<Problem> {
        let known: Vec<&str> =
            self.names.keys().filter(|(known, _)| *known == kind).map(|(_, name)| name.as_str()).collect();
        let at = |code: &str, message: String, help: String| {
            Problem::at(&place.source, place.span.clone(), format!("rules::{code}"), message).help(help)
        };
        let key = kind.replace(' ', "_");
        match status {
            Some(Status::Live) => None,
            Some(Status::Draft) => {
                let message = format!("the {kind} `{name}` is a draft");
                Some(at(&format!("draft_{key}"), message, "publish it: write `status: live` there".to_owned()))
            }
            // It has faults of its own, which were reported.
            None if known.contains(&name) => None,
            None => {
                let help =
                    suggest::help(name, known).unwrap_or_else(|| format!("add it: `{key}s: [{{name: {name}, …}}]`"));
                Some(at(&format!("unknown_{key}"), format!("there is no {kind} `{name}`"), help))
            }
        }
    }

    /// Takes a name down; says when it is taken.
    fn named(&mut self, checker: &mut Checker, kind: &'static str, node: Option<&Node>) -> bool {
        let Some((node, name)) = node.and_then(|node| Some((node, node.text()?))) else { return false };
        if name.trim().is_empty() {
            let message = format!("a {kind} needs a name");
            checker.report_help(&node.span, "name", message, Some("write a name in words".into()));
            return false;
        }
        if self.names.insert((kind, name.to_owned()), place(checker, node)).is_some() {
            let code = format!("duplicate_{}", kind.replace(' ', "_"));
            let message = format!("there is another {kind} `{name}`");
            checker.report_help(&node.span, &code, message, Some("choose another name".into()));
            return false;
        }
        true
    }

    fn custom_roles(&mut self, checker: &mut Checker, root: &Node) {
        for node in root.items_of("custom_roles") {
            let Some((name_node, name)) = node.get("name").and_then(|node| Some((node, node.text()?))) else {
                continue;
            };
            if DEFAULT_ROLES.contains(&name) {
                let message = format!("`{name}` is a default role");
                checker.report_help(&name_node.span, "duplicate_role", message, Some("remove it here".into()));
                continue;
            }
            if !self.named(checker, "role", Some(name_node)) {
                continue;
            }
            let description = node.text_of("description").unwrap_or_default().to_owned();
            self.rules.custom_roles.push(CustomRole { name: name.to_owned(), description });
            if DEFAULT_ROLES.len() + self.rules.custom_roles.len() == MAX_ROLES + 1 {
                let message =
                    format!("this is more than the {MAX_ROLES} roles that there can be, the default ones included");
                let help = format!("keep {} custom roles", MAX_ROLES - DEFAULT_ROLES.len());
                checker.report_help(&name_node.span, "too_many_roles", message, Some(help));
            }
        }
    }

    fn interest(&mut self, checker: &mut Checker, node: &Node) -> Option<SolutionInterest> {
        let named = |key: &str| node.get(key).and_then(|node| Some((node.text()?.to_owned(), place(checker, node))));
        let (template, stages) = (named("template"), named("stages"));
        self.templates.extend(template.clone());
        self.stages.extend(stages.clone());
        Some(SolutionInterest {
            name: node.text_of("name")?.to_owned(),
            description: node.text_of("description").unwrap_or_default().to_owned(),
            template: template?.0,
            stage_model: stages.map(|(name, _)| name),
            update_existing_groups: node.text_of("update_existing_groups") == Some("true"),
        })
    }

    fn job(&mut self, checker: &mut Checker, node: &Node, criteria: &mut CriteriaReader<'_>) {
        let Some((interest, name)) = node.get("interest").and_then(|node| Some((node, node.text()?))) else { return };
        criteria.references.add(RefKind::Interest, name, place(checker, interest));
        let Some(entry) = node.get("audience").and_then(|audience| audience.entries().first()) else { return };
        let Some(of) = entry.node.text().map(str::to_owned) else { return };
        let at = place(checker, &entry.node);
        let audience = match entry.key.as_str() {
            "view" => {
                criteria.references.add(RefKind::View, &of, at);
                Audience::View(of)
            }
            "market" => {
                criteria.references.add(RefKind::Market, &of, at);
                Audience::Market(of)
            }
            "segment" => {
                criteria.references.add_segment(&of, at);
                Audience::Segment(of)
            }
            _ => return,
        };
        let job = CreationJob { interest: name.to_owned(), audience };
        if self.rules.jobs.contains(&job) {
            let message = format!("there is another job for `{name}` and the {}", job.audience);
            checker.report_help(&node.span, "duplicate_job", message, Some("keep one of them".into()));
            return;
        }
        self.rules.jobs.push(job);
    }

    fn intent_signals(&mut self, checker: &mut Checker, entry: &yaml::Entry) {
        if let Some(first) = &self.signals {
            let message = format!("`intent_signals` stands in {} already", first.source.file);
            checker.report_help(&entry.key_span, "duplicate_signals", message, Some("keep one of them".into()));
            return;
        }
        self.signals = Some(Place { source: checker.source.clone(), span: entry.key_span.clone() });
        self.rules.signals = Some(signal_read::signals(checker, &entry.node));
    }
}

/// Reports flaws at the items that they are of, or at the whole.
pub(super) fn report(checker: &mut Checker, flaws: Vec<Flaw>, whole: &Node, items: &[Node]) {
    for flaw in flaws {
        let node = flaw.item.and_then(|item| items.get(item)).unwrap_or(whole);
        checker.report_help(&node.span, flaw.code, flaw.message, Some(flaw.help));
    }
}
