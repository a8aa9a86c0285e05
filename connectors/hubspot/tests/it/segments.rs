//! Lists that change between two runs, and lists that do not: what is here is always who is on them, and a list that
//! nobody joined or left costs one call.

use std::collections::BTreeSet;
use std::time::Duration;

use intentd_hubspot::fake::{Account, FakeConfig, Fault, FaultKind, Kind, Processing};
use intentd_sdk::cursor::Checkpoint;
use intentd_sdk::record::{ExternalId, Item};
use intentd_sdk::source::{CountBasis, Mode};

use crate::drive::{Pull, Stage};

const HOUR_MS: i64 = 3_600_000;

/// A list of 700 that joined one per hour, and the contacts on it, the one that joined last first. The account does not
/// tell when lists last moved.
async fn stage_with_a_long_list() -> (Stage, u64, Vec<u64>) {
    stage_that_tells(false).await
}

async fn stage_that_tells(list_moves: bool) -> (Stage, u64, Vec<u64>) {
    let stage = Stage::of(FakeConfig { list_moves, ..FakeConfig::for_tests() }).await;
    let now = stage.now();
    let (list, members) = stage.fake.edit(|account| {
        let list = account.lists.add("Customers", Kind::Contact, Processing::Dynamic, now);
        let members = (1..=700).map(|hours| {
            let contact = account.add(Kind::Contact, &[("firstname", "A")], now);
            account.lists.join(list, contact, now.plus_ms(-hours * HOUR_MS));
            contact
        });
        (list, members.collect())
    });
    (stage, list, members)
}

/// What a run did, after which exactly those are here who are on the list.
async fn run(stage: &Stage, list: u64, before: &Checkpoint) -> (Pull, u64) {
    stage.fake.reset_stats();
    let pull = stage.pull("segments", Mode::Incremental, Some(before)).await;
    assert_eq!(here(stage, list), there(stage, list));
    (pull, stage.fake.stats().calls)
}

fn here(stage: &Stage, list: u64) -> BTreeSet<String> {
    stage.members.of(&ExternalId::new(list.to_string()))
}

fn there(stage: &Stage, list: u64) -> BTreeSet<String> {
    stage.fake.read(|account| {
        let members = account.lists.get(list).map(|list| list.members.keys().map(u64::to_string).collect());
        members.unwrap_or_default()
    })
}

/// A search, a look at the newest joins, and three pages of members.
const READ: u64 = 5;
/// A search, and a look at the newest joins.
const LEFT_UNREAD: u64 = 2;

#[tokio::test]
async fn an_unchanged_list_costs_one_call_and_an_empty_one_none() {
    let (stage, long, _) = stage_with_a_long_list().await;
    let now = stage.now();
    let short = stage.fake.edit(|account| {
        account.lists.add("Nobody", Kind::Company, Processing::Dynamic, now);
        let short = account.lists.add("Few", Kind::Company, Processing::Manual, now);
        for _ in 0..250 {
            let company = account.add(Kind::Company, &[("name", "C")], now);
            account.lists.join(short, company, now);
        }
        short
    });
    let first = stage.pull("segments", Mode::Backfill, None).await;
    assert_eq!(stage.fake.stats().calls, READ + 1);
    let (second, calls) = run(&stage, long, &first.checkpoint).await;
    assert_eq!((calls, stage.calls("join-order")), (LEFT_UNREAD + 1, 1));
    assert_eq!(here(&stage, short).len(), 250);
    let segments = second.items.iter().filter(|item| matches!(item, Item::Segment(_))).count();
    assert_eq!(segments, 3, "a list that is not read may have another name");
    let bases: Vec<CountBasis> = second.windows.iter().map(|window| window.stated.basis).collect();
    assert_eq!(bases, [CountBasis::Mirrored, CountBasis::Mirrored, CountBasis::Stated]);
    assert_eq!(second.checkpoint, first.checkpoint);
}

