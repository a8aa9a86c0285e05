//! A fake Marketo over loopback, a connector to it, and a clock that moves only when somebody waits.

use std::collections::BTreeMap;
use std::sync::Arc;

use intentd_marketo::fake::{FakeConfig, FakeMarketo};
use intentd_sdk::clock::Clock as _;
use intentd_sdk::connector::{ConnectionSettings, Connector, Credentials};
use intentd_sdk::record::ObjectKind;
use intentd_sdk::source::Selection;
use intentd_sdk::testkit::{TestClock, Unlimited};
use intentd_sdk::time::Timestamp;

/// One day in milliseconds.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// Everything that a story needs.
pub(crate) struct Stage {
    pub(crate) fake: FakeMarketo,
    pub(crate) permits: Unlimited,
    pub(crate) clock: TestClock,
    pub(crate) selection: Selection,
    settings: ConnectionSettings,
}

impl Stage {
    /// An empty instance set up like this, and a connector with these options.
    pub(crate) async fn of(config: FakeConfig, options: &[(&str, &str)]) -> Stage {
        let clock = TestClock::jumping(config.now);
        let fake = FakeMarketo::empty(config, Arc::new(clock.clone()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(fake.clone().serve(listener));
        let settings = ConnectionSettings {
            name: "marketo".into(),
            base_url: Some(format!("http://{address}").parse().unwrap()),
            credentials: Credentials::Client {
                client_id: fake.config().client_id.clone(),
                client_secret: fake.config().client_secret.clone().into(),
            },
            versions: BTreeMap::new(),
            limits: BTreeMap::new(),
            share_percent: BTreeMap::new(),
            options: options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            clock: Arc::new(clock.clone()),
        };
        let contact = ["email", "firstName", "lastName", "title", "leadScore"].map(str::to_owned).to_vec();
        let selection =
            Selection { properties: BTreeMap::from([(ObjectKind::Contact, contact)]), ..Selection::default() };
        Stage { fake, permits: Unlimited::default(), clock, selection, settings }
    }

    /// A connector, as a process that has just started makes one.
    pub(crate) fn connector(&self) -> Arc<dyn Connector> {
        intentd_marketo::kind().build(self.settings.clone()).unwrap()
    }

    /// The instant of the story.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Calls made so far to routes whose name contains this text.
    pub(crate) fn calls(&self, route: &str) -> u64 {
        self.fake.stats().by_route.iter().filter(|(name, _)| name.contains(route)).map(|(_, calls)| calls).sum()
    }
}
