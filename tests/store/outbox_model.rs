//! The outbox against a vendor that answers, refuses, forgets to answer and loses its caller, in any order: a record never
//! has two open rows (I6), nothing unknown is repeated blindly (I11), and in the end the vendor holds what is wanted.

use std::collections::BTreeMap;

use intentd::domain::model::ContactId;
use intentd::store::{Desired, NextState, OutboxFilter, OutboxRow, OutboxState, Settlement};
use intentd_sdk::change::ChangeResult;
use intentd_sdk::record::{ExternalId, ObjectKind};

use crate::objects::store_contacts;
use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(any_history_ends_with_what_is_wanted);

const PROPERTIES: [&str; 3] = ["score", "label", "grade"];
const STORIES: u64 = 24;
const STEPS: usize = 30;

/// A fixed sequence of choices per seed.
struct Choices(u64);

impl Choices {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

struct Story {
    contact: i64,
    record: ExternalId,
    /// What the vendor really holds; absent is cleared.
    vendor: BTreeMap<String, String>,
    wanted: BTreeMap<String, String>,
    minute: i64,
    /// Claimed rows whose answer is still to come, and whether the vendor has executed them.
    on_the_way: Vec<(OutboxRow, bool)>,
}

impl Story {
    fn execute(&mut self, row: &OutboxRow) {
        for (property, value) in &row.set {
            if value.is_empty() {
                self.vendor.remove(property);
            } else {
                self.vendor.insert(property.clone(), value.clone());
            }
        }
    }

    /// What a recompute does: the difference between what is wanted and what the vendor is known to hold.
    async fn recompute(&self, bench: &Bench) {
        let contact = ContactId(self.contact);
        let targets = bench.store.load_targets(&hubspot(), ObjectKind::Contact, &[contact]).await.unwrap();
        let owned = &targets[&contact][0].owned;
        let held = |property: &str| owned.get(property).cloned().flatten().unwrap_or_default();
        let set = PROPERTIES
            .iter()
            .map(|property| ((*property).to_owned(), self.wanted.get(*property).cloned().unwrap_or_default()))
            .filter(|(property, value)| held(property) != *value)
            .collect();
        let desired = Desired {
            connection: hubspot(),
            kind: ObjectKind::Contact,
            external_id: self.record.clone(),
            local_id: self.contact,
            set,
            previous: owned.clone(),
            run_id: 1,
        };
        write!(bench, tx => tx.upsert_outbox(&[desired], at(self.minute)).await.unwrap());
    }

    async fn settle(&self, bench: &Bench, row: &OutboxRow, result: ChangeResult, next: NextState) -> u64 {
        let settlement = Settlement { id: row.id, fence: row.fence, result, next };
        write!(bench, tx => tx.settle_outbox(&[settlement], at(self.minute)).await.unwrap())
    }

    async fn open(&self, bench: &Bench) -> Vec<OutboxRow> {
        let states = OutboxState::ALL.into_iter().filter(|state| state.is_open()).collect();
        let rows = bench.store.list_outbox(&OutboxFilter { connection: None, states }, 10_000).await.unwrap();
        rows.into_iter().filter(|row| row.external_id == self.record).collect()
    }

    async fn claim(&mut self, bench: &Bench) -> Option<OutboxRow> {
        let (now, until) = (at(self.minute), at(self.minute + 1));
        let mut rows = write!(bench, tx => tx.claim_outbox(&hubspot(), 9, now, "me", until).await.unwrap());
        assert!(rows.len() <= 1, "earlier stories have settled");
        rows.pop()
    }

    /// Looks an unknown row up at the vendor, as the daemon must before it repeats anything.
    async fn look_up(&mut self, bench: &Bench) {
        for row in bench.store.list_unknown(&hubspot(), at(self.minute), 9).await.unwrap() {
            let took = row
                .set
                .iter()
                .all(|(property, value)| self.vendor.get(property).map_or("", String::as_str) == value.as_str());
            let (result, next) = if took {
                (ChangeResult::Delivered { survivor: None, modified_at: None }, NextState::Delivered)
            } else {
                (not_executed(), NextState::RetryAt(at(self.minute)))
            };
            assert_eq!(self.settle(bench, &row, result, next).await, 1);
        }
    }

    fn want_something_else(&mut self, choices: &mut Choices) {
        let property = PROPERTIES[choices.below(3) as usize].to_owned();
        match choices.below(3) {
            0 => _ = self.wanted.remove(&property),
            value => _ = self.wanted.insert(property, value.to_string()),
        }
    }

