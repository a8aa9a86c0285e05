//! What the key `views` of a rule file may hold.

use super::criteria_shape::criterion;
use super::shape::{Key, Shape, Table, optional, required};

/// The key and what stands under it.
pub(crate) fn key() -> Key {
    let view = Table::new(
        "a view",
        vec![
            required("name", Shape::Name, "The stable name: criteria write `view: <name>`."),
            optional(
                "title",
                Shape::Text,
                "The name for people, also in the record source of companies added from it.",
            ),
            required("criteria", criterion(), "Which companies are in it."),
        ],
    );
    optional("views", Shape::list(Shape::Map(view)), "Saved views; each is a filter over companies.")
}
