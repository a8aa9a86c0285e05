//! What the key `markets` of a rule file may hold.

use super::criteria_shape::criterion;
use super::shape::{Key, Shape, Table, optional, required};

/// The key and what stands under it.
pub(crate) fn key() -> Key {
    let market = Table::new(
        "a market",
        vec![
            required("name", Shape::Name, "The stable name: criteria write `market: <name>`."),
            optional("title", Shape::Text, "The name for people."),
            optional("active", Shape::Bool, "Whether companies are in it now; `true` when left out."),
            required("criteria", criterion(), "Which companies are in it."),
        ],
    );
    let meaning = "Target markets; each is a filter over what companies are.";
    optional("markets", Shape::list(Shape::Map(market)), meaning)
}
