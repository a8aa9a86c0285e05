//! From one entry of `stage_models` to a stage model.

use super::check::Checker;
use super::criteria_read::CriteriaReader;
use super::criteria_scope::{Layer, Scope};
use super::group_read::report;
use super::mapping_read::texts;
use super::problem::Severity;
use super::template_read::status;
use super::yaml::Node;
use crate::domain::buying_group::{Outcome, Stage, StageModel, Status};
use crate::domain::criteria::Subject;

/// Reads a stage model. `None` when something in it is wrong, which has been reported.
pub(super) fn stage_model(checker: &mut Checker, node: &Node, criteria: &mut CriteriaReader<'_>) -> Option<StageModel> {
    let nodes = node.items_of("stages");
    let stages: Vec<Option<Stage>> = nodes.iter().map(|node| stage(checker, node, criteria)).collect();
    let model = StageModel {
        name: node.text_of("name")?.to_owned(),
        status: status(node),
        stages: stages.into_iter().collect::<Option<_>>()?,
    };
    let flaws = model.flaws();
    let sound = flaws.is_empty();
    report(checker, flaws, node, nodes);
    if sound && model.status == Status::Live {
        for at in model.unreachable() {
            let name = &model.stages[at].name;
            let message = format!("no group can ever come to the stage `{name}`");
            let span = nodes.get(at).map_or(&node.span, |node| &node.span);
            let problem = checker.report(span, "unreachable_stage", message);
            problem.severity = Severity::Warning;
            problem.help = Some(format!("add `{name}` to the `next` of another stage, or `entry: true`"));
        }
    }
    sound.then_some(model)
}

fn stage(checker: &mut Checker, node: &Node, criteria: &mut CriteriaReader<'_>) -> Option<Stage> {
    let enter_when = match node.get("enter_when") {
        None => Some(None),
        Some(node) => criteria.criterion(checker, node, Scope::of(Subject::BuyingGroup, Layer::Stage)).map(Some),
    };
    Some(Stage {
        name: node.text_of("name")?.to_owned(),
        description: node.text_of("description").unwrap_or_default().to_owned(),
        entry: node.text_of("entry") == Some("true"),
        outcome: match node.text_of("outcome") {
            Some("success") => Some(Outcome::Success),
            Some("failure") => Some(Outcome::Failure),
            _ => None,
        },
        next: texts(node.items_of("next")),
        enter_when: enter_when?,
    })
}
