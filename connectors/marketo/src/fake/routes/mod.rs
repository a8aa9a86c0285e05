//! The table of routes: which path and method leads to which function, and what the API user's role must allow
//! (documentation: "Endpoint Index", "Custom Services").

mod activities;
mod assets;
mod campaigns;
mod custom_activities;
mod exports;
mod identity;
mod lead_fields;
mod lead_merges;
mod lead_writes;
mod leads;
mod lists;
mod memberships;
mod object_writes;
mod objects;
mod program_members;
mod usage;

use std::borrow::Cow;

use intentd_sdk::clock::Clock;

use super::call::{Call, Incoming};
use super::config::FakeConfig;
use super::edge::World;
use super::errors::{Answer, Refusal, Reply};

/// What a POST must be sent as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    /// No body is read.
    Nothing,
    Json,
    Form,
    /// JSON if there is a body at all.
    MaybeJson,
}

/// One route. The pattern's parts in braces are variable.
struct Route {
    method: &'static str,
    pattern: &'static str,
    sent: Sent,
    /// One of these permissions is needed; none named means that any token will do.
    need: &'static [&'static str],
    run: fn(&mut Call<'_>) -> Answer,
}

const fn get(pattern: &'static str, need: &'static [&'static str], run: fn(&mut Call<'_>) -> Answer) -> Route {
    Route { method: "GET", pattern, sent: Sent::Nothing, need, run }
}

const fn post(
    pattern: &'static str,
    sent: Sent,
    need: &'static [&'static str],
    run: fn(&mut Call<'_>) -> Answer,
) -> Route {
    Route { method: "POST", pattern, sent, need, run }
}

const READ_LEAD: &[&str] = &["Read-Only Lead", "Read-Write Lead"];
const WRITE_LEAD: &[&str] = &["Read-Write Lead"];
const READ_ASSETS: &[&str] = &["Read-Only Assets", "Read-Write Assets"];
const WRITE_ASSETS: &[&str] = &["Read-Write Assets"];

/// In this order: a fixed part is listed before a variable one in its place.
const TABLES: &[&[Route]] = &[
    usage::ROUTES,
    lead_fields::ROUTES,
    lead_merges::ROUTES,
    memberships::ROUTES,
    lead_writes::ROUTES,
    leads::ROUTES,
    lists::ROUTES,
    custom_activities::ROUTES,
    activities::ROUTES,
    exports::ROUTES,
    objects::ROUTES,
    object_writes::ROUTES,
    campaigns::ROUTES,
    program_members::ROUTES,
    assets::ROUTES,
];

const MEGABYTE: usize = 1024 * 1024;

/// What the edge knows of a call before its route does.
#[derive(Clone, Copy)]
pub(super) struct Admission<'a> {
    /// Calls that run now, this one included.
    pub(super) at_once: usize,
    pub(super) empty_page: bool,
    pub(super) request_id: &'a str,
}

/// The variable parts of a path, when it fits the pattern.
fn fits(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut params = Vec::new();
    let mut parts = path.split('/');
    for wanted in pattern.split('/') {
        let part = parts.next()?;
        if wanted.starts_with('{') {
            let ending = wanted.split_once('}').map_or("", |(_, ending)| ending);
            params.push(decode(part.strip_suffix(ending)?));
        } else if wanted != part {
            return None;
        }
    }
    parts.next().is_none().then_some(params)
}

/// Percent-decoding of one path part: what has a meaning in forms but none in paths is guarded first.
fn decode(part: &str) -> String {
    let guarded = part.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(guarded.as_bytes()).map(|(text, _)| text.into_owned()).collect()
}

/// `POST …?_method=GET` is a GET whose query may stand in the body (documentation: "REST API", long queries).
fn unfolded(incoming: &Incoming) -> Cow<'_, Incoming> {
    let is_folded = incoming.method == "POST"
        && incoming.query.iter().any(|(name, value)| name == "_method" && value.eq_ignore_ascii_case("GET"));
    if !is_folded {
        return Cow::Borrowed(incoming);
    }
    let mut call = incoming.clone();
    call.method = "GET".into();
    if call.content_type.starts_with("application/x-www-form-urlencoded") {
        call.query.extend(url::form_urlencoded::parse(&incoming.body).into_owned());
    }
    Cow::Owned(call)
}

