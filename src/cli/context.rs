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
use crate::config::{self, Auth, Config, Environment, Summaries, VendorSettings, WriteMode};
use crate::domain::plan::GuardLimits;
use crate::engine::cycle::{Connection, Engine, RulesInForce, Settings};
use crate::engine::limiter::Limiter;
use crate::engine::progress::{Progress, Silent};
use crate::rules::{self, Problem, Problems, RuleSet};
use crate::seal::{SealKey, SealedTokens};
use crate::store::{Store, StoreError, StoreLock};

/// Everything that a command works with.
pub(crate) struct Opened {
    pub(crate) engine: Engine,
    pub(crate) sync_every: Duration,
    /// The endpoint of a language model, if there is one.
    pub(crate) summaries: Option<Summaries>,
    /// The admin's edit has problems, and the last good rules are in force instead.
    pub(crate) rejected_rules: Option<Problems>,
    /// Keeps other processes from working on the same database; who only looks has none.
    _lock: Option<StoreLock>,
}

impl Opened {
    /// For commands that do one thing and end: mistakes in the rules end them before anything is done. The daemon goes on
    /// with the last good rules instead.
    pub(crate) fn with_sound_rules(self) -> Result<Opened, Failure> {
        match self.rejected_rules {
            Some(problems) => Err(problems.into()),
            None => Ok(self),
        }
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

/// Starts log lines on standard error. The daemon tells what it does, as much as its configuration says; a command on a
/// terminal tells only what goes wrong.
pub(crate) fn start_logging(global: &Global, daemon: bool) {
    use crate::telemetry::logging;
    let environment = Environment::of_process();
    // A configuration that cannot be read is reported by the command itself.
    let wanted = if daemon { load_config(global).ok().map(|config| config.logging) } else { None };
    let json = global.log == LogFormat::Json
        || wanted.as_ref().is_some_and(|logging| logging.format == config::LogFormat::Json);
    let format = if json {
        logging::LogFormat::Json
    } else {
        logging::LogFormat::choose(environment.get("JOURNAL_STREAM").is_some(), std::io::stderr().is_terminal())
    };
    let filter = match (daemon, global.verbose) {
        (true, 0) => wanted.map_or_else(|| "info".to_owned(), |logging| logging.level),
        (false, 0) => "warn".to_owned(),
        (true, 1) | (false, 2) => "debug".to_owned(),
        (false, 1) => "info".to_owned(),
        (_, _) => "trace".to_owned(),
    };
    let settings = logging::LogSettings { format, filter };
    if let Err(error) = logging::init(&settings, clock()) {
        super::complain(&format!("warning: {error}"));
        let settings = logging::LogSettings { filter: "info".to_owned(), ..settings };
        // It can fail a second time only when logging is set up already, and then there are log lines.
        let _ = logging::init(&settings, clock());
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
pub(crate) fn read_rules(global: &Global) -> Result<RuleSet, Failure> {
    Ok(rules_of(&load_config(global)?)?)
}

/// Reads mappings and rules as the configuration says.
pub(crate) fn rules_of(config: &Config) -> Result<RuleSet, Problems> {
    let vendors: Vec<&str> = crate::registry::vendors().into_iter().map(ConnectorKind::vendor).collect();
    let mut rules = rules::load(config.mappings.as_deref(), &vendors)?;
    let found = rules::check_connections(&rules, &connections_of(config));
    let (errors, warnings): (Vec<Problem>, Vec<Problem>) =
        found.into_iter().partition(|problem| problem.severity == rules::Severity::Error);
    if !errors.is_empty() {
        return Err(Problems::new(errors.into_iter().chain(warnings).collect()));
    }
    rules.warnings = Problems::new(rules.warnings.into_iter().chain(warnings).collect());
    Ok(rules)
}

/// The connections with their vendors.
pub(crate) fn connections_of(config: &Config) -> Vec<(ConnectionName, String)> {
    config.connections.values().map(|connection| (connection.name.clone(), connection.vendor.clone())).collect()
}

/// Opens the database without changing it.
pub(crate) async fn open_store(config: &Config) -> Result<Store, Failure> {
    use secrecy::ExposeSecret;
    let url =
        config.database.connect_url(&Environment::of_process()).map_err(|error| Failure::Input(error.to_string()))?;
    Ok(Store::open(url.expose_secret()).await?)
}

/// Keeps other processes from working on the same database.
pub(crate) async fn lock_store(store: &Store) -> Result<StoreLock, Failure> {
    store.lock_exclusive().await.map_err(|error| match error {
        StoreError::InUse { .. } => {
            Failure::Busy(format!("{error}, or wait for it (`systemctl stop intentd` when it is the daemon)"))
        }
        error => error.into(),
    })
}

/// Brings the database to this version's form; one that holds something is copied first.
pub(crate) async fn migrate_safely(store: &Store) -> Result<Vec<String>, Failure> {
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
    Ok(store.migrate().await?)
}

fn free_name(path: &Path) -> PathBuf {
    (1..)
        .map(|n| path.with_extension(format!("before-migration-{n}.db")))
        .find(|copy| !copy.exists())
        .unwrap_or_default()
}

/// Opens everything to work with it: configuration, database, rules, connections. Until the value is dropped no other process
/// works on the same database.
pub(crate) async fn open(global: &Global, progress: Arc<dyn Progress>) -> Result<Opened, Failure> {
    let config = load_config(global)?;
    for warning in config.warnings.iter() {
        tracing::warn!("{}: {}", warning.file, warning.message);
    }
    let clock = clock();
    let store = open_store(&config).await?;
    // Before the first write: a second process must not change the rules under the first one's feet.
    let lock = lock_store(&store).await?;
    migrate_safely(&store).await?;
    let (rules, rejected_rules) = rules_in_force(&store, rules_of(&config), clock.now()).await?;
    let opened = assemble(&config, store, rules, rejected_rules, config.connections.keys(), progress, clock)?;
    Ok(Opened { _lock: Some(lock), ..opened })
}

/// Opens the database to look at it; a daemon may be at work. Rules are those in force, not an edit that nobody took over yet.
/// There are no connections, so no secret is needed.
pub(crate) async fn look(global: &Global) -> Result<Opened, Failure> {
    look_at(global, false).await
}

/// Like [`look`], with connections that may be asked questions.
pub(crate) async fn look_and_ask(global: &Global) -> Result<Opened, Failure> {
    look_at(global, true).await
}

async fn look_at(global: &Global, ask: bool) -> Result<Opened, Failure> {
    let config = load_config(global)?;
    let clock = clock();
    let store = open_store(&config).await?;
    if !store.pending_migrations().await?.is_empty() {
        let _lock = lock_store(&store).await?;
        migrate_safely(&store).await?;
    }
    let (rules, rejected) = match (rules_of(&config), store.find_current_rules().await?) {
        (Ok(rules), None) => (RulesInForce { rules: Arc::new(rules), version: 0 }, None),
        (Err(problems), None) => return Err(problems.into()),
        (loaded, Some(current)) => {
            let rules = match &loaded {
                Ok(rules) if rules.fingerprint == current.fingerprint => rules.clone(),
                _ => rules::from_sources(serde_json::from_value(current.sources).unwrap_or_default())?,
            };
            if loaded.as_ref().is_ok_and(|edited| edited.fingerprint != rules.fingerprint) {
                tracing::warn!(
                    "the edited rules are not in force yet: a sync or a reload of the daemon takes them over"
                );
            }
            (RulesInForce { rules: Arc::new(rules), version: current.version }, loaded.err())
        }
    };
    let names = config.connections.keys().filter(|_| ask);
    assemble(&config, store, rules, rejected, names, Arc::new(Silent), clock)
}

fn assemble<'a>(
    config: &Config,
    store: Store,
    rules: RulesInForce,
    rejected_rules: Option<Problems>,
    names: impl Iterator<Item = &'a ConnectionName>,
    progress: Arc<dyn Progress>,
    clock: Arc<dyn Clock>,
) -> Result<Opened, Failure> {
    let stopping = CancellationToken::new();
    let mut connections = Vec::new();
    for name in names {
        connections.push(connection(config, name, &store, &clock, &stopping)?);
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
            visit_retention_days: config.visits.retention_days,
        },
        rules,
        progress,
        owner: format!("process {} at {}", std::process::id(), clock.now()),
        stopping,
        clock,
        store,
    };
    let sync_every = Duration::from_millis(config.schedule.sync_every_ms.max(1_000) as u64);
    Ok(Opened { engine, sync_every, summaries: config.summaries.clone(), rejected_rules, _lock: None })
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
        Auth::Client { client_id, client_secret } => {
            Credentials::Client { client_id: client_id.clone(), client_secret: secret(client_secret)? }
        }
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
