//! Consent, tokens, introspection and revocation (documentation: "Working with OAuth"). The authorize page asks nobody:
//! it consents at once, so that a local flow can be tried without a browser session.

use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::auth::{Consent, verifies};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::limits::Class::Free;

pub(super) const ROUTES: &[Route] = &[
    route("GET", "oauth-page/authorize", Free, Need::Nobody, authorize),
    route("POST", "oauth/token", Free, Need::Nobody, token),
    route("POST", "oauth/token/introspect", Free, Need::Nobody, introspect),
    route("POST", "oauth/token/revoke", Free, Need::Nobody, revoke),
    route("GET", "oauth/access-tokens/{token}", Free, Need::Nobody, describe_access),
    route("GET", "oauth/refresh-tokens/{token}", Free, Need::Nobody, describe_refresh),
    route("DELETE", "oauth/refresh-tokens/{token}", Free, Need::Nobody, delete_refresh),
];

const CONSENT_MS: i64 = 600_000;
const USER_ID: u64 = 293_199;
const HUB_DOMAIN: &str = "fake.example";

fn authorize(call: &mut Call<'_>) -> Answer {
    let redirect = call.query("redirect_uri").and_then(|text| url::Url::parse(text).ok());
    let (Some(mut redirect), Some(client)) = (redirect, call.query("client_id")) else {
        return Ok(Reply::html(400, "redirect_uri and client_id are needed"));
    };
    if client != call.config.client_id {
        return Ok(Reply::html(400, "Unknown client_id"));
    }
    let redirect_uri = redirect.to_string();
    let given = call.query("redirect_uri").unwrap_or_default().to_owned();
    let mut scopes: Vec<String> = Vec::new();
    for name in ["scope", "optional_scope"] {
        scopes.extend(call.query(name).unwrap_or_default().split_whitespace().map(str::to_owned));
    }
    let is_plain = call.query("code_challenge_method").is_some_and(|method| method != "S256");
    if is_plain {
        return Ok(Reply::html(400, "Only the code challenge method S256 is supported"));
    }
    let challenge = call.query("code_challenge").map(str::to_owned);
    let state = call.query("state").map(str::to_owned);
    let code = call.account.grants.mint(call.config.seed, "code");
    let expires_at = call.now.plus_ms(CONSENT_MS);
    let redirect_uri = if given.is_empty() { redirect_uri } else { given };
    call.account.grants.consents.insert(code.clone(), Consent { redirect_uri, challenge, scopes, expires_at });
    redirect.query_pairs_mut().append_pair("code", &code);
    if let Some(state) = state {
        redirect.query_pairs_mut().append_pair("state", &state);
    }
    let mut reply = Reply::empty(302);
    reply.headers.push(("location", redirect.to_string()));
    Ok(reply)
}

