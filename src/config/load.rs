//! Reads `intentd.yaml`. Everything that is wrong is said at once.

use std::path::Path;

use super::convert::Converter;
use super::secrets::Environment;
use super::shape;
use super::{Config, VendorSettings};
use crate::rules::check::Checker;
use crate::rules::shape::Area;
use crate::rules::source::Source;
use crate::rules::{Problem, Problems, Severity, yaml};

/// Reads the configuration file. Secrets are not kept; one that is not there, or that others can read, is a warning.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn load(path: &Path, environment: &Environment, vendors: &[VendorSettings]) -> Result<Config, Problems> {
    let shown = path.display().to_string();
    let text = crate::rules::read_text(path).map_err(|message| {
        let problem = Problem::in_file(&shown, "config::unreadable", message);
        Problems::one(problem.help("`intentd init` writes a first one"))
    })?;
    parse(path, &text, environment, vendors)
}

/// Reads the text of a configuration file that is, or would be, at `path`.
///
/// # Errors
/// Everything that is wrong with the text.
pub fn parse(
    path: &Path,
    text: &str,
    environment: &Environment,
    vendors: &[VendorSettings],
) -> Result<Config, Problems> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let source = Source::new(name, text);
    let parsed = yaml::parse(&source);
    let Some(tree) = parsed.tree else { return Err(Problems::new(parsed.problems)) };
    let mut checker = Checker::new(&source, Area::Config);
    checker.check(&tree, &shape::file(vendors));
    let config = Converter { checker: &mut checker, path, environment, vendors }.config(&tree);
    let mut problems = checker.finish();
    problems.extend(parsed.problems);
    match config {
        Some(config) if problems.iter().all(|problem| problem.severity == Severity::Warning) => {
            Ok(Config { warnings: Problems::new(problems), ..config })
        }
        _ => Err(Problems::new(problems)),
    }
}

#[cfg(test)]
mod tests {
    use intentd_sdk::connector::SettingDoc;
    use intentd_sdk::record::ConnectionName;

    use super::*;
    use crate::config::{Auth, Database, SecretRef, WriteMode, template};

    fn vendors() -> Vec<VendorSettings> {
        let setting = |key: &str| SettingDoc { key: key.into(), default: "1".into(), meaning: "A setting.".into() };
        let settings =
            ["versions.crm", "limits.burst", "share.daily", "options.search_lag_seconds"].map(setting).into();
        vec![VendorSettings { vendor: "hubspot".into(), settings }]
    }

    fn read(text: &str) -> Result<Config, Problems> {
        parse(Path::new("conf/intentd.yaml"), text, &Environment::empty(), &vendors())
    }

    #[test]
    fn the_template_is_a_configuration() {
        let config = read(template()).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(config.workspace.time_zone.iana_name(), Some("Europe/Stockholm"));
        assert_eq!(config.database, Database::Sqlite { file: "conf/intentd.db".into() });
        assert_eq!((config.schedule.sync_every_ms, config.schedule.reconcile_every_ms), (300_000, 86_400_000));
        assert_eq!((config.guards.first_apply_max_records, config.guards.max_share_percent), (200, 20));
        assert_eq!((config.guards.min_records, config.guards.max_cleared_values), (500, 0));
        assert_eq!(config.mode, WriteMode::ReadWrite);
        let connection = &config.connections[&ConnectionName::from("hubspot")];
        assert_eq!(connection.auth, Auth::Token(SecretRef::File("conf/hubspot-token".into())));
    }

    #[test]
    fn every_key_of_the_template_that_is_commented_out_is_a_key() {
        let mut text = String::new();
        for line in template().lines() {
            let example = line.trim_start().strip_prefix("# ").filter(|rest| {
                ["base_url:", "versions:", "limits:", "share:", "options:"].iter().any(|key| rest.starts_with(key))
            });
            match example {
                Some(rest) => text.push_str(&format!("    {rest}\n")),
                None => text.push_str(&format!("{line}\n")),
            }
        }
        let config = read(&text).unwrap_or_else(|problems| panic!("{problems}"));
        let connection = &config.connections[&ConnectionName::from("hubspot")];
        assert_eq!(connection.base_url.as_ref().unwrap().as_str(), "http://127.0.0.1:4010/");
    }

    #[test]
    fn every_part_can_be_said() {
        let text = "
workspace: {time_zone: Europe/Oslo}
database:
  url: postgres://intentd@db.example.com/intentd
  password: {env: PGPASSWORD}
connections:
  main:
    vendor: hubspot
    auth: {oauth: {client_id: abc, client_secret: {credential: hubspot}}}
    versions: {crm: 2026-09}
    limits: {burst: 190}
    share: {daily: 50}
    options: {search_lag_seconds: 30}
schedule: {sync_every: 90s, reconcile_every: 7d}
guards: {max_cleared_values: 10}
mode: read_only
logging: {level: debug, format: json}
";
        let config = read(text).unwrap_or_else(|problems| panic!("{problems}"));
        let connection = &config.connections[&ConnectionName::from("main")];
        assert_eq!(connection.versions["crm"], "2026-09");
        assert_eq!((connection.limits["burst"], connection.share_percent["daily"]), (190, 50));
        assert_eq!(connection.options["search_lag_seconds"], "30");
        assert_eq!(config.mode, WriteMode::ReadOnly);
        assert_eq!(config.schedule.sync_every_ms, 90_000);
        let codes: Vec<&str> = config.warnings.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, ["config::no_secret", "config::no_secret"]);
    }
}
