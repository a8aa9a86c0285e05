//! One call on its way through the fake: what came in, and what a route may touch.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::account::{Account, Writer};
use super::chance::Chance;
use super::config::FakeConfig;
use super::errors::Refusal;
use super::identity::Tokens;
use super::limits::Usage;
use super::{instants, token};

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
    pub(crate) content_type: String,
    pub(crate) bearer: Option<String>,
    pub(crate) range: Option<String>,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Calls of any kind, faults included.
    pub calls: u64,
    /// Calls per route, for example `GET rest/v1/leads.json`.
    pub by_route: BTreeMap<String, u64>,
    /// Answers per HTTP status.
    pub answered: BTreeMap<u16, u64>,
    /// Whole calls refused, per error code.
    pub refused: BTreeMap<u32, u64>,
    /// Calls refused with 606.
    pub rate_limited: u64,
    /// Faults that struck.
    pub faults: u64,
    /// The most calls that ran at one time.
    pub most_at_once: usize,
    /// New access tokens.
    pub tokens: u64,
    /// Accepted writes (created, updated, deleted) per lead.
    pub writes_by_lead: BTreeMap<u64, u64>,
    /// Accepted memberships added and removed, per list.
    pub list_writes: BTreeMap<u64, u64>,
    /// Requests per campaign and lead, whether or not the lead went through.
    pub triggered: BTreeMap<(u64, u64), u64>,
    /// Export jobs made.
    pub exports: u64,
    /// Bytes of export files sent.
    pub file_bytes: u64,
}

/// A call at its route.
pub(crate) struct Call<'a> {
    pub(crate) account: &'a mut Account,
    pub(crate) stats: &'a mut Stats,
    pub(crate) chance: &'a mut Chance,
    pub(crate) tokens: &'a mut Tokens,
    pub(crate) usage: &'a Usage,
    pub(crate) config: &'a FakeConfig,
    pub(crate) incoming: &'a Incoming,
    /// The path's variable parts, decoded.
    pub(crate) params: Vec<String>,
    pub(crate) now: Timestamp,
    pub(crate) request_id: &'a str,
    /// A fault wants this page to be without rows.
    pub(crate) empty_page: bool,
}

impl Call<'_> {
    /// The number in the n-th variable part.
    pub(crate) fn id(&self, n: usize) -> Result<u64, Refusal> {
        self.params[n].parse().map_err(|_| Refusal::mistyped(&self.params[n], "Integer"))
    }

    /// The JSON body, read as `T`.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(&self.incoming.body).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Refusal::invalid(format!("Invalid data: {error}")),
            _ => Refusal::plain(609),
        })
    }

    /// The elements of the body's `input`, refused when there are none or too many.
    pub(crate) fn input(&self, body: &Value, most: usize) -> Result<Vec<Value>, Refusal> {
        let input = body.get("input").and_then(Value::as_array).ok_or_else(|| Refusal::missing("input"))?;
        if input.is_empty() {
            return Err(Refusal::missing("input"));
        }
        if input.len() > most {
            return Err(Refusal::invalid(format!("Too many records in input: {}. Maximum is {most}", input.len())));
        }
        Ok(input.clone())
    }

    /// A query parameter that is not empty.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let found = self.incoming.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.query(name).ok_or_else(|| Refusal::missing(name))
    }

    /// A query parameter that is repeated or separated by commas.
    pub(crate) fn query_list(&self, name: &str) -> Vec<String> {
        let values = self.incoming.query.iter().filter(|(key, _)| key == name);
        let parts = values.flat_map(|(_, value)| value.split(',')).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// The same as whole numbers.
    pub(crate) fn query_ids(&self, name: &str) -> Result<Vec<u64>, Refusal> {
        let list = self.query_list(name);
        list.iter().map(|text| text.parse().map_err(|_| Refusal::mistyped(text, "Integer"))).collect()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.query(name).map(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The page size of the lead database: above 300 it is 300.
    pub(crate) fn batch_size(&self) -> Result<usize, Refusal> {
        let Some(text) = self.query("batchSize") else { return Ok(300) };
        match text.parse::<usize>() {
            Ok(0) | Err(_) => Err(Refusal::mistyped(text, "Integer")),
            Ok(size) => Ok(size.min(300)),
        }
    }

    /// The key after which this page begins; empty on the first page.
    pub(crate) fn after(&self) -> Result<String, Refusal> {
        match self.query("nextPageToken") {
            None => Ok(String::new()),
            Some(text) => token::read_after(text).ok_or_else(|| Refusal::invalid("Invalid nextPageToken")),
        }
    }

    /// The same for pages by number.
    pub(crate) fn after_id(&self) -> Result<u64, Refusal> {
        let key = self.after()?;
        if key.is_empty() { Ok(0) } else { key.parse().map_err(|_| Refusal::invalid("Invalid nextPageToken")) }
    }

    /// `offset` and `maxReturn` of the asset API (documentation: "Assets").
    pub(crate) fn window(&self) -> Result<(usize, usize), Refusal> {
        let number = |name: &str, default: usize| match self.query(name) {
            None => Ok(default),
            Some(text) => text.parse::<usize>().map_err(|_| Refusal::mistyped(text, "Integer")),
        };
        let (offset, most) = (number("offset", 0)?, number("maxReturn", 20)?);
        if !(1..=200).contains(&most) {
            return Err(Refusal::new(1001, format!("Invalid value '{most}'. Required of type 'maxReturn up to 200'")));
        }
        Ok((offset, most))
    }

    /// An instant in the query.
    pub(crate) fn instant(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.query(name) else { return Ok(None) };
        instants::parse(text).map(Some).ok_or_else(|| Refusal::new(704, format!("Invalid date format '{text}'")))
    }

    /// In whose name this call writes.
    pub(crate) fn writer(&self, method: &str) -> Writer {
        Writer::api(&self.config.api_user, method, self.request_id)
    }

    /// A field of the asset API's form.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        let found = url::form_urlencoded::parse(&self.incoming.body).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).or_else(|| self.query(name).map(str::to_owned))
    }
}
