//! Tables `pull_plan` and `pull_window`: the readings of a stream, how far each window is read, and its certificate (I14).
//! A cursor advances in the transaction of the page it follows (I1).

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ConnectionName, StreamName};
use intentd_sdk::source::{Count, CountBasis, Mode, WindowSpec};

use super::arg::{Arg, args};
use super::error::{Result, StoreError};
use super::{Store, Tx};

/// A plan that was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPlan {
    pub plan_id: i64,
    /// The run that made it, or that last went on with it.
    pub run_id: i64,
    pub mode: Mode,
    /// To be remembered when every window is closed.
    pub checkpoint: Option<Checkpoint>,
    /// The windows that are still open, in the order in which they were made.
    pub windows: Vec<OpenWindow>,
}

/// A window that was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenWindow {
    pub window_id: i64,
    pub spec: WindowSpec,
    /// After the last committed page; `None`: nothing is read yet.
    pub cursor: Option<Cursor>,
    /// Rows stored so far.
    pub stored: u64,
}

/// What a window held: rows the vendor counted beside rows that we stored (I14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub window_key: String,
    pub expected: u64,
    pub stored: u64,
    pub basis: CountBasis,
}

/// The certificates of one stream in one run, added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamCertificate {
    pub connection: ConnectionName,
    pub stream: StreamName,
    pub mode: Mode,
    /// Windows read to their end.
    pub windows: u64,
    /// Windows that are not; their rows are not counted here.
    pub open_windows: u64,
    pub expected: u64,
    pub stored: u64,
    /// `Stated` only when the vendor stated the total of every window.
    pub basis: CountBasis,
}

fn mode_from_word(word: &str) -> Option<Mode> {
    [Mode::Backfill, Mode::Incremental, Mode::Reconcile].into_iter().find(|mode| mode.as_str() == word)
}

fn basis_from_word(word: &str) -> Option<CountBasis> {
    [CountBasis::Stated, CountBasis::Listed, CountBasis::Mirrored].into_iter().find(|basis| basis.as_str() == word)
}

