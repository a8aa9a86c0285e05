//! A believable instance, made from a seed: the same seed and size give the same instance. Facts lie before the story's
//! now. No person or company in it exists, except those that the configuration shares with another fake.

mod activity;
mod assets;
mod names;
mod people;
mod sales;

use intentd_sdk::Timestamp;

use super::account::Account;
use super::activities::Activity;
use super::chance::Chance;
use super::config::FakeConfig;

pub(super) const DAY_MS: i64 = 86_400_000;
pub(super) const MINUTE_MS: i64 = 60_000;

/// What the parts of the seeding share.
pub(super) struct Seeding<'a> {
    pub(super) config: &'a FakeConfig,
    pub(super) chance: Chance,
    pub(super) account: Account,
    /// Number and domain of each company.
    pub(super) companies: Vec<(u64, String)>,
    pub(super) leads: Vec<u64>,
    pub(super) visitors: Vec<u64>,
    /// Everything that happened, to be logged in order at the end.
    pub(super) activities: Vec<Activity>,
}

impl Seeding<'_> {
    /// How many days the facts reach back.
    pub(super) fn days(&self) -> u64 {
        u64::from(self.config.scale.months.max(1)) * 30
    }

    /// An instant within the last `days`, in office hours more often than not.
    pub(super) fn recently(&mut self, days: u64) -> Timestamp {
        let day = self.chance.below(days.max(1)) as i64;
        let minute = if self.chance.percent(80) {
            7 * 60 + self.chance.below(11 * 60) as i64
        } else {
            self.chance.below(24 * 60) as i64
        };
        let second = self.chance.below(60) as i64;
        let now = self.config.now;
        let midnight = now.as_ms().div_euclid(DAY_MS) * DAY_MS;
        let at = Timestamp::from_ms(midnight - day * DAY_MS + minute * MINUTE_MS + second * 1_000);
        // Facts of this morning only, none of the future; the last quarter of an hour stays free for tests.
        let at = if at > now.plus_ms(-15 * MINUTE_MS) { at.plus_ms(-DAY_MS) } else { at };
        clear_of(now, at)
    }

    /// A known person, few of them often.
    pub(super) fn some_lead(&mut self) -> Option<u64> {
        let index = self.chance.skewed(self.leads.len());
        // Spread the often-met ones over all companies instead of the first.
        let spread = index * 7_919 % self.leads.len().max(1);
        self.leads.get(spread).copied()
    }

    /// An instant at which a lead did something: recent, and after it was made.
    pub(super) fn lately(&mut self, lead: u64, days: u64) -> Timestamp {
        let born = self.account.leads.get(lead).map_or(self.config.now, |lead| lead.created_at);
        self.recently(days).max(born.plus_ms(MINUTE_MS)).min(self.config.now.plus_ms(-15 * MINUTE_MS))
    }
}

/// Some hours earlier when the time of day is about that of now, so that no deadline some days later falls into the first
/// hours of a story: what changes then is what the story changes.
pub(super) fn clear_of(now: Timestamp, at: Timestamp) -> Timestamp {
    const HOUR_MS: i64 = 60 * MINUTE_MS;
    match now.ms_since(at).rem_euclid(DAY_MS) / HOUR_MS {
        0..2 => at.plus_ms(-3 * HOUR_MS),
        20.. => at.plus_ms(-6 * HOUR_MS),
        _ => at,
    }
}

/// The instance of a configuration.
pub(super) fn account(config: &FakeConfig) -> Account {
    let mut seeding = Seeding {
        config,
        chance: Chance::new(config.seed, "instance"),
        account: Account::empty(config),
        companies: Vec::new(),
        leads: Vec::new(),
        visitors: Vec::new(),
        activities: Vec::new(),
    };
    sales::companies(&mut seeding);
    people::leads(&mut seeding);
    people::shared(&mut seeding);
    people::visitors(&mut seeding);
    assets::all(&mut seeding);
    sales::opportunities(&mut seeding);
    activity::all(&mut seeding);
    let Seeding { mut account, mut activities, .. } = seeding;
    // The log is in the order of logging, which for late ones is not that of happening.
    activities.sort_by_key(|activity| (activity.logged_at, activity.lead, activity.kind));
    for activity in activities {
        account.activities.add(activity);
    }
    account.activities.settle(config.now);
    account
}