#[tokio::test]
async fn whoever_comes_leaves_or_takes_a_place_is_noticed() {
    type Change = fn(&mut Account, u64, &[u64], intentd_sdk::Timestamp);
    let changes: [(&str, Change); 5] = [
        ("joins", |account, list, _, now| {
            let late = account.add(Kind::Contact, &[("firstname", "late")], now);
            account.lists.join(list, late, now);
        }),
        ("leaves", |account, list, members, now| _ = account.lists.leave(list, members[400], now)),
        ("one joins and one leaves", |account, list, members, now| {
            let late = account.add(Kind::Contact, &[("firstname", "late")], now);
            account.lists.join(list, late, now);
            account.lists.leave(list, members[699], now);
        }),
        ("two take the places of the newest, at the instants at which those joined", |account, list, members, now| {
            for member in &members[..2] {
                let joined = account.lists.get(list).unwrap().members[member];
                let other = account.add(Kind::Contact, &[("firstname", "other")], joined);
                account.lists.leave(list, *member, now);
                account.lists.join(list, other, joined);
            }
        }),
        ("all leave", |account, list, members, now| {
            members.iter().for_each(|member| _ = account.lists.leave(list, *member, now));
        }),
    ];
    let ways = [(false, LEFT_UNREAD), (true, 1)];
    for ((name, change), (tells, at_rest)) in changes.into_iter().flat_map(|one| ways.map(|way| (one, way))) {
        let (stage, list, members) = stage_that_tells(tells).await;
        let first = stage.pull("segments", Mode::Backfill, None).await;
        stage.clock.advance(Duration::from_secs(600));
        stage.fake.edit(|account| change(account, list, &members, stage.now()));
        let (second, calls) = run(&stage, list, &first.checkpoint).await;
        assert!(calls > at_rest || name == "all leave", "{name}: {calls}");
        stage.clock.advance(Duration::from_secs(600));
        let (third, calls) = run(&stage, list, &second.checkpoint).await;
        assert!(calls > at_rest || !tells || name == "all leave", "{name}: a move this fresh proves nothing");
        let (_, calls) = run(&stage, list, &third.checkpoint).await;
        assert!(calls <= at_rest, "{name}: {calls}");
    }
}

/// Many lists, short and long: one search says that nobody moved.
#[tokio::test]
async fn lists_at_rest_cost_one_call_together() {
    let (stage, long, _) = stage_that_tells(true).await;
    let now = stage.now();
    stage.fake.edit(|account| {
        for n in 0..40 {
            let list = account.lists.add(&format!("List {n}"), Kind::Company, Processing::Manual, now);
            let company = account.add(Kind::Company, &[("name", "C")], now);
            account.lists.join(list, company, now.plus_ms(-HOUR_MS));
        }
    });
    let first = stage.pull("segments", Mode::Backfill, None).await;
    let (second, calls) = run(&stage, long, &first.checkpoint).await;
    assert_eq!(calls, 1);
    assert!(second.windows.iter().all(|window| window.stated.basis == CountBasis::Mirrored));
    assert_eq!(second.checkpoint, first.checkpoint);
    stage.clock.advance(Duration::from_secs(25 * 3_600));
    let (_, calls) = run(&stage, long, &second.checkpoint).await;
    assert_eq!(calls, 1 + 3 + 40, "whatever the search says, every list is read once a day");
}

#[tokio::test]
async fn who_joins_while_the_list_is_read_comes_with_the_next_run() {
    let (stage, list, members) = stage_with_a_long_list().await;
    stage.fake.edit(|account| account.lists.leave(list, members[0], stage.now()));
    let pull = stage
        .pull_while("segments", Mode::Backfill, None, |page| {
            // Both have ids that lie behind the place that the reading has reached, and the sizes agree.
            if page == 2 {
                stage.fake.edit(|account| {
                    account.lists.join(list, members[0], stage.now());
                    account.lists.leave(list, members[1], stage.now());
                });
            }
        })
        .await
        .unwrap();
    assert_eq!(here(&stage, list).len(), there(&stage, list).len());
    assert_ne!(here(&stage, list), there(&stage, list));
    run(&stage, list, &pull.checkpoint).await;
}

