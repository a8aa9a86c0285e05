//! Months of leads and activities: exactly once, in the time that Marketo needs, wherever the reader dies.

use std::collections::BTreeMap;

use intentd_marketo::fake::{Activity, FakeConfig, Fault, FaultKind};
use intentd_sdk::source::{CountBasis, Mode};
use intentd_sdk::time::Timestamp;

use super::drive::{Death, Pull, Wanted, pull};
use crate::stage::{DAY_MS, Stage};

const DAYS: i64 = 92;
/// Types of the catalogue that are not wanted are skipped by name: what is left is visits and filled forms.
const SKIPPED: &str = "Click Link;Send Email;Email Delivered;Email Bounced;Unsubscribe Email;Open Email;Click Email;New \
    Lead;Change Data Value;Change Score;Change Owner;Add to List;Remove from List;Email Bounced Soft;Merge Leads;Add to \
    Opportunity;Remove from Opportunity;Update Opportunity;Delete Lead;Send Alert;Open Sales Email;Click Sales \
    Email;Receive Sales Email;Interesting Moment;Request Campaign;Change Lead Partition;Change Revenue Stage;Change Status in \
    Progression;Change Segment;Call Webhook;Add to Nurture;Change Nurture Track;Change Nurture Cadence;Change Program Member \
    Data;Push Lead to Marketo";

