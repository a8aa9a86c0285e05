//! What the keys `identity` and `flows` of a rule file may hold.

use super::shape::{Key, Kind, Shape, Table, optional, required};

/// Who is who, and whose value prevails.
pub(crate) fn identity() -> Key {
    let table = Table::some_of(
        "rules of identity",
        vec![
            optional(
                "precedence",
                Shape::list(Shape::Map(precedence())),
                "Whose value prevails where several sources know the same field; the first entry that names a field decides.",
            ),
            optional(
                "free_mail_domains",
                Shape::list(Shape::Text),
                "Domains at which everybody can have an address: they join no companies and link no contact to one. The lists \
                 of all files are added up.",
            ),
            optional(
                "link_contacts_by_domain",
                Shape::Bool,
                "Whether a contact that no source associates with a company belongs to the company with the domain of its \
                 e-mail address; `true` when left out.",
            ),
        ],
    );
    optional("identity", Shape::Map(table), "Who is who across connections, and whose value prevails.")
}

/// Properties that two sources share.
pub(crate) fn flows() -> Key {
    let meaning = "Properties that flow between two sources, because both may write them.";
    optional("flows", Shape::list(Shape::Kinds(flow_kinds())), meaning)
}

fn object(words: &[(&str, &str)]) -> Shape {
    Shape::words("a kind of object", words)
}

fn precedence() -> Table {
    Table::new(
        "a precedence",
        vec![
            required(
                "object",
                object(&[("contact", "A person."), ("company", "An organisation.")]),
                "Which records the fields belong to.",
            ),
            required("fields", Shape::one_or_more(Shape::Name), "Our names of the fields."),
            required(
                "order",
                Shape::one_or_more(Shape::Name),
                "Connections or vendors, first to last: the first that has a value gives it. A vendor stands for its \
                 connections in the order of their names.",
            ),
        ],
    )
}

fn flow_kinds() -> Vec<Kind> {
    let flow = |mut keys: Vec<_>| {
        let mut all = vec![
            required("object", object(&[("contact", "A person.")]), "Which records the field belongs to."),
            required("field", Shape::Name, "Our name of the field that both properties are read into."),
        ];
        all.append(&mut keys);
        all.push(required(
            "ownership",
            Shape::words("an ownership", &[("shared", "Others write the property too.")]),
            "Says in writing that intentd may write the properties.",
        ));
        Table::new("a flow", all)
    };
    vec![
        Kind {
            tag: "between",
            table: flow(vec![
                required(
                    "between",
                    Shape::list(Shape::Text),
                    "The two properties, each with its connection or vendor: `[hubspot.jobtitle, marketo.title]`.",
                ),
                required(
                    "conflict",
                    Shape::Text,
                    "Who prevails when both were edited and neither edit knew of the other: `newest`, `ask`, or the \
                     connection or vendor of one side.",
                ),
            ]),
        },
        Kind {
            tag: "from",
            table: flow(vec![
                required("from", Shape::Text, "The property that is copied: `hubspot.jobtitle`."),
                required("to", Shape::Text, "The property that is written: `marketo.title`."),
            ]),
        },
    ]
}
