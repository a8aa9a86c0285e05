//! A small client: it makes calls and hands back what came.

use std::sync::Arc;

use http::Method;
use intentd_marketo::fake::{FakeConfig, FakeMarketo};
use intentd_sdk::clock::Clock;
use intentd_sdk::http::{Body, LimitReader, Request, Response, Transport};
use intentd_sdk::permit::{CallClass, Observation, Permits};
use intentd_sdk::testkit::{TestClock, Unlimited};
use intentd_sdk::{Result, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};

struct Unread;

impl LimitReader for Unread {
    fn observe(&self, _class: CallClass, _response: &Response) -> Observation {
        Observation::default()
    }
}

/// A fake that is being served, and a client of it that holds a token.
pub(crate) struct Story {
    pub(crate) fake: FakeMarketo,
    pub(crate) clock: TestClock,
    pub(crate) now: Timestamp,
    transport: Transport,
    token: SecretString,
}

/// An answer with its JSON body, or `Null` when it is none.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) raw: Response,
}

impl Story {
    /// An instance without persons.
    pub(crate) async fn empty() -> Story {
        Story::with(FakeConfig::for_tests(), FakeMarketo::empty).await
    }

    /// A small believable instance.
    pub(crate) async fn seeded() -> Story {
        Story::with(FakeConfig::for_tests(), FakeMarketo::seeded).await
    }

    pub(crate) async fn with(config: FakeConfig, make: fn(FakeConfig, Arc<dyn Clock>) -> FakeMarketo) -> Story {
        let clock = TestClock::at(config.now);
        Story::at(clock, config, make).await
    }

    /// With a clock of the test's choice.
    pub(crate) async fn at(
        clock: TestClock,
        config: FakeConfig,
        make: fn(FakeConfig, Arc<dyn Clock>) -> FakeMarketo,
    ) -> Story {
        let now = config.now;
        let fake = make(config, Arc::new(clock.clone()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(fake.clone().serve(listener));
        let transport = Transport::new(base, Arc::new(Unread)).unwrap();
        let mut story = Story { fake, clock, now, transport, token: SecretString::from(String::new()) };
        story.sign_in().await;
        story
    }

    /// Asks for a token and keeps it; gives it and the seconds it has left.
    pub(crate) async fn sign_in(&mut self) -> (String, i64) {
        let seen = self.identity("fake-marketo-client", "fake-marketo-secret").await;
        let token = seen.body["access_token"].as_str().unwrap().to_owned();
        self.token = SecretString::from(token.clone());
        (token, seen.body["expires_in"].as_i64().unwrap())
    }

    pub(crate) async fn identity(&self, id: &str, secret: &str) -> Seen {
        let query = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        self.try_send(Request::get(format!("/identity/oauth/token?{query}")), None).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Seen {
        self.send(Request::get(path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Seen {
        self.send(Request::json(Method::POST, path, &body)).await
    }

    /// A POST without a body.
    pub(crate) async fn poke(&self, path: &str) -> Seen {
        self.send(Request { method: Method::POST, ..Request::get(path) }).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Seen {
        self.send(Request { method: Method::DELETE, ..Request::get(path) }).await
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Request::with_body(Method::POST, path, Body::Form(body.into()))).await
    }

    pub(crate) async fn send(&self, request: Request) -> Seen {
        self.attempt(request).await.unwrap()
    }

    pub(crate) async fn send_as(&self, request: Request, token: Option<&str>) -> Seen {
        let token = token.map(|token| SecretString::from(token.to_owned()));
        self.try_send(request, token.as_ref()).await.unwrap()
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

    /// A person with this address; gives the id.
    pub(crate) fn person(&self, email: &str) -> u64 {
        self.fake.edit(|account| account.add_lead(&[("email", json!(email))], self.now))
    }

    /// A paging token for everything since an instant.
    pub(crate) async fn since(&self, at: Timestamp) -> String {
        let date = at.to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ");
        let seen = self.get(&format!("/rest/v1/activities/pagingtoken.json?sinceDatetime={date}")).await;
        seen.body["nextPageToken"].as_str().unwrap_or_else(|| panic!("{:?}", seen.body)).to_owned()
    }

    /// All activities of these types from a token on, and the token to go on with.
    pub(crate) async fn follow(&self, types: &str, token: String) -> (Vec<Value>, String) {
        let (mut all, mut token) = (Vec::new(), token);
        loop {
            let path = format!("/rest/v1/activities.json?activityTypeIds={types}&nextPageToken={}", escaped(&token));
            let seen = self.get(&path).await;
            all.extend(seen.result().iter().cloned());
            token = seen.token();
            if seen.body["moreResult"] == false {
                return (all, token);
            }
        }
    }
}

/// Text for a query.
pub(crate) fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Seen {
    /// The rows of a call that succeeded.
    pub(crate) fn result(&self) -> &Vec<Value> {
        assert_eq!(self.body["success"], true, "{}", self.body);
        self.body["result"].as_array().unwrap_or_else(|| panic!("no result in {}", self.body))
    }

    /// The code of a call that was refused; empty when it was not.
    pub(crate) fn code(&self) -> &str {
        self.body["errors"][0]["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }

    pub(crate) fn token(&self) -> String {
        self.body["nextPageToken"].as_str().unwrap_or_else(|| panic!("no token in {}", self.body)).to_owned()
    }

    /// The ids of the rows, as they came.
    pub(crate) fn ids(&self) -> Vec<u64> {
        self.result().iter().map(|one| one["id"].as_u64().unwrap()).collect()
    }

    /// What became of each record: its status, or the code why it was skipped.
    pub(crate) fn outcomes(&self) -> Vec<&str> {
        self.result()
            .iter()
            .map(|one| match one["status"].as_str() {
                Some("skipped") | None => one["reasons"][0]["code"].as_str().unwrap_or("?"),
                Some(status) => status,
            })
            .collect()
    }
}
