//! What commands share: finding and reading the configuration, opening the database, building connections, and choosing the
//! rules in force.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use intentd_sdk::Timestamp;
use intentd_sdk::clock::{Clock, SystemClock};
use intentd_sdk::connector::{ConnectionSettings, ConnectorKind, Credentials};
use intentd_sdk::record::ConnectionName;
use jiff::tz::TimeZone;
use tokio::sync::RwLock;
use tokio_util::sync::CancellationToken;

use super::{Failure, Global, LogFormat};
use crate::config::{self, Auth, Config, Environment, VendorSettings, WriteMode};
use crate::domain::plan::GuardLimits;
use crate::engine::cycle::{Connection, Engine, RulesInForce, Settings};
use crate::engine::limiter::Limiter;
use crate::engine::progress::Progress;
use crate::rules::{self, Problems, RuleSet};
use crate::seal::{SealKey, SealedTokens};
use crate::store::{Store, StoreLock};

/// Everything that a command works with.
pub(crate) struct Opened {
    pub(crate) engine: Engine,
    pub(crate) sync_every: Duration,
    /// The admin's edit has problems, and the last good rules are in force instead.
    pub(crate) rejected_rules: Option<Problems>,
}

impl Opened {
    /// Keeps other processes from working on the same database.
    pub(crate) fn lock_database(&self) -> Result<StoreLock, Failure> {
        lock_store(&self.engine.store)
    }
}

/// The clock of this process.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

/// Whether messages on standard error may be coloured.
pub(crate) fn colour() -> bool {
    std::io::stderr().is_terminal() && Environment::of_process().get("NO_COLOR").is_none()
}

/// Starts log lines on standard error. The daemon tells what it does; a command on a terminal only what goes wrong.
pub(crate) fn start_logging(global: &Global, daemon: bool) {
    use crate::telemetry::logging;
    let environment = Environment::of_process();
    let format = match global.log {
        LogFormat::Json => logging::LogFormat::Json,
        LogFormat::Human => {
            logging::LogFormat::choose(environment.get("JOURNAL_STREAM").is_some(), std::io::stderr().is_terminal())
        }
    };
    let filter = match (daemon, global.verbose) {
        (true, 0) => "info",
        (false, 0) => "warn",
        (true, 1) | (false, 2) => "debug",
        (false, 1) => "info",
        (_, _) => "trace",
    };
    let settings = logging::LogSettings { format, filter: filter.to_owned() };
    if let Err(error) = logging::init(&settings, clock()) {
        super::complain(&format!("warning: {error}"));
    }
}

/// The configuration file that is meant.
fn config_path(global: &Global) -> Result<PathBuf, Failure> {
    if let Some(path) = &global.config {
        return Ok(path.clone());
    }
    ["intentd.yaml", "/etc/intentd/intentd.yaml"].into_iter().map(PathBuf::from).find(|path| path.exists()).ok_or_else(
        || {
            Failure::Input(
                "no configuration: neither ./intentd.yaml nor /etc/intentd/intentd.yaml exists; \
                 write one with `intentd init`, or name it with --config"
                    .into(),
            )
        },
    )
}

pub(crate) fn vendor_settings() -> Vec<VendorSettings> {
    crate::registry::vendors()
        .into_iter()
        .map(|kind| VendorSettings { vendor: kind.vendor().to_owned(), settings: kind.settings() })
        .collect()
}

/// Reads the configuration.
pub(crate) fn load_config(global: &Global) -> Result<Config, Failure> {
    let path = config_path(global)?;
    Ok(config::load(&path, &Environment::of_process(), &vendor_settings())?)
}

/// Reads mappings and rules as they are on disk now.
pub(crate) fn read_rules(global: &Global) -> Result<RuleSet, Problems> {
    let config = match load_config(global) {
        Ok(config) => config,
        Err(Failure::Problems(problems)) => return Err(problems),
        Err(_) => return Err(Problems::new(Vec::new())),
    };
    rules_of(&config)
}

/// Reads mappings and rules as the configuration says.
pub(crate) fn rules_of(config: &Config) -> Result<RuleSet, Problems> {
    let vendors: Vec<&str> = crate::registry::vendors().into_iter().map(ConnectorKind::vendor).collect();
    rules::load(config.mappings.as_deref(), &vendors)
}

