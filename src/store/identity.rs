//! Tables `identity_event` and `identity_decision`: why records are one, and what an admin decided about it.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use crate::domain::identity::{Decisions, RecordRef};

use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::row::Row;
use super::statement::Sql;
use super::{Store, Tx};

/// What happened to the identity of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityChange {
    /// It was found to be a local record that another connection knew.
    Joined,
    /// Its local record was absorbed by another one, because they share a key or the vendor merged them.
    Merged,
    /// It shares no key with the others any more.
    Parted,
    /// An admin took it apart.
    Split,
    /// An admin made it one with another.
    Bound,
}

impl IdentityChange {
    const ALL: [IdentityChange; 5] = [
        IdentityChange::Joined,
        IdentityChange::Merged,
        IdentityChange::Parted,
        IdentityChange::Split,
        IdentityChange::Bound,
    ];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            IdentityChange::Joined => "joined",
            IdentityChange::Merged => "merged",
            IdentityChange::Parted => "parted",
            IdentityChange::Split => "split",
            IdentityChange::Bound => "bound",
        }
    }
}

/// One step in the history of an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityEvent {
    pub run_id: i64,
    /// The local record that the event is about.
    pub local_id: i64,
    /// The local record that was absorbed, or that the record left for.
    pub other_id: Option<i64>,
    pub change: IdentityChange,
    pub record: RecordRef,
    /// The key that decided.
    pub key: Option<String>,
    pub at: Timestamp,
}