#[tokio::test]
async fn a_deleted_list_has_nobody_on_it_any_more_and_is_forgotten() {
    let (stage, list, _) = stage_with_a_long_list().await;
    let first = stage.pull("segments", Mode::Backfill, None).await;
    stage.fake.edit(|account| account.lists.all.get_mut(&list).unwrap().deleted_at = Some(stage.now()));
    let (second, calls) = run(&stage, list, &first.checkpoint).await;
    assert_eq!((calls, second.windows.len(), here(&stage, list).len()), (2, 1, 0));
    let (third, calls) = run(&stage, list, &second.checkpoint).await;
    assert_eq!((calls, third.windows.len()), (1, 0));
    stage.fake.edit(|account| account.lists.all.get_mut(&list).unwrap().deleted_at = None);
    let (_, calls) = run(&stage, list, &third.checkpoint).await;
    assert_eq!((calls, here(&stage, list).len()), (READ, 700), "restored");
}

/// A merge puts one contact in the place of another, at the same instant.
#[tokio::test]
async fn a_list_is_read_completely_once_a_day_whatever_its_joins_say() {
    let (stage, list, members) = stage_with_a_long_list().await;
    let first = stage.pull("segments", Mode::Backfill, None).await;
    stage.fake.edit(|account| {
        let primary = account.add(Kind::Contact, &[("firstname", "A")], stage.now());
        account.merge(Kind::Contact, primary, members[600], stage.now()).unwrap();
    });
    stage.clock.advance(Duration::from_secs(23 * 3_600));
    let second = stage.pull("segments", Mode::Incremental, Some(&first.checkpoint)).await;
    assert_eq!(second.windows[0].stated.basis, CountBasis::Mirrored);
    stage.clock.advance(Duration::from_secs(2 * 3_600));
    let (third, calls) = run(&stage, list, &second.checkpoint).await;
    assert_eq!(calls, READ);
    assert_eq!(run(&stage, list, &third.checkpoint).await.1, LEFT_UNREAD);
}

#[tokio::test]
async fn in_doubt_a_list_is_read() {
    // A checkpoint of another version, and a mirror that lost somebody.
    let (stage, list, _) = stage_with_a_long_list().await;
    assert_eq!(run(&stage, list, &Checkpoint(serde_json::Value::Null)).await.1, READ);
    let (stage, list, _) = stage_with_a_long_list().await;
    let first = stage.pull("segments", Mode::Backfill, None).await;
    stage.members.forget(&ExternalId::new(list.to_string()));
    let (second, calls) = run(&stage, list, &first.checkpoint).await;
    assert_eq!(calls, READ);

    // Everybody joined just now: more may still show up at these instants.
    stage.fake.edit(|account| {
        let now = stage.now();
        account.lists.all.get_mut(&list).unwrap().members.values_mut().for_each(|joined| *joined = now);
    });
    let (third, calls) = run(&stage, list, &second.checkpoint).await;
    assert_eq!(calls, READ);
    assert_eq!(run(&stage, list, &third.checkpoint).await.1, READ);

    // The account does not offer the order of joins.
    stage.clock.advance(Duration::from_secs(600));
    let (fourth, _) = run(&stage, list, &third.checkpoint).await;
    let path = format!("/crm/lists/2026-09/{list}/memberships/join-order");
    stage.fake.fail(Fault::next(FaultKind::BodyExpected400).on("GET", &path).times(2));
    let (fifth, calls) = run(&stage, list, &fourth.checkpoint).await;
    assert_eq!(calls, READ + 1, "refused twice");
    let (sixth, _) = run(&stage, list, &fifth.checkpoint).await;
    assert_eq!(run(&stage, list, &sixth.checkpoint).await.1, LEFT_UNREAD);
}
