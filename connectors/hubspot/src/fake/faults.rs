//! Failures on demand: which calls fail, when, and how. The answers are those that clients of HubSpot have met.

use serde_json::json;

use super::chance::Chance;
use super::config::FakeConfig;
use super::errors::{Body, Refusal, Reply};
use super::limits;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 423: the object type is locked by heavy writes; lasts two seconds.
    Locked423,
    /// 477: the account moves to another data centre; `Retry-After` in seconds.
    Moving477 { retry_after_s: u64 },
    /// 500 with a JSON body.
    Http500Json,
    /// 502 with an HTML page.
    Http502Html,
    /// 504 with an HTML page.
    Http504Html,
    /// 524 with an HTML page.
    Http524Html,
    /// 400 "request body expected" to a sound call, as happens under load.
    BodyExpected400,
    /// 429 that no waiting of seconds cures.
    Daily429,
    /// 429 of the ten-second window.
    TenSecondly429,
    /// 429 of search.
    Secondly429,
    /// 401: the token expired on the way.
    Expired401,
    /// The answer comes, after this many milliseconds of the clock.
    Slow { ms: u64 },
    /// The call is carried out; its answer breaks off in the middle.
    TruncatedBody,
    /// The call is carried out; the connection breaks before any of the answer.
    ResetAfterApplied,
    /// The connection breaks before anything is carried out.
    ResetBeforeApplied,
    /// The page's cursor leads to the page itself.
    SameCursor,
    /// The last of the page's records are missing.
    HalfThePage,
}

/// When a fault strikes, counted over the calls that it matches.
#[derive(Clone, Copy, Debug)]
enum When {
    /// These calls, the first being 1.
    From {
        first: u64,
        times: u64,
    },
    Percent(u64),
}

/// A failure to come.
#[derive(Clone, Debug)]
pub struct Fault {
    method: Option<String>,
    path: Option<String>,
    when: When,
    kind: FaultKind,
    seen: u64,
}

impl Fault {
    /// Strikes the next call of any kind, once.
    pub fn next(kind: FaultKind) -> Fault {
        Fault { method: None, path: None, when: When::From { first: 1, times: 1 }, kind, seen: 0 }
    }

    /// Only calls of this method whose path contains this text, for example `POST` and `batch/update`.
    pub fn on(mut self, method: &str, path: &str) -> Fault {
        self.method = Some(method.into());
        self.path = Some(path.into());
        self
    }

    /// Strikes the n-th matching call, the first being 1.
    pub fn nth(mut self, n: u64) -> Fault {
        self.when = When::From { first: n, times: 1 };
        self
    }

    /// Strikes the next `times` matching calls.
    pub fn times(mut self, times: u64) -> Fault {
        self.when = When::From { first: 1, times };
        self
    }

    /// Strikes every matching call.
    pub fn always(mut self) -> Fault {
        self.when = When::From { first: 1, times: u64::MAX };
        self
    }

    /// Strikes this share of the matching calls, chosen by the seed.
    pub fn percent(mut self, percent: u64) -> Fault {
        self.when = When::Percent(percent);
        self
    }

    fn strikes(&mut self, method: &str, path: &str, chance: &mut Chance) -> bool {
        let matches = self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|wanted| path.contains(wanted.as_str()));
        if !matches {
            return false;
        }
        self.seen += 1;
        match self.when {
            When::From { first, times } => self.seen >= first && self.seen - first < times,
            When::Percent(percent) => chance.percent(percent),
        }
    }
}

/// The faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that strikes this call. Every matching fault counts the call; the first one that strikes wins.
    pub(crate) fn strike(&mut self, method: &str, path: &str, chance: &mut Chance) -> Option<FaultKind> {
        let mut struck = None;
        for fault in &mut self.0 {
            if fault.strikes(method, path, chance) && struck.is_none() {
                struck = Some(fault.kind);
            }
        }
        struck
    }
}

/// The answer of a fault that replaces the call; `None` for faults that let it be carried out.
pub(crate) fn answer(kind: FaultKind, config: &FakeConfig) -> Option<Result<Reply, Refusal>> {
    Some(match kind {
        FaultKind::Locked423 => {
            Err(Refusal::new(423, None, "The object type is locked by other writes. Please try again."))
        }
        FaultKind::Moving477 { retry_after_s } => {
            let mut reply = Reply::json(
                477,
                json!({"status": "error",
                       "message": "Migration in progress and the portal is not available for access."}),
            );
            reply.headers.push(("retry-after", retry_after_s.to_string()));
            Ok(reply)
        }
        FaultKind::Http500Json => Err(Refusal::new(500, None, "internal error")),
        FaultKind::Http502Html => Ok(Reply::html(502, "Bad Gateway")),
        FaultKind::Http504Html => Ok(Reply::html(504, "Gateway Time-out")),
        FaultKind::Http524Html => Ok(Reply::html(524, "A timeout occurred")),
        FaultKind::BodyExpected400 => Err(Refusal::new(400, None, "request body expected")),
        FaultKind::Daily429 => Err(limits::daily()),
        FaultKind::TenSecondly429 => Err(limits::ten_secondly(config)),
        FaultKind::Secondly429 => Err(limits::secondly()),
        FaultKind::Expired401 => Err(Refusal::expired(0)),
        FaultKind::Slow { .. }
        | FaultKind::TruncatedBody
        | FaultKind::ResetAfterApplied
        | FaultKind::ResetBeforeApplied
        | FaultKind::SameCursor
        | FaultKind::HalfThePage => return None,
    })
}

/// What becomes of a page that was carried out; `query` is what the call asked for.
pub(crate) fn spoil(kind: FaultKind, reply: &mut Reply, query: &[(String, String)]) {
    let Body::Json(page) = &mut reply.body else { return };
    let asked = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    match kind {
        FaultKind::SameCursor => {
            if let Some(after) = asked("after") {
                page["paging"] = json!({"next": {"after": after}});
            }
            if let Some(offset) = asked("offset") {
                (page["offset"], page["hasMore"]) = (offset.into(), true.into());
            }
        }
        FaultKind::HalfThePage => {
            if let Some(results) = page.get_mut("results").and_then(serde_json::Value::as_array_mut) {
                results.truncate(results.len() / 2);
            }
        }
        _ => {}
    }
}
