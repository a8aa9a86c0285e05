//! Which pages converting companies read more than others: conversions, conversion rate and lift against the home page.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::model::{IntentModel, Visit};
use super::path::{PageTest, normal_host, normal_path};
use crate::domain::calendar::Calendar;
use crate::domain::model::{CompanyId, Dictionary, Number};

const HOME: &str = "/";

/// What counts as a conversion, and which stretch of days is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionGoal {
    /// Values of the company field that count as converted.
    pub stages: BTreeSet<String>,
    /// The goal window: from this day …
    pub from: Date,
    /// … to this one, both included.
    pub to: Date,
    /// Views count in so many calendar days before a conversion (its own day is one of them) and before the window.
    pub lookback_days: u32,
    /// Paths that an admin does not want to see again.
    pub dismissed: BTreeSet<String>,
}

/// A company reached one of the stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Conversion {
    pub company: CompanyId,
    pub at: Timestamp,
}

/// An exact share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    pub part: u64,
    pub whole: u64,
}

impl Ratio {
    /// To six places, half rounded away from zero; a share of nothing is nothing.
    pub fn number(self) -> Number {
        match self.whole {
            0 => Number::ZERO,
            whole => Number::whole(1).scale(i128::from(self.part), i128::from(whole)),
        }
    }

    /// This share as a multiple of another; `None` when the other is nothing.
    pub fn over(self, other: Ratio) -> Option<Number> {
        let denominator = i128::from(self.whole) * i128::from(other.part);
        (denominator != 0).then(|| Number::whole(1).scale(i128::from(self.part) * i128::from(other.whole), denominator))
    }
}

/// How a criterion already names a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// An inclusion rule of this criterion matches it.
    Included { criterion: String },
    /// An exclusion rule of this criterion matches it.
    Excluded { criterion: String },
}

/// One path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRow {
    pub path: String,
    /// Converting companies that viewed it in the days before they converted.
    pub conversions: u64,
    /// Companies that viewed it in the goal window or in the days before it.
    pub visitors: u64,
    /// Conversions of all visitors.
    pub rate: Ratio,
    /// The rate as a multiple of the home page's; `None` when nobody who viewed the home page converted.
    pub lift: Option<Number>,
    pub tags: Vec<Tag>,
    pub dismissed: bool,
}

/// All paths, and what they are measured against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendations {
    /// Companies that reached a stage inside the window.
    pub converted: u64,
    /// The home page's figures; `None` when nobody viewed it.
    pub home: Option<Ratio>,
    /// By lift, then conversions, from the highest down, then by path.
    pub rows: Vec<PageRow>,
}

/// Computes the rows. Each company's visits are sorted by time.
pub fn recommend(
    goal: &ConversionGoal,
    conversions: &[Conversion],
    visits: &BTreeMap<CompanyId, Vec<Visit>>,
    model: &IntentModel,
    dictionary: &Dictionary,
    calendar: &Calendar,
) -> Recommendations {
    let lookback = i64::from(goal.lookback_days);
    let (first_day, last_day) = (day_number(goal.from), day_number(goal.to));
    let in_window = |day: i64| first_day <= day && day <= last_day;
    let pages = pages(dictionary);
    // A company converts once: the first time counts.
    let mut converted: BTreeMap<CompanyId, Timestamp> = BTreeMap::new();
    for conversion in conversions.iter().filter(|conversion| in_window(calendar.day_of(conversion.at.as_secs()))) {
        let first = converted.entry(conversion.company).or_insert(conversion.at);
        *first = conversion.at.min(*first);
    }
    let mut viewed: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (company, visits) in visits {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut before: BTreeSet<&str> = BTreeSet::new();
        for visit in visits {
            let Some((_, path)) = pages.get(&visit.page) else { continue };
            let day = calendar.day_of(visit.at.as_secs());
            if first_day - lookback <= day && day <= last_day {
                seen.insert(path);
            }
            if let Some(at) = converted.get(company)
                && visit.at <= *at
                && calendar.day_of(at.as_secs()) - day < lookback
            {
                before.insert(path);
                // Who read it before converting is one of its visitors, whatever the window's edge says.
                seen.insert(path);
            }
        }
        for path in seen {
            let row = viewed.entry(path).or_default();
            row.0 += u64::from(before.contains(path));
            row.1 += 1;
        }
    }
    let home = viewed.get(HOME).map(|(part, whole)| Ratio { part: *part, whole: *whole });
    let tests = tests(model);
    let mut hosts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (host, path) in pages.values() {
        hosts.entry(path).or_default().insert(host);
    }
    let mut rows: Vec<PageRow> = viewed
        .iter()
        .map(|(path, (part, whole))| {
            let rate = Ratio { part: *part, whole: *whole };
            PageRow {
                path: (*path).to_owned(),
                conversions: *part,
                visitors: *whole,
                rate,
                lift: home.and_then(|home| rate.over(home)),
                tags: hosts.get(path).map(|hosts| tags(&tests, path, hosts)).unwrap_or_default(),
                dismissed: goal.dismissed.contains(*path),
            }
        })
        .collect();
    rows.sort_by(|a, b| {
        (b.lift, b.conversions, b.visitors).cmp(&(a.lift, a.conversions, a.visitors)).then_with(|| a.path.cmp(&b.path))
    });
    Recommendations { converted: converted.len() as u64, home, rows }
}

fn day_number(date: Date) -> i64 {
    let since = jiff::civil::date(1970, 1, 1).until(date).map(|span| span.get_days());
    i64::from(since.unwrap_or_default())
}

type Pages = BTreeMap<crate::domain::model::ActivityObjectId, (String, String)>;

/// Host and path of every page, in normal form.
fn pages(dictionary: &Dictionary) -> Pages {
    let page = |object: &crate::domain::model::ActivityObject| {
        let host = object.get("host").map_or_else(String::new, |host| normal_host(host));
        Some((host, normal_path(object.get("path")?)))
    };
    dictionary.objects.iter().filter_map(|(id, object)| Some((*id, page(object)?))).collect()
}

fn tests(model: &IntentModel) -> Vec<(Tag, PageTest)> {
    let mut tests = Vec::new();
    for criterion in &model.criteria {
        let name = &criterion.name;
        tests.extend(
            criterion.include.iter().map(|rule| (Tag::Included { criterion: name.clone() }, PageTest::new(rule))),
        );
        tests.extend(
            criterion.exclude.iter().map(|rule| (Tag::Excluded { criterion: name.clone() }, PageTest::new(rule))),
        );
    }
    tests
}

/// The criteria that name the path on any host on which it was seen.
fn tags(tests: &[(Tag, PageTest)], path: &str, hosts: &BTreeSet<&str>) -> Vec<Tag> {
    let named: BTreeSet<&Tag> = tests
        .iter()
        .filter(|(_, test)| hosts.iter().any(|host| test.matches(host, path)))
        .map(|(tag, _)| tag)
        .collect();
    named.into_iter().cloned().collect()
}
