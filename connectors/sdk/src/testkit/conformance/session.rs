//! A small engine: pulls streams window by window as the daemon does, keeps nothing but what it wrote down as text, and checks
//! on the way what must hold always: certificates (I14), a permit per call (I9), nothing personal in errors (I12).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::vendor::Vendor;
use crate::change::{Change, ChangeResult, Outcome};
use crate::clock::Clock;
use crate::connector::Connector;
use crate::cursor::{Checkpoint, Cursor};
use crate::error::{ConnectorError, Result};
use crate::record::{ExternalId, Item, ObjectKind};
use crate::source::{Count, CountBasis, Mirror, Mode, Next, ReadContext, StreamKind, StreamSpec, WindowSpec};
use crate::testkit::Unlimited;
use crate::time::Timestamp;

/// No stream of a test account has more pages.
const MOST_PAGES: usize = 5_000;

/// One life of the daemon.
pub(super) struct Session<'v> {
    pub(super) vendor: &'v dyn Vendor,
    pub(super) connector: Arc<dyn Connector>,
    pub(super) permits: Unlimited,
    calls_before: u64,
    held: Held,
}

/// What was delivered so far, as far as a connector may ask for it.
#[derive(Default)]
struct Held {
    members: Mutex<BTreeMap<ExternalId, BTreeSet<String>>>,
    modified: Mutex<BTreeMap<(ObjectKind, ExternalId), Timestamp>>,
}

/// How pages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    Steady,
    /// Every page is read, forgotten, and read again by a new connector.
    DiesAfterEveryPage,
}

/// A window as it is written down.
struct Written {
    window: String,
    cursor: Option<String>,
    keys: BTreeSet<String>,
}

/// How far the pull of one stream has come.
pub(super) struct Pull {
    spec: StreamSpec,
    mode: Mode,
    checkpoint: String,
    waiting: VecDeque<Written>,
    keys: BTreeSet<String>,
    /// Everything that was delivered; a row that came twice is kept once.
    pub(super) items: BTreeMap<String, Item>,
}

