//! `intentd.yaml`: where the database is, which accounts are connected, how often and how carefully to work. Loading keeps
//! no secret: they are named by their place, and fetched by [`secrets`] when they are needed.

mod convert;
mod database;
mod load;
pub mod secrets;
mod shape;
mod summaries;
mod visits;

use std::collections::BTreeMap;
use std::path::PathBuf;

use intentd_sdk::connector::SettingDoc;
use intentd_sdk::record::ConnectionName;
use jiff::tz::TimeZone;
use url::Url;

use crate::rules::Problems;
pub use database::Database;
pub use load::{load, parse};
pub use secrets::{Environment, SecretError, SecretRef};
pub use shape::{reference_page, schema};
pub use summaries::Summaries;
pub use visits::{Collector, ConsentSource, IdStorage, Visits};

/// What a vendor's connector lets the admin set, as the registry lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorSettings {
    /// The word in the configuration: `hubspot`.
    pub vendor: String,
    /// Keys of `versions`, `limits`, `share` and `options`.
    pub settings: Vec<SettingDoc>,
}

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file that it was read from.
    pub path: PathBuf,
    pub workspace: Workspace,
    pub database: Database,
    pub connections: BTreeMap<ConnectionName, Connection>,
    pub schedule: Schedule,
    /// The admin's own mappings and rules; `None`: the shipped ones alone.
    pub mappings: Option<PathBuf>,
    pub guards: Guards,
    pub mode: WriteMode,
    pub visits: Visits,
    /// The collector of visits; `None`: it is off.
    pub collector: Option<Collector>,
    /// The endpoint of a language model; `None`: nobody is asked for anything.
    pub summaries: Option<Summaries>,
    pub logging: Logging,
    /// What is doubtful, though the configuration can be used.
    pub warnings: Problems,
}

/// What holds for everything in one database.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its calendar days are the days of every window and deadline.
    pub time_zone: TimeZone,
}

/// One account at one vendor.
#[derive(Clone, Debug)]
pub struct Connection {
    pub name: ConnectionName,
    pub vendor: String,
    /// `None`: the vendor's own address.
    pub base_url: Option<Url>,
    pub auth: Auth,
    pub versions: BTreeMap<String, String>,
    /// Calls per period, by bucket.
    pub limits: BTreeMap<String, u32>,
    /// Percent of each budget that we may use, by bucket.
    pub share_percent: BTreeMap<String, u8>,
    pub options: BTreeMap<String, String>,
}

/// How a connection proves who it is. Secrets are named, not held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    Token(SecretRef),
    OAuth {
        client_id: String,
        client_secret: SecretRef,
    },
    /// A service that proves itself with a secret of its own.
    Client {
        client_id: String,
        client_secret: SecretRef,
    },
}

/// When the daemon works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub sync_every_ms: i64,
    pub reconcile_every_ms: i64,
}

/// What a plan may change before it has to be confirmed by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guards {
    /// Records that the very first apply may write.
    pub first_apply_max_records: u64,
    /// Share of all records, in percent, that a plan may write …
    pub max_share_percent: u8,
    /// … once there are at least this many records.
    pub min_records: u64,
    /// Values that a plan may clear.
    pub max_cleared_values: u64,
}

/// Whether anything is written to vendors at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    ReadWrite,
    ReadOnly,
}

/// How the daemon logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logging {
    /// A filter as `tracing` reads it: `info`, `info,intentd=debug`.
    pub level: String,
    pub format: LogFormat,
}

/// What a log line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal and in the journal.
    Text,
    /// One JSON object per line.
    Json,
}

/// The file that `intentd init` writes: every key, explained.
pub fn template() -> &'static str {
    include_str!("template.yaml")
}