impl Tx {
    /// Opens a plan.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when the stream has an open plan already.
    pub async fn insert_plan(
        &mut self,
        run_id: i64,
        connection: &ConnectionName,
        stream: &StreamName,
        mode: Mode,
        checkpoint: Option<&Checkpoint>,
        now: Timestamp,
    ) -> Result<i64> {
        let session = &mut self.session;
        let plan_id = session.allocate("plan", 1).await?;
        session
            .execute(
                "INSERT INTO pull_plan (workspace_id, plan_id, run_id, connection, stream, mode, checkpoint, state,
                     opened_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8)",
                args![
                    session.workspace(),
                    plan_id,
                    run_id,
                    connection,
                    stream,
                    mode.as_str(),
                    Arg::json_or_null(checkpoint),
                    now
                ],
            )
            .await?;
        Ok(plan_id)
    }

    /// A later run goes on with an open plan: its certificates count there.
    pub async fn adopt_plan(&mut self, plan_id: i64, run_id: i64) -> Result<()> {
        let session = &mut self.session;
        let changed = session
            .execute(
                "UPDATE pull_plan SET run_id = $3 WHERE workspace_id = $1 AND plan_id = $2 AND state = 'open'",
                args![session.workspace(), plan_id, run_id],
            )
            .await?;
        if changed == 0 { Err(StoreError::missing(format!("open plan {plan_id}"))) } else { Ok(()) }
    }

    /// Adds windows to a plan; their numbers in the order given. A key that the plan has already gives the number of the
    /// window that is there, so a page that splits its window can be applied twice (I2).
    pub async fn insert_windows(&mut self, plan_id: i64, specs: &[WindowSpec], now: Timestamp) -> Result<Vec<i64>> {
        let session = &mut self.session;
        let keys = specs.iter().map(|spec| args![&spec.key]).collect();
        let mut known: BTreeMap<String, i64> = session
            .fetch_rows(
                "SELECT window_key, window_id FROM pull_window
                 WHERE workspace_id = $1 AND plan_id = $2 AND window_key IN ({rows})",
                keys,
                args![session.workspace(), plan_id],
                |row| Ok((row.text(0)?, row.int(1)?)),
            )
            .await?
            .into_iter()
            .collect();
        let mut fresh: Vec<&WindowSpec> = Vec::new();
        for spec in specs {
            if !known.contains_key(&spec.key) && fresh.iter().all(|other| other.key != spec.key) {
                fresh.push(spec);
            }
        }
        if !fresh.is_empty() {
            let first = session.allocate("window", fresh.len()).await?;
            let mut rows = Vec::with_capacity(fresh.len());
            for (window_id, spec) in (first..).zip(fresh) {
                rows.push(args![session.workspace(), window_id, plan_id, &spec.key, Arg::json(spec), 0_i64, now]);
                known.insert(spec.key.clone(), window_id);
            }
            session
                .execute_rows(
                    "INSERT INTO pull_window (workspace_id, window_id, plan_id, window_key, spec, stored, opened_at)
                     {rows}",
                    rows,
                    [],
                )
                .await?;
        }
        Ok(specs.iter().map(|spec| known[&spec.key]).collect())
    }

    /// Remembers where an open window goes on. Belongs into the transaction of the page (I1).
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the window is not open.
    pub async fn advance_window(&mut self, window_id: i64, cursor: &Cursor, stored_delta: u64) -> Result<()> {
        let session = &mut self.session;
        let changed = session
            .execute(
                "UPDATE pull_window SET cursor = $3, stored = stored + $4
                 WHERE workspace_id = $1 AND window_id = $2 AND closed_at IS NULL",
                args![session.workspace(), window_id, Arg::json(cursor), stored_delta],
            )
            .await?;
        if changed == 0 { Err(StoreError::missing(format!("open window {window_id}"))) } else { Ok(()) }
    }

    /// Ends a window with what the vendor counted in it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the window is not open.
    pub async fn close_window(
        &mut self,
        window_id: i64,
        count: Count,
        stored_delta: u64,
        now: Timestamp,
    ) -> Result<Certificate> {
        let session = &mut self.session;
        session
            .fetch_optional(
                "UPDATE pull_window SET stored = stored + $3, expected = $4, basis = $5, closed_at = $6
                 WHERE workspace_id = $1 AND window_id = $2 AND closed_at IS NULL
                 RETURNING window_key, stored",
                args![session.workspace(), window_id, stored_delta, count.expected, count.basis.as_str(), now],
                |row| {
                    Ok(Certificate {
                        window_key: row.text(0)?,
                        expected: count.expected,
                        stored: row.count(1)?,
                        basis: count.basis,
                    })
                },
            )
            .await?
            .ok_or_else(|| StoreError::missing(format!("open window {window_id}")))
    }

    /// Ends a plan: its checkpoint becomes the stream's, which counts as a success. A stream that was off is on again; an
    /// approval that was given to a reconcile pass ends with it.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when a window is still open; [`StoreError::Missing`] when the plan is not open.
    pub async fn close_plan(&mut self, plan_id: i64, now: Timestamp) -> Result<()> {
        let session = &mut self.session;
        let open = session
            .fetch_one(
                "SELECT COUNT(*) FROM pull_window WHERE workspace_id = $1 AND plan_id = $2 AND closed_at IS NULL",
                args![session.workspace(), plan_id],
                |row| row.int(0),
            )
            .await?;
        if open > 0 {
            return Err(StoreError::inconsistent(format!("plan {plan_id} still has {open} open windows")));
        }
        end_plan(session, plan_id, "closed", now, None).await?;
        session
            .execute(
                "INSERT INTO stream_state (workspace_id, connection, stream, checkpoint, state, last_success_at,
                     last_reconcile_at)
                 SELECT workspace_id, connection, stream, checkpoint, 'on', ended_at,
                     CASE WHEN mode = 'reconcile' THEN ended_at END
                 FROM pull_plan WHERE workspace_id = $1 AND plan_id = $2
                 ON CONFLICT (workspace_id, connection, stream) DO UPDATE SET
                     state = CASE stream_state.state WHEN 'off' THEN 'on' ELSE stream_state.state END,
                     reason = CASE WHEN stream_state.state = 'off' OR excluded.last_reconcile_at IS NOT NULL
                         THEN NULL ELSE stream_state.reason END,
                     checkpoint = COALESCE(excluded.checkpoint, stream_state.checkpoint),
                     last_success_at = excluded.last_success_at,
                     last_reconcile_at = COALESCE(excluded.last_reconcile_at, stream_state.last_reconcile_at)",
                args![session.workspace(), plan_id],
            )
            .await?;
        Ok(())
    }

    /// Gives a plan up: what its pages stored stays, its checkpoint is not taken over.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the plan is not open.
    pub async fn drop_plan(&mut self, plan_id: i64, now: Timestamp, reason: &str) -> Result<()> {
        end_plan(&mut self.session, plan_id, "dropped", now, Some(reason)).await
    }
}

