//! The engine over a database in memory, connected by the real connectors over loopback to a fake HubSpot and a fake Marketo.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use intentd::domain::plan::GuardLimits;
use intentd::engine::cycle::{Connection, Engine, RulesInForce, Settings};
use intentd::engine::limiter::Limiter;
use intentd::engine::progress::Silent;
use intentd::rules::{self, RuleSet};
use intentd::store::Store;
use intentd_sdk::change::{Change, Held, Outcome, Prepared, WantedProperty};
use intentd_sdk::clock::Clock;
use intentd_sdk::connector::{Account, ConnectionSettings, Connector, ConnectorKind, Credentials};
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::destination::Destination;
use intentd_sdk::permit::{LimitSpec, Permits};
use intentd_sdk::record::{ExternalId, ObjectKind, StreamName};
use intentd_sdk::source::{Mode, Page, PullPlan, ReadContext, Source, StreamSpec, WindowSpec};
use intentd_sdk::{Result, Timestamp};
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use super::clock::StoryClock;
use super::scene::{Moment, Scene};

/// What the stories are about; whatever else the vendors have would only be read and found empty.
const STREAMS: [&str; 2] = ["properties", "contacts"];
/// Reconcile passes are made once a day.
const RECONCILE_MS: i64 = 86_400_000;

/// A flow's field, and its property at HubSpot and at Marketo. Marketo's instant of change does not move for a custom field.
pub(crate) const FLOWS: [(&str, &str, &str); 3] =
    [("job_title", "jobtitle", "title"), ("desk", "desk", "desk"), ("last_name", "lastname", "lastName")];

/// The conflict rules.
pub(crate) const CONFLICTS: [&str; 4] = ["newest", "hubspot", "marketo", "ask"];

/// The shipped rules with one more field, and flows of the first fields of [`FLOWS`], each with its conflict rule.
fn rule_set(conflicts: &[&str]) -> RuleSet {
    let mut sources = rules::shipped(&["hubspot", "marketo"]);
    for vendor in ["hubspot", "marketo"] {
        let text = sources.get_mut(&format!("{vendor}/contacts.yaml")).unwrap();
        *text = text.replace("\nfields:\n", "\nfields:\n  - {property: desk, field: desk, transforms: [trim]}\n");
    }
    let mut own = String::from(
        "identity: {precedence: [{object: contact, fields: [desk], order: [hubspot, marketo]}]}\nflows:\n",
    );
    for ((field, crm, mailing), conflict) in FLOWS.iter().zip(conflicts) {
        own.push_str(&format!(
            "  - {{object: contact, field: {field}, between: [hubspot.{crm}, marketo.{mailing}], conflict: {conflict}, \
             ownership: shared}}\n"
        ));
    }
    sources.insert("rules/flows.yaml".to_owned(), own);
    rules::from_sources(sources).unwrap()
}

