//! Two local records that are one person or organisation, and persons that are erased for privacy. Both touch every table
//! that knows a local id.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::ObjectKind;

use crate::domain::model::{CompanyId, ContactId};

use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::statement::Sql;
use super::{Store, Tx, origins, records, timeline};

/// What is computed of a contact besides scores, and where it stands.
const STANDING: [&str; 6] = [
    "DELETE FROM engagement_value WHERE workspace_id = $1 AND contact_id = $2",
    "DELETE FROM group_member WHERE workspace_id = $1 AND contact_id = $2",
    "DELETE FROM enrollment WHERE workspace_id = $1 AND contact_id = $2",
    "DELETE FROM wish WHERE workspace_id = $1 AND contact_id = $2",
    "DELETE FROM workflow_dirty WHERE workspace_id = $1 AND contact_id = $2",
    "DELETE FROM workflow_due WHERE workspace_id = $1 AND contact_id = $2",
];

impl Tx {
    /// Makes `into` of `from`: its records at the vendors, keys and activities. `into` is to be computed again; `from` is
    /// deleted, and its id leads to `into` ever after. Doing it twice changes nothing the second time (I2).
    pub async fn merge_local(&mut self, kind: ObjectKind, from: i64, into: i64, now: Timestamp) -> Result<()> {
        if from == into {
            return Ok(());
        }
        let several = spans_connections(&mut self.session, kind, from, into).await?;
        if several {
            // Each keeps what it said, so that they can part again.
            self.make_room(kind, &[from, into]).await?;
        }
        let session = &mut self.session;
        let workspace = session.workspace();
        for sql in [
            "UPDATE remote_object SET local_id = $4 WHERE workspace_id = $1 AND kind = $2 AND local_id = $3",
            "UPDATE outbox SET local_id = $4 WHERE workspace_id = $1 AND kind = $2 AND local_id = $3",
            "INSERT INTO secondary_key (workspace_id, kind, match_key, local_id)
             SELECT workspace_id, kind, match_key, $4 FROM secondary_key
             WHERE workspace_id = $1 AND kind = $2 AND local_id = $3 ON CONFLICT DO NOTHING",
            "UPDATE merged SET into_id = $4 WHERE workspace_id = $1 AND kind = $2 AND into_id = $3",
        ] {
            session.execute(sql, args![workspace, kind, from, into]).await?;
        }
        session
            .execute(
                "DELETE FROM secondary_key WHERE workspace_id = $1 AND kind = $2 AND local_id = $3",
                args![workspace, kind, from],
            )
            .await?;
        let own_key = Sql::of_kind(
            "INSERT INTO secondary_key (workspace_id, kind, match_key, local_id)
             SELECT workspace_id, $2, {key}, $4 FROM {table}
             WHERE workspace_id = $1 AND id = $3 AND {key} IS NOT NULL
                 AND {key} NOT IN (SELECT {key} FROM {table} WHERE workspace_id = $1 AND id = $4 AND {key} IS NOT NULL)
             ON CONFLICT DO NOTHING",
            kind,
        );
        session.execute(own_key, args![workspace, kind, from, into]).await?;
        let existed = session
            .execute(
                Sql::of_kind("DELETE FROM {table} WHERE workspace_id = $1 AND id = $2", kind),
                args![workspace, from],
            )
            .await?;
        if existed > 0 {
            session
                .execute(
                    "INSERT INTO merged (workspace_id, kind, from_id, into_id, merged_at) VALUES ($1, $2, $3, $4, $5)",
                    args![workspace, kind, from, into, now],
                )
                .await?;
        }
        for local in [from, into] {
            session
                .execute(
                    "DELETE FROM flow_state WHERE workspace_id = $1 AND kind = $2 AND local_id = $3",
                    args![workspace, kind, local],
                )
                .await?;
        }
        match kind {
            ObjectKind::Contact => {
                origins::merge(session, from, into).await?;
                self.merge_contact(from, into).await?;
            }
            ObjectKind::Company => self.merge_company(from, into).await?,
            ObjectKind::Deal => {}
        }
        Ok(())
    }

