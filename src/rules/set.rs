//! All rules in force, as one value. The admin's folder replaces shipped files of the same path and adds others; a set is
//! only made when nothing is wrong with any file, so the last good one stays in force (its sources are kept by the store).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::check::Checker;
use super::criteria_read::CriteriaReader;
use super::cross;
use super::defaults::shipped;
use super::engagement_read::Engagement;
use super::group_read::Groups;
use super::identity_read::{IdentityPlaces, IdentityReader};
use super::intent_read::RecommendationRules;
use super::mapping_read::{MappingReader, Names, Place, Places};
use super::market_read::Markets;
use super::problem::{Problem, Problems};
use super::references::{Known, NamedOption, RefKind, References};
use super::score_read::ScoreReader;
use super::shape::Area;
use super::source::Source;
use super::view_read::Views;
use super::workflow_read::Workflows;
use super::yaml::{self, Node};
use super::{intent_read, mapping_shape, rules_shape, values};
use crate::domain::buying_group::BuyingGroupRules;
use crate::domain::engagement::EngagementModel;
use crate::domain::identity::IdentityRules;
use crate::domain::intent::IntentModel;
use crate::domain::mapping::MappingSet;
use crate::domain::market::Market;
use crate::domain::score::ScoreModel;
use crate::domain::view::SavedView;
use crate::domain::workflow::WorkflowModel;

/// The folder of rule files; every other folder is a vendor's.
const RULES: &str = "rules";

/// The rules in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    pub scores: Vec<ScoreModel>,
    pub markets: Vec<Market>,
    pub intent: IntentModel,
    /// `None`: no pages are recommended.
    pub recommendations: Option<RecommendationRules>,
    pub views: Vec<SavedView>,
    /// `None`: no file has the key `engagement`, and nobody is engaged.
    pub engagement: Option<EngagementModel>,
    pub buying_groups: BuyingGroupRules,
    pub workflows: Vec<WorkflowModel>,
    /// By vendor.
    pub mappings: BTreeMap<String, MappingSet>,
    /// Who is who, and whose value prevails.
    pub identity: IdentityRules,
    /// SHA-256 of what the files mean, in hexadecimal digits: comments and layout do not change it.
    pub fingerprint: String,
    /// The files that the set was made from, by path below the mappings folder: enough to make it again.
    pub sources: BTreeMap<String, String>,
    /// What is doubtful, though the set can be used.
    pub warnings: Problems,
    pub(super) places: Places,
    pub(super) identity_places: IdentityPlaces,
    pub(super) segments: BTreeMap<String, Place>,
    pub(super) options: Vec<NamedOption>,
}

/// Reads the shipped files of the vendors, and over them the admin's folder.
///
/// # Errors
/// Everything that is wrong with any file.
pub fn load(folder: Option<&Path>, vendors: &[&str]) -> Result<RuleSet, Problems> {
    let mut sources = shipped(vendors);
    if let Some(folder) = folder {
        sources.extend(read_folder(folder, vendors)?);
    }
    from_sources(sources)
}

