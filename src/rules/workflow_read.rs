//! From the key `workflows` of a checked rule file to workflows, with the checks that need more than one line of the file.

use std::collections::{BTreeMap, BTreeSet};

use super::activity_read::activity_filter;
use super::check::Checker;
use super::criteria_read::{CriteriaReader, place};
use super::criteria_scope::{Layer, Scope};
use super::mapping_read::Place;
use super::problem::Severity;
use super::scalar;
use super::yaml::Node;
use crate::domain::criteria::{Subject, Uses};
use crate::domain::workflow::{Action, Branch, Existing, RemoteWorkflow, Step, StepKind, Wait, WorkflowModel};

/// What machines do as well as people: privacy features of mail programs open mails by themselves.
const OPENS: [&str; 2] = ["email_open", "sales_email_open"];
const DAY_MS: i64 = 86_400_000;

/// What is collected from all rule files.
#[derive(Default)]
pub(crate) struct Workflows {
    pub(crate) workflows: Vec<WorkflowModel>,
    /// Where each name stands, also of workflows with other faults.
    places: BTreeMap<String, Place>,
}

const ENROLL: Scope = Scope { subject: Subject::Contact, layer: Layer::Workflow, enrollment: false };
const INSIDE: Scope = Scope { enrollment: true, ..ENROLL };

impl Workflows {
    /// Reads one file.
    pub(crate) fn file(&mut self, checker: &mut Checker, root: &Node, criteria: &mut CriteriaReader<'_>) {
        for node in root.items_of("workflows") {
            let model = read(checker, node, criteria);
            let Some((name_node, name)) = node.get("name").and_then(|node| Some((node, node.text()?))) else {
                continue;
            };
            if self.places.insert(name.to_owned(), place(checker, name_node)).is_some() {
                let message = format!("there is another workflow `{name}`");
                checker.report_help(&name_node.span, "duplicate_workflow", message, Some("choose another name".into()));
                continue;
            }
            self.workflows.extend(model);
        }
    }

    /// The names that criteria can use.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        self.places.keys().cloned().collect()
    }
}

fn read(checker: &mut Checker, node: &Node, criteria: &mut CriteriaReader<'_>) -> Option<WorkflowModel> {
    let name = node.text_of("name")?;
    let enroll = criteria.criterion(checker, node.get("enroll")?, ENROLL);
    let goal = node.get("goal").map(|goal| criteria.criterion(checker, goal, INSIDE));
    if let (Some(Some(goal)), Some(at)) = (&goal, node.get("goal"))
        && Uses::of([goal]).activity_types.iter().any(|used| OPENS.contains(&used.as_str()))
    {
        let message = "this goal counts opened e-mails, which mail programs also open by themselves";
        let problem = checker.report(&at.span, "opens_are_not_people", message);
        problem.severity = Severity::Warning;
        problem.help = Some("ask for a click or a reply instead: `activity: email_click`".into());
    }
    let mut ids = BTreeSet::new();
    let steps = steps(checker, node.items_of("steps"), criteria, &mut ids);
    let emails: BTreeSet<String> = texts(node, "emails");
    if let (Some(at), true) = (node.get("goal"), emails.is_empty()) {
        let message = "without e-mails of its own this workflow has no goal conversion rate";
        let problem = checker.report(&at.span, "goal_without_email", message);
        problem.severity = Severity::Warning;
        problem.help = Some("name them: `emails: [...]`; or end enrollments by a `suppression` segment instead".into());
    }
    let completes_after = node.text_of("completes_after").and_then(scalar::days);
    Some(WorkflowModel {
        name: name.to_owned(),
        title: node.text_of("title").map_or_else(|| name.replace('_', " "), str::to_owned),
        enroll: enroll?,
        existing: if node.text_of("existing") == Some("enroll") { Existing::Enroll } else { Existing::Skip },
        suppression: suppression(checker, node, criteria),
        goal: match goal {
            Some(goal) => Some(goal?),
            None => None,
        },
        steps: steps?,
        remote: node.get("remote").and_then(remote),
        completes_after_days: completes_after.and_then(|days| u32::try_from(days).ok()),
        emails,
    })
}

