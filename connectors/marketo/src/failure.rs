//! What a refusal means. Marketo says no with HTTP 200 and `success: false` (Marketo: "Error Codes"); the code decides, and
//! the HTTP status only where it is none of 200. Marketo's free text is looked at but never passed on, because it can repeat
//! personal data (I12): details hold status, code, our words for it, and the request id.

use intentd_sdk::http::Response;
use intentd_sdk::{ConnectorError, Timestamp};
use jiff::tz::TimeZone;

use crate::codes::{Class, refined};
use crate::limits::QUOTA_ZONE;
use crate::wire::Verdict;

/// An answer that says no.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    code: Option<String>,
    class: Class,
    words: Option<&'static str>,
    request_id: Option<String>,
}

/// Why a call gave nothing.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Marketo answered, and said no.
    Refused(Refusal),
    /// There was no answer, or none that can be read.
    Broken(ConnectorError),
    /// The call was not made: no permit, no token.
    Held(ConnectorError),
}

/// Refusals are short; longer answers are data.
const LONGEST_REFUSAL: usize = 64 * 1024;

impl Refusal {
    /// Reads an answer; `None` when it says no no.
    pub(crate) fn of(response: &Response) -> Option<Refusal> {
        let status = response.status.as_u16();
        let short = response.body.len() <= LONGEST_REFUSAL && response.body.first() == Some(&b'{');
        let verdict = short.then(|| serde_json::from_slice::<Verdict>(&response.body).ok()).flatten();
        let refused = verdict.as_ref().is_some_and(|verdict| verdict.success == Some(false));
        if response.status.is_success() && !refused {
            return None;
        }
        let error = verdict.as_ref().and_then(|verdict| verdict.errors.first());
        let code = error.map(|error| error.code.clone()).filter(|code| plain(code));
        let (class, words) = match &code {
            Some(code) => refined(code, error.map_or("", |error| &error.message)),
            None => by_status(status),
        };
        let request_id = verdict.and_then(|verdict| verdict.request_id).filter(|id| plain(id));
        Some(Refusal { status, code, class, words, request_id })
    }

    /// Marketo's code, if it gave one.
    pub(crate) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What the caller can do.
    pub(crate) fn class(&self) -> Class {
        self.class
    }

    /// Status, code, words and request id.
    pub(crate) fn detail(&self) -> String {
        let mut text = match (&self.code, self.status) {
            (Some(code), 200) => code.clone(),
            (Some(code), status) => format!("HTTP {status}, {code}"),
            (None, status) => format!("HTTP {status}"),
        };
        if let Some(words) = self.words {
            text.push_str(&format!(" {words}"));
        }
        if let Some(id) = &self.request_id {
            text.push_str(&format!(" (request {id})"));
        }
        text
    }

    /// Another token may help.
    pub(crate) fn is_token(&self) -> bool {
        self.class == Class::Token
    }

    /// The address was too long; the same query as a form may help.
    pub(crate) fn is_too_long(&self) -> bool {
        self.status == 414
    }

    /// Whether a write that ended like this certainly changed nothing and may be repeated.
    pub(crate) fn is_not_executed(&self) -> bool {
        matches!(self.class, Class::Token | Class::Forbidden | Class::Busy { .. } | Class::Daily | Class::Unavailable)
    }

    /// What the caller can do about it.
    pub(crate) fn error(&self, now: Timestamp) -> ConnectorError {
        let detail = self.detail();
        match self.class {
            Class::Token => ConnectorError::Auth { detail },
            Class::Forbidden => ConnectorError::Forbidden { missing_scopes: Vec::new(), detail },
            Class::Busy { rest_ms } => ConnectorError::Limited { until: now.plus_ms(rest_ms as i64), detail },
            Class::Daily => ConnectorError::Limited { until: quota_resets_at(now), detail },
            Class::Unavailable | Class::Transient => ConnectorError::Transient { retry_after_ms: None, detail },
            Class::Missing => ConnectorError::Missing { detail },
            Class::Conflict => ConnectorError::Conflict { existing: None, detail },
            Class::Rejected => ConnectorError::Rejected { category: self.code.clone(), detail },
        }
    }
}

/// Real statuses other than 200 are few: the identity's 401, a missing file, sizes, and the servers in between.
fn by_status(status: u16) -> (Class, Option<&'static str>) {
    match status {
        401 => (Class::Token, None),
        403 => (Class::Forbidden, None),
        404 => (Class::Missing, None),
        413 => (Class::Rejected, Some("the request is too large")),
        414 => (Class::Rejected, Some("the address is too long")),
        429 => (Class::Busy { rest_ms: 20_000 }, None),
        500.. => (Class::Transient, None),
        _ => (Class::Rejected, None),
    }
}

