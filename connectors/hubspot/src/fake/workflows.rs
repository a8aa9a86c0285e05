//! Workflows as far as the API reaches them: their list, the mapping of ids, enrolling contacts, and the triggers
//! "added to a list" and "property set" through which companies are enrolled (documentation: "Automation").

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::kind::Kind;

/// A workflow.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Workflow {
    /// The id of the flows API.
    pub flow_id: u64,
    /// The classic id, which alone enrolls; contact workflows only.
    pub legacy_id: Option<u64>,
    pub name: String,
    pub kind: Kind,
    pub enabled: bool,
    pub may_enroll_again: bool,
    /// Members are not enrolled.
    pub suppression_lists: Vec<u64>,
    /// Records that meet it are not enrolled: a property and its value.
    pub goal: Option<(String, String)>,
    /// Joining this list enrolls.
    pub list_trigger: Option<u64>,
    /// Writing this value to this property enrolls.
    pub property_trigger: Option<(String, String)>,
    /// Every enrollment that took place, per record.
    pub enrolled: BTreeMap<u64, Vec<Timestamp>>,
    /// Who met the goal while enrolled, and so left.
    pub met_goal: BTreeMap<u64, Timestamp>,
    /// Who is enrolled at present.
    pub active: BTreeMap<u64, Timestamp>,
    pub created_at: Timestamp,
}

/// All workflows, by flow id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Workflows {
    pub all: BTreeMap<u64, Workflow>,
}

impl Workflows {
    /// Makes an enabled workflow; gives its flow id.
    pub fn add(&mut self, name: &str, kind: Kind, at: Timestamp) -> u64 {
        let flow_id = self.all.last_key_value().map_or(585_051_946, |(last, _)| last + 1);
        let legacy_id = (kind == Kind::Contact).then_some(12_345 + self.all.len() as u64);
        self.all.insert(
            flow_id,
            Workflow {
                flow_id,
                legacy_id,
                name: name.into(),
                kind,
                enabled: true,
                may_enroll_again: false,
                suppression_lists: Vec::new(),
                goal: None,
                list_trigger: None,
                property_trigger: None,
                enrolled: BTreeMap::new(),
                met_goal: BTreeMap::new(),
                active: BTreeMap::new(),
                created_at: at,
            },
        );
        flow_id
    }

    /// A contact workflow by its classic id.
    pub fn find_legacy(&self, legacy_id: u64) -> Option<u64> {
        self.all.values().find(|flow| flow.legacy_id == Some(legacy_id)).map(|flow| flow.flow_id)
    }
}

impl super::account::Account {
    /// Enrolls a record if the workflow lets it in: enabled, not on a suppression list, goal not met yet, not enrolled
    /// before (unless it may again). The caller learns nothing, like a client of the real API.
    pub fn enroll(&mut self, flow_id: u64, record: u64, at: Timestamp) {
        let Some(flow) = self.workflows.all.get(&flow_id) else { return };
        let suppressed = flow
            .suppression_lists
            .iter()
            .any(|list| self.lists.get(*list).is_some_and(|list| list.members.contains_key(&record)));
        let goal_met = flow.goal.as_ref().is_some_and(|(name, value)| {
            let known = self.table(flow.kind).get(record);
            known.and_then(|known| self.value(flow.kind, known, name)).as_deref() == Some(value)
        });
        let again = flow.enrolled.contains_key(&record) && !flow.may_enroll_again;
        if !flow.enabled || suppressed || goal_met || again || flow.active.contains_key(&record) {
            return;
        }
        if let Some(flow) = self.workflows.all.get_mut(&flow_id) {
            flow.enrolled.entry(record).or_default().push(at);
            flow.active.insert(record, at);
        }
    }

    pub(crate) fn joined_list(&mut self, list: u64, record: u64, at: Timestamp) {
        let flows: Vec<u64> =
            self.workflows.all.values().filter(|flow| flow.list_trigger == Some(list)).map(|f| f.flow_id).collect();
        for flow in flows {
            self.enroll(flow, record, at);
        }
    }

    /// What workflows make of a write: who meets the goal leaves, and a property trigger enrolls.
    pub(crate) fn wrote_values(&mut self, kind: Kind, record: u64, values: &[(String, String)], at: Timestamp) {
        for flow in self.workflows.all.values_mut().filter(|flow| flow.kind == kind) {
            let is_met = flow.goal.as_ref().is_some_and(|goal| values.contains(goal));
            if is_met && flow.active.remove(&record).is_some() {
                flow.met_goal.insert(record, at);
            }
        }
        let flows: Vec<u64> = self
            .workflows
            .all
            .values()
            .filter(|flow| flow.kind == kind)
            .filter(|flow| flow.property_trigger.as_ref().is_some_and(|trigger| values.contains(trigger)))
            .map(|flow| flow.flow_id)
            .collect();
        for flow in flows {
            self.enroll(flow, record, at);
        }
    }
}
