//! HubSpot stands the sdk's conformance suite, against its fake: what every connector promises the engine.
#![cfg(feature = "fake")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Fault, FaultKind, Kind, Processing};
use intentd_sdk::change::{Effect, WantedProperty};
use intentd_sdk::clock::Clock;
use intentd_sdk::connector::{ConnectionSettings, Connector, Credentials};
use intentd_sdk::record::{ExternalId, ObjectKind, PropertyType, StreamName};
use intentd_sdk::source::Selection;
use intentd_sdk::testkit::TestClock;
use intentd_sdk::testkit::conformance::{Deed, Strikes, Trouble, Vendor};

intentd_sdk::conformance_suite!(open);

/// A believable small account, served on loopback.
struct Portal {
    fake: FakeHubSpot,
    clock: TestClock,
    address: String,
}

async fn open() -> Portal {
    let config = FakeConfig::for_tests();
    let clock = TestClock::jumping(config.now);
    let fake = FakeHubSpot::seeded(config, Arc::new(clock.clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(fake.clone().serve(listener));
    Portal { fake, clock, address }
}

fn kind_of(kind: ObjectKind) -> Kind {
    match kind {
        ObjectKind::Contact => Kind::Contact,
        ObjectKind::Company => Kind::Company,
        ObjectKind::Deal => Kind::Deal,
    }
}

fn number(id: &ExternalId) -> u64 {
    id.as_str().parse().unwrap()
}

fn edited(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Contact => "jobtitle",
        ObjectKind::Company => "name",
        ObjectKind::Deal => "dealname",
    }
}

/// What the suite asked for; nothing in the seed is called like this.
const LIST: &str = "Wanted by the suite";

impl Portal {
    /// A list of this kind, made at the first use.
    fn list(&self, kind: Kind, processing: Processing) -> ExternalId {
        let (name, now) = (format!("{LIST} {}", kind.plural()), self.clock.now());
        self.fake.edit(|account| {
            let all = &account.lists.all;
            let known = all.values().find(|l| l.name == name && l.processing == processing).map(|list| list.id);
            known.unwrap_or_else(|| account.lists.add(&name, kind, processing, now)).to_string().into()
        })
    }

    /// A contact workflow without conditions, made at the first use.
    fn workflow(&self) -> ExternalId {
        let now = self.clock.now();
        self.fake.edit(|account| {
            let known = account.workflows.all.values().find(|flow| flow.name == LIST).map(|flow| flow.flow_id);
            known.unwrap_or_else(|| account.workflows.add(LIST, Kind::Contact, now)).to_string().into()
        })
    }
}

impl Vendor for Portal {
    fn connect(&self) -> Arc<dyn Connector> {
        let settings = ConnectionSettings {
            name: "hubspot".into(),
            base_url: Some(self.address.parse().unwrap()),
            credentials: Credentials::Token(self.fake.config().token.clone().into()),
            versions: BTreeMap::new(),
            limits: BTreeMap::new(),
            share_percent: BTreeMap::new(),
            options: BTreeMap::new(),
            clock: Arc::new(self.clock.clone()),
        };
        intentd_hubspot::kind().build(settings).unwrap()
    }

    fn clock(&self) -> TestClock {
        self.clock.clone()
    }

    fn selection(&self) -> Selection {
        let properties = ObjectKind::ALL.map(|kind| {
            let mut names = vec![edited(kind).to_owned(), "hubspot_owner_id".to_owned()];
            names.sort();
            (kind, names)
        });
        Selection { properties: BTreeMap::from(properties), ..Selection::default() }
    }

    fn calls(&self) -> u64 {
        self.fake.stats().calls
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.fake.config().token.clone()]
    }

    fn kinds(&self) -> Vec<ObjectKind> {
        ObjectKind::ALL.to_vec()
    }

    fn live(&self, kind: ObjectKind) -> BTreeSet<ExternalId> {
        self.fake.read(|account| account.table(kind_of(kind)).live().keys().map(|id| id.to_string().into()).collect())
    }

    fn value(&self, kind: ObjectKind, id: &ExternalId, property: &str) -> Option<String> {
        self.fake.properties_of(kind_of(kind), number(id))?.get(property).cloned()
    }

    fn writes(&self, kind: ObjectKind, id: &ExternalId) -> u64 {
        self.fake.stats().writes_by_record.get(&(kind_of(kind), number(id))).copied().unwrap_or_default()
    }

    fn add(&self, kind: ObjectKind) -> ExternalId {
        let now = self.clock.now();
        self.fake.edit(|account| account.add(kind_of(kind), &[(edited(kind), "new")], now)).to_string().into()
    }

    fn edit(&self, kind: ObjectKind, id: &ExternalId, value: &str) -> String {
        let now = self.clock.now();
        assert!(self.fake.edit(|account| account.set(kind_of(kind), number(id), &[(edited(kind), value)], now)));
        edited(kind).to_owned()
    }

    fn delete(&self, kind: ObjectKind, id: &ExternalId) {
        let now = self.clock.now();
        assert!(self.fake.edit(|account| account.archive(kind_of(kind), number(id), now)));
    }

    fn merge(&self, kind: ObjectKind, survivor: &ExternalId, absorbed: &ExternalId) -> Option<ExternalId> {
        let now = self.clock.now();
        let merged = self.fake.edit(|account| account.merge(kind_of(kind), number(survivor), number(absorbed), now));
        Some(merged.unwrap().to_string().into())
    }

    fn act(&self, contact: &ExternalId) -> Option<StreamName> {
        let now = self.clock.now();
        let url = "https://www.example.com/pricing";
        self.fake.edit(|account| account.add_page_view(number(contact), now, url, "Pricing"));
        Some("page_views".into())
    }

    fn wanted(&self) -> Option<WantedProperty> {
        Some(WantedProperty {
            kind: ObjectKind::Contact,
            name: "intentd_level".into(),
            label: "Intent".into(),
            description: "Computed by intentd".into(),
            value_type: PropertyType::Enumeration,
            options: vec!["one".into(), "two".into()],
            group: "intentd".into(),
        })
    }

    fn writable(&self) -> String {
        "jobtitle".into()
    }

    fn poison(&self) -> (String, String) {
        ("hs_lead_status".into(), "anna@example.com".into())
    }

    fn deeds(&self) -> Vec<Deed> {
        let (contacts, companies) =
            (self.list(Kind::Contact, Processing::Manual), self.list(Kind::Company, Processing::Manual));
        let workflow = self.workflow();
        let deed = |effect: Effect, kind: ObjectKind, visible: bool| Deed { effect, kind, visible };
        vec![
            deed(Effect::AddToSegment { segment: contacts.clone() }, ObjectKind::Contact, true),
            deed(Effect::RemoveFromSegment { segment: contacts }, ObjectKind::Contact, true),
            deed(Effect::AddToSegment { segment: companies }, ObjectKind::Company, true),
            deed(Effect::Enroll { workflow: workflow.clone() }, ObjectKind::Contact, false),
            deed(Effect::Unenroll { workflow }, ObjectKind::Contact, true),
        ]
    }

    fn impossible(&self) -> Vec<Deed> {
        let deed = |effect: Effect, kind: ObjectKind| Deed { effect, kind, visible: false };
        let dynamic = self.list(Kind::Contact, Processing::Dynamic);
        vec![
            deed(Effect::AddToSegment { segment: dynamic }, ObjectKind::Contact),
            deed(Effect::AddToSegment { segment: "999999".into() }, ObjectKind::Contact),
            deed(Effect::Enroll { workflow: "999999".into() }, ObjectKind::Contact),
            deed(Effect::Enroll { workflow: self.workflow() }, ObjectKind::Company),
        ]
    }

    fn took_hold(&self, deed: &Deed, id: &ExternalId) -> u64 {
        self.fake.read(|account| {
            let is_member = |list: &ExternalId| account.lists.all[&number(list)].members.contains_key(&number(id));
            let flow = |workflow: &ExternalId| &account.workflows.all[&number(workflow)];
            match &deed.effect {
                Effect::AddToSegment { segment } => u64::from(is_member(segment)),
                Effect::RemoveFromSegment { segment } => u64::from(!is_member(segment)),
                Effect::Enroll { workflow } => flow(workflow).enrolled.get(&number(id)).map_or(0, Vec::len) as u64,
                Effect::Unenroll { workflow } => u64::from(!flow(workflow).active.contains_key(&number(id))),
                Effect::RecordActivity { .. } => 0,
            }
        })
    }

    fn trouble(&self, trouble: Trouble, strikes: Strikes) {
        let kind = match trouble {
            Trouble::Fails => FaultKind::Http500Json,
            Trouble::LosesAnswer => FaultKind::TruncatedBody,
            Trouble::Hurried => FaultKind::TenSecondly429,
            Trouble::DaySpent => FaultKind::Daily429,
            Trouble::Denied => FaultKind::Expired401,
        };
        match strikes {
            Strikes::Nth(nth) => self.fake.fail(Fault::next(kind).nth(nth)),
            Strikes::All => self.fake.fail(Fault::next(kind).always()),
            Strikes::FirstWrite => {
                for (method, path) in [
                    ("POST", "batch/update"),
                    ("PUT", "/memberships/"),
                    ("POST", "/enrollments/"),
                    ("DELETE", "/enrollments/"),
                ] {
                    self.fake.fail(Fault::next(kind).on(method, path));
                }
            }
        }
    }

    fn peace(&self) {
        self.fake.clear_faults();
    }
}
