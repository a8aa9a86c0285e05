//! A small engine for stories about the connector: serves a fake Marketo, pulls streams window by window as the daemon
//! does, counts distinct records per window and compares them with the certificates (I14).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use intentd_marketo::fake::{Account, FakeConfig, FakeMarketo};
use intentd_sdk::Result;
use intentd_sdk::clock::Clock;
use intentd_sdk::connector::{ConnectionSettings, Connector, Credentials};
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ActivityRecord, Actor, Departure, ExternalId, Item, ObjectKind, ObjectRecord, StreamName};
use intentd_sdk::source::{Count, EmptyMirror, Mode, Next, ReadContext, Selection, StreamKind, WindowSpec};
use intentd_sdk::testkit::{TestClock, Unlimited};
use intentd_sdk::time::Timestamp;

/// Milliseconds.
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A fake, a connector to it, and a clock that jumps over every wait.
pub(crate) struct Stage {
    pub(crate) fake: FakeMarketo,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) permits: Unlimited,
    pub(crate) clock: TestClock,
    pub(crate) selection: Selection,
}

/// What one pull of a stream gave.
pub(crate) struct Pull {
    pub(crate) items: Vec<Item>,
    pub(crate) checkpoint: Checkpoint,
    pub(crate) mode: Mode,
    pub(crate) windows: Vec<Window>,
}

/// A window that was read to its end.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) key: String,
    pub(crate) ids: Vec<ExternalId>,
    pub(crate) stated: Count,
    pub(crate) distinct: u64,
}

impl Stage {
    /// Serves an empty instance set up like this.
    pub(crate) async fn of(config: FakeConfig) -> Stage {
        Stage::with(config, |_| {}).await
    }

    /// The same, with settings changed.
    pub(crate) async fn with(config: FakeConfig, change: impl FnOnce(&mut ConnectionSettings)) -> Stage {
        let clock = TestClock::jumping(config.now);
        let fake = FakeMarketo::empty(config, Arc::new(clock.clone()));
        Stage::serving(fake, clock, change).await
    }

    /// Serves a believable instance.
    pub(crate) async fn seeded(config: FakeConfig) -> Stage {
        let clock = TestClock::jumping(config.now);
        let fake = FakeMarketo::seeded(config, Arc::new(clock.clone()));
        Stage::serving(fake, clock, |_| {}).await
    }

    async fn serving(fake: FakeMarketo, clock: TestClock, change: impl FnOnce(&mut ConnectionSettings)) -> Stage {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(fake.clone().serve(listener));
        let config = fake.config();
        let mut settings = ConnectionSettings {
            name: "marketo".into(),
            base_url: Some(format!("http://{address}").parse().unwrap()),
            credentials: Credentials::Client {
                client_id: config.client_id.clone(),
                client_secret: config.client_secret.clone().into(),
            },
            versions: BTreeMap::new(),
            limits: BTreeMap::new(),
            share_percent: BTreeMap::new(),
            // Fewer exports than since the year 2010.
            options: BTreeMap::from([("leads_since".to_owned(), "2024-01-01".to_owned())]),
            clock: Arc::new(clock.clone()),
        };
        change(&mut settings);
        let connector = intentd_marketo::kind().build(settings).unwrap();
        let fields = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let properties = BTreeMap::from([
            (ObjectKind::Contact, fields(&["email", "firstName", "leadScore", "noSuchField"])),
            (ObjectKind::Company, fields(&["company", "industry", "website"])),
            (ObjectKind::Deal, fields(&["amount", "name", "stage"])),
        ]);
        let selection = Selection { properties, ..Selection::default() };
        Stage { fake, connector, permits: Unlimited::default(), clock, selection }
    }

    /// The instant of the story.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Time passes.
    pub(crate) fn pass(&self, ms: i64) {
        self.clock.advance(Duration::from_millis(ms as u64));
    }

    /// Changes the instance behind the API's back.
    pub(crate) fn edit<R>(&self, change: impl FnOnce(&mut Account, Timestamp) -> R) -> R {
        let now = self.now();
        self.fake.edit(|account| change(account, now))
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
        let context = self.context();
        let stream = StreamName::from(stream);
        let plan = self.connector.source().plan(&context, &stream, mode, checkpoint).await?;
        let mut pull = Pull { items: Vec::new(), checkpoint: plan.checkpoint, mode: plan.mode, windows: Vec::new() };
        self.read_all(&context, &stream, plan.windows, &mut pull).await?;
        Ok(pull)
    }

    /// Reads the associations of these contacts, as the daemon does for those that a run touched.
    pub(crate) async fn follow(&self, ids: &[u64]) -> Pull {
        let stream = StreamName::from("associations");
        let spec = self.connector.source().streams().into_iter().find(|spec| spec.name == stream).unwrap();
        let StreamKind::AssociationsOf { kind: ObjectKind::Contact, batch } = spec.kind else { panic!("{spec:?}") };
        let ids: Vec<ExternalId> = ids.iter().map(|id| ExternalId::new(id.to_string())).collect();
        let window = |ids: &[ExternalId]| WindowSpec {
            key: format!("{} ids from {}", ids.len(), ids[0]),
            mode: Mode::Incremental,
            ids: ids.to_vec(),
            bounds: serde_json::Value::Null,
        };
        let windows = ids.chunks(batch).map(window).collect();
        let checkpoint = Checkpoint::of(&());
        let mut pull = Pull { items: Vec::new(), checkpoint, mode: Mode::Incremental, windows: Vec::new() };
        self.read_all(&self.context(), &stream, windows, &mut pull).await.unwrap();
        for window in &pull.windows {
            assert_eq!(window.stated.expected, window.distinct, "{window:?}");
        }
        pull
    }

