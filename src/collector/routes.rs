//! The two addresses of the collector and what becomes of a request: checked from the cheapest to the dearest, and nothing is
//! read or looked up for a request that an earlier check refuses.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use intentd_sdk::clock::Clock;
use intentd_sdk::record::Actor;

use super::Settings;
use super::day_key::DayKeys;
use super::hit::Hit;
use super::limits::Limits;
use super::listener::Peer;
use super::refusal::Refused;
use super::writer::Writer;
use crate::domain::visit::{Consent, client_address, daily_visitor, day_of};
use crate::store::NewVisit;

/// The largest body of a visit.
const MOST_BYTES: usize = 4 * 1024;

/// What all requests share.
pub(super) struct Shared {
    pub(super) script: String,
    pub(super) settings: Settings,
    pub(super) limits: Limits,
    pub(super) writer: Writer,
    pub(super) day_keys: DayKeys,
    pub(super) clock: Arc<dyn Clock>,
}

pub(super) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/t.js", get(script))
        .route("/collect", post(collect).options(preflight))
        .with_state(Arc::new(shared))
}

async fn script(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if let Err(refused) = shared.called_by_its_name(&headers) {
        return refused.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, shared.script.clone()).into_response()
}

/// A page that sends another content type asks first.
async fn preflight(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let origin = match shared.called_by_its_name(&headers).and_then(|()| shared.origin(&headers)) {
        Ok(origin) => origin,
        Err(refused) => return refused.into_response(),
    };
    let mut response = StatusCode::NO_CONTENT.into_response();
    let allowed = response.headers_mut();
    allowed.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(Method::POST.as_str()));
    allowed.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    allowed.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    with_origin(response, &origin)
}

async fn collect(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let headers = parts.headers;
    let address = shared.address(peer.0.ip(), &headers);
    let admitted = shared.called_by_its_name(&headers).and_then(|()| shared.limits.admit(address));
    let origin = match admitted.and_then(|()| shared.origin(&headers)) {
        Ok(origin) => origin,
        Err(refused) => return refused.into_response(),
    };
    let response = match shared.take(address, &origin, &headers, body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => refused.into_response(),
    };
    with_origin(response, &origin)
}

/// The page may read the answer; no other page may.
fn with_origin(mut response: Response, origin: &str) -> Response {
    if let Ok(origin) = HeaderValue::from_str(origin) {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("origin"));
    response
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

impl Shared {
    fn called_by_its_name(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let hosts = &self.settings.collector.hosts;
        let host = text(headers, &header::HOST).unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
        if hosts.is_empty() || hosts.contains(&name) { Ok(()) } else { Err(Refused::Host) }
    }

    /// The web site that the request comes from, when it is one of the configured ones.
    fn origin(&self, headers: &HeaderMap) -> Result<String, Refused> {
        let origin = text(headers, &header::ORIGIN).ok_or(Refused::Origin)?;
        let known = self.settings.collector.origins.contains(origin);
        if known { Ok(origin.to_owned()) } else { Err(Refused::Origin) }
    }

    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let forwarded: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or("unreadable")).collect();
        client_address(peer, &forwarded, &self.settings.collector.trusted_proxies)
    }

    /// Takes a visit; returns when it is committed. A visit that does not count (own people, excluded companies) is answered
    /// like any other, because the page must not learn where its visitor works.
    async fn take(&self, address: IpAddr, origin: &str, headers: &HeaderMap, body: Body) -> Result<(), Refused> {
        let kind = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !matches!(kind.as_str(), "text/plain" | "application/json") {
            return Err(Refused::ContentType);
        }
        let length = text(headers, &header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
        if length.is_some_and(|length| length > MOST_BYTES) {
            return Err(Refused::TooLarge);
        }
        let agent = text(headers, &header::USER_AGENT).unwrap_or_default();
        if self.settings.visits.bots.is_bot(agent) {
            return Err(Refused::Bot);
        }
        // Without an announced length, the limit is all that can go wrong but a caller that goes away.
        let bytes = to_bytes(body, MOST_BYTES).await.map_err(|_| Refused::TooLarge)?;
        let hit = Hit::read(&bytes)?;
        let says_one = |name: &'static str| headers.get(name).is_some_and(|value| value.as_bytes() == b"1");
        let consent = Consent {
            answered: hit.agreed,
            do_not_track: says_one("dnt"),
            global_privacy_control: says_one("sec-gpc"),
        };
        if !consent.allows(self.settings.collector.consent) {
            return Err(Refused::Consent);
        }
        if hit.page_origin != origin {
            return Err(Refused::Origin);
        }
        let actor = hit.actor(self.settings.identify_secret.as_ref())?;
        let network = self.settings.networks.find(address);
        let organisation = network.organisation();
        let exclusion = &self.settings.visits.exclusion;
        let domain = organisation.as_ref().and_then(|organisation| organisation.domain.as_deref());
        let known_person = matches!(&actor, Some(Actor::Email(email)) if exclusion.covers_address(email));
        if known_person || domain.is_some_and(|domain| exclusion.covers(domain)) {
            return Ok(());
        }
        let now = self.clock.now();
        let actor = match actor {
            Some(actor) => actor,
            None => {
                let key = self.day_keys.of(now).await.map_err(|_| Refused::Unavailable)?;
                Actor::Visitor(daily_visitor(&key, &day_of(now), address, agent))
            }
        };
        let visit =
            NewVisit { remote_id: hit.id, actor, at: now, page: hit.page, country: network.country(), organisation };
        self.writer.commit(visit).await
    }
}

#[cfg(test)]
pub(super) mod tests {
    use crate::config::{Collector, ConsentSource, IdStorage};
    use crate::domain::visit::ConsentRule;

    /// The collector of tests.
    pub(in crate::collector) fn collector() -> Collector {
        Collector {
            listen: "127.0.0.1:0".parse().unwrap(),
            origins: ["https://www.example.com".to_owned()].into(),
            hosts: Default::default(),
            consent: ConsentRule::Required,
            consent_source: ConsentSource::default(),
            storage: IdStorage::LocalStorage,
            trusted_proxies: Vec::new(),
            per_address_per_minute: 60,
            total_per_second: 500,
            identify_secret: None,
        }
    }
}
