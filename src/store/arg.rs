//! A value on its way into a statement: the three types that both databases store, and their nulls.

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind, StreamName};
use serde::Serialize;

use crate::domain::model::ContactId;

/// One bound value.
#[derive(Clone, Debug)]
pub(super) enum Arg {
    Int(i64),
    NoInt,
    Text(String),
    NoText,
    Bytes(Vec<u8>),
}

impl Arg {
    /// A value as JSON text.
    pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Arg {
        // JSON escapes control characters, so no NUL can be in it.
        Arg::Text(serde_json::to_string(value).expect("stored types have text keys and serialise to JSON"))
    }

    /// An optional value as JSON text.
    pub(super) fn json_or_null<T: Serialize>(value: Option<&T>) -> Arg {
        value.map_or(Arg::NoText, Arg::json)
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        // PostgreSQL refuses NUL in text; both databases store the replacement character, so that they stay equal.
        Arg::Text(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text })
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::from(text.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Arg {
        Arg::from(text.clone())
    }
}

impl From<Option<&str>> for Arg {
    fn from(text: Option<&str>) -> Arg {
        text.map_or(Arg::NoText, Arg::from)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Int(number)
    }
}

impl From<Option<i64>> for Arg {
    fn from(number: Option<i64>) -> Arg {
        number.map_or(Arg::NoInt, Arg::Int)
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Arg {
        Arg::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Arg {
        Arg::Int(i64::from(number))
    }
}

impl From<u16> for Arg {
    fn from(number: u16) -> Arg {
        Arg::Int(i64::from(number))
    }
}

impl From<bool> for Arg {
    fn from(flag: bool) -> Arg {
        Arg::Int(i64::from(flag))
    }
}

impl From<Timestamp> for Arg {
    fn from(instant: Timestamp) -> Arg {
        Arg::Int(instant.as_ms())
    }
}

impl From<Option<Timestamp>> for Arg {
    fn from(instant: Option<Timestamp>) -> Arg {
        Arg::from(instant.map(Timestamp::as_ms))
    }
}

impl From<Vec<u8>> for Arg {
    fn from(bytes: Vec<u8>) -> Arg {
        Arg::Bytes(bytes)
    }
}

impl From<ContactId> for Arg {
    fn from(id: ContactId) -> Arg {
        Arg::Int(id.0)
    }
}

impl From<ObjectKind> for Arg {
    fn from(kind: ObjectKind) -> Arg {
        Arg::Text(kind.as_str().to_owned())
    }
}

impl From<&ConnectionName> for Arg {
    fn from(name: &ConnectionName) -> Arg {
        Arg::from(name.as_str())
    }
}

impl From<&StreamName> for Arg {
    fn from(name: &StreamName) -> Arg {
        Arg::from(name.as_str())
    }
}

impl From<&ExternalId> for Arg {
    fn from(id: &ExternalId) -> Arg {
        Arg::from(id.as_str())
    }
}

/// Bound values in order: `args![a, b]`.
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        [$($crate::store::arg::Arg::from($value)),*]
    };
}
pub(super) use args;
