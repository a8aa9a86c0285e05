//! Two vendors and the people who work at them: everything that happens in a run besides the engine, drawn from one seed.

use intentd_hubspot::fake::{
    FakeConfig as CrmConfig, FakeHubSpot, Fault as CrmFault, FaultKind as CrmFaultKind, Kind, Property,
};
use intentd_marketo::fake::{
    FakeConfig as MailingConfig, FakeMarketo, Fault as MailingFault, FaultKind as MailingFaultKind, Oddities, Writer,
};
use intentd_sdk::Timestamp;
use intentd_sdk::change::{Change, ChangeResult, Outcome};
use intentd_sdk::clock::Clock;
use serde_json::Value;
use std::sync::Arc;

use super::clock::StoryClock;
use super::stage::{FLOWS, START};

/// A fixed sequence of choices per seed.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub(crate) fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }
}

/// When the engine waits for a vendor, and others go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    AfterPlan,
    AfterRead,
    BeforePush,
    AfterPush,
}

/// Somebody whom one vendor knows, or both.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) address: String,
    /// The numbers at HubSpot and at Marketo.
    pub(crate) ids: [Option<u64>; 2],
    /// Nothing ever happened to the person's records but edits.
    pub(crate) plain: bool,
}

/// Both vendors, and who is there.
pub(crate) struct Scene {
    pub(crate) crm: FakeHubSpot,
    pub(crate) mailing: FakeMarketo,
    clock: StoryClock,
    clocks: [StoryClock; 2],
    pub(crate) choices: Choices,
    pub(crate) people: Vec<Person>,
    /// How many of [`FLOWS`] there are.
    flows: usize,
    /// Whether anybody works while the engine does, and whether answers get lost.
    pub(crate) busy: bool,
    /// Edits of shared properties so far.
    pub(crate) edits: u64,
    /// Values of shared properties that the engine wrote, and those of which it has not heard.
    pub(crate) written: u64,
    pub(crate) lost: u64,
    pub(crate) story: Vec<String>,
}

const VALUES: [&str; 7] = ["", "CTO", "Chief", "Head of sales", " CTO", "42", "42.0"];

impl Scene {
    pub(crate) fn new(seed: u64, clock: &StoryClock, flows: usize) -> Scene {
        let mut choices = Choices(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5eed);
        // Nobody's clock is quite right, indexes trail, and logs are written late.
        let clocks = [0, 1].map(|_| clock.skewed(choices.below(60_000) as i64 - 30_000));
        let crm = CrmConfig {
            seed,
            now: START,
            search_lag_ms: choices.of(&[0, 0, 5_000, 200_000]),
            ..CrmConfig::for_tests()
        };
        let late = choices.of(&[0, 0, 30_000, 600_000]);
        let mailing = MailingConfig {
            seed,
            now: START,
            job_step_ms: 0,
            bulk_updated_at: !choices.one_in(4),
            oddities: Oddities { activity_lag_ms: late, shuffle: true, ..Oddities::none() },
            ..MailingConfig::for_tests()
        };
        let [crm_clock, mailing_clock] = clocks.clone().map(|clock| Arc::new(clock) as Arc<dyn Clock>);
        let mut scene = Scene {
            crm: FakeHubSpot::empty(crm, crm_clock),
            mailing: FakeMarketo::empty(mailing, mailing_clock),
            clock: clock.clone(),
            clocks,
            choices,
            people: Vec::new(),
            flows,
            busy: true,
            edits: 0,
            written: 0,
            lost: 0,
            story: Vec::new(),
        };
        scene.crm.edit(|account| {
            let schema = account.schema_mut(Kind::Contact);
            let desk =
                Property { name: "desk".into(), hubspot_defined: false, ..schema.properties["jobtitle"].clone() };
            schema.properties.insert(desk.name.clone(), desk);
        });
        scene.mailing.edit(|account| account.fields.add_custom("desk", "Desk", "string"));
        for _ in 0..4 + scene.choices.below(3) {
            scene.somebody_new();
        }
        scene
    }

    pub(crate) fn now(&self, side: usize) -> Timestamp {
        self.clocks[side].now()
    }

    pub(crate) fn tell(&mut self, line: impl FnOnce() -> String) {
        let line = format!("{} {}", self.clock.now(), line());
        self.story.push(line);
    }

    /// Time passes, and sometimes somebody works meanwhile.
    pub(crate) fn meanwhile(&mut self, side: usize, moment: Moment) {
        if !self.busy {
            return;
        }
        let pause = self.choices.below(2_000);
        self.clock.pass(pause);
        if self.choices.one_in(5) {
            self.tell(|| format!("-- {moment:?} at {}", ["hubspot", "marketo"][side]));
            self.something_happens();
        }
        if moment == Moment::BeforePush && self.choices.one_in(8) {
            self.trouble(side);
        }
    }

