//! How strongly a group is interested in each keyword, product and solution. The vendor publishes levels (High above 0.6,
//! Medium 0.2 to 0.6, Low below 0.2) and no formula; this one is ours, and every value can be explained (I4):
//!
//! `strength = Σ over members, rows of the activity table and days of min(matching activities, daily cap) · weight ·
//! 2^(−age in days ÷ half-life)`, over the window of the engagement model; `value = strength ÷ (strength + half point)`,
//! rounded half up to a millionth. So a value is between 0 and 1, depends on the group's own facts alone (a busy stranger
//! lowers nobody), grows with every visit and fades by itself. An activity counts once for a keyword, once for its product
//! and once for its solution, however many rules it matches.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use serde::Serialize;

use super::signals::{SignalKind, SignalModel};
use crate::domain::calendar::Calendar;
use crate::domain::engagement::{Counter, EngagementModel, apportion};
use crate::domain::model::{ActivityFact, ActivityObjectId, ContactId, Dictionary, Number};
use crate::domain::score::half_life::HalfLife;

/// Which signals each object of a dictionary concerns.
#[derive(Clone, Debug)]
pub struct SignalIndex {
    model: SignalModel,
    /// Kind, name and what it belongs to, in the order of the model: a solution, its products, their keywords.
    signals: Vec<(SignalKind, String, Option<String>)>,
    by_object: BTreeMap<ActivityObjectId, Box<[u16]>>,
    next_object: u32,
}

/// High, Medium or Low.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentLevel {
    Low,
    Medium,
    High,
}

/// A group's interest in one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignalLevel {
    pub kind: SignalKind,
    pub name: String,
    /// The product of a keyword, the solution of a product.
    pub of: Option<String>,
    /// 0–1.
    pub value: Number,
    pub level: IntentLevel,
    pub strength: Number,
    /// These add up to `value`.
    pub contributions: Vec<SignalContribution>,
}

/// What one member's activities of one kind and day give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignalContribution {
    pub contact: ContactId,
    /// The title of the activity table's row.
    pub activity: String,
    /// Days ago; 0 is today.
    pub age_days: u32,
    pub done: u32,
    /// At most the daily cap.
    pub counted: u32,
    /// What it adds to the strength, faded.
    pub strength: Number,
    pub points: Number,
}

/// A group's interests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GroupIntent {
    /// By kind, then the strongest first; only those that are not zero.
    pub signals: Vec<SignalLevel>,
    /// The earliest later instant at which a level changes or a signal ends without any new fact; `None`: never. Values
    /// fade a little at every midnight before it.
    pub next_due: Option<Timestamp>,
}

/// Matching activities of one signal, member, row and day.
type Tallies = BTreeMap<(u16, ContactId, u16, i64), u32>;

impl IntentLevel {
    /// The level of a value (Journey Optimizer B2B, "Intent data").
    pub fn of(value: Number) -> IntentLevel {
        if value > Number::from_micros(600_000) {
            IntentLevel::High
        } else if value >= Number::from_micros(200_000) {
            IntentLevel::Medium
        } else {
            IntentLevel::Low
        }
    }

    /// The word for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            IntentLevel::Low => "Low",
            IntentLevel::Medium => "Medium",
            IntentLevel::High => "High",
        }
    }
}

impl SignalIndex {
    /// Tries all rules on the objects of a dictionary.
    pub fn new(model: SignalModel, dictionary: &Dictionary) -> SignalIndex {
        let mut signals = Vec::new();
        for solution in &model.solutions {
            signals.push((SignalKind::Solution, solution.name.clone(), None));
            for product in &solution.products {
                signals.push((SignalKind::Product, product.name.clone(), Some(solution.name.clone())));
                for keyword in &product.keywords {
                    signals.push((SignalKind::Keyword, keyword.name.clone(), Some(product.name.clone())));
                }
            }
        }
        let mut index = SignalIndex { model, signals, by_object: BTreeMap::new(), next_object: 0 };
        index.extend(dictionary);
        index
    }

    /// Takes in what the dictionary has gained.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        for (id, object) in dictionary.objects.range(ActivityObjectId(self.next_object)..) {
            let mut found: BTreeSet<u16> = BTreeSet::new();
            let mut at = 0_u16;
            for solution in &self.model.solutions {
                let of_solution = at;
                at += 1;
                for product in &solution.products {
                    let of_product = at;
                    at += 1;
                    for keyword in &product.keywords {
                        if keyword.pages.iter().any(|page| page.matches(object)) {
                            found.extend([of_solution, of_product, at]);
                        }
                        at += 1;
                    }
                }
            }
            if !found.is_empty() {
                self.by_object.insert(*id, found.into_iter().collect());
            }
            self.next_object = self.next_object.max(id.0.saturating_add(1));
        }
    }

    fn signals_of(&self, fact: &ActivityFact) -> &[u16] {
        self.by_object.get(&fact.object).map_or(&[], |signals| signals)
    }
}

