//! Visits out of a web server's access logs. A file is known again by its content, whatever it is called and however it is
//! compressed, and goes on where its last committed line was (I1). A line counts once, also when it turns up in another file (I2).

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use intentd_sdk::Timestamp;
use intentd_sdk::clock::Clock;
use intentd_sdk::record::{Actor, ConnectionName, StreamName};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::day_key::DayKeys;
use super::log_file::{Line, LogFile, hex};
use super::networks::Networks;
use crate::config;
use crate::domain::identity::registrable_domain;
use crate::domain::visit::{
    ACCESS_LOG, DayKey, LogLine, Page, Unreadable, daily_visitor, day_of, is_counted_status, is_static, parse_line,
};
use crate::store::{LogPlace, NewVisit, Store, StoreError};

/// Lines in one transaction.
const LINES_AT_ONCE: u64 = 4_000;
/// Lines of one second stand near to each other, but not in order: how long equal ones are remembered.
const NEAR_MS: i64 = 120_000;

/// Reads access logs of one site.
pub struct Import {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub networks: Arc<Networks>,
    pub visits: config::Visits,
    /// The host of lines that name none; other hosts count when they are of the same domain.
    pub site: String,
    /// Reads and counts, and stores nothing.
    pub dry_run: bool,
}

/// What became of the lines of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Lines read now.
    pub lines: u64,
    /// Bytes that an earlier run had read already.
    pub resumed_at: u64,
    /// Visits that were not stored before; with `--dry-run`, visits found.
    pub visits: u64,
    /// Visits that another file had brought already.
    pub known: u64,
    /// Lines that are no visits, by reason.
    pub skipped: BTreeMap<&'static str, u64>,
}

/// Why an import stopped. What was committed until then stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{}: {error}", file.display())]
    File { file: PathBuf, error: io::Error },
    #[error("the database: {0}")]
    Store(#[from] StoreError),
    #[error("a task of ours stopped unexpectedly; this is a defect")]
    Panicked,
}

/// How often the same line, but for its address, has been seen near this place.
#[derive(Default)]
struct Repeats {
    by_second: BTreeMap<i64, HashMap<[u8; 16], u32>>,
}

impl Repeats {
    /// The number of this line among equal ones: 0 for the first.
    fn number(&mut self, at: Timestamp, line: [u8; 16]) -> u32 {
        let count = self.by_second.entry(at.as_ms()).or_default().entry(line).or_insert(0);
        let number = *count;
        *count += 1;
        let newest = self.by_second.last_key_value().map_or(0, |(at, _)| *at);
        self.by_second = self.by_second.split_off(&(newest - NEAR_MS));
        number
    }
}

/// An open file and what is remembered of its lines.
struct Reading {
    file: LogFile,
    repeats: Repeats,
    ended: bool,
}

/// Some lines, read and judged.
#[derive(Default)]
struct Chunk {
    visits: Vec<NewVisit>,
    lines: u64,
    skipped: BTreeMap<&'static str, u64>,
}

impl Import {
    /// Reads one file; `progress` hears how many lines have been read.
    ///
    /// # Errors
    /// When the file cannot be read or the store fails.
    pub async fn run(self: &Arc<Self>, path: &Path, progress: impl Fn(u64)) -> Result<Report, ImportError> {
        let broken = |error: io::Error| ImportError::File { file: path.to_owned(), error };
        let first_line = first_line(path).map_err(broken)?;
        let Some(first_line) = first_line else { return Ok(Report::default()) };
        let known = self.store.list_logs(&self.site, &first_line).await?;
        let (id, resumed_at) = find_place(path, &known).map_err(broken)?;
        let key = match self.dry_run {
            true => DayKeys::passing()?,
            false => DayKeys::new(self.store.clone()).of(self.clock.now()).await?,
        };
        let mut reading =
            Reading { file: LogFile::open(path).map_err(broken)?, repeats: Repeats::default(), ended: false };
        let mut report = Report { resumed_at, ..Report::default() };
        let mut id = id;
        while !reading.ended {
            let (import, key) = (Arc::clone(self), key.clone());
            // Reading and unpacking block, so they have a thread of their own.
            let (back, chunk) = tokio::task::spawn_blocking(move || {
                let chunk = import.read_chunk(&mut reading, resumed_at, &key);
                (reading, chunk)
            })
            .await
            .map_err(|_| ImportError::Panicked)?;
            reading = back;
            let chunk = chunk.map_err(broken)?;
            report.lines += chunk.lines;
            for (reason, count) in &chunk.skipped {
                *report.skipped.entry(reason).or_default() += count;
            }
            progress(report.lines);
            if self.dry_run {
                report.visits += chunk.visits.len() as u64;
                continue;
            }
            if chunk.lines == 0 {
                continue;
            }
            let place = LogPlace {
                first_line: first_line.clone(),
                next_offset: reading.file.offset,
                content: reading.file.content(),
            };
            let now = self.clock.now();
            let mut tx = self.store.begin().await?;
            let stream = StreamName::from(self.site.as_str());
            let recorded = tx.record_visits(&ConnectionName::from(ACCESS_LOG), &stream, &chunk.visits, now).await?;
            id = Some(tx.upsert_log(id, &self.site, &place, now).await?);
            tx.commit().await?;
            report.visits += recorded.inserted;
            report.known += recorded.known;
        }
        Ok(report)
    }

