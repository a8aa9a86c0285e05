//! What became of rows that were sent: their next state, the values that the vendor took, and the newer wish that waited
//! meanwhile. All of it in one transaction, so that a delivered value and our knowledge of it cannot part.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::change::ChangeResult;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use super::Tx;
use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::outbox::Desired;
use super::outbox_rows::OutboxState;
use super::statement::Sql;

/// Where a row goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextState {
    Delivered,
    Rejected,
    Missing,
    /// Certainly not executed: send again at this instant.
    RetryAt(Timestamp),
    /// Perhaps executed: look up at this instant.
    Unknown {
        look_up_at: Timestamp,
    },
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    pub id: i64,
    /// From the row as it was claimed or listed: a row that changed hands since is not settled.
    pub fence: i64,
    pub result: ChangeResult,
    pub next: NextState,
}

type Key = (ConnectionName, ObjectKind, ExternalId);

struct InFlight {
    id: i64,
    key: Key,
    local_id: i64,
    attempt: i64,
    set: BTreeMap<String, String>,
    previous: BTreeMap<String, Option<String>>,
    next: Option<Wish>,
}

struct Wish {
    set: BTreeMap<String, String>,
    previous: BTreeMap<String, Option<String>>,
    run_id: i64,
}

/// Where a row goes, in columns.
struct Step {
    state: OutboxState,
    due_at: Option<Timestamp>,
    reason: Option<String>,
    /// What the row wants from now on, when that changes.
    wish: Option<Wish>,
    /// What is planned beside it once it is closed.
    follow_up: Option<Wish>,
}

impl Tx {
    /// Settles rows that were sending or unknown; how many. Rows that are not, or that changed hands, are left alone.
    pub async fn settle_outbox(&mut self, settlements: &[Settlement], now: Timestamp) -> Result<u64> {
        let session = &mut self.session;
        let by_id: BTreeMap<i64, &Settlement> = settlements.iter().map(|one| (one.id, one)).collect();
        let rows = load_in_flight(session, &by_id).await?;
        let settled = rows.len() as u64;
        let mut updates: Vec<[Arg; 8]> = Vec::new();
        let mut attempts: Vec<[Arg; 5]> = Vec::new();
        let mut follow_ups: Vec<Desired> = Vec::new();
        let mut delivered: Vec<(i64, Key, BTreeMap<String, String>)> = Vec::new();
        for row in rows {
            let settlement = by_id[&row.id];
            let mut key = row.key.clone();
            if let (NextState::Delivered, ChangeResult::Delivered { survivor: Some(id), .. }) =
                (settlement.next, &settlement.result)
            {
                key.2 = id.clone();
            }
            if settlement.next == NextState::Delivered {
                delivered.push((row.id, key.clone(), row.set.clone()));
            }
            attempts.push(attempt_row(&row, settlement, now));
            let (id, local_id) = (row.id, row.local_id);
            let (set, previous) = (Arg::json(&row.set), Arg::json(&row.previous));
            let step = step(row, settlement);
            let (set, previous) = match &step.wish {
                Some(wish) => (Arg::json(&wish.set), Arg::json(&wish.previous)),
                None => (set, previous),
            };
            updates.push([
                id.into(),
                step.state.as_str().into(),
                step.due_at.into(),
                step.reason.as_deref().into(),
                set,
                previous,
                // An unknown row keeps the newer wish for later.
                i64::from(settlement.next_keeps_wish()).into(),
                step.wish.as_ref().map(|wish| wish.run_id).into(),
            ]);
            if let Some(wish) = step.follow_up {
                let (connection, kind, external_id) = key;
                follow_ups.push(Desired {
                    connection,
                    kind,
                    external_id,
                    local_id,
                    set: wish.set,
                    previous: wish.previous,
                    run_id: wish.run_id,
                });
            }
        }
        write_steps(session, updates, attempts, now).await?;
        remember_delivered(session, &delivered, now).await?;
        // A survivor may have an open row of its own; the ordinary way keeps it the only one (I6).
        self.upsert_outbox(&follow_ups, now).await?;
        Ok(settled)
    }
}

impl Settlement {
    fn next_keeps_wish(&self) -> bool {
        matches!(self.next, NextState::Unknown { .. })
    }
}

