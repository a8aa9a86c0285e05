//! The table of routes: which path and method leads to which function, what it counts against, and which scopes it
//! needs. Dated and legacy paths lead to the same routes (documentation: "API versioning").

mod account_info;
mod association_writes;
mod associations;
mod batch;
mod email_events;
mod event_occurrences;
mod forms;
mod list_members;
mod lists;
mod merges;
mod oauth;
mod objects;
mod owners;
mod properties;
mod property_groups;
mod search;
mod workflows;

use intentd_sdk::clock::Clock;

use super::auth::{self, Caller};
use super::call::{Call, Incoming};
use super::config::FakeConfig;
use super::edge::World;
use super::errors::{Answer, Refusal, Reply};
use super::kind::Kind;
use super::limits::Class;

/// What a caller must have been granted.
#[derive(Clone, Copy, Debug)]
enum Need {
    /// No bearer token at all.
    Nobody,
    /// Any valid token.
    Anybody,
    /// One of these scopes.
    OneOf(&'static [&'static str]),
    ReadObjects,
    WriteObjects,
    ReadSchema,
    WriteSchema,
    /// Reading both ends of an association.
    ReadEnds,
    /// Writing both ends of an association.
    WriteEnds,
}

/// One route. The pattern's parts in braces are variable.
struct Route {
    method: &'static str,
    pattern: &'static str,
    class: Class,
    need: Need,
    run: fn(&mut Call<'_>) -> Answer,
}

const fn route(
    method: &'static str,
    pattern: &'static str,
    class: Class,
    need: Need,
    run: fn(&mut Call<'_>) -> Answer,
) -> Route {
    Route { method, pattern, class, need, run }
}

/// In this order: a fixed part is listed before a variable one in its place.
const TABLES: &[&[Route]] = &[
    oauth::ROUTES,
    account_info::ROUTES,
    merges::ROUTES,
    search::ROUTES,
    batch::ROUTES,
    associations::ROUTES,
    association_writes::ROUTES,
    objects::ROUTES,
    property_groups::ROUTES,
    properties::ROUTES,
    owners::ROUTES,
    list_members::ROUTES,
    lists::ROUTES,
    event_occurrences::ROUTES,
    email_events::ROUTES,
    forms::ROUTES,
    workflows::ROUTES,
];

/// The dated versions that are served.
const VERSIONS: &[&str] = &["2026-03", "2026-09"];

/// Path prefixes and the prefix of their routes; `{}` stands for a dated version.
const FAMILIES: &[(&str, &str)] = &[
    ("/crm/v3/objects", "objects"),
    ("/crm/v4/objects", "objects"),
    ("/crm/objects/{}", "objects"),
    ("/crm/v4/associations", "associations"),
    ("/crm/associations/{}", "associations"),
    ("/crm/v3/properties", "properties"),
    ("/crm/properties/{}", "properties"),
    ("/crm/v3/owners", "owners"),
    ("/crm/owners/{}", "owners"),
    ("/crm/v3/pipelines", "pipelines"),
    ("/crm/pipelines/{}", "pipelines"),
    ("/crm/v3/lists", "lists"),
    ("/crm/lists/{}", "lists"),
    ("/events/v3/events", "event-occurrences"),
    ("/events/event-occurrences/{}", "event-occurrences"),
    ("/account-info/v3", "account-info"),
    ("/account-info/{}", "account-info"),
    ("/oauth/v1", "oauth"),
    ("/oauth/{}", "oauth"),
    ("/oauth", "oauth-page"),
    ("/email/public/v1", "email"),
    ("/form-integrations/v1", "form-integrations"),
    ("/marketing/v3/forms", "forms"),
    ("/automation/v2", "automation-v2"),
    ("/automation/v4", "automation-v4"),
];

/// The route path behind a URL path, without the leading family; `None` when no family knows it.
fn canonical(path: &str) -> Option<String> {
    for (prefix, name) in FAMILIES {
        let rest = match prefix.strip_suffix("{}") {
            None => path.strip_prefix(prefix),
            Some(before) => path
                .strip_prefix(before)
                .and_then(|rest| VERSIONS.iter().find_map(|version| rest.strip_prefix(version))),
        };
        match rest {
            Some("") | Some("/") => return Some((*name).to_owned()),
            Some(rest) if rest.starts_with('/') => return Some(format!("{name}{}", rest.trim_end_matches('/'))),
            _ => {}
        }
    }
    None
}

/// The variable parts, when the path fits the pattern.
fn fits(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut params = Vec::new();
    let mut parts = path.split('/');
    for wanted in pattern.split('/') {
        let part = parts.next()?;
        if wanted.starts_with('{') {
            params.push(decode(part));
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

type Headers = Vec<(&'static str, String)>;

/// Answers a call: route, bearer, limits, scopes, and then what the route does.
pub(super) fn run(world: &mut World, config: &FakeConfig, clock: &dyn Clock, incoming: &Incoming) -> (Answer, Headers) {
    if incoming.uri_length > config.uri_limit {
        return (Ok(Reply::html(414, "URI Too Long")), Vec::new());
    }
    let path = canonical(&incoming.path).unwrap_or_default();
    let mut known_path = false;
    let mut found = None;
    for route in TABLES.iter().copied().flatten() {
        if let Some(params) = fits(route.pattern, &path) {
            known_path = true;
            if route.method == incoming.method {
                found = Some((route, params));
                break;
            }
        }
    }
    let Some((route, params)) = found else {
        let page = if known_path { (405, "Method Not Allowed") } else { (404, "Not Found") };
        return (Ok(Reply::html(page.0, page.1)), Vec::new());
    };
    *world.stats.by_route.entry(format!("{} {}", route.method, route.pattern)).or_default() += 1;
    let now = clock.now();
    let caller = match route.need {
        Need::Nobody => Caller::nobody(),
        _ => match auth::identify(incoming.bearer.as_deref(), config, &world.account.grants, now) {
            Ok(caller) => caller,
            Err(refusal) => return (Err(refusal), Vec::new()),
        },
    };
    let headers = match world.limits.admit(route.class, &caller, config, clock) {
        Ok(headers) => headers,
        Err(refusal) => return (Err(refusal), Vec::new()),
    };
    if let Err(refusal) = check_scopes(route.need, &caller, &params) {
        return (Err(refusal), headers);
    }
    let used_today = world.limits.used_today();
    let World { account, stats, chance, .. } = world;
    let mut call = Call { account, stats, chance, config, caller, incoming, params, now, used_today };
    ((route.run)(&mut call), headers)
}

fn check_scopes(need: Need, caller: &Caller, params: &[String]) -> Result<(), Refusal> {
    let area = |n: usize| params.get(n).and_then(|text| Kind::parse(text)).map(Kind::scope_area);
    let objects = |n: usize, right: &str| area(n).map(|area| format!("crm.objects.{area}.{right}"));
    let schemas = |right: &str| area(0).map(|area| format!("crm.schemas.{area}.{right}"));
    // Each inner list is an alternative; all lists must be met.
    let wanted: Vec<Vec<Option<String>>> = match need {
        Need::Nobody | Need::Anybody => Vec::new(),
        Need::OneOf(scopes) => vec![scopes.iter().map(|scope| Some((*scope).to_owned())).collect()],
        Need::ReadObjects => vec![vec![objects(0, "read")]],
        Need::WriteObjects => vec![vec![objects(0, "write")]],
        Need::ReadSchema => vec![vec![schemas("read"), objects(0, "read")]],
        Need::WriteSchema => vec![vec![schemas("write")]],
        Need::ReadEnds => vec![vec![objects(0, "read")], vec![objects(1, "read")]],
        Need::WriteEnds => vec![vec![objects(0, "write")], vec![objects(1, "write")]],
    };
    for alternatives in wanted {
        // An unknown object type is the route's to refuse.
        let scopes: Vec<String> = alternatives.into_iter().flatten().collect();
        if !scopes.is_empty() && !scopes.iter().any(|scope| caller.has(scope)) {
            return Err(Refusal::missing_scopes(&scopes));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dated_and_legacy_paths_lead_to_one_route() {
        for (path, route) in [
            ("/crm/v3/objects/contacts", Some("objects/contacts")),
            ("/crm/objects/2026-03/contacts/", Some("objects/contacts")),
            ("/crm/objects/2026-09/contacts/51", Some("objects/contacts/51")),
            ("/crm/objects/2025-01/contacts", None),
            ("/crm/v4/associations/contacts/companies/batch/read", Some("associations/contacts/companies/batch/read")),
            ("/events/event-occurrences/2026-09", Some("event-occurrences")),
            ("/oauth/2026-09/token", Some("oauth/token")),
            ("/oauth/authorize", Some("oauth-page/authorize")),
            ("/contacts/v1/lists", None),
        ] {
            assert_eq!(canonical(path).as_deref(), route, "{path}");
        }
    }

    #[test]
    fn every_route_starts_with_a_family_and_is_named_once() {
        let mut seen = std::collections::BTreeSet::new();
        for route in TABLES.iter().copied().flatten() {
            let family = route.pattern.split('/').next().unwrap_or_default();
            assert!(FAMILIES.iter().any(|(_, name)| *name == family), "{}", route.pattern);
            assert!(seen.insert((route.method, route.pattern)), "{} {} twice", route.method, route.pattern);
        }
    }

    #[test]
    fn variable_parts_are_decoded() {
        let fit =
            fits("automation-v2/enrollments/contacts/{email}", "automation-v2/enrollments/contacts/a%40b.example");
        assert_eq!(fit, Some(vec!["a@b.example".to_owned()]));
        let plus = fits("x/{email}", "x/a+b%2Bc@d.example");
        assert_eq!(plus, Some(vec!["a+b+c@d.example".to_owned()]));
        assert_eq!(fits("x/{id}", "x/1/2"), None);
    }
}
