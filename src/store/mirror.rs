//! What the mirror can tell about itself: whose associations are stale, which local records already stand for a record of a
//! connection, how many records were modified in a stretch of time.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind, PropertyDefinition, StreamName};

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, Tx};

/// What a row wants, and what the vendor had.
type Planned = (BTreeMap<String, String>, BTreeMap<String, Option<String>>);

impl Tx {
    /// Notes that the associations of these records are to be read again.
    pub async fn mark_links_stale(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
    ) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let mut ids: Vec<&ExternalId> = ids.iter().collect();
        ids.sort();
        ids.dedup();
        session
            .execute_rows(
                "INSERT INTO stale_link (workspace_id, connection, kind, external_id) {rows}
                 ON CONFLICT (workspace_id, connection, kind, external_id) DO NOTHING",
                ids.into_iter().map(|id| args![workspace, connection, kind, id]).collect(),
                [],
            )
            .await?;
        Ok(())
    }

    /// The associations of these records have been read.
    pub async fn clear_stale_links(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
    ) -> Result<()> {
        let session = &mut self.session;
        let rows: Vec<[Arg; 1]> = ids.iter().map(|id| args![id]).collect();
        session
            .execute_rows(
                "DELETE FROM stale_link
                 WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND external_id IN ({rows})",
                rows,
                args![session.workspace(), connection, kind],
            )
            .await?;
        Ok(())
    }

    /// The vendor says when it last changed these records.
    pub async fn note_modified(
        &mut self,
        connection: &ConnectionName,
        modified: &[(ObjectKind, ExternalId, Timestamp)],
    ) -> Result<()> {
        let session = &mut self.session;
        let latest: BTreeMap<(ObjectKind, &ExternalId), Timestamp> =
            modified.iter().map(|(kind, id, at)| ((*kind, id), *at)).collect();
        session
            .execute_rows(
                "WITH v(kind, external_id, modified_at) AS ({rows})
                 UPDATE remote_object SET modified_at = v.modified_at FROM v
                 WHERE remote_object.workspace_id = $1 AND remote_object.connection = $2
                     AND remote_object.kind = v.kind AND remote_object.external_id = v.external_id",
                latest.into_iter().map(|((kind, id), at)| args![kind, id, at]).collect::<Vec<[Arg; 3]>>(),
                args![session.workspace(), connection],
            )
            .await?;
        Ok(())
    }

    /// A stream's records were compared with the vendor's as a whole.
    pub async fn mark_reconciled(
        &mut self,
        connection: &ConnectionName,
        stream: &StreamName,
        now: Timestamp,
    ) -> Result<()> {
        let session = &mut self.session;
        session
            .execute(
                "UPDATE stream_state SET last_reconcile_at = $4
                 WHERE workspace_id = $1 AND connection = $2 AND stream = $3",
                args![session.workspace(), connection, stream, now],
            )
            .await?;
        Ok(())
    }

    /// Of these local records, those for which a present record of the connection stands already, with its id.
    pub async fn find_bound(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        local_ids: &[i64],
    ) -> Result<BTreeMap<i64, ExternalId>> {
        let session = &mut self.session;
        let rows = session
            .fetch_rows(
                "SELECT local_id, external_id FROM remote_object
                 WHERE workspace_id = $1 AND kind = $3 AND local_id IN ({rows}) AND connection = $2
                     AND state = 'present'",
                local_ids.iter().map(|id| args![*id]).collect::<Vec<[Arg; 1]>>(),
                args![session.workspace(), connection, kind],
                |row| Ok((row.int(0)?, row.external_id(1)?)),
            )
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Stores single definitions beside those that are known: properties that were just created.
    pub async fn upsert_property_definitions(
        &mut self,
        connection: &ConnectionName,
        definitions: &[PropertyDefinition],
    ) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let rows = definitions
            .iter()
            .map(|definition| {
                args![
                    workspace,
                    connection,
                    definition.kind,
                    &definition.name,
                    &definition.label,
                    definition.value_type.as_str(),
                    Arg::json(&definition.options),
                    definition.read_only,
                    definition.calculated,
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO property_definition (workspace_id, connection, kind, name, label, value_type, options,
                     read_only, calculated) {rows}
                 ON CONFLICT (workspace_id, connection, kind, name) DO UPDATE SET label = excluded.label,
                     value_type = excluded.value_type, options = excluded.options, read_only = excluded.read_only,
                     calculated = excluded.calculated",
                rows,
                [],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// Records whose associations are to be read again, by id.
    pub async fn list_stale_links(
        &self,
        connection: &ConnectionName,
        kind: ObjectKind,
        limit: u32,
    ) -> Result<Vec<ExternalId>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT external_id FROM stale_link WHERE workspace_id = $1 AND connection = $2 AND kind = $3
                 ORDER BY external_id LIMIT $4",
                args![session.workspace(), connection, kind, limit],
                |row| row.external_id(0),
            )
            .await
    }

    /// Present records with a last-modified instant from `from` to `to`, both included.
    pub async fn count_modified(
        &self,
        connection: &ConnectionName,
        kind: ObjectKind,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<u64> {
        let mut session = self.read().await?;
        session
            .fetch_one(
                "SELECT COUNT(*) FROM remote_object
                 WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND state = 'present'
                     AND modified_at BETWEEN $4 AND $5",
                args![session.workspace(), connection, kind, from, to],
                |row| row.count(0),
            )
            .await
    }

    /// Members of a segment that are stored, without those whose own record is known to have departed.
    pub async fn count_members(&self, connection: &ConnectionName, segment_id: &ExternalId) -> Result<u64> {
        let mut session = self.read().await?;
        session
            .fetch_one(
                "SELECT COUNT(*) FROM membership m
                 WHERE m.workspace_id = $1 AND m.connection = $2 AND m.segment_id = $3 AND NOT EXISTS (
                     SELECT 1 FROM remote_object r WHERE r.workspace_id = m.workspace_id
                         AND r.connection = m.connection AND r.kind = m.kind AND r.external_id = m.member_id
                         AND r.state <> 'present')",
                args![session.workspace(), connection, segment_id],
                |row| row.count(0),
            )
            .await
    }

    /// The size of what waits to be written without approval: records, and values that would be cleared.
    pub async fn measure_plan(&self, connection: &ConnectionName) -> Result<(u64, u64)> {
        let mut session = self.read().await?;
        let records = session
            .fetch_one(
                "SELECT COUNT(*) FROM outbox WHERE workspace_id = $1 AND connection = $2 AND approved = 0
                     AND state IN ('planned', 'retry_wait')",
                args![session.workspace(), connection],
                |row| row.count(0),
            )
            .await?;
        // Only rows that set something to the empty text can clear; most plans have none.
        let clearing: Vec<Planned> = session
            .fetch(
                "SELECT desired, previous FROM outbox
                 WHERE workspace_id = $1 AND connection = $2 AND approved = 0
                     AND state IN ('planned', 'retry_wait') AND desired LIKE '%:\"\"%'",
                args![session.workspace(), connection],
                |row| Ok((row.json(0)?, row.json(1)?)),
            )
            .await?;
        let held = |previous: &BTreeMap<String, Option<String>>, property: &str| {
            previous.get(property).cloned().flatten().is_some_and(|value| !value.is_empty())
        };
        let cleared = clearing
            .iter()
            .flat_map(|(desired, previous)| desired.iter().map(move |(property, value)| (property, value, previous)))
            .filter(|(property, value, previous)| value.is_empty() && held(previous, property))
            .count();
        Ok((records, cleared as u64))
    }

    /// The e-mail address of a contact with the highest value of a score, for a first look around.
    pub async fn find_top_contact(&self, score: &str) -> Result<Option<String>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch(
                "SELECT c.email_key, v.shown FROM score_value v
                 JOIN contact c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
                 WHERE v.workspace_id = $1 AND v.score = $2 AND c.email_key IS NOT NULL",
                args![session.workspace(), score],
                |row| Ok((row.text(0)?, row.text(1)?)),
            )
            .await?;
        let number = |text: &str| crate::domain::model::Number::parse(text).unwrap_or_default();
        Ok(rows.into_iter().max_by_key(|(_, shown)| number(shown)).map(|(email, _)| email))
    }

    /// Whether the database has been set up by this program before.
    pub async fn has_schema(&self) -> Result<bool> {
        let mut session = self.read().await?;
        let exists = session.dialect().migrations_exist();
        Ok(session.fetch_one(exists, [], |row| row.int(0)).await? > 0)
    }
}