fn form(call: &Call<'_>) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&call.incoming.body).into_owned().collect()
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// A refusal in both dialects at once: that of the standard, and HubSpot's own.
fn refuse(error: &str, status: &str, message: &str) -> Refusal {
    let mut refusal = Refusal::new(400, None, message);
    refusal.body.insert("status".into(), status.into());
    refusal.with("error", error.into()).with("error_description", message.into())
}

fn check_client(call: &Call<'_>, form: &[(String, String)]) -> Result<(), Refusal> {
    if field(form, "client_id") != call.config.client_id {
        return Err(refuse("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id"));
    }
    if field(form, "client_secret") != call.config.client_secret {
        return Err(refuse("invalid_client", "BAD_CLIENT_SECRET", "missing or invalid client secret"));
    }
    Ok(())
}

fn token(call: &mut Call<'_>) -> Answer {
    let form = form(call);
    check_client(call, &form)?;
    match field(&form, "grant_type") {
        "authorization_code" => exchange(call, &form),
        "refresh_token" => {
            let refresh = field(&form, "refresh_token");
            let Some(scopes) = call.account.grants.refresh.get(refresh).cloned() else {
                let message = "refresh token is invalid, expired or revoked";
                return Err(refuse("invalid_grant", "BAD_REFRESH_TOKEN", message));
            };
            Ok(Reply::ok(granted(call, scopes, Some(refresh))))
        }
        "client_credentials" => {
            let scopes: Vec<String> = field(&form, "scope").split_whitespace().map(str::to_owned).collect();
            if scopes.is_empty() {
                return Err(refuse("invalid_scope", "BAD_SCOPES", "missing scopes"));
            }
            Ok(Reply::ok(granted(call, scopes, None)))
        }
        _ => Err(refuse("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or unknown grant type")),
    }
}

fn exchange(call: &mut Call<'_>, form: &[(String, String)]) -> Answer {
    let code = field(form, "code");
    let now = call.now;
    let consent = call.account.grants.consents.get(code).filter(|consent| consent.expires_at > now).cloned();
    let Some(consent) = consent else {
        return Err(refuse("invalid_grant", "BAD_AUTH_CODE", "missing or unknown auth code"));
    };
    if consent.redirect_uri != field(form, "redirect_uri") {
        return Err(refuse("invalid_grant", "BAD_REDIRECT_URI", "missing or invalid redirect uri"));
    }
    if consent.challenge.as_deref().is_some_and(|challenge| !verifies(challenge, field(form, "code_verifier"))) {
        return Err(refuse("invalid_grant", "BAD_CODE_VERIFIER", "missing or invalid code verifier"));
    }
    // A code is good once.
    call.account.grants.consents.remove(code);
    let refresh = call.account.grants.mint(call.config.seed, "eu1-refresh");
    call.account.grants.refresh.insert(refresh.clone(), consent.scopes.clone());
    Ok(Reply::ok(granted(call, consent.scopes, Some(&refresh))))
}

fn granted(call: &mut Call<'_>, scopes: Vec<String>, refresh: Option<&str>) -> Value {
    let access = call.account.grants.grant(call.config, scopes.clone(), call.now);
    let mut answer = json!({
        "token_type": "bearer", "access_token": access, "hub_id": call.config.portal_id, "scopes": scopes,
        "expires_in": call.config.access_token_ms / 1_000, "user_id": USER_ID,
        "token_use": if refresh.is_some() { "access_token" } else { "client_credentials" },
    });
    if let Some(refresh) = refresh {
        answer["refresh_token"] = refresh.into();
    }
    answer
}

/// What is known of a token that is still good: its use, its scopes, and the seconds it has left.
fn known(call: &Call<'_>, token: &str) -> Option<(&'static str, Vec<String>, i64)> {
    let grants = &call.account.grants;
    if let Some(access) = grants.access.get(token).filter(|access| access.expires_at > call.now) {
        return Some(("access_token", access.scopes.clone(), access.expires_at.ms_since(call.now) / 1_000));
    }
    grants.refresh.get(token).map(|scopes| ("refresh_token", scopes.clone(), 0))
}

fn introspect(call: &mut Call<'_>) -> Answer {
    let form = form(call);
    check_client(call, &form)?;
    let token = field(&form, "token");
    let Some((token_use, scopes, expires_in)) = known(call, token) else {
        return Ok(Reply::ok(json!({"active": false})));
    };
    Ok(Reply::ok(json!({
        "active": true, "token": token, "token_use": token_use, "client_id": call.config.client_id,
        "token_type": if token_use == "access_token" { "access" } else { "refresh" },
        "app_id": call.config.app_id, "hub_id": call.config.portal_id, "hub_domain": HUB_DOMAIN,
        "user": "admin@fake.example", "user_id": USER_ID, "scopes": scopes, "expires_in": expires_in,
        "is_private_distribution": false,
    })))
}

fn revoke(call: &mut Call<'_>) -> Answer {
    let form = form(call);
    check_client(call, &form)?;
    // Access tokens that were issued already live on.
    call.account.grants.refresh.remove(field(&form, "token"));
    Ok(Reply::empty(200))
}

fn describe(call: &mut Call<'_>, wanted: &str) -> Answer {
    let token = call.params[0].clone();
    match known(call, &token).filter(|(token_use, ..)| *token_use == wanted) {
        Some((_, scopes, expires_in)) => Ok(Reply::ok(json!({
            "token": token, "user": "admin@fake.example", "hub_domain": HUB_DOMAIN, "scopes": scopes,
            "hub_id": call.config.portal_id, "app_id": call.config.app_id, "expires_in": expires_in,
            "user_id": USER_ID, "token_type": wanted.trim_end_matches("_token"), "client_id": call.config.client_id,
        }))),
        None => Err(Refusal::not_found()),
    }
}

fn describe_access(call: &mut Call<'_>) -> Answer {
    describe(call, "access_token")
}

fn describe_refresh(call: &mut Call<'_>) -> Answer {
    describe(call, "refresh_token")
}

fn delete_refresh(call: &mut Call<'_>) -> Answer {
    let token = call.params[0].clone();
    call.account.grants.refresh.remove(&token);
    Ok(Reply::empty(204))
}