    /// The next write goes wrong.
    fn trouble(&mut self, side: usize) {
        let what = self.choices.below(3);
        self.tell(|| format!("the next write to {} goes wrong ({what})", ["hubspot", "marketo"][side]));
        if side == 0 {
            let kind = [CrmFaultKind::ResetAfterApplied, CrmFaultKind::ResetBeforeApplied, CrmFaultKind::Http502Html];
            self.crm.fail(CrmFault::next(kind[what as usize]).on("POST", "batch/update"));
        } else {
            let kind = [
                MailingFaultKind::ResetAfterApplied,
                MailingFaultKind::RefusedAfterApplied(604),
                MailingFaultKind::HttpAfterApplied(502),
            ];
            self.mailing.fail(MailingFault::next(kind[what as usize]).on("POST", "leads.json"));
        }
    }

    /// From now on nobody works, and nothing goes wrong any more.
    pub(crate) fn quiet(&mut self) {
        self.busy = false;
        self.crm.clear_faults();
        self.mailing.clear_faults();
        self.tell(|| "quiet".to_owned());
    }

    /// What the engine sent, and what it heard.
    pub(crate) fn pushed(&mut self, side: usize, batch: &[Change], outcomes: &intentd_sdk::Result<Vec<Outcome>>) {
        for change in batch {
            let set: Vec<_> = change.set.iter().filter(|(name, _)| self.is_shared(side, name)).collect();
            if set.is_empty() {
                continue;
            }
            let result =
                outcomes.as_ref().ok().and_then(|all| all.iter().find(|one| one.outbox_id == change.outbox_id));
            let count = set.len() as u64;
            self.written += count;
            if !result.is_some_and(|one| matches!(one.result, ChangeResult::Delivered { .. })) {
                self.lost += count;
            }
            let line = format!("engine writes {}/{} {set:?}: {result:?}", ["hubspot", "marketo"][side], change.id);
            self.tell(|| line);
        }
    }

    fn is_shared(&self, side: usize, name: &str) -> bool {
        FLOWS[..self.flows].iter().any(|(_, crm, mailing)| [crm, mailing][side] == &name)
    }

    /// The value that a vendor holds, as it shows it.
    pub(crate) fn value(&self, side: usize, id: u64, flow: usize) -> String {
        let (_, crm, mailing) = FLOWS[flow];
        if side == 0 {
            return self.crm.properties_of(Kind::Contact, id).and_then(|mut all| all.remove(crm)).unwrap_or_default();
        }
        self.mailing.read(|account| {
            let lead = account.leads.get(id);
            lead.and_then(|lead| lead.text(mailing)).unwrap_or_default().to_owned()
        })
    }

    /// Somebody types a value.
    pub(crate) fn set(&mut self, side: usize, id: u64, flow: usize, value: &str) {
        let (_, crm, mailing) = FLOWS[flow];
        let at = self.now(side);
        let there = match side {
            0 => self.crm.edit(|account| account.set(Kind::Contact, id, &[(crm, value)], at)),
            _ => self.mailing.edit(|account| account.set_lead(id, &[(mailing, json(value))], at)),
        };
        if there {
            self.edits += 1;
        }
        let name = FLOWS[flow].0;
        self.tell(|| format!("{}/{id} {name} = {value:?} at {at}: {there}", ["hubspot", "marketo"][side]));
        let pause = 1 + self.choices.below(3_000);
        self.clock.pass(pause);
    }

    /// One thing that people do.
    pub(crate) fn something_happens(&mut self) {
        let number = self.choices.below(self.people.len() as u64) as usize;
        let person = self.people[number].clone();
        let side = self.choices.below(2) as usize;
        let flow = self.choices.below(self.flows as u64) as usize;
        let value = self.some_value();
        let what = self.choices.below(40);
        match (what, person.ids) {
            (36, _) => self.somebody_new(),
            (37, _) => self.somebody_leaves(number, side),
            (38, _) => self.two_become_one(number, side),
            (32..36, [Some(_), None] | [None, Some(_)]) => self.known_on_both(number),
            (_, [Some(crm), Some(mailing)]) if what < 8 => {
                // Both at once, the same or not.
                let other = if what < 4 { value.clone() } else { self.some_value() };
                self.set(0, crm, flow, &value);
                self.set(1, mailing, flow, &other);
            }
            (8..12, ids) => {
                let Some(id) = ids[side] else { return };
                let before = self.value(side, id, flow);
                self.set(side, id, flow, &value);
                self.set(side, id, flow, &before);
            }
            (12..15, ids) => self.another_edit(side, ids[side]),
            (15, ids) => self.another_case(ids[1], &person.address),
            (_, ids) => {
                if let Some(id) = ids[side] {
                    self.set(side, id, flow, &value);
                }
            }
        }
    }

