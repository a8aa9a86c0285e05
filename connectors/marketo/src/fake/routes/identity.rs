//! Access tokens (documentation: "Authentication"). This answer has no envelope and its own HTTP status.

use serde_json::json;

use super::{Route, Sent};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Reply};

/// GET and POST alike.
pub(super) const TOKEN: Route =
    Route { method: "GET", pattern: "identity/oauth/token", sent: Sent::Nothing, need: &[], run: token };

fn token(call: &mut Call<'_>) -> Answer {
    let field = |name: &str| call.form(name).unwrap_or_default();
    let (grant, id, secret) = (field("grant_type"), field("client_id"), field("client_secret"));
    let refused = |error: &str, text: String| Ok(Reply::bare(401, json!({"error": error, "error_description": text})));
    if grant != "client_credentials" {
        return Ok(Reply::bare(
            400,
            json!({"error": "unsupported_grant_type", "error_description": format!("Unsupported grant type: {grant}")}),
        ));
    }
    if id != call.config.client_id {
        return refused("unauthorized", format!("No client with requested id: {id}"));
    }
    if secret != call.config.client_secret {
        return refused("invalid_client", "Bad client credentials".into());
    }
    let (token, left_ms, is_new) = call.tokens.give(call.config, call.chance, call.now);
    call.stats.tokens += u64::from(is_new);
    // The second in which a token is made is already running.
    let expires_in = (left_ms - 1) / 1_000;
    Ok(Reply::bare(
        200,
        json!({"access_token": token, "token_type": "bearer", "expires_in": expires_in,
               "scope": call.config.api_user}),
    ))
}
