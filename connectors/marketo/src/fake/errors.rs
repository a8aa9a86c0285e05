//! Answers and refusals in the words of Marketo (documentation: "Error Codes"). A refusal is HTTP 200 with
//! `success: false`; only some edges of the service speak in HTTP statuses. The edge adds `requestId`.

use serde_json::{Map, Value, json};

/// What is sent back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Members beside `requestId` and `success`.
    Envelope(Map<String, Value>),
    /// JSON without an envelope: the identity service.
    Bare(Value),
    Text(String),
    Html(String),
    File(Vec<u8>),
}

impl Reply {
    fn of(status: u16, body: Body) -> Reply {
        Reply { status, headers: Vec::new(), body }
    }

    pub(crate) fn envelope(members: Value) -> Reply {
        Reply::of(200, Body::Envelope(members.as_object().cloned().unwrap_or_default()))
    }

    pub(crate) fn result(result: Vec<Value>) -> Reply {
        Reply::envelope(json!({"result": result}))
    }

    /// Only `requestId` and `success`.
    pub(crate) fn done() -> Reply {
        Reply::envelope(json!({}))
    }

    /// A page of records: a token only when there is more (documentation: "Paging").
    pub(crate) fn page(result: Vec<Value>, next: Option<String>) -> Reply {
        match next {
            Some(token) => Reply::envelope(json!({"result": result, "nextPageToken": token, "moreResult": true})),
            None => Reply::envelope(json!({"result": result, "moreResult": false})),
        }
    }

    /// Assets: `errors` and `warnings` are always there, warnings are plain text, and nothing found means no `result`.
    pub(crate) fn assets(result: Vec<Value>) -> Reply {
        if result.is_empty() {
            let warnings = ["No assets found for the given search criteria."];
            return Reply::envelope(json!({"errors": [], "warnings": warnings}));
        }
        Reply::envelope(json!({"errors": [], "warnings": [], "result": result}))
    }

    pub(crate) fn bare(status: u16, body: Value) -> Reply {
        Reply::of(status, Body::Bare(body))
    }

    pub(crate) fn text(status: u16, text: impl Into<String>) -> Reply {
        Reply::of(status, Body::Text(text.into()))
    }

    pub(crate) fn file(status: u16, bytes: Vec<u8>) -> Reply {
        Reply::of(status, Body::File(bytes))
    }

    /// What the edge servers answer: no JSON.
    pub(crate) fn html(status: u16, title: &str) -> Reply {
        let page = format!("<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>");
        Reply::of(status, Body::Html(page))
    }
}

/// A refusal of a whole call, or the reason why one record was skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: u32,
    pub(crate) message: String,
}

/// What a route gives.
pub(crate) type Answer = Result<Reply, Refusal>;

impl Refusal {
    pub(crate) fn new(code: u32, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into() }
    }

    /// The refusal that a code stands for when nothing more is to be said.
    pub(crate) fn plain(code: u32) -> Refusal {
        let message = match code {
            600 => "Access token is empty",
            601 => "Access token invalid",
            602 => "Access token expired",
            603 => "Access denied",
            604 => "Request timed out",
            605 => "HTTP Method not supported",
            606 => "Max rate limit '100' exceeded with in '20' secs",
            607 => "Daily quota reached",
            608 => "API Temporarily Unavailable",
            609 => "Invalid JSON",
            610 => "Requested resource not found",
            611 => "System error",
            612 => "Invalid Content Type",
            613 => "Invalid Multipart Request",
            614 => "Invalid Subscription",
            615 => "Concurrent access limit reached",
            702 => "No data found",
            713 => "Transient Error",
            1004 => "Lead not found",
            1005 => "Lead already exists",
            1007 => "Multiple leads match the lookup criteria",
            1013 => "Object not found",
            1014 => "Failed to create Object",
            1015 => "Lead not in list",
            1016 => "Too many imports",
            1017 => "Object already exists",
            1018 => "CRM Enabled",
            1019 => "Import in progress",
            1021 => "Company update not allowed",
            1022 => "Object in use",
            1025 => "Program status not found",
            1029 => "Too many jobs in queue",
            1035 => "Unsupported filter type for target subscription",
            1036 => "Duplicate object found in input",
            1037 => "Lead was skipped. Already in or past this status",
            _ => "System error",
        };
        Refusal::new(code, message)
    }

    /// 1001.
    pub(crate) fn mistyped(value: &str, wanted: &str) -> Refusal {
        Refusal::new(1001, format!("Invalid value '{value}'. Required of type '{wanted}'"))
    }

    /// 1002.
    pub(crate) fn missing(parameter: &str) -> Refusal {
        Refusal::new(1002, format!("Missing value for the required parameter '{parameter}'"))
    }

    /// 1003, whose message alone tells the causes apart.
    pub(crate) fn invalid(message: impl Into<String>) -> Refusal {
        Refusal::new(1003, message)
    }

    /// 1006.
    pub(crate) fn no_field(name: &str) -> Refusal {
        Refusal::new(1006, format!("Field '{name}' not found"))
    }

    /// 1011.
    pub(crate) fn unsupported(name: &str) -> Refusal {
        Refusal::new(1011, format!("Field '{name}' not supported"))
    }

    /// The code is text, as on the wire.
    pub(crate) fn shown(&self) -> Value {
        json!({"code": self.code.to_string(), "message": self.message})
    }

    /// The record's own line in the result of a write.
    pub(crate) fn skipped(&self) -> Value {
        json!({"status": "skipped", "reasons": [self.shown()]})
    }

    /// The same with the id that was asked about: membership calls repeat it.
    pub(crate) fn skipped_with(&self, id: u64) -> Value {
        json!({"id": id, "status": "skipped", "reasons": [self.shown()]})
    }

    /// Whether the call counts neither against the day nor against the window.
    pub(crate) fn is_free(&self) -> bool {
        matches!(self.code, 601 | 602 | 604 | 605 | 608 | 611)
    }
}
