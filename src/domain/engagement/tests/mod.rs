//! Promises of engagement over many random histories (I3, I4), and what a calibration freezes. The worked examples are
//! golden stories in `tests/scenarios/groups`.

mod calibration;
mod promises;

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::model::{ActivityFact, ActivityObjectId, ActivityTypeId, ContactId, Country, Dictionary};

pub(super) const WORDS: [(&str, u32); 4] = [("visit", 40), ("click", 30), ("download", 60), ("ignored", 0)];

pub(super) fn model(method: Method, scaling: Scaling) -> EngagementModel {
    let row = |(word, weight): &(&str, u32)| ActivityRow {
        activities: vec![(*word).to_owned()],
        tests: Vec::new(),
        title: (*word).to_owned(),
        kind: "Web".to_owned(),
        daily_cap: 20,
        weight: *weight,
    };
    let activities = WORDS.iter().map(row).collect();
    let bands = default_bands();
    EngagementModel { method, scaling, window_days: 30, calibrate_every_days: 30, bands, activities }
}

pub(super) fn dictionary() -> Dictionary {
    let types = (1_u16..).zip(WORDS).map(|(id, (word, _))| (ActivityTypeId(id), word.to_owned()));
    Dictionary { types: types.collect(), objects: BTreeMap::new() }
}

pub(super) fn fact(at: i64, word: u16, remote_hash: u32) -> ActivityFact {
    ActivityFact {
        at: Timestamp::from_secs(at),
        activity_type: ActivityTypeId(word),
        object: ActivityObjectId(0),
        country: Country(0),
        remote_hash,
    }
}

pub(super) fn calendar(zone: &str) -> Calendar {
    Calendar::around(&TimeZone::get(zone).unwrap(), Timestamp::parse("2026-03-29T12:00:00Z").unwrap())
}

pub(super) fn counts_of(words: &[(u16, u32)], as_of: i64) -> PersonCounts {
    let counter = Counter::new(&model(Method::Counts, Scaling::Maximum), &dictionary());
    let times = words.iter().flat_map(|(word, times)| (0..*times).map(move |time| (*word, time)));
    let mut facts: Vec<ActivityFact> = times.map(|(word, time)| fact(as_of, word, time)).collect();
    facts.sort();
    counter.count(&facts, Timestamp::from_secs(as_of), &calendar("UTC"))
}

pub(super) fn seat(role: usize, contact: i64, counts: &PersonCounts) -> Seat<'_> {
    Seat { role, contact: ContactId(contact), counts }
}
