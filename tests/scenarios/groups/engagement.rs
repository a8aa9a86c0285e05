//! Plays stories of engagement: activities go through a packed timeline, are counted, measured and explained.

use std::collections::BTreeMap;

use intentd::domain::buying_group::{BrowseFilter, GroupId, GroupRow, browse, completeness, fact_of_group};
use intentd::domain::calendar::Calendar;
use intentd::domain::criteria::Between;
use intentd::domain::engagement::{
    ActivityRow, Calibration, Counter, EngagementModel, GroupSeats, Method, PersonCounts, Scale, Scaling, Seat,
    calibrate, default_bands, explain_group, explain_person,
};
use intentd::domain::model::{
    ActivityFact, ActivityObjectId, ActivityTypeId, ContactId, Country, Dictionary, Number, Rounding,
};
use intentd::domain::timeline::remote_hash;
use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::super::play::through_the_store;
use super::super::telling::{next_found, next_told};
use super::{RoleText, differs, instant, template};

/// A model, a role template and stories about them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    zone: String,
    method: Method,
    scaling: Option<Scaling>,
    /// Rows of the activity table: name and weight.
    activities: Vec<BTreeMap<String, u32>>,
    roles: Vec<RoleText>,
    stories: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    story: String,
    /// Groups by name: their members by role.
    groups: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    did: Vec<Did>,
    /// Maxima are measured at this instant; at each expectation when left out.
    calibrated: Option<String>,
    expect: Vec<Expectation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Did {
    who: String,
    did: String,
    at: String,
    #[serde(default = "super::one")]
    times: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    at: String,
    #[serde(default)]
    persons: BTreeMap<String, Person>,
    #[serde(default)]
    groups: BTreeMap<String, Group>,
    browse: Option<Browse>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    exact: Number,
    shown: Option<Number>,
    raw: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    exact: Number,
    shown: Option<Number>,
    /// Σ person · share, before the root.
    sum: Option<Number>,
    /// `never`, or the next instant at which it changes by itself.
    next: Option<String>,
    completeness: Option<Number>,
    #[serde(default)]
    roles: BTreeMap<String, RoleLine>,
    /// All activities with their days, of all members: counted of done.
    #[serde(default)]
    days: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleLine {
    sum: Number,
    percent: Number,
    points: Number,
}

/// A filter of the list, and the names that it shows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Browse {
    missing_role: Option<String>,
    completeness_below: Option<Number>,
    #[serde(default)]
    search: String,
    shows: Vec<String>,
}

pub(super) fn play(topic: &Topic) -> Result<Vec<String>, String> {
    let zone = TimeZone::get(&topic.zone).map_err(|error| error.to_string())?;
    let mut faults = Vec::new();
    for story in &topic.stories {
        let found = play_one(topic, story, &zone)?;
        faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", story.story)));
    }
    Ok(faults)
}