/// The same rules for the same conflicts: reading them takes longer than a cycle.
fn rules_for(conflicts: &[&'static str]) -> Arc<RuleSet> {
    type Known = BTreeMap<Vec<&'static str>, Arc<RuleSet>>;
    static KNOWN: Mutex<Known> = Mutex::new(Known::new());
    let mut known = KNOWN.lock().unwrap();
    Arc::clone(known.entry(conflicts.to_vec()).or_insert_with(|| Arc::new(rule_set(conflicts))))
}

/// Connects the engine to both fakes of a scene.
pub(crate) async fn engine(
    scene: &Arc<Mutex<Scene>>,
    clock: &StoryClock,
    zone: TimeZone,
    conflicts: &[&'static str],
) -> Engine {
    let (crm, mailing) = {
        let scene = scene.lock().unwrap();
        (scene.crm.clone(), scene.mailing.clone())
    };
    let crm_url = serve(crm.router()).await;
    let mailing_url = serve(mailing.router()).await;
    let (crm_config, mailing_config) = (crm.config(), mailing.config());
    let token = Credentials::Token(crm_config.token.clone().into());
    let client = Credentials::Client {
        client_id: mailing_config.client_id.clone(),
        client_secret: mailing_config.client_secret.clone().into(),
    };
    let since = mailing_config.now.plus_ms(-20 * 86_400_000).to_string()[..10].to_owned();
    let connect = |side: usize, kind: &dyn ConnectorKind, url: String, credentials, limits: &[&str], options| {
        let clock: Arc<dyn Clock> = Arc::new(clock.clone());
        let settings = ConnectionSettings {
            name: kind.vendor().into(),
            base_url: Some(url.parse().unwrap()),
            credentials,
            versions: BTreeMap::new(),
            limits: limits.iter().map(|name| ((*name).to_owned(), 1_000_000)).collect(),
            share_percent: limits.iter().map(|name| ((*name).to_owned(), 100)).collect(),
            options,
            clock: Arc::clone(&clock),
        };
        let connector = Interrupted { inner: kind.build(settings).unwrap(), side, scene: Arc::clone(scene) };
        let limiter = Limiter::new(&connector.limits(), clock, CancellationToken::new());
        Connection { name: kind.vendor().into(), vendor: kind.vendor().into(), connector: Arc::new(connector), limiter }
    };
    let connections = vec![
        connect(0, intentd_hubspot::kind(), crm_url, token, &["search", "burst"], BTreeMap::new()),
        connect(
            1,
            intentd_marketo::kind(),
            mailing_url,
            client,
            &["rate", "daily"],
            BTreeMap::from([("leads_since".to_owned(), since)]),
        ),
    ];
    let store = Store::open("sqlite::memory:").await.unwrap();
    store.migrate().await.unwrap();
    let rules = rules_for(conflicts);
    let adopted = Engine::adopt_rules(&store, rules.as_ref().clone(), clock.now()).await.unwrap();
    Engine {
        store,
        connections,
        settings: Settings {
            zone,
            guards: GuardLimits {
                first_apply_max_records: u64::MAX,
                max_share_percent: 100,
                min_records: 0,
                max_cleared_values: u64::MAX,
            },
            read_only: false,
            reconcile_every_ms: RECONCILE_MS,
            visit_retention_days: 90,
        },
        rules: RulesInForce { rules, version: adopted.version },
        clock: Arc::new(clock.clone()),
        progress: Arc::new(Silent),
        owner: "story".to_owned(),
        stopping: CancellationToken::new(),
    }
}

async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// A real connector, of a few streams only, in whose pauses other people go on working.
struct Interrupted {
    inner: Arc<dyn Connector>,
    side: usize,
    scene: Arc<Mutex<Scene>>,
}

impl Interrupted {
    fn meanwhile(&self, moment: Moment) {
        self.scene.lock().unwrap().meanwhile(self.side, moment);
    }
}

#[async_trait]
impl Connector for Interrupted {
    fn limits(&self) -> LimitSpec {
        self.inner.limits()
    }

    fn limits_of(&self, account: &Account) -> LimitSpec {
        self.inner.limits_of(account)
    }

    async fn describe(&self, permits: &dyn Permits) -> Result<Account> {
        self.inner.describe(permits).await
    }

    fn source(&self) -> &dyn Source {
        self
    }

    fn destination(&self) -> &dyn Destination {
        self
    }
}

#[async_trait]
impl Source for Interrupted {
    fn streams(&self) -> Vec<StreamSpec> {
        let streams = self.inner.source().streams();
        streams.into_iter().filter(|spec| STREAMS.contains(&spec.name.as_str())).collect()
    }

    async fn plan(
        &self,
        context: &ReadContext<'_>,
        stream: &StreamName,
        mode: Mode,
        checkpoint: Option<&Checkpoint>,
    ) -> Result<PullPlan> {
        let plan = self.inner.source().plan(context, stream, mode, checkpoint).await;
        if stream.as_str() == "contacts" && mode != Mode::Reconcile {
            self.meanwhile(Moment::AfterPlan);
        }
        plan
    }

    async fn read(
        &self,
        context: &ReadContext<'_>,
        stream: &StreamName,
        window: &WindowSpec,
        cursor: Option<&Cursor>,
    ) -> Result<Page> {
        let page = self.inner.source().read(context, stream, window, cursor).await;
        // Windows that are read side by side come in any order; the story has one.
        let alone = window.mode != Mode::Reconcile && window.bounds["read"] != "departed";
        if stream.as_str() == "contacts" && alone {
            self.meanwhile(Moment::AfterRead);
        }
        page
    }
}

#[async_trait]
impl Destination for Interrupted {
    fn batch_size(&self) -> usize {
        self.inner.destination().batch_size()
    }

    async fn prepare(&self, permits: &dyn Permits, wanted: &[WantedProperty]) -> Result<Vec<Prepared>> {
        self.inner.destination().prepare(permits, wanted).await
    }

    async fn push(&self, permits: &dyn Permits, batch: &[Change]) -> Result<Vec<Outcome>> {
        self.meanwhile(Moment::BeforePush);
        let outcomes = self.inner.destination().push(permits, batch).await;
        self.scene.lock().unwrap().pushed(self.side, batch, &outcomes);
        self.meanwhile(Moment::AfterPush);
        outcomes
    }

    async fn look_up(
        &self,
        permits: &dyn Permits,
        kind: ObjectKind,
        ids: &[ExternalId],
        properties: &[String],
    ) -> Result<BTreeMap<ExternalId, Held>> {
        self.inner.destination().look_up(permits, kind, ids, properties).await
    }
}

/// When all stories begin.
pub(crate) const START: Timestamp = Timestamp::from_secs(1_795_251_600);
