//! What all stories share: the files of a folder, instants as people write them, rules through the program's own reader, and
//! how a difference is said.

use std::fmt::Debug;
use std::path::{Path, PathBuf};

use intentd::rules::{self, RuleSet};
use intentd_sdk::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;

/// The faults of all files of a folder below `tests/scenarios`, each with its file's name.
pub(crate) fn folder(name: &str, play: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no stories in {}", folder.display());
    let faults = files.iter().flat_map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let found = play(&std::fs::read_to_string(path).unwrap());
        found.into_iter().map(move |fault| format!("{name}: {fault}"))
    });
    faults.collect()
}

/// Reads one file's text and plays it.
pub(crate) fn read<T: DeserializeOwned>(text: &str, play: impl Fn(&T) -> Vec<String>) -> Vec<String> {
    serde_saphyr::from_str(text).map_or_else(|error| vec![error.to_string()], |topic| play(&topic))
}

/// The faults of each story of a topic: its name, the zone that it has instead of the topic's, and itself.
pub(crate) fn each<'a, S: 'a>(
    topic: &str,
    zone: &str,
    stories: impl Iterator<Item = (&'a str, Option<&'a str>, &'a S)>,
    play: impl Fn(&'a S, &TimeZone) -> Result<Vec<String>, String>,
) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, own_zone, story) in stories {
        let zone = TimeZone::get(own_zone.unwrap_or(zone)).map_err(|error| error.to_string());
        let found = zone.and_then(|zone| play(story, &zone)).unwrap_or_else(|fault| vec![fault]);
        faults.extend(found.into_iter().map(|fault| format!("{topic} / {name}: {fault}")));
    }
    faults
}

/// A rule file's text, read as the program reads it; no mappings stand beside it.
pub(crate) fn rules(text: &str) -> Result<RuleSet, String> {
    rules::from_sources([("rules/story.yaml".to_owned(), text.to_owned())].into())
        .map_err(|problems| problems.to_string())
}

/// A local time of the story's zone, or RFC 3339 where that is not enough.
pub(crate) fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    if let Ok(local) = text.parse::<DateTime>()
        && !text.ends_with('Z')
    {
        return zone.to_timestamp(local).map(Timestamp::from).map_err(|error| error.to_string());
    }
    Timestamp::parse(text).ok_or_else(|| format!("`{text}` is no instant"))
}

/// An instant in the words in which it is compared, if there is one.
pub(crate) fn instant_told(text: Option<&String>, zone: &TimeZone) -> Result<Option<String>, String> {
    text.map(|text| instant(text, zone).map(|at| at.to_string())).transpose()
}

/// `never`, or an instant, in the words in which both are compared.
pub(crate) fn next_told(text: &str, zone: &TimeZone) -> Result<String, String> {
    match text {
        "never" => Ok("never".to_owned()),
        text => instant(text, zone).map(|at| at.to_string()),
    }
}

/// The same of what was found.
pub(crate) fn next_found(next: Option<Timestamp>) -> String {
    next.map_or("never".to_owned(), |next| next.to_string())
}

/// Notes a fault when something is not as it was told.
pub(crate) fn differs(faults: &mut Vec<String>, what: &str, told: &str, found: &str) {
    if told != found {
        faults.push(format!("{what} is {found}, not {told}"));
    }
}

/// The same of two values that were read from a story and shown by the program.
pub(crate) fn unlike<T: Debug + PartialEq>(faults: &mut Vec<String>, what: &str, told: &T, found: &T) {
    if told != found {
        faults.push(format!("{what} is {found:?}, not {told:?}"));
    }
}