const EVERYTHING: [Wanted<'static>; 2] = [("contacts", Mode::Backfill, None), ("activities", Mode::Backfill, None)];

fn config() -> FakeConfig {
    FakeConfig { job_step_ms: 60_000, retention: false, ..FakeConfig::for_tests() }
}

/// Three months with people, visits and forms on every day, and the options that read exactly these.
async fn three_months(piece_kb: &str) -> Stage {
    let config = config();
    let since = config.now.plus_ms(-DAYS * DAY_MS);
    let (first_day, days) = (since.to_string()[..10].to_owned(), DAYS.to_string());
    let options = [
        ("leads_since", first_day.as_str()),
        ("activity_days", days.as_str()),
        ("skip_activities", SKIPPED),
        ("export_piece_kilobytes", piece_kb),
    ];
    let stage = Stage::of(config, &options).await;
    stage.fake.edit(|account| {
        for n in 0..DAYS * 4 {
            let at = since.plus_ms(n * DAY_MS / 4 + 1_000);
            let email = format!("person.{n}@kunde.example");
            let lead = account.add_lead(&[("email", email.into()), ("leadScore", n.into())], at);
            account.visit(lead, at.plus_ms(60_000), "www.nordlys.example", "/priser");
            account.log(
                Activity::new(2, lead, at.plus_ms(120_000)).about(11, "Kontakt").with("Referrer URL", "a,\"b\"\n"),
            );
        }
    });
    stage
}

/// Numbers of the leads and of the wanted activities that there are.
fn truth(stage: &Stage) -> (Vec<u64>, Vec<u64>) {
    stage.fake.read(|account| {
        let wanted = |activity: &&Activity| matches!(activity.kind, 1 | 2);
        let activities = account.activities.log().iter().filter(wanted).map(|activity| activity.number);
        (account.leads.all().keys().copied().collect(), activities.collect())
    })
}

fn once(found: &BTreeMap<u64, u32>) -> Vec<u64> {
    assert!(found.values().all(|times| *times == 1), "nothing is committed twice");
    found.keys().copied().collect()
}

fn insist_on_everything_once(stage: &Stage, pull: &Pull) {
    let (leads, activities) = truth(stage);
    for (found, wanted) in [(once(&pull.contacts()), leads), (once(&pull.activities()), activities)] {
        assert!(wanted.len() >= 4 * DAYS as usize);
        let missing: Vec<&u64> = wanted.iter().filter(|id| !found.contains(id)).take(5).collect();
        assert!(missing.is_empty() && found.len() == wanted.len(), "{} of {}: {missing:?}", found.len(), wanted.len());
    }
}

#[tokio::test]
async fn three_months_come_in_two_polls_for_each_two_jobs() {
    let stage = three_months("2048").await;
    let begun = stage.now();
    let pull = pull(&stage, &EVERYTHING, Death::Never).await;
    insist_on_everything_once(&stage, &pull);

    let windows = pull.closed.len();
    assert_eq!(windows, 6, "two subjects, three months each");
    assert!(pull.closed.iter().all(|window| window.stated.basis == CountBasis::Stated));
    assert_eq!(stage.fake.stats().exports as usize, windows, "one job for each window");
    let waves = windows.div_ceil(2) as u64;
    assert!(pull.rests <= 2 * waves, "{} polling periods for {waves} waves", pull.rests);
    assert!(stage.now().ms_since(begun) <= 2 * 60_000 * waves as i64);
    // Create, enqueue, one file each; a status per poll and open job.
    assert!(stage.calls("status.json") <= 2 * waves * windows as u64, "{} polls", stage.calls("status.json"));
    assert_eq!(stage.calls("file.json") as usize, windows);
}

#[tokio::test]
async fn whoever_dies_between_two_steps_goes_on_there() {
    // I1, I11: no job is made twice, no row is committed twice, no row is lost.
    let stage = three_months("12").await;
    let pull = pull(&stage, &EVERYTHING, Death::AfterCommit).await;
    insist_on_everything_once(&stage, &pull);
    assert_eq!(stage.fake.stats().exports, 6);
    assert!(stage.calls("file.json") > 10, "{} pieces", stage.calls("file.json"));
}

#[tokio::test]
async fn whoever_dies_before_a_step_is_written_down_takes_it_once_more() {
    let stage = three_months("12").await;
    let pull = pull(&stage, &EVERYTHING, Death::BeforeCommit).await;
    insist_on_everything_once(&stage, &pull);
    // The second of each pair was never enqueued, and cost nothing.
    assert_eq!(stage.fake.stats().exports, 12);
    assert_eq!(stage.fake.stats().refused.get(&1029), Some(&6), "each job was found to be in the queue already");
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_was() {
    let stage = three_months("8").await;
    for nth in [1, 2, 5, 9] {
        stage.fake.fail(Fault::next(FaultKind::CutAfter { bytes: 1_500 }).on("GET", "file.json").nth(nth));
    }
    let pull = pull(&stage, &EVERYTHING, Death::Never).await;
    insist_on_everything_once(&stage, &pull);
    let stats = stage.fake.stats();
    assert_eq!((stats.exports, stats.faults), (6, 4));
    // The pieces that broke off were sent once more, and the end of each piece that was no whole row.
    let pieces = stage.calls("file.json");
    let whole = whole_files(&stage).await;
    assert!(stats.file_bytes < whole + 4 * 8 * 1_024 + pieces * 300, "{} of {whole} bytes", stats.file_bytes);
}

/// The size of all files, read in one piece each.
async fn whole_files(stage: &Stage) -> u64 {
    let again = three_months("2048").await;
    pull(&again, &EVERYTHING, Death::Never).await;
    assert_eq!(truth(&again).0.len(), truth(stage).0.len());
    again.fake.stats().file_bytes
}

#[tokio::test]
async fn a_row_wider_than_a_piece_is_read_in_a_wider_one() {
    let stage = Stage::of(config(), &[("leads_since", "2026-11-01"), ("export_piece_kilobytes", "1")]).await;
    let at = stage.now().plus_ms(-DAY_MS);
    stage.fake.edit(|account| {
        account.fields.add_custom("notes", "Notes", "text");
        for n in 0..20 {
            let notes = "æ, \"ø\"\r\n".repeat(if n == 7 { 900 } else { 1 });
            let email = format!("p{n}@kunde.example");
            account.add_lead(&[("email", email.into()), ("notes", notes.into())], at);
        }
    });
    let mut stage = stage;
    let properties = stage.selection.properties.values_mut().next().unwrap();
    properties.push("notes".to_owned());
    properties.sort();
    let pull = pull(&stage, &EVERYTHING[..1], Death::AfterCommit).await;
    assert_eq!(once(&pull.contacts()), truth(&stage).0);
}

#[tokio::test]
async fn nobody_in_a_stretch_is_nobody_and_costs_no_file() {
    let stage = Stage::of(config(), &[("leads_since", "2026-11-01")]).await;
    let pull = pull(&stage, &EVERYTHING[..1], Death::Never).await;
    assert_eq!((pull.items.len(), pull.closed[0].stated.expected), (0, 0));
    assert_eq!(stage.calls("file.json"), 0);
}

#[tokio::test]
async fn a_long_pause_is_made_up_for_by_time_of_change_where_the_subscription_has_it() {
    for (bulk_updated_at, filter) in [(true, "updated"), (false, "created")] {
        let config = FakeConfig { bulk_updated_at, ..config() };
        let stage = Stage::of(config, &[("leads_since", "2026-11-01")]).await;
        let now: Timestamp = stage.now();
        stage.fake.edit(|account| {
            let id = account.add_lead(&[("email", "a@kunde.example".into())], now.plus_ms(-20 * DAY_MS));
            account.set_lead(id, &[("leadScore", 7.into())], now.plus_ms(-DAY_MS));
        });
        let old = serde_json::json!({"read_to_ms": now.plus_ms(-10 * DAY_MS).as_ms(), "went_back_ms": 0});
        let checkpoint = intentd_sdk::cursor::Checkpoint(old);
        let pull = pull(&stage, &[("contacts", Mode::Incremental, Some(&checkpoint))], Death::Never).await;
        assert_eq!(pull.contacts().len(), 1);
        assert!(pull.closed.iter().any(|window| window.key.contains(filter)), "{:?}", pull.closed);
    }
}
