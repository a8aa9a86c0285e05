//! The handle of a fake, and its edge to HTTP: reads a call, waits, lets faults strike, counts, and writes the answer.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
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
use serde_json::Value;

use super::account::Account;
use super::call::{Incoming, Stats};
use super::chance::Chance;
use super::config::FakeConfig;
use super::errors::{Answer, Body, Reply};
use super::faults::{self, Fault, FaultKind, Faults};
use super::identity::Tokens;
use super::limits::Usage;
use super::{routes, seed};

const BODY_LIMIT: usize = 12 * 1024 * 1024;

/// A fake Marketo. Clones are handles of the same instance.
#[derive(Clone)]
pub struct FakeMarketo {
    inner: Arc<Inner>,
}

struct Inner {
    config: FakeConfig,
    clock: Arc<dyn Clock>,
    running: AtomicUsize,
    world: Mutex<World>,
}

/// Everything that a call may change.
pub(crate) struct World {
    pub(crate) account: Account,
    pub(crate) stats: Stats,
    pub(crate) usage: Usage,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Faults,
    pub(crate) chance: Chance,
}

/// A call that runs; it ends when this is dropped, whether or not the caller waited for the answer.
struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl FakeMarketo {
    /// A believable instance: the same for the same configuration.
    pub fn seeded(config: FakeConfig, clock: Arc<dyn Clock>) -> FakeMarketo {
        let account = seed::account(&config);
        FakeMarketo::with(config, clock, account)
    }

    /// An instance without persons or assets.
    pub fn empty(config: FakeConfig, clock: Arc<dyn Clock>) -> FakeMarketo {
        let account = Account::empty(&config);
        FakeMarketo::with(config, clock, account)
    }

    /// Goes on with an instance that [`FakeMarketo::snapshot`] gave, for example from a file. Its switches are those of
    /// the configuration; counters, rate windows and the access token start anew.
    pub fn restored(config: FakeConfig, clock: Arc<dyn Clock>, mut account: Account) -> FakeMarketo {
        account.rebuild();
        account.activity_lag_ms = config.oddities.activity_lag_ms;
        account.late_email_ms = config.oddities.late_email_ms;
        FakeMarketo::with(config, clock, account)
    }

    fn with(config: FakeConfig, clock: Arc<dyn Clock>, account: Account) -> FakeMarketo {
        let world = World {
            account,
            stats: Stats::default(),
            usage: Usage::default(),
            tokens: Tokens::default(),
            faults: Faults::default(),
            // The instant is mixed in, so that a restarted fake does not give the token of its former life again.
            chance: Chance::new(config.seed ^ clock.now().as_ms().unsigned_abs(), "answers"),
        };
        FakeMarketo { inner: Arc::new(Inner { config, clock, running: AtomicUsize::new(0), world: Mutex::new(world) }) }
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

    /// Calls that run at this moment.
    pub fn in_flight(&self) -> usize {
        self.inner.running.load(Ordering::SeqCst)
    }

    /// Starts counting anew.
    pub fn reset_stats(&self) {
        self.world().stats = Stats::default();
    }

    /// Changes the instance behind the API's back.
    pub fn edit<R>(&self, change: impl FnOnce(&mut Account) -> R) -> R {
        let now = self.inner.clock.now();
        let mut world = self.world();
        world.account.activities.settle(now);
        change(&mut world.account)
    }

    /// Looks at the instance as it is now.
    pub fn read<R>(&self, look: impl FnOnce(&Account) -> R) -> R {
        self.edit(|account| look(account))
    }

    /// Adds a fault; it stays until its times are up or [`FakeMarketo::clear_faults`].
    pub fn fail(&self, fault: Fault) {
        self.world().faults.add(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.world().faults.clear();
    }

    /// Ends the life of the present access token: its next use answers 602.
    pub fn expire_token(&self) {
        self.world().tokens.expire();
    }

    /// The whole instance, to be written to a file and given to [`FakeMarketo::restored`].
    pub fn snapshot(&self) -> Account {
        self.world().account.clone()
    }

    /// The instance without instants, to compare the ends of two runs.
    pub fn comparable(&self) -> Value {
        self.world().account.comparable()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        // A panicking test closure must not hide its own message behind a poisoned lock.
        self.inner.world.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn answer(&self, request: Request) -> Response {
        let Inner { config, clock, running, .. } = self.inner.as_ref();
        let is_identity = request.uri().path().contains("/identity/");
        // The identity service has limits of its own, which are not public.
        let _running = (!is_identity).then(|| Running(running));
        let at_once = if is_identity { 0 } else { running.fetch_add(1, Ordering::SeqCst) + 1 };
        let Some(incoming) = read(request).await else {
            return render(Reply::html(413, "Request Entity Too Large"), None);
        };
        if config.latency_ms > 0 {
            clock.sleep(Duration::from_millis(config.latency_ms)).await;
        }
        let struck = {
            let mut world = self.world();
            let World { faults, chance, stats, .. } = &mut *world;
            stats.calls += 1;
            stats.most_at_once = stats.most_at_once.max(at_once);
            let struck = faults.strike(&incoming.method, &incoming.path, chance);
            stats.faults += u64::from(struck.is_some());
            struck
        };
        if let Some(FaultKind::Slow { ms }) = struck {
            clock.sleep(Duration::from_millis(ms)).await;
        }
        let mut world = self.world();
        let now = clock.now();
        world.account.activities.settle(now);
        world.account.settle_exports(config, now);
        match struck {
            Some(FaultKind::TokenExpires) => world.tokens.expire(),
            Some(FaultKind::TokenRevoked) => world.tokens.revoke(),
            _ => {}
        }
        let request_id = format!("{:x}#{:x}", world.chance.below(0x10000), now.as_ms());
        let answer = match struck.and_then(faults::instead) {
            Some(answer) => answer,
            None => {
                let empty_page = struck == Some(FaultKind::EmptyPage);
                let admitted = routes::Admission { at_once, empty_page, request_id: &request_id };
                routes::run(&mut world, config, clock.as_ref(), &incoming, admitted)
            }
        };
        let answer = struck.and_then(faults::afterwards).unwrap_or(answer);
        if !is_identity {
            world.usage.count(answer.as_ref().err(), config.limits, clock.as_ref());
        }
        if let Err(refusal) = &answer {
            *world.stats.refused.entry(refusal.code).or_default() += 1;
            world.stats.rate_limited += u64::from(refusal.code == 606);
        }
        let reply = enveloped(answer, &request_id);
        *world.stats.answered.entry(reply.status).or_default() += 1;
        if let Body::File(bytes) = &reply.body {
            world.stats.file_bytes += bytes.len() as u64;
        }
        render(reply, struck)
    }
}

/// Adds what every answer of the API has.
fn enveloped(answer: Answer, request_id: &str) -> Reply {
    let (mut reply, success) = match answer {
        Ok(reply) => (reply, true),
        Err(refusal) => (Reply::envelope(serde_json::json!({"errors": [refusal.shown()]})), false),
    };
    if let Body::Envelope(members) = &mut reply.body {
        members.insert("requestId".into(), request_id.into());
        members.insert("success".into(), success.into());
    }
    reply
}

async fn read(request: Request) -> Option<Incoming> {
    let (head, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, BODY_LIMIT).await.ok()?;
    let header = |name: header::HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let query = head.uri.query().unwrap_or_default();
    Some(Incoming {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        uri_length: head.uri.path().len() + query.len() + 1,
        body,
        content_type: header(header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase(),
        bearer: header(header::AUTHORIZATION).and_then(|text| text.strip_prefix("Bearer ")).map(str::to_owned),
        range: header(header::RANGE).map(str::to_owned),
    })
}

fn render(reply: Reply, struck: Option<FaultKind>) -> Response {
    let (content_type, bytes) = match reply.body {
        Body::Envelope(members) => ("application/json;charset=UTF-8", Value::Object(members).to_string().into_bytes()),
        Body::Bare(value) => ("application/json;charset=UTF-8", value.to_string().into_bytes()),
        Body::Text(text) => ("text/plain;charset=UTF-8", text.into_bytes()),
        Body::Html(text) => ("text/html;charset=UTF-8", text.into_bytes()),
        Body::File(bytes) => ("text/csv;charset=UTF-8", bytes),
    };
    let mut response = Response::builder().status(reply.status).header(header::CONTENT_TYPE, content_type);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let cut = match struck {
        Some(FaultKind::ResetAfterApplied | FaultKind::ResetBeforeApplied) => Some(0),
        Some(FaultKind::TruncatedBody) => Some(bytes.len() / 2),
        Some(FaultKind::CutAfter { bytes: most }) if most < bytes.len() => Some(most),
        _ => None,
    };
    let body = match cut {
        Some(most) => {
            response = response.header(header::CONTENT_LENGTH, bytes.len().max(1));
            broken(bytes[..most].to_vec())
        }
        None => HttpBody::from(bytes),
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