/// Makes a set from texts by path: `hubspot/contacts.yaml`, `rules/scores.yaml`.
///
/// # Errors
/// Everything that is wrong with any file.
pub fn from_sources(sources: BTreeMap<String, String>) -> Result<RuleSet, Problems> {
    let mut problems = Vec::new();
    let mut unreadable = false;
    let mut trees: Vec<(String, Checker, Node)> = Vec::new();
    for (path, text) in &sources {
        let source = Source::new(path.as_str(), text.as_str());
        let folder = path.split_once('/').map_or("", |(folder, _)| folder);
        let (area, shape) = match folder {
            RULES => (Area::Rules, rules_shape::file()),
            _ => (Area::Mapping, mapping_shape::file()),
        };
        let parsed = yaml::parse(&source);
        unreadable |= parsed.tree.is_none();
        problems.extend(parsed.problems);
        if let Some(tree) = parsed.tree {
            let mut checker = Checker::new(&source, area);
            checker.check(&tree, &shape);
            trees.push((folder.to_owned(), checker, tree));
        }
    }

    let mut places = Places::new();
    let mut names = Names::default();
    let mut seen = BTreeSet::new();
    let mut mappings: BTreeMap<String, MappingSet> = BTreeMap::new();
    for (folder, checker, tree) in trees.iter_mut().filter(|(folder, ..)| folder != RULES) {
        let set = mappings.remove(folder).unwrap_or_default();
        let mut reader = MappingReader { vendor: folder, set, places: &mut places, names: &mut names, seen: &mut seen };
        reader.file(checker, tree);
        let set = reader.set;
        mappings.insert(folder.clone(), set);
    }
    // Names of a file that cannot be read at all are not known: then nothing is said about names.
    let known = (!unreadable && !mappings.is_empty()).then_some(&names);
    let mut references = References::default();
    let mut reader = ScoreReader { names: known, scores: Vec::new(), references: &mut references };
    for (_, checker, tree) in trees.iter_mut().filter(|(folder, ..)| folder == RULES) {
        reader.file(checker, tree);
    }
    let scores = reader.scores;
    let (mut markets, mut views, mut workflows) = (Markets::default(), Views::default(), Workflows::default());
    let mut identity = IdentityReader::default();
    let (mut intent, mut recommendations) = (IntentModel::default(), None);
    let (mut engagement, mut groups) = (Engagement::default(), Groups::default());
    // Before the roles, which are weighed in its bands.
    for (_, checker, tree) in trees.iter_mut().filter(|(folder, ..)| folder == RULES) {
        engagement.file(checker, tree, known);
    }
    let bands = engagement.bands();
    let mut criteria = CriteriaReader { names: known, references: &mut references };
    for (_, checker, tree) in trees.iter_mut().filter(|(folder, ..)| folder == RULES) {
        markets.file(checker, tree, &mut criteria);
        views.file(checker, tree, &mut criteria);
        groups.file(checker, tree, &mut criteria, &bands);
        workflows.file(checker, tree, &mut criteria);
        intent_read::intent(checker, tree, &mut intent);
        recommendations = intent_read::recommendations(checker, tree).or(recommendations);
        identity.file(checker, tree);
    }
    problems.extend(trees.into_iter().flat_map(|(_, checker, _)| checker.finish()));
    problems.extend(markets.circle());
    problems.extend(views.circle());
    if !unreadable {
        let mut names = Known::from([
            (RefKind::Score, scores.iter().map(|score| score.name.clone()).collect()),
            (RefKind::Market, markets.names()),
            (RefKind::View, views.names()),
            (RefKind::IntentCriterion, intent.criteria.iter().map(|criterion| criterion.name.clone()).collect()),
            (RefKind::Workflow, workflows.names()),
        ]);
        names.extend(groups.names());
        problems.extend(references.check(&names, &scores));
        problems.extend(groups.check());
    }
    let values = values::catalogue(&groups.rules, &workflows.workflows, engagement.model.is_some());
    for (vendor, set) in &mut mappings {
        problems.extend(cross::check(vendor, set, &scores, &values, &places, !unreadable));
        cross::fill_options(set, &scores);
    }
    let (errors, warnings): (Vec<Problem>, Vec<Problem>) =
        problems.into_iter().partition(|problem| problem.severity == super::Severity::Error);
    if !errors.is_empty() {
        return Err(Problems::new(errors.into_iter().chain(warnings).collect()));
    }
    let (markets, views, workflows) = (markets.markets, views.views, workflows.workflows);
    let (segments, options) = (references.segments, references.options);
    let IdentityReader { rules: identity, places: identity_places, .. } = identity;
    let (engagement, buying_groups) = (engagement.model, groups.rules);
    let of_accounts = (&markets, &intent, &recommendations, &views, &engagement, &buying_groups);
    let fingerprint = fingerprint(&(&scores, &mappings, of_accounts, &workflows, &identity));
    let warnings = Problems::new(warnings);
    Ok(RuleSet {
        scores,
        markets,
        intent,
        recommendations,
        views,
        engagement,
        buying_groups,
        workflows,
        mappings,
        identity,
        fingerprint,
        sources,
        warnings,
        places,
        identity_places,
        segments,
        options,
    })
}

