//! Names that criteria use and other files give: scores, markets, views, workflows … They are checked when all files have
//! been read, so that it does not matter which file comes first.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::ObjectKind;

use super::mapping_read::Place;
use super::problem::Problem;
use super::suggest;
use crate::domain::criteria::in_order;
use crate::domain::score::ScoreModel;

/// What a name is a name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RefKind {
    Score,
    Market,
    View,
    IntentCriterion,
    Workflow,
    Interest,
    Role,
    Stage,
}

impl RefKind {
    /// "score", and how its problem's code ends.
    fn word(self) -> &'static str {
        match self {
            RefKind::Score => "score",
            RefKind::Market => "market",
            RefKind::View => "view",
            RefKind::IntentCriterion => "intent criterion",
            RefKind::Workflow => "workflow",
            RefKind::Interest => "solution interest",
            RefKind::Role => "role",
            RefKind::Stage => "stage",
        }
    }

    fn code(self) -> &'static str {
        match self {
            RefKind::Score => "unknown_score",
            RefKind::Market => "unknown_market",
            RefKind::View => "unknown_view",
            RefKind::IntentCriterion => "unknown_intent",
            RefKind::Workflow => "unknown_workflow",
            RefKind::Interest => "unknown_interest",
            RefKind::Role => "unknown_role",
            RefKind::Stage => "unknown_stage",
        }
    }
}

/// A value that a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedOption {
    pub(crate) kind: ObjectKind,
    pub(crate) field: String,
    pub(crate) value: String,
    pub(crate) place: Place,
}

/// Every use of a name, with its place.
#[derive(Clone, Debug, Default)]
pub(crate) struct References {
    uses: Vec<(RefKind, String, Place)>,
    /// Score and label.
    labels: Vec<(String, String, Place)>,
    /// Values that a text field is compared with; whether a property can have them only the vendor knows.
    pub(crate) options: Vec<NamedOption>,
    /// Where each segment is named first; whether there is one only the vendor knows.
    pub(crate) segments: BTreeMap<String, Place>,
}

/// The names that there are. Kinds that are not in it are not checked.
pub(crate) type Known = BTreeMap<RefKind, BTreeSet<String>>;

impl References {
    /// Takes down that a name is used.
    pub(crate) fn add(&mut self, kind: RefKind, name: &str, place: Place) {
        self.uses.push((kind, name.to_owned(), place));
    }

    /// Takes down that a score's label is used; the score is taken down on its own.
    pub(crate) fn add_label(&mut self, score: &str, label: &str, place: Place) {
        self.labels.push((score.to_owned(), label.to_owned(), place));
    }

    /// Takes down that a text field is compared with a value.
    pub(crate) fn add_option(&mut self, option: NamedOption) {
        self.options.push(option);
    }

    /// Takes down that a segment is named.
    pub(crate) fn add_segment(&mut self, name: &str, place: Place) {
        self.segments.entry(name.to_owned()).or_insert(place);
    }

    /// Names that nothing gives.
    pub(crate) fn check(&self, known: &Known, scores: &[ScoreModel]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (kind, name, place) in &self.uses {
            let Some(names) = known.get(kind).filter(|names| !names.contains(name)) else { continue };
            let message = format!("there is no {} `{name}`", kind.word());
            let help = suggest::help(name, names.iter().map(String::as_str).collect::<Vec<_>>())
                .unwrap_or_else(|| format!("no file names a {} yet: add it, or remove this test", kind.word()));
            problems.push(at(place, kind.code(), message, help));
        }
        for (score, label, place) in &self.labels {
            let Some(model) = scores.iter().find(|model| model.name == *score) else { continue };
            if !model.labels.iter().any(|known| known.name == *label) {
                let names: Vec<&str> = model.labels.iter().map(|label| label.name.as_str()).collect();
                let help = suggest::help(label, names).unwrap_or_else(|| "add `labels:` to the score".to_owned());
                let message = format!("the score `{score}` has no label `{label}`");
                problems.push(at(place, "unknown_label", message, help));
            }
        }
        problems
    }
}

/// Says when rules of one kind ask for one another in a circle: `needs` are the names that each asks for, `places` where
/// each is named.
pub(crate) fn circle(
    kind: RefKind,
    needs: &BTreeMap<&str, BTreeSet<&str>>,
    places: &BTreeMap<String, Place>,
) -> Option<Problem> {
    let circle = in_order(needs).err()?;
    let place = places.get(*circle.first()?)?;
    let message = match circle.as_slice() {
        [alone] => format!("the {} `{alone}` asks for itself", kind.word()),
        names => {
            let way: Vec<String> = names.iter().chain(names.first()).map(|name| format!("`{name}`")).collect();
            format!("these {}s ask for one another in a circle: {}", kind.word(), way.join(", "))
        }
    };
    Some(at(place, "circle", message, "say at least one of them without the others".to_owned()))
}

fn at(place: &Place, code: &str, message: String, help: String) -> Problem {
    Problem::at(&place.source, place.span.clone(), format!("rules::{code}"), message).help(help)
}
