//! Plays stories: from what was done and known to what comes out, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::model::{
    ActivityFact, ActivityObject, ActivityObjectId, ActivityTypeId, ContactFacts, Country, Dictionary, Number,
};
use intentd::domain::score::{
    Adjusted, Bound, CompiledScore, Contribution, Explanation, RuleReason, Verdict, evaluate, explain,
};
use intentd::domain::timeline::{Segment, fold, remote_hash, segment};
use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

use super::story::{Activity, Story, Topic};
use super::telling::{self, instant, next_found, next_told};

/// The faults of all stories of a topic.
pub(crate) fn topic(topic: &Topic) -> Vec<String> {
    let stories = topic.stories.iter().map(|story| (story.story.as_str(), story.zone.as_deref(), story));
    telling::each(&topic.topic, &topic.zone, stories, |story, zone| play(topic, story, zone))
}

fn play(topic: &Topic, story: &Story, zone: &TimeZone) -> Result<Vec<String>, String> {
    let model = topic.score.model()?;
    let (dictionary, arrivals) = arrivals(&story.activities, zone)?;
    let score = CompiledScore::new(&model, &dictionary);
    let segments: BTreeSet<String> = story.segments.iter().cloned().collect();
    let mut faults = Vec::new();
    for expectation in &story.expect {
        let as_of = instant(&expectation.at, zone)?;
        let known = expectation.known.as_ref().map_or(Ok(as_of), |known| instant(known, zone))?;
        let arrived: Vec<ActivityFact> =
            arrivals.iter().filter(|(at, _)| *at <= known).map(|(_, fact)| *fact).collect();
        let activities = through_the_store(&arrived)?;
        let facts = ContactFacts { fields: &story.fields, segments: &segments, activities: &activities };
        let found = evaluate(&score, &facts, as_of, zone);
        let explained = explain(&score, &dictionary, &facts, as_of, zone);
        let mut differs = |what: &str, expected: String, found: String| {
            if expected != found {
                faults.push(format!("at {}: {what} is {found}, not {expected}", expectation.at));
            }
        };
        differs("score", expectation.score.to_string(), found.shown.to_string());
        differs("exact", expectation.exact.unwrap_or(expectation.score).to_string(), found.exact.to_string());
        differs("label", format!("{:?}", expectation.label), format!("{:?}", found.label));
        let held_since = expectation.held_since.as_ref().map(|at| instant(at, zone)).transpose()?;
        let found_since = explained.label.held.as_ref().map(|held| held.reached_at);
        differs("held since", format!("{held_since:?}"), format!("{found_since:?}"));
        differs("next", next_told(&expectation.next, zone)?, next_found(found.next_due));
        if let Some(because) = &expectation.because {
            differs("because", format!("{because:?}"), format!("{:?}", contributions(&explained)));
        }
        if let Some(verdicts) = &expectation.verdicts {
            let of_named = |id: &String| (id.clone(), verdicts_of(&explained, id));
            let found: BTreeMap<String, Vec<String>> = verdicts.keys().map(of_named).collect();
            differs("verdicts", format!("{verdicts:?}"), format!("{found:?}"));
        }
        // I4: the explanation is of this very value.
        let sum: Number = explained.contributions.iter().map(Contribution::points).sum();
        differs("sum of contributions", found.exact.to_string(), sum.to_string());
        differs("explained label", format!("{:?}", found.label), format!("{:?}", explained.label.name));
        differs("explained next", format!("{:?}", found.next_due), format!("{:?}", explained.next_due));
        if let Some(next) = found.next_due {
            let happened = activities.partition_point(|fact| fact.at <= as_of);
            let facts = ContactFacts { activities: &activities[..happened], ..facts };
            let before = evaluate(&score, &facts, next.plus_ms(-1000), zone).exact;
            differs("exact just before the next change", found.exact.to_string(), before.to_string());
        }
    }
    Ok(faults)
}

