//! What the rules of workflows may hold.

use std::sync::LazyLock;

use super::criteria_shape;
use super::mapping_shape::tests;
use super::shape::{Key, Kind, Named, Shape, Table, optional, required};

/// The longest wait: ten years.
const MAX_DAYS: i64 = 3660;

/// The key `workflows`.
pub(crate) fn workflows() -> Key {
    optional(
        "workflows",
        Shape::list(Shape::Map(workflow())),
        "Who is enrolled, which goal ends it, and what the steps do.",
    )
}

fn workflow() -> Table {
    Table::new(
        "a workflow",
        vec![
            required("name", Shape::Name, "The stable name."),
            optional("title", Shape::Text, "The name for people."),
            required("enroll", criteria_shape::criterion(), "Who is enrolled."),
            optional(
                "existing",
                Shape::words(
                    "a choice",
                    &[
                        ("enroll", "Contacts that meet the criteria already are enrolled."),
                        ("skip", "Only those that come to meet them later are."),
                    ],
                ),
                "What becomes of contacts that meet the criteria when the workflow is new; `skip` when left out.",
            ),
            optional(
                "suppression",
                Shape::one_or_more(Shape::Text),
                "Segments whose members are not enrolled, and leave when they join.",
            ),
            optional("goal", criteria_shape::criterion(), "Who meets this is unenrolled, and counts after an e-mail."),
            optional("emails", Shape::one_or_more(Shape::Text), "The marketing e-mails that belong to it, by name."),
            optional("remote", Shape::Map(remote()), "The workflow or campaign at a vendor that it drives."),
            optional(
                "completes_after",
                Shape::Days { min: 1, max: MAX_DAYS },
                "Without steps: when a contact has completed it.",
            ),
            optional("steps", steps(), "What is done with a contact, in order."),
        ],
    )
}

fn remote() -> Table {
    Table::new(
        "a workflow at a vendor",
        vec![
            required("connection", Shape::Text, "The connection's name in intentd.yaml."),
            required("workflow", Shape::Text, "Its name or id at the vendor."),
        ],
    )
}

/// Steps, which can hold steps.
fn steps() -> Shape {
    Shape::Named(Named {
        name: "steps",
        what: "a list of steps",
        page: "steps",
        example: "[{id: wait, delay: 3d}]",
        shape: inside,
    })
}

fn inside() -> &'static Shape {
    static INSIDE: LazyLock<Shape> = LazyLock::new(|| Shape::list(Shape::Kinds(kinds())));
    &INSIDE
}

/// Every kind of step.
pub(crate) fn kinds() -> Vec<Kind> {
    let kind = |tag: &'static str, mut keys: Vec<Key>| {
        keys.insert(0, required("id", Shape::Name, "Stable and unique in the workflow."));
        Kind { tag, table: Table::new("a step", keys) }
    };
    let wait = || Shape::Duration { min_ms: 60_000, max_ms: MAX_DAYS * 86_400_000 };
    vec![
        kind(
            "wait_for",
            vec![
                required("wait_for", Shape::Name, "The activity type."),
                optional("where", tests(), "Tests on the activity's attributes; all must hold."),
                required("within", wait(), "The deadline: `5h`, `3d`."),
                optional("yes", steps(), "When it came in time."),
                optional("no", steps(), "When it did not."),
            ],
        ),
        kind(
            "branches",
            vec![
                required(
                    "branches",
                    Shape::list(Shape::Map(Table::new(
                        "a branch",
                        vec![
                            required("when", criteria_shape::criterion(), "The first branch that holds is taken."),
                            optional("steps", steps(), "What is done then."),
                        ],
                    ))),
                    "Ways on, tried from the first.",
                ),
                optional("otherwise", steps(), "What is done when no branch holds."),
            ],
        ),
        kind("delay", vec![required("delay", wait(), "How long to wait: `5h`, `3d`.")]),
        kind("do", vec![required("do", Shape::Map(action()), "What is to be done.")]),
    ]
}

fn action() -> Table {
    let at = |what: &'static str, name: &'static str, meaning: &'static str| {
        Shape::Map(Table::new(
            what,
            vec![
                required("connection", Shape::Text, "The connection's name in intentd.yaml."),
                required(name, Shape::Text, meaning),
            ],
        ))
    };
    let segment = || at("a segment", "segment", "Its name at the vendor.");
    Table::one_of(
        "an action",
        vec![
            optional(
                "set",
                Shape::Map(Table::new(
                    "a field with its value",
                    vec![
                        required("field", Shape::Name, "The field."),
                        required("value", Shape::Text, "Its new value."),
                    ],
                )),
                "Gives a field a value.",
            ),
            optional("add_to", segment(), "Adds to a static segment."),
            optional("remove_from", segment(), "Removes from a static segment."),
            optional("enroll_in", Shape::Map(remote()), "Enrolls in a workflow or campaign at a vendor."),
            optional("unenroll_from", Shape::Map(remote()), "Takes out of a workflow at a vendor."),
            optional("send", at("an e-mail", "email", "Its name at the vendor."), "Has a marketing e-mail sent."),
            optional(
                "unsubscribe",
                Shape::Map(Table::new(
                    "a connection",
                    vec![required("connection", Shape::Text, "The connection's name in intentd.yaml.")],
                )),
                "From all marketing e-mail.",
            ),
            optional("webhook", Shape::Name, "Calls an address of intentd.yaml by its name there."),
        ],
    )
}