impl<'v> Session<'v> {
    pub(super) fn of(vendor: &'v dyn Vendor) -> Session<'v> {
        Session {
            vendor,
            connector: vendor.connect(),
            permits: Unlimited::default(),
            calls_before: vendor.calls(),
            held: Held::default(),
        }
    }

    pub(super) fn streams(&self) -> Vec<StreamSpec> {
        self.connector.source().streams()
    }

    fn context<'a>(&'a self, selection: &'a crate::source::Selection) -> ReadContext<'a> {
        ReadContext { permits: &self.permits, selection, mirror: &self.held, now: self.vendor.clock().now() }
    }

    /// Cuts a stream into windows.
    pub(super) async fn plan(&self, spec: &StreamSpec, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<Pull> {
        if let StreamKind::AssociationsOf { kind, batch } = spec.kind {
            let ids: Vec<ExternalId> = self.vendor.live(kind).into_iter().collect();
            return Ok(self.plan_of_ids(spec, mode, &ids, batch));
        }
        let selection = self.vendor.selection();
        let plan = self.connector.source().plan(&self.context(&selection), &spec.name, mode, checkpoint).await;
        let plan = plan.map_err(|error| self.heard(error))?;
        Ok(Pull::new(spec, mode, plan.windows, &plan.checkpoint))
    }

    /// Windows that the engine makes of ids.
    pub(super) fn plan_of_ids(&self, spec: &StreamSpec, mode: Mode, ids: &[ExternalId], batch: usize) -> Pull {
        let window = |ids: &[ExternalId]| WindowSpec {
            key: format!("{}..", ids[0]),
            mode,
            ids: ids.to_vec(),
            bounds: serde_json::Value::Null,
        };
        Pull::new(spec, mode, ids.chunks(batch).map(window).collect(), &Checkpoint::of(&()))
    }

    /// Reads on until the end or until something is in the way; then the pull stands where its last page ended.
    pub(super) async fn go_on(&mut self, pull: &mut Pull, habit: Habit) -> Result<()> {
        for _ in 0..MOST_PAGES {
            let Some(written) = pull.waiting.front() else { return Ok(()) };
            let window: WindowSpec = serde_json::from_str(&written.window).expect("windows are JSON");
            let cursor: Option<Cursor> =
                written.cursor.as_ref().map(|text| serde_json::from_str(text).expect("cursors are JSON"));
            if habit == Habit::DiesAfterEveryPage {
                self.read(&pull.spec, &window, cursor.as_ref()).await?;
                self.connector = self.vendor.connect();
            }
            let page = self.read(&pull.spec, &window, cursor.as_ref()).await?;
            self.take(pull, page.items);
            let next = match page.next {
                Next::More(next) => Some(next),
                Next::Later { cursor: next, at } => {
                    let clock = self.vendor.clock();
                    clock.sleep(std::time::Duration::from_millis(at.ms_since(clock.now()).max(0) as u64)).await;
                    pull.advance(&next);
                    continue;
                }
                Next::Split { cursor: next, windows } => {
                    for window in &windows {
                        assert!(pull.keys.insert(window.key.clone()), "the key `{}` comes twice", window.key);
                        pull.waiting.push_back(Written::new(window));
                    }
                    Some(next)
                }
                Next::Done(count) => {
                    self.close(pull, &window, count);
                    None
                }
            };
            if let Some(next) = next {
                assert_ne!(Some(&next), cursor.as_ref(), "{}: `{}` does not move on", pull.spec.name, window.key);
                pull.advance(&next);
            }
        }
        panic!("{}: {} pages and no end", pull.spec.name, MOST_PAGES);
    }

    async fn read(
        &self,
        spec: &StreamSpec,
        window: &WindowSpec,
        cursor: Option<&Cursor>,
    ) -> Result<crate::source::Page> {
        let selection = self.vendor.selection();
        let read = self.connector.source().read(&self.context(&selection), &spec.name, window, cursor).await;
        self.check_permits();
        read.map_err(|error| self.heard(error))
    }

    fn take(&self, pull: &mut Pull, items: Vec<Item>) {
        let mut modified = self.held.modified.lock().expect("no test panics while holding this");
        for item in items {
            if let Item::Object(record) = &item
                && let Some(at) = record.modified_at
            {
                modified.insert((record.kind, record.id.clone()), at);
            }
            let key = key(&item);
            if counts(&pull.spec.kind, &item)
                && let Some(written) = pull.waiting.front_mut()
            {
                written.keys.insert(key.clone());
            }
            pull.items.insert(key, item);
        }
    }

    /// I14: what was delivered is what the vendor counts.
    fn close(&self, pull: &mut Pull, window: &WindowSpec, count: Count) {
        let Some(written) = pull.waiting.pop_front() else { return };
        let mut distinct = written.keys.len() as u64;
        if count.basis == CountBasis::Mirrored {
            distinct += count.expected;
        } else if pull.spec.kind == StreamKind::Segments {
            let segment = window.ids.first().expect("the window of a segment names it");
            self.held.members.lock().expect("no test panics while holding this").insert(segment.clone(), written.keys);
        }
        assert_eq!(distinct, count.expected, "{} {:?} `{}`: {count:?}", pull.spec.name, pull.mode, window.key);
    }

    /// Pulls a whole stream.
    pub(super) async fn pull(&mut self, spec: &StreamSpec, mode: Mode, from: Option<&Checkpoint>) -> Result<Pull> {
        let mut pull = self.plan(spec, mode, from).await?;
        self.go_on(&mut pull, Habit::Steady).await?;
        Ok(pull)
    }

    /// Pulls a whole stream that nothing is in the way of.
    pub(super) async fn must_pull(&mut self, spec: &StreamSpec, mode: Mode, from: Option<&Checkpoint>) -> Pull {
        let name = &spec.name;
        self.pull(spec, mode, from).await.unwrap_or_else(|error| panic!("{name} {mode:?}: {error}"))
    }

    /// Pushes; one outcome per change, by the number of its row.
    pub(super) async fn push(&self, batch: &[Change]) -> Result<BTreeMap<i64, ChangeResult>> {
        let pushed = self.connector.destination().push(&self.permits, batch).await;
        self.check_permits();
        self.outcomes(batch.len(), pushed)
    }

    /// Checks that there is one outcome for each of so many rows, and that none says too much.
    pub(super) fn outcomes(&self, rows: usize, outcomes: Result<Vec<Outcome>>) -> Result<BTreeMap<i64, ChangeResult>> {
        let outcomes = outcomes.map_err(|error| self.heard(error))?;
        assert_eq!(outcomes.len(), rows, "one outcome per row");
        for outcome in &outcomes {
            if let ChangeResult::Rejected { reason, .. }
            | ChangeResult::NotExecuted { reason, .. }
            | ChangeResult::Unknown { reason } = &outcome.result
            {
                self.listen(reason);
            }
        }
        let by_row: BTreeMap<i64, ChangeResult> =
            outcomes.into_iter().map(|outcome| (outcome.outbox_id, outcome.result)).collect();
        assert_eq!(by_row.len(), rows, "one outcome per row");
        Ok(by_row)
    }

    /// I9: nobody was called without a permit.
    pub(super) fn check_permits(&self) {
        assert_eq!(self.vendor.calls() - self.calls_before, self.permits.taken(), "calls without a permit");
    }

    pub(super) fn heard(&self, error: ConnectorError) -> ConnectorError {
        self.listen(&error.to_string());
        self.listen(&format!("{error:?}"));
        error
    }

    /// I12: no secret and no address in what is told.
    fn listen(&self, text: &str) {
        assert!(!text.contains('@'), "an address in an error: {text}");
        for secret in self.vendor.secrets() {
            assert!(!text.contains(&secret), "a secret in an error");
        }
    }
}

impl Pull {
    fn new(spec: &StreamSpec, mode: Mode, windows: Vec<WindowSpec>, checkpoint: &Checkpoint) -> Pull {
        let mut keys = BTreeSet::new();
        assert!(windows.iter().all(|window| keys.insert(window.key.clone())), "{}: a key comes twice", spec.name);
        let checkpoint = serde_json::to_string(checkpoint).expect("checkpoints are JSON");
        let waiting = windows.iter().map(Written::new).collect();
        Pull { spec: spec.clone(), mode, checkpoint, waiting, keys, items: BTreeMap::new() }
    }

    /// To be given to the next plan.
    pub(super) fn checkpoint(&self) -> Checkpoint {
        serde_json::from_str(&self.checkpoint).expect("checkpoints are JSON")
    }

    fn advance(&mut self, cursor: &Cursor) {
        if let Some(written) = self.waiting.front_mut() {
            written.cursor = Some(serde_json::to_string(cursor).expect("cursors are JSON"));
        }
    }

    /// Whether a page of it came already.
    pub(super) fn has_begun(&self) -> bool {
        !self.items.is_empty() || self.waiting.iter().any(|written| written.cursor.is_some())
    }

    /// The rows, whatever order they came in.
    pub(super) fn rows(&self) -> BTreeSet<String> {
        self.items.values().map(|item| serde_json::to_string(item).expect("items are JSON")).collect()
    }

    /// Ids of the objects that came with their values, or as present.
    pub(super) fn objects(&self) -> BTreeSet<ExternalId> {
        let of = |item: &Item| match item {
            Item::Object(record) => Some(record.id.clone()),
            Item::Present { id, .. } => Some(id.clone()),
            _ => None,
        };
        self.items.values().filter_map(of).collect()
    }
}

impl Written {
    fn new(window: &WindowSpec) -> Written {
        let window = serde_json::to_string(window).expect("windows are JSON");
        Written { window, cursor: None, keys: BTreeSet::new() }
    }
}

#[async_trait]
impl Mirror for Held {
    async fn count_modified(&self, kind: ObjectKind, from: Timestamp, to: Timestamp) -> Result<u64> {
        let modified = self.modified.lock().expect("no test panics while holding this");
        Ok(modified.iter().filter(|((one, _), at)| *one == kind && (from..=to).contains(*at)).count() as u64)
    }

    async fn count_members(&self, segment: &ExternalId) -> Result<u64> {
        let members = self.members.lock().expect("no test panics while holding this");
        Ok(members.get(segment).map_or(0, BTreeSet::len) as u64)
    }
}

/// Whether the engine counts it for the window's certificate; the rest comes along.
fn counts(kind: &StreamKind, item: &Item) -> bool {
    match item {
        Item::Associations(_) => matches!(kind, StreamKind::AssociationsOf { .. }),
        Item::Segment(_) | Item::Visitor(_) => false,
        _ => true,
    }
}

/// What makes a row the same row when it comes again.
fn key(item: &Item) -> String {
    match item {
        Item::Object(record) => format!("object {} {}", record.kind, record.id),
        Item::Present { kind, id } => format!("present {kind} {id}"),
        Item::Gone(record) => format!("gone {} {}", record.kind, record.id),
        Item::Activity(record) => format!("activity {}", record.remote_id),
        Item::Membership(record) => format!("member {} {}", record.segment_id, record.member_id),
        Item::Owner(record) => format!("owner {}", record.id),
        Item::Property(record) => format!("property {} {}", record.kind, record.name),
        Item::Asset(record) => format!("asset {:?} {}", record.kind, record.id),
        Item::Associations(set) => format!("associations {} {} {}", set.from_kind, set.from_id, set.to_kind),
        Item::Segment(record) => format!("segment {}", record.id),
        Item::Visitor(record) => format!("visitor {:?}", record.actor),
    }
}
