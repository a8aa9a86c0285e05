//! What the key `engagement` of a rule file may hold.

use super::mapping_shape::tests;
use super::shape::{Key, Shape, Table, optional, required};

/// The greatest weight.
pub(crate) const MAX_WEIGHT: i64 = 1000;

/// The key and what stands under it.
pub(crate) fn key() -> Key {
    let weight = || Shape::Integer { min: 0, max: MAX_WEIGHT };
    let cap = || Shape::Integer { min: 1, max: 10_000 };
    let row = Table::new(
        "a row of the activity table",
        vec![
            required(
                "activity",
                Shape::one_or_more(Shape::Name),
                "Our activity types that count here. One that no mapping makes does no harm.",
            ),
            optional("where", tests(), "Tests on the activity's attributes; all must hold."),
            required("title", Shape::Text, "The name for people, as explanations show it."),
            optional("kind", Shape::Text, "The kind of engagement: Email, Web, Event …"),
            optional("weight", weight(), "How much it counts, in the normalized method; `0` takes the activity out."),
            optional("band", Shape::Name, "Instead of `weight`: the name of a band."),
            optional("daily_cap", cap(), "Instead of the table's `daily_cap`."),
        ],
    );
    let methods = [
        ("counts", "Day-capped counts; for groups by the shares of all roles of the template."),
        (
            "normalized",
            "Weights, square roots and 0 to 100 over everybody; for groups by the shares of the roles in use.",
        ),
    ];
    let scalings = [
        ("maximum", "Weights are taken relative to the greatest: everything counts."),
        ("min_max", "The literal min-max: the least weight that occurs counts nothing."),
    ];
    let table = Table::new(
        "the engagement",
        vec![
            optional(
                "method",
                Shape::words("a method", &methods),
                "How counts become a number; `counts` when left out.",
            ),
            optional("scaling", Shape::words("a scaling", &scalings), "Of weights; `maximum` when left out."),
            optional("window", Shape::Days { min: 1, max: 365 }, "Today and the days before it; `30d` when left out."),
            optional("daily_cap", cap(), "So many of a row count per person and day; `20` when left out."),
            optional(
                "calibrate_every",
                Shape::Days { min: 1, max: 365 },
                "How long the maxima of the normalized method are frozen; `30d` when left out.",
            ),
            optional(
                "bands",
                Shape::Dictionary {
                    what: "a band's name",
                    names: true,
                    value: Box::new(Shape::Integer { min: 1, max: MAX_WEIGHT }),
                },
                "Names for weights, of activities and roles; trivial 20, minor 40, normal 60, important 80, vital 100 when \
                 left out.",
            ),
            required(
                "activities",
                Shape::list(Shape::Map(row)),
                "The activity table: what comes from people, not from us.",
            ),
        ],
    );
    optional("engagement", Shape::Map(table), "How engaged persons and buying groups are; in one file only.")
}
