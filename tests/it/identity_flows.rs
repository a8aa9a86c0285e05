//! A property that two accounts share: edits travel, our own writes come home as nothing, fights end, people decide (I7, I8).

use crate::account::number;
use crate::pair::Pair;

fn flow(conflict: &str) -> String {
    format!(
        "flows:\n  - object: contact\n    field: job_title\n    between: [crm.jobtitle, mailing.jobtitle]\n    \
         conflict: {conflict}\n    ownership: shared\n"
    )
}

/// A person whom both accounts know.
fn both(pair: &Pair, name: &str, titles: [&str; 2]) -> [u64; 2] {
    let email = format!("{name}@acme.example.com");
    [0, 1].map(|side| pair.contact(side, &[("email", &email), ("jobtitle", titles[side])]))
}

fn titles(pair: &Pair, ids: [u64; 2]) -> [String; 2] {
    [0, 1].map(|side| pair.value(side, ids[side], "jobtitle"))
}

fn written(summary: &serde_json::Value) -> u64 {
    number(summary, "/changes/written")
}

#[test]
fn i8_an_edit_travels_comes_home_as_nothing_and_clearing_travels_too() {
    let pair = Pair::new(&flow("newest"));
    let ids = both(&pair, "kim", ["CTO", ""]);
    pair.sync();
    assert_eq!(titles(&pair, ids), ["CTO", "CTO"], "a side without a value is filled");
    assert_eq!(written(&pair.sync()), 0);
    pair.set(1, ids[1], &[("jobtitle", "Chief")]);
    pair.sync();
    assert_eq!(titles(&pair, ids), ["Chief", "Chief"]);
    let quiet = pair.sync();
    assert_eq!((written(&quiet), number(&quiet, "/changes/planned"), number(&quiet, "/scored/contacts")), (0, 0, 0));
    pair.set(0, ids[0], &[("jobtitle", "")]);
    pair.sync();
    assert_eq!(titles(&pair, ids), ["", ""]);
    assert_eq!(written(&pair.sync()), 0);
}

/// A fixed sequence of choices per seed.
struct Choices(u64);

impl Choices {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn i8_two_accounts_edited_on_both_sides_agree_after_quiet() {
    let pair = Pair::new(&flow("newest"));
    let mut choices = Choices(7);
    let people: Vec<[u64; 2]> = (0..30)
        .map(|n| {
            let mut title = || ["CTO", "Chief", ""][choices.below(3) as usize];
            let titles = [title(), title()];
            both(&pair, &format!("person{n}"), titles)
        })
        .collect();
    // At most twice per side: three rewrites within a day would be a fight.
    for round in 0..2 {
        for ids in &people {
            for side in [0, 1] {
                if choices.below(3) == 0 {
                    pair.set(side, ids[side], &[("jobtitle", &format!("title {round} {}", choices.below(4)))]);
                }
            }
        }
        pair.sync();
    }
    pair.sync();
    for ids in &people {
        let [first, second] = titles(&pair, *ids);
        assert_eq!(first, second);
    }
    let quiet = pair.sync();
    assert_eq!((written(&quiet), number(&quiet, "/changes/planned")), (0, 0));
}

#[test]
fn a_conflict_waits_for_a_person_and_nothing_is_written_meanwhile() {
    let pair = Pair::new(&flow("ask"));
    let ids = both(&pair, "kim", ["CTO", "Chief"]);
    let first = pair.sync();
    assert_eq!(first["issues"]["flow::conflict"], 1);
    assert_eq!(titles(&pair, ids), ["CTO", "Chief"]);
    assert_eq!(written(&pair.sync()), 0);
    let conflicts = pair.site.json(&["identity", "conflicts"]);
    assert_eq!(conflicts["conflicts"][0]["values"], serde_json::json!(["CTO", "Chief"]));
    assert_eq!(pair.site.json(&["status"])["conflicts"]["asked"], 1);

    let record = format!("crm/{}", ids[0]);
    let refused = pair.site.run(&["identity", "settle", &record, "job_title"]);
    assert_eq!(refused.status.code(), Some(2), "whose value?");
    pair.site.json(&["identity", "settle", &record, "job_title", "--take", "mailing"]);
    pair.sync();
    assert_eq!(titles(&pair, ids), ["Chief", "Chief"]);
    assert_eq!(written(&pair.sync()), 0);
    assert_eq!(pair.site.json(&["status"])["conflicts"]["asked"], 0);
}

#[test]
fn i7_who_rewrites_our_value_again_and_again_is_not_fought_for_ever() {
    let pair = Pair::new("");
    let [id, _] = both(&pair, "kim", ["CTO", "CTO"]);
    pair.sync();
    let ours = pair.value(0, id, "intentd_lead_score_label");
    let score = pair.value(0, id, "intentd_lead_score");
    let mut writes = Vec::new();
    for round in 0..5 {
        pair.set(0, id, &[("intentd_lead_score", &format!("99{round}"))]);
        writes.push(written(&pair.sync()));
    }
    assert_eq!(writes, [1, 1, 0, 0, 0], "written over twice, then left alone");
    assert_eq!(pair.value(0, id, "intentd_lead_score_label"), ours, "the other properties are still ours");
    let conflicts = pair.site.json(&["identity", "conflicts"]);
    assert_eq!(conflicts["frozen"][0]["property"], "intentd_lead_score");
    pair.site.json(&["identity", "settle", &format!("crm/{id}"), "intentd_lead_score"]);
    assert_eq!(written(&pair.sync()), 1);
    assert_eq!(pair.value(0, id, "intentd_lead_score"), score);
}

#[test]
fn i7_one_way_writes_one_side_only() {
    let pair = Pair::new(
        "flows:\n  - {object: contact, field: job_title, from: crm.jobtitle, to: mailing.jobtitle, ownership: shared}\n",
    );
    let ids = both(&pair, "kim", ["CTO", "Chief"]);
    pair.sync();
    assert_eq!(titles(&pair, ids), ["CTO", "CTO"]);
    pair.set(1, ids[1], &[("jobtitle", "Boss")]);
    pair.sync();
    assert_eq!(titles(&pair, ids), ["CTO", "CTO"]);
    assert_eq!(written(&pair.sync()), 0);
}
