//! Failures on demand: which calls fail, when, and how. The answers are those that clients of Marketo have met.

use super::chance::Chance;
use super::errors::{Answer, Refusal, Reply};

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Refused with this error code, nothing is carried out.
    Refused(u32),
    /// Refused with this error code and these words, nothing is carried out.
    RefusedSaying(u32, &'static str),
    /// Carried out, and yet answered with this error code: 604 and 611 do that.
    RefusedAfterApplied(u32),
    /// An HTML page of this status, nothing is carried out.
    Http(u16),
    /// An HTML page of this status although the call was carried out: 502 after a time-out does that.
    HttpAfterApplied(u16),
    /// The token dies before its time: this call answers 602, a new token is needed.
    TokenExpires,
    /// The token is revoked: this call answers 601, a new token is needed.
    TokenRevoked,
    /// 404 in plain text, as the file of an export that is nevertheless `Completed` can answer.
    PlainNotFound,
    /// A page without rows that nevertheless says that there is more.
    EmptyPage,
    /// The answer comes, after this many milliseconds of the clock.
    Slow { ms: u64 },
    /// The call is carried out; its answer breaks off after this many bytes.
    CutAfter { bytes: usize },
    /// The call is carried out; its answer breaks off in the middle.
    TruncatedBody,
    /// The call is carried out; the connection breaks before any of the answer.
    ResetAfterApplied,
    /// The connection breaks before anything is carried out.
    ResetBeforeApplied,
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

    /// Only calls of this method whose path contains this text, for example `POST` and `leads.json`.
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
pub(crate) fn instead(kind: FaultKind) -> Option<Answer> {
    Some(match kind {
        FaultKind::Refused(code) => Err(Refusal::plain(code)),
        FaultKind::RefusedSaying(code, text) => Err(Refusal::new(code, text)),
        FaultKind::Http(status) => Ok(page(status)),
        FaultKind::TokenExpires => Err(Refusal::plain(602)),
        FaultKind::TokenRevoked => Err(Refusal::plain(601)),
        FaultKind::PlainNotFound => Ok(Reply::text(404, "404 page not found")),
        FaultKind::ResetBeforeApplied => Ok(Reply::text(500, "")),
        FaultKind::RefusedAfterApplied(_)
        | FaultKind::HttpAfterApplied(_)
        | FaultKind::EmptyPage
        | FaultKind::Slow { .. }
        | FaultKind::CutAfter { .. }
        | FaultKind::TruncatedBody
        | FaultKind::ResetAfterApplied => return None,
    })
}

/// The answer of a fault that hides what was carried out.
pub(crate) fn afterwards(kind: FaultKind) -> Option<Answer> {
    match kind {
        FaultKind::RefusedAfterApplied(code) => Some(Err(Refusal::plain(code))),
        FaultKind::HttpAfterApplied(status) => Some(Ok(page(status))),
        _ => None,
    }
}

fn page(status: u16) -> Reply {
    let title = match status {
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Time-out",
        _ => "Error",
    };
    Reply::html(status, title)
}
