//! Bulk extraction (Marketo: "Bulk Extract"), the interface that the streams use.

use intentd_sdk::cursor::Cursor;
use intentd_sdk::permit::Permits;
use intentd_sdk::source::{Mode, Page, ReadContext, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};

use crate::client::Client;

/// What is extracted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Export {
    Leads { fields: Vec<String> },
    Activities { type_ids: Vec<u32> },
}

/// Which instant counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    CreatedAt,
    UpdatedAt,
}

/// Cuts a stretch of time into exports.
pub(crate) fn plan(_: &Export, _: Mode, _: Filter, _: Timestamp, _: Timestamp) -> Vec<WindowSpec> {
    Vec::new()
}

/// Whether a window is one of [`plan`]'s.
pub(crate) fn is_bulk(window: &WindowSpec) -> bool {
    window.bounds.get("bulk").is_some()
}

/// Whether leads can be exported by the time of their last change.
pub(crate) async fn supports_updated_at(_: &Client, _: &dyn Permits, _: Timestamp) -> Result<bool> {
    Ok(false)
}

/// Reads a window of [`plan`].
pub(crate) async fn read(_: &Client, _: &ReadContext<'_>, window: &WindowSpec, _: Option<&Cursor>) -> Result<Page> {
    Err(ConnectorError::Malformed { detail: format!("window `{}` is no export", window.key) })
}