async fn end_plan(
    session: &mut super::Session,
    plan_id: i64,
    state: &str,
    now: Timestamp,
    reason: Option<&str>,
) -> Result<()> {
    let changed = session
        .execute(
            "UPDATE pull_plan SET state = $3, ended_at = $4, reason = $5
             WHERE workspace_id = $1 AND plan_id = $2 AND state = 'open'",
            args![session.workspace(), plan_id, state, now, reason],
        )
        .await?;
    if changed == 0 { Err(StoreError::missing(format!("open plan {plan_id}"))) } else { Ok(()) }
}

impl Store {
    /// The plan of a stream that was not read to its end, with the windows that are open: where to go on after a crash.
    pub async fn find_open_plan(&self, connection: &ConnectionName, stream: &StreamName) -> Result<Option<OpenPlan>> {
        let mut session = self.read().await?;
        let plan = session
            .fetch_optional(
                "SELECT plan_id, run_id, mode, checkpoint FROM pull_plan
                 WHERE workspace_id = $1 AND connection = $2 AND stream = $3 AND state = 'open'",
                args![session.workspace(), connection, stream],
                |row| {
                    Ok(OpenPlan {
                        plan_id: row.int(0)?,
                        run_id: row.int(1)?,
                        mode: row.word(2, mode_from_word)?,
                        checkpoint: row.json_or_null(3)?,
                        windows: Vec::new(),
                    })
                },
            )
            .await?;
        let Some(mut plan) = plan else { return Ok(None) };
        plan.windows = session
            .fetch(
                "SELECT window_id, spec, cursor, stored FROM pull_window
                 WHERE workspace_id = $1 AND plan_id = $2 AND closed_at IS NULL ORDER BY window_id",
                args![session.workspace(), plan.plan_id],
                |row| {
                    Ok(OpenWindow {
                        window_id: row.int(0)?,
                        spec: row.json(1)?,
                        cursor: row.json_or_null(2)?,
                        stored: row.count(3)?,
                    })
                },
            )
            .await?;
        Ok(Some(plan))
    }

    /// The certificates of a run, added up per stream and mode. A plan that was given up proves nothing and asks for nothing.
    pub async fn list_certificates(&self, run_id: i64) -> Result<Vec<StreamCertificate>> {
        let mut session = self.read().await?;
        session
            .fetch(
                // 'listed' sorts before 'mirrored' and 'stated', so the least basis is the weakest.
                "SELECT p.connection, p.stream, p.mode, COUNT(w.closed_at), COUNT(w.window_id) - COUNT(w.closed_at),
                     CAST(COALESCE(SUM(w.expected), 0) AS BIGINT),
                     CAST(COALESCE(SUM(CASE WHEN w.closed_at IS NOT NULL THEN w.stored END), 0) AS BIGINT),
                     COALESCE(MIN(w.basis), 'listed')
                 FROM pull_plan p
                 LEFT JOIN pull_window w ON w.workspace_id = p.workspace_id AND w.plan_id = p.plan_id
                 WHERE p.workspace_id = $1 AND p.run_id = $2 AND p.state <> 'dropped'
                 GROUP BY p.connection, p.stream, p.mode ORDER BY MIN(p.plan_id)",
                args![session.workspace(), run_id],
                |row| {
                    Ok(StreamCertificate {
                        connection: row.connection(0)?,
                        stream: row.stream(1)?,
                        mode: row.word(2, mode_from_word)?,
                        windows: row.count(3)?,
                        open_windows: row.count(4)?,
                        expected: row.count(5)?,
                        stored: row.count(6)?,
                        basis: row.word(7, basis_from_word)?,
                    })
                },
            )
            .await
    }
}