fn play_one(topic: &Topic, story: &Story, zone: &TimeZone) -> Result<Vec<String>, String> {
    let model = model(topic);
    let template = template(&topic.roles)?;
    let people = People::of(story, zone, topic)?;
    let mut faults = Vec::new();
    for expectation in &story.expect {
        let as_of = instant(&expectation.at, zone)?;
        let counts = people.counts(&model, as_of, zone);
        let measured_at = story.calibrated.as_ref().map_or(Ok(as_of), |at| instant(at, zone))?;
        let calibration = people.calibration(&model, &template, story, measured_at, zone)?;
        let scale = Scale::of(&model, Some(&calibration)).ok_or("the calibration does not fit")?;
        let mut say = |what: String, expected: String, found: String| {
            differs(&mut faults, &format!("at {}: {what}", expectation.at), &expected, &found);
        };
        for (name, expected) in &expectation.persons {
            let person = counts.get(name).ok_or_else(|| format!("nobody is called {name}"))?;
            let explained = explain_person(&model, &scale, person);
            say(format!("{name}'s engagement"), expected.exact.to_string(), scale.person(person).to_string());
            let sum: Number = explained.activities.iter().map(|activity| activity.points).sum();
            say(format!("{name}'s contributions"), expected.exact.to_string(), sum.to_string());
            if let Some(shown) = expected.shown {
                say(format!("{name} as shown"), shown.to_string(), explained.shown.to_string());
            }
            if let Some(raw) = expected.raw {
                say(format!("{name}'s raw sum"), raw.to_string(), explained.raw.to_string());
            }
        }
        let mut rows = Vec::new();
        for (id, (name, members)) in (1..).zip(&story.groups) {
            let seats = people.seats(&template, members, &counts)?;
            let filled = completeness(&template, people.positions(&template, members)?);
            let group = GroupSeats::new(template.weights(), seats);
            let found = group.engagement(&scale);
            let shown = found.exact.round(Rounding::Whole);
            rows.push(GroupRow {
                id: GroupId(id),
                name: name.clone(),
                account: name.clone(),
                members: members.values().map(Vec::len).sum(),
                fact: fact_of_group("Interest", &filled, shown, None),
            });
            let Some(expected) = expectation.groups.get(name) else { continue };
            let explained = explain_group(&model, &scale, &template.role_names(), &group);
            say(format!("{name}'s engagement"), expected.exact.to_string(), found.exact.to_string());
            let sum: Number = explained.roles.iter().map(|role| role.points).sum();
            say(format!("{name}'s contributions"), found.exact.to_string(), sum.to_string());
            if let Some(shown) = expected.shown {
                say(format!("{name} as shown"), shown.to_string(), explained.shown.to_string());
            }
            if let Some(sum) = expected.sum {
                say(format!("{name}'s weighted sum"), sum.to_string(), explained.weighted_sum.to_string());
            }
            if let Some(next) = &expected.next {
                say(format!("{name}'s next change"), next_told(next, zone)?, next_found(found.next_due));
            }
            if let Some(percent) = expected.completeness {
                say(format!("{name}'s completeness"), percent.to_string(), filled.exact.to_string());
            }
            for (role, line) in &expected.roles {
                let of_role = explained.roles.iter().find(|known| known.role == *role);
                let told = format!("{} × {} % = {}", line.sum, line.percent, line.points);
                let found = of_role.map(|r| format!("{} × {} % = {}", r.members_sum, r.share_percent, r.points));
                say(format!("{name}'s {role}"), told, found.unwrap_or_default());
            }
            for (wanted, told) in &expected.days {
                let activities = explained.roles.iter().flat_map(|role| &role.members).flat_map(|m| &m.activities);
                let days = activities.flat_map(|activity| activity.days.iter().map(move |day| (activity, day)));
                let found = days
                    .filter(|(activity, day)| format!("{} {}", activity.title, day.on) == *wanted)
                    .map(|(_, day)| format!("{} of {}", day.counted, day.done))
                    .collect::<Vec<_>>();
                say(format!("{name}'s {wanted}"), told.clone(), found.join(", "));
            }
        }
        if let Some(wanted) = &expectation.browse {
            let filter = BrowseFilter {
                missing_role: wanted.missing_role.clone(),
                completeness: wanted
                    .completeness_below
                    .map(|below| Between { below: Some(below), ..Between::default() }),
                search: wanted.search.clone(),
                ..BrowseFilter::default()
            };
            let shown: Vec<&str> = browse(&rows, &filter).into_iter().map(|row| row.name.as_str()).collect();
            say("the list".to_owned(), format!("{:?}", wanted.shows), format!("{shown:?}"));
        }
    }
    Ok(faults)
}

fn model(topic: &Topic) -> EngagementModel {
    let rows = topic.activities.iter().flatten().map(|(name, weight)| ActivityRow {
        activities: vec![name.clone()],
        tests: Vec::new(),
        title: name.clone(),
        kind: "Web".to_owned(),
        daily_cap: 20,
        weight: *weight,
    });
    EngagementModel {
        method: topic.method,
        scaling: topic.scaling.unwrap_or(Scaling::Maximum),
        window_days: 30,
        calibrate_every_days: 30,
        bands: default_bands(),
        activities: rows.collect(),
    }
}