    /// Claims; the vendor executes it or does not, and the answer is still to come.
    async fn send(&mut self, bench: &Bench, choices: &mut Choices) {
        if let Some(row) = self.claim(bench).await {
            let executed = choices.below(2) == 0;
            if executed {
                self.execute(&row);
            }
            self.on_the_way.push((row, executed));
        }
    }

    async fn step(&mut self, bench: &Bench, choices: &mut Choices) {
        self.minute += 1;
        match choices.below(6) {
            0 | 1 => {
                self.want_something_else(choices);
                self.recompute(bench).await;
            }
            2 => self.send(bench, choices).await,
            3 => {
                if let Some((row, executed)) = self.on_the_way.pop() {
                    let (result, next) = match (executed, choices.below(3)) {
                        (_, 0) => {
                            let look_up_at = at(self.minute + 1);
                            (
                                ChangeResult::Unknown { reason: "no answer".to_owned() },
                                NextState::Unknown { look_up_at },
                            )
                        }
                        (true, _) => {
                            (ChangeResult::Delivered { survivor: None, modified_at: None }, NextState::Delivered)
                        }
                        (false, 1) => (not_executed(), NextState::RetryAt(at(self.minute + 2))),
                        (false, _) => {
                            let reason = "not allowed".to_owned();
                            (ChangeResult::Rejected { reason, property: None }, NextState::Rejected)
                        }
                    };
                    self.settle(bench, &row, result, next).await;
                }
            }
            4 => {
                // The daemon dies and another one starts: what was on its way is unknown now.
                self.on_the_way.clear();
                write!(bench, tx => tx.take_over_sending("next", at(self.minute + 1)).await.unwrap());
            }
            _ => self.look_up(bench).await,
        }
        assert!(self.open(bench).await.len() <= 1, "I6");
    }

    /// Everything answers; no further recompute.
    async fn drain(&mut self, bench: &Bench) {
        for (row, executed) in std::mem::take(&mut self.on_the_way) {
            let (result, next) = if executed {
                (ChangeResult::Delivered { survivor: None, modified_at: None }, NextState::Delivered)
            } else {
                (not_executed(), NextState::RetryAt(at(self.minute)))
            };
            self.settle(bench, &row, result, next).await;
        }
        for _ in 0..8 {
            self.minute += 3;
            self.look_up(bench).await;
            if let Some(row) = self.claim(bench).await {
                self.execute(&row);
                let delivered = ChangeResult::Delivered { survivor: None, modified_at: None };
                assert_eq!(self.settle(bench, &row, delivered, NextState::Delivered).await, 1);
            }
        }
    }
}

fn not_executed() -> ChangeResult {
    ChangeResult::NotExecuted { retry_after_ms: None, reason: "limited".to_owned() }
}

async fn any_history_ends_with_what_is_wanted(bench: Bench) {
    for seed in 0..STORIES {
        let contact = 1 + seed as i64;
        let record = format!("r{seed}");
        let email = format!("{record}@e.org");
        write!(bench, tx => store_contacts(&mut tx, &[(contact, &record, &email)], None).await);
        let mut story = Story {
            contact,
            record: ExternalId::from(record.as_str()),
            vendor: BTreeMap::new(),
            wanted: BTreeMap::new(),
            minute: 0,
            on_the_way: Vec::new(),
        };
        let mut choices = Choices(seed * 7919 + 1);
        for _ in 0..STEPS {
            story.step(&bench, &mut choices).await;
        }
        // The last wishes come while a row is on its way, which is the hardest moment.
        for _ in 0..2 {
            story.want_something_else(&mut choices);
        }
        story.recompute(&bench).await;
        story.send(&bench, &mut choices).await;
        for _ in 0..2 {
            story.want_something_else(&mut choices);
        }
        story.recompute(&bench).await;
        story.drain(&bench).await;
        assert_eq!(story.vendor, story.wanted, "story {seed}");
        assert!(story.open(&bench).await.is_empty(), "story {seed}");
        let contact = ContactId(contact);
        let targets = bench.store.load_targets(&hubspot(), ObjectKind::Contact, &[contact]).await.unwrap();
        let known: BTreeMap<String, String> = targets[&contact][0]
            .owned
            .iter()
            .filter_map(|(property, value)| Some((property.clone(), value.clone()?)))
            .collect();
        assert_eq!(known, story.vendor, "story {seed}: we know what the vendor holds");
    }
}
