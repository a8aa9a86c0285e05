//! Bulk extraction (Marketo: "Bulk Extract"), the interface that the streams use.

use intentd_sdk::cursor::Cursor;
use intentd_sdk::source::{Page, ReadContext, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};

use crate::client::Client;

/// What is extracted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Export {
    Leads { fields: Vec<String> },
    Activities { type_ids: Vec<u64> },
}

/// Cuts a stretch of time into exports.
pub(crate) async fn plan(_: &Client, _: &ReadContext<'_>, _: Export, _: Timestamp, _: Timestamp) -> Vec<WindowSpec> {
    Vec::new()
}

/// Reads a window of [`plan`].
pub(crate) async fn read(_: &Client, _: &ReadContext<'_>, window: &WindowSpec, _: Option<&Cursor>) -> Result<Page> {
    Err(ConnectorError::Malformed { detail: format!("window `{}` is no export", window.key) })
}
