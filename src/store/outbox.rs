//! Writing the outbox (I5, I6): planning, replacing and withdrawing wanted changes, and claiming them for sending.
//! Settling is in `outbox_settle`.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use super::Tx;
use super::arg::{Arg, args};
use super::db::Session;
use super::error::{Result, StoreError};
use super::outbox_rows::{COLUMNS, OutboxRow, OutboxState, read_outbox};
use super::statement::Sql;

/// What a record should have at its vendor, as the difference to what it has. An empty set: nothing is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desired {
    pub connection: ConnectionName,
    pub kind: ObjectKind,
    pub external_id: ExternalId,
    pub local_id: i64,
    /// Property to new value on the wire; empty text clears.
    pub set: BTreeMap<String, String>,
    /// What the vendor has now, by property.
    pub previous: BTreeMap<String, Option<String>>,
    pub run_id: i64,
}

/// What planning did. What was as wanted already is in none of the numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpsertedOutbox {
    /// New open rows.
    pub inserted: u64,
    /// Open rows that want something else now.
    pub replaced: u64,
    /// Open rows that are not needed any more.
    pub withdrawn: u64,
    /// Rows on their way that will be followed by another one.
    pub deferred: u64,
}

type Key = (ConnectionName, ObjectKind, ExternalId);

struct OpenRow {
    id: i64,
    state: OutboxState,
    set: BTreeMap<String, String>,
    next: Option<BTreeMap<String, String>>,
}

impl Tx {
    /// Plans changes. A record has at most one open row (I6): one that is not on its way is replaced or withdrawn in
    /// place; one that is keeps the newer wish until it settles. Of several wishes for one record the last one counts.
    pub async fn upsert_outbox(&mut self, desired: &[Desired], now: Timestamp) -> Result<UpsertedOutbox> {
        let session = &mut self.session;
        let wanted: BTreeMap<Key, &Desired> =
            desired.iter().map(|wish| ((wish.connection.clone(), wish.kind, wish.external_id.clone()), wish)).collect();
        let open = load_open(session, &wanted).await?;
        let mut report = UpsertedOutbox::default();
        let mut fresh: Vec<&Desired> = Vec::new();
        let mut replace: Vec<[Arg; 4]> = Vec::new();
        let mut withdraw: Vec<[Arg; 1]> = Vec::new();
        let mut defer: Vec<[Arg; 4]> = Vec::new();
        for (key, wish) in wanted {
            match open.get(&key) {
                None if wish.set.is_empty() => {}
                None => fresh.push(wish),
                Some(row) if matches!(row.state, OutboxState::Sending | OutboxState::Unknown) => {
                    let next = (wish.set != row.set).then_some(&wish.set);
                    if next != row.next.as_ref() {
                        let previous = next.map(|_| &wish.previous);
                        defer.push([
                            row.id.into(),
                            Arg::json_or_null(next),
                            Arg::json_or_null(previous),
                            wish.run_id.into(),
                        ]);
                    }
                }
                Some(row) if wish.set.is_empty() => withdraw.push(args![row.id]),
                Some(row) if wish.set == row.set => {}
                Some(row) => {
                    replace.push([row.id.into(), Arg::json(&wish.set), Arg::json(&wish.previous), wish.run_id.into()])
                }
            }
        }
        let workspace = session.workspace();
        report.replaced = session
            .execute_rows(
                "WITH v(outbox_id, desired, previous, run_id) AS ({rows})
                 UPDATE outbox SET desired = v.desired, previous = v.previous, run_id = v.run_id, changed_at = $2,
                     approved = 0
                 FROM v WHERE outbox.workspace_id = $1 AND outbox.outbox_id = v.outbox_id",
                replace,
                args![workspace, now],
            )
            .await?;
        report.withdrawn = session
            .execute_rows(
                "UPDATE outbox SET state = 'superseded', due_at = NULL, changed_at = $2
                 WHERE workspace_id = $1 AND outbox_id IN ({rows})",
                withdraw,
                args![workspace, now],
            )
            .await?;
        report.deferred = session
            .execute_rows(
                "WITH v(outbox_id, next_desired, next_previous, next_run_id) AS ({rows})
                 UPDATE outbox SET next_desired = v.next_desired, next_previous = v.next_previous,
                     next_run_id = v.next_run_id, changed_at = $2
                 FROM v WHERE outbox.workspace_id = $1 AND outbox.outbox_id = v.outbox_id",
                defer,
                args![workspace, now],
            )
            .await?;
        report.inserted = fresh.len() as u64;
        insert_planned(session, &fresh, now).await?;
        Ok(report)
    }

