//! What a criterion may say, wherever one stands: in markets, views, goals, enrollment, roles, segments and stages.

use std::sync::LazyLock;

use super::mapping_shape::tests;
use super::score_shape::field_tests;
use super::shape::{Key, Kind, Named, Shape, Table, optional, required};

/// The longest window: ten years.
const MAX_DAYS: i64 = 3660;
/// More than anybody does.
const MAX_COUNT: i64 = 1_000_000;

/// What the reference page begins with.
pub(crate) const INTRODUCTION: &str = "\
Markets, views, goals, enrollment, roles and stages all ask in this one language.
A criterion is one test, or a tree of them with `all`, `any` and `not`; a plain list means `all`.
Each test is a group of keys and is told by its first one; a key in bold must be there.

Days are calendar days of the workspace's time zone: `within: 30d` is today and the 29 days before it.
Text in fields compares without regard to letter case; names and attributes of activities are exact.
A field without a value passes only `is_set: false`, `does_not_equal` and `does_not_contain`.
Of a company, `field` is its own field, and activities are those of all its people.
A test that its subject cannot answer, a name that nothing makes, and an operator that does not fit the field's type are \
refused when the rules load.
";

/// What people often ask, as it is written.
pub(crate) const EXAMPLES: &[(&str, &str)] = &[
    (
        "companies of some size in the Nordics",
        "\
criteria:
  - {field: country, equals: [SE, \"NO\", DK, FI]}
  - {field: employees, at_least: 50}
  - any:
      - {field: industry, contains: [software, consulting]}
      - {field: target_account, equals: true}
",
    ),
    (
        "a contact who is warm and not a customer",
        "\
criteria:
  all:
    - {activity: email_click, where: {path: {contains: pricing}}, at_least: 2, within: 30d}
    - {score: lead_score, at_least: 50}
    - not: {any: [{segment: Customers}, {field: lifecycle_stage, equals: customer}]}
",
    ),
    (
        "an account whose buying group lacks a decision maker",
        "\
criteria:
  buying_group: {missing_role: Decision Maker, completeness: {below: 50}}
",
    ),
];

/// A criterion: one test, or a list of which all must hold.
pub(crate) fn criterion() -> Shape {
    Shape::Named(Named {
        name: "criterion",
        what: "a criterion",
        page: "criteria",
        example: "{field: country, equals: SE}",
        shape: inside,
    })
}

fn inside() -> &'static Shape {
    static INSIDE: LazyLock<Shape> = LazyLock::new(|| Shape::Either {
        single: None,
        list: Some(Box::new(Shape::list(criterion()))),
        map: Some(Box::new(Shape::Kinds(kinds()))),
    });
    &INSIDE
}

/// Every kind of criterion.
pub(crate) fn kinds() -> Vec<Kind> {
    let kind = |tag: &'static str, what: &'static str, shape: Shape, meaning: &str, more: Vec<Key>| {
        let keys = std::iter::once(required(tag, shape, meaning)).chain(more).collect();
        Kind { tag, table: Table::new(what, keys) }
    };
    let branch = || Shape::list(criterion());
    vec![
        kind("all", "`all`", branch(), "Every one of these holds.", vec![]),
        kind("any", "`any`", branch(), "At least one of these holds.", vec![]),
        kind("not", "`not`", criterion(), "This does not hold.", vec![]),
        kind(
            "field",
            "a test of a field",
            Shape::Name,
            "A field of the contact; where companies are tested, of the company.",
            field_operators(),
        ),
        kind(
            "company_field",
            "a test of a company field",
            Shape::Name,
            "A field of the contact's primary company, of the company itself, or of a buying group's account.",
            field_operators(),
        ),
        kind(
            "activity",
            "a test of activities",
            Shape::Name,
            "How many such activities there are; at least one when nothing else is said.",
            std::iter::once(optional("where", tests(), "Tests on the activity's attributes; all must hold."))
                .chain(counts())
                .chain(windows())
                .collect(),
        ),
        kind(
            "visits",
            "a test of visits",
            Shape::Map(Table::some_of("a range", counts())),
            "How many visits the company has made, as intent counts them.",
            windows(),
        ),
        kind(
            "segment",
            "a test of a segment",
            Shape::Text,
            "Member of a segment at a vendor (in HubSpot: list).",
            vec![],
        ),
        kind("score", "a test of a score", Shape::Name, "A score, as it is shown.", numbers()),
        kind(
            "label",
            "a test of a label",
            Shape::Name,
            "The label of a score.",
            vec![required("is", Shape::one_or_more(Shape::Text), "One of these labels.")],
        ),
        kind("engagement", "a test of engagement", range(), "Person engagement, from 0 to 100.", vec![]),
        kind(
            "intent",
            "a test of intent",
            Shape::one_or_more(Shape::Text),
            "`true`: the company shows intent; or the names of intent criteria, of which it meets one.",
            vec![],
        ),
        kind(
            "market",
            "a test of a market",
            Shape::Name,
            "The company is in this market; `any`: in any active one.",
            vec![],
        ),
        kind("view", "a test of a view", Shape::Name, "The company is in this saved view.", vec![]),
        kind("in_crm", "a test of the CRM", Shape::Bool, "Whether the company has a record at a vendor.", vec![]),
        kind("goal", "a test of a goal", Shape::Name, "The contact achieved the goal of this workflow.", vec![]),
        kind("enrolled", "a test of an enrollment", Shape::Name, "The contact is in this workflow now.", vec![]),
        kind(
            "buying_group",
            "a test of a buying group",
            Shape::single_or_map(Shape::Bool, Shape::Map(Table::some_of("a buying group", group()))),
            "One and the same group meets all of this; `true`: any group.",
            vec![],
        ),
    ]
}

fn field_operators() -> Vec<Key> {
    let days = || Shape::Days { min: 1, max: MAX_DAYS };
    let mut keys = field_tests();
    keys.extend([
        optional("within", days(), "The day is today or one of the days before it, so many in all."),
        optional("in_next", days(), "The day is today or one of the days after it, so many in all."),
        optional("more_than_ago", days(), "The day lies more than so many days back."),
    ]);
    keys
}

fn counts() -> Vec<Key> {
    let count = || Shape::Integer { min: 0, max: MAX_COUNT };
    vec![
        optional("at_least", count(), "So many or more."),
        optional("at_most", count(), "So many or fewer; `0` for none at all."),
        optional("above", count(), "More than this."),
        optional("below", count(), "Fewer than this."),
    ]
}

fn numbers() -> Vec<Key> {
    vec![
        optional("at_least", Shape::Number, "This or more."),
        optional("at_most", Shape::Number, "This or less."),
        optional("above", Shape::Number, "More than this."),
        optional("below", Shape::Number, "Less than this."),
    ]
}

fn range() -> Shape {
    Shape::Map(Table::some_of("a range", numbers()))
}

fn windows() -> Vec<Key> {
    vec![
        optional("within", Shape::Days { min: 1, max: MAX_DAYS }, "Today and the days before it, so many in all."),
        optional("from", Shape::Text, "From this day on: `2026-11-21`; can stand together with `to`."),
        optional("to", Shape::Text, "Until this day, which counts too."),
        optional(
            "since",
            Shape::words("a beginning", &[("enrollment", "The contact's enrollment in the workflow that asks.")]),
            "From this instant on.",
        ),
    ]
}

fn group() -> Vec<Key> {
    let names = || Shape::one_or_more(Shape::Text);
    vec![
        optional("interest", names(), "Of one of these solution interests."),
        optional("role", names(), "The contact has one of these roles; otherwise: somebody has."),
        optional("missing_role", Shape::Text, "Nobody in the group has this role."),
        optional("stage", names(), "In one of these stages."),
        optional("completeness", range(), "From 0 to 100."),
        optional("engagement", range(), "The group's engagement, as it is shown."),
    ]
}