/// The next midnight where Marketo's quotas begin anew.
pub(crate) fn quota_resets_at(now: Timestamp) -> Timestamp {
    let zone = TimeZone::get(QUOTA_ZONE).unwrap_or(TimeZone::UTC);
    let tomorrow = now.to_jiff().to_zoned(zone).tomorrow().and_then(|tomorrow| tomorrow.start_of_day());
    tomorrow.map_or(now.plus_ms(86_400_000), |start| start.timestamp().into())
}

/// Lets only codes and request ids through: anything else could be a value.
fn plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 60
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '#' | '-' | '_'))
}

impl Failure {
    /// What the caller can do about it.
    pub(crate) fn into_error(self, now: Timestamp) -> ConnectorError {
        match self {
            Failure::Refused(refusal) => refusal.error(now),
            Failure::Broken(error) | Failure::Held(error) => error,
        }
    }

    /// The refusal, if Marketo answered.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        match self {
            Failure::Refused(refusal) => Some(refusal),
            Failure::Broken(_) | Failure::Held(_) => None,
        }
    }

    /// Whether a write that ended like this certainly changed nothing and may be repeated.
    pub(crate) fn is_not_executed(&self) -> bool {
        match self {
            Failure::Refused(refusal) => refusal.is_not_executed(),
            Failure::Broken(error) => error.is_not_executed(),
            Failure::Held(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn refusal(status: u16, body: &str) -> Option<Refusal> {
        Refusal::of(&Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
        })
    }

    fn coded(code: &str, message: &str) -> Refusal {
        let body = serde_json::json!({
            "requestId": "e42b#14272d07d78", "success": false, "errors": [{"code": code, "message": message}]
        });
        refusal(200, &body.to_string()).unwrap()
    }

    #[test]
    fn every_code_tells_the_caller_what_to_do() {
        let now = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
        for (codes, class) in [
            (vec!["600", "601", "602"], "auth"),
            (vec!["603", "616", "703", "1018", "1026"], "forbidden"),
            (vec!["604", "608", "611", "614", "713", "719", "1014", "500", "502", "503"], "transient"),
            (vec!["606", "607", "615", "1016", "1019", "1020", "1029"], "limited"),
            (vec!["702", "1004", "1013", "1015"], "missing"),
            (vec!["1005", "1007", "1017", "1022", "1036", "1037"], "conflict"),
            (
                vec!["605", "609", "610", "612", "613", "701", "704", "709", "710", "711", "712", "714", "718"],
                "rejected",
            ),
            (vec!["1001", "1002", "1003", "1006", "1008", "1009", "1010", "1011", "1012", "1021", "1025"], "rejected"),
            (vec!["1027", "1028", "1035", "1042", "1048", "1049", "1076", "1077", "1078", "1079", "1080"], "rejected"),
            (vec!["1023", "9999"], "rejected"),
        ] {
            for code in codes {
                assert_eq!(coded(code, "x").error(now).class(), class, "{code}");
            }
        }
        for (status, body, class) in [
            (401, "{}", "auth"),
            (404, "no such file", "missing"),
            (413, "", "rejected"),
            (414, "<html></html>", "rejected"),
            (500, "", "transient"),
            (502, "<html></html>", "transient"),
        ] {
            assert_eq!(refusal(status, body).unwrap().error(now).class(), class, "{status}");
        }
    }

    #[test]
    fn a_yes_is_no_refusal_and_a_code_may_be_a_number() {
        assert!(refusal(200, r#"{"requestId":"a","success":true,"result":[]}"#).is_none());
        assert!(refusal(206, "id,email\n1,x").is_none());
        let number = refusal(200, r#"{"success":false,"errors":[{"code":1035,"message":"x"}]}"#).unwrap();
        assert_eq!(number.code(), Some("1035"));
        assert!(refusal(200, r#"{"success":false}"#).is_some(), "a no without a reason is still a no");
    }

    #[test]
    fn personal_data_in_marketos_text_stays_out() {
        // I12: Marketo repeats the value it refuses.
        let refusal = coded("1001", "Invalid value 'anna@example.com'. Required of type 'integer'");
        assert_eq!(refusal.detail(), "1001 a value has the wrong type (request e42b#14272d07d78)");
    }

    #[test]
    fn what_timed_out_may_have_happened_and_what_was_refused_has_not() {
        for (code, not_executed) in
            [("604", false), ("502", false), ("611", false), ("606", true), ("608", true), ("601", true)]
        {
            assert_eq!(coded(code, "x").is_not_executed(), not_executed, "{code}");
        }
    }

    #[test]
    fn the_quota_begins_anew_at_midnight_in_central_time() {
        for (now, reset) in
            [("2026-11-21T12:00:00Z", "2026-11-22T06:00:00.000Z"), ("2026-07-01T04:59:59Z", "2026-07-01T05:00:00.000Z")]
        {
            let ConnectorError::Limited { until, .. } = coded("607", "x").error(Timestamp::parse(now).unwrap()) else {
                panic!("a spent quota is a limit");
            };
            assert_eq!(until.to_string(), reset);
        }
    }
}
