//! Why a visit is not taken, and how the answer says so: one status and one word each. docs/OPERATIONS.md lists them.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Why a visit is not taken. Nothing of it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The collector is called by a name that is not its own.
    Host,
    /// No origin, or not one of the configured web sites, or the page is of another site.
    Origin,
    /// A user agent that calls itself a robot.
    Bot,
    /// No consent, or an objection.
    Consent,
    /// An e-mail address without a valid signature.
    Signature,
    ContentType,
    TooLarge,
    /// Not the body that the script sends.
    Body,
    /// Too many from this address, or in all; again after some seconds.
    Rate {
        retry_after_s: u64,
    },
    /// The database did not take it in time; it may or may not be stored. Sending it again with the same id is safe.
    Unavailable,
}

impl Refused {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Refused::Host => StatusCode::MISDIRECTED_REQUEST,
            Refused::Origin | Refused::Bot | Refused::Consent | Refused::Signature => StatusCode::FORBIDDEN,
            Refused::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refused::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refused::Body => StatusCode::BAD_REQUEST,
            Refused::Rate { .. } => StatusCode::TOO_MANY_REQUESTS,
            Refused::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The body of the answer.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Refused::Host => "host",
            Refused::Origin => "origin",
            Refused::Bot => "bot",
            Refused::Consent => "consent",
            Refused::Signature => "signature",
            Refused::ContentType => "content_type",
            Refused::TooLarge => "too_large",
            Refused::Body => "body",
            Refused::Rate { .. } => "rate",
            Refused::Unavailable => "unavailable",
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.word()).into_response();
        let retry_after_s = match self {
            Refused::Rate { retry_after_s } => Some(retry_after_s),
            Refused::Unavailable => Some(1),
            _ => None,
        };
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
