//! A score model made ready for many contacts: filters resolved against the dictionary, fading tables laid out. Holds
//! nothing about any contact.

use super::absence::AbsenceRule;
use super::award::Award;
use super::model::{RuleKind, ScoreModel};
use super::slot::{Part, Slot};
use crate::domain::criteria::{ActivityFilter, Matcher};
use crate::domain::model::Dictionary;

/// A score model, compiled. Cheap to share; make one per model and dictionary.
#[derive(Clone, Debug)]
pub struct CompiledScore {
    pub(super) model: ScoreModel,
    pub(super) rules: Vec<CompiledRule>,
    pub(super) matcher: Matcher<Slot>,
}

/// What the compiler adds to a rule. The rule of the same position in the model has the rest.
#[derive(Clone, Debug)]
pub(super) enum CompiledRule {
    Event(Award),
    Absence(AbsenceRule),
    Property,
    Segment,
}

impl CompiledScore {
    /// Compiles a model against the names that activities use today.
    pub fn new(model: &ScoreModel, dictionary: &Dictionary) -> CompiledScore {
        let mut filters: Vec<(Slot, ActivityFilter)> = Vec::new();
        let mut attributes: Vec<String> = Vec::new();
        let rules = model.rules.iter().enumerate().map(|(rule, of_model)| match &of_model.kind {
            RuleKind::Event { filter, points, limit, fading } => {
                filters.push((Slot { rule, part: Part::Event }, filter.clone()));
                CompiledRule::Event(Award::new(*points, *limit, *fading))
            }
            RuleKind::Absence { anchor, expected, correlate, deadline_days, points, limit, fading, cancelled_by } => {
                filters.push((Slot { rule, part: Part::Anchor }, anchor.clone()));
                filters.push((Slot { rule, part: Part::Expected }, expected.clone()));
                filters.extend(cancelled_by.iter().map(|filter| (Slot { rule, part: Part::Cancel }, filter.clone())));
                let correlate = correlate.as_ref().map(|attribute| {
                    attributes.iter().position(|known| known == attribute).unwrap_or_else(|| {
                        attributes.push(attribute.clone());
                        attributes.len() - 1
                    })
                });
                let award = Award::new(*points, *limit, *fading);
                CompiledRule::Absence(AbsenceRule { award, correlate, deadline_days: *deadline_days })
            }
            RuleKind::Property { .. } => CompiledRule::Property,
            RuleKind::Segment { .. } => CompiledRule::Segment,
        });
        let rules = rules.collect();
        let mut matcher = Matcher::new(filters, &attributes);
        matcher.extend(dictionary);
        CompiledScore { model: model.clone(), rules, matcher }
    }

    /// Takes in what the dictionary has got since. Its numbers are never reused and new ones are higher than all before,
    /// so only the new entries cost anything.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        self.matcher.extend(dictionary);
    }

    /// The model that was compiled.
    pub fn model(&self) -> &ScoreModel {
        &self.model
    }
}