    fn read_chunk(&self, reading: &mut Reading, resumed_at: u64, key: &DayKey) -> io::Result<Chunk> {
        let mut chunk = Chunk::default();
        while chunk.lines < LINES_AT_ONCE {
            let line = match reading.file.next_line()? {
                None | Some(Line::Unfinished) => {
                    reading.ended = true;
                    break;
                }
                Some(line) => line,
            };
            let visit = match &line {
                Line::Text(text) => self.judge(text, key, &mut reading.repeats),
                _ => Err("too_long"),
            };
            // What an earlier run has read is read again only to know which lines are repeated.
            if reading.file.offset <= resumed_at {
                continue;
            }
            chunk.lines += 1;
            match visit {
                Ok(visit) => chunk.visits.push(visit),
                Err(reason) => *chunk.skipped.entry(reason).or_default() += 1,
            }
        }
        Ok(chunk)
    }

    /// A visit, or why the line is none.
    fn judge(&self, text: &str, key: &DayKey, repeats: &mut Repeats) -> Result<NewVisit, &'static str> {
        let line = parse_line(text).map_err(|reason| match reason {
            Unreadable::Format => "not_combined_format",
            Unreadable::Address => "no_address",
            Unreadable::Time => "no_time",
        })?;
        let remote_id = remote_id(&line, repeats);
        if line.method != "GET" {
            return Err("no_page_view");
        }
        if !is_counted_status(line.status) {
            return Err("status");
        }
        let host = line.virtual_host.unwrap_or(&self.site);
        if host != self.site && registrable_domain(host) != registrable_domain(&self.site) {
            return Err("other_host");
        }
        let page = Page::of_request(host, line.target).ok_or("no_page_view")?;
        if is_static(&page.path) {
            return Err("part_of_a_page");
        }
        if self.visits.bots.is_bot(line.agent) {
            return Err("bot");
        }
        let network = self.networks.find(line.address);
        let organisation = network.organisation();
        let domain = organisation.as_ref().and_then(|organisation| organisation.domain.as_deref());
        if domain.is_some_and(|domain| self.visits.exclusion.covers(domain)) {
            return Err("excluded");
        }
        let visitor = daily_visitor(key, &day_of(line.at), line.address, line.agent);
        Ok(NewVisit {
            remote_id,
            actor: Actor::Visitor(visitor),
            at: line.at,
            page,
            country: network.country(),
            organisation,
        })
    }
}

/// The same for the same line wherever it stands. Its address takes no part: equal lines are told apart by their number.
fn remote_id(line: &LogLine<'_>, repeats: &mut Repeats) -> String {
    let mut hash = Sha256::new();
    hash.update(line.virtual_host.unwrap_or_default());
    hash.update(b" ");
    hash.update(line.after_address);
    let hash = hash.finalize();
    let key: [u8; 16] = std::array::from_fn(|place| hash[place]);
    let number = repeats.number(line.at, key);
    format!("{}-{number}", hex(&key))
}

/// The hash of a file's first line; `None` while it has none.
fn first_line(path: &Path) -> io::Result<Option<String>> {
    let mut file = LogFile::open(path)?;
    match file.next_line()? {
        None | Some(Line::Unfinished) => Ok(None),
        Some(_) => Ok(Some(file.content())),
    }
}

/// Which of the known logs this file is, and how far it has been read: the one whose content it begins with, for longest.
fn find_place(path: &Path, known: &[(i64, LogPlace)]) -> io::Result<(Option<i64>, u64)> {
    let last = known.iter().map(|(_, place)| place.next_offset).max().unwrap_or(0);
    let mut found = (None, 0);
    let mut file = LogFile::open(path)?;
    while file.offset < last {
        if matches!(file.next_line()?, None | Some(Line::Unfinished)) {
            break;
        }
        for (id, place) in known.iter().filter(|(_, place)| place.next_offset == file.offset) {
            if place.content == file.content() {
                found = (Some(*id), place.next_offset);
            }
        }
    }
    Ok(found)
}
