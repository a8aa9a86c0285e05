//! One step of one export per call, so that every step is committed before the next one is taken (I1). What a step needs to
//! know is in its cursor; nothing is kept here.

use std::sync::Arc;

use intentd_sdk::cursor::Cursor;
use intentd_sdk::record::Item;
use intentd_sdk::source::{Count, CountBasis, Next, Page, ReadContext, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};

use super::csv;
use super::digest::PartialSha256;
use super::exports::{self, Answer, Piece};
use super::job::Progress;
use super::rows::{self, Converted};
use super::step::{self, Again, Download, Step, Why};
use super::windows::{Bounds, Export};
use crate::client::Client;

/// A row that does not fit into this many bytes is no row.
const WIDEST: u64 = 16 * 1024 * 1024;
/// A completed job's file may appear a little later than its state says.
const POLLS_FOR_THE_FILE: u32 = 2;
/// After Marketo said that today's export volume is used up, running jobs may still be read for this many polls before the
/// stream rests until the next day.
const POLLS_AFTER_THE_DAY: u32 = 10;

/// How patiently and in which pieces exports are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Between two looks at a job. Marketo changes a job's state at most once a minute.
    pub(crate) poll_ms: i64,
    /// Of a file, per call.
    pub(crate) piece_bytes: u64,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { poll_ms: 60_000, piece_bytes: 2 * 1024 * 1024 }
    }
}

/// What one step works with.
struct Reading<'a> {
    client: &'a Client,
    context: &'a ReadContext<'a>,
    window: &'a WindowSpec,
    bounds: Bounds,
}

/// Takes the next step of a bulk window.
///
/// # Errors
/// [`ConnectorError::Rejected`] with category `1035` when the subscription does not offer the window's filter; [`ConnectorError::Limited`] when today's export volume is used up;
/// [`ConnectorError::Transient`] when several jobs in a row came to nothing.
pub(crate) async fn read(
    client: &Client,
    context: &ReadContext<'_>,
    window: &WindowSpec,
    cursor: Option<&Cursor>,
) -> Result<Page> {
    let unreadable = || ConnectorError::Malformed {
        detail: format!("window `{}` was stored by another version; read the stream anew", window.key),
    };
    let bounds = Bounds::of(window).ok_or_else(unreadable)?;
    let step = match cursor {
        None => Step::Anew { attempt: bounds.attempt, refusals: 0 },
        Some(cursor) => cursor.read().ok_or_else(unreadable)?,
    };
    let reading = Reading { client, context, window, bounds };
    match step {
        Step::Anew { attempt, refusals } => reading.create(attempt, refusals).await,
        Step::Created { job, attempt, refusals, made_at } => reading.enqueue(job, attempt, refusals, made_at).await,
        Step::Waiting { job, attempt, made_at } => reading.poll(job, attempt, made_at).await,
        Step::Downloading(download) => reading.download(download).await,
        Step::Superseded { rows } => Ok(done(rows, CountBasis::Listed)),
        Step::GaveUp { run_ms, why, .. } if run_ms == context.now.as_ms() => Err(reading.gave_up(why)),
        Step::GaveUp { attempt, rows, .. } => Ok(reading.page(step::renewed(attempt, rows))),
    }
}

