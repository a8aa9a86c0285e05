//! What the key `scores` of a rule file may hold.

use super::mapping_shape::tests;
use super::shape::{Key, Kind, Shape, Table, optional, required};

/// The longest window: ten years.
const MAX_DAYS: i64 = 3660;

/// The key `scores` and what stands under it.
pub(crate) fn key() -> Key {
    let meaning = "Lead scores; each is one number per contact.";
    optional("scores", Shape::list(Shape::Map(score())), meaning)
}

fn score() -> Table {
    Table::new(
        "a score",
        vec![
            required("name", Shape::Name, "The stable name: mappings write `score.<name>`."),
            optional("title", Shape::Text, "The name for people."),
            optional("type", number_type(), "Whole or decimal; whole when left out."),
            optional("minimum", Shape::Number, "The value is never below this."),
            optional("maximum", Shape::Number, "The value is never above this."),
            optional("groups", Shape::list(Shape::Map(group())), "Rules whose sum is limited together."),
            required("rules", Shape::list(Shape::Kinds(rules())), "The reasons for points."),
            optional("labels", Shape::list(Shape::Map(label())), "Names for ranges of the value, from the lowest up."),
        ],
    )
}

fn number_type() -> Shape {
    let places = optional("places", Shape::Integer { min: 1, max: 6 }, "Decimal places that are shown and written.");
    Shape::single_or_map(
        Shape::words("a type", &[("integer", "Whole numbers."), ("decimal", "Two decimal places.")]),
        Shape::Map(Table::one_of(
            "a type",
            vec![optional("decimal", Shape::Map(Table::new("decimal", vec![places])), "Decimal numbers.")],
        )),
    )
}

fn group() -> Table {
    Table::new(
        "a group",
        vec![
            required("name", Shape::Name, "The name that rules use."),
            optional("minimum", Shape::Number, "The group's sum is never below this."),
            optional("maximum", Shape::Number, "The group's sum is never above this."),
        ],
    )
}

fn label() -> Table {
    Table::new(
        "a label",
        vec![
            required("name", Shape::Text, "The name for people."),
            required("from", Shape::Number, "Entered when the shown value is at least this."),
            optional(
                "leave_below",
                Shape::Number,
                "Left only when the shown value is below this; `from` when left out.",
            ),
        ],
    )
}

fn rules() -> Vec<Kind> {
    let kind = |tag: &'static str, mut keys: Vec<Key>| {
        keys.insert(0, required("id", Shape::Name, "Stable and unique in the score."));
        keys.extend([
            optional("title", Shape::Text, "The reason in words, as explanations show it."),
            optional("group", Shape::Name, "The group that the rule belongs to."),
            optional("minimum", Shape::Number, "The rule's sum is never below this."),
            optional("maximum", Shape::Number, "The rule's sum is never above this."),
        ]);
        Kind { tag, table: Table::new("a rule", keys) }
    };
    let points = || required("points", Shape::Number, "Points; negative ones take away.");
    vec![
        kind(
            "event",
            vec![
                required("event", Shape::Name, "The activity type, for example `email_open`."),
                optional("where", tests(), "Tests on the activity's attributes; all must hold."),
                points(),
                optional("limit", limit(), "How many count; every one when left out."),
                optional("fading", fading(), "How points fade with age; never when left out."),
            ],
        ),
        kind(
            "absence",
            vec![
                required("absence", Shape::Map(absence()), "What was expected after what, and did not come."),
                points(),
                optional("limit", limit(), "How many count; every one when left out."),
                optional("fading", fading(), "How points fade with age; never when left out."),
            ],
        ),
        kind(
            "field",
            vec![
                required("field", Shape::Name, "The contact field."),
                required("cases", Shape::list(Shape::Map(case())), "The first case that matches gives its points."),
            ],
        ),
        kind("segment", vec![required("segment", Shape::Text, "The segment's name at the vendor."), points()]),
    ]
}

