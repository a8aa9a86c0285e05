//! The values that mappings can write besides scores: whose they are and what they hold. They follow from the rules: a solution
//! interest gives each of its groups an engagement, a workflow gives each of its contacts a status.

use std::collections::BTreeMap;

use intentd_sdk::record::{ObjectKind, PropertyType};

use crate::domain::buying_group::BuyingGroupRules;
use crate::domain::workflow::WorkflowModel;

/// What a value holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Number,
    Text,
    Bool,
    Names,
    Instant,
}

impl Holds {
    /// For people.
    pub(super) fn what(self) -> &'static str {
        match self {
            Holds::Number => "a number",
            Holds::Text => "a text",
            Holds::Bool => "true or false",
            Holds::Names => "a list of names",
            Holds::Instant => "an instant",
        }
    }

    /// The type to write when another one does not fit.
    pub(super) fn fitting(self) -> &'static str {
        match self {
            Holds::Number => "number",
            Holds::Text | Holds::Names => "text",
            Holds::Bool => "bool",
            Holds::Instant => "datetime",
        }
    }

    /// Whether a property of this type can hold it.
    pub(super) fn fits(self, value_type: PropertyType) -> bool {
        match self {
            Holds::Number => matches!(value_type, PropertyType::Number | PropertyType::Text),
            Holds::Text | Holds::Names => matches!(value_type, PropertyType::Text | PropertyType::Enumeration),
            Holds::Bool => matches!(value_type, PropertyType::Bool | PropertyType::Text),
            Holds::Instant => {
                matches!(value_type, PropertyType::Datetime | PropertyType::Date | PropertyType::Text)
            }
        }
    }
}

/// Value name to whose it is and what it holds.
pub(super) type Catalogue = BTreeMap<String, (ObjectKind, Holds)>;

/// Everything that these rules make.
pub(super) fn catalogue(groups: &BuyingGroupRules, workflows: &[WorkflowModel], engaged: bool) -> Catalogue {
    use ObjectKind::{Company, Contact};
    let mut found = Catalogue::new();
    let mut put = |name: String, kind: ObjectKind, holds: Holds| _ = found.insert(name, (kind, holds));
    for (name, holds) in [
        ("intent.shows", Holds::Bool),
        ("intent.criteria", Holds::Names),
        ("intent.since", Holds::Instant),
        ("intent.visits", Holds::Number),
        ("intent.visitors", Holds::Number),
        ("intent.first_visit", Holds::Instant),
        ("intent.last_visit", Holds::Instant),
        ("markets", Holds::Names),
        ("views", Holds::Names),
    ] {
        put(name.to_owned(), Company, holds);
    }
    if engaged {
        put("engagement".to_owned(), Contact, Holds::Number);
    }
    for interest in &groups.interests {
        let of = |what: &str| format!("group.{}.{what}", interest.name);
        put(of("engagement"), Company, Holds::Number);
        put(of("completeness"), Company, Holds::Number);
        put(of("stage"), Company, Holds::Text);
        put(of("missing_roles"), Company, Holds::Names);
        put(of("role"), Contact, Holds::Text);
    }
    for workflow in workflows {
        put(format!("workflow.{}.status", workflow.name), Contact, Holds::Text);
        put(format!("workflow.{}.goal", workflow.name), Contact, Holds::Bool);
    }
    found
}
