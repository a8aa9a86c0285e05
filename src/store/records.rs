//! Table `record_fields` and what else belongs to single records of a local record: reading them together, giving each its
//! own fields before another joins, and moving one to another local record with everything that came with it.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use crate::domain::identity::RecordRef;
use crate::domain::model::{CompanyId, ContactId, Fields};

use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::statement::Sql;
use super::{Store, Tx, origins};

/// One record of a local record. Records that were merged into others or erased are not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    pub local_id: i64,
    pub connection: ConnectionName,
    pub external_id: ExternalId,
    /// Not in the bin and not gone.
    pub present: bool,
    pub modified_at: Option<Timestamp>,
    /// The properties that we write, as the vendor last had them.
    pub owned: BTreeMap<String, Option<String>>,
    /// `None`: it is the only record, and the local record's fields are its.
    pub fields: Option<Fields>,
}

impl RecordRow {
    /// Connection and id.
    pub fn record(&self) -> RecordRef {
        (self.connection.clone(), self.external_id.clone())
    }
}

impl Tx {
    /// Whether local records of a kind can have several records: there are several connections, or an admin joined some.
    pub async fn has_joined_records(&mut self, kind: ObjectKind) -> Result<bool> {
        let session = &mut self.session;
        session
            .fetch_one(
                "SELECT CAST(CASE WHEN (SELECT COUNT(*) FROM connection WHERE workspace_id = $1) > 1
                     OR EXISTS (SELECT 1 FROM record_fields WHERE workspace_id = $1 AND kind = $2)
                     THEN 1 ELSE 0 END AS BIGINT)",
                args![session.workspace(), kind],
                |row| row.flag(0),
            )
            .await
    }

    /// The records of these local records, by local id, sorted by connection and id.
    pub async fn find_records(&mut self, kind: ObjectKind, locals: &[i64]) -> Result<BTreeMap<i64, Vec<RecordRow>>> {
        load_records(&mut self.session, kind, locals).await
    }

    /// Local records by key: those that have it as their primary key first, then older before newer.
    pub async fn find_holders(&mut self, kind: ObjectKind, keys: &[String]) -> Result<BTreeMap<String, Vec<i64>>> {
        let session = &mut self.session;
        let keys: BTreeSet<&String> = keys.iter().collect();
        let rows: Vec<[Arg; 1]> = keys.into_iter().map(|key| args![key]).collect();
        let mut found = session
            .fetch_rows(
                Sql::of_kind("SELECT {key}, id FROM {table} WHERE workspace_id = $1 AND {key} IN ({rows})", kind),
                rows.clone(),
                args![session.workspace()],
                |row| Ok((row.text(0)?, row.int(1)?)),
            )
            .await?;
        found.sort();
        let mut secondary = session
            .fetch_rows(
                "SELECT match_key, local_id FROM secondary_key
                 WHERE workspace_id = $1 AND kind = $2 AND match_key IN ({rows})",
                rows,
                args![session.workspace(), kind],
                |row| Ok((row.text(0)?, row.int(1)?)),
            )
            .await?;
        secondary.sort();
        let mut holders: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for (key, id) in found.into_iter().chain(secondary) {
            let ids = holders.entry(key).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(holders)
    }

    /// Stores what single records say, by record.
    pub async fn put_record_fields(&mut self, kind: ObjectKind, fields: &[(RecordRef, &Fields)]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let latest: BTreeMap<&RecordRef, &Fields> = fields.iter().map(|(record, fields)| (record, *fields)).collect();
        session
            .execute_rows(
                "INSERT INTO record_fields (workspace_id, kind, connection, external_id, fields) {rows}
                 ON CONFLICT (workspace_id, kind, connection, external_id) DO UPDATE SET fields = excluded.fields",
                latest
                    .into_iter()
                    .map(|((connection, id), fields)| args![workspace, kind, connection, id, Arg::json(fields)])
                    .collect(),
                [],
            )
            .await?;
        Ok(())
    }

    /// Gives the records of these local records fields of their own, before another record joins them. Doing it twice changes
    /// nothing.
    pub async fn make_room(&mut self, kind: ObjectKind, locals: &[i64]) -> Result<()> {
        let session = &mut self.session;
        let rows: Vec<[Arg; 1]> = locals.iter().map(|id| args![*id]).collect();
        session
            .execute_rows(
                Sql::of_kind(
                    "INSERT INTO record_fields (workspace_id, kind, connection, external_id, fields)
                     SELECT r.workspace_id, r.kind, r.connection, r.external_id, t.fields FROM remote_object r
                     JOIN {table} t ON t.workspace_id = r.workspace_id AND t.id = r.local_id
                     WHERE r.workspace_id = $1 AND r.kind = $2 AND r.local_id IN ({rows})
                         AND r.state NOT IN ('merged', 'erased')
                     ON CONFLICT (workspace_id, kind, connection, external_id) DO NOTHING",
                    kind,
                ),
                rows,
                args![session.workspace(), kind],
            )
            .await?;
        if kind == ObjectKind::Contact {
            origins::name(session, locals).await?;
        }
        Ok(())
    }

    /// Moves records from one local record to another one, with their activities and what waits to be written to them. Both
    /// contacts are to be computed again. Of two records of one connection the activities cannot be told apart: they stay
    /// until the last one leaves.
    pub async fn move_records(&mut self, kind: ObjectKind, records: &[RecordRef], from: i64, to: i64) -> Result<()> {
        if from == to {
            return Ok(());
        }
        for (connection, external_id) in records {
            self.move_record(kind, connection, external_id, from, to).await?;
        }
        let session = &mut self.session;
        for local in [from, to] {
            session
                .execute(
                    "DELETE FROM flow_state WHERE workspace_id = $1 AND kind = $2 AND local_id = $3",
                    args![session.workspace(), kind, local],
                )
                .await?;
        }
        self.mark_changed(kind, &[from, to]).await
    }

    /// Notes that these local records are to be computed again.
    pub async fn mark_changed(&mut self, kind: ObjectKind, locals: &[i64]) -> Result<()> {
        match kind {
            ObjectKind::Contact => self.mark_dirty(&locals.iter().copied().map(ContactId).collect::<Vec<_>>()).await,
            ObjectKind::Company => {
                self.mark_companies_dirty(&locals.iter().copied().map(CompanyId).collect::<Vec<_>>()).await
            }
            ObjectKind::Deal => Ok(()),
        }
    }

    async fn move_record(
        &mut self,
        kind: ObjectKind,
        connection: &ConnectionName,
        external_id: &ExternalId,
        from: i64,
        to: i64,
    ) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let siblings = load_records(session, kind, &[from])
            .await?
            .remove(&from)
            .unwrap_or_default()
            .into_iter()
            .filter(|row| row.connection == *connection && row.external_id != *external_id)
            .count();
        let one = [
            "UPDATE remote_object SET local_id = $6
             WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND external_id = $4 AND local_id = $5",
            "UPDATE outbox SET local_id = $6
             WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND external_id = $4 AND local_id = $5",
        ];
        for sql in one {
            session.execute(sql, args![workspace, connection, kind, external_id, from, to]).await?;
        }
        if siblings > 0 {
            return Ok(());
        }
        // Records that the vendor merged into this one lead on to it.
        session
            .execute(
                "UPDATE remote_object SET local_id = $5
                 WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND local_id = $4",
                args![workspace, connection, kind, from, to],
            )
            .await?;
        if kind == ObjectKind::Contact {
            origins::move_history(session, connection, from, to).await?;
        }
        Ok(())
    }
}

