//! One call on its way through the fake: what came in, on whose behalf, and what a route may touch.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::account::{Account, Writer};
use super::auth::Caller;
use super::chance::Chance;
use super::config::FakeConfig;
use super::errors::Refusal;
use super::kind::Kind;

/// What came in.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// Still percent-encoded, without query.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    /// Path and query in bytes.
    pub(crate) uri_length: usize,
    pub(crate) body: bytes::Bytes,
    pub(crate) bearer: Option<String>,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Calls of any kind, faults included.
    pub calls: u64,
    /// Calls per route, for example `POST objects/{type}/batch/update`.
    pub by_route: BTreeMap<String, u64>,
    /// Answers per status.
    pub answered: BTreeMap<u16, u64>,
    /// Answers refused because of a limit.
    pub answered_429: u64,
    /// Faults that struck.
    pub faults: u64,
    /// Accepted writes (create, update, upsert) per record.
    pub writes_by_record: BTreeMap<(Kind, u64), u64>,
    /// Accepted memberships added and removed, per list.
    pub list_writes: BTreeMap<u64, u64>,
}

/// A call at its route.
pub(crate) struct Call<'a> {
    pub(crate) account: &'a mut Account,
    pub(crate) stats: &'a mut Stats,
    pub(crate) chance: &'a mut Chance,
    pub(crate) config: &'a FakeConfig,
    pub(crate) caller: Caller,
    pub(crate) incoming: &'a Incoming,
    /// The path's variable parts, decoded.
    pub(crate) params: Vec<String>,
    pub(crate) now: Timestamp,
    pub(crate) used_today: u32,
}

impl Call<'_> {
    /// The object type in the n-th variable part.
    pub(crate) fn kind(&self, n: usize) -> Result<Kind, Refusal> {
        parse_kind(&self.params[n])
    }

    /// The record id in the n-th variable part.
    pub(crate) fn id(&self, n: usize) -> Result<u64, Refusal> {
        self.params[n].parse().map_err(|_| {
            Refusal::new(404, Some("OBJECT_NOT_FOUND"), "Object not found.  objectId is usually positive.")
        })
    }

    /// The body, read as `T`.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(&self.incoming.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Refusal::validation(format!("Invalid input JSON on line {line}, column {column}: {error}"))
        })
    }

    /// A query parameter that is not empty.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let found = self.incoming.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A query parameter that is repeated or separated by commas.
    pub(crate) fn query_list(&self, name: &str) -> Vec<String> {
        let values = self.incoming.query.iter().filter(|(key, _)| key == name);
        values
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.query(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The page size, refused when above the limit of the route.
    pub(crate) fn limit(&self, default: usize, max: usize) -> Result<usize, Refusal> {
        let Some(text) = self.query("limit") else { return Ok(default) };
        match text.parse::<usize>() {
            Ok(limit) if (1..=max).contains(&limit) => Ok(limit),
            Ok(limit) => Err(Refusal::validation(format!("limit must be between 1 and {max}, but was {limit}"))),
            Err(_) => Err(Refusal::validation(format!("Invalid integer for limit: {text}"))),
        }
    }

    /// A whole number in the query.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.query(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Refusal::validation(format!("Invalid integer for {name}: {text}")))
    }

    /// The `paging` object that leads to the next page.
    pub(crate) fn paging(&self, after: &str) -> Value {
        let link = format!("https://api.hubapi.com{}?after={after}", self.incoming.path);
        json!({"next": {"after": after, "link": link}})
    }

    /// A page with its `paging`, which the last page does not have.
    pub(crate) fn page(&self, results: Vec<Value>, after: Option<String>) -> Value {
        match after {
            Some(after) => json!({"results": results, "paging": self.paging(&after)}),
            None => json!({"results": results}),
        }
    }

    /// The app in whose name values are written.
    pub(crate) fn writer(&self) -> Writer {
        Writer { source_type: "INTEGRATION".into(), source_id: self.config.app_id.to_string() }
    }
}

/// The object type that a text names.
pub(crate) fn parse_kind(text: &str) -> Result<Kind, Refusal> {
    Kind::parse(text).ok_or_else(|| Refusal::validation(format!("Unable to infer object type from: {text}")))
}
