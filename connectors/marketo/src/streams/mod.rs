//! The streams of Marketo, one file each, and the reading half of the connector, which only finds the right one.

mod activities;
mod assets;
mod associations;
mod by_id;
mod companies;
mod contacts;
mod departed;
mod instants;
mod known;
mod opportunities;
mod properties;
mod segments;
mod visitors;

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::StreamName;
use intentd_sdk::source::{Mode, Page, PullPlan, ReadContext, Source, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::connector::Marketo;
use crate::fields::Fields;
use crate::settings::Options;

pub(crate) use companies::ACCOUNT;
pub(crate) use instants::{instant, instant_text};
pub(crate) use known::KnownLeads;

/// What a stream reads with.
pub(crate) struct Reading<'a> {
    pub(crate) client: &'a Client,
    pub(crate) options: &'a Options,
    pub(crate) fields: &'a Fields,
    pub(crate) known: &'a KnownLeads,
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
const STREAMS: [&dyn Stream; 6] = [
    &properties::Properties,
    &assets::Assets,
    &contacts::Contacts,
    &associations::Associations,
    &segments::Segments,
    &activities::Activities,
];

#[async_trait]
impl Source for Marketo {
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

impl Marketo {
    fn reading<'a>(&'a self, context: &'a ReadContext<'a>) -> Reading<'a> {
        Reading { client: &self.client, options: &self.options, fields: &self.fields, known: &self.known, context }
    }
}

fn find(name: &StreamName) -> Result<&'static dyn Stream> {
    STREAMS
        .into_iter()
        .find(|stream| stream.spec().name == *name)
        .ok_or_else(|| ConnectorError::Missing { detail: format!("Marketo has no stream `{name}`") })
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

fn unreadable(key: &str) -> ConnectorError {
    ConnectorError::Malformed { detail: format!("window `{key}` was stored by another version; read the stream anew") }
}
