//! The only place that names the HTTP client. One call in, one answer out: no redirects, no hidden retries, limits on time
//! and size, and a permit consumed per call (I9). What an answer means is the connector's business.

use std::sync::{Arc, Once};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::{HeaderMap, Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::error::{ConnectorError, Result};
use crate::permit::{CallClass, Observation, Permit, Permits};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
/// Of the decompressed body: a small answer can hide a very large one.
const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// A call to make. The path is relative to the connection's base URL, so a token can never reach another host.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    /// Starts with `/`; already encoded; with query.
    pub path: String,
    pub body: Option<Body>,
    /// The bytes of the answer that are wanted, both ends included (`Range`).
    pub range: Option<(u64, u64)>,
    /// When the vendor is known to take longer over this call than over others.
    pub timeout: Option<Duration>,
}

/// What is sent along.
#[derive(Clone, Debug)]
pub enum Body {
    Json(Bytes),
    Form(Bytes),
}

impl Request {
    /// A `GET`.
    pub fn get(path: impl Into<String>) -> Request {
        Request { method: Method::GET, path: path.into(), body: None, range: None, timeout: None }
    }

    /// A call of any method with a body.
    pub fn with_body(method: Method, path: impl Into<String>, body: Body) -> Request {
        Request { method, body: Some(body), ..Request::get(path) }
    }

    /// The same call for a part of the answer: the bytes from `first` to `last`, both included.
    pub fn range(self, first: u64, last: u64) -> Request {
        Request { range: Some((first, last)), ..self }
    }

    /// The same call with more (or less) patience.
    pub fn timeout(self, timeout: Duration) -> Request {
        Request { timeout: Some(timeout), ..self }
    }

    /// A `POST` with a JSON body.
    pub fn post(path: impl Into<String>, value: &impl serde::Serialize) -> Request {
        Request::json(Method::POST, path, value)
    }

    /// A call with a JSON body.
    ///
    /// # Panics
    /// If the value cannot be written as JSON, which is a mistake in the connector's wire types.
    pub fn json(method: Method, path: impl Into<String>, value: &impl serde::Serialize) -> Request {
        let body = serde_json::to_vec(value).expect("wire types serialise to JSON");
        Request::with_body(method, path, Body::Json(body.into()))
    }
}

/// An answer of any status.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Response {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Learns from an answer what it says about limits. Each connector brings its own.
pub trait LimitReader: Send + Sync {
    /// What this answer teaches.
    fn observe(&self, class: CallClass, response: &Response) -> Observation;
}

/// One connection's way to its vendor.
pub struct Transport {
    client: reqwest::Client,
    base: Url,
    limits: Arc<dyn LimitReader>,
}

/// Why a base URL is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    #[error("only https is allowed; plain http is for this machine's own addresses (127.0.0.1, localhost)")]
    NotEncrypted,
    #[error("must not carry a user name, password, query or fragment")]
    Decorated,
    #[error("has no host")]
    NoHost,
}

/// Checks an address that credentials will be sent to.
///
/// # Errors
/// When it could leak them.
pub fn check_base_url(url: &Url) -> Result<(), BaseUrlError> {
    let loopback = match url.host() {
        None => return Err(BaseUrlError::NoHost),
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
        return Err(BaseUrlError::NotEncrypted);
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(BaseUrlError::Decorated);
    }
    Ok(())
}

impl Transport {
    /// A transport to one base URL.
    ///
    /// # Errors
    /// When the base URL could leak credentials.
    ///
    /// # Panics
    /// If the machine's TLS set-up cannot be read at all.
    pub fn new(base: Url, limits: Arc<dyn LimitReader>) -> Result<Transport, BaseUrlError> {
        check_base_url(&base)?;
        init_tls();
        let client = reqwest::Client::builder()
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .pool_idle_timeout(Duration::from_secs(20))
            .user_agent(concat!("intentd/", env!("CARGO_PKG_VERSION")))
            .build()
            .expect("the TLS roots of this machine can be read");
        Ok(Transport { client, base, limits })
    }

