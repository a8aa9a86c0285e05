//! Who is on which list and in which program: all of them at first, then those of which the log says that somebody came or
//! left, and all of them once a day.

use std::collections::BTreeSet;

use intentd_marketo::fake::{FakeConfig, Fault, FaultKind};
use intentd_sdk::record::Item;
use intentd_sdk::source::{CountBasis, Mode};
use serde_json::json;

use crate::drive::{DAY, HOUR, Pull, Stage};

fn members(pull: &Pull, segment: &str) -> BTreeSet<u64> {
    let of = |item: &Item| match item {
        Item::Membership(member) if member.segment_id.as_str() == segment => member.member_id.as_str().parse().ok(),
        _ => None,
    };
    pull.items.iter().filter_map(of).collect()
}

fn windows(pull: &Pull) -> Vec<&str> {
    pull.windows.iter().map(|window| window.key.as_str()).collect()
}

/// Two lists and a program with members.
async fn stage() -> (Stage, Vec<u64>, [u64; 3]) {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let (ids, segments) = stage.edit(|account, now| {
        let at = now.plus_ms(-9 * DAY);
        let ids: Vec<u64> =
            (0..650).map(|n| account.add_lead(&[("email", json!(format!("p{n}@b.example")))], at)).collect();
        let (large, small) = (account.lists.add("Large", at), account.lists.add("Small", at));
        account.programs.add_channel("Webinar", "Event", &["Invited", "Registered", "Attended"], &["Attended"]);
        let program = account.programs.add("Autumn webinar", "Event", "Webinar", at);
        ids.iter().for_each(|id| account.join_list(large, *id, at, None));
        account.join_list(small, ids[0], at, None);
        assert!(account.progress(program, ids[1], "Registered", at, None));
        (ids, [large, small, program])
    });
    (stage, ids, segments)
}

#[tokio::test]
async fn lists_and_programs_come_with_their_members() {
    let (stage, ids, [large, small, program]) = stage().await;
    let pull = stage.pull("segments", Mode::Backfill, None).await;
    assert_eq!(members(&pull, &large.to_string()), ids.iter().copied().collect());
    assert_eq!(members(&pull, &small.to_string()), [ids[0]].into());
    assert_eq!(members(&pull, &format!("program:{program}")), [ids[1]].into());
    let segments: BTreeSet<(String, bool)> = pull
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Segment(segment) => Some((segment.name.clone(), segment.writable)),
            _ => None,
        })
        .collect();
    let expected = [("Autumn webinar", false), ("Large", true), ("Small", true)];
    assert_eq!(segments, expected.map(|(name, writable)| (name.to_owned(), writable)).into());
}

#[tokio::test]
async fn only_segments_that_moved_are_read_again_and_all_of_them_once_a_day() {
    let (stage, ids, [large, small, program]) = stage().await;
    let first = stage.pull("segments", Mode::Backfill, None).await;
    stage.pass(2 * HOUR);
    // The log has nothing to say.
    let quiet = stage.pull("segments", Mode::Incremental, Some(&first.checkpoint)).await;
    assert_eq!(windows(&quiet), [] as [&str; 0]);

    stage.pass(2 * HOUR);
    stage.edit(|account, now| {
        account.join_list(small, ids[5], now, None);
        assert!(account.leave_list(small, ids[0], now));
        assert!(account.progress(program, ids[2], "Attended", now, None));
    });
    let second = stage.pull("segments", Mode::Incremental, Some(&quiet.checkpoint)).await;
    assert_eq!(windows(&second), [format!("list {small}"), format!("program {program}")]);
    assert_eq!(members(&second, &small.to_string()), [ids[5]].into());
    assert_eq!(members(&second, &format!("program:{program}")), [ids[1], ids[2]].into());

    // A list that was deleted has no members, a new one comes within an hour; what moved before is not read again,
    // although the log is read with an overlap.
    stage.pass(HOUR);
    let new = stage.edit(|account, now| {
        account.lists.all.remove(&large);
        account.lists.add("New", now)
    });
    let third = stage.pull("segments", Mode::Incremental, Some(&second.checkpoint)).await;
    assert_eq!(windows(&third), [format!("list {new}"), format!("list {large}")]);
    assert!(members(&third, &large.to_string()).is_empty());

    // One that somebody joins comes at once, and an empty one has to wait.
    stage.pass(HOUR / 4);
    let empty = stage.edit(|account, now| account.lists.add("Empty", now));
    let waits = stage.pull("segments", Mode::Incremental, Some(&third.checkpoint)).await;
    assert_eq!(windows(&waits), [] as [&str; 0]);
    let joined = stage.edit(|account, now| {
        let joined = account.lists.add("Joined", now);
        account.join_list(joined, ids[3], now, None);
        joined
    });
    let fourth = stage.pull("segments", Mode::Incremental, Some(&waits.checkpoint)).await;
    assert_eq!(windows(&fourth), [format!("list {empty}"), format!("list {joined}")]);

    stage.pass(DAY);
    let all = stage.pull("segments", Mode::Incremental, Some(&fourth.checkpoint)).await;
    assert_eq!(windows(&all).len(), 5);
    assert!(all.windows.iter().all(|window| window.ids.len() == 1), "the engine closes a segment by its window");
}

#[tokio::test]
async fn a_list_that_goes_while_it_is_read_ends_and_one_that_cannot_be_read_keeps_its_members() {
    let (stage, _, [large, _, program]) = stage().await;
    stage.fake.fail(Fault::next(FaultKind::Refused(1013)).on("GET", &format!("lists/{large}/leads.json")).nth(2));
    let too_many = FaultKind::RefusedSaying(1003, "Static list membership size exceeds 100000");
    stage.fake.fail(Fault::next(too_many).on("GET", "leads/programs").always());
    let pull = stage.pull("segments", Mode::Backfill, None).await;
    assert_eq!(members(&pull, &large.to_string()).len(), 300);
    let held = pull.windows.iter().find(|window| window.key == format!("program {program}")).unwrap();
    assert_eq!(held.stated.basis, CountBasis::Mirrored);
}