/// Everybody whom a story names, with what they did.
struct People {
    ids: BTreeMap<String, ContactId>,
    activities: BTreeMap<ContactId, Vec<ActivityFact>>,
    dictionary: Dictionary,
}

impl People {
    fn of(story: &Story, zone: &TimeZone, topic: &Topic) -> Result<People, String> {
        let members = story.groups.values().flat_map(BTreeMap::values).flatten();
        let names = members.chain(story.did.iter().map(|did| &did.who));
        let sorted: std::collections::BTreeSet<&String> = names.collect();
        let ids: BTreeMap<String, ContactId> =
            sorted.into_iter().zip(1..).map(|(name, id)| (name.clone(), ContactId(id))).collect();
        let mut types: BTreeMap<String, ActivityTypeId> = BTreeMap::new();
        let words = topic.activities.iter().flat_map(BTreeMap::keys).chain(story.did.iter().map(|did| &did.did));
        for word in words {
            let next = ActivityTypeId(types.len() as u16 + 1);
            types.entry(word.clone()).or_insert(next);
        }
        let mut arrived: BTreeMap<ContactId, Vec<ActivityFact>> = BTreeMap::new();
        for (number, did) in story.did.iter().enumerate() {
            let at = instant(&did.at, zone)?;
            for time in 0..did.times {
                arrived.entry(ids[&did.who]).or_default().push(ActivityFact {
                    at: at.plus_ms(i64::from(time) * 1000),
                    activity_type: types[&did.did],
                    object: ActivityObjectId(0),
                    country: Country(0),
                    remote_hash: remote_hash(&format!("{number}/{time}")),
                });
            }
        }
        let mut activities = BTreeMap::new();
        for (contact, facts) in arrived {
            activities.insert(contact, through_the_store(&facts)?);
        }
        let types = types.into_iter().map(|(word, id)| (id, word)).collect();
        Ok(People { ids, activities, dictionary: Dictionary { types, objects: BTreeMap::new() } })
    }

    fn counts(&self, model: &EngagementModel, as_of: Timestamp, zone: &TimeZone) -> BTreeMap<String, PersonCounts> {
        let counter = Counter::new(model, &self.dictionary);
        let calendar = Calendar::around(zone, as_of);
        let of = |id: &ContactId| self.activities.get(id).map_or(&[][..], Vec::as_slice);
        self.ids.iter().map(|(name, id)| (name.clone(), counter.count(of(id), as_of, &calendar))).collect()
    }

    fn calibration(
        &self,
        model: &EngagementModel,
        template: &intentd::domain::buying_group::RoleTemplate,
        story: &Story,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Result<Calibration, String> {
        let counts = self.counts(model, at, zone);
        let mut groups = Vec::new();
        for members in story.groups.values() {
            groups.push(GroupSeats::new(template.weights(), self.seats(template, members, &counts)?));
        }
        let today = zone.to_datetime(at.to_jiff()).date();
        Ok(calibrate(model, today, counts.values(), groups.into_iter()))
    }

    fn positions(
        &self,
        template: &intentd::domain::buying_group::RoleTemplate,
        members: &BTreeMap<String, Vec<String>>,
    ) -> Result<Vec<usize>, String> {
        let mut positions = Vec::new();
        for (role, names) in members {
            let role = template.position(role).ok_or_else(|| format!("there is no role {role}"))?;
            positions.extend(std::iter::repeat_n(role, names.len()));
        }
        Ok(positions)
    }

    fn seats<'a>(
        &self,
        template: &intentd::domain::buying_group::RoleTemplate,
        members: &BTreeMap<String, Vec<String>>,
        counts: &'a BTreeMap<String, PersonCounts>,
    ) -> Result<Vec<Seat<'a>>, String> {
        let mut seats = Vec::new();
        for (role, names) in members {
            let role = template.position(role).ok_or_else(|| format!("there is no role {role}"))?;
            seats.extend(names.iter().map(|name| Seat { role, contact: self.ids[name], counts: &counts[name] }));
        }
        Ok(seats)
    }
}
