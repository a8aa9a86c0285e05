//! From the tree of a checked configuration file to [`Config`], with the checks that a shape cannot make: time zones,
//! addresses, folders, and whose settings a connection uses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use intentd_sdk::http::check_base_url;
use intentd_sdk::record::ConnectionName;
use jiff::tz::TimeZone;
use url::Url;

use super::database::{self, AddressError};
use super::secrets::{Environment, SecretRef};
use super::{
    Auth, Config, Connection, Database, Guards, LogFormat, Logging, Schedule, VendorSettings, Workspace, WriteMode,
};
use crate::rules::check::{Checker, secret_place};
use crate::rules::yaml::{Entry, Node};
use crate::rules::{Problems, Severity, scalar, suggest};

pub(super) struct Converter<'a> {
    pub(super) checker: &'a mut Checker,
    pub(super) path: &'a Path,
    pub(super) environment: &'a Environment,
    pub(super) vendors: &'a [VendorSettings],
}

impl Converter<'_> {
    /// The configuration; `None` when a part that has no default is missing or wrong.
    pub(super) fn config(mut self, root: &Node) -> Option<Config> {
        let time_zone = self.time_zone(root);
        let database = self.database(root);
        let mut connections = BTreeMap::new();
        for entry in root.get("connections").map(Node::entries).unwrap_or_default() {
            if let Some(connection) = self.connection(entry) {
                connections.insert(connection.name.clone(), connection);
            }
        }
        let mappings = self.mappings(root);
        let visits = self.visits(root);
        let collector = self.collector(root);
        let summaries = self.summaries(root);
        let schedule = root.get("schedule");
        let time = |key: &str, default: i64| {
            schedule.and_then(|node| node.text_of(key)).and_then(scalar::duration_ms).unwrap_or(default)
        };
        let guards = root.get("guards");
        let count = |key: &str, default: u64| number(guards, key).unwrap_or(default);
        let logging = root.get("logging");
        Some(Config {
            path: self.path.to_owned(),
            workspace: Workspace { time_zone: time_zone? },
            database: database?,
            connections,
            schedule: Schedule {
                sync_every_ms: time("sync_every", 5 * 60_000),
                reconcile_every_ms: time("reconcile_every", 24 * 3_600_000),
            },
            mappings,
            guards: Guards {
                first_apply_max_records: count("first_apply_max_records", 200),
                max_share_percent: number(guards, "max_share_percent").unwrap_or(20),
                min_records: count("min_records", 500),
                max_cleared_values: count("max_cleared_values", 0),
            },
            mode: match root.text_of("mode") {
                Some("read_only") => WriteMode::ReadOnly,
                _ => WriteMode::ReadWrite,
            },
            visits,
            collector: collector?,
            summaries: summaries?,
            logging: Logging {
                level: logging.and_then(|node| node.text_of("level")).unwrap_or("info").to_owned(),
                format: match logging.and_then(|node| node.text_of("format")) {
                    Some("json") => LogFormat::Json,
                    _ => LogFormat::Text,
                },
            },
            warnings: Problems::default(),
        })
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).to_owned()
    }

    fn time_zone(&mut self, root: &Node) -> Option<TimeZone> {
        let Some(node) = root.get("workspace").and_then(|workspace| workspace.get("time_zone")) else {
            return Some(TimeZone::UTC);
        };
        let name = node.text()?;
        let zone = TimeZone::get(name).ok();
        if zone.is_none() {
            let message = format!("there is no time zone `{}`", self.checker.source.excerpt(&node.span));
            let help = "write an IANA name such as `Europe/Stockholm` or `UTC`".to_owned();
            let known: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
            let near = suggest::nearest(name, known.iter().map(String::as_str));
            let help = near.map_or(help, |near| format!("did you mean `{near}`?"));
            self.checker.report_help(&node.span, "time_zone", message, Some(help));
        }
        zone
    }

    fn database(&mut self, root: &Node) -> Option<Database> {
        let node = root.get("database");
        let password = node.and_then(|node| node.get("password"));
        let reference = password.and_then(|node| self.secret(node));
        let Some(url) = node.and_then(|node| node.get("url")) else {
            return database::read("sqlite:intentd.db", &self.folder(), None).ok();
        };
        let (code, message, help) = match database::read(url.text()?, &self.folder(), reference) {
            Ok(database) => {
                if let (Database::Sqlite { .. }, Some(password)) = (&database, password) {
                    let message = "a SQLite file has no password".to_owned();
                    self.checker.report_help(&password.span, "unused", message, Some("remove `password`".into()));
                }
                return Some(database);
            }
            Err(AddressError::Password) => {
                self.checker.hide(&url.span);
                let help = "take it out of the address and add `password: {file: database-password}`";
                ("secret_in_yaml", "a password must not be written into this file", help)
            }
            Err(AddressError::NoHost) => (
                "address",
                "the address names no host",
                "write `postgres://user@host/name`; for a socket use its folder",
            ),
            Err(AddressError::Query) => {
                ("address", "a SQLite address takes no options", "write `sqlite:` and the path of the file")
            }
            Err(AddressError::Unknown) => (
                "address",
                "this is no address of a database",
                "write `sqlite:intentd.db` or `postgres://user@host/name`",
            ),
        };
        self.checker.report_help(&url.span, code, message.to_owned(), Some(help.into()));
        None
    }

    fn connection(&mut self, entry: &Entry) -> Option<Connection> {
        let node = &entry.node;
        let help = "write `https://` and the host, or leave `base_url` out";
        let base_url = node.get("base_url").and_then(|node| self.base_url(node, help));
        let vendor = node.text_of("vendor")?;
        self.own_settings(node, vendor);
        let auth = node.get("auth")?;
        let auth = if let Some(token) = auth.get("token") {
            Auth::Token(self.secret(token)?)
        } else if let Some(oauth) = auth.get("oauth") {
            let (client_id, client_secret) = self.client(oauth)?;
            Auth::OAuth { client_id, client_secret }
        } else {
            let (client_id, client_secret) = self.client(auth.get("client")?)?;
            Auth::Client { client_id, client_secret }
        };
        Some(Connection {
            name: ConnectionName::from(entry.key.as_str()),
            vendor: vendor.to_owned(),
            base_url,
            auth,
            versions: values(node, "versions"),
            limits: values(node, "limits"),
            share_percent: values(node, "share"),
            options: values(node, "options"),
        })
    }

    fn client(&mut self, node: &Node) -> Option<(String, SecretRef)> {
        Some((node.text_of("client_id")?.to_owned(), self.secret(node.get("client_secret")?)?))
    }

    /// Settings that exist, but at another vendor.
    fn own_settings(&mut self, node: &Node, vendor: &str) {
        let Some(known) = self.vendors.iter().find(|known| known.vendor == vendor) else { return };
        for section in ["versions", "limits", "share", "options"] {
            for entry in node.get(section).map(Node::entries).unwrap_or_default() {
                let key = format!("{section}.{}", entry.key);
                let exists = |vendor: &VendorSettings| vendor.settings.iter().any(|setting| setting.key == key);
                if !exists(known) && self.vendors.iter().any(exists) {
                    let message = format!("`{key}` is no setting of {vendor}");
                    self.checker.report_help(&entry.key_span, "unknown_key", message, Some("remove it".into()));
                }
            }
        }
    }

    /// An address that a secret may be sent to.
    pub(super) fn base_url(&mut self, node: &Node, help: &str) -> Option<Url> {
        let problem = match Url::parse(node.text()?) {
            Ok(url) => match check_base_url(&url) {
                Ok(()) => return Some(url),
                Err(error) => error.to_string(),
            },
            Err(_) => "is no address".to_owned(),
        };
        // What is wrong may be that it holds a password.
        if node.text()?.contains('@') {
            self.checker.hide(&node.span);
        }
        let message = format!("this address cannot be used: {problem}");
        self.checker.report_help(&node.span, "base_url", message, Some(help.to_owned()));
        None
    }

    pub(super) fn secret(&mut self, node: &Node) -> Option<SecretRef> {
        let (entry, text) = secret_place(node)?;
        let reference = match entry.key.as_str() {
            "file" => SecretRef::File(self.folder().join(text)),
            "env" => SecretRef::Env(text.to_owned()),
            "credential" => SecretRef::Credential(text.to_owned()),
            _ => return None,
        };
        if reference.readable_by_others().is_some() {
            let help = format!("run `chmod 600 {text}`");
            let message = "everybody on this machine can read this secret";
            let problem = self.checker.report(&entry.node.span, "open_secret", message);
            problem.severity = Severity::Warning;
            problem.help = Some(help);
        } else if let Err(error) = reference.resolve(self.environment) {
            let problem = self.checker.report(&entry.node.span, "no_secret", "this secret cannot be had now");
            problem.severity = Severity::Warning;
            problem.help = Some(error.to_string());
        }
        Some(reference)
    }

    fn mappings(&mut self, root: &Node) -> Option<PathBuf> {
        let node = root.get("mappings")?;
        let folder = self.folder().join(node.text()?);
        if !folder.is_dir() {
            let message = format!("there is no folder `{}`", self.checker.source.excerpt(&node.span));
            let help = "create it, or remove the line: then the shipped mappings hold".to_owned();
            self.checker.report_help(&node.span, "no_folder", message, Some(help));
        }
        Some(folder)
    }
}

pub(super) fn number<T: FromStr>(node: Option<&Node>, key: &str) -> Option<T> {
    node?.text_of(key)?.parse().ok()
}

fn values<T: FromStr>(node: &Node, section: &str) -> BTreeMap<String, T> {
    let entries = node.get(section).map(Node::entries).unwrap_or_default();
    entries.iter().filter_map(|entry| Some((entry.key.clone(), entry.node.text()?.parse().ok()?))).collect()
}
