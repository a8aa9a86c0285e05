//! Tables `remote_object`, `contact`, `company`, `deal`, `secondary_key`: the mirror. Everything here works on whole pages:
//! a few statements for some hundred records.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use crate::domain::model::Fields;

use super::Tx;
use super::arg::{Arg, args};
use super::error::{Result, StoreError};
use super::row::Row;
use super::statement::Sql;

/// Whether a record is still at its vendor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemoteState {
    Present,
    /// In the vendor's recycle bin.
    Archived,
    /// Absorbed by the record with this id.
    Merged {
        into: ExternalId,
    },
    /// Not there any more, without a reason.
    Gone,
    /// Deleted for privacy; must not come back.
    Erased,
}

impl RemoteState {
    /// The word in the database.
    pub const fn as_str(&self) -> &'static str {
        match self {
            RemoteState::Present => "present",
            RemoteState::Archived => "archived",
            RemoteState::Merged { .. } => "merged",
            RemoteState::Gone => "gone",
            RemoteState::Erased => "erased",
        }
    }

    fn read(row: &Row, state: usize, merged_into: usize) -> Result<RemoteState> {
        Ok(match row.text(state)?.as_str() {
            "present" => RemoteState::Present,
            "archived" => RemoteState::Archived,
            "merged" => RemoteState::Merged { into: row.external_id(merged_into)? },
            "gone" => RemoteState::Gone,
            "erased" => RemoteState::Erased,
            _ => return Err(StoreError::inconsistent("unknown state of a remote object")),
        })
    }
}

/// What is known of one record at its vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteRow {
    pub local_id: i64,
    pub modified_at: Option<Timestamp>,
    /// Of what the mapping reads; equal hashes mean that nothing of interest changed.
    pub content_hash: i64,
    /// The properties that we write, as the vendor last had them.
    pub owned: BTreeMap<String, Option<String>>,
    /// The last pull window in which it was seen.
    pub window_id: Option<i64>,
    pub state: RemoteState,
}

/// A contact, company or deal as it shall be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalRow {
    pub id: i64,
    /// The key by which other connections find it: e-mail address, domain; case-folded.
    pub key: Option<String>,
    /// Further keys that find it.
    pub secondary_keys: Vec<String>,
    pub fields: Fields,
}

/// A record at its vendor as it shall be stored; becomes present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteUpsert {
    pub external_id: ExternalId,
    pub local_id: i64,
    pub modified_at: Option<Timestamp>,
    pub content_hash: i64,
    pub owned: BTreeMap<String, Option<String>>,
    pub window_id: Option<i64>,
}

/// One row per id, once each: what statements that join with the rows need.
fn distinct(ids: &[ExternalId]) -> Vec<[Arg; 1]> {
    let mut ids: Vec<&ExternalId> = ids.iter().collect();
    ids.sort();
    ids.dedup();
    ids.into_iter().map(|id| args![id]).collect()
}

