//! A believable account, made from a seed: the same seed and size give the same account. Facts lie before the story's
//! now. No person or company in it exists.

mod crm;
mod mail;
mod names;
mod sales;
mod web;

use intentd_sdk::Timestamp;

use super::account::{Account, Owner};
use super::chance::Chance;
use super::config::FakeConfig;
use super::kind::Kind;
use super::lists::Processing;

pub(super) const DAY_MS: i64 = 86_400_000;
pub(super) const MINUTE_MS: i64 = 60_000;

/// What the parts of the seeding share.
pub(super) struct Seeding<'a> {
    pub(super) config: &'a FakeConfig,
    pub(super) chance: Chance,
    pub(super) account: Account,
    pub(super) companies: Vec<u64>,
    pub(super) contacts: Vec<u64>,
}

impl Seeding<'_> {
    /// An instant within the last `days`, in office hours more often than not.
    pub(super) fn recently(&mut self, days: u64) -> Timestamp {
        let day = self.chance.below(days.max(1)) as i64;
        let minute = if self.chance.percent(80) {
            7 * 60 + self.chance.below(11 * 60) as i64
        } else {
            self.chance.below(24 * 60) as i64
        };
        let ms = self.chance.below(60_000) as i64;
        let now = self.config.now;
        let midnight = now.as_ms().div_euclid(DAY_MS) * DAY_MS;
        let at = Timestamp::from_ms(midnight - day * DAY_MS + minute * MINUTE_MS + ms);
        // Facts of this morning only, none of the future; the last quarter of an hour stays free for tests.
        let at = if at > now.plus_ms(-15 * MINUTE_MS) { at.plus_ms(-DAY_MS) } else { at };
        clear_of(now, at)
    }

    /// A contact, few of them often.
    pub(super) fn some_contact(&mut self) -> Option<u64> {
        let index = self.chance.skewed(self.contacts.len());
        // Spread the often-met ones over all companies instead of the first.
        let spread = index * 7_919 % self.contacts.len().max(1);
        self.contacts.get(spread).copied()
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

/// The account of a configuration.
pub(super) fn account(config: &FakeConfig) -> Account {
    let mut seeding = Seeding {
        config,
        chance: Chance::new(config.seed, "account"),
        account: Account::empty(config),
        companies: Vec::new(),
        contacts: Vec::new(),
    };
    // Search has long caught up with what is old.
    seeding.account.search_lag_ms = 0;
    owners(&mut seeding);
    crm::companies(&mut seeding);
    crm::contacts(&mut seeding);
    sales::deals(&mut seeding);
    sales::engagements(&mut seeding);
    web::page_views(&mut seeding);
    web::forms(&mut seeding);
    mail::events(&mut seeding);
    lists(&mut seeding);
    seeding.account.search_lag_ms = config.search_lag_ms;
    seeding.account
}

fn owners(seeding: &mut Seeding<'_>) {
    let created_at = seeding.config.now.plus_ms(-600 * DAY_MS);
    for (place, (first, last)) in
        [("Saga", "Wikbo"), ("Nils", "Arkvall"), ("Priya", "Denholm"), ("Otto", "Kvarnby")].into_iter().enumerate()
    {
        let number = place as u64;
        seeding.account.owners.push(Owner {
            id: 41_629_779 + number,
            user_id: 9_586_504 + number,
            email: format!("{}.{}@nordlys.example", names::slug(first), names::slug(last)),
            first_name: first.into(),
            last_name: last.into(),
            created_at,
            archived: place == 3,
        });
    }
}

fn lists(seeding: &mut Seeding<'_>) {
    let at = seeding.config.now.plus_ms(-200 * DAY_MS);
    let plan = [
        ("Newsletter subscribers", Kind::Contact, Processing::Dynamic, 60),
        ("Do not contact", Kind::Contact, Processing::Manual, 1),
        ("Intent: pricing page", Kind::Company, Processing::Manual, 2),
        ("Target accounts", Kind::Company, Processing::Snapshot, 8),
        ("Customers", Kind::Company, Processing::Dynamic, 10),
        ("Event guests 2026", Kind::Contact, Processing::Manual, 5),
    ];
    let count = seeding.config.scale.lists as usize;
    for place in 0..count {
        let numbered = format!("Segment {place}");
        let (name, kind, processing, percent) =
            plan.get(place).copied().unwrap_or((&numbered, Kind::Contact, Processing::Manual, 3));
        let list = seeding.account.lists.add(name, kind, processing, at);
        let records = if kind == Kind::Contact { seeding.contacts.clone() } else { seeding.companies.clone() };
        for record in records {
            if seeding.chance.percent(percent) {
                let joined = seeding.recently(180);
                seeding.account.lists.join(list, record, joined);
            }
        }
    }
    workflows(seeding, at);
}

/// A contact workflow that spares those who do not want to be contacted, and a company workflow that starts when a
/// company joins the intent list.
fn workflows(seeding: &mut Seeding<'_>, at: Timestamp) {
    let id_of = |account: &Account, name: &str| account.lists.all.values().find(|l| l.name == name).map(|l| l.id);
    let nurture = seeding.account.workflows.add("Nurture: demo", Kind::Contact, at);
    let follow_up = seeding.account.workflows.add("Intent follow-up", Kind::Company, at);
    for (flow, list, name) in
        [(nurture, "Do not contact", "suppression"), (follow_up, "Intent: pricing page", "trigger")]
    {
        let Some(list) = id_of(&seeding.account, list) else { continue };
        if let Some(flow) = seeding.account.workflows.all.get_mut(&flow) {
            match name {
                "suppression" => flow.suppression_lists.push(list),
                _ => flow.list_trigger = Some(list),
            }
        }
        if let Some(list) = seeding.account.lists.all.get_mut(&list) {
            list.references.push(format!("WORKFLOW {flow}"));
        }
    }
    if let Some(flow) = seeding.account.workflows.all.get_mut(&nurture) {
        flow.goal = Some(("lifecyclestage".into(), "customer".into()));
    }
}
