//! HubSpot's error bodies (HubSpot: "Error handling"). Every field is optional and several change their shape, so this
//! reader looks into loose JSON and never fails.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::scalar;

/// The body of an answer that is not a success.
#[derive(Debug, Default)]
pub(crate) struct ErrorBody {
    pub(crate) category: Option<String>,
    pub(crate) policy: Option<String>,
    pub(crate) correlation: Option<String>,
    /// Free text: may hold personal data, so it is for decisions only.
    pub(crate) message: String,
    pub(crate) errors: Vec<ErrorItem>,
    /// The records that the whole body speaks of.
    pub(crate) ids: Vec<String>,
}

impl ErrorBody {
    /// Reads what can be read; an HTML body gives an empty value.
    pub(crate) fn read(body: &[u8]) -> ErrorBody {
        let Ok(value) = serde_json::from_slice::<Value>(body) else { return ErrorBody::default() };
        let field = |name: &str| value.get(name).and_then(scalar);
        let mut errors: Vec<ErrorItem> =
            value.get("errors").and_then(Value::as_array).into_iter().flatten().map(ErrorItem::of).collect();
        let message = field("message").unwrap_or_default();
        errors.extend(embedded(&message));
        ErrorBody {
            category: match (field("category"), field("errorType")) {
                // The most general of all categories: the other word says more.
                (Some(category), Some(kind)) if category == "VALIDATION_ERROR" => Some(kind),
                (category, kind) => category.or(kind),
            },
            policy: field("policyName"),
            correlation: field("correlationId"),
            message,
            errors,
            ids: context(&value, &["ids", "id"]),
        }
    }
}

/// Messages like `Property values were not valid: [{…}]` carry their details as a JSON text.
fn embedded(message: &str) -> Vec<ErrorItem> {
    let Some(start) = message.find("[{") else { return Vec::new() };
    let mut values = serde_json::Deserializer::from_str(&message[start..]).into_iter::<Value>();
    match values.next() {
        Some(Ok(Value::Array(items))) => items.iter().map(ErrorItem::of).collect(),
        _ => Vec::new(),
    }
}

/// The entries of a `context` object under these names.
fn context(value: &Value, names: &[&str]) -> Vec<String> {
    let context = value.get("context");
    let lists = names.iter().filter_map(|name| context?.get(name));
    lists
        .flat_map(|entry| match entry {
            Value::Array(entries) => entries.iter().filter_map(scalar).collect(),
            other => scalar(other).into_iter().collect::<Vec<_>>(),
        })
        .collect()
}

/// One entry of an `errors` list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorItem {
    pub(crate) category: Option<String>,
    pub(crate) sub_category: Option<String>,
    /// The vendor's error word, for example `INVALID_OPTION`.
    pub(crate) code: Option<String>,
    /// The property at fault.
    pub(crate) property: Option<String>,
    /// The records this entry speaks of.
    pub(crate) ids: Vec<String>,
    /// Scopes that would have been needed.
    pub(crate) scopes: Vec<String>,
    /// Free text, for decisions only.
    pub(crate) message: String,
}

impl ErrorItem {
    fn of(value: &Value) -> ErrorItem {
        let field = |name: &str| value.get(name).and_then(scalar);
        let message = scalar(value).or_else(|| field("message")).unwrap_or_default();
        let mut item = ErrorItem {
            category: field("category"),
            sub_category: field("subCategory"),
            code: field("code").or_else(|| field("error")),
            property: field("name").or_else(|| context(value, &["propertyName", "name"]).into_iter().next()),
            ids: context(value, &["ids", "id", "fromObjectId", "objectId"]),
            scopes: context(value, &["requiredGranularScopes", "requiredScopes"]),
            message,
        };
        if item.code.is_none()
            && let Some(inner) = embedded(&item.message).into_iter().next()
        {
            item.code = inner.code;
            item.property = item.property.or(inner.property);
        }
        item
    }
}

impl<'de> Deserialize<'de> for ErrorItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(ErrorItem::of(&Value::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_culprit_in_every_shape() {
        let in_errors = r#"{"category":"VALIDATION_ERROR","errors":[
            {"message":"no","code":"INVALID_OPTION","context":{"propertyName":["industry"]}}]}"#;
        let in_message = r#"{"category":"VALIDATION_ERROR","message":"Property values were not valid: [{\"isValid\":false,\"message\":\"x\",\"error\":\"INVALID_OPTION\",\"name\":\"industry\"}]"}"#;
        for text in [in_errors, in_message] {
            let body = ErrorBody::read(text.as_bytes());
            assert_eq!(body.errors[0].code.as_deref(), Some("INVALID_OPTION"), "{text}");
            assert_eq!(body.errors[0].property.as_deref(), Some("industry"), "{text}");
        }
        let texts = ErrorBody::read(br#"{"errors":["one","two"],"message":null}"#);
        assert_eq!(texts.errors[1].message, "two");
        assert_eq!(ErrorBody::read(b"<html>502</html>").message, "");
        assert_eq!(ErrorBody::read(br#"{"message":"broken [{\"a\":"}"#).errors, []);
    }
}
