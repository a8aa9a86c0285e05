//! What a mapping file may hold: `<vendor>/*.yaml`.

use super::shape::{Kind, Shape, Table, Words, optional, required};
use crate::domain::mapping::FieldType;
use crate::domain::mapping::transforms::{ALL, ArgumentKind};

/// A file of field mappings, or of activity mappings.
pub(crate) fn file() -> Shape {
    Shape::Kinds(vec![
        Kind {
            tag: "object",
            table: Table::new(
                "a field mapping file",
                vec![
                    required("object", object(), "Which records the file is about."),
                    optional("fields", Shape::list(Shape::Map(field())), "Properties that are read, one field each."),
                    optional("write", Shape::list(Shape::Map(write())), "Properties that intentd owns and writes."),
                ],
            ),
        },
        Kind {
            tag: "activities",
            table: Table::new(
                "an activity mapping file",
                vec![required(
                    "activities",
                    Shape::list(Shape::Kinds(activity())),
                    "Kinds of activity, in order: the first entry that matches an activity decides.",
                )],
            ),
        },
    ])
}

fn object() -> Shape {
    Shape::words(
        "a kind of object",
        &[("contact", "A person."), ("company", "An organisation."), ("deal", "A sales opportunity.")],
    )
}

fn field() -> Table {
    let types: Vec<(&str, &str)> = FieldType::ALL
        .into_iter()
        .map(|field_type| {
            let meaning = match field_type {
                FieldType::Text => "A text, or one value of an enumeration.",
                FieldType::Number => "A decimal number.",
                FieldType::Bool => "True or false.",
                FieldType::Date => "A calendar day.",
                FieldType::Datetime => "An instant.",
                FieldType::Set => "Several values; use the transform `split`.",
            };
            (field_type.as_str(), meaning)
        })
        .collect();
    Table::new(
        "a field mapping",
        vec![
            required("property", Shape::Text, "The vendor's name of the property."),
            required("field", Shape::Name, "Our name of the field, which rules use."),
            optional("type", Shape::words("a field type", &types), "The type of the field; `text` when left out."),
            optional("transforms", transforms(), "Steps between the vendor's text and ours, in order."),
        ],
    )
}

fn write() -> Table {
    Table::new(
        "a written property",
        vec![
            required("value", Shape::Text, "What is written: `score.<name>` or `score.<name>.label`."),
            required("property", Shape::Text, "The vendor's name of the property; created when it is missing."),
            required("label", Shape::Text, "What people at the vendor see."),
            optional("description", Shape::Text, "A sentence for people at the vendor."),
            required(
                "type",
                Shape::words(
                    "a property type",
                    &[
                        ("text", "A text."),
                        ("number", "A number."),
                        ("enumeration", "One of the options."),
                        ("bool", "Yes or no."),
                        ("date", "A day."),
                        ("datetime", "An instant."),
                    ],
                ),
                "The type at the vendor.",
            ),
            optional("group", Shape::Name, "The vendor's property group; `intentd` when left out."),
            optional(
                "options",
                Shape::list(Shape::Text),
                "Options of an enumeration; the score's labels when left out.",
            ),
            required(
                "ownership",
                Shape::words("an ownership", &[("owned", "Only intentd writes this property.")]),
                "Says in writing that intentd may write this property.",
            ),
            optional(
                "conflict",
                Shape::words("a conflict rule", &[("ours", "What intentd computed is written again.")]),
                "Who prevails; needed when the same property is also read into a field.",
            ),
        ],
    )
}

fn activity() -> Vec<Kind> {
    let type_keys = || {
        vec![
            optional("stream", Shape::Text, "Only activities of this stream."),
            optional("type", Shape::one_or_more(Shape::Text), "The vendor's word for the activity, or several."),
            optional("types", Shape::list(Shape::Text), "The same as `type`, for several."),
            optional("when", tests(), "Tests on the vendor's attributes; all must hold."),
        ]
    };
    let mut keep = type_keys();
    keep.push(required("activity", Shape::Name, "Our word for the activity, which rules use."));
    keep.push(optional(
        "attributes",
        Shape::Dictionary { what: "the name of an attribute", names: true, value: Box::new(source()) },
        "Our attributes of the activity (`asset`, `link`, `host`, `path`, `form` …) and where each comes from.",
    ));
    keep.push(optional("country", source(), "Where the country comes from."));
    let mut skip = type_keys();
    skip.push(required(
        "skip",
        Shape::words("a value", &[("true", "The activity is not kept.")]),
        "Leaves the activity out.",
    ));
    vec![
        Kind { tag: "activity", table: Table::new("an activity mapping", keep) },
        Kind { tag: "skip", table: Table::new("an activity mapping", skip) },
    ]
}

fn source() -> Shape {
    Shape::single_or_map(
        Shape::Text,
        Shape::Map(Table::new(
            "an attribute",
            vec![
                required(
                    "from",
                    Shape::one_or_more(Shape::Text),
                    "The vendor's attribute; of several, the first that is there.",
                ),
                optional("transforms", transforms(), "Steps between the vendor's text and ours, in order."),
            ],
        )),
    )
}

/// Tests on texts, by attribute: a plain text means equals, a list means any of.
pub(crate) fn tests() -> Shape {
    let values = || Shape::one_or_more(Shape::Text);
    let operators = Table::new(
        "a test",
        vec![
            optional("equals", values(), "Is one of these."),
            optional("does_not_equal", values(), "Is none of these."),
            optional("contains", values(), "Holds one of these."),
            optional("does_not_contain", values(), "Holds none of these."),
            optional("starts_with", values(), "Begins with one of these."),
        ],
    );
    Shape::Dictionary {
        what: "the name of an attribute",
        names: false,
        value: Box::new(Shape::Either {
            single: Some(Box::new(Shape::Text)),
            list: Some(Box::new(Shape::list(Shape::Text))),
            map: Some(Box::new(Shape::Map(operators))),
        }),
    }
}

/// Transforms by name, with or without an argument.
fn transforms() -> Shape {
    let meaning = |name: &str, meaning: &str| (name.to_owned(), meaning.to_owned());
    let plain = ALL
        .iter()
        .filter(|doc| matches!(doc.argument, ArgumentKind::None | ArgumentKind::OptionalText))
        .map(|doc| meaning(doc.name, doc.meaning))
        .collect();
    let with_argument = ALL
        .iter()
        .filter_map(|doc| {
            let example = match doc.argument {
                ArgumentKind::None | ArgumentKind::OptionalText => return None,
                ArgumentKind::Text => "text",
                ArgumentKind::Count => "100",
                ArgumentKind::Words => "{from: to}",
            };
            Some((doc.name.to_owned(), format!("{{{}: {example}}}", doc.name)))
        })
        .collect();
    let keys = ALL
        .iter()
        .filter_map(|doc| {
            let shape = match doc.argument {
                ArgumentKind::None => return None,
                ArgumentKind::Text | ArgumentKind::OptionalText => Shape::Text,
                ArgumentKind::Count => Shape::Integer { min: 1, max: 65_536 },
                ArgumentKind::Words => {
                    Shape::Dictionary { what: "a value", names: false, value: Box::new(Shape::Text) }
                }
            };
            Some(optional(doc.name, shape, doc.meaning))
        })
        .collect();
    let words = Words { what: "a transform", code: "unknown_transform", words: plain, with_argument };
    let mut table = Table::one_of("a transform", keys);
    table.unknown = "unknown_transform";
    Shape::one_or_more_of(Shape::Words(words), Shape::Map(table))
}
