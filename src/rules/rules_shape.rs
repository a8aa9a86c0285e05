//! What a file of rules may hold: `rules/*.yaml`. Each kind of rule is one key and one line here; its shape, its reader and
//! its page stand in files of their own.

use super::shape::{Key, Shape, Table};
use super::{intent_shape, market_shape, score_shape, view_shape, workflow_shape};

/// One kind of rule.
pub(crate) struct RulesKind {
    pub(crate) key: Key,
    /// "Lead scores".
    pub(crate) title: &'static str,
    /// The page of the reference.
    pub(crate) page: &'static str,
}

/// All kinds of rule.
pub(crate) fn kinds() -> Vec<RulesKind> {
    vec![
        RulesKind { key: score_shape::key(), title: "Lead scores", page: "scores.md" },
        RulesKind { key: market_shape::key(), title: "Markets", page: "markets.md" },
        RulesKind { key: intent_shape::intent(), title: "Buyer intent", page: "intent.md" },
        RulesKind { key: intent_shape::recommendations(), title: "Page recommendations", page: "recommendations.md" },
        RulesKind { key: view_shape::key(), title: "Saved views", page: "views.md" },
        RulesKind { key: workflow_shape::workflows(), title: "Workflows", page: "workflows.md" },
    ]
}

/// A file of rules.
pub(crate) fn file() -> Shape {
    Shape::Map(Table::some_of("a rule file", kinds().into_iter().map(|kind| kind.key).collect()))
}
