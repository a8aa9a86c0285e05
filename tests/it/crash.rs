//! A process that is killed in any gap between the transactions of a record's way loses nothing and repeats nothing: after a
//! restart the account is what an undisturbed run leaves behind (I1, I2, I11).

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use intentd::engine::crash::POINTS;

use serde_json::Value;

use crate::account::{Site, difference, number};

/// What an undisturbed cycle leaves at the vendor and here.
fn undisturbed() -> Value {
    let site = Site::new();
    let summary = site.json(&["sync"]);
    assert!(number(&summary, "/changes/written") > 0);
    end_state(&site)
}

fn end_state(site: &Site) -> Value {
    let mut counts = site.json(&["status"])["counts"].clone();
    // The size of the file and how much of it is packed depend on the number of cycles.
    for name in ["bytes", "activities_folded"] {
        counts.as_object_mut().unwrap().remove(name);
    }
    serde_json::json!({ "vendor": site.fake.comparable(), "counts": counts })
}

fn assert_same(site: &Site, expected: &Value, what: &str) {
    if let Some(difference) = difference("", &end_state(site), expected) {
        panic!("{what}: {difference}");
    }
}

/// Starts a sync, waits until it stands in the gap, and kills it with SIGKILL. `false`: it ended before it came there.
fn kill_at(site: &Site, point: &str) -> bool {
    let mut child = site
        .command(&["sync", "--json"])
        .env("INTENTD_STOP_AT", point)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let reader = BufReader::new(child.stderr.take().unwrap());
    let stopped = reader.lines().map_while(Result::ok).any(|line| line.starts_with("stopped at"));
    child.kill().unwrap();
    child.wait().unwrap();
    stopped
}

#[test]
fn i11_a_kill_in_any_gap_changes_nothing_in_the_end() {
    let expected = undisturbed();
    for point in POINTS {
        let site = Site::new();
        assert!(kill_at(&site, point), "{point} was not reached");
        let summary = site.json(&["sync"]);
        assert_eq!(summary["complete"], true, "{point}: {summary}");
        assert_same(&site, &expected, &format!("killed at {point}"));
        let quiet = site.json(&["sync"]);
        assert_eq!(number(&quiet, "/changes/written"), 0, "killed at {point}");
    }
}

#[test]
fn i11_several_kills_in_a_row_still_end_well() {
    let expected = undisturbed();
    let site = Site::new();
    for point in ["pull.after_commit#3", "pull.before_close#1", "recompute.after_commit#1", "push.after_send#1"] {
        kill_at(&site, point);
    }
    site.json(&["sync"]);
    assert_same(&site, &expected, "killed four times");
}
