//! A small engine: reads the windows of several plans side by side, each a chain of steps; commits a step before the next one
//! of its window; lets windows rest as long as they ask for, and moves the clock only when all of them rest. It can
//! die between any two steps.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use intentd_sdk::connector::Connector;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{Item, StreamName};
use intentd_sdk::source::{Count, EmptyMirror, Mode, Next, ReadContext, WindowSpec};
use intentd_sdk::time::Timestamp;
use intentd_sdk::{ConnectorError, Result};

use crate::stage::Stage;

/// When the reader dies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Death {
    Never,
    /// After every step that was committed.
    AfterCommit,
    /// After every step, before it is committed: the step is taken once more by another process.
    BeforeCommit,
}

/// A window that is being read.
struct Chain {
    stream: StreamName,
    window: WindowSpec,
    cursor: Option<Cursor>,
    not_before: Timestamp,
    committed: u64,
}

/// A window that was read to its end.
#[derive(Debug)]
pub(crate) struct Closed {
    pub(crate) key: String,
    pub(crate) stated: Count,
    pub(crate) committed: u64,
}

/// What some pulls gave.
#[derive(Default)]
pub(crate) struct Pull {
    /// Every item as often as it was committed.
    pub(crate) items: Vec<Item>,
    pub(crate) closed: Vec<Closed>,
    /// Times that all windows rested.
    pub(crate) rests: u64,
    pub(crate) steps: u64,
}

/// What is read: a stream, how, and from where.
pub(crate) type Wanted<'a> = (&'a str, Mode, Option<&'a Checkpoint>);

/// Windows that can be read on by another run.
pub(crate) struct Run {
    chains: Vec<Chain>,
    pub(crate) pull: Pull,
}

impl Run {
    /// Plans everything that is wanted.
    pub(crate) async fn plan(stage: &Stage, wanted: &[Wanted<'_>]) -> Run {
        let connector = stage.connector();
        let context = context(stage, stage.now());
        let mut chains = Vec::new();
        for (stream, mode, checkpoint) in wanted {
            let stream = StreamName::from(*stream);
            let plan = connector.source().plan(&context, &stream, *mode, *checkpoint).await.unwrap();
            chains.extend(plan.windows.into_iter().map(|window| Chain {
                stream: stream.clone(),
                window,
                cursor: None,
                not_before: stage.now(),
                committed: 0,
            }));
        }
        Run { chains, pull: Pull::default() }
    }

    /// Reads everything to its end, or to the first failure: what was committed until then stays.
    pub(crate) async fn read(&mut self, stage: &Stage, death: Death) -> Result<()> {
        let started = stage.now();
        let mut connector = stage.connector();
        while !self.chains.is_empty() {
            let now = stage.now();
            let Some(place) = self.chains.iter().position(|chain| chain.not_before <= now) else {
                let earliest = self.chains.iter().map(|chain| chain.not_before).min().unwrap();
                stage.clock.advance(Duration::from_millis(earliest.ms_since(now) as u64));
                self.pull.rests += 1;
                continue;
            };
            self.pull.steps += 1;
            assert!(self.pull.steps < 20_000, "the windows do not end");
            if death == Death::BeforeCommit {
                _ = step(stage, &connector, started, &self.chains[place]).await?;
            }
            if death != Death::Never {
                connector = stage.connector();
            }
            let page = step(stage, &connector, started, &self.chains[place]).await?;
            self.commit(place, page);
        }
        Ok(())
    }

    fn commit(&mut self, place: usize, page: intentd_sdk::source::Page) {
        let mut chain = self.chains.remove(place);
        chain.committed += page.items.iter().filter(|item| !matches!(item, Item::Visitor(_))).count() as u64;
        self.pull.items.extend(page.items);
        match page.next {
            Next::More(cursor) => chain.cursor = Some(cursor),
            Next::Later { cursor, at } => (chain.cursor, chain.not_before) = (Some(cursor), at),
            Next::Split { cursor, windows } => {
                chain.cursor = Some(cursor);
                for window in windows {
                    let known = self.chains.iter().map(|one| &one.window.key).chain([&chain.window.key]);
                    assert!(known.into_iter().all(|key| *key != window.key), "the key `{}` comes twice", window.key);
                    let stream = chain.stream.clone();
                    let not_before = chain.not_before;
                    self.chains.push(Chain { stream, window, cursor: None, not_before, committed: 0 });
                }
            }
            Next::Done(stated) => {
                self.pull.closed.push(Closed { key: chain.window.key, stated, committed: chain.committed });
                return;
            }
        }
        // Through the database and back.
        let cursor = chain.cursor.take().unwrap();
        chain.cursor = Some(serde_json::from_str(&serde_json::to_string(&cursor).unwrap()).unwrap());
        self.chains.insert(place.min(self.chains.len()), chain);
    }
}

/// One step of one window, in a run that began at `started`.
async fn step(
    stage: &Stage,
    connector: &Arc<dyn Connector>,
    started: Timestamp,
    chain: &Chain,
) -> Result<intentd_sdk::source::Page> {
    connector.source().read(&context(stage, started), &chain.stream, &chain.window, chain.cursor.as_ref()).await
}

fn context(stage: &Stage, now: Timestamp) -> ReadContext<'_> {
    ReadContext { permits: &stage.permits, selection: &stage.selection, mirror: &EmptyMirror, now }
}

/// Reads everything that is wanted and insists that every certificate is right.
pub(crate) async fn pull(stage: &Stage, wanted: &[Wanted<'_>], death: Death) -> Pull {
    let mut run = Run::plan(stage, wanted).await;
    run.read(stage, death).await.unwrap();
    run.pull.insist();
    run.pull
}

/// The failure that ends a run.
pub(crate) async fn failure(stage: &Stage, run: &mut Run) -> ConnectorError {
    run.read(stage, Death::Never).await.unwrap_err()
}

impl Pull {
    /// Every certificate is right: committed is what was stated.
    pub(crate) fn insist(&self) {
        for window in &self.closed {
            assert_eq!(window.stated.expected, window.committed, "{window:?}");
        }
    }

    /// How often each contact came.
    pub(crate) fn contacts(&self) -> BTreeMap<u64, u32> {
        let mut found = BTreeMap::new();
        for item in &self.items {
            if let Item::Object(record) = item {
                *found.entry(record.id.as_str().parse().unwrap()).or_default() += 1;
            }
        }
        found
    }

    /// How often each activity came.
    pub(crate) fn activities(&self) -> BTreeMap<u64, u32> {
        let mut found = BTreeMap::new();
        for item in &self.items {
            if let Item::Activity(record) = item {
                *found.entry(record.remote_id.parse().unwrap()).or_default() += 1;
            }
        }
        found
    }
}