/// Reads scores on their own, without mappings to check their names against.
///
/// # Errors
/// Everything that is wrong with the text.
pub fn scores_from_text(file: &str, text: &str) -> Result<Vec<ScoreModel>, Problems> {
    let path = format!("{RULES}/{file}");
    from_sources(BTreeMap::from([(path, text.to_owned())])).map(|set| set.scores)
}

fn fingerprint(rules: &impl Serialize) -> String {
    let meaning = serde_json::to_vec(rules).expect("rules are plain values with text keys");
    Sha256::digest(&meaning).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The `.yaml` files of the folder's vendor and rule folders.
fn read_folder(folder: &Path, vendors: &[&str]) -> Result<BTreeMap<String, String>, Problems> {
    let mut texts = BTreeMap::new();
    let mut problems = Vec::new();
    if !folder.is_dir() {
        let problem = Problem::in_file(folder.display().to_string(), "mapping::no_folder", "there is no such folder");
        return Err(Problems::one(problem.help("create it, or remove `mappings:` from intentd.yaml")));
    }
    let folders: BTreeSet<&str> = vendors.iter().copied().chain([RULES]).collect();
    for name in folders {
        let Ok(entries) = std::fs::read_dir(folder.join(name)) else { continue };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let Some(file) = path.file_name().and_then(|file| file.to_str()) else { continue };
            if file.starts_with('.') || path.is_dir() {
                continue;
            }
            let relative = format!("{name}/{file}");
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("yaml") => {}
                Some("yml") => {
                    let problem = Problem::in_file(relative, "mapping::file_name", "this file is not read");
                    problems.push(problem.help("rename it: its name must end in `.yaml`"));
                    continue;
                }
                _ => continue,
            }
            match read_text(&path) {
                Ok(text) => {
                    texts.insert(relative, text);
                }
                Err(message) => problems.push(Problem::in_file(relative, "yaml::unreadable", message)),
            }
        }
    }
    if problems.is_empty() { Ok(texts) } else { Err(Problems::new(problems)) }
}

/// A file's text, or why there is none.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "this file may not be read: check its owner and mode".to_owned(),
        _ => "this file cannot be read".to_owned(),
    })?;
    String::from_utf8(bytes).map_err(|_| "this file is not UTF-8 text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{run_examples, shipped_examples};

    #[test]
    fn the_shipped_rules_are_without_fault_and_do_what_their_examples_say() {
        let rules = load(None, &["hubspot", "marketo"]).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(rules.warnings.is_empty(), "{}", rules.warnings);
        let names: Vec<&str> = rules.scores.iter().map(|score| score.name.as_str()).collect();
        assert_eq!(names, ["lead_score", "fit_score"]);
        let names: Vec<&str> = rules.markets.iter().map(|market| market.name.as_str()).collect();
        assert_eq!(names, ["nordics", "dach", "named_accounts"]);
        let names: Vec<&str> = rules.views.iter().map(|view| view.name.as_str()).collect();
        assert_eq!(names, ["target_visitors", "showing_intent", "new_prospects", "back_again"]);
        for (file, text) in shipped_examples() {
            let count = run_examples(&rules, &file, &text).unwrap_or_else(|problems| panic!("{problems}"));
            assert!(count > 10);
        }
    }

    #[test]
    fn the_fingerprint_is_of_the_meaning_and_not_of_the_text() {
        let rules = load(None, &["hubspot"]).unwrap();
        let mut sources = rules.sources.clone();
        for text in sources.values_mut() {
            text.insert_str(0, "# a comment\n");
        }
        let commented = from_sources(sources.clone()).unwrap();
        assert_eq!(commented.fingerprint, rules.fingerprint);
        let scores = sources.get_mut("rules/scores.yaml").unwrap();
        *scores = scores.replace("points: 10", "points: 11");
        assert_ne!(from_sources(sources).unwrap().fingerprint, rules.fingerprint);
    }
}
