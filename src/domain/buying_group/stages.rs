//! Stage models: where a group can stand, and from where it can go where (Journey Optimizer B2B, "Buying group stages"). A
//! model is changed as a draft only; live it is fixed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::flaw::Flaw;
use super::refusal::Refusal;
use super::template::Status;
use crate::domain::criteria::Criterion;

/// Named stages with their transitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageModel {
    /// Unique.
    pub name: String,
    pub status: Status,
    pub stages: Vec<Stage>,
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub name: String,
    pub description: String,
    /// A group without a stage can enter here.
    pub entry: bool,
    /// A destination; `None`: on the way.
    pub outcome: Option<Outcome>,
    /// Where a group can go from here.
    pub next: Vec<String>,
    /// A group that can go here does so by itself when this holds; `None`: only by hand or journey.
    pub enter_when: Option<Criterion>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Success,
    Failure,
}

impl StageModel {
    /// What is wrong with it. A draft may lack what only a live model needs.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = self.name_flaws();
        if self.status == Status::Draft {
            return flaws;
        }
        if !self.stages.iter().any(|stage| stage.entry) {
            let message = format!("no stage of `{}` is an entry", self.name);
            flaws.push(Flaw::whole("no_entry_stage", message, "add `entry: true` to the first stage"));
        }
        let successes = self.stages.iter().filter(|stage| stage.outcome == Some(Outcome::Success)).count();
        if successes != 1 {
            let message = format!("`{}` has {successes} success stages; one is needed", self.name);
            flaws.push(Flaw::whole("one_success_stage", message, "write `outcome: success` at exactly one stage"));
        }
        for (at, stage) in self.stages.iter().enumerate() {
            if stage.outcome.is_none() && stage.next.is_empty() {
                let message = format!("from the stage `{}` a group can go nowhere", stage.name);
                flaws.push(Flaw::item(at, "no_transition", message, "add `next: [..]`, or an `outcome`"));
            }
        }
        flaws
    }

    fn name_flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut seen = BTreeSet::new();
        let known: BTreeSet<&str> = self.stages.iter().map(|stage| stage.name.as_str()).collect();
        for (at, stage) in self.stages.iter().enumerate() {
            if !seen.insert(stage.name.as_str()) {
                let message = format!("there are two stages `{}`", stage.name);
                flaws.push(Flaw::item(at, "duplicate_stage", message, "choose another name"));
            }
            for next in &stage.next {
                if next == &stage.name {
                    let message = format!("the stage `{next}` leads to itself");
                    flaws.push(Flaw::item(at, "transition_to_itself", message, format!("take `{next}` out of `next`")));
                } else if !known.contains(next.as_str()) {
                    let message = format!("the stage `{}` leads to `{next}`, which is no stage", stage.name);
                    let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                    flaws.push(Flaw::item(at, "unknown_stage", message, format!("known here: {}", names.join(", "))));
                }
            }
        }
        flaws
    }

    /// Stages that no group can ever reach.
    pub fn unreachable(&self) -> Vec<usize> {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&Stage> = self.stages.iter().filter(|stage| stage.entry).collect();
        while let Some(stage) = open.pop() {
            if reached.insert(&stage.name) {
                open.extend(stage.next.iter().filter_map(|next| self.stage(next)));
            }
        }
        (0..self.stages.len()).filter(|at| !reached.contains(self.stages[*at].name.as_str())).collect()
    }

    /// The same model, live.
    ///
    /// # Errors
    /// When anything is wrong with it.
    pub fn publish(self) -> Result<StageModel, Refusal> {
        let live = StageModel { status: Status::Live, ..self };
        let flaws: Vec<String> = live.flaws().into_iter().map(|flaw| flaw.message).collect();
        if flaws.is_empty() {
            return Ok(live);
        }
        Err(Refusal::Unpublishable { name: live.name, flaws: flaws.join("; ") })
    }

    /// Puts another version in its place.
    ///
    /// # Errors
    /// When it is live and the other says anything else.
    pub fn replace(&self, other: StageModel) -> Result<StageModel, Refusal> {
        if self.status == Status::Live && *self != other {
            return Err(Refusal::LiveStagesEdited { name: self.name.clone() });
        }
        Ok(other)
    }

    /// A stage by its name.
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    /// Whether a group that is in `from` (`None`: in no stage yet) can go to `to`.
    ///
    /// # Errors
    /// When it cannot, with where it could go.
    pub fn transition(&self, from: Option<&str>, to: &str) -> Result<(), Refusal> {
        if self.status == Status::Draft {
            return Err(Refusal::StagesNotLive { name: self.name.clone() });
        }
        let wanted = self.stage(to).ok_or_else(|| Refusal::UnknownStage { stage: to.to_owned() })?;
        let Some(from) = from else {
            let entries = || self.stages.iter().filter(|stage| stage.entry).map(|stage| stage.name.clone()).collect();
            return match wanted.entry {
                true => Ok(()),
                false => Err(Refusal::NotAnEntry { stage: to.to_owned(), entries: entries() }),
            };
        };
        if from == to {
            return Err(Refusal::AlreadyThere { stage: to.to_owned() });
        }
        let here = self.stage(from).ok_or_else(|| Refusal::UnknownStage { stage: from.to_owned() })?;
        if here.next.iter().any(|next| next == to) {
            return Ok(());
        }
        let allowed = here.next.clone();
        Err(Refusal::TransitionNotAllowed { from: from.to_owned(), to: to.to_owned(), allowed })
    }

    /// The stage to which a group goes by itself: the first in the model's order that it may enter and whose condition
    /// holds. `verdicts` are those of `enter_when`, by stage name. One step only.
    pub fn advance(&self, from: Option<&str>, verdicts: &BTreeMap<String, bool>) -> Option<&Stage> {
        let holds = |stage: &&Stage| stage.enter_when.is_some() && verdicts.get(&stage.name).copied().unwrap_or(false);
        self.stages.iter().filter(holds).find(|stage| self.transition(from, &stage.name).is_ok())
    }
}