fn suppression(checker: &Checker, node: &Node, criteria: &mut CriteriaReader<'_>) -> BTreeSet<String> {
    for item in node.items_of("suppression") {
        if let Some(name) = item.text() {
            criteria.references.add_segment(name, place(checker, item));
        }
    }
    texts(node, "suppression")
}

fn texts(node: &Node, key: &str) -> BTreeSet<String> {
    node.get(key).map(Node::items).unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect()
}

fn remote(node: &Node) -> Option<RemoteWorkflow> {
    Some(RemoteWorkflow {
        connection: node.text_of("connection")?.to_owned(),
        workflow: node.text_of("workflow")?.to_owned(),
    })
}

fn steps(
    checker: &mut Checker,
    nodes: &[Node],
    criteria: &mut CriteriaReader<'_>,
    ids: &mut BTreeSet<String>,
) -> Option<Vec<Step>> {
    let steps: Vec<Option<Step>> = nodes.iter().map(|node| step(checker, node, criteria, ids)).collect();
    steps.into_iter().collect()
}

fn step(
    checker: &mut Checker,
    node: &Node,
    criteria: &mut CriteriaReader<'_>,
    ids: &mut BTreeSet<String>,
) -> Option<Step> {
    let id_node = node.get("id")?;
    let id = id_node.text()?.to_owned();
    if !ids.insert(id.clone()) {
        let message = format!("there is another step `{id}` in this workflow");
        let help = "ids tell where a contact stands: choose another".to_owned();
        checker.report_help(&id_node.span, "duplicate_step", message, Some(help));
    }
    let kind = kind(checker, node, criteria, ids)?;
    Some(Step { id, kind })
}

fn kind(
    checker: &mut Checker,
    node: &Node,
    criteria: &mut CriteriaReader<'_>,
    ids: &mut BTreeSet<String>,
) -> Option<StepKind> {
    if let Some(event) = node.get("wait_for") {
        let event = activity_filter(checker, event, node.get("where"), criteria.names);
        let yes = steps(checker, node.items_of("yes"), criteria, ids);
        let no = steps(checker, node.items_of("no"), criteria, ids);
        return Some(StepKind::WaitFor { event: event?, within: wait(node.text_of("within")?)?, yes: yes?, no: no? });
    }
    if node.get("branches").is_some() {
        let branches: Vec<Option<Branch>> = node
            .items_of("branches")
            .iter()
            .map(|branch| {
                let when = branch.get("when").and_then(|when| criteria.criterion(checker, when, INSIDE));
                let steps = steps(checker, branch.items_of("steps"), criteria, ids);
                Some(Branch { when: when?, steps: steps? })
            })
            .collect();
        let otherwise = steps(checker, node.items_of("otherwise"), criteria, ids);
        return Some(StepKind::Condition {
            branches: branches.into_iter().collect::<Option<_>>()?,
            otherwise: otherwise?,
        });
    }
    if let Some(delay) = node.text_of("delay") {
        return wait(delay).map(StepKind::Delay);
    }
    action(node.get("do")?).map(StepKind::Act)
}

/// Whole days are calendar days; anything else is elapsed time.
fn wait(text: &str) -> Option<Wait> {
    let ms = scalar::duration_ms(text)?;
    if ms % DAY_MS == 0 {
        return u32::try_from(ms / DAY_MS).ok().map(Wait::Days);
    }
    Some(Wait::Seconds(ms / 1000))
}

fn action(node: &Node) -> Option<Action> {
    let entry = node.entries().first()?;
    let text = |key: &str| entry.node.text_of(key).map(str::to_owned);
    let connection = || text("connection");
    Some(match entry.key.as_str() {
        "set" => Action::SetField { field: text("field")?, value: text("value")? },
        "add_to" => Action::AddToSegment { connection: connection()?, segment: text("segment")? },
        "remove_from" => Action::RemoveFromSegment { connection: connection()?, segment: text("segment")? },
        "enroll_in" => Action::EnrollRemote(remote(&entry.node)?),
        "unenroll_from" => Action::UnenrollRemote(remote(&entry.node)?),
        "send" => Action::SendEmail { connection: connection()?, email: text("email")? },
        "unsubscribe" => Action::Unsubscribe { connection: connection()? },
        _ => Action::CallWebhook { webhook: entry.node.text()?.to_owned() },
    })
}
