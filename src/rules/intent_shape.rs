//! What the rules of buyer intent and of page recommendations may hold.

use super::shape::{Key, Shape, Table, optional, required};
use crate::domain::intent::MAX_DAYS;

/// The key `intent`.
pub(crate) fn intent() -> Key {
    let table = Table::new(
        "the intent rules",
        vec![
            optional(
                "criteria",
                Shape::list(Shape::Map(criterion())),
                "Ways of showing intent, at most 10. A company shows intent when it meets any of them.",
            ),
            optional(
                "excluded_companies",
                Shape::list(Shape::Text),
                "Domains of companies that are left out everywhere, at most 100; your own, for example.",
            ),
        ],
    );
    optional("intent", Shape::Map(table), "When a company's visits say that it is about to buy.")
}

/// The key `recommendations`.
pub(crate) fn recommendations() -> Key {
    let table = Table::new(
        "the recommendation rules",
        vec![
            optional("field", Shape::Name, "The company field that holds the stage; `lifecycle_stage` when left out."),
            required("stages", Shape::list(Shape::Text), "Values of it that count as converted."),
            required("from", Shape::Text, "First day of the goal window: `2026-08-01`."),
            required("to", Shape::Text, "Last day of the goal window."),
            optional(
                "lookback",
                Shape::Days { min: 1, max: i64::from(MAX_DAYS) },
                "How long before a conversion a view counts; `7d` when left out.",
            ),
        ],
    );
    optional("recommendations", Shape::Map(table), "Which pages converting companies read more than others.")
}

fn criterion() -> Table {
    Table::new(
        "an intent criterion",
        vec![
            required("name", Shape::Name, "The stable name."),
            optional("title", Shape::Text, "The name for people."),
            required("include", Shape::one_or_more(Shape::Map(rule(true))), "Any of these must be met."),
            optional("exclude", Shape::one_or_more(Shape::Map(rule(false))), "None of these may be met."),
        ],
    )
}

fn rule(includes: bool) -> Table {
    let count = || Shape::Integer { min: 1, max: 100_000 };
    let mut keys = vec![
        required(
            "pages",
            Shape::one_or_more_of(Shape::Text, Shape::Map(page())),
            "Paths; a visit matches when it matches any. A plain text means equals.",
        ),
        optional("domains", Shape::one_or_more(Shape::Text), "Only pages of these domains, subdomains included."),
        optional("visits", count(), "At least so many visits; 1 when left out."),
        optional("visitors", count(), "By at least so many different visitors; 1 when left out."),
        required(
            "within",
            Shape::Days { min: 1, max: i64::from(MAX_DAYS) },
            "In the last days, today included: `1d` to `90d`.",
        ),
        optional(
            "letter_case",
            Shape::words(
                "a letter case",
                &[("counts", "`/Prices` and `/prices` are two pages."), ("ignored", "They are one.")],
            ),
            "Whether letter case of the path counts; it does when left out.",
        ),
    ];
    if includes {
        keys.push(optional("countries", Shape::one_or_more(Shape::Text), "Only visits from these countries: `SE`."));
    }
    Table::new("a visit rule", keys)
}

fn page() -> Table {
    let values = || Shape::one_or_more(Shape::Text);
    Table::one_of(
        "a page",
        vec![
            optional("equals", values(), "The path is one of these."),
            optional("does_not_equal", values(), "The path is none of these."),
            optional("contains", values(), "The path holds one of these."),
            optional("does_not_contain", values(), "The path holds none of these."),
            optional("starts_with", values(), "The path begins with one of these."),
        ],
    )
}