/// Answers a call: size, token, route, limits, permission, content type, and then what the route does.
pub(super) fn run(
    world: &mut World,
    config: &FakeConfig,
    clock: &dyn Clock,
    incoming: &Incoming,
    admission: Admission<'_>,
) -> Answer {
    if incoming.uri_length > config.uri_limit {
        return Ok(Reply::html(414, "Request-URI Too Long"));
    }
    if incoming.body.len() > MEGABYTE {
        return Ok(Reply::html(413, "Request Entity Too Large"));
    }
    let incoming = unfolded(incoming);
    // A double slash is deprecated, and still understood.
    let path = incoming.path.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    let now = clock.now();
    let found = if path == "identity/oauth/token" {
        Some((&identity::TOKEN, Vec::new()))
    } else {
        world.tokens.check(incoming.bearer.as_deref(), now)?;
        world.usage.admit(config.limits, admission.at_once, clock)?;
        route_of(&incoming.method, &path)?
    };
    let Some((route, params)) = found else { return Err(Refusal::plain(610)) };
    *world.stats.by_route.entry(format!("{} {}", route.method, route.pattern)).or_default() += 1;
    if let Some(held) = &config.permissions
        && !route.need.is_empty()
        && !route.need.iter().any(|need| held.iter().any(|one| one == need))
    {
        return Err(Refusal::plain(603));
    }
    check_content_type(route.sent, &incoming)?;
    let World { account, stats, chance, tokens, usage, .. } = world;
    let mut call = Call {
        account,
        stats,
        chance,
        tokens,
        usage,
        config,
        incoming: &incoming,
        params,
        now,
        request_id: admission.request_id,
        empty_page: admission.empty_page,
    };
    (route.run)(&mut call)
}

fn route_of(method: &str, path: &str) -> Result<Option<(&'static Route, Vec<String>)>, Refusal> {
    let mut known = false;
    for route in TABLES.iter().copied().flatten() {
        if let Some(params) = fits(route.pattern, path) {
            if route.method == method {
                return Ok(Some((route, params)));
            }
            known = true;
        }
    }
    if known { Err(Refusal::plain(605)) } else { Ok(None) }
}

fn check_content_type(sent: Sent, incoming: &Incoming) -> Result<(), Refusal> {
    let wanted = match sent {
        Sent::Nothing => return Ok(()),
        Sent::MaybeJson if incoming.body.is_empty() => return Ok(()),
        Sent::Json | Sent::MaybeJson => "application/json",
        Sent::Form => "application/x-www-form-urlencoded",
    };
    if incoming.content_type.starts_with(wanted) { Ok(()) } else { Err(Refusal::plain(612)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_named_once() {
        let mut seen = std::collections::BTreeSet::new();
        for route in TABLES.iter().copied().flatten() {
            assert!(seen.insert((route.method, route.pattern)), "{} {} twice", route.method, route.pattern);
        }
    }

    #[test]
    fn variable_parts_end_where_the_suffix_begins() {
        assert_eq!(fits("rest/v1/lead/{id}.json", "rest/v1/lead/7.json"), Some(vec!["7".to_owned()]));
        assert_eq!(fits("rest/v1/lead/{id}.json", "rest/v1/lead/7"), None);
        assert_eq!(
            fits("rest/v1/lists/{id}/leads.json", "rest/v1/lists/1%202/leads.json"),
            Some(vec!["1 2".to_owned()])
        );
        assert_eq!(fits("rest/v1/lead/{id}.json", "rest/v1/lead/7.json/x"), None);
    }

    #[test]
    fn what_cannot_be_reached_is_not_listed() {
        for route in TABLES.iter().copied().flatten() {
            let path = route.pattern.replace(['{', '}'], "");
            let found = route_of(route.method, &path).ok().flatten().map(|(found, _)| found.pattern);
            assert_eq!(found, Some(route.pattern), "{} {}", route.method, route.pattern);
        }
    }
}
