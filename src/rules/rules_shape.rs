//! What a file of rules may hold: `rules/*.yaml`. Each kind of rule is one key and one line here; its shape, its reader and
//! its page stand in files of their own.

use super::shape::{Key, Shape, Table};
use super::{
    engagement_shape, group_shape, identity_shape, intent_shape, market_shape, score_shape, view_shape, workflow_shape,
};

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
        RulesKind { key: engagement_shape::key(), title: "Engagement", page: "engagement.md" },
        RulesKind {
            key: group_shape::solution_interests(),
            title: "Solution interests",
            page: "solution_interests.md",
        },
        RulesKind { key: group_shape::role_templates(), title: "Role templates", page: "role_templates.md" },
        RulesKind { key: group_shape::custom_roles(), title: "Custom roles", page: "custom_roles.md" },
        RulesKind { key: group_shape::stage_models(), title: "Stage models", page: "stage_models.md" },
        RulesKind { key: group_shape::group_jobs(), title: "Buying group jobs", page: "group_jobs.md" },
        RulesKind { key: group_shape::intent_signals(), title: "Intent signals", page: "intent_signals.md" },
        RulesKind { key: workflow_shape::workflows(), title: "Workflows", page: "workflows.md" },
        RulesKind { key: identity_shape::identity(), title: "Identity", page: "identity.md" },
        RulesKind { key: identity_shape::flows(), title: "Flows between sources", page: "flows.md" },
    ]
}

/// A file of rules.
pub(crate) fn file() -> Shape {
    Shape::Map(Table::some_of("a rule file", kinds().into_iter().map(|kind| kind.key).collect()))
}
