//! Stories of joining and parting.

use std::collections::BTreeMap;

use intentd_sdk::record::{ConnectionName, ExternalId};

use super::resolve::{Bearer, Decisions, Incoming, Known, Local, Merge, Parting, RecordRef, resolve};

fn record(connection: &str, id: &str) -> RecordRef {
    (ConnectionName::from(connection), ExternalId::from(id))
}

fn bearer(connection: &str, id: &str, keys: &[&str]) -> Bearer {
    let keys = Some(keys.iter().map(|key| (*key).to_owned()).collect());
    Bearer { record: record(connection, id), present: true, keys }
}

fn incoming(id: &str, keys: &[&str]) -> Incoming {
    Incoming { external_id: id.into(), keys: keys.iter().map(|key| (*key).to_owned()).collect() }
}

/// What the store would know about local records, seen from a connection.
fn known(connection: &str, locals: &[(i64, Vec<Bearer>)]) -> Known {
    let mut known = Known::default();
    for (id, bearers) in locals {
        for bearer in bearers {
            if bearer.record.0.as_str() == connection {
                known.by_external_id.insert(bearer.record.1.clone(), *id);
            }
            for key in bearer.keys.iter().flatten() {
                let holders = known.by_key.entry(key.clone()).or_default();
                if !holders.contains(id) {
                    holders.push(*id);
                }
            }
        }
        known.bearers.insert(*id, bearers.clone());
    }
    known
}

#[test]
fn a_person_is_one_contact_across_connections_and_two_records_of_one_connection_are_two() {
    let known = known("a", &[(10, vec![bearer("a", "1", &["ann@a"])]), (20, vec![bearer("b", "7", &["bo@b"])])]);
    let page = [incoming("1", &["ann@a"]), incoming("2", &["bo@b"]), incoming("3", &["ann@a"]), incoming("4", &[])];
    let answer = resolve(&"a".into(), &page, &known);
    assert_eq!(answer.locals, [Local::Old(10), Local::Old(20), Local::New(0), Local::New(1)]);
    assert_eq!(answer.joined, BTreeMap::from([("2".into(), (20, "bo@b".to_owned()))]));
    assert_eq!((answer.merges, answer.partings, answer.fresh), (vec![], vec![], 2));
}

#[test]
fn two_records_of_one_page_do_not_both_join_the_same_contact() {
    let known = known("a", &[(20, vec![bearer("b", "7", &["bo@b"])])]);
    let answer = resolve(&"a".into(), &[incoming("1", &["bo@b"]), incoming("2", &["bo@b"])], &known);
    assert_eq!(answer.locals, [Local::Old(20), Local::New(0)]);
}

#[test]
fn a_secondary_address_joins_whichever_side_came_first() {
    let other = known("a", &[(20, vec![bearer("b", "7", &["old@b", "bo@b"])])]);
    assert_eq!(resolve(&"a".into(), &[incoming("1", &["bo@b"])], &other).locals, [Local::Old(20)]);
    let first = known("a", &[(20, vec![bearer("b", "7", &["bo@b"])])]);
    assert_eq!(resolve(&"a".into(), &[incoming("1", &["new@b", "bo@b"])], &first).locals, [Local::Old(20)]);
    // Within one connection a secondary address joins nobody, not even somebody who left.
    let mut gone = bearer("a", "7", &["bo@b"]);
    gone.present = false;
    let same = known("a", &[(20, vec![gone])]);
    assert_eq!(resolve(&"a".into(), &[incoming("1", &["new@b", "bo@b"])], &same).locals, [Local::New(0)]);
    assert_eq!(resolve(&"a".into(), &[incoming("1", &["bo@b"])], &same).locals, [Local::Old(20)]);
}

#[test]
fn when_the_key_is_no_longer_shared_they_part_and_when_it_is_again_they_join_again() {
    let joined = known("a", &[(10, vec![bearer("a", "1", &["ann@a"]), bearer("b", "7", &["ann@a"])])]);
    let answer = resolve(&"a".into(), &[incoming("1", &["eve@a"])], &joined);
    assert_eq!(answer.locals, [Local::New(0)]);
    let parting = Parting { records: vec![record("a", "1")], from: 10, to: Local::New(0) };
    assert_eq!((answer.partings, answer.fresh), (vec![parting], 1));

    let parted = known("a", &[(10, vec![bearer("b", "7", &["ann@a"])]), (11, vec![bearer("a", "1", &["eve@a"])])]);
    let answer = resolve(&"a".into(), &[incoming("1", &["ann@a"])], &parted);
    assert_eq!(answer.locals, [Local::Old(10)]);
    let merge = Merge { from: 11, into: 10, record: record("a", "1"), key: "ann@a".into() };
    assert_eq!((answer.merges, answer.partings), (vec![merge], vec![]));
}

