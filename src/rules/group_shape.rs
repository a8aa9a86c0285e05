//! What the keys about buying groups of a rule file may hold: `custom_roles`, `role_templates`, `stage_models`,
//! `solution_interests`, `group_jobs`, `intent_signals`.

use super::criteria_shape::criterion;
use super::shape::{Key, Shape, Table, optional, required};
use crate::domain::buying_group::MAX_MEMBERS_REQUIRED;

fn status() -> Key {
    let words = [
        ("draft", "It can still be changed, and nothing uses it."),
        ("live", "It is in use, and fixed: it can neither be changed nor deleted."),
    ];
    optional("status", Shape::words("a status", &words), "`draft` when left out.")
}

/// Roles beside the default ones.
pub(crate) fn custom_roles() -> Key {
    let role = Table::new(
        "a role",
        vec![
            required("name", Shape::Text, "Unique; templates and criteria use it."),
            optional("description", Shape::Text, "For people."),
        ],
    );
    optional(
        "custom_roles",
        Shape::list(Shape::Map(role)),
        "Roles beside Decision Maker, Influencer, Practitioner, Executive Steering Committee, Champion and Other; at most \
         20 in all.",
    )
}

/// Role templates.
pub(crate) fn role_templates() -> Key {
    let role = Table::new(
        "a role of a template",
        vec![
            required("role", Shape::Text, "A default or custom role."),
            required("weighting", Shape::Name, "A band: trivial, minor, normal, important or vital."),
            optional("assign_when", criterion(), "Who gets the role without anybody's doing; nobody when left out."),
            optional("required", Shape::Bool, "Counts for completeness; `true` when left out."),
            optional(
                "members_required",
                Shape::Integer { min: 1, max: MAX_MEMBERS_REQUIRED.into() },
                "So many make the role complete; `1` when left out.",
            ),
        ],
    );
    let template = Table::new(
        "a role template",
        vec![
            required("name", Shape::Text, "Unique; solution interests use it."),
            optional("description", Shape::Text, "For people."),
            status(),
            required("roles", Shape::list(Shape::Map(role)), "By priority: who matches several gets the first."),
        ],
    );
    optional("role_templates", Shape::list(Shape::Map(template)), "Which roles a buying group has.")
}

/// Stage models.
pub(crate) fn stage_models() -> Key {
    let outcomes = [("success", "The goal is reached."), ("failure", "It ended without.")];
    let stage = Table::new(
        "a stage",
        vec![
            required("name", Shape::Text, "Unique in the model."),
            optional("description", Shape::Text, "For people."),
            optional("entry", Shape::Bool, "A group that is in no stage yet can enter here; `false` when left out."),
            optional("outcome", Shape::words("an outcome", &outcomes), "A destination; exactly one is a success."),
            optional("next", Shape::one_or_more(Shape::Text), "The stages to which a group can go from here."),
            optional("enter_when", criterion(), "A group that can go here does so by itself when this holds."),
        ],
    );
    let model = Table::new(
        "a stage model",
        vec![
            required("name", Shape::Text, "Unique; solution interests use it."),
            status(),
            required("stages", Shape::list(Shape::Map(stage)), "In the order in which they are tried and shown."),
        ],
    );
    optional("stage_models", Shape::list(Shape::Map(model)), "Where a buying group can stand, and where it can go.")
}

/// Solution interests.
pub(crate) fn solution_interests() -> Key {
    let interest = Table::new(
        "a solution interest",
        vec![
            required("name", Shape::Text, "Unique; groups are named `<name> for <account>`."),
            optional("description", Shape::Text, "For people."),
            required("template", Shape::Text, "A live role template; it cannot be changed later."),
            optional("stages", Shape::Text, "A live stage model."),
            optional(
                "update_existing_groups",
                Shape::Bool,
                "Members by condition follow the conditions after the group was made; `false` when left out.",
            ),
        ],
    );
    optional("solution_interests", Shape::list(Shape::Map(interest)), "What is sold, as buying groups see it.")
}

/// Creation jobs.
pub(crate) fn group_jobs() -> Key {
    let audience = Table::one_of(
        "an audience",
        vec![
            optional("view", Shape::Name, "The companies of a saved view."),
            optional("segment", Shape::Text, "The companies of a segment at a vendor (in HubSpot: list)."),
            optional("market", Shape::Name, "The companies of a market."),
        ],
    );
    let job = Table::new(
        "a job",
        vec![
            required("interest", Shape::Text, "The solution interest."),
            required("audience", Shape::Map(audience), "The accounts."),
        ],
    );
    optional(
        "group_jobs",
        Shape::list(Shape::Map(job)),
        "Makes a buying group of an interest for every account of an audience, also for those that join it later.",
    )
}

/// Intent signals.
pub(crate) fn intent_signals() -> Key {
    let values = || Shape::one_or_more(Shape::Text);
    let operators = || {
        Table::some_of(
            "a test",
            vec![
                optional("equals", values(), "Is one of these."),
                optional("does_not_equal", values(), "Is none of these."),
                optional("contains", values(), "Holds one of these."),
                optional("does_not_contain", values(), "Holds none of these."),
                optional("starts_with", values(), "Begins with one of these."),
            ],
        )
    };
    let page = || Shape::Either {
        single: Some(Box::new(Shape::Text)),
        list: Some(Box::new(Shape::list(Shape::Text))),
        map: Some(Box::new(Shape::Map(operators()))),
    };
    let keyword = Table::new(
        "a keyword",
        vec![
            required("keyword", Shape::Text, "Unique in the product."),
            optional("path", page(), "The page's path; letter case counts. A plain text means equals."),
            optional("title", page(), "The page's title (the attribute `asset`); letter case does not count."),
        ],
    );
    let product = Table::new(
        "a product",
        vec![
            required("name", Shape::Text, "Unique."),
            required("keywords", Shape::list(Shape::Map(keyword)), "What its pages are about; at most 150."),
        ],
    );
    let solution = Table::new(
        "a solution",
        vec![
            required("name", Shape::Text, "Unique."),
            required("products", Shape::list(Shape::Map(product)), "What it is made of."),
        ],
    );
    let table = Table::new(
        "intent signals",
        vec![
            optional(
                "half_life",
                Shape::Days { min: 1, max: 365 },
                "A visit counts half after this; `2d` when left out.",
            ),
            optional(
                "half_point",
                Shape::Integer { min: 1, max: 1_000_000 },
                "Weights of the activity table that make the value one half; `120`, three visits of today, when left out.",
            ),
            required("solutions", Shape::list(Shape::Map(solution)), "Solutions, their products, their keywords."),
        ],
    );
    optional("intent_signals", Shape::Map(table), "What visits tell about the interest of a group; in one file only.")
}