    async fn merge_company(&mut self, from: i64, into: i64) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        session
            .execute(
                "UPDATE visitor SET company_id = $3 WHERE workspace_id = $1 AND company_id = $2",
                args![workspace, from, into],
            )
            .await?;
        session
            .execute(
                "UPDATE buying_group SET company_id = $3 WHERE workspace_id = $1 AND company_id = $2 AND interest NOT IN
                     (SELECT interest FROM buying_group WHERE workspace_id = $1 AND company_id = $3)",
                args![workspace, from, into],
            )
            .await?;
        for sql in [
            "DELETE FROM prospect WHERE workspace_id = $1 AND company_id = $2",
            "DELETE FROM company_dirty WHERE workspace_id = $1 AND company_id = $2",
            "DELETE FROM company_due WHERE workspace_id = $1 AND company_id = $2",
            "DELETE FROM company_intent WHERE workspace_id = $1 AND company_id = $2",
            "DELETE FROM company_place WHERE workspace_id = $1 AND company_id = $2",
        ] {
            session.execute(sql, args![workspace, from]).await?;
        }
        self.mark_companies_dirty(&[CompanyId(into)]).await
    }

    async fn merge_contact(&mut self, from: i64, into: i64) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        session
            .execute(
                "UPDATE activity_tail SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2",
                args![workspace, from, into],
            )
            .await?;
        let folded = timeline::take_base(session, from).await?;
        timeline::add_base(session, into, folded).await?;
        timeline::remove_folded(session, &BTreeSet::from([ContactId(into)])).await?;
        for sql in [
            "DELETE FROM score_value WHERE workspace_id = $1 AND contact_id = $2",
            "DELETE FROM due WHERE workspace_id = $1 AND contact_id = $2",
            "DELETE FROM dirty WHERE workspace_id = $1 AND contact_id = $2",
        ] {
            session.execute(sql, args![workspace, from]).await?;
        }
        // What was decided about the one, and where it stands in workflows, is true of the survivor unless that has its own.
        for sql in [
            "UPDATE group_decision SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2",
            "UPDATE wish SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 AND workflow NOT IN
                 (SELECT workflow FROM enrollment WHERE workspace_id = $1 AND contact_id = $3)",
            "UPDATE enrollment SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 AND workflow NOT IN
                 (SELECT workflow FROM enrollment WHERE workspace_id = $1 AND contact_id = $3)",
        ] {
            session.execute(sql, args![workspace, from, into]).await?;
        }
        for sql in STANDING {
            session.execute(sql, args![workspace, from]).await?;
        }
        self.mark_dirty(&[ContactId(into)]).await
    }

    /// Removes every row of a person and leaves keyed hashes, by which the person is refused when it comes again. Call
    /// [`Store::checkpoint`] after the commit: until then the bytes are in the write-ahead log.
    pub async fn erase_contact(&mut self, local_id: i64, tombstones: &[String], now: Timestamp) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let found = session
            .fetch(
                "SELECT connection, external_id FROM remote_object
                 WHERE workspace_id = $1 AND kind = 'contact' AND local_id = $2",
                args![workspace, local_id],
                |row| Ok((row.text(0)?, args![row.text(1)?])),
            )
            .await?;
        let mut records: BTreeMap<String, Vec<[Arg; 1]>> = BTreeMap::new();
        for (connection, id) in found {
            records.entry(connection).or_default().push(id);
        }
        let addresses: Vec<[Arg; 1]> = session
            .fetch(
                "SELECT email_key FROM contact WHERE workspace_id = $1 AND id = $2 AND email_key IS NOT NULL
                 UNION SELECT match_key FROM secondary_key
                 WHERE workspace_id = $1 AND kind = 'contact' AND local_id = $2",
                args![workspace, local_id],
                |row| Ok(args![row.text(0)?]),
            )
            .await?;
        for (connection, ids) in records {
            for sql in [
                "DELETE FROM association WHERE workspace_id = $1 AND connection = $2 AND from_kind = 'contact'
                     AND from_id IN ({rows})",
                "DELETE FROM association WHERE workspace_id = $1 AND connection = $2 AND to_kind = 'contact'
                     AND to_id IN ({rows})",
                "DELETE FROM membership WHERE workspace_id = $1 AND connection = $2 AND kind = 'contact'
                     AND member_id IN ({rows})",
                "DELETE FROM pushed_value WHERE workspace_id = $1 AND connection = $2 AND kind = 'contact'
                     AND external_id IN ({rows})",
                "DELETE FROM attempt WHERE workspace_id = $1 AND outbox_id IN (SELECT outbox_id FROM outbox
                     WHERE workspace_id = $1 AND connection = $2 AND kind = 'contact' AND external_id IN ({rows}))",
                "DELETE FROM outbox WHERE workspace_id = $1 AND connection = $2 AND kind = 'contact'
                     AND external_id IN ({rows})",
                "DELETE FROM issue WHERE workspace_id = $1 AND connection = $2 AND external_id IN ({rows})",
                "DELETE FROM stale_link WHERE workspace_id = $1 AND connection = $2 AND kind = 'contact'
                     AND external_id IN ({rows})",
                "DELETE FROM record_fields WHERE workspace_id = $1 AND connection = $2 AND kind = 'contact'
                     AND external_id IN ({rows})",
                "DELETE FROM identity_decision WHERE workspace_id = $1 AND connection = $2 AND kind = 'contact'
                     AND external_id IN ({rows})",
                "DELETE FROM identity_decision WHERE workspace_id = $1 AND with_connection = $2 AND kind = 'contact'
                     AND with_external_id IN ({rows})",
                "DELETE FROM fight WHERE workspace_id = $1 AND connection = $2 AND kind = 'contact'
                     AND external_id IN ({rows})",
                "DELETE FROM visitor WHERE workspace_id = $1 AND connection = $2 AND actor_kind = 'contact'
                     AND actor IN ({rows})",
                "DELETE FROM activity_tail WHERE workspace_id = $1 AND contact_id IS NULL AND actor_kind = 'contact'
                     AND source_id IN (SELECT source_id FROM activity_source WHERE workspace_id = $1 AND connection = $2)
                     AND actor IN ({rows})",
            ] {
                session.execute_rows(sql, ids.clone(), args![workspace, &connection]).await?;
            }
        }
        for sql in [
            "DELETE FROM activity_tail WHERE workspace_id = $1 AND contact_id IS NULL AND actor_kind = 'email'
                 AND actor IN ({rows})",
            "DELETE FROM visitor WHERE workspace_id = $1 AND actor_kind = 'email' AND actor IN ({rows})",
        ] {
            session.execute_rows(sql, addresses.clone(), args![workspace]).await?;
        }
        for sql in [
            "DELETE FROM attempt WHERE workspace_id = $1 AND outbox_id IN
                 (SELECT outbox_id FROM outbox WHERE workspace_id = $1 AND kind = 'contact' AND local_id = $2)",
            "DELETE FROM outbox WHERE workspace_id = $1 AND kind = 'contact' AND local_id = $2",
            "DELETE FROM group_decision WHERE workspace_id = $1 AND contact_id = $2",
            "DELETE FROM remote_object WHERE workspace_id = $1 AND kind = 'contact' AND local_id = $2",
            "DELETE FROM secondary_key WHERE workspace_id = $1 AND kind = 'contact' AND local_id = $2",
            "DELETE FROM activity_tail WHERE workspace_id = $1 AND contact_id = $2",
            "DELETE FROM score_value WHERE workspace_id = $1 AND contact_id = $2",
            "DELETE FROM due WHERE workspace_id = $1 AND contact_id = $2",
            "DELETE FROM dirty WHERE workspace_id = $1 AND contact_id = $2",
            "DELETE FROM merged WHERE workspace_id = $1 AND kind = 'contact' AND (from_id = $2 OR into_id = $2)",
            "DELETE FROM identity_event WHERE workspace_id = $1 AND kind = 'contact' AND local_id = $2",
            "DELETE FROM identity_event WHERE workspace_id = $1 AND kind = 'contact' AND other_id = $2",
            "DELETE FROM flow_state WHERE workspace_id = $1 AND kind = 'contact' AND local_id = $2",
            "DELETE FROM timeline_origin WHERE workspace_id = $1 AND contact_id = $2",
            "DELETE FROM contact WHERE workspace_id = $1 AND id = $2",
        ] {
            session.execute(sql, args![workspace, local_id]).await?;
        }
        for sql in STANDING {
            session.execute(sql, args![workspace, local_id]).await?;
        }
        drop(timeline::take_base(session, local_id).await?);
        // Which of these texts name the person cannot be told; what is lost can be written again.
        session.execute("DELETE FROM model_answer WHERE workspace_id = $1 AND personal = 1", args![workspace]).await?;
        let hashes: BTreeSet<&String> = tombstones.iter().collect();
        session
            .execute_rows(
                "INSERT INTO tombstone (workspace_id, key_hash, erased_at) {rows} ON CONFLICT DO NOTHING",
                hashes.into_iter().map(|hash| args![workspace, hash, now]).collect(),
                [],
            )
            .await?;
        Ok(())
    }

    /// Which of these keyed hashes belong to persons that were erased.
    pub async fn find_tombstones(&mut self, hashes: &[String]) -> Result<BTreeSet<String>> {
        find_tombstones(&mut self.session, hashes.iter()).await
    }
}

