//! What a refusal means: the status decides first, then category, policy and words (HubSpot: "Error handling",
//! "API usage guidelines"). The vendor's free text is looked at but never passed on, because it can repeat personal
//! data (I12): details hold status, category and correlation id only.

use std::sync::LazyLock;

use intentd_sdk::http::Response;
use intentd_sdk::record::ExternalId;
use intentd_sdk::{ConnectorError, Timestamp};
use regex::Regex;

use crate::wire::{ErrorBody, ErrorItem};

/// Which limit a 429 speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    TenSecondly,
    Secondly,
    Daily,
    Unnamed,
}

/// An answer that is not a success.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) body: ErrorBody,
    correlation: Option<String>,
    retry_after_ms: Option<u64>,
    html: bool,
}

/// Why a call gave nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// HubSpot answered, and said no.
    Refused(Box<Refusal>),
    /// There was no answer, or none that can be read.
    Broken(ConnectorError),
    /// The call was not made: no permit, no token.
    Held(ConnectorError),
}

const DAY_MS: u64 = 24 * 3_600_000;
const HOUR_MS: u64 = 3_600_000;

impl Refusal {
    /// Reads an answer whose status is not a success.
    pub(crate) fn of(response: &Response) -> Refusal {
        let body = ErrorBody::read(&response.body);
        let correlation =
            response.header("x-hubspot-correlation-id").map(str::to_owned).or_else(|| body.correlation.clone());
        let seconds = response.header("retry-after").and_then(|text| text.trim().parse::<u64>().ok());
        let html = response.header("content-type").is_some_and(|kind| kind.contains("html"))
            || response.body.first() == Some(&b'<');
        Refusal {
            status: response.status.as_u16(),
            body,
            correlation: correlation.as_deref().and_then(word),
            retry_after_ms: seconds.map(|seconds| seconds.saturating_mul(1000).min(DAY_MS)),
            html,
        }
    }

    /// The category, when it is a plain word.
    pub(crate) fn category(&self) -> Option<String> {
        self.body.category.as_deref().and_then(word)
    }

    /// Status, category and correlation id.
    pub(crate) fn detail(&self) -> String {
        let mut text = self.status.to_string();
        if let Some(category) = self.category() {
            text.push(' ');
            text.push_str(&category);
        }
        if let Some(correlation) = &self.correlation {
            text.push_str(&format!(" (correlation {correlation})"));
        }
        text
    }

    /// The token's time was up although our clock said otherwise.
    pub(crate) fn is_expired_token(&self) -> bool {
        self.status == 401 && (self.is("EXPIRED_AUTHENTICATION") || self.says("expired"))
    }

    /// Under load HubSpot sometimes loses the body of a valid request.
    pub(crate) fn is_lost_body(&self) -> bool {
        self.status == 400 && self.says("request body expected")
    }

    /// A definite "no such record", as opposed to an address that does not exist.
    pub(crate) fn is_missing_record(&self) -> bool {
        self.status == 404 && !self.html
    }

    /// Which limit refused the call, when one did.
    pub(crate) fn policy(&self) -> Option<Policy> {
        (self.status == 429).then(|| self.policy_by_words())
    }

    fn policy_by_words(&self) -> Policy {
        let named = self.body.policy.as_deref().unwrap_or_default().to_lowercase();
        for words in [named, self.body.message.to_lowercase()] {
            if words.contains("daily") {
                return Policy::Daily;
            }
            if words.contains("ten_secondly") || words.contains("ten secondly") {
                return Policy::TenSecondly;
            }
            if words.contains("secondly") {
                return Policy::Secondly;
            }
        }
        Policy::Unnamed
    }