#[test]
fn a_key_that_moves_to_another_person_takes_the_record_along() {
    let locals = known(
        "a",
        &[
            (10, vec![bearer("a", "1", &["ann@a"]), bearer("b", "7", &["ann@a"])]),
            (30, vec![bearer("b", "8", &["eve@a"])]),
        ],
    );
    let answer = resolve(&"a".into(), &[incoming("1", &["eve@a"])], &locals);
    assert_eq!(answer.locals, [Local::Old(30)]);
    let parting = Parting { records: vec![record("a", "1")], from: 10, to: Local::Old(30) };
    assert_eq!((answer.partings, answer.fresh), (vec![parting], 0));
    assert_eq!(answer.joined[&ExternalId::from("1")], (30, "eve@a".to_owned()));
}

#[test]
fn who_only_hung_together_through_a_third_parts_too() {
    let chain = vec![bearer("a", "1", &["x"]), bearer("b", "7", &["x", "y"]), bearer("c", "9", &["y"])];
    let locals = known("b", &[(10, chain)]);
    let answer = resolve(&"b".into(), &[incoming("7", &["z"])], &locals);
    assert_eq!(answer.locals, [Local::New(0)]);
    assert_eq!(
        answer.partings.iter().map(|part| (&part.records[0].0, part.to)).collect::<Vec<_>>(),
        [(&"b".into(), Local::New(0)), (&"c".into(), Local::New(1))]
    );
}

#[test]
fn who_is_still_there_keeps_the_contact_rather_than_who_left() {
    let mut gone = bearer("b", "7", &["ann@a"]);
    gone.present = false;
    let locals = known("a", &[(10, vec![bearer("a", "1", &["ann@a"]), gone])]);
    let answer = resolve(&"a".into(), &[incoming("1", &["eve@a"])], &locals);
    assert_eq!(answer.locals, [Local::Old(10)]);
    assert_eq!(answer.partings, [Parting { records: vec![record("b", "7")], from: 10, to: Local::New(0) }]);
}

#[test]
fn what_an_admin_decided_stands_above_every_key() {
    let mut locals = known("a", &[(20, vec![bearer("b", "7", &["bo@b"])])]);
    locals.decisions = Decisions { apart: [record("b", "7")].into(), ..Decisions::default() };
    assert_eq!(resolve(&"a".into(), &[incoming("1", &["bo@b"])], &locals).locals, [Local::New(0)]);
    locals.decisions = Decisions { apart: [record("a", "1")].into(), ..Decisions::default() };
    assert_eq!(resolve(&"a".into(), &[incoming("1", &["bo@b"])], &locals).locals, [Local::New(0)]);

    let mut held = known("a", &[(10, vec![bearer("a", "1", &["ann@a"]), bearer("b", "7", &["ann@a"])])]);
    held.decisions = Decisions { together: [(record("b", "7"), record("a", "1"))].into(), ..Decisions::default() };
    let answer = resolve(&"a".into(), &[incoming("1", &["eve@a"])], &held);
    assert_eq!((answer.locals, answer.partings), (vec![Local::Old(10)], vec![]));
}

#[test]
fn who_leaves_makes_room_on_the_same_page() {
    // By decision `a 1` and `b 9` were one; that is forgotten, and both records of `b` come on one page.
    let locals = known(
        "b",
        &[
            (10, vec![bearer("a", "1", &["info@a"]), bearer("b", "9", &["ada@h"])]),
            (20, vec![bearer("b", "7", &["info@a"])]),
        ],
    );
    let answer = resolve(&"b".into(), &[incoming("7", &["info@a"]), incoming("9", &["ada@h"])], &locals);
    assert_eq!(answer.locals, [Local::Old(10), Local::New(0)]);
    assert_eq!(answer.partings, [Parting { records: vec![record("b", "9")], from: 10, to: Local::New(0) }]);
    assert_eq!(answer.merges, [Merge { from: 20, into: 10, record: record("b", "7"), key: "info@a".into() }]);
}

#[test]
fn without_loaded_keys_nobody_parts() {
    let blind = Bearer { keys: None, ..bearer("a", "1", &[]) };
    let locals =
        Known { by_external_id: [("1".into(), 10)].into(), bearers: [(10, vec![blind])].into(), ..Known::default() };
    assert_eq!(resolve(&"a".into(), &[incoming("1", &["eve@a"])], &locals).locals, [Local::Old(10)]);
}