impl Tx {
    /// What is known of these records; unknown ids are absent.
    pub async fn find_remote(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
    ) -> Result<BTreeMap<ExternalId, RemoteRow>> {
        let session = &mut self.session;
        let rows = session
            .fetch_rows(
                "SELECT external_id, local_id, modified_at, content_hash, owned, window_id, state, merged_into
                 FROM remote_object
                 WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND external_id IN ({rows})",
                distinct(ids),
                args![session.workspace(), connection, kind],
                |row| {
                    Ok((
                        row.external_id(0)?,
                        RemoteRow {
                            local_id: row.int(1)?,
                            modified_at: row.instant_or_null(2)?,
                            content_hash: row.int(3)?,
                            owned: row.json(4)?,
                            window_id: row.int_or_null(5)?,
                            state: RemoteState::read(row, 6, 7)?,
                        },
                    ))
                },
            )
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Local records by key, primary keys before secondary ones, older records before newer ones.
    pub async fn find_local_by_key(&mut self, kind: ObjectKind, keys: &[String]) -> Result<BTreeMap<String, i64>> {
        let session = &mut self.session;
        let mut rows: Vec<[Arg; 1]> = keys.iter().map(|key| args![key]).collect();
        let mut found = BTreeMap::new();
        let secondary = session
            .fetch_rows(
                "SELECT match_key, MIN(local_id) FROM secondary_key
                 WHERE workspace_id = $1 AND kind = $2 AND match_key IN ({rows}) GROUP BY match_key",
                rows.clone(),
                args![session.workspace(), kind],
                |row| Ok((row.text(0)?, row.int(1)?)),
            )
            .await?;
        found.extend(secondary);
        let primary = session
            .fetch_rows(
                Sql::of_kind(
                    "SELECT {key}, MIN(id) FROM {table} WHERE workspace_id = $1 AND {key} IN ({rows}) GROUP BY {key}",
                    kind,
                ),
                std::mem::take(&mut rows),
                args![session.workspace()],
                |row| Ok((row.text(0)?, row.int(1)?)),
            )
            .await?;
        found.extend(primary);
        Ok(found)
    }

    /// The fields of local records; unknown ids are absent.
    pub async fn find_local(&mut self, kind: ObjectKind, ids: &[i64]) -> Result<BTreeMap<i64, LocalRow>> {
        let session = &mut self.session;
        let rows: Vec<[Arg; 1]> = ids.iter().map(|id| args![*id]).collect();
        let mut found: BTreeMap<i64, LocalRow> = session
            .fetch_rows(
                Sql::of_kind("SELECT id, {key}, fields FROM {table} WHERE workspace_id = $1 AND id IN ({rows})", kind),
                rows.clone(),
                args![session.workspace()],
                |row| {
                    Ok(LocalRow {
                        id: row.int(0)?,
                        key: row.text_or_null(1)?,
                        secondary_keys: Vec::new(),
                        fields: row.json(2)?,
                    })
                },
            )
            .await?
            .into_iter()
            .map(|local| (local.id, local))
            .collect();
        let keys = session
            .fetch_rows(
                "SELECT local_id, match_key FROM secondary_key
                 WHERE workspace_id = $1 AND kind = $2 AND local_id IN ({rows}) ORDER BY match_key",
                rows,
                args![session.workspace(), kind],
                |row| Ok((row.int(0)?, row.text(1)?)),
            )
            .await?;
        for (id, key) in keys {
            if let Some(local) = found.get_mut(&id) {
                local.secondary_keys.push(key);
            }
        }
        Ok(found)
    }

    /// Takes `count` new local ids, dense and never used before; the first of them.
    pub async fn allocate_ids(&mut self, kind: ObjectKind, count: usize) -> Result<i64> {
        self.session.allocate(kind.as_str(), count).await
    }

    /// Stores local records and replaces their secondary keys. Each id at most once.
    pub async fn upsert_objects(&mut self, kind: ObjectKind, objects: &[LocalRow], now: Timestamp) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let rows = objects
            .iter()
            .map(|object| args![workspace, object.id, object.key.as_deref(), Arg::json(&object.fields), now])
            .collect();
        session
            .execute_rows(
                Sql::of_kind(
                    "INSERT INTO {table} (workspace_id, id, {key}, fields, updated_at) {rows}
                     ON CONFLICT (workspace_id, id) DO UPDATE SET {key} = excluded.{key}, fields = excluded.fields,
                         updated_at = excluded.updated_at",
                    kind,
                ),
                rows,
                [],
            )
            .await?;
        let ids = objects.iter().map(|object| args![object.id]).collect();
        session
            .execute_rows(
                "DELETE FROM secondary_key WHERE workspace_id = $1 AND kind = $2 AND local_id IN ({rows})",
                ids,
                args![workspace, kind],
            )
            .await?;
        let keys = objects
            .iter()
            .flat_map(|object| object.secondary_keys.iter().map(|key| args![workspace, kind, key, object.id]))
            .collect();
        session
            .execute_rows(
                "INSERT INTO secondary_key (workspace_id, kind, match_key, local_id) {rows} ON CONFLICT DO NOTHING",
                keys,
                [],
            )
            .await?;
        Ok(())
    }

