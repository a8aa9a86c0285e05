//! The mirror: records, local rows, keys, associations, segments.

use std::collections::BTreeMap;

use intentd::domain::model::Value;
use intentd::store::{LocalRow, RemoteUpsert, Tx};
use intentd_sdk::record::{ExternalId, ObjectKind};

use crate::setup::{at, hubspot};

/// Stores contacts given as (local id, vendor's id, address).
pub async fn store_contacts(tx: &mut Tx, contacts: &[(i64, &str, &str)], window_id: Option<i64>) {
    let locals: Vec<LocalRow> = contacts
        .iter()
        .map(|(id, _, email)| LocalRow {
            id: *id,
            key: Some((*email).to_owned()),
            secondary_keys: Vec::new(),
            fields: BTreeMap::from([("email".to_owned(), Value::Text((*email).to_owned()))]),
        })
        .collect();
    let remotes: Vec<RemoteUpsert> = contacts
        .iter()
        .map(|(id, external_id, _)| RemoteUpsert {
            external_id: ExternalId::from(*external_id),
            local_id: *id,
            modified_at: Some(at(0)),
            content_hash: id * 7,
            owned: BTreeMap::from([("score".to_owned(), None)]),
            window_id,
        })
        .collect();
    tx.upsert_objects(ObjectKind::Contact, &locals, at(0)).await.unwrap();
    tx.upsert_remote(&hubspot(), ObjectKind::Contact, &remotes, at(0)).await.unwrap();
}
