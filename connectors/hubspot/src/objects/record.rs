//! From HubSpot's object to a record: the selected properties, the instants, and the ids that were merged into it.

use intentd_sdk::record::{ExternalId, ObjectKind, ObjectRecord};
use intentd_sdk::source::Selection;

use super::type_of;
use crate::wire::Object;

/// Ids absorbed by merges, separated by `;`.
const MERGED: &str = "hs_merged_object_ids";
/// Contacts only: `id:instant` pairs, separated by `;`.
const MERGED_CONTACTS: &str = "hs_calculated_merged_vids";

/// The selected properties and those that every record needs; sorted, without duplicates.
pub(crate) fn requested(kind: ObjectKind, selection: &Selection) -> Vec<String> {
    let mut names: Vec<String> = selection.properties.get(&kind).cloned().unwrap_or_default();
    names.extend(["createdate", type_of(kind).modified, MERGED].map(str::to_owned));
    if kind == ObjectKind::Contact {
        names.push(MERGED_CONTACTS.to_owned());
    }
    names.sort();
    names.dedup();
    names
}

/// The record with exactly the selected properties.
pub(crate) fn record(kind: ObjectKind, selection: &Selection, object: &Object) -> ObjectRecord {
    let selected = selection.properties.get(&kind).into_iter().flatten();
    ObjectRecord {
        kind,
        id: ExternalId::new(object.id.clone()),
        created_at: object.created(),
        modified_at: object.modified(type_of(kind).modified),
        // Search shows what its index has.
        as_of: None,
        merged_ids: merged_ids(object),
        properties: selected.map(|name| (name.clone(), object.property(name))).collect(),
    }
}

fn merged_ids(object: &Object) -> Vec<ExternalId> {
    let texts = [object.property(MERGED), object.property(MERGED_CONTACTS)];
    let mut ids: Vec<ExternalId> = texts
        .iter()
        .flatten()
        .flat_map(|text| text.split([';', ',']))
        .filter_map(|entry| entry.split(':').next())
        .map(str::trim)
        // A contact is listed among its own merges, with the instant of the merge.
        .filter(|id| !id.is_empty() && *id != object.id && id.bytes().all(|byte| byte.is_ascii_digit()))
        .map(ExternalId::from)
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_contact_knows_whom_it_absorbed_and_what_was_cleared() {
        let object: Object = serde_json::from_str(
            r#"{"id":"51","properties":{"email":"","score":"7","hs_merged_object_ids":"52;53",
                "hs_calculated_merged_vids":"51:1795000000000;54:1795000000001","lastmodifieddate":"1795251600123"}}"#,
        )
        .unwrap();
        let names = ["email", "missing", "score"].map(str::to_owned).to_vec();
        let selection =
            Selection { properties: BTreeMap::from([(ObjectKind::Contact, names)]), ..Selection::default() };
        let record = record(ObjectKind::Contact, &selection, &object);
        let merged: Vec<_> = record.merged_ids.iter().map(ExternalId::as_str).collect();
        assert_eq!(merged, ["52", "53", "54"]);
        assert_eq!(record.modified_at.map(|at| at.as_ms()), Some(1_795_251_600_123));
        let values: Vec<_> = record.properties.into_iter().collect();
        assert_eq!(values, [("email".into(), None), ("missing".into(), None), ("score".into(), Some("7".to_owned()))]);
    }
}