fn activity() -> (Shape, Shape) {
    let table = Table::new(
        "an activity",
        vec![
            required("event", Shape::Name, "The activity type."),
            optional("where", tests(), "Tests on the activity's attributes; all must hold."),
        ],
    );
    (Shape::Name, Shape::Map(table))
}

fn absence() -> Table {
    let one = || {
        let (name, table) = activity();
        Shape::single_or_map(name, table)
    };
    let (name, table) = activity();
    Table::new(
        "an absence",
        vec![
            required("after", one(), "The activity that starts the deadline."),
            required("expected", one(), "The activity that should follow."),
            optional("same", Shape::Name, "An attribute that must be equal in both, for example `asset`."),
            required("within", Shape::Days { min: 1, max: MAX_DAYS }, "The deadline."),
            optional("unless", Shape::one_or_more_of(name, table), "Activities that cancel the expectation."),
        ],
    )
}

fn limit() -> Shape {
    let count = || Shape::Integer { min: 1, max: 10_000 };
    Shape::single_or_map(
        Shape::words("a limit", &[("every", "Every activity counts."), ("first", "Only the first counts.")]),
        Shape::Map(Table::one_of(
            "a limit",
            vec![
                optional("per_day", count(), "So many per calendar day."),
                optional(
                    "per_window",
                    Shape::Map(Table::new(
                        "a window",
                        vec![
                            required("count", count(), "So many …"),
                            required(
                                "days",
                                Shape::Integer { min: 1, max: MAX_DAYS },
                                "… in so many consecutive days.",
                            ),
                        ],
                    )),
                    "So many in any run of days.",
                ),
            ],
        )),
    )
}

fn fading() -> Shape {
    let days = || Shape::Days { min: 1, max: MAX_DAYS };
    Shape::single_or_map(
        Shape::words("a fading", &[("never", "Points stay.")]),
        Shape::Map(Table::one_of(
            "a fading",
            vec![
                optional("window", days(), "Counts for so many days, today included, then not at all."),
                optional(
                    "linear",
                    Shape::Map(Table::new(
                        "a linear fading",
                        vec![
                            required(
                                "percent",
                                Shape::Integer { min: 1, max: 100 },
                                "So much of the first points goes …",
                            ),
                            required("every", days(), "… each time so many days have passed."),
                        ],
                    )),
                    "Loses a share step by step.",
                ),
                optional("half_life", days(), "Halves each time so many days have passed."),
            ],
        )),
    )
}

/// The tests of a case, besides its points.
pub(crate) const TEXT_TESTS: [&str; 3] = ["contains", "does_not_contain", "starts_with"];
pub(crate) const NUMBER_TESTS: [&str; 4] = ["at_least", "at_most", "above", "below"];
pub(crate) const DATE_TESTS: [&str; 2] = ["from", "to"];

/// The keys that test a field's value; a test holds one of them, or one of the two pairs.
pub(crate) fn field_tests() -> Vec<Key> {
    let values = || Shape::one_or_more(Shape::Text);
    vec![
        optional("equals", values(), "Is one of these; text without regard to letter case."),
        optional("does_not_equal", values(), "Is none of these."),
        optional("contains", values(), "The text holds one of these, without regard to letter case."),
        optional("does_not_contain", values(), "The text holds none of these."),
        optional("starts_with", values(), "The text begins with one of these."),
        optional("at_least", Shape::Number, "The number is this or more; can stand together with `at_most`."),
        optional("at_most", Shape::Number, "The number is this or less."),
        optional("above", Shape::Number, "The number is more than this."),
        optional("below", Shape::Number, "The number is less than this."),
        optional("from", Shape::Text, "The day is this or later: `2026-11-21`; can stand together with `to`."),
        optional("to", Shape::Text, "The day is this or earlier."),
        optional("is_set", Shape::Bool, "Whether the field has a value at all."),
    ]
}

fn case() -> Table {
    let mut keys = field_tests();
    keys.push(required("points", Shape::Number, "Points; negative ones take away."));
    Table::new("a case", keys)
}
