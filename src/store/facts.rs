//! Everything a contact's scores depend on, for some hundred contacts with a handful of statements; and finding a contact
//! by what people know of it.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ConnectionName, ExternalId};

use crate::domain::model::{ActivityFact, ContactId, Fields};

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, activities, timeline};

/// A contact with its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedContact {
    pub id: ContactId,
    pub fields: Fields,
    /// Names of the segments it is in.
    pub segments: BTreeSet<String>,
    /// Sorted and without duplicates, as `ContactFacts` wants them.
    pub activities: Vec<ActivityFact>,
    /// The mark that these facts answer; `None` when it is not marked.
    pub generation: Option<i64>,
}

/// A contact as people find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRef {
    pub id: ContactId,
    /// The case-folded address.
    pub email: Option<String>,
    /// Its records at the vendors.
    pub external_ids: Vec<(ConnectionName, ExternalId)>,
}

impl Store {
    /// Contacts after this one, in the order of their ids.
    pub async fn list_contacts(&self, after: ContactId, limit: u32) -> Result<Vec<ContactId>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT id FROM contact WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                args![session.workspace(), after, limit],
                |row| Ok(ContactId(row.int(0)?)),
            )
            .await
    }

    /// The facts of these contacts, by id; contacts that do not exist are left out. All of one state of the database.
    pub async fn load_facts(&self, contacts: &[ContactId]) -> Result<Vec<LoadedContact>> {
        let mut session = self.read().await?;
        let rows: Vec<[Arg; 1]> = contacts.iter().map(|contact| args![*contact]).collect();
        let mut loaded: BTreeMap<ContactId, LoadedContact> = session
            .fetch_rows(
                "SELECT id, fields FROM contact WHERE workspace_id = $1 AND id IN ({rows})",
                rows.clone(),
                args![session.workspace()],
                |row| {
                    let id = ContactId(row.int(0)?);
                    let contact = LoadedContact {
                        id,
                        fields: row.json(1)?,
                        segments: BTreeSet::new(),
                        activities: Vec::new(),
                        generation: None,
                    };
                    Ok((id, contact))
                },
            )
            .await?
            .into_iter()
            .collect();
        let segments = session
            .fetch_rows(
                "SELECT r.local_id, s.name FROM remote_object r
                 JOIN membership m ON m.workspace_id = r.workspace_id AND m.connection = r.connection
                     AND m.kind = r.kind AND m.member_id = r.external_id
                 JOIN segment s ON s.workspace_id = m.workspace_id AND s.connection = m.connection
                     AND s.segment_id = m.segment_id
                 WHERE r.workspace_id = $1 AND r.kind = 'contact' AND r.state = 'present' AND r.local_id IN ({rows})",
                rows.clone(),
                args![session.workspace()],
                |row| Ok((ContactId(row.int(0)?), row.text(1)?)),
            )
            .await?;
        for (id, segment) in segments {
            if let Some(contact) = loaded.get_mut(&id) {
                contact.segments.insert(segment);
            }
        }
        let marks = session
            .fetch_rows(
                "SELECT contact_id, generation FROM dirty WHERE workspace_id = $1 AND contact_id IN ({rows})",
                rows,
                args![session.workspace()],
                |row| Ok((ContactId(row.int(0)?), row.int(1)?)),
            )
            .await?;
        for (id, generation) in marks {
            if let Some(contact) = loaded.get_mut(&id) {
                contact.generation = Some(generation);
            }
        }
        let base = timeline::load_base(&mut session, contacts).await?;
        let tail = activities::load_tail(&mut session, contacts).await?;
        for (id, fact) in base.into_iter().chain(tail) {
            if let Some(contact) = loaded.get_mut(&id) {
                contact.activities.push(fact);
            }
        }
        for contact in loaded.values_mut() {
            timeline::sort_distinct(&mut contact.activities);
        }
        Ok(loaded.into_values().collect())
    }

    /// Contacts by vendor's id, or primary or secondary e-mail address in any case; only when there is none, by local id,
    /// which nobody outside the database knows.
    pub async fn find_contact(&self, wanted: &str) -> Result<Vec<ContactRef>> {
        let wanted = wanted.trim();
        let mut session = self.read().await?;
        let mut ids = BTreeSet::new();
        let found = session
            .fetch(
                "SELECT id FROM contact WHERE workspace_id = $1 AND email_key = $2
                 UNION SELECT local_id FROM secondary_key
                 WHERE workspace_id = $1 AND kind = 'contact' AND match_key = $2
                 UNION SELECT local_id FROM remote_object
                 WHERE workspace_id = $1 AND kind = 'contact' AND external_id = $3 AND state <> 'erased'",
                args![session.workspace(), wanted.to_lowercase(), wanted],
                |row| row.int(0),
            )
            .await?;
        ids.extend(found);
        if let (true, Ok(id)) = (ids.is_empty(), wanted.parse::<i64>()) {
            ids.insert(id);
        }
        let rows: Vec<[Arg; 1]> = ids.into_iter().map(|id| args![id]).collect();
        let mut contacts = session
            .fetch_rows(
                "SELECT id, email_key FROM contact WHERE workspace_id = $1 AND id IN ({rows}) ORDER BY id",
                rows.clone(),
                args![session.workspace()],
                |row| {
                    Ok(ContactRef { id: ContactId(row.int(0)?), email: row.text_or_null(1)?, external_ids: Vec::new() })
                },
            )
            .await?;
        let remote = session
            .fetch_rows(
                "SELECT local_id, connection, external_id FROM remote_object
                 WHERE workspace_id = $1 AND kind = 'contact' AND state <> 'erased' AND local_id IN ({rows})
                 ORDER BY connection, external_id",
                rows,
                args![session.workspace()],
                |row| Ok((row.int(0)?, row.connection(1)?, row.external_id(2)?)),
            )
            .await?;
        for (id, connection, external_id) in remote {
            if let Some(contact) = contacts.iter_mut().find(|contact| contact.id.0 == id) {
                contact.external_ids.push((connection, external_id));
            }
        }
        Ok(contacts)
    }
}