    fn some_value(&mut self) -> String {
        match self.choices.below(3) {
            0 => format!("title {}", self.choices.below(1_000)),
            _ => self.choices.of(&VALUES).to_owned(),
        }
    }

    /// A property that nobody shares: the record's instant moves, its values do not.
    fn another_edit(&mut self, side: usize, id: Option<u64>) {
        let Some(id) = id else { return };
        let (at, city) = (self.now(side), format!("Lund {}", self.choices.below(100)));
        match side {
            0 => _ = self.crm.edit(|account| account.set(Kind::Contact, id, &[("city", &city)], at)),
            _ => _ = self.mailing.edit(|account| account.set_lead(id, &[("city", json(&city))], at)),
        }
        self.clock.pass(1);
    }

    /// The address is written otherwise, and means the same.
    fn another_case(&mut self, id: Option<u64>, address: &str) {
        let Some(id) = id else { return };
        let (at, address) = (self.now(1), mixed_case(address));
        self.mailing.edit(|account| account.set_lead(id, &[("email", json(&address))], at));
        self.clock.pass(1);
    }

    fn add(&mut self, side: usize, address: &str) -> u64 {
        let at = self.now(side);
        let values: Vec<String> = (0..FLOWS.len()).map(|_| self.some_value()).collect();
        let address = if self.choices.one_in(3) { mixed_case(address) } else { address.to_owned() };
        let id = if side == 0 {
            let mut all = vec![("email", address.as_str())];
            all.extend(FLOWS.iter().zip(&values).map(|((_, name, _), value)| (*name, value.as_str())));
            self.crm.edit(|account| account.add(Kind::Contact, &all, at))
        } else {
            let mut all = vec![("email", json(&address))];
            all.extend(FLOWS.iter().zip(&values).map(|((_, _, name), value)| (*name, json(value))));
            self.mailing.edit(|account| account.add_lead(&all, at))
        };
        self.edits += self.flows as u64;
        self.tell(|| format!("{}/{id} is new: {address} {values:?}", ["hubspot", "marketo"][side]));
        self.clock.pass(1);
        id
    }

    fn somebody_new(&mut self) {
        let address = format!("person{}@acme.example.com", self.people.len());
        let sides = match self.choices.below(6) {
            0 => [true, false],
            1 => [false, true],
            _ => [true, true],
        };
        let ids = [0, 1].map(|side| sides[side].then(|| self.add(side, &address)));
        self.people.push(Person { address, ids, plain: true });
    }

    /// The vendor that did not know them is told.
    fn known_on_both(&mut self, number: usize) {
        let Person { address, ids, plain } = self.people[number].clone();
        let side = usize::from(ids[0].is_some());
        let taken =
            side == 0 && self.crm.read(|account| account.table(Kind::Contact).owner_of("email", &address).is_some());
        if plain && !taken {
            self.people[number].ids[side] = Some(self.add(side, &address));
        }
    }

    fn somebody_leaves(&mut self, number: usize, side: usize) {
        let Some(id) = self.people[number].ids[side].take() else { return };
        let at = self.now(side);
        match side {
            0 => _ = self.crm.edit(|account| account.archive(Kind::Contact, id, at)),
            _ => _ = self.mailing.edit(|account| account.delete_lead(id, at)),
        }
        self.people[number].plain = false;
        self.tell(|| format!("{}/{id} is deleted", ["hubspot", "marketo"][side]));
    }

    /// A vendor finds out that two of its records are the same person.
    fn two_become_one(&mut self, number: usize, side: usize) {
        let other = (number + 1) % self.people.len();
        let (Some(kept), Some(gone)) = (self.people[number].ids[side], self.people[other].ids[side]) else { return };
        let at = self.now(side);
        match side {
            0 => _ = self.crm.edit(|account| account.merge(Kind::Contact, kept, gone, at)),
            _ => _ = self.mailing.edit(|account| account.merge_leads(kept, &[gone], at, &Writer::person())),
        }
        self.people[other].ids[side] = None;
        (self.people[number].plain, self.people[other].plain) = (false, false);
        self.tell(|| format!("{} merges {gone} into {kept}", ["hubspot", "marketo"][side]));
        self.clock.pass(1);
    }
}

fn json(value: &str) -> Value {
    if value.is_empty() { Value::Null } else { value.into() }
}

fn mixed_case(address: &str) -> String {
    let half = address.len() / 2;
    address[..half].to_uppercase() + &address[half..]
}
