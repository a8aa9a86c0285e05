//! The handle of a fake, and its edge to HTTP: reads a call, waits, lets faults strike, counts, and writes the answer.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::header;
use intentd_sdk::clock::Clock;

use super::account::Account;
use super::call::{Incoming, Stats};
use super::chance::Chance;
use super::config::FakeConfig;
use super::errors::{Body, Refusal, Reply};
use super::faults::{self, Fault, FaultKind, Faults};
use super::kind::Kind;
use super::limits::Limits;
use super::{routes, seed};

const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// A fake HubSpot. Clones are handles of the same account.
#[derive(Clone)]
pub struct FakeHubSpot {
    inner: Arc<Inner>,
}

struct Inner {
    config: FakeConfig,
    clock: Arc<dyn Clock>,
    world: Mutex<World>,
}

/// Everything that a call may change.
pub(crate) struct World {
    pub(crate) account: Account,
    pub(crate) stats: Stats,
    pub(crate) limits: Limits,
    pub(crate) faults: Faults,
    pub(crate) chance: Chance,
}

impl FakeHubSpot {
    /// A believable account: the same for the same configuration.
    pub fn seeded(config: FakeConfig, clock: Arc<dyn Clock>) -> FakeHubSpot {
        let account = seed::account(&config);
        FakeHubSpot::with(config, clock, account)
    }

    /// An account without records, lists, forms or events.
    pub fn empty(config: FakeConfig, clock: Arc<dyn Clock>) -> FakeHubSpot {
        let account = Account::empty(&config);
        FakeHubSpot::with(config, clock, account)
    }

    /// Goes on with an account that [`FakeHubSpot::snapshot`] gave, for example from a file. Its switches (search lag,
    /// merges) are those of the configuration; counters and rate windows start anew.
    pub fn restored(config: FakeConfig, clock: Arc<dyn Clock>, mut account: Account) -> FakeHubSpot {
        account.rebuild();
        account.search_lag_ms = config.search_lag_ms;
        account.merge_makes_new_id = config.merge_makes_new_id;
        FakeHubSpot::with(config, clock, account)
    }

    fn with(config: FakeConfig, clock: Arc<dyn Clock>, account: Account) -> FakeHubSpot {
        let world = World {
            account,
            stats: Stats::default(),
            limits: Limits::default(),
            faults: Faults::default(),
            chance: Chance::new(config.seed, "answers"),
        };
        FakeHubSpot { inner: Arc::new(Inner { config, clock, world: Mutex::new(world) }) }
    }

    /// Answers calls until the task is dropped.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, listener: tokio::net::TcpListener) -> io::Result<()> {
        axum::serve(listener, self.router()).await
    }

    /// The service, to be mounted elsewhere.
    pub fn router(&self) -> Router {
        let fake = self.clone();
        Router::new().fallback(move |request: Request| {
            let fake = fake.clone();
            async move { fake.answer(request).await }
        })
    }

    /// How this fake was set up.
    pub fn config(&self) -> &FakeConfig {
        &self.inner.config
    }

    /// What was counted so far.
    pub fn stats(&self) -> Stats {
        self.world().stats.clone()
    }

    /// Starts counting anew.
    pub fn reset_stats(&self) {
        self.world().stats = Stats::default();
    }

    /// Changes the account behind the API's back.
    pub fn edit<R>(&self, change: impl FnOnce(&mut Account) -> R) -> R {
        change(&mut self.world().account)
    }

    /// Looks at the account.
    pub fn read<R>(&self, look: impl FnOnce(&Account) -> R) -> R {
        look(&self.world().account)
    }

    /// Adds a fault; it stays until its times are up or [`FakeHubSpot::clear_faults`].
    pub fn fail(&self, fault: Fault) {
        self.world().faults.add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.world().faults.clear();
    }

    /// The whole account, to be written to a file and given to [`FakeHubSpot::restored`].
    pub fn snapshot(&self) -> Account {
        self.world().account.clone()
    }

    /// The stored values of a live record, following merges; `None` when there is none.
    pub fn properties_of(&self, kind: Kind, id: u64) -> Option<BTreeMap<String, String>> {
        let world = self.world();
        let table = world.account.table(kind);
        table.get(table.resolve(id)).map(|record| record.values.clone())
    }

    /// The account without instants, to compare the ends of two runs.
    pub fn comparable(&self) -> serde_json::Value {
        self.world().account.comparable()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        // A panicking test closure must not hide its own message behind a poisoned lock.
        self.inner.world.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn answer(&self, request: Request) -> Response {
        let Inner { config, clock, .. } = self.inner.as_ref();
        let Some(incoming) = read(request).await else {
            return render(Reply::html(413, "Payload Too Large"), None, "");
        };
        if config.latency_ms > 0 {
            clock.sleep(Duration::from_millis(config.latency_ms)).await;
        }
        let struck = {
            let mut world = self.world();
            let World { faults, chance, stats, .. } = &mut *world;
            stats.calls += 1;
            let struck = faults.strike(&incoming.method, &incoming.path, chance);
            stats.faults += u64::from(struck.is_some());
            struck
        };
        if let Some(FaultKind::Slow { ms }) = struck {
            clock.sleep(Duration::from_millis(ms)).await;
        }
        let mut world = self.world();
        let correlation = world.chance.uuid();
        let (reply, headers) = match struck.and_then(|kind| faults::answer(kind, config)) {
            Some(answer) => (answer, Vec::new()),
            None if struck == Some(FaultKind::ResetBeforeApplied) => (Ok(Reply::empty(500)), Vec::new()),
            None => routes::run(&mut world, config, clock.as_ref(), &incoming),
        };
        let mut reply = reply.unwrap_or_else(|refusal| refused(refusal, &correlation));
        reply.headers.extend(headers);
        if let Some(kind) = struck {
            faults::spoil(kind, &mut reply, &incoming.query);
        }
        *world.stats.answered.entry(reply.status).or_default() += 1;
        world.stats.answered_429 += u64::from(reply.status == 429);
        render(reply, struck, &correlation)
    }
}