/// The rule of settling.
fn step(row: InFlight, settlement: &Settlement) -> Step {
    let reason = match &settlement.result {
        ChangeResult::Delivered { .. } | ChangeResult::Missing => None,
        ChangeResult::Rejected { reason, .. }
        | ChangeResult::NotExecuted { reason, .. }
        | ChangeResult::Unknown { reason } => Some(reason.clone()),
    };
    let closed = |state, follow_up| Step { state, due_at: None, reason: reason.clone(), wish: None, follow_up };
    match settlement.next {
        NextState::Delivered => {
            let follow_up = row.next.map(|next| after_delivery(&row.set, &row.previous, next));
            closed(OutboxState::Delivered, follow_up.filter(|wish| !wish.set.is_empty()))
        }
        NextState::Rejected => closed(OutboxState::Rejected, row.next.filter(|wish| !wish.set.is_empty())),
        NextState::Missing => closed(OutboxState::Missing, None),
        NextState::RetryAt(due_at) => {
            let withdrawn = row.next.as_ref().is_some_and(|wish| wish.set.is_empty());
            if withdrawn {
                return closed(OutboxState::Superseded, None);
            }
            Step { state: OutboxState::RetryWait, due_at: Some(due_at), reason, wish: row.next, follow_up: None }
        }
        NextState::Unknown { look_up_at } => {
            Step { state: OutboxState::Unknown, due_at: Some(look_up_at), reason, wish: None, follow_up: None }
        }
    }
}

/// The newer wish was a difference to what the vendor had before this delivery. What was delivered and is not wanted any
/// more goes back to what it was; what was delivered as wanted needs nothing.
fn after_delivery(delivered: &BTreeMap<String, String>, before: &BTreeMap<String, Option<String>>, next: Wish) -> Wish {
    let mut set = next.set;
    for property in delivered.keys() {
        set.entry(property.clone()).or_insert_with(|| before.get(property).cloned().flatten().unwrap_or_default());
    }
    set.retain(|property, value| delivered.get(property) != Some(value));
    let mut previous = next.previous;
    previous.extend(delivered.iter().map(|(property, value)| (property.clone(), held(value))));
    previous.retain(|property, _| set.contains_key(property));
    Wish { set, previous, run_id: next.run_id }
}