/// The interests of a group at `as_of` from its members' activities (sorted, without duplicates), and the next instant at
/// which a level changes.
pub fn group_intent(
    index: &SignalIndex,
    model: &EngagementModel,
    counter: &Counter,
    members: &[(ContactId, &[ActivityFact])],
    as_of: Timestamp,
    calendar: &Calendar,
) -> GroupIntent {
    let now = as_of.as_secs();
    let today = calendar.day_of(now);
    let first_day = today - i64::from(model.window_days.max(1)) + 1;
    let mut tallies = Tallies::new();
    let mut comes: Option<i64> = None;
    let by_contact: BTreeMap<ContactId, &[ActivityFact]> = members.iter().copied().collect();
    for (contact, activities) in by_contact {
        for fact in activities {
            let signals = index.signals_of(fact);
            let Some(row) = counter.row(fact).filter(|_| !signals.is_empty()) else { continue };
            let at = fact.at.as_secs();
            if at > now {
                comes = Some(comes.map_or(at, |first| first.min(at)));
                break;
            }
            let day = calendar.day_of(at);
            if day >= first_day {
                for signal in signals {
                    *tallies.entry((*signal, contact, row, day)).or_default() += 1;
                }
            }
        }
    }
    let fading = HalfLife::new(index.model.half_life_days);
    let signals = levels(index, model, &fading, &tallies, today);
    let changes = next_change(index, model, &fading, &tallies, today, &signals);
    let changes = changes.and_then(|day| calendar.start_of_day(day));
    GroupIntent { signals, next_due: changes.into_iter().chain(comes).min().map(Timestamp::from_secs) }
}

fn levels(
    index: &SignalIndex,
    model: &EngagementModel,
    fading: &HalfLife,
    tallies: &Tallies,
    today: i64,
) -> Vec<SignalLevel> {
    let mut by_signal: BTreeMap<u16, Vec<SignalContribution>> = BTreeMap::new();
    for ((signal, contact, row, day), done) in tallies {
        let age = today - day;
        let Some(row) = model.activities.get(usize::from(*row)) else { continue };
        if age >= i64::from(model.window_days.max(1)) {
            continue;
        }
        let counted = (*done).min(row.daily_cap);
        let fresh = Number::whole(i64::from(counted) * i64::from(row.weight));
        let strength = fading.points_at(fresh, age);
        if strength > Number::ZERO {
            by_signal.entry(*signal).or_default().push(SignalContribution {
                contact: *contact,
                activity: row.title.clone(),
                age_days: u32::try_from(age).unwrap_or(0),
                done: *done,
                counted,
                strength,
                points: Number::ZERO,
            });
        }
    }
    let mut found: Vec<SignalLevel> = by_signal
        .into_iter()
        .filter_map(|(signal, mut contributions)| {
            let (kind, name, of) = index.signals.get(usize::from(signal))?.clone();
            let strength: Number = contributions.iter().map(|contribution| contribution.strength).sum();
            let half_point = Number::whole(index.model.half_point.max(1).into());
            let value = Number::whole(1).scale(strength.as_micros(), (strength + half_point).as_micros());
            let shares: Vec<u128> =
                contributions.iter().map(|contribution| contribution.strength.as_micros().unsigned_abs()).collect();
            for (contribution, points) in contributions.iter_mut().zip(apportion(value, &shares)) {
                contribution.points = points;
            }
            Some(SignalLevel { kind, name, of, value, level: IntentLevel::of(value), strength, contributions })
        })
        .collect();
    found.sort_by(|a, b| (a.kind, b.value, &a.name, &a.of).cmp(&(b.kind, a.value, &b.name, &b.of)));
    found
}

/// The first later day on which the levels differ from these.
fn next_change(
    index: &SignalIndex,
    model: &EngagementModel,
    fading: &HalfLife,
    tallies: &Tallies,
    today: i64,
    found: &[SignalLevel],
) -> Option<i64> {
    if found.is_empty() {
        return None;
    }
    let words = |levels: &[SignalLevel]| -> BTreeSet<(SignalKind, String, Option<String>, IntentLevel)> {
        levels.iter().map(|level| (level.kind, level.name.clone(), level.of.clone(), level.level)).collect()
    };
    let now = words(found);
    let last = today + i64::from(model.window_days.max(1));
    (today + 1..=last).find(|day| words(&levels(index, model, fading, tallies, *day)) != now)
}