/// Every activity with the instant at which it becomes known, in the order of arrival.
pub(crate) fn arrivals(
    activities: &[Activity],
    zone: &TimeZone,
) -> Result<(Dictionary, Vec<(Timestamp, ActivityFact)>), String> {
    let mut dictionary = Dictionary::default();
    let (mut types, mut objects) = (BTreeMap::new(), BTreeMap::<ActivityObject, ActivityObjectId>::new());
    let mut arrivals = Vec::new();
    for (number, activity) in activities.iter().enumerate() {
        let at = instant(&activity.at, zone)?;
        let known = activity.known.as_ref().map(|known| instant(known, zone)).transpose()?;
        let next_type = ActivityTypeId(types.len() as u16 + 1);
        let activity_type = *types.entry(activity.did.clone()).or_insert(next_type);
        dictionary.types.insert(activity_type, activity.did.clone());
        let mut object = ActivityObjectId(0);
        if !activity.about.is_empty() {
            let next_object = ActivityObjectId(objects.len() as u32 + 1);
            object = *objects.entry(activity.about.clone()).or_insert(next_object);
            dictionary.objects.insert(object, activity.about.clone());
        }
        for time in 0..activity.times {
            let at = at.plus_ms(i64::from(time) * 1000);
            let id = activity.id.clone().unwrap_or_else(|| format!("story/{number}/{time}"));
            let fact = ActivityFact { at, activity_type, object, country: Country(0), remote_hash: remote_hash(&id) };
            arrivals.push((known.unwrap_or(at), fact));
        }
    }
    arrivals.sort_by_key(|(known, _)| *known);
    Ok((dictionary, arrivals))
}

/// Into a packed timeline three at a time, the last of each delivered twice; into a segment; and back.
pub(crate) fn through_the_store(arrived: &[ActivityFact]) -> Result<Vec<ActivityFact>, String> {
    let mut base = Vec::new();
    for page in arrived.chunks(3) {
        let again = page.last().copied();
        let tail: Vec<ActivityFact> = page.iter().copied().chain(again).collect();
        base = fold(&base, &tail).map_err(|error| error.to_string())?.bytes;
    }
    let (_, slot) = segment::locate(100_042);
    let mut timelines = vec![Vec::new(); segment::SLOTS];
    timelines[slot] = base;
    let row = segment::encode(&timelines);
    let timeline = Segment::parse(&row).and_then(|segment| segment.timeline(slot));
    let mut activities = Vec::new();
    timeline.and_then(|timeline| timeline.decode_into(&mut activities)).map_err(|error| error.to_string())?;
    Ok(activities)
}

fn contributions(explained: &Explanation) -> BTreeMap<String, Number> {
    let line = |contribution: &Contribution| match contribution {
        Contribution::Rule { id, points } => (id.clone(), *points),
        Contribution::Adjustment { of, bound, points } => {
            let bound = match bound {
                Bound::Minimum => "minimum",
                Bound::Maximum => "maximum",
            };
            let of = match of {
                Adjusted::Rule(id) => format!("rule {id}"),
                Adjusted::Group(name) => format!("group {name}"),
                Adjusted::Total => "total".to_owned(),
            };
            (format!("{of} {bound}"), *points)
        }
    };
    explained.contributions.iter().map(line).collect()
}

fn verdicts_of(explained: &Explanation, id: &str) -> Vec<String> {
    let word = |verdict: &Verdict| match verdict {
        Verdict::Counted => "counted",
        Verdict::Limited => "limited",
        Verdict::WindowPassed => "window_passed",
        Verdict::FadedAway => "faded_away",
        Verdict::Awaited => "awaited",
        Verdict::Followed { .. } => "followed",
        Verdict::CalledOff { .. } => "called_off",
    };
    let rules = explained.rules.iter().filter(|rule| rule.id == id);
    let activities = rules.filter_map(|rule| match &rule.reason {
        RuleReason::Activities(activities) => Some(activities),
        RuleReason::Property { .. } | RuleReason::Segment { .. } => None,
    });
    activities.flatten().map(|activity| word(&activity.verdict).to_owned()).collect()
}