    /// Stores what is known of records at their vendor; they become present. Each id at most once. A row that exists
    /// keeps its window when none is given.
    pub async fn upsert_remote(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        objects: &[RemoteUpsert],
        now: Timestamp,
    ) -> Result<()> {
        let session = &mut self.session;
        let rows = objects
            .iter()
            .map(|object| {
                args![
                    session.workspace(),
                    connection,
                    kind,
                    &object.external_id,
                    object.local_id,
                    object.modified_at,
                    object.content_hash,
                    Arg::json(&object.owned),
                    object.window_id,
                    RemoteState::Present.as_str(),
                    now,
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO remote_object (workspace_id, connection, kind, external_id, local_id, modified_at,
                     content_hash, owned, window_id, state, changed_at) {rows}
                 ON CONFLICT (workspace_id, connection, kind, external_id) DO UPDATE SET local_id = excluded.local_id,
                     modified_at = excluded.modified_at, content_hash = excluded.content_hash, owned = excluded.owned,
                     window_id = COALESCE(excluded.window_id, remote_object.window_id), state = excluded.state,
                     merged_into = NULL, changed_at = excluded.changed_at",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Notes that these records were seen in a window; how many of them are known.
    pub async fn mark_present(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
        window_id: i64,
    ) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute_rows(
                "UPDATE remote_object SET window_id = $4
                 WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND external_id IN ({rows})",
                distinct(ids),
                args![session.workspace(), connection, kind, window_id],
            )
            .await
    }

    /// Records that had left and that their vendor lists again become present; their local ids.
    pub async fn bring_back(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
        now: Timestamp,
    ) -> Result<BTreeMap<ExternalId, i64>> {
        let session = &mut self.session;
        let back = session
            .fetch_rows_once(
                "UPDATE remote_object SET state = 'present', changed_at = $4
                 WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND state IN ('archived', 'gone')
                     AND external_id IN ({rows})
                 RETURNING external_id, local_id",
                distinct(ids),
                args![session.workspace(), connection, kind, now],
                |row| Ok((row.external_id(0)?, row.int(1)?)),
            )
            .await?;
        Ok(back.into_iter().collect())
    }

    /// Records that were not found any more, without a reason, by id.
    pub async fn list_gone(&mut self, connection: &ConnectionName, kind: ObjectKind) -> Result<Vec<ExternalId>> {
        let session = &mut self.session;
        session
            .fetch(
                "SELECT external_id FROM remote_object
                 WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND state = 'gone' ORDER BY external_id",
                args![session.workspace(), connection, kind],
                |row| row.external_id(0),
            )
            .await
    }

    /// Present records that no window of this plan has seen, by id, after `after`: what a reconcile pass did not find.
    pub async fn list_unseen(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        plan_id: i64,
        after: Option<&ExternalId>,
        limit: u32,
    ) -> Result<Vec<ExternalId>> {
        let session = &mut self.session;
        session
            .fetch(
                "SELECT r.external_id FROM remote_object r
                 WHERE r.workspace_id = $1 AND r.connection = $2 AND r.kind = $3 AND r.state = 'present'
                     AND r.external_id > $5 AND NOT EXISTS (
                         SELECT 1 FROM pull_window w
                         WHERE w.workspace_id = r.workspace_id AND w.window_id = r.window_id AND w.plan_id = $4)
                 ORDER BY r.external_id LIMIT $6",
                args![session.workspace(), connection, kind, plan_id, after.map_or("", ExternalId::as_str), limit],
                |row| row.external_id(0),
            )
            .await
    }

    /// Present records of one kind.
    pub async fn count_remote(&mut self, connection: &ConnectionName, kind: ObjectKind) -> Result<u64> {
        super::targets::count_present(&mut self.session, connection, kind).await
    }

    /// Notes what became of records that left. Unknown ids are ignored. What waits to be written to them is withdrawn; what
    /// is on its way settles in its own time.
    pub async fn set_remote_state(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        states: &[(ExternalId, RemoteState)],
        now: Timestamp,
    ) -> Result<()> {
        let session = &mut self.session;
        let latest: BTreeMap<&ExternalId, &RemoteState> = states.iter().map(|(id, state)| (id, state)).collect();
        let left =
            latest.iter().filter(|(_, state)| ***state != RemoteState::Present).map(|(id, _)| args![*id]).collect();
        session
            .execute_rows(
                "UPDATE outbox SET state = 'superseded', due_at = NULL, reason = 'the record left', changed_at = $4
                 WHERE workspace_id = $1 AND connection = $2 AND kind = $3
                     AND state IN ('planned', 'held', 'retry_wait') AND external_id IN ({rows})",
                left,
                args![session.workspace(), connection, kind, now],
            )
            .await?;
        let rows = latest
            .into_iter()
            .map(|(id, state)| {
                let into = match state {
                    RemoteState::Merged { into } => Some(into.as_str()),
                    _ => None,
                };
                args![id, state.as_str(), into]
            })
            .collect();
        session
            .execute_rows(
                "WITH v(external_id, state, merged_into) AS ({rows})
                 UPDATE remote_object SET state = v.state, merged_into = v.merged_into, changed_at = $4
                 FROM v WHERE remote_object.workspace_id = $1 AND remote_object.connection = $2
                     AND remote_object.kind = $3 AND remote_object.external_id = v.external_id",
                rows,
                args![session.workspace(), connection, kind, now],
            )
            .await?;
        Ok(())
    }
}