/// What a vendor holds after a write: empty text clears.
fn held(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

fn attempt_row(row: &InFlight, settlement: &Settlement, now: Timestamp) -> [Arg; 5] {
    let (word, detail) = match &settlement.result {
        ChangeResult::Delivered { .. } => ("delivered", None),
        ChangeResult::Rejected { reason, .. } => ("rejected", Some(reason.as_str())),
        ChangeResult::Missing => ("missing", None),
        ChangeResult::NotExecuted { reason, .. } => ("not_executed", Some(reason.as_str())),
        ChangeResult::Unknown { reason } => ("unknown", Some(reason.as_str())),
    };
    [row.id.into(), row.attempt.into(), word.into(), detail.into(), now.into()]
}

async fn load_in_flight(session: &mut Session, by_id: &BTreeMap<i64, &Settlement>) -> Result<Vec<InFlight>> {
    let for_update = session.dialect().for_update();
    session
        .fetch_rows_once(
            Sql::with(
                "WITH v(outbox_id, fence) AS ({rows})
                 SELECT outbox.outbox_id, connection, kind, external_id, local_id, attempt, desired, previous,
                     next_desired, next_previous, COALESCE(next_run_id, run_id)
                 FROM v JOIN outbox ON outbox.workspace_id = $1 AND outbox.outbox_id = v.outbox_id
                     AND outbox.fence = v.fence AND outbox.state IN ('sending', 'unknown')
                 ORDER BY outbox.outbox_id {for_update}",
                "{for_update}",
                for_update,
            ),
            by_id.values().map(|settlement| args![settlement.id, settlement.fence]).collect(),
            args![session.workspace()],
            |row| {
                let next = match row.json_or_null(8)? {
                    Some(set) => {
                        Some(Wish { set, previous: row.json_or_null(9)?.unwrap_or_default(), run_id: row.int(10)? })
                    }
                    None => None,
                };
                Ok(InFlight {
                    id: row.int(0)?,
                    key: (row.connection(1)?, row.kind(2)?, row.external_id(3)?),
                    local_id: row.int(4)?,
                    attempt: row.int(5)?,
                    set: row.json(6)?,
                    previous: row.json(7)?,
                    next,
                })
            },
        )
        .await
}

async fn write_steps(
    session: &mut Session,
    updates: Vec<[Arg; 8]>,
    attempts: Vec<[Arg; 5]>,
    now: Timestamp,
) -> Result<()> {
    session
        .execute_rows(
            "WITH v(outbox_id, state, due_at, reason, desired, previous, keep, run_id) AS ({rows})
             UPDATE outbox SET state = v.state, due_at = v.due_at, reason = v.reason, desired = v.desired,
                 previous = v.previous, run_id = COALESCE(v.run_id, outbox.run_id),
                 next_desired = CASE WHEN v.keep = 1 THEN outbox.next_desired END,
                 next_previous = CASE WHEN v.keep = 1 THEN outbox.next_previous END,
                 next_run_id = CASE WHEN v.keep = 1 THEN outbox.next_run_id END,
                 owner = NULL, lease_until = NULL, changed_at = $2
             FROM v WHERE outbox.workspace_id = $1 AND outbox.outbox_id = v.outbox_id",
            updates,
            args![session.workspace(), now],
        )
        .await?;
    session
        .execute_rows(
            "WITH v(outbox_id, attempt, result, detail, ended_at) AS ({rows})
             UPDATE attempt SET result = v.result, detail = v.detail, ended_at = v.ended_at FROM v
             WHERE attempt.workspace_id = $1 AND attempt.outbox_id = v.outbox_id AND attempt.attempt = v.attempt",
            attempts,
            args![session.workspace()],
        )
        .await?;
    Ok(())
}

/// The vendor has these values now: remembered as pushed, and as what the record holds (I8).
async fn remember_delivered(
    session: &mut Session,
    delivered: &[(i64, Key, BTreeMap<String, String>)],
    now: Timestamp,
) -> Result<()> {
    let workspace = session.workspace();
    // Two rows can end at the same record when a survivor answered; the later one counts.
    let mut values: BTreeMap<&Key, BTreeMap<&str, (&str, i64)>> = BTreeMap::new();
    for (id, key, set) in delivered {
        let of_record = values.entry(key).or_default();
        of_record.extend(set.iter().map(|(property, value)| (property.as_str(), (value.as_str(), *id))));
    }
    let pushed = values
        .iter()
        .flat_map(|((connection, kind, external_id), set)| {
            set.iter().map(move |(property, (value, id))| {
                args![workspace, connection, *kind, external_id, *property, *value, now, *id]
            })
        })
        .collect();
    session
        .execute_rows(
            "INSERT INTO pushed_value (workspace_id, connection, kind, external_id, property, value, pushed_at, outbox_id)
             {rows}
             ON CONFLICT (workspace_id, connection, kind, external_id, property) DO UPDATE SET value = excluded.value,
                 pushed_at = excluded.pushed_at, outbox_id = excluded.outbox_id",
            pushed,
            [],
        )
        .await?;
    let keys: BTreeSet<&&Key> = values.keys().collect();
    let holding = session
        .fetch_rows_once(
            "WITH v(connection, kind, external_id) AS ({rows})
             SELECT r.connection, r.kind, r.external_id, r.owned FROM v
             JOIN remote_object r ON r.workspace_id = $1 AND r.connection = v.connection AND r.kind = v.kind
                 AND r.external_id = v.external_id",
            keys.into_iter().map(|(connection, kind, id)| args![connection, *kind, id]).collect(),
            args![workspace],
            |row| {
                let key: Key = (row.connection(0)?, row.kind(1)?, row.external_id(2)?);
                Ok((key, row.json::<BTreeMap<String, Option<String>>>(3)?))
            },
        )
        .await?;
    let owned: BTreeMap<Key, BTreeMap<String, Option<String>>> = holding.into_iter().collect();
    let rows = owned
        .into_iter()
        .map(|(key, mut owned)| {
            owned.extend(values[&key].iter().map(|(property, (value, _))| ((*property).to_owned(), held(value))));
            let (connection, kind, external_id) = key;
            args![&connection, kind, &external_id, Arg::json(&owned)]
        })
        .collect();
    session
        .execute_rows(
            "WITH v(connection, kind, external_id, owned) AS ({rows})
             UPDATE remote_object SET owned = v.owned FROM v
             WHERE remote_object.workspace_id = $1 AND remote_object.connection = v.connection
                 AND remote_object.kind = v.kind AND remote_object.external_id = v.external_id",
            rows,
            args![workspace],
        )
        .await?;
    Ok(())
}