    /// Takes rows for sending, oldest first: they are `sending`, and their attempt is recorded, when this transaction
    /// commits, so before the first byte leaves (I11).
    pub async fn claim_outbox(
        &mut self,
        connection: &ConnectionName,
        limit: u32,
        now: Timestamp,
        owner: &str,
        lease_until: Timestamp,
    ) -> Result<Vec<OutboxRow>> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let skip_locked = session.dialect().skip_locked();
        let mut rows = Vec::new();
        // One state at a time: together they would be found only by going through the whole history. What waits for
        // another try is older and goes first.
        for state in [OutboxState::RetryWait, OutboxState::Planned] {
            // Materialized: PostgreSQL may run a locking subquery again for each row, and so take more than the limit.
            let claim = Sql::with(
                "WITH picked(id) AS MATERIALIZED (
                     SELECT outbox_id FROM outbox WHERE workspace_id = $1 AND connection = $2 AND state = $7
                         AND COALESCE(due_at, 0) <= $4
                     ORDER BY outbox_id LIMIT $3 {skip_locked})
                 UPDATE outbox SET state = 'sending', approved = 1, attempt = attempt + 1, fence = fence + 1, owner = $5,
                     lease_until = $6, due_at = NULL, changed_at = $4
                 FROM picked WHERE outbox.workspace_id = $1 AND outbox.outbox_id = picked.id
                 RETURNING {columns}",
                "{skip_locked}",
                skip_locked,
            )
            .and("{columns}", COLUMNS);
            let left = i64::from(limit) - rows.len() as i64;
            let args = args![workspace, connection, left, now, owner, lease_until, state.as_str()];
            rows.extend(session.fetch(claim, args, read_outbox).await?);
        }
        rows.sort_by_key(|row| row.id);
        let attempts = rows.iter().map(|row| args![workspace, row.id, row.attempt, row.fence, owner, now]).collect();
        session
            .execute_rows(
                "INSERT INTO attempt (workspace_id, outbox_id, attempt, fence, owner, started_at) {rows}",
                attempts,
                [],
            )
            .await?;
        Ok(rows)
    }

    /// Holds the planned rows of a connection for approval, all but the oldest `keep`; how many.
    pub async fn hold_outbox(&mut self, connection: &ConnectionName, keep: u32, now: Timestamp) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute(
                "UPDATE outbox SET state = 'held', changed_at = $4
                 WHERE workspace_id = $1 AND connection = $2 AND state IN ('planned', 'retry_wait')
                     AND approved = 0 AND outbox_id NOT IN (
                     SELECT outbox_id FROM outbox WHERE workspace_id = $1 AND connection = $2
                         AND state IN ('planned', 'retry_wait') AND approved = 0
                     ORDER BY outbox_id LIMIT $3)",
                args![session.workspace(), connection, keep, now],
            )
            .await
    }

    /// Approves what is held, for good: the guard does not hold it again. How many rows.
    pub async fn release_held(&mut self, connection: &ConnectionName, now: Timestamp) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute(
                "UPDATE outbox SET state = 'planned', approved = 1, changed_at = $3
                 WHERE workspace_id = $1 AND connection = $2 AND state = 'held'",
                args![session.workspace(), connection, now],
            )
            .await
    }

    /// Rows that a dead owner was sending: nobody knows whether they were executed, so they are to be looked up (I11).
    /// An owner is dead when its lease has run out; in a SQLite file, which has one daemon, also when it is not `owner`.
    pub async fn take_over_sending(&mut self, owner: &str, now: Timestamp) -> Result<u64> {
        let session = &mut self.session;
        let others = i64::from(session.dialect().other_owners_are_dead());
        let taken = session
            .fetch(
                "UPDATE outbox SET state = 'unknown', fence = fence + 1, owner = NULL, lease_until = NULL, due_at = $2,
                     changed_at = $2, reason = 'the daemon ended while it was sending'
                 WHERE workspace_id = $1 AND state = 'sending' AND (lease_until <= $2 OR ($3 = 1 AND owner <> $4))
                 RETURNING outbox_id, attempt",
                args![session.workspace(), now, others, owner],
                |row| Ok(args![row.int(0)?, row.int(1)?]),
            )
            .await?;
        let count = taken.len() as u64;
        session
            .execute_rows(
                "WITH v(outbox_id, attempt) AS ({rows})
                 UPDATE attempt SET ended_at = $2, result = 'unknown', detail = 'the daemon ended' FROM v
                 WHERE attempt.workspace_id = $1 AND attempt.outbox_id = v.outbox_id AND attempt.attempt = v.attempt",
                taken,
                args![session.workspace(), now],
            )
            .await?;
        Ok(count)
    }
}

