//! Stories about cursors that are not what they look like: a text that means nothing is followed, and one that leads nowhere
//! is never taken for the end (I14).

use intentd_hubspot::fake::{FakeConfig, Fault, FaultKind, Kind};
use intentd_sdk::ConnectorError;
use intentd_sdk::source::Mode;

use crate::drive::Stage;

#[tokio::test]
async fn a_search_whose_cursors_mean_nothing_is_read_to_its_end() {
    for contacts in [450, 10_300] {
        let config = FakeConfig { opaque_search_cursors: true, ..FakeConfig::for_tests() };
        let stage = Stage::of(config).await;
        let now = stage.now();
        let first = stage.pull("contacts", Mode::Backfill, None).await;
        let ids: std::collections::BTreeSet<u64> = stage.fake.edit(|account| {
            (0..contacts).map(|n| account.add(Kind::Contact, &[("firstname", "A")], now.plus_ms(n * 40))).collect()
        });
        stage.clock.advance(std::time::Duration::from_secs(3_600));
        let next = stage.pull("contacts", Mode::Incremental, Some(&first.checkpoint)).await;
        assert_eq!(next.ids(), ids, "{contacts}");
    }
}

#[tokio::test]
async fn records_that_leave_a_window_with_such_cursors_take_nobody_with_them() {
    let stage = Stage::of(FakeConfig { opaque_search_cursors: true, ..FakeConfig::for_tests() }).await;
    let now = stage.now();
    let first = stage.pull("contacts", Mode::Backfill, None).await;
    let ids: Vec<u64> = stage.fake.edit(|account| {
        (0..700).map(|n| account.add(Kind::Contact, &[("firstname", "A")], now.plus_ms(n * 10))).collect()
    });
    stage.clock.advance(std::time::Duration::from_secs(3_600));
    let fake = stage.fake.clone();
    let leave = |page: usize| {
        if page == 2 {
            // Whoever is edited now belongs to a later window.
            let later = now.plus_ms(7_200_000);
            fake.edit(|account| account.touch(Kind::Contact, ids[..30].iter().copied(), later));
        }
    };
    let next = stage.pull_while("contacts", Mode::Incremental, Some(&first.checkpoint), leave).await.unwrap();
    assert!(ids[30..].iter().all(|id| next.ids().contains(id)), "nobody is skipped");
    for window in &next.windows {
        assert!(window.distinct >= window.stated.expected, "{window:?}");
    }
}

#[tokio::test]
async fn a_cursor_that_leads_nowhere_is_not_the_end() {
    let places = [
        ("contacts", "/objects/2026-09/contacts", Mode::Backfill),
        ("contacts", "/objects/2026-09/contacts", Mode::Reconcile),
        ("owners", "/owners/", Mode::Backfill),
        ("email_events", "/email/public/v1/events", Mode::Backfill),
        ("page_views", "/event-occurrences/", Mode::Backfill),
        ("form_submissions", "/submissions/forms/", Mode::Backfill),
        ("segments", "/memberships", Mode::Backfill),
    ];
    let config = FakeConfig::for_tests();
    let scale =
        intentd_hubspot::fake::Scale { email_events: 20_000, page_views: 2_000, submissions: 300, ..config.scale };
    let stage = Stage::seeded(FakeConfig { scale, ..config }).await;
    let now = stage.now();
    stage.fake.edit(|account| {
        for n in 0..150 {
            let mut owner = account.owners[0].clone();
            owner.id = 70_000 + n;
            account.owners.push(owner);
        }
        let list = account.lists.add("Long", Kind::Contact, intentd_hubspot::fake::Processing::Manual, now);
        for n in 0..300 {
            let id = account.add(Kind::Contact, &[("firstname", &n.to_string())], now);
            account.lists.join(list, id, now);
            account.archive(Kind::Contact, account.table(Kind::Contact).live().keys().copied().next().unwrap(), now);
        }
    });
    for (stream, path, mode) in places {
        stage.fake.fail(Fault::next(FaultKind::SameCursor).on("GET", path).always());
        let error = stage.try_pull(stream, mode, None).await.err();
        stage.fake.clear_faults();
        assert!(matches!(error, Some(ConnectorError::Malformed { .. })), "{stream} {mode:?}: {error:?}");
        stage.pull(stream, mode, None).await;
    }
}

#[tokio::test]
async fn only_forms_that_hubspot_does_not_give_out_are_left_out() {
    let stage = Stage::seeded(FakeConfig::for_tests()).await;
    stage.fake.fail(Fault::next(FaultKind::BodyExpected400).on("GET", "/submissions/forms/").always());
    let error = stage.try_pull("form_submissions", Mode::Backfill, None).await.err();
    assert!(matches!(error, Some(ConnectorError::Rejected { .. })), "{error:?}");
    stage.fake.clear_faults();
    // A form turns into one of a type that is not given out after the plan was made.
    let turn = |_: usize| {
        stage.fake.edit(|account| {
            account.forms.all.values_mut().for_each(|form| form.form_type = "blog_comment".into());
        });
    };
    let left = stage.pull_while("form_submissions", Mode::Backfill, None, turn).await.unwrap();
    assert!(!left.windows.is_empty());
}
