//! From the key `engagement` of a checked rule file to the model of engagement. A row may name an activity that no mapping
//! makes: vendors differ. It is a warning only where another activity's name is so near that it was probably meant.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::check::Checker;
use super::defaults::shipped;
use super::mapping_read::{Names, Place, attribute_tests, texts};
use super::problem::Severity;
use super::scalar;
use super::source::Source;
use super::suggest;
use super::yaml::{self, Node};
use crate::domain::engagement::{ActivityRow, Band, EngagementModel, Method, Scaling, default_bands};

/// The activities of the shipped table: words that are right, whatever vendors there are.
static SHIPPED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let text = shipped(&[]).remove("rules/engagement.yaml").unwrap_or_default();
    let tree = yaml::parse(&Source::new("engagement.yaml", text)).tree;
    let rows = tree.as_ref().and_then(|tree| tree.get("engagement")).map(|table| table.items_of("activities"));
    rows.unwrap_or_default().iter().flat_map(|row| texts(row.items_of("activity"))).collect()
});

/// What is collected from all rule files.
#[derive(Default)]
pub(crate) struct Engagement {
    pub(crate) model: Option<EngagementModel>,
    place: Option<Place>,
}

impl Engagement {
    /// Reads one file.
    pub(crate) fn file(&mut self, checker: &mut Checker, root: &Node, names: Option<&Names>) {
        let Some(entry) = root.entry("engagement") else { return };
        if let Some(first) = &self.place {
            let message = format!("`engagement` stands in {} already", first.source.file);
            checker.report_help(&entry.key_span, "duplicate_engagement", message, Some("keep one of them".into()));
            return;
        }
        self.place = Some(Place { source: checker.source.clone(), span: entry.key_span.clone() });
        let node = &entry.node;
        let bands = bands(checker, node);
        let number = |node: &Node, key: &str| node.text_of(key).and_then(scalar::whole);
        let days = |key: &str| node.text_of(key).and_then(scalar::days).and_then(|days| u32::try_from(days).ok());
        let cap = number(node, "daily_cap").and_then(|cap| u32::try_from(cap).ok()).unwrap_or(20);
        let rows = node.items_of("activities");
        let activities: Vec<ActivityRow> =
            rows.iter().filter_map(|row| activity_row(checker, row, &bands, cap, names)).collect();
        if rows.is_empty() {
            let help = "add a row: `- {activity: page_view, title: Visit Webpage, weight: 40}`".to_owned();
            checker.report_help(&entry.key_span, "empty", "the activity table has no row".to_owned(), Some(help));
        }
        self.model = Some(EngagementModel {
            method: match node.text_of("method") {
                Some("normalized") => Method::Normalized,
                _ => Method::Counts,
            },
            scaling: match node.text_of("scaling") {
                Some("min_max") => Scaling::MinMax,
                _ => Scaling::Maximum,
            },
            window_days: days("window").unwrap_or(30),
            calibrate_every_days: days("calibrate_every").unwrap_or(30),
            bands,
            activities,
        });
    }

    /// The bands in force, also where no file names any.
    pub(crate) fn bands(&self) -> Vec<Band> {
        self.model.as_ref().map_or_else(default_bands, |model| model.bands.clone())
    }
}

fn bands(checker: &mut Checker, node: &Node) -> Vec<Band> {
    let Some(written) = node.get("bands") else { return default_bands() };
    let mut bands: Vec<Band> = Vec::new();
    for entry in written.entries() {
        let value = entry.node.text().and_then(scalar::whole).and_then(|value| u32::try_from(value).ok());
        let Some(value) = value else { continue };
        if let Some(same) = bands.iter().find(|band| band.value == value) {
            let message = format!("the bands `{}` and `{}` have the same weight", same.name, entry.key);
            checker.report_help(&entry.node.span, "duplicate_band", message, Some("choose another weight".into()));
        }
        bands.push(Band { name: entry.key.clone(), value });
    }
    bands
}

fn activity_row(
    checker: &mut Checker,
    node: &Node,
    bands: &[Band],
    table_cap: u32,
    names: Option<&Names>,
) -> Option<ActivityRow> {
    let activity = node.get("activity")?;
    for item in activity.items() {
        let Some((name, names)) = item.text().zip(names) else { continue };
        let known = || names.activities.keys().map(String::as_str);
        let unheard_of = known().all(|known| known != name) && !SHIPPED.contains(name);
        if let Some(near) = unheard_of.then(|| suggest::nearest(name, known())).flatten() {
            let problem = checker.report(&item.span, "unknown_activity", format!("no mapping makes `{name}`"));
            problem.severity = Severity::Warning;
            problem.help = Some(format!("did you mean `{near}`?"));
        }
    }
    let weight = match (node.get("weight"), node.get("band")) {
        (Some(weight), None) => u32::try_from(scalar::whole(weight.text()?)?).ok()?,
        (None, Some(band)) => band_value(checker, band, bands)?,
        (None, None) => {
            let help = "add `weight: 60`, or `band: normal`".to_owned();
            checker.report_help(&node.span, "missing_key", "the row needs a weight".to_owned(), Some(help));
            return None;
        }
        (Some(_), Some(band)) => {
            let message = "`weight` and `band` say the same thing".to_owned();
            checker.report_help(&band.span, "one_key", message, Some("keep one of them".into()));
            return None;
        }
    };
    let cap = node.text_of("daily_cap").and_then(scalar::whole).and_then(|cap| u32::try_from(cap).ok());
    Some(ActivityRow {
        activities: texts(activity.items()),
        tests: node.get("where").map(attribute_tests).unwrap_or_default(),
        title: node.text_of("title")?.to_owned(),
        kind: node.text_of("kind").unwrap_or_default().to_owned(),
        daily_cap: cap.unwrap_or(table_cap),
        weight,
    })
}

/// The weight of a band that is named in a file.
pub(crate) fn band_value(checker: &mut Checker, node: &Node, bands: &[Band]) -> Option<u32> {
    let name = node.text()?;
    let found = bands.iter().find(|band| band.name == name).map(|band| band.value);
    if found.is_none() && scalar::is_name(name) {
        let help = suggest::help(name, bands.iter().map(|band| band.name.as_str()).collect::<Vec<_>>());
        checker.report_help(&node.span, "unknown_band", format!("there is no band `{name}`"), help);
    }
    found
}
