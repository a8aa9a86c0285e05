//! A small client: it makes calls and hands back what came.

use std::sync::Arc;

use http::Method;
use intentd_hubspot::fake::{FakeConfig, FakeHubSpot};
use intentd_sdk::clock::Clock;
use intentd_sdk::http::{Body, LimitReader, Request, Response, Transport};
use intentd_sdk::permit::{CallClass, Observation, Permits};
use intentd_sdk::testkit::{TestClock, Unlimited};
use intentd_sdk::{Result, Timestamp};
use secrecy::SecretString;
use serde_json::Value;

struct Unread;

impl LimitReader for Unread {
    fn observe(&self, _class: CallClass, _response: &Response) -> Observation {
        Observation::default()
    }
}

/// A fake that is being served, and a client of it.
pub(crate) struct Story {
    pub(crate) fake: FakeHubSpot,
    pub(crate) clock: TestClock,
    pub(crate) now: Timestamp,
    transport: Transport,
    token: SecretString,
}

/// An answer with its JSON body, or `Null` when it is none.
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) raw: Response,
}

impl Story {
    /// An account without records.
    pub(crate) async fn empty() -> Story {
        Story::with(FakeConfig::for_tests(), FakeHubSpot::empty).await
    }

    pub(crate) async fn with(config: FakeConfig, make: fn(FakeConfig, Arc<dyn Clock>) -> FakeHubSpot) -> Story {
        let clock = TestClock::at(config.now);
        Story::at(clock, config, make).await
    }

    /// With a clock of the test's choice.
    pub(crate) async fn at(
        clock: TestClock,
        config: FakeConfig,
        make: fn(FakeConfig, Arc<dyn Clock>) -> FakeHubSpot,
    ) -> Story {
        let now = config.now;
        let token = SecretString::from(config.token.clone());
        let fake = make(config, Arc::new(clock.clone()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(fake.clone().serve(listener));
        let transport = Transport::new(base, Arc::new(Unread)).unwrap();
        Story { fake, clock, now, transport, token }
    }

    pub(crate) async fn get(&self, path: &str) -> Seen {
        self.send(Request::get(path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Seen {
        self.send(Request::json(Method::POST, path, &body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Seen {
        self.send(Request::json(Method::PATCH, path, &body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Seen {
        self.send(Request::json(Method::PUT, path, &body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Seen {
        self.send(Request { method: Method::DELETE, ..Request::get(path) }).await
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::with_body(Method::POST, path, Body::Form(body.into()));
        self.try_send(request, None).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request) -> Seen {
        self.try_send(request, Some(&self.token)).await.unwrap()
    }

    pub(crate) async fn send_as(&self, request: Request, token: &str) -> Seen {
        self.try_send(request, Some(&SecretString::from(token.to_owned()))).await.unwrap()
    }

    pub(crate) async fn attempt(&self, request: Request) -> Result<Seen> {
        self.try_send(request, Some(&self.token)).await
    }

    async fn try_send(&self, request: Request, token: Option<&SecretString>) -> Result<Seen> {
        let permit = Unlimited::default().acquire(CallClass("general")).await?;
        let raw = self.transport.send(permit, request, token).await?;
        let body = serde_json::from_slice(&raw.body).unwrap_or(Value::Null);
        Ok(Seen { status: raw.status.as_u16(), body, raw })
    }
}

impl Seen {
    /// The ids of the results, as they came.
    pub(crate) fn ids(&self) -> Vec<u64> {
        let results = self.body["results"].as_array().expect("results");
        results.iter().map(|one| one["id"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// The `after` of the next page.
    pub(crate) fn after(&self) -> Option<String> {
        self.body["paging"]["next"]["after"].as_str().map(str::to_owned)
    }

    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}
