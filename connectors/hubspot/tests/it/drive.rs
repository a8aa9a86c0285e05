//! A small engine for stories about the connector: serves a fake HubSpot, pulls streams window by window as the daemon
//! does, counts distinct records per window and compares them with the certificates (I14).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use intentd_hubspot::fake::{FakeConfig, FakeHubSpot};
use intentd_sdk::Result;
use intentd_sdk::connector::{ConnectionSettings, Connector, Credentials};
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ExternalId, Item, ObjectKind, StreamName};
use intentd_sdk::source::{Count, CountBasis, Mirror, Mode, Next, ReadContext, Selection, WindowSpec};
use intentd_sdk::testkit::{TestClock, Unlimited};
use intentd_sdk::time::Timestamp;

/// A fake, a connector to it, and a clock that jumps over every wait.
pub(crate) struct Stage {
    pub(crate) fake: FakeHubSpot,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) permits: Unlimited,
    pub(crate) clock: TestClock,
    pub(crate) selection: Selection,
    pub(crate) members: Members,
}

/// Who is on which segment, as far as pulls have told.
#[derive(Default)]
pub(crate) struct Members(Mutex<BTreeMap<ExternalId, BTreeSet<String>>>);

impl Members {
    /// Ids of the members of a segment.
    pub(crate) fn of(&self, segment: &ExternalId) -> BTreeSet<String> {
        self.0.lock().unwrap().get(segment).cloned().unwrap_or_default()
    }

    /// Loses all members of a segment.
    pub(crate) fn forget(&self, segment: &ExternalId) {
        self.0.lock().unwrap().remove(segment);
    }
}

#[async_trait]
impl Mirror for Members {
    async fn count_modified(&self, _kind: ObjectKind, _from: Timestamp, _to: Timestamp) -> Result<u64> {
        Ok(0)
    }

    async fn count_members(&self, segment: &ExternalId) -> Result<u64> {
        Ok(self.of(segment).len() as u64)
    }
}

/// What one pull of a stream gave.
pub(crate) struct Pull {
    pub(crate) items: Vec<Item>,
    pub(crate) checkpoint: Checkpoint,
    pub(crate) windows: Vec<Window>,
}

/// A window that was read to its end.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) key: String,
    pub(crate) stated: Count,
    pub(crate) distinct: u64,
}

impl Stage {
    /// Serves an empty account set up like this.
    pub(crate) async fn of(config: FakeConfig) -> Stage {
        Stage::with(config, |_| {}).await
    }

    /// The same, with settings changed.
    pub(crate) async fn with(config: FakeConfig, change: impl FnOnce(&mut ConnectionSettings)) -> Stage {
        let clock = TestClock::jumping(config.now);
        let fake = FakeHubSpot::empty(config.clone(), Arc::new(clock.clone()));
        Stage::serving(fake, clock, change).await
    }

    /// Serves a believable account.
    pub(crate) async fn seeded(config: FakeConfig) -> Stage {
        let clock = TestClock::jumping(config.now);
        let fake = FakeHubSpot::seeded(config, Arc::new(clock.clone()));
        Stage::serving(fake, clock, |_| {}).await
    }

    async fn serving(fake: FakeHubSpot, clock: TestClock, change: impl FnOnce(&mut ConnectionSettings)) -> Stage {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(fake.clone().serve(listener));
        let mut settings = ConnectionSettings {
            name: "hubspot".into(),
            base_url: Some(format!("http://{address}").parse().unwrap()),
            credentials: Credentials::Token(fake.config().token.clone().into()),
            versions: BTreeMap::new(),
            limits: BTreeMap::new(),
            share_percent: BTreeMap::new(),
            options: BTreeMap::new(),
            clock: Arc::new(clock.clone()),
        };
        change(&mut settings);
        let connector = intentd_hubspot::kind().build(settings).unwrap();
        let properties = ObjectKind::ALL.map(|kind| (kind, vec!["hubspot_owner_id".to_owned()]));
        let selection = Selection { properties: BTreeMap::from(properties), ..Selection::default() };
        Stage { fake, connector, permits: Unlimited::default(), clock, selection, members: Members::default() }
    }

    /// The instant of the story.
    pub(crate) fn now(&self) -> Timestamp {
        use intentd_sdk::clock::Clock as _;
        self.clock.now()
    }

