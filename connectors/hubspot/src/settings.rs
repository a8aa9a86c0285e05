//! The checked settings of one connection, and their documentation. Nothing here makes a call.

use std::collections::BTreeMap;

use intentd_sdk::connector::{ConnectionSettings, SettingDoc, SettingsError};

use crate::limits::BUCKETS;
use crate::paths::{DEFAULT_VERSION, FAMILIES, Paths};

/// HubSpot's own address, for every data region.
pub(crate) const BASE_URL: &str = "https://api.hubapi.com";

const LAG: (&str, u32) = ("search_lag_seconds", 300);
const DAYS: (&str, u32) = ("activity_days", 90);

/// Other values of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// How far HubSpot's search index may trail behind the records.
    pub(crate) search_lag_ms: i64,
    /// How far back a backfill of activities goes.
    pub(crate) activity_ms: i64,
}

/// Checks everything but the base URL.
pub(crate) fn check(settings: &ConnectionSettings) -> Result<(Paths, Options), SettingsError> {
    let paths = Paths::new(&settings.versions)?;
    let buckets = BUCKETS.map(|(name, ..)| name);
    known("limits", settings.limits.keys(), &buckets)?;
    known("share", settings.share_percent.keys(), &buckets)?;
    known("options", settings.options.keys(), &[LAG.0, DAYS.0])?;
    for (name, limit) in &settings.limits {
        if *limit == 0 {
            return Err(wrong(&format!("limits.{name}"), "must be at least 1"));
        }
    }
    for (name, share) in &settings.share_percent {
        if !(1..=100).contains(share) {
            return Err(wrong(&format!("share.{name}"), "must be between 1 and 100 (percent)"));
        }
    }
    let options = Options {
        search_lag_ms: i64::from(number(&settings.options, LAG, 0, 86_400)?) * 1_000,
        activity_ms: i64::from(number(&settings.options, DAYS, 1, 3_650)?) * 86_400_000,
    };
    Ok((paths, options))
}

fn known<'a>(section: &str, keys: impl Iterator<Item = &'a String>, allowed: &[&str]) -> Result<(), SettingsError> {
    for key in keys {
        if !allowed.contains(&key.as_str()) {
            return Err(wrong(&format!("{section}.{key}"), &format!("unknown; choose from {}", allowed.join(", "))));
        }
    }
    Ok(())
}

fn number(
    options: &BTreeMap<String, String>,
    (name, default): (&str, u32),
    least: u32,
    most: u32,
) -> Result<u32, SettingsError> {
    let Some(text) = options.get(name) else { return Ok(default) };
    text.trim()
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| wrong(&format!("options.{name}"), &format!("write a whole number between {least} and {most}")))
}

fn wrong(key: &str, message: &str) -> SettingsError {
    SettingsError { key: key.to_owned(), message: message.to_owned() }
}

/// Every key, for checks and for the reference page.
pub(crate) fn docs() -> Vec<SettingDoc> {
    let doc = |key: String, default: String, meaning: &str| SettingDoc { key, default, meaning: meaning.to_owned() };
    let mut docs: Vec<SettingDoc> = FAMILIES
        .iter()
        .map(|(family, covers)| {
            doc(format!("versions.{family}"), DEFAULT_VERSION.into(), &format!("API version of {covers}"))
        })
        .collect();
    for (bucket, capacity, share) in BUCKETS {
        let period = match bucket {
            "burst" => "per rolling ten seconds; learnt from HubSpot's answers",
            "search" => "searches per second, shared by all apps of the account",
            _ => "per day in the account's time zone; learnt from HubSpot's answers",
        };
        docs.push(doc(format!("limits.{bucket}"), capacity.to_string(), &format!("calls {period}")));
        docs.push(doc(format!("share.{bucket}"), share.to_string(), "percent of this limit that intentd may use"));
    }
    docs.push(doc(
        format!("options.{}", LAG.0),
        LAG.1.to_string(),
        "seconds by which HubSpot's search index may trail; changes of this stretch are read again in the next run",
    ));
    docs.push(doc(format!("options.{}", DAYS.0), DAYS.1.to_string(), "days of activities that a backfill reads"));
    docs
}