    /// How long HubSpot wants to be left alone, when nothing was executed because of a limit, a lock or a move.
    pub(crate) fn rest_ms(&self) -> Option<u64> {
        let asked = self.retry_after_ms.unwrap_or(0);
        match self.status {
            423 => Some(asked.max(2_000)),
            429 => Some(match self.policy_by_words() {
                Policy::TenSecondly => asked.max(10_000),
                Policy::Daily => asked.max(HOUR_MS),
                Policy::Secondly | Policy::Unnamed => asked.max(1_000),
            }),
            477 => Some(self.retry_after_ms.unwrap_or(HOUR_MS)),
            _ if self.status < 500 && self.says("migration in progress") => Some(HOUR_MS),
            _ => None,
        }
    }

    /// What the caller can do about it.
    pub(crate) fn error(&self, now: Timestamp) -> ConnectorError {
        let detail = self.detail();
        if let Some(rest) = self.rest_ms() {
            return ConnectorError::Limited { until: now.plus_ms(rest as i64), detail };
        }
        if self.status == 403 || (self.status < 500 && self.lacks_scope()) {
            return self.forbidden(detail);
        }
        match self.status {
            401 => ConnectorError::Auth { detail },
            404 if self.html => ConnectorError::Rejected {
                category: None,
                detail: format!("{detail}: HubSpot does not know this address; check `versions`"),
            },
            404 => ConnectorError::Missing { detail },
            408 => ConnectorError::Transient { retry_after_ms: self.retry_after_ms, detail },
            409 => ConnectorError::Conflict { existing: self.existing(), detail },
            status if status >= 500 => ConnectorError::Transient { retry_after_ms: self.retry_after_ms, detail },
            _ => ConnectorError::Rejected { category: self.category(), detail },
        }
    }

    fn forbidden(&self, detail: String) -> ConnectorError {
        let mut missing_scopes: Vec<String> =
            self.body.errors.iter().flat_map(|item| &item.scopes).filter_map(|scope| word(scope)).collect();
        missing_scopes.sort();
        missing_scopes.dedup();
        let detail = match missing_scopes.is_empty() {
            true if self.lacks_scope() => format!("{detail}: the credentials lack a scope"),
            true => format!("{detail}: the account's subscription or the user's rights do not include this"),
            false => format!("{detail}: the credentials lack {}", missing_scopes.join(" or ")),
        };
        ConnectorError::Forbidden { missing_scopes, detail }
    }

    fn lacks_scope(&self) -> bool {
        self.is("MISSING_SCOPES")
            || self.says("hasn't been granted all required scopes")
            || self.says("does not have proper permissions")
            || (self.says("missing required") && self.says("scope"))
    }

    /// The id hidden in "Contact already exists. Existing ID: 6001".
    pub(crate) fn existing(&self) -> Option<ExternalId> {
        static EXISTING: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)existing\s+(?:\w+\s+)?id\W{0,4}(\d{1,19})").expect("the pattern is well formed")
        });
        Some(ExternalId::new(&EXISTING.captures(&self.body.message)?[1]))
    }

    /// The reason for the admin, and the property at fault: `INVALID_OPTION on industry`.
    pub(crate) fn reason(&self) -> (String, Option<String>) {
        match self.body.errors.iter().find_map(culprit) {
            Some((reason, property)) => (reason, property),
            None => (self.detail(), None),
        }
    }

    fn is(&self, category: &str) -> bool {
        self.body.category.as_deref() == Some(category)
    }

    fn says(&self, words: &str) -> bool {
        self.body.message.to_lowercase().contains(words)
    }
}

/// Error word and property of one entry, when both are plain words.
pub(crate) fn culprit(item: &ErrorItem) -> Option<(String, Option<String>)> {
    let code = item.code.as_deref().or(item.category.as_deref()).and_then(word)?;
    let property = item.property.as_deref().and_then(word);
    let reason = property.as_ref().map_or_else(|| code.clone(), |property| format!("{code} on {property}"));
    Some((reason, property))
}

/// Lets only identifiers through: anything else could be a value.
fn word(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!text.is_empty() && text.len() <= 100 && text.chars().all(plain)).then(|| text.to_owned())
}

impl Failure {
    /// What the caller can do about it.
    pub(crate) fn into_error(self, now: Timestamp) -> ConnectorError {
        match self {
            Failure::Refused(refusal) => refusal.error(now),
            Failure::Broken(error) | Failure::Held(error) => error,
        }
    }