    /// The base URL.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Makes one call. Any HTTP status is an answer; an error means that there was none.
    ///
    /// # Errors
    /// [`ConnectorError::Unreachable`] when nothing was sent, [`ConnectorError::Transient`] when the outcome is unknown,
    /// [`ConnectorError::Malformed`] when the answer is too large.
    pub async fn send(&self, permit: Permit, request: Request, bearer: Option<&SecretString>) -> Result<Response> {
        let url = self.url(&request.path);
        let mut call = self.client.request(request.method, url);
        if let Some(token) = bearer {
            call = call.bearer_auth(token.expose_secret());
        }
        call = match request.body {
            None => call,
            Some(Body::Json(body)) => call.header(http::header::CONTENT_TYPE, "application/json").body(body),
            Some(Body::Form(body)) => {
                call.header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
            }
        };
        if let Some((first, last)) = request.range {
            call = call.header(http::header::RANGE, format!("bytes={first}-{last}"));
        }
        if let Some(timeout) = request.timeout {
            call = call.timeout(timeout);
        }
        let class = permit.class();
        match read(call).await {
            Ok(response) => {
                permit.settle(self.limits.observe(class, &response));
                Ok(response)
            }
            Err(error) => {
                permit.settle(Observation::default());
                Err(error)
            }
        }
    }

    /// Runs a call of the OAuth library through this transport, so that it is counted like any other.
    pub(crate) async fn oauth_call(
        &self,
        permits: &dyn Permits,
        class: CallClass,
        request: oauth2::HttpRequest,
    ) -> Result<oauth2::HttpResponse> {
        let permit = permits.acquire(class).await?;
        let target = Url::parse(&request.uri().to_string())
            .map_err(|_| ConnectorError::Rejected { category: None, detail: "bad token URL".into() })?;
        let path = target[url::Position::BeforePath..].to_owned();
        let call = Request::with_body(request.method().clone(), path, Body::Form(request.into_body().into()));
        let response = self.send(permit, call, None).await?;
        let status = response.status.as_u16();
        if status == 429 || status == 477 || status >= 500 {
            let retry_after_ms = response.header("retry-after").and_then(|text| text.parse::<u64>().ok());
            return Err(ConnectorError::Transient {
                retry_after_ms: retry_after_ms.map(|seconds| seconds.saturating_mul(1000)),
                detail: format!("the token endpoint answered {status}"),
            });
        }
        let mut answer = oauth2::HttpResponse::new(response.body.to_vec());
        *answer.status_mut() = response.status;
        *answer.headers_mut() = response.headers;
        Ok(answer)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{}", self.base.as_str().trim_end_matches('/'), path)
    }
}

async fn read(call: reqwest::RequestBuilder) -> Result<Response> {
    let answer = call.send().await.map_err(network)?;
    let status = answer.status();
    let headers = answer.headers().clone();
    let mut body = BytesMut::new();
    let mut chunks = answer.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(network)?;
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(ConnectorError::Malformed { detail: format!("answer larger than {BODY_LIMIT} bytes") });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response { status, headers, body: body.freeze() })
}

/// The library's text can hold the URL, and a URL can hold an e-mail address: only the kind of failure is kept.
fn network(error: reqwest::Error) -> ConnectorError {
    if error.is_connect() {
        let detail = if error.is_timeout() { "no connection within 5 s" } else { "connection refused or not possible" };
        return ConnectorError::Unreachable { detail: detail.into() };
    }
    let detail = if error.is_timeout() {
        "no complete answer in time"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the connection broke"
    };
    ConnectorError::Transient { retry_after_ms: None, detail: detail.into() }
}

fn init_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Already installed by somebody else in this process is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_only_go_to_encrypted_or_local_addresses() {
        for (text, verdict) in [
            ("https://api.hubapi.com", Ok(())),
            ("http://127.0.0.1:4010", Ok(())),
            ("http://localhost:4010/", Ok(())),
            ("http://[::1]:4010/", Ok(())),
            ("http://api.hubapi.com", Err(BaseUrlError::NotEncrypted)),
            ("http://127.0.0.1.example.com", Err(BaseUrlError::NotEncrypted)),
            ("ftp://127.0.0.1", Err(BaseUrlError::NotEncrypted)),
            ("https://user:pass@api.hubapi.com", Err(BaseUrlError::Decorated)),
            ("https://api.hubapi.com/?a=b", Err(BaseUrlError::Decorated)),
        ] {
            assert_eq!(check_base_url(&Url::parse(text).unwrap()), verdict, "{text}");
        }
    }
}
