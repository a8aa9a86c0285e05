//! The streams of HubSpot, one file each, and the reading half of the connector, which only finds the right one.

mod associations;
mod campaigns;
mod companies;
mod contacts;
mod deals;
mod email_events;
mod engagements;
mod form_submissions;
mod joins;
mod last_moves;
mod objects;
mod owners;
mod page_views;
mod properties;
mod segments;
mod time;
mod web;

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::StreamName;
use intentd_sdk::source::{Mode, Page, PullPlan, ReadContext, Source, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::connector::HubSpot;
use crate::settings::Options;

pub(crate) use campaigns::Campaigns;
pub(crate) use properties::value_type;

/// What a stream reads with.
pub(crate) struct Reading<'a> {
    pub(crate) client: &'a Client,
    pub(crate) options: Options,
    pub(crate) campaigns: &'a Campaigns,
    pub(crate) context: &'a ReadContext<'a>,
}

/// One stream.
#[async_trait]
pub(crate) trait Stream: Send + Sync {
    /// Its name and kind.
    fn spec(&self) -> StreamSpec;

    /// See [`Source::plan`].
    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan>;

    /// See [`Source::read`].
    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page>;
}

/// Every stream, in the order in which people think of them.
const STREAMS: [&dyn Stream; 11] = [
    &properties::Properties,
    &owners::Owners,
    &companies::COMPANIES,
    &contacts::CONTACTS,
    &deals::DEALS,
    &associations::Associations,
    &segments::Segments,
    &page_views::PageViews,
    &email_events::EmailEvents,
    &form_submissions::FormSubmissions,
    &engagements::Engagements,
];

#[async_trait]
impl Source for HubSpot {
    fn streams(&self) -> Vec<StreamSpec> {
        STREAMS.iter().map(|stream| stream.spec()).collect()
    }

    async fn plan(
        &self,
        context: &ReadContext<'_>,
        stream: &StreamName,
        mode: Mode,
        checkpoint: Option<&Checkpoint>,
    ) -> Result<PullPlan> {
        find(stream)?.plan(&self.reading(context), mode, checkpoint).await
    }

    async fn read(
        &self,
        context: &ReadContext<'_>,
        stream: &StreamName,
        window: &WindowSpec,
        cursor: Option<&Cursor>,
    ) -> Result<Page> {
        find(stream)?.read(&self.reading(context), window, cursor).await
    }
}

impl HubSpot {
    fn reading<'a>(&'a self, context: &'a ReadContext<'a>) -> Reading<'a> {
        Reading { client: &self.client, options: self.options, campaigns: &self.campaigns, context }
    }
}

fn find(name: &StreamName) -> Result<&'static dyn Stream> {
    STREAMS
        .into_iter()
        .find(|stream| stream.spec().name == *name)
        .ok_or_else(|| ConnectorError::Missing { detail: format!("HubSpot has no stream `{name}`") })
}

/// A window of this connector.
fn window(key: impl Into<String>, mode: Mode, bounds: &impl Serialize) -> WindowSpec {
    let bounds = serde_json::to_value(bounds).expect("bounds are plain values");
    WindowSpec { key: key.into(), mode, ids: Vec::new(), bounds }
}

/// The bounds of a window as this version writes them.
fn bounds<T: DeserializeOwned>(window: &WindowSpec) -> Result<T> {
    serde_json::from_value(window.bounds.clone()).map_err(|_| unreadable(&window.key))
}

/// A cursor as this version writes it.
fn place<T: DeserializeOwned>(window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Option<T>> {
    cursor.map(|cursor| cursor.read().ok_or_else(|| unreadable(&window.key))).transpose()
}

/// The cursor of the next page. One that leads where this page was read is no end: whatever lies behind it would be lost.
fn onward<'a>(next: Option<&'a str>, before: Option<&str>) -> Result<Option<&'a str>> {
    if next.is_some() && next == before {
        return Err(ConnectorError::Malformed { detail: "the cursor does not move".to_owned() });
    }
    Ok(next)
}

fn unreadable(key: &str) -> ConnectorError {
    ConnectorError::Malformed { detail: format!("window `{key}` was stored by another version; read the stream anew") }
}
