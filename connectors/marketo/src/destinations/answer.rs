//! What Marketo says about each record of a write (Marketo: "Error Codes", record level). Answers stand in the order of the
//! question and are matched by their place, because a skipped record need not name itself. Marketo's free text is looked
//! at but never passed on (I12).

use std::collections::BTreeMap;

use intentd_sdk::change::ChangeResult;
use serde::{Deserialize, Deserializer};

use crate::codes::{Class, refined};
use crate::wire::scalar;

/// What became of one record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Written {
    #[serde(default, deserialize_with = "text")]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default)]
    reasons: Vec<Reason>,
    /// Custom activities say `errors` where everybody else says `reasons`.
    #[serde(default)]
    errors: Vec<Reason>,
}

/// Why a record was skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Reason {
    #[serde(default, deserialize_with = "text")]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) message: String,
}

/// Ids and codes come as texts and as numbers.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(scalar(&serde_json::Value::deserialize(from)?))
}

impl Written {
    /// Why it was skipped; `None` when it was not.
    pub(super) fn refusal(&self) -> Option<Reason> {
        let reason = self.reasons.first().or(self.errors.first());
        match (reason, self.status.as_deref()) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Some("skipped")) => Some(Reason::default()),
            _ => None,
        }
    }
}

impl Reason {
    /// Whether Marketo gave this code.
    pub(super) fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// What it means for a record of which these properties were to be set. A skipped record was not touched.
    pub(super) fn result(&self, set: &BTreeMap<String, String>) -> ChangeResult {
        let code = self.code.as_deref().filter(|code| is_code(code)).unwrap_or("skipped");
        let (class, words) = refined(code, &self.message);
        let reason = match words {
            Some(words) => format!("{code} {words}"),
            None => code.to_owned(),
        };
        match class {
            Class::Missing if matches!(code, "1004" | "1013") => ChangeResult::Missing,
            Class::Busy { rest_ms } => ChangeResult::NotExecuted { retry_after_ms: Some(rest_ms), reason },
            Class::Token | Class::Daily | Class::Unavailable | Class::Transient => {
                ChangeResult::NotExecuted { retry_after_ms: None, reason }
            }
            Class::Forbidden | Class::Missing | Class::Conflict | Class::Rejected => {
                let property = culprit(code, &self.message, set);
                let reason = property.as_ref().map_or(reason.clone(), |property| format!("{reason}: {property}"));
                ChangeResult::Rejected { reason, property }
            }
        }
    }
}

/// The property at fault: one of ours that Marketo names, or the only one there is.
pub(super) fn culprit(code: &str, message: &str, set: &BTreeMap<String, String>) -> Option<String> {
    if !matches!(code, "1001" | "1003" | "1006" | "1021") {
        return None;
    }
    // Only what stands between quotes: `Field 'nope' not found`.
    let quoted: Vec<&str> = message.split(['\'', '"', '`']).skip(1).step_by(2).collect();
    let named = set.keys().find(|name| quoted.contains(&name.as_str()));
    match (named, set.len()) {
        (Some(name), _) => Some(name.clone()),
        (None, 1) => set.keys().next().cloned(),
        _ => None,
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Envelope;

    fn answer(body: &str) -> Vec<Written> {
        Envelope::read(body.as_bytes()).unwrap().result
    }

    fn set(names: &[&str]) -> BTreeMap<String, String> {
        names.iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect()
    }

    #[test]
    fn records_are_matched_by_their_place() {
        let answer = answer(
            r#"{"success":true,"result":[{"id":50,"status":"updated"},
                {"status":"skipped","reasons":[{"code":"1004","message":"Lead not found"}]},
                {"status":"skipped","errors":[{"code":1004,"message":"Lead not found"}]},
                {"status":"skipped"}]}"#,
        );
        assert_eq!(answer[0].refusal(), None);
        assert!(answer[1].refusal().unwrap().is("1004"));
        assert!(answer[2].refusal().unwrap().is("1004"), "custom activities say `errors`");
        assert!(answer[3].refusal().is_some(), "skipped is skipped, with or without a reason");
    }

    #[test]
    fn every_reason_decides() {
        for (code, message, names, expected) in [
            ("1004", "Lead not found", vec!["a"], "missing"),
            ("1006", "Field 'b' not found", vec!["a", "b"], "rejected b"),
            ("1001", "Invalid value 'anna@example.com'. Required of type 'integer'", vec!["a"], "rejected a"),
            ("1001", "Invalid value 'anna@example.com'. Required of type 'integer'", vec!["a", "b"], "rejected -"),
            ("1003", "Value for required field 'a' is invalid", vec!["a", "b"], "rejected a"),
            ("1007", "Multiple lead match lookup criteria", vec!["a"], "rejected -"),
            ("1008", "Access denied to partition 'x'", vec!["a"], "rejected -"),
            ("1021", "Company update not allowed", vec!["company"], "rejected company"),
            ("1014", "Failed to create Object", vec!["a"], "not executed"),
            ("1019", "Import in progress", vec!["a"], "not executed"),
            ("", "", vec!["a"], "rejected -"),
        ] {
            let reason = Reason { code: Some(code.to_owned()), message: message.to_owned() };
            let got = match reason.result(&set(&names)) {
                ChangeResult::Missing => "missing".to_owned(),
                ChangeResult::NotExecuted { .. } => "not executed".to_owned(),
                ChangeResult::Rejected { property, reason } => {
                    assert!(!reason.contains("anna"), "I12: {reason}");
                    format!("rejected {}", property.unwrap_or_else(|| "-".to_owned()))
                }
                other => panic!("{other:?}"),
            };
            assert_eq!(got, expected, "{code} {message}");
        }
    }
}
