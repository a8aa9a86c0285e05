//! From the tree of a checked rule file to rules of identity. What did not fit its shape was reported by the checker and
//! is left out here without another word; what can be judged without knowing the connections is judged here.

use std::collections::BTreeSet;

use intentd_sdk::record::ObjectKind;

use super::check::Checker;
use super::mapping_read::{Place, texts};
use super::yaml::Node;
use crate::domain::identity::{IdentityRules, PrecedenceRule, key_field, registrable_domain, secondary_key_field};
use crate::domain::plan::{FlowConflict, FlowEnd, FlowRule};

/// Where precedences and flows are written, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IdentityPlaces {
    pub(crate) precedence: Vec<Place>,
    /// The two ends of each flow.
    pub(crate) flows: Vec<[Place; 2]>,
}

/// What is collected from all rule files.
#[derive(Default)]
pub(crate) struct IdentityReader {
    pub(crate) rules: IdentityRules,
    pub(crate) places: IdentityPlaces,
    flowing: BTreeSet<(ObjectKind, String)>,
    switched: bool,
}

impl IdentityReader {
    /// Reads one file.
    pub(crate) fn file(&mut self, checker: &mut Checker, root: &Node) {
        if let Some(node) = root.get("identity") {
            self.identity(checker, node);
        }
        for node in root.items_of("flows") {
            self.flow(checker, node);
        }
    }

    fn identity(&mut self, checker: &mut Checker, root: &Node) {
        for node in root.items_of("precedence") {
            self.precedence(checker, node);
        }
        for node in root.items_of("free_mail_domains") {
            let Some(text) = node.text() else { continue };
            match registrable_domain(text) {
                Some(domain) => _ = self.rules.free_mail.insert(domain),
                None => {
                    let message = format!("`{text}` is not a domain that somebody registered");
                    checker.report_help(&node.span, "domain", message, Some("write it like `gmail.com`".into()));
                }
            }
        }
        if let Some(node) = root.get("link_contacts_by_domain") {
            if self.switched {
                let message = "`link_contacts_by_domain` is set twice".to_owned();
                checker.report_help(&node.span, "set_twice", message, Some("keep one".into()));
            }
            self.switched = true;
            self.rules.link_by_domain = node.text() != Some("false");
        }
    }

    fn precedence(&mut self, checker: &Checker, node: &Node) {
        let Some(kind) = node.text_of("object").and_then(ObjectKind::from_word) else { return };
        let fields: BTreeSet<String> = texts(node.items_of("fields")).into_iter().collect();
        let order = texts(node.items_of("order"));
        if fields.is_empty() || order.is_empty() {
            return;
        }
        self.places.precedence.push(place(checker, node.get("order").unwrap_or(node)));
        self.rules.precedence.push(PrecedenceRule { kind, fields, order });
    }

    fn flow(&mut self, checker: &mut Checker, node: &Node) {
        let Some(kind) = node.text_of("object").and_then(ObjectKind::from_word) else { return };
        let (Some(field_node), Some("shared")) = (node.get("field"), node.text_of("ownership")) else { return };
        let Some(field) = field_node.text() else { return };
        if [key_field(kind), secondary_key_field(kind)].contains(&Some(field)) {
            let message = format!("`{field}` tells who is who, so it cannot flow");
            checker.report_help(&field_node.span, "flow_of_key", message, Some("let another field flow".into()));
            return;
        }
        if !self.flowing.insert((kind, field.to_owned())) {
            let message = format!("the field `{field}` flows twice");
            checker.report_help(&field_node.span, "flow_twice", message, Some("keep one of the flows".into()));
            return;
        }
        let between = node.items_of("between");
        let nodes: Vec<&Node> = match node.get("from").zip(node.get("to")) {
            Some((from, to)) => vec![from, to],
            None => between.iter().collect(),
        };
        let [first_node, second_node] = nodes.as_slice() else {
            if let Some(node) = node.get("between") {
                let message = "a flow is between two properties".to_owned();
                let help = "write `between: [hubspot.jobtitle, marketo.title]`";
                checker.report_help(&node.span, "flow_ends", message, Some(help.into()));
            }
            return;
        };
        let (Some(first), Some(second)) = (end(checker, first_node), end(checker, second_node)) else { return };
        if first.source == second.source {
            let message = "both ends are at the same place".to_owned();
            let help = "name two connections or two vendors";
            checker.report_help(&second_node.span, "flow_ends", message, Some(help.into()));
            return;
        }
        let conflict = match (node.get("from"), node.get("conflict")) {
            (None, Some(conflict)) => match conflict_of(checker, conflict, &first, &second) {
                Some(rule) => Some(rule),
                None => return,
            },
            (Some(_), _) => None,
            (None, None) => return,
        };
        self.places.flows.push([place(checker, first_node), place(checker, second_node)]);
        self.rules.flows.push(FlowRule { kind, field: field.to_owned(), ends: [first, second], conflict });
    }
}

fn place(checker: &Checker, node: &Node) -> Place {
    Place { source: checker.source.clone(), span: node.span.clone() }
}

fn end(checker: &mut Checker, node: &Node) -> Option<FlowEnd> {
    let text = node.text()?;
    match text.split_once('.') {
        Some((source, property)) if !source.is_empty() && !property.is_empty() => {
            Some(FlowEnd { source: source.to_owned(), property: property.to_owned() })
        }
        _ => {
            let message = format!("`{text}` does not say where the property is");
            let help = format!("put the connection or the vendor before it: `hubspot.{}`", text.trim_matches('.'));
            checker.report_help(&node.span, "flow_ends", message, Some(help));
            None
        }
    }
}

fn conflict_of(checker: &mut Checker, node: &Node, first: &FlowEnd, second: &FlowEnd) -> Option<FlowConflict> {
    let text = node.text()?;
    match text {
        "newest" => Some(FlowConflict::Newest),
        "ask" => Some(FlowConflict::Ask),
        side if side == first.source => Some(FlowConflict::Side(0)),
        side if side == second.source => Some(FlowConflict::Side(1)),
        other => {
            let message = format!("`{other}` is not a rule for conflicts");
            let help = format!("write `newest`, `ask`, `{}` or `{}`", first.source, second.source);
            checker.report_help(&node.span, "unknown_word", message, Some(help));
            None
        }
    }
}