fn refused(refusal: Refusal, correlation: &str) -> Reply {
    let mut body = refusal.body;
    body.insert("correlationId".into(), correlation.into());
    Reply::json(refusal.status, body.into())
}

async fn read(request: Request) -> Option<Incoming> {
    let (head, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, BODY_LIMIT).await.ok()?;
    let bearer = head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let query = head.uri.query().unwrap_or_default();
    Some(Incoming {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        uri_length: head.uri.path().len() + query.len(),
        body,
        bearer: bearer.and_then(|text| text.strip_prefix("Bearer ")).map(str::to_owned),
    })
}

fn render(reply: Reply, struck: Option<FaultKind>, correlation: &str) -> Response {
    let (content_type, bytes) = match reply.body {
        Body::Empty => (None, Vec::new()),
        Body::Json(value) => (Some("application/json;charset=utf-8"), value.to_string().into_bytes()),
        Body::Html(text) => (Some("text/html;charset=utf-8"), text.into_bytes()),
    };
    let breaks =
        matches!(struck, Some(FaultKind::ResetAfterApplied | FaultKind::ResetBeforeApplied | FaultKind::TruncatedBody));
    // An answer without a body would be complete with its head, and nothing could break.
    let status = if breaks && reply.status == 204 { 200 } else { reply.status };
    let mut response = Response::builder().status(status).header("x-hubspot-correlation-id", correlation);
    if let Some(content_type) = content_type {
        response = response.header(header::CONTENT_TYPE, content_type);
    }
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let body = match struck {
        Some(FaultKind::ResetAfterApplied | FaultKind::ResetBeforeApplied) => {
            response = response.header(header::CONTENT_LENGTH, bytes.len().max(1));
            broken(Vec::new())
        }
        Some(FaultKind::TruncatedBody) => {
            response = response.header(header::CONTENT_LENGTH, bytes.len().max(1));
            broken(bytes[..bytes.len() / 2].to_vec())
        }
        _ => HttpBody::from(bytes),
    };
    response.body(body).unwrap_or_else(|_| Response::new(HttpBody::empty()))
}

/// A body that breaks the connection after these bytes.
fn broken(first: Vec<u8>) -> HttpBody {
    let breaks = || Err(io::Error::new(io::ErrorKind::ConnectionReset, "fault: the connection breaks here"));
    let parts: Vec<io::Result<Bytes>> =
        if first.is_empty() { vec![breaks()] } else { vec![Ok(Bytes::from(first)), breaks()] };
    HttpBody::from_stream(stream::iter(parts))
}