impl Reading<'_> {
    async fn create(&self, attempt: u32, refusals: u32) -> Result<Page> {
        let made_at = Some(self.client.clock.now());
        Ok(match exports::create(self.client, self.context.permits, &self.bounds).await? {
            // `Later` and not `More`: the job is written down before it is put into the queue.
            Answer::Yes(job) => {
                later(&Step::Created { job: job.export_id, attempt, refusals: 0, made_at }, self.client.clock.now())
            }
            Answer::QueueIsFull => self.poll_again(&Step::Anew { attempt, refusals }),
            Answer::DayIsSpent(until) => {
                self.day_is_spent(Step::Anew { attempt, refusals: refusals + 1 }, refusals, until)?
            }
            Answer::Unknown => self.again(attempt, 0, Why::Unknown),
        })
    }

    async fn enqueue(&self, job: String, attempt: u32, refusals: u32, made_at: Option<Timestamp>) -> Result<Page> {
        Ok(match exports::enqueue(self.client, self.context.permits, &self.bounds, &job).await? {
            Answer::Yes(()) => self.poll_again(&Step::Waiting { job, attempt, made_at }),
            Answer::QueueIsFull => self.poll_again(&Step::Created { job, attempt, refusals, made_at }),
            Answer::DayIsSpent(until) => {
                self.day_is_spent(Step::Created { job, attempt, refusals: refusals + 1, made_at }, refusals, until)?
            }
            // Perhaps it was enqueued by a process that died, and is done by now.
            Answer::Unknown => match exports::status(self.client, self.context.permits, &self.bounds, &job).await? {
                Some(state) if state.progress() != Progress::Created => more(&Step::Waiting { job, attempt, made_at }),
                _ => self.again(attempt, 0, Why::Unknown),
            },
        })
    }

    async fn poll(&self, job: String, attempt: u32, made_at: Option<Timestamp>) -> Result<Page> {
        let Some(state) = exports::status(self.client, self.context.permits, &self.bounds, &job).await? else {
            return Ok(self.again(attempt, 0, Why::Unknown));
        };
        Ok(match state.progress() {
            Progress::Created => more(&Step::Created { job, attempt, refusals: 0, made_at }),
            Progress::Running => self.poll_again(&Step::Waiting { job, attempt, made_at }),
            Progress::Failed => self.again(attempt, 0, Why::Failed),
            Progress::Cancelled => self.again(attempt, 0, Why::Cancelled),
            Progress::Completed if state.number_of_records == Some(0) => done(0, CountBasis::Stated),
            Progress::Completed if state.file_size == Some(0) && state.number_of_records.is_none() => {
                done(0, CountBasis::Listed)
            }
            Progress::Completed => more(&Step::Downloading(Download {
                job,
                attempt,
                made_at,
                offset: 0,
                rows: 0,
                delivered: 0,
                aside: 0,
                header: None,
                absent: 0,
                digest: PartialSha256::new(),
                width: self.client.pace.piece_bytes,
                file_size: state.file_size,
                checksum: state.file_checksum,
                records: state.number_of_records,
            })),
        })
    }

    async fn download(&self, at: Download) -> Result<Page> {
        let wanted = match at.file_size {
            Some(size) => at.width.min(size.saturating_sub(at.offset)),
            None => at.width,
        };
        let last = at.offset + wanted.max(1) - 1;
        let piece = exports::file(self.client, self.context.permits, &self.bounds, &at.job, (at.offset, last)).await?;
        let (bytes, size) = match piece {
            Piece::Bytes { bytes, total } => (bytes, total.or(at.file_size)),
            Piece::Gone if at.absent < POLLS_FOR_THE_FILE => {
                return Ok(self.poll_again(&Step::Downloading(Download { absent: at.absent + 1, ..at })));
            }
            Piece::Gone => return Ok(self.again(at.attempt, at.delivered, Why::NoFile)),
            Piece::Beyond => return Ok(self.again(at.attempt, at.delivered, Why::FileChanged)),
        };
        let Some(size) = size else {
            return Err(ConnectorError::Malformed { detail: "an export file of unknown size".to_owned() });
        };
        let read_upto = at.offset + bytes.len() as u64;
        if at.file_size.is_some_and(|stated| stated != size) || read_upto > size {
            return Ok(self.again(at.attempt, at.delivered, Why::FileChanged));
        }
        let is_end = read_upto == size;
        let parsed = csv::parse(&bytes, is_end);
        if parsed.consumed == 0 && !is_end {
            return self.widen(at, bytes.len() as u64);
        }
        let Some(digest) = at.digest.with(&bytes[..parsed.consumed]) else {
            return Ok(self.again(at.attempt, at.delivered, Why::Unreadable));
        };
        if is_end && at.checksum.as_deref().is_some_and(|stated| !digest.is(stated)) {
            return Ok(self.again(at.attempt, at.delivered, Why::Checksum));
        }
        let mut lines = parsed.rows.into_iter();
        let header = match at.header {
            Some(header) => header,
            None => lines.next().unwrap_or_default().into_iter().map(Option::unwrap_or_default).collect(),
        };
        if !rows::has_all_columns(&self.bounds.export, &header) {
            return Ok(self.again(at.attempt, at.delivered, Why::Unreadable));
        }
        let count = lines.len() as u64;
        let records = rows::records(&self.bounds.export, &header, lines);
        let names = match self.bounds.export {
            Export::Leads { .. } => Arc::default(),
            Export::Activities { .. } => self.client.types.names(self.client, self.context.permits).await?,
        };
        let Converted { mut items, aside } = records.convert(&header, self.context.selection, &names);
        for item in &mut items {
            if let Item::Object(record) = item {
                record.as_of = at.made_at;
            }
        }
        let (rows, delivered, aside) = (at.rows + count, at.delivered + items.len() as u64, at.aside + aside);
        if is_end {
            if delivered + aside < rows {
                tracing::warn!(
                    window.key = %self.window.key,
                    rows = rows - delivered - aside,
                    "rows of an export were left out because they cannot be understood"
                );
            }
            let (expected, basis) = match at.records {
                Some(stated) => (stated.saturating_sub(aside), CountBasis::Stated),
                None => (rows - aside, CountBasis::Listed),
            };
            return Ok(Page { items, next: Next::Done(Count { expected, basis }) });
        }
        let step = Step::Downloading(Download {
            offset: at.offset + parsed.consumed as u64,
            rows,
            delivered,
            aside,
            header: Some(header),
            digest,
            width: self.client.pace.piece_bytes,
            file_size: Some(size),
            ..at
        });
        Ok(Page { items, next: Next::More(Cursor::of(&step)) })
    }

    /// Not one row ended within the piece: a longer piece, unless this one was cut short on its way.
    fn widen(&self, at: Download, got: u64) -> Result<Page> {
        if got < at.width {
            let detail = format!("{got} of {} bytes of an export file came", at.width);
            return Err(ConnectorError::Transient { retry_after_ms: None, detail });
        }
        if at.width >= WIDEST {
            return Ok(self.again(at.attempt, at.delivered, Why::Unreadable));
        }
        let width = at.width.saturating_mul(2).min(WIDEST);
        Ok(more(&Step::Downloading(Download { width, ..at })))
    }

    /// The same step once more after the polling period.
    fn poll_again(&self, step: &Step) -> Page {
        later(step, self.client.clock.now().plus_ms(self.client.pace.poll_ms))
    }

    /// Nothing new is exported today. Other windows may still be reading what was exported before, so the stream does not
    /// end at once.
    fn day_is_spent(&self, step: Step, refusals: u32, until: Timestamp) -> Result<Page> {
        if refusals < POLLS_AFTER_THE_DAY {
            return Ok(self.poll_again(&step));
        }
        let detail = "1029: Marketo exports no more than 500 MB in one day".to_owned();
        Err(ConnectorError::Limited { until, detail })
    }

    fn again(&self, attempt: u32, delivered: u64, why: Why) -> Page {
        self.page(step::again(attempt, delivered, why, self.context.now.as_ms()))
    }

    fn page(&self, again: Again) -> Page {
        match again {
            Again::Here(step) | Again::No(step) => more(&step),
            Again::Apart { step, attempt } => {
                let bounds = Bounds { attempt, ..self.bounds.clone() };
                let windows = vec![bounds.window(self.window.mode)];
                nothing(Next::Split { cursor: Cursor::of(&step), windows })
            }
        }
    }

    fn gave_up(&self, why: Why) -> ConnectorError {
        let detail = format!(
            "`{}`: the export {}, several times in a row; the next run tries again, and nothing is lost meanwhile",
            self.window.key,
            why.as_words()
        );
        ConnectorError::Transient { retry_after_ms: None, detail }
    }
}

fn more(step: &Step) -> Page {
    nothing(Next::More(Cursor::of(step)))
}

fn later(step: &Step, at: Timestamp) -> Page {
    nothing(Next::Later { cursor: Cursor::of(step), at })
}

fn done(expected: u64, basis: CountBasis) -> Page {
    nothing(Next::Done(Count { expected, basis }))
}

fn nothing(next: Next) -> Page {
    Page { items: Vec::new(), next }
}
