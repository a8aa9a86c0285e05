//! What goes wrong with jobs and files: they are made anew a few times, then the run says so, and the next run tries again.

use intentd_marketo::fake::{FakeConfig, Fault, FaultKind};
use intentd_sdk::ConnectorError;
use intentd_sdk::source::{CountBasis, Mode};

use super::drive::{Death, Run, failure, pull};
use crate::stage::{DAY_MS, Stage};

const CONTACTS: [(&str, Mode, Option<&intentd_sdk::cursor::Checkpoint>); 1] = [("contacts", Mode::Backfill, None)];
const PEOPLE: usize = 200;

/// A fortnight of people, in files that take several pieces.
async fn stage() -> Stage {
    let config = FakeConfig { job_step_ms: 60_000, ..FakeConfig::for_tests() };
    let stage = Stage::of(config, &[("leads_since", "2026-11-01"), ("export_piece_kilobytes", "2")]).await;
    let at = stage.now().plus_ms(-10 * DAY_MS);
    stage.fake.edit(|account| {
        for n in 0..PEOPLE {
            let email = format!("p{n}@kunde.example");
            account.add_lead(&[("email", email.into()), ("leadScore", 1.into())], at);
        }
    });
    stage
}

#[tokio::test]
async fn a_failed_job_is_made_anew() {
    let stage = stage().await;
    stage.fake.edit(|account| account.fail_next_export("Export failed"));
    let pull = pull(&stage, &CONTACTS, Death::AfterCommit).await;
    assert_eq!(pull.contacts().len(), PEOPLE);
    assert_eq!(stage.fake.stats().exports, 2);
}

#[tokio::test]
async fn a_cancelled_job_is_made_anew() {
    let stage = stage().await;
    let mut run = Run::plan(&stage, &CONTACTS).await;
    stage.fake.fail(Fault::next(FaultKind::Refused(603)).on("GET", "status.json"));
    failure(&stage, &mut run).await;
    let now = stage.now();
    stage.fake.edit(|account| account.cancel_exports(now));
    run.read(&stage, Death::Never).await.unwrap();
    run.pull.insist();
    assert_eq!((run.pull.contacts().len(), stage.fake.stats().exports), (PEOPLE, 2));
}

#[tokio::test]
async fn a_file_that_is_late_is_waited_for_and_one_that_never_comes_is_made_anew() {
    for (missing, exports) in [(2, 1), (3, 2)] {
        let stage = stage().await;
        stage.fake.fail(Fault::next(FaultKind::PlainNotFound).on("GET", "file.json").times(missing));
        let pull = pull(&stage, &CONTACTS, Death::AfterCommit).await;
        assert_eq!(pull.contacts().len(), PEOPLE);
        assert_eq!(stage.fake.stats().exports, exports, "{missing} times not there");
    }
}

#[tokio::test]
async fn a_job_that_expired_while_nobody_read_is_made_anew() {
    let stage = stage().await;
    let mut run = Run::plan(&stage, &CONTACTS).await;
    // The first piece arrives; then nobody reads for a month, and Marketo forgets the file and the job.
    stage.fake.fail(Fault::next(FaultKind::Refused(603)).on("GET", "file.json").nth(2));
    assert!(matches!(failure(&stage, &mut run).await, ConnectorError::Forbidden { .. }));
    stage.clock.advance(std::time::Duration::from_secs(31 * 86_400));
    run.read(&stage, Death::AfterCommit).await.unwrap();
    run.pull.insist();
    assert_eq!(run.pull.contacts().len(), PEOPLE);
    // What the first file brought has its own certificate; the second one counts everybody.
    let mut bases: Vec<CountBasis> = run.pull.closed.iter().map(|window| window.stated.basis).collect();
    bases.sort_by_key(|basis| basis.as_str());
    assert_eq!(bases, [CountBasis::Listed, CountBasis::Stated]);
}

#[tokio::test]
async fn a_wrong_checksum_is_noticed_and_the_file_read_anew() {
    let stage = stage().await;
    let mut run = Run::plan(&stage, &CONTACTS).await;
    stage.fake.fail(Fault::next(FaultKind::Refused(603)).on("GET", "file.json"));
    failure(&stage, &mut run).await;
    stage.fake.edit(|account| account.spoil_export_files());
    run.read(&stage, Death::AfterCommit).await.unwrap();
    run.pull.insist();
    assert_eq!(stage.fake.stats().exports, 2);
    let whole = run.pull.closed.iter().find(|window| window.stated.basis == CountBasis::Stated).unwrap();
    assert_eq!(whole.stated.expected, PEOPLE as u64);
    let ids = stage.fake.read(|account| account.leads.all().keys().copied().collect::<Vec<_>>());
    let known = run.pull.contacts();
    assert!(ids.iter().all(|id| known.contains_key(id)));
}

#[tokio::test]
async fn what_fails_again_and_again_is_said_clearly_and_tried_in_the_next_run() {
    let stage = stage().await;
    let mut run = Run::plan(&stage, &CONTACTS).await;
    stage.fake.fail(Fault::next(FaultKind::PlainNotFound).on("GET", "file.json").always());
    for runs in 1..=2 {
        let error = failure(&stage, &mut run).await;
        let ConnectorError::Transient { detail, .. } = &error else { panic!("{error:?}") };
        assert!(detail.contains("its file is not there") && detail.contains("next run tries again"), "{detail}");
        assert_eq!(stage.fake.stats().exports, 3 * runs, "three jobs for each run");
        stage.clock.advance(std::time::Duration::from_secs(900));
    }
    stage.fake.clear_faults();
    run.read(&stage, Death::AfterCommit).await.unwrap();
    run.pull.insist();
    assert_eq!(run.pull.contacts().len(), PEOPLE);
}