impl Store {
    /// The records of these local records, by local id, sorted by connection and id.
    pub async fn load_records(&self, kind: ObjectKind, locals: &[i64]) -> Result<BTreeMap<i64, Vec<RecordRow>>> {
        load_records(&mut self.read().await?, kind, locals).await
    }

    /// Local records that have records with fields of their own, by id, after `after`.
    pub async fn list_composed(&self, kind: ObjectKind, after: i64, limit: u32) -> Result<Vec<i64>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT DISTINCT r.local_id FROM remote_object r
                 JOIN record_fields f ON f.workspace_id = r.workspace_id AND f.kind = r.kind
                     AND f.connection = r.connection AND f.external_id = r.external_id
                 WHERE r.workspace_id = $1 AND r.kind = $2 AND r.local_id > $3 ORDER BY r.local_id LIMIT $4",
                args![session.workspace(), kind, after, limit],
                |row| row.int(0),
            )
            .await
    }

    /// Local companies by domain.
    pub async fn find_companies_by_domain(&self, domains: &[String]) -> Result<BTreeMap<String, i64>> {
        let mut session = self.read().await?;
        let mut rows = session
            .fetch_rows(
                "SELECT domain_key, id FROM company WHERE workspace_id = $1 AND domain_key IN ({rows})",
                domains.iter().map(|domain| args![domain]).collect::<Vec<[Arg; 1]>>(),
                args![session.workspace()],
                |row| Ok((row.text(0)?, row.int(1)?)),
            )
            .await?;
        // The oldest of several.
        rows.sort_by_key(|(_, id)| std::cmp::Reverse(*id));
        Ok(rows.into_iter().collect())
    }
}

pub(super) async fn load_records(
    session: &mut Session,
    kind: ObjectKind,
    locals: &[i64],
) -> Result<BTreeMap<i64, Vec<RecordRow>>> {
    let rows = session
        .fetch_rows(
            "SELECT r.local_id, r.connection, r.external_id, r.state, r.modified_at, r.owned, f.fields
             FROM remote_object r
             LEFT JOIN record_fields f ON f.workspace_id = r.workspace_id AND f.kind = r.kind
                 AND f.connection = r.connection AND f.external_id = r.external_id
             WHERE r.workspace_id = $1 AND r.kind = $2 AND r.local_id IN ({rows})
                 AND r.state NOT IN ('merged', 'erased')",
            locals.iter().map(|id| args![*id]).collect::<Vec<[Arg; 1]>>(),
            args![session.workspace(), kind],
            |row| {
                Ok(RecordRow {
                    local_id: row.int(0)?,
                    connection: row.connection(1)?,
                    external_id: row.external_id(2)?,
                    present: row.text(3)? == "present",
                    modified_at: row.instant_or_null(4)?,
                    owned: row.json(5)?,
                    fields: row.json_or_null(6)?,
                })
            },
        )
        .await?;
    let mut records: BTreeMap<i64, Vec<RecordRow>> = BTreeMap::new();
    for row in rows {
        records.entry(row.local_id).or_default().push(row);
    }
    for rows in records.values_mut() {
        rows.sort_by_key(RecordRow::record);
        rows.dedup_by_key(|row| row.record());
    }
    Ok(records)
}
