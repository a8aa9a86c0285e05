//! Checks of mappings against scores: what is written must exist and be of the property's type, no value may feed itself,
//! and a property that flows both ways needs a declared rule (I7).

use std::collections::BTreeSet;

use intentd_sdk::record::{ObjectKind, PropertyType};

use super::mapping_read::{Direction, Places};
use super::problem::Problem;
use super::suggest;
use super::values::Catalogue;
use crate::domain::mapping::{MappingSet, WriteMapping};
use crate::domain::score::{RuleKind, ScoreModel};

/// Everything that is wrong between one vendor's mappings and the scores.
pub(super) fn check(
    vendor: &str,
    set: &MappingSet,
    scores: &[ScoreModel],
    values: &Catalogue,
    places: &Places,
    scores_known: bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for write in &set.writes {
        let place = |direction| places.get(&(vendor.to_owned(), write.kind, direction, write.property.clone()));
        let Some((place, value_place)) = place(Direction::Write).zip(place(Direction::Value)) else { continue };
        let mut report = |code: &str, message: String, help: Option<String>| {
            let place = if matches!(code, "cycle" | "conflict_undeclared") { place } else { value_place };
            let mut problem = Problem::at(&place.source, place.span.clone(), format!("mapping::{code}"), message);
            problem.help = help;
            problems.push(problem);
        };
        let target = Target::of(write, scores);
        match (&target, values.get(&write.value)) {
            (None, Some((kind, holds))) => {
                if *kind != write.kind {
                    let message = format!("`{}` is a value of {kind} records, not of {} ones", write.value, write.kind);
                    report("wrong_object", message, Some(format!("move it to the file with `object: {kind}`")));
                } else if !holds.fits(write.value_type) {
                    let message = format!("`{}` is {}, which this type does not hold", write.value, holds.what());
                    report("wrong_type", message, Some(format!("write `type: {}`", holds.fitting())));
                }
            }
            (None, None) if scores_known => {
                let known: Vec<String> = scores
                    .iter()
                    .flat_map(|score| [format!("score.{}", score.name), format!("score.{}.label", score.name)])
                    .chain(values.keys().cloned())
                    .collect();
                let help = suggest::help(&write.value, known.iter().map(String::as_str).collect::<Vec<_>>());
                report("unknown_value", format!("there is no value `{}` to write", write.value), help);
            }
            (None, None) => {}
            (Some(target), _) => {
                if write.kind != ObjectKind::Contact {
                    let message = format!("`{}` is a value of contacts, not of {} records", write.value, write.kind);
                    report("wrong_object", message, Some("move it to the file with `object: contact`".into()));
                }
                target.check(write, &mut report);
            }
        }
        let read: Vec<&str> = set
            .fields
            .iter()
            .filter(|field| field.kind == write.kind && field.property == write.property)
            .map(|field| field.field.as_str())
            .collect();
        for field in read {
            if let Some(score) = target.as_ref().map(Target::score).filter(|score| uses(score, field)) {
                let message = format!(
                    "`{}` is read into the field `{field}`, from which `{}` is computed",
                    write.property, score.name
                );
                let help = "a score cannot be computed from itself: remove the field, or write to another property";
                report("cycle", message, Some(help.into()));
            } else if write.conflict.is_none() {
                let message = format!("`{}` is both read (into `{field}`) and written", write.property);
                report("conflict_undeclared", message, Some("add `conflict: ours`, or stop reading it".into()));
            }
        }
    }
    problems
}

/// Gives an enumeration of labels its options where the file names none.
pub(super) fn fill_options(set: &mut MappingSet, scores: &[ScoreModel]) {
    for write in &mut set.writes {
        let labels = match Target::of(write, scores) {
            Some(Target::Label(score)) => score.labels.iter().map(|label| label.name.clone()).collect(),
            _ => Vec::new(),
        };
        if write.value_type == PropertyType::Enumeration && write.options.is_empty() {
            write.options = labels;
        }
    }
}

/// What a write writes.
enum Target<'a> {
    Value(&'a ScoreModel),
    Label(&'a ScoreModel),
}

impl<'a> Target<'a> {
    fn of(write: &WriteMapping, scores: &'a [ScoreModel]) -> Option<Target<'a>> {
        let path = write.value.strip_prefix("score.")?;
        let find = |name: &str| scores.iter().find(|score| score.name == name);
        match path.strip_suffix(".label") {
            Some(name) => find(name).map(Target::Label),
            None => find(path).map(Target::Value),
        }
    }

    fn score(&self) -> &'a ScoreModel {
        match self {
            Target::Value(score) | Target::Label(score) => score,
        }
    }

    fn check(&self, write: &WriteMapping, report: &mut impl FnMut(&str, String, Option<String>)) {
        match (self, write.value_type) {
            (Target::Value(_), PropertyType::Enumeration) => {
                let message = "a score's value is a number, which no enumeration holds".to_owned();
                report("wrong_type", message, Some("write `type: number`".into()));
            }
            (Target::Label(_), PropertyType::Number) => {
                let message = "a score's label is a text, which no number holds".to_owned();
                report("wrong_type", message, Some("write `type: enumeration`".into()));
            }
            (Target::Label(score), _) if score.labels.is_empty() => {
                let message = format!("the score `{}` has no labels", score.name);
                report("no_labels", message, Some("add `labels:` to the score, or stop writing them".into()));
            }
            (Target::Label(score), PropertyType::Enumeration) if !write.options.is_empty() => {
                let options: BTreeSet<&str> = write.options.iter().map(String::as_str).collect();
                for label in score.labels.iter().filter(|label| !options.contains(label.name.as_str())) {
                    let message = format!("the options lack the label `{}` of `{}`", label.name, score.name);
                    report(
                        "missing_option",
                        message,
                        Some(format!("add `{}` to `options`, or leave `options` out", label.name)),
                    );
                }
            }
            _ => {}
        }
    }
}

fn uses(score: &ScoreModel, field: &str) -> bool {
    score.rules.iter().any(|rule| matches!(&rule.kind, RuleKind::Property { field: used, .. } if used == field))
}
