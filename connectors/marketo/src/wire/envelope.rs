//! What every answer is wrapped in (Marketo: "Response format"), and the usage statistics, which the limits are read from.

use intentd_sdk::{ConnectorError, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{flag, loose_list, maybe_text, maybe_u64, scalar};

/// A yes, with what was asked for.
#[derive(Debug)]
pub(crate) struct Envelope<T> {
    /// Empty when Marketo leaves `result` out, as it does for "nothing".
    pub(crate) result: Vec<T>,
    /// Where the reading goes on; activities have one on their last page, too.
    pub(crate) next_page_token: Option<String>,
    /// There is more, even if this page is empty.
    pub(crate) more_result: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw<T> {
    success: Option<bool>,
    #[serde(default = "Option::default")]
    result: Option<Vec<T>>,
    #[serde(default, deserialize_with = "maybe_text")]
    next_page_token: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    more_result: bool,
}

impl<T> Envelope<T> {
    /// Nothing, and no more.
    pub(crate) fn empty() -> Envelope<T> {
        Envelope { result: Vec::new(), next_page_token: None, more_result: false }
    }
}

impl<T: DeserializeOwned> Envelope<T> {
    /// Reads the body of an answer that is no refusal.
    ///
    /// # Errors
    /// [`ConnectorError::Malformed`] when it is not what was asked for.
    pub(crate) fn read(body: &[u8]) -> Result<Envelope<T>> {
        let malformed =
            || ConnectorError::Malformed { detail: format!("{} bytes that are not what was asked for", body.len()) };
        let raw: Raw<T> = serde_json::from_slice(body).map_err(|_| malformed())?;
        if raw.success != Some(true) {
            return Err(malformed());
        }
        Ok(Envelope {
            result: raw.result.unwrap_or_default(),
            next_page_token: raw.next_page_token.filter(|token| !token.is_empty()),
            more_result: raw.more_result,
        })
    }
}

/// Whether an answer is a yes, and why not.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verdict {
    #[serde(default)]
    pub(crate) success: Option<bool>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) request_id: Option<String>,
    #[serde(default, deserialize_with = "loose_list")]
    pub(crate) errors: Vec<CodedError>,
}

/// A code with its message. The message is free text: for decisions only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodedError {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl<'de> Deserialize<'de> for CodedError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let field = |name: &str| value.get(name).and_then(scalar);
        Ok(CodedError {
            code: field("code").ok_or_else(|| serde::de::Error::custom("no code"))?,
            message: field("message").unwrap_or_default(),
        })
    }
}

/// Calls of one day, of all users.
#[derive(Debug, Deserialize)]
pub(crate) struct Usage {
    #[serde(default, deserialize_with = "maybe_u64")]
    pub(crate) total: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_result_is_nothing_and_a_missing_success_is_no_answer() {
        let none = br#"{"requestId":"1","success":true,"warnings":["No assets found for the given search criteria."]}"#;
        assert_eq!(Envelope::<Usage>::read(none).unwrap().result.len(), 0);
        let empty_page = br#"{"success":true,"nextPageToken":"T","moreResult":true}"#;
        let page = Envelope::<Usage>::read(empty_page).unwrap();
        assert_eq!((page.next_page_token.as_deref(), page.more_result), (Some("T"), true));
        for body in [&br#"{"result":[]}"#[..], br#"{"success":true,"result":{"total":1}}"#, b"<html>", b""] {
            assert!(Envelope::<Usage>::read(body).is_err());
        }
    }
}