    /// A stable word for logs.
    pub(crate) fn class(&self, now: Timestamp) -> &'static str {
        match self {
            Failure::Refused(refusal) => refusal.error(now).class(),
            Failure::Broken(error) | Failure::Held(error) => error.class(),
        }
    }

    /// The refusal, if HubSpot answered.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        match self {
            Failure::Refused(refusal) => Some(refusal),
            Failure::Broken(_) | Failure::Held(_) => None,
        }
    }

    /// Whether a write that ended like this certainly changed nothing and may be repeated.
    pub(crate) fn is_not_executed(&self, now: Timestamp) -> bool {
        match self {
            Failure::Refused(refusal) => refusal.error(now).is_not_executed(),
            Failure::Broken(error) => error.is_not_executed(),
            Failure::Held(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn refusal(status: u16, body: &str) -> Refusal {
        Refusal::of(&Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
        })
    }

    #[test]
    fn the_status_decides_and_the_words_refine() {
        let now = Timestamp::from_secs(1_000);
        for (status, body, class) in [
            (401, r#"{"category":"INVALID_AUTHENTICATION"}"#, "auth"),
            (403, r#"{"category":"MISSING_SCOPES"}"#, "forbidden"),
            (
                400,
                r#"{"message":"This oauth-token (x) does not have proper permissions! (requires any of [y])"}"#,
                "forbidden",
            ),
            (404, r#"{"message":"resource not found"}"#, "missing"),
            (404, "<html>nothing here</html>", "rejected"),
            (405, "<html></html>", "rejected"),
            (409, r#"{"category":"CONFLICT"}"#, "conflict"),
            (414, "", "rejected"),
            (423, "{}", "limited"),
            (429, "{}", "limited"),
            (477, "", "limited"),
            (400, r#"{"message":"Migration in progress and the portal is not available for access."}"#, "limited"),
            (500, r#"{"message":"internal error"}"#, "transient"),
            (524, "<html></html>", "transient"),
            (302, "", "rejected"),
        ] {
            assert_eq!(refusal(status, body).error(now).class(), class, "{status} {body}");
        }
    }

    #[test]
    fn limits_are_told_apart() {
        for (body, policy, rest) in [
            (
                r#"{"policyName":"TEN_SECONDLY_ROLLING","message":"You have reached your ten_secondly_rolling limit."}"#,
                Policy::TenSecondly,
                10_000,
            ),
            (r#"{"message":"You have reached your secondly limit."}"#, Policy::Secondly, 1_000),
            (r#"{"policyName":"DAILY"}"#, Policy::Daily, HOUR_MS),
            ("", Policy::Unnamed, 1_000),
        ] {
            let refusal = refusal(429, body);
            assert_eq!((refusal.policy(), refusal.rest_ms()), (Some(policy), Some(rest)), "{body}");
        }
    }

    #[test]
    fn personal_data_in_the_vendors_text_stays_out() {
        // I12: the vendor repeats the value it refuses.
        let refusal = refusal(
            409,
            r#"{"category":"CONFLICT","correlationId":"a43683b0-5717","message":"anna@example.com already exists. Existing ID: 6001"}"#,
        );
        let error = refusal.error(Timestamp::EPOCH);
        assert!(!error.to_string().contains("anna"));
        assert_eq!(
            error,
            ConnectorError::Conflict {
                existing: Some("6001".into()),
                detail: "409 CONFLICT (correlation a43683b0-5717)".into()
            }
        );
    }

    #[test]
    fn missing_scopes_are_named() {
        let body =
            r#"{"category":"MISSING_SCOPES","errors":[{"context":{"requiredGranularScopes":["crm.lists.read"]}}]}"#;
        let ConnectorError::Forbidden { missing_scopes, .. } = refusal(403, body).error(Timestamp::EPOCH) else {
            panic!("a missing scope is forbidden");
        };
        assert_eq!(missing_scopes, ["crm.lists.read"]);
    }
}