/// Opens the database without changing it.
pub(crate) async fn open_store(config: &Config) -> Result<Store, Failure> {
    use secrecy::ExposeSecret;
    let url =
        config.database.connect_url(&Environment::of_process()).map_err(|error| Failure::Input(error.to_string()))?;
    Ok(Store::open(url.expose_secret()).await?)
}

/// Keeps other processes from working on the same database.
pub(crate) fn lock_store(store: &Store) -> Result<StoreLock, Failure> {
    store.lock_exclusive().map_err(|error| {
        Failure::Busy(format!("{error}; another intentd works on this database, wait for it or stop it"))
    })
}

/// Brings the database to this version's form; one that holds something is copied first.
pub(crate) async fn migrate_safely(store: &Store, config: &Config) -> Result<Vec<String>, Failure> {
    let pending = store.pending_migrations().await?;
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let used = store.has_schema().await?;
    if let (true, Some(path)) = (used, store.path()) {
        let copy = free_name(path);
        store.backup(&copy).await?;
        tracing::info!("the database was copied to {} before it was changed", copy.display());
    }
    let _: &Config = config;
    Ok(store.migrate().await?)
}

fn free_name(path: &Path) -> PathBuf {
    (1..)
        .map(|n| path.with_extension(format!("before-migration-{n}.db")))
        .find(|copy| !copy.exists())
        .unwrap_or_default()
}

/// Opens everything: configuration, database, rules, connections.
pub(crate) async fn open(global: &Global, progress: Arc<dyn Progress>) -> Result<Opened, Failure> {
    let config = load_config(global)?;
    for warning in config.warnings.iter() {
        tracing::warn!("{}: {}", warning.file, warning.message);
    }
    let clock = clock();
    let store = open_store(&config).await?;
    migrate_safely(&store, &config).await?;
    let (rules, rejected_rules) = rules_in_force(&store, rules_of(&config), clock.now()).await?;
    let stopping = CancellationToken::new();
    let mut connections = Vec::new();
    for name in config.connections.keys() {
        connections.push(connection(&config, name, &store, &clock, &stopping)?);
    }
    let engine = Engine {
        connections,
        settings: Settings {
            zone: config.workspace.time_zone.clone(),
            guards: GuardLimits {
                first_apply_max_records: config.guards.first_apply_max_records,
                max_share_percent: u64::from(config.guards.max_share_percent),
                min_records: config.guards.min_records,
                max_cleared_values: config.guards.max_cleared_values,
            },
            read_only: config.mode == WriteMode::ReadOnly,
            reconcile_every_ms: config.schedule.reconcile_every_ms,
        },
        rules,
        progress,
        owner: format!("process {} at {}", std::process::id(), clock.now()),
        stopping,
        clock,
        store,
    };
    let sync_every = Duration::from_millis(config.schedule.sync_every_ms.max(1_000) as u64);
    Ok(Opened { engine, sync_every, rejected_rules })
}

/// The rules on disk, or the last good ones when those have problems. Without any last good ones the problems are final.
async fn rules_in_force(
    store: &Store,
    loaded: Result<RuleSet, Problems>,
    now: Timestamp,
) -> Result<(RulesInForce, Option<Problems>), Failure> {
    let (rules, rejected) = match loaded {
        Ok(rules) => (rules, None),
        Err(problems) => {
            let Some(last_good) = store.find_current_rules().await? else { return Err(problems.into()) };
            let sources = serde_json::from_value(last_good.sources).unwrap_or_default();
            (rules::from_sources(sources)?, Some(problems))
        }
    };
    Ok((Engine::adopt_rules(store, rules, now).await?, rejected))
}

fn connection(
    config: &Config,
    name: &ConnectionName,
    store: &Store,
    clock: &Arc<dyn Clock>,
    stopping: &CancellationToken,
) -> Result<Connection, Failure> {
    let (kind, settings) = connection_settings(config, name, store, clock)?;
    let connector = kind.build(settings).map_err(|error| Failure::Input(format!("connections.{name}.{error}")))?;
    let limiter = Limiter::new(&connector.limits(), Arc::clone(clock), stopping.clone());
    Ok(Connection { name: name.clone(), vendor: kind.vendor().to_owned(), connector, limiter })
}

