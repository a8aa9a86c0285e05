//! Answers and refusals in the words of HubSpot (documentation: "Error handling"). Every field of an error body is
//! optional at HubSpot; the fake gives those that the real endpoint was seen to give.

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
    Empty,
    Json(Value),
    Html(String),
}

impl Reply {
    pub(crate) fn json(status: u16, body: Value) -> Reply {
        Reply { status, headers: Vec::new(), body: Body::Json(body) }
    }

    pub(crate) fn ok(body: Value) -> Reply {
        Reply::json(200, body)
    }

    pub(crate) fn empty(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: Body::Empty }
    }

    /// What the edge servers answer: no JSON.
    pub(crate) fn html(status: u16, title: &str) -> Reply {
        let page = format!(
            "<!DOCTYPE html><html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
        );
        Reply { status, headers: Vec::new(), body: Body::Html(page) }
    }
}

/// A refusal: status and the error body without its correlation id, which the edge adds.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) body: Map<String, Value>,
}

/// What a route gives.
pub(crate) type Answer = Result<Reply, Refusal>;

impl Refusal {
    pub(crate) fn new(status: u16, category: Option<&str>, message: impl Into<String>) -> Refusal {
        let mut body = Map::new();
        body.insert("status".into(), "error".into());
        body.insert("message".into(), message.into().into());
        if let Some(category) = category {
            body.insert("category".into(), category.into());
        }
        Refusal { status, body }
    }

    pub(crate) fn with(mut self, field: &str, value: Value) -> Refusal {
        self.body.insert(field.into(), value);
        self
    }

    pub(crate) fn validation(message: impl Into<String>) -> Refusal {
        Refusal::new(400, Some("VALIDATION_ERROR"), message)
    }

    /// The refusal without details that bad filters get.
    pub(crate) fn problem() -> Refusal {
        Refusal::validation("There was a problem with the request.")
    }

    pub(crate) fn not_found() -> Refusal {
        Refusal::new(404, Some("OBJECT_NOT_FOUND"), "resource not found")
    }

    pub(crate) fn contact_exists(id: u64) -> Refusal {
        Refusal::new(409, Some("CONFLICT"), format!("Contact already exists. Existing ID: {id}"))
    }

    pub(crate) fn missing_scopes(scopes: &[String]) -> Refusal {
        Refusal::new(
            403,
            Some("MISSING_SCOPES"),
            "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: \
             https://developers.hubspot.com/scopes.",
        )
        .with("links", json!({"scopes": "https://developers.hubspot.com/scopes"}))
        .with(
            "errors",
            json!([{"message": "One or more of the following scopes are required.",
                    "context": {"requiredGranularScopes": scopes}}]),
        )
    }

    pub(crate) fn no_credentials() -> Refusal {
        Refusal::new(
            401,
            Some("INVALID_AUTHENTICATION"),
            "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more \
             details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        )
    }

    pub(crate) fn expired(seconds: i64) -> Refusal {
        Refusal::new(
            401,
            Some("EXPIRED_AUTHENTICATION"),
            format!("The OAuth token used to make this call expired {seconds} second(s) ago."),
        )
    }

    /// Property values that were refused: the message embeds the list as JSON text, and `errors` repeats it.
    pub(crate) fn bad_values(problems: &[BadValue], portal_id: u64) -> Refusal {
        let embedded: Vec<Value> = problems
            .iter()
            .map(|problem| {
                json!({"isValid": false, "message": problem.message, "error": problem.code, "name": problem.property,
                       "localizedErrorMessage": problem.message, "portalId": portal_id})
            })
            .collect();
        let errors: Vec<Value> = problems
            .iter()
            .map(|problem| {
                json!({"message": problem.message, "code": problem.code, "in": "properties",
                       "context": {"propertyName": [problem.property]}})
            })
            .collect();
        Refusal::validation(format!("Property values were not valid: {}", Value::Array(embedded)))
            .with("errors", Value::Array(errors))
    }

    /// The same refusal as one entry of the `errors` of a 207 answer.
    pub(crate) fn as_item(&self, context: Value) -> Value {
        let mut item = self.body.clone();
        item.insert("context".into(), context);
        Value::Object(item)
    }
}

/// One property value that was refused.
#[derive(Clone, Debug)]
pub(crate) struct BadValue {
    pub(crate) property: String,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}