    /// Pulls a stream to its end and insists that every certificate is right.
    pub(crate) async fn pull(&self, stream: &str, mode: Mode, checkpoint: Option<&Checkpoint>) -> Pull {
        let pull = self.try_pull(stream, mode, checkpoint).await.unwrap();
        for window in &pull.windows {
            assert_eq!(window.stated.expected, window.distinct, "{stream}, window `{}`: {window:?}", window.key);
        }
        pull
    }

    /// Pulls a stream to its end.
    pub(crate) async fn try_pull(&self, stream: &str, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<Pull> {
        self.pull_while(stream, mode, checkpoint, |_| {}).await
    }

    /// Pulls a stream to its end while something happens after each page, which is counted from 1.
    pub(crate) async fn pull_while(
        &self,
        stream: &str,
        mode: Mode,
        checkpoint: Option<&Checkpoint>,
        mut after_page: impl FnMut(usize),
    ) -> Result<Pull> {
        let context =
            ReadContext { permits: &self.permits, selection: &self.selection, mirror: &self.members, now: self.now() };
        let stream = StreamName::from(stream);
        let plan = self.connector.source().plan(&context, &stream, mode, checkpoint).await?;
        let mut pull = Pull { items: Vec::new(), checkpoint: plan.checkpoint, windows: Vec::new() };
        let mut keys: BTreeSet<String> = plan.windows.iter().map(|window| window.key.clone()).collect();
        let mut waiting: VecDeque<WindowSpec> = plan.windows.into();
        while let Some(window) = waiting.pop_front() {
            let split = self.read(&context, &stream, &window, &mut pull, &mut after_page).await?;
            for window in &split {
                assert!(keys.insert(window.key.clone()), "the key `{}` comes twice", window.key);
            }
            waiting.extend(split);
        }
        Ok(pull)
    }

    /// Reads one window to its end.
    async fn read(
        &self,
        context: &ReadContext<'_>,
        stream: &StreamName,
        window: &WindowSpec,
        pull: &mut Pull,
        after_page: &mut impl FnMut(usize),
    ) -> Result<Vec<WindowSpec>> {
        let (mut cursor, mut split, mut seen): (Option<Cursor>, _, BTreeSet<String>) =
            (None, Vec::new(), BTreeSet::new());
        for number in 1..1_000 {
            let page = self.connector.source().read(context, stream, window, cursor.as_ref()).await?;
            seen.extend(page.items.iter().filter_map(key));
            pull.items.extend(page.items);
            after_page(number);
            match page.next {
                Next::More(next) | Next::Later { cursor: next, .. } => cursor = Some(next),
                Next::Split { cursor: next, windows } => {
                    cursor = Some(next);
                    split.extend(windows);
                }
                Next::Done(stated) => {
                    let mut distinct = seen.len() as u64;
                    // Nobody came or left; otherwise whoever was not delivered has left.
                    match window.ids.first() {
                        Some(segment) if stated.basis == CountBasis::Mirrored => {
                            distinct += self.members.of(segment).len() as u64;
                        }
                        Some(segment) => _ = self.members.0.lock().unwrap().insert(segment.clone(), seen),
                        None => {}
                    }
                    pull.windows.push(Window { key: window.key.clone(), stated, distinct });
                    return Ok(split);
                }
            }
        }
        panic!("window `{}` does not end", window.key);
    }

    /// Calls made so far to routes whose name contains this text.
    pub(crate) fn calls(&self, route: &str) -> u64 {
        self.fake.stats().by_route.iter().filter(|(name, _)| name.contains(route)).map(|(_, calls)| calls).sum()
    }
}

/// What makes an item distinct; associations and segments come on top of what is counted.
fn key(item: &Item) -> Option<String> {
    match item {
        Item::Object(record) => Some(record.id.to_string()),
        Item::Present { id, .. } => Some(id.to_string()),
        Item::Gone(record) => Some(record.id.to_string()),
        Item::Activity(record) => Some(record.remote_id.clone()),
        Item::Membership(record) => Some(record.member_id.to_string()),
        Item::Owner(record) => Some(record.id.to_string()),
        Item::Property(record) => Some(record.name.clone()),
        Item::Asset(record) => Some(record.id.to_string()),
        Item::Associations(_) | Item::Segment(_) | Item::Visitor(_) => None,
    }
}

impl Pull {
    /// Ids of the objects delivered.
    pub(crate) fn ids(&self) -> BTreeSet<u64> {
        let of = |item: &Item| match item {
            Item::Object(record) => Some(record.id.as_str().parse().unwrap()),
            Item::Present { id, .. } => Some(id.as_str().parse().unwrap()),
            _ => None,
        };
        self.items.iter().filter_map(of).collect()
    }
}