fn connection_settings(
    config: &Config,
    name: &ConnectionName,
    store: &Store,
    clock: &Arc<dyn Clock>,
) -> Result<(&'static dyn ConnectorKind, ConnectionSettings), Failure> {
    let connection = config
        .connections
        .get(name)
        .ok_or_else(|| Failure::Input(format!("there is no connection `{name}` in the configuration")))?;
    let kind = crate::registry::find(&connection.vendor)
        .ok_or_else(|| Failure::Input(format!("unknown vendor `{}`", connection.vendor)))?;
    let environment = Environment::of_process();
    let secret = |reference: &config::SecretRef| {
        reference.resolve(&environment).map_err(|error| Failure::Input(format!("connections.{name}.auth: {error}")))
    };
    let credentials = match &connection.auth {
        Auth::Token(reference) => Credentials::Token(secret(reference)?),
        Auth::OAuth { client_id, client_secret } => {
            let key = SealKey::find_or_create(&environment, store.path())
                .map_err(|error| Failure::Input(format!("connections.{name}.auth: {error}")))?;
            Credentials::OAuth {
                client_id: client_id.clone(),
                client_secret: secret(client_secret)?,
                refresh_tokens: Arc::new(SealedTokens::new(store.clone(), name.clone(), key)),
            }
        }
    };
    let settings = ConnectionSettings {
        name: name.clone(),
        base_url: connection.base_url.clone(),
        credentials,
        versions: connection.versions.clone(),
        limits: connection.limits.clone(),
        share_percent: connection.share_percent.clone(),
        options: connection.options.clone(),
        clock: Arc::clone(clock),
    };
    Ok((kind, settings))
}

/// The settings of an OAuth connection, named by itself or by its vendor.
pub(crate) fn oauth_settings(
    config: &Config,
    wanted: &str,
    store: &Store,
    clock: &Arc<dyn Clock>,
) -> Result<(&'static dyn ConnectorKind, ConnectionSettings), Failure> {
    let matching: Vec<&ConnectionName> = config
        .connections
        .values()
        .filter(|connection| connection.name.as_str() == wanted || connection.vendor == wanted)
        .map(|connection| &connection.name)
        .collect();
    match matching.as_slice() {
        [name] => {
            if matches!(config.connections[*name].auth, Auth::Token(_)) {
                return Err(Failure::Input(format!(
                    "connection `{name}` uses a token and needs no authorization; \
                     for an OAuth app write `auth: {{oauth: {{client_id: …, client_secret: …}}}}`"
                )));
            }
            connection_settings(config, name, store, clock)
        }
        [] => Err(Failure::Input(format!("there is no connection `{wanted}` in the configuration"))),
        several => {
            let names: Vec<String> = several.iter().map(ToString::to_string).collect();
            Err(Failure::Input(format!("several connections match; name one of: {}", names.join(", "))))
        }
    }
}

/// A limiter for a connection that is not open otherwise.
pub(crate) fn limiter_for(kind: &'static dyn ConnectorKind, settings: &ConnectionSettings) -> Result<Limiter, Failure> {
    let connector = kind.build(settings.clone()).map_err(|error| Failure::Input(error.to_string()))?;
    Ok(Limiter::new(&connector.limits(), Arc::clone(&settings.clock), CancellationToken::new()))
}

/// The engine with the rules in force right now.
pub(crate) fn current(engine: &RwLock<Engine>) -> Engine {
    tokio::task::block_in_place(|| engine.blocking_read().clone())
}

pub(crate) fn zone(config: &Config) -> TimeZone {
    config.workspace.time_zone.clone()
}

pub(crate) fn connection_names(config: &Config) -> Vec<ConnectionName> {
    config.connections.keys().cloned().collect()
}

pub(crate) fn is_read_only(config: &Config) -> bool {
    config.mode == WriteMode::ReadOnly
}

/// An instant as people of the workspace read it.
pub(crate) fn local_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_jiff().to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}
