//! The checked settings of one connection, and their documentation. Nothing here makes a call.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::connector::{ConnectionSettings, SettingDoc, SettingsError};

use crate::bulk::Pace;
use crate::limits::BUCKETS;

const DAYS: (&str, u32) = ("activity_days", 90);
const OVERLAP: (&str, u32) = ("activity_overlap_hours", 24);
const SKIPPED: &str = "skip_activities";
const SINCE: (&str, &str) = ("leads_since", "2010-01-01");
const EXPORT_POLL: (&str, u32) = ("export_poll_seconds", 60);
const EXPORT_PIECE: (&str, u32) = ("export_piece_kilobytes", 2_048);
const ACCOUNTS: (&str, &str) = ("named_accounts", "true");

/// Other values of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// How far back a backfill of activities goes.
    pub(crate) activity_ms: i64,
    /// How late an activity may be written and still be found.
    pub(crate) overlap_ms: i64,
    /// Names of activity types that are not read.
    pub(crate) skipped: BTreeSet<String>,
    /// No lead is older.
    pub(crate) leads_since: Timestamp,
    /// Whether named accounts are asked for.
    pub(crate) named_accounts: bool,
    /// How exports are waited for and read.
    pub(crate) exports: Pace,
}

/// Types that record what systems do to records, or that other streams read (Marketo: "Activity types").
const SKIPPED_BY_DEFAULT: [&str; 24] = [
    "Add to List",
    "Call Webhook",
    "Change Data Value",
    "Change Lead Partition",
    "Change Nurture Cadence",
    "Change Nurture Track",
    "Change Owner",
    "Change Program Member Data",
    "Change Score",
    "Change Segment",
    "Delete Lead",
    "Delete Lead from SFDC",
    "Enrich with Data.com",
    "Merge Leads",
    "New Lead",
    "Push Lead to Marketo",
    "Remove from List",
    "Request Campaign",
    "SFDC Activity Updated",
    "SFDC Merge Leads",
    "Send Alert",
    "Sync Lead Updates to SFDC",
    "Sync Lead to Microsoft",
    "Sync Lead to SFDC",
];

/// Checks everything but the address and the credentials.
pub(crate) fn check(settings: &ConnectionSettings) -> Result<Options, SettingsError> {
    if let Some(family) = settings.versions.keys().next() {
        return Err(wrong(&format!("versions.{family}"), "Marketo has no versions to choose; remove this"));
    }
    let buckets = BUCKETS.map(|(name, ..)| name);
    known("limits", settings.limits.keys(), &buckets)?;
    known("share", settings.share_percent.keys(), &buckets)?;
    known(
        "options",
        settings.options.keys(),
        &[DAYS.0, OVERLAP.0, SKIPPED, SINCE.0, ACCOUNTS.0, EXPORT_POLL.0, EXPORT_PIECE.0],
    )?;
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
    let options = &settings.options;
    let text = |(name, default): (&str, &'static str)| options.get(name).map_or(default, |text| text.trim()).to_owned();
    let since = Timestamp::parse(&format!("{}T00:00:00Z", text(SINCE)))
        .ok_or_else(|| wrong(&format!("options.{}", SINCE.0), "write a date, for example `2019-01-31`"))?;
    let named_accounts =
        text(ACCOUNTS).parse().map_err(|_| wrong(&format!("options.{}", ACCOUNTS.0), "write `true` or `false`"))?;
    let skipped = match options.get(SKIPPED) {
        Some(names) => names.split(';').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect(),
        None => SKIPPED_BY_DEFAULT.map(str::to_owned).into(),
    };
    Ok(Options {
        activity_ms: i64::from(number(options, DAYS, 1, 1_200)?) * 86_400_000,
        overlap_ms: i64::from(number(options, OVERLAP, 2, 168)?) * 3_600_000,
        skipped,
        leads_since: since,
        named_accounts,
        exports: Pace {
            poll_ms: i64::from(number(options, EXPORT_POLL, 1, 3_600)?) * 1_000,
            piece_bytes: u64::from(number(options, EXPORT_PIECE, 1, 16_384)?) * 1_024,
        },
    })
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

/// Why a setting cannot be used.
pub(crate) fn wrong(key: &str, message: &str) -> SettingsError {
    SettingsError { key: key.to_owned(), message: message.to_owned() }
}

/// Every key, for checks and for the reference page.
pub(crate) fn docs() -> Vec<SettingDoc> {
    let doc = |key: String, default: String, meaning: &str| SettingDoc { key, default, meaning: meaning.to_owned() };
    let mut docs = Vec::new();
    for (bucket, capacity, share) in BUCKETS {
        let period = match bucket {
            "rate" => "in any 20 seconds, of all integrations of the instance together",
            _ => {
                "per day in the United States' Central time, of all integrations together; Admin > Web Services says how many"
            }
        };
        docs.push(doc(format!("limits.{bucket}"), capacity.to_string(), &format!("calls {period}")));
        docs.push(doc(format!("share.{bucket}"), share.to_string(), "percent of this limit that intentd may use"));
    }
    let option = |name: &str, default: String, meaning: &str| doc(format!("options.{name}"), default, meaning);
    docs.push(option(
        DAYS.0,
        DAYS.1.to_string(),
        "days of activities that a backfill reads; Marketo keeps web visits for 90",
    ));
    docs.push(option(
        OVERLAP.0,
        OVERLAP.1.to_string(),
        "hours by which an activity may be written late and still be found",
    ));
    docs.push(option(
        SKIPPED,
        SKIPPED_BY_DEFAULT.join("; "),
        "names of activity types that are not read, separated by `;`",
    ));
    docs.push(option(
        SINCE.0,
        SINCE.1.to_owned(),
        "a day before the oldest lead was created; a later day saves export jobs",
    ));
    docs.push(option(
        ACCOUNTS.0,
        ACCOUNTS.1.to_owned(),
        "whether named accounts are looked up by the company names of leads",
    ));
    docs.push(option(
        EXPORT_POLL.0,
        EXPORT_POLL.1.to_string(),
        "seconds between two questions whether an export is ready",
    ));
    docs.push(option(EXPORT_PIECE.0, EXPORT_PIECE.1.to_string(), "size of the pieces in which an export is read"));
    docs
}