impl Tx {
    /// Writes down what happened.
    pub async fn insert_identity_events(&mut self, kind: ObjectKind, events: &[IdentityEvent]) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let session = &mut self.session;
        let workspace = session.workspace();
        let first = session.allocate("identity_event", events.len()).await?;
        let rows = (first..)
            .zip(events)
            .map(|(id, event)| {
                args![
                    workspace,
                    id,
                    event.run_id,
                    kind,
                    event.local_id,
                    event.other_id,
                    event.change.as_str(),
                    &event.record.0,
                    &event.record.1,
                    event.key.as_deref(),
                    event.at,
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO identity_event (workspace_id, event_id, run_id, kind, local_id, other_id, event, connection,
                     external_id, match_key, noted_at) {rows}",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// What was decided about these records.
    pub async fn find_decisions(&mut self, kind: ObjectKind, records: &[RecordRef]) -> Result<Decisions> {
        find_decisions(&mut self.session, kind, records).await
    }

    /// From now on the record stands apart from all others.
    pub async fn decide_apart(&mut self, kind: ObjectKind, record: &RecordRef, now: Timestamp) -> Result<()> {
        self.forget_decisions(kind, record).await?;
        self.insert_identity_decision(kind, record, None, now).await
    }

    /// From now on the two records are one.
    pub async fn decide_together(
        &mut self,
        kind: ObjectKind,
        one: &RecordRef,
        other: &RecordRef,
        now: Timestamp,
    ) -> Result<()> {
        let session = &mut self.session;
        for (connection, id) in [one, other] {
            session
                .execute(
                    "DELETE FROM identity_decision WHERE workspace_id = $1 AND kind = $2 AND connection = $3
                         AND external_id = $4 AND verdict = 'apart'",
                    args![session.workspace(), kind, connection, id],
                )
                .await?;
        }
        self.insert_identity_decision(kind, one, Some(other), now).await
    }

    /// Keys alone decide about the record again. How many decisions there were.
    pub async fn forget_decisions(&mut self, kind: ObjectKind, record: &RecordRef) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute(
                "DELETE FROM identity_decision WHERE workspace_id = $1 AND kind = $2
                     AND ((connection = $3 AND external_id = $4) OR (with_connection = $3 AND with_external_id = $4))",
                args![session.workspace(), kind, &record.0, &record.1],
            )
            .await
    }

    async fn insert_identity_decision(
        &mut self,
        kind: ObjectKind,
        record: &RecordRef,
        with: Option<&RecordRef>,
        now: Timestamp,
    ) -> Result<()> {
        let session = &mut self.session;
        let verdict = if with.is_some() { "together" } else { "apart" };
        let (connection, id) = with.map_or(("", ""), |(connection, id)| (connection.as_str(), id.as_str()));
        session
            .execute(
                "INSERT INTO identity_decision (workspace_id, kind, connection, external_id, verdict, with_connection,
                     with_external_id, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT DO NOTHING",
                args![session.workspace(), kind, &record.0, &record.1, verdict, connection, id, now],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// What was decided about these records.
    pub async fn find_decisions(&self, kind: ObjectKind, records: &[RecordRef]) -> Result<Decisions> {
        find_decisions(&mut self.read().await?, kind, records).await
    }

    /// The history of a local record, oldest first.
    pub async fn list_identity_events(&self, kind: ObjectKind, local_id: i64) -> Result<Vec<IdentityEvent>> {
        let mut session = self.read().await?;
        let mut events: BTreeMap<i64, IdentityEvent> = BTreeMap::new();
        for column in ["local_id", "other_id"] {
            let sql = Sql::with(
                "SELECT event_id, run_id, local_id, other_id, event, connection, external_id, match_key, noted_at
                 FROM identity_event WHERE workspace_id = $1 AND kind = $2 AND {column} = $3",
                "{column}",
                column,
            );
            let found = session.fetch(sql, args![session.workspace(), kind, local_id], read_event).await?;
            events.extend(found);
        }
        Ok(events.into_values().collect())
    }

    /// Local records of a kind by what people know of them: a key in any form, or a record's id at a vendor; only when there
    /// is none, the local id.
    pub async fn find_locals(&self, kind: ObjectKind, key: Option<&str>, wanted: &str) -> Result<Vec<i64>> {
        let mut session = self.read().await?;
        let sql = Sql::of_kind(
            "SELECT id FROM {table} WHERE workspace_id = $1 AND {key} = $2
             UNION SELECT local_id FROM secondary_key WHERE workspace_id = $1 AND kind = $4 AND match_key = $2
             UNION SELECT local_id FROM remote_object
             WHERE workspace_id = $1 AND kind = $4 AND external_id = $3 AND state <> 'erased'",
            kind,
        );
        let found = session
            .fetch(sql, args![session.workspace(), key.unwrap_or(wanted), wanted, kind], |row| row.int(0))
            .await?;
        if let (true, Ok(id)) = (found.is_empty(), wanted.parse::<i64>()) {
            let sql = Sql::of_kind("SELECT id FROM {table} WHERE workspace_id = $1 AND id = $2", kind);
            return session.fetch(sql, args![session.workspace(), id], |row| row.int(0)).await;
        }
        Ok(found)
    }

    /// A local record's key and fields, if it exists.
    pub async fn find_local_row(&self, kind: ObjectKind, id: i64) -> Result<Option<super::LocalRow>> {
        let mut session = self.read().await?;
        let sql = Sql::of_kind("SELECT {key}, fields FROM {table} WHERE workspace_id = $1 AND id = $2", kind);
        let found = session
            .fetch_optional(sql, args![session.workspace(), id], |row| Ok((row.text_or_null(0)?, row.json(1)?)))
            .await?;
        let Some((key, fields)) = found else { return Ok(None) };
        let secondary_keys = session
            .fetch(
                "SELECT match_key FROM secondary_key WHERE workspace_id = $1 AND kind = $2 AND local_id = $3
                 ORDER BY match_key",
                args![session.workspace(), kind, id],
                |row| row.text(0),
            )
            .await?;
        Ok(Some(super::LocalRow { id, key, secondary_keys, fields }))
    }
}

fn read_event(row: &Row) -> Result<(i64, IdentityEvent)> {
    let event = IdentityEvent {
        run_id: row.int(1)?,
        local_id: row.int(2)?,
        other_id: row.int_or_null(3)?,
        change: row.word(4, |word| IdentityChange::ALL.into_iter().find(|change| change.as_str() == word))?,
        record: (row.connection(5)?, row.external_id(6)?),
        key: row.text_or_null(7)?,
        at: row.instant(8)?,
    };
    Ok((row.int(0)?, event))
}

async fn find_decisions(session: &mut Session, kind: ObjectKind, records: &[RecordRef]) -> Result<Decisions> {
    let rows: Vec<[Arg; 2]> = records.iter().map(|(connection, id)| args![connection, id]).collect();
    let found = session
        .fetch_rows(
            "WITH v(connection, external_id) AS ({rows})
             SELECT d.connection, d.external_id, d.verdict, d.with_connection, d.with_external_id
             FROM v JOIN identity_decision d ON d.workspace_id = $1 AND d.kind = $2 AND d.connection = v.connection
                 AND d.external_id = v.external_id",
            rows,
            args![session.workspace(), kind],
            |row| {
                let record = (row.connection(0)?, row.external_id(1)?);
                let with = (ConnectionName::new(row.text(3)?), ExternalId::new(row.text(4)?));
                Ok((record, row.text(2)? == "apart", with))
            },
        )
        .await?;
    let mut decisions = Decisions::default();
    for (record, apart, with) in found {
        if apart {
            decisions.apart.insert(record);
        } else {
            decisions.together.insert((record, with));
        }
    }
    Ok(decisions)
}
