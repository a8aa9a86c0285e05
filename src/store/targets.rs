//! Where values are written: the records at a vendor that are present, with what they hold and what we wrote last.

use std::collections::BTreeMap;

use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use crate::domain::model::ContactId;
use crate::domain::plan::Taken;

use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::{Store, Tx};

/// What records last took from us, by property.
pub type TakenValues = BTreeMap<ExternalId, BTreeMap<String, Taken>>;

/// A record to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub external_id: ExternalId,
    /// The properties that we write, as the vendor last had them.
    pub owned: BTreeMap<String, Option<String>>,
    /// The values that the vendor last took from us.
    pub pushed: BTreeMap<String, String>,
}

impl Tx {
    /// What the vendor last took from us, by record and property.
    pub async fn find_taken(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
    ) -> Result<TakenValues> {
        find_taken(&mut self.session, connection, kind, ids.iter()).await
    }
}

impl Store {
    /// What the vendor last took from us, by record and property.
    pub async fn load_taken(
        &self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
    ) -> Result<TakenValues> {
        find_taken(&mut self.read().await?, connection, kind, ids.iter()).await
    }

    /// The present records of these contacts at a vendor; contacts without one are absent.
    pub async fn load_targets(
        &self,
        connection: &ConnectionName,
        kind: ObjectKind,
        contacts: &[ContactId],
    ) -> Result<BTreeMap<ContactId, Vec<Target>>> {
        let mut session = self.read().await?;
        let mut rows = session
            .fetch_rows(
                "SELECT local_id, external_id, owned FROM remote_object
                 WHERE workspace_id = $1 AND kind = $3 AND local_id IN ({rows}) AND connection = $2
                     AND state = 'present'",
                contacts.iter().map(|contact| args![*contact]).collect(),
                args![session.workspace(), connection, kind],
                |row| Ok((ContactId(row.int(0)?), row.external_id(1)?, row.json(2)?)),
            )
            .await?;
        rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let mut taken = find_taken(&mut session, connection, kind, rows.iter().map(|(_, id, _)| id)).await?;
        let mut targets: BTreeMap<ContactId, Vec<Target>> = BTreeMap::new();
        for (contact, external_id, owned) in rows {
            let taken = taken.remove(&external_id).unwrap_or_default();
            let pushed = taken.into_iter().map(|(property, taken)| (property, taken.value)).collect();
            targets.entry(contact).or_default().push(Target { external_id, owned, pushed });
        }
        Ok(targets)
    }

    /// The present records of these local records of any kind, by local id.
    pub async fn load_places_of(
        &self,
        connection: &ConnectionName,
        kind: ObjectKind,
        local_ids: &[i64],
    ) -> Result<BTreeMap<i64, Vec<Target>>> {
        let ids: Vec<ContactId> = local_ids.iter().copied().map(ContactId).collect();
        let found = self.load_targets(connection, kind, &ids).await?;
        Ok(found.into_iter().map(|(id, targets)| (id.0, targets)).collect())
    }

    /// Whether a vendor ever took a value from us: before that, the first push asks for approval.
    pub async fn was_ever_pushed(&self, connection: &ConnectionName) -> Result<bool> {
        let mut session = self.read().await?;
        let found = session
            .fetch_optional(
                "SELECT 1 FROM pushed_value WHERE workspace_id = $1 AND connection = $2 LIMIT 1",
                args![session.workspace(), connection],
                |_| Ok(()),
            )
            .await?;
        Ok(found.is_some())
    }

    /// Records that could be written to: what the share of a guard is a share of.
    pub async fn count_targets(&self, connection: &ConnectionName, kind: ObjectKind) -> Result<u64> {
        count_present(&mut self.read().await?, connection, kind).await
    }
}

pub(super) async fn count_present(session: &mut Session, connection: &ConnectionName, kind: ObjectKind) -> Result<u64> {
    session
        .fetch_one(
            "SELECT COUNT(*) FROM remote_object
             WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND state = 'present'",
            args![session.workspace(), connection, kind],
            |row| row.count(0),
        )
        .await
}

pub(super) async fn find_taken(
    session: &mut Session,
    connection: &ConnectionName,
    kind: ObjectKind,
    ids: impl Iterator<Item = &ExternalId>,
) -> Result<TakenValues> {
    let ids: Vec<[Arg; 1]> = ids.map(|id| args![id]).collect();
    let rows = session
        .fetch_rows(
            "SELECT external_id, property, value, pushed_at FROM pushed_value
             WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND external_id IN ({rows})",
            ids,
            args![session.workspace(), connection, kind],
            |row| Ok((row.external_id(0)?, row.text(1)?, Taken { value: row.text(2)?, at: row.instant(3)? })),
        )
        .await?;
    let mut taken = TakenValues::new();
    for (id, property, value) in rows {
        taken.entry(id).or_default().insert(property, value);
    }
    Ok(taken)
}
