//! A workflow made ready: its criteria, the filters of its waits and e-mails, and for each step the one that follows it.

use std::collections::BTreeMap;

use super::model::{Step, StepKind, WorkflowModel};
use crate::domain::criteria::{ActivityFilter, AttributeTest, CompiledCriteria, Criterion, Matcher, TextOperator};
use crate::domain::model::Dictionary;

/// The activity that says a marketing e-mail has reached the contact, and the one that stands in for it at vendors that do not
/// report deliveries.
const RECEIVED: [&str; 2] = ["email_delivered", "email_sent"];
/// The attribute that names the e-mail.
const ASSET: &str = "asset";

/// What an activity means to a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// A marketing e-mail of the workflow was received.
    Received,
    /// The event that this wait (by its number) waits for.
    Awaited(usize),
}

/// A step and where it leads.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// The step after it, when it has no branches of its own or they are empty.
    pub(super) next: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum NodeKind {
    /// Number of the wait, its first steps for yes and no.
    WaitFor {
        wait: usize,
        within: super::model::Wait,
        yes: Option<String>,
        no: Option<String>,
    },
    /// Number of each branch's criterion with its first step.
    Condition {
        branches: Vec<(usize, Option<String>)>,
        otherwise: Option<String>,
    },
    Delay(super::model::Wait),
    Act(super::model::Action),
}

/// A workflow, compiled. Cheap to share; make one per model and dictionary.
#[derive(Clone, Debug)]
pub struct CompiledWorkflow {
    pub(super) model: WorkflowModel,
    pub(super) criteria: CompiledCriteria,
    pub(super) goal: Option<usize>,
    pub(super) matcher: Matcher<Meaning>,
    pub(super) nodes: BTreeMap<String, Node>,
    pub(super) first: Option<String>,
}

/// The enrollment criterion is always the first.
pub(super) const ENROLL: usize = 0;

impl CompiledWorkflow {
    /// Compiles a model against the names that activities use today.
    pub fn new(model: &WorkflowModel, dictionary: &Dictionary) -> CompiledWorkflow {
        let mut laid = Laid { criteria: vec![&model.enroll], waits: Vec::new(), nodes: BTreeMap::new() };
        let goal = model.goal.as_ref().map(|goal| laid.criterion(goal));
        let first = laid.steps(&model.steps, None);
        let received = RECEIVED.iter().map(|activity| {
            let test = AttributeTest {
                attribute: ASSET.to_owned(),
                operator: TextOperator::Equals,
                values: model.emails.iter().cloned().collect(),
            };
            (Meaning::Received, ActivityFilter { activity_type: (*activity).to_owned(), tests: vec![test] })
        });
        let awaited = laid.waits.iter().enumerate().map(|(wait, event)| (Meaning::Awaited(wait), (*event).clone()));
        let mut matcher = Matcher::new(received.chain(awaited).collect(), &[]);
        matcher.extend(dictionary);
        CompiledWorkflow {
            criteria: CompiledCriteria::new(laid.criteria.iter().copied(), dictionary),
            goal,
            matcher,
            nodes: laid.nodes,
            first,
            model: model.clone(),
        }
    }

    /// Takes in what the dictionary has got since.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        self.criteria.extend(dictionary);
        self.matcher.extend(dictionary);
    }

    /// The model that was compiled.
    pub fn model(&self) -> &WorkflowModel {
        &self.model
    }
}

struct Laid<'a> {
    criteria: Vec<&'a Criterion>,
    waits: Vec<&'a ActivityFilter>,
    nodes: BTreeMap<String, Node>,
}

impl<'a> Laid<'a> {
    fn criterion(&mut self, criterion: &'a Criterion) -> usize {
        self.criteria.push(criterion);
        self.criteria.len() - 1
    }

    /// Lays out a list of steps that leads to `after`, and gives the first step's id.
    fn steps(&mut self, steps: &'a [Step], after: Option<&str>) -> Option<String> {
        let mut next = after.map(str::to_owned);
        for step in steps.iter().rev() {
            let kind = match &step.kind {
                StepKind::WaitFor { event, within, yes, no } => {
                    self.waits.push(event);
                    let wait = self.waits.len() - 1;
                    let yes = self.steps(yes, next.as_deref());
                    let no = self.steps(no, next.as_deref());
                    NodeKind::WaitFor { wait, within: *within, yes, no }
                }
                StepKind::Condition { branches, otherwise } => {
                    let branches = branches
                        .iter()
                        .map(|branch| (self.criterion(&branch.when), self.steps(&branch.steps, next.as_deref())))
                        .collect();
                    let otherwise = self.steps(otherwise, next.as_deref());
                    NodeKind::Condition { branches, otherwise }
                }
                StepKind::Delay(wait) => NodeKind::Delay(*wait),
                StepKind::Act(action) => NodeKind::Act(action.clone()),
            };
            self.nodes.insert(step.id.clone(), Node { kind, next });
            next = Some(step.id.clone());
        }
        next
    }
}
