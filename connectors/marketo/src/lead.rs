//! From Marketo's lead to a contact, or to a visitor: a lead whom nobody can name is no contact, but what Marketo inferred
//! about where it comes from is worth knowing.

use intentd_sdk::record::{Actor, ExternalId, Item, ObjectKind, ObjectRecord, Properties, VisitorRecord};
use intentd_sdk::source::Selection;

use crate::wire::Record;

/// What every contact needs besides the selected fields.
pub(crate) const NEEDED: [&str; 5] = ["id", "email", "createdAt", "updatedAt", "isAnonymous"];
/// What tells who is anonymous.
pub(crate) const TELLING: [&str; 5] = ["id", "email", "firstName", "lastName", "isAnonymous"];
/// What is known about a visitor.
pub(crate) const INFERRED: [&str; 2] = ["inferredCompany", "inferredCountry"];

/// Whether the lead is only a browser that came by.
pub(crate) fn is_anonymous(lead: &Record) -> bool {
    match lead.value("isAnonymous") {
        Some(text) => matches!(text, "true" | "1"),
        // Instances that do not tell: a person has an address or a name.
        None => ["email", "firstName", "lastName"].iter().all(|field| lead.value(field).is_none()),
    }
}

/// The contact, with exactly those of the selected fields that the instance has (`known`).
pub(crate) fn contact(
    lead: &Record,
    selection: &Selection,
    asked: &[String],
    merged: &[String],
) -> Option<ObjectRecord> {
    Some(ObjectRecord {
        kind: ObjectKind::Contact,
        id: ExternalId::new(lead.id()?),
        created_at: lead.instant("createdAt"),
        modified_at: lead.instant("updatedAt"),
        as_of: None,
        merged_ids: merged.iter().map(|id| ExternalId::from(id.as_str())).collect(),
        properties: properties(lead, ObjectKind::Contact, selection, asked),
    })
}

/// The selected fields among those that were asked for. One that was asked for and did not come is empty.
pub(crate) fn properties(record: &Record, kind: ObjectKind, selection: &Selection, asked: &[String]) -> Properties {
    let selected = selection.properties.get(&kind).into_iter().flatten();
    selected
        .filter(|name| asked.contains(name))
        .map(|name| (name.clone(), record.0.get(name).cloned().flatten().filter(|value| !value.is_empty())))
        .collect()
}

/// The visitor, under the name that its activities have.
pub(crate) fn visitor(lead: &Record) -> Option<Item> {
    Some(Item::Visitor(VisitorRecord {
        actor: Actor::Contact(ExternalId::new(lead.id()?)),
        organisation: lead.value("inferredCompany").map(str::to_owned),
        domain: None,
        country: lead.value("inferredCountry").map(str::to_owned),
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn lead(text: &str) -> Record {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn who_has_a_name_is_a_contact_and_who_has_none_a_visitor() {
        for (text, anonymous) in [
            (r#"{"id":1,"isAnonymous":true,"email":null}"#, true),
            (r#"{"id":1,"isAnonymous":false,"email":null}"#, false),
            (r#"{"id":1,"email":"a@example.com"}"#, false),
            (r#"{"id":1,"lastName":"Lind"}"#, false),
            (r#"{"id":1,"email":null}"#, true),
        ] {
            assert_eq!(is_anonymous(&lead(text)), anonymous, "{text}");
        }
    }

    #[test]
    fn a_contact_has_what_was_selected_and_exists() {
        let names = ["email", "leadScore", "noSuchField", "title"].map(str::to_owned).to_vec();
        let selection =
            Selection { properties: BTreeMap::from([(ObjectKind::Contact, names)]), ..Selection::default() };
        let asked = ["email", "id", "leadScore", "title"].map(str::to_owned);
        let lead = lead(r#"{"id":7,"email":"a@example.com","leadScore":12.0,"updatedAt":"2026-11-21T09:00:00Z"}"#);
        let contact = contact(&lead, &selection, &asked, &["8".to_owned()]).unwrap();
        assert_eq!(contact.merged_ids, [ExternalId::from("8")]);
        assert_eq!(contact.modified_at.map(|at| at.to_string()).as_deref(), Some("2026-11-21T09:00:00.000Z"));
        let values: Vec<_> = contact.properties.into_iter().collect();
        assert_eq!(
            values,
            [
                ("email".to_owned(), Some("a@example.com".to_owned())),
                ("leadScore".to_owned(), Some("12".to_owned())),
                ("title".to_owned(), None)
            ]
        );
    }
}