async fn load_open(session: &mut Session, wanted: &BTreeMap<Key, &Desired>) -> Result<BTreeMap<Key, OpenRow>> {
    let for_update = session.dialect().for_update();
    let rows = session
        .fetch_rows_once(
            Sql::with(
                "WITH v(connection, kind, external_id) AS ({rows})
                 SELECT outbox.connection, outbox.kind, outbox.external_id, outbox.outbox_id, outbox.state,
                     outbox.desired, outbox.next_desired
                 FROM v JOIN outbox ON outbox.workspace_id = $1 AND outbox.connection = v.connection
                     AND outbox.kind = v.kind AND outbox.external_id = v.external_id
                     AND outbox.state IN ('planned', 'held', 'sending', 'unknown', 'retry_wait')
                 ORDER BY outbox.outbox_id {for_update}",
                "{for_update}",
                for_update,
            ),
            wanted.keys().map(|(connection, kind, id)| args![connection, *kind, id]).collect(),
            args![session.workspace()],
            |row| {
                let key = (row.connection(0)?, row.kind(1)?, row.external_id(2)?);
                let open = OpenRow {
                    id: row.int(3)?,
                    state: row.word(4, OutboxState::from_word)?,
                    set: row.json(5)?,
                    next: row.json_or_null(6)?,
                };
                Ok((key, open))
            },
        )
        .await?;
    Ok(rows.into_iter().collect())
}

/// Inserts planned rows for records that have no open row.
async fn insert_planned(session: &mut Session, wishes: &[&Desired], now: Timestamp) -> Result<()> {
    if wishes.is_empty() {
        return Ok(());
    }
    let workspace = session.workspace();
    let first = session.allocate("outbox", wishes.len()).await?;
    let rows = (first..)
        .zip(wishes)
        .map(|(id, wish)| {
            args![
                workspace,
                id,
                &wish.connection,
                wish.kind,
                &wish.external_id,
                wish.local_id,
                wish.run_id,
                OutboxState::Planned.as_str(),
                Arg::json(&wish.set),
                Arg::json(&wish.previous),
                0_i64,
                0_i64,
                now,
                now,
            ]
        })
        .collect();
    let inserted = session
        .execute_rows(
            "INSERT INTO outbox (workspace_id, outbox_id, connection, kind, external_id, local_id, run_id, state, desired,
                 previous, attempt, fence, planned_at, changed_at) {rows}",
            rows,
            [],
        )
        .await?;
    if inserted == wishes.len() as u64 {
        Ok(())
    } else {
        Err(StoreError::inconsistent("not every planned row was inserted"))
    }
}