    fn context(&self) -> ReadContext<'_> {
        ReadContext { permits: &self.permits, selection: &self.selection, mirror: &EmptyMirror, now: self.now() }
    }

    async fn read_all(
        &self,
        context: &ReadContext<'_>,
        stream: &StreamName,
        windows: Vec<WindowSpec>,
        pull: &mut Pull,
    ) -> Result<()> {
        let mut keys: BTreeSet<String> = BTreeSet::new();
        let mut waiting: VecDeque<WindowSpec> = windows.into();
        while let Some(window) = waiting.pop_front() {
            assert!(keys.insert(window.key.clone()), "the key `{}` comes twice", window.key);
            waiting.extend(self.read(context, stream, &window, pull).await?);
        }
        Ok(())
    }

    /// Reads one window to its end. Everything a connector needs to go on is in the cursor.
    async fn read(
        &self,
        context: &ReadContext<'_>,
        stream: &StreamName,
        window: &WindowSpec,
        pull: &mut Pull,
    ) -> Result<Vec<WindowSpec>> {
        let (mut cursor, mut split, mut seen): (Option<Cursor>, _, BTreeSet<String>) =
            (None, Vec::new(), BTreeSet::new());
        for _ in 0..2_000 {
            let page = self.connector.source().read(context, stream, window, cursor.as_ref()).await?;
            let counts_links = stream.as_str() == "associations";
            seen.extend(page.items.iter().filter_map(|item| key(item, counts_links)));
            pull.items.extend(page.items);
            match page.next {
                Next::More(next) => {
                    assert_ne!(cursor.as_ref(), Some(&next), "window `{}` does not move on", window.key);
                    cursor = Some(next);
                }
                Next::Later { cursor: next, at } => {
                    self.pass(at.ms_since(self.now()).max(0));
                    cursor = Some(next);
                }
                Next::Split { cursor: next, windows } => {
                    cursor = Some(next);
                    split.extend(windows);
                }
                Next::Done(stated) => {
                    let (key, ids, distinct) = (window.key.clone(), window.ids.clone(), seen.len() as u64);
                    pull.windows.push(Window { key, ids, stated, distinct });
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

/// What makes an item distinct; segments and visitors come on top of what is counted, and so do associations where they
/// are not what the stream is about.
fn key(item: &Item, counts_links: bool) -> Option<String> {
    match item {
        Item::Object(record) => Some(format!("{} {}", record.kind, record.id)),
        Item::Present { id, .. } => Some(id.to_string()),
        Item::Gone(record) => Some(record.id.to_string()),
        Item::Activity(record) => Some(record.remote_id.clone()),
        Item::Membership(record) => Some(record.member_id.to_string()),
        Item::Owner(record) => Some(record.id.to_string()),
        Item::Property(record) => Some(record.name.clone()),
        Item::Asset(record) => Some(record.id.to_string()),
        Item::Associations(set) => counts_links.then(|| format!("{} to {}", set.from_id, set.to_kind)),
        Item::Segment(_) | Item::Visitor(_) => None,
    }
}

impl Pull {
    /// Contacts, companies or deals.
    pub(crate) fn objects(&self, kind: ObjectKind) -> Vec<&ObjectRecord> {
        let objects = self.items.iter().filter_map(|item| match item {
            Item::Object(record) => Some(record),
            _ => None,
        });
        objects.filter(|record| record.kind == kind).collect()
    }

    /// Numbers of the contacts delivered, with or without their values.
    pub(crate) fn contacts(&self) -> BTreeSet<u64> {
        let of = |item: &Item| match item {
            Item::Object(record) if record.kind == ObjectKind::Contact => record.id.as_str().parse().ok(),
            Item::Present { id, .. } => id.as_str().parse().ok(),
            _ => None,
        };
        self.items.iter().filter_map(of).collect()
    }

    /// A contact.
    pub(crate) fn contact(&self, id: u64) -> Option<&ObjectRecord> {
        self.objects(ObjectKind::Contact).into_iter().find(|record| record.id.as_str() == id.to_string())
    }

    /// The activities.
    pub(crate) fn activities(&self) -> Vec<&ActivityRecord> {
        let activities = self.items.iter().filter_map(|item| match item {
            Item::Activity(record) => Some(record),
            _ => None,
        });
        activities.collect()
    }

    /// Who left, and how.
    pub(crate) fn gone(&self) -> BTreeMap<u64, Departure> {
        let of = |item: &Item| match item {
            Item::Gone(record) => Some((record.id.as_str().parse().unwrap(), record.departure.clone())),
            _ => None,
        };
        self.items.iter().filter_map(of).collect()
    }

    /// Visitors without a name: number, organisation, country.
    pub(crate) fn visitors(&self) -> BTreeSet<(u64, Option<String>, Option<String>)> {
        let of = |item: &Item| match item {
            Item::Visitor(visitor) => {
                let Actor::Contact(id) = &visitor.actor else { panic!("{visitor:?}") };
                Some((id.as_str().parse().unwrap(), visitor.organisation.clone(), visitor.country.clone()))
            }
            _ => None,
        };
        self.items.iter().filter_map(of).collect()
    }
}