/// Whether the records of two local records are of more than one connection.
async fn spans_connections(session: &mut Session, kind: ObjectKind, one: i64, other: i64) -> Result<bool> {
    let records = records::load_records(session, kind, &[one, other]).await?;
    let connections: BTreeSet<_> = records.values().flatten().map(|record| &record.connection).collect();
    Ok(connections.len() > 1)
}

pub(super) async fn find_tombstones(
    session: &mut Session,
    hashes: impl Iterator<Item = &String>,
) -> Result<BTreeSet<String>> {
    let found = session
        .fetch_rows(
            "SELECT key_hash FROM tombstone WHERE workspace_id = $1 AND key_hash IN ({rows})",
            hashes.map(|hash| args![hash]).collect::<Vec<[Arg; 1]>>(),
            args![session.workspace()],
            |row| row.text(0),
        )
        .await?;
    Ok(found.into_iter().collect())
}

impl Store {
    /// The local record that absorbed this one; itself when none did.
    pub async fn find_merged(&self, kind: ObjectKind, id: i64) -> Result<i64> {
        let mut session = self.read().await?;
        let into = session
            .fetch_optional(
                "SELECT into_id FROM merged WHERE workspace_id = $1 AND kind = $2 AND from_id = $3",
                args![session.workspace(), kind, id],
                |row| row.int(0),
            )
            .await?;
        Ok(into.unwrap_or(id))
    }
}
