//! What changed since last time: found completely, whatever search does.

use intentd_hubspot::fake::{FakeConfig, Kind};
use intentd_sdk::source::{CountBasis, Mode};
use intentd_sdk::time::Timestamp;

use crate::drive::Stage;

#[tokio::test]
async fn an_unchanged_account_costs_one_search_per_stream() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let old = stage.now().plus_ms(-86_400_000);
    stage.fake.edit(|account| (0..300).for_each(|_| _ = account.add(Kind::Contact, &[("firstname", "A")], old)));
    for stream in ["contacts", "companies", "deals"] {
        let backfill = stage.pull(stream, Mode::Backfill, None).await;
        stage.fake.reset_stats();
        let mut checkpoint = backfill.checkpoint;
        for _ in 0..3 {
            let pull = stage.pull(stream, Mode::Incremental, Some(&checkpoint)).await;
            assert_eq!(pull.items.len(), 0);
            checkpoint = pull.checkpoint;
        }
        assert_eq!((stage.fake.stats().calls, stage.calls("search")), (3, 3), "{stream}");
    }
}

/// 25,000 records with the same millisecond, a few before and after it, in shuffled pages: gotcha number one.
#[tokio::test]
async fn twenty_five_thousand_records_of_one_millisecond_all_come() {
    for shuffle_search in [false, true] {
        let stage = Stage::of(FakeConfig { shuffle_search, ..FakeConfig::for_tests() }).await;
        let (start, bulk) = (stage.now().plus_ms(-3_600_000), stage.now().plus_ms(-1_800_000));
        let old = start.plus_ms(-86_400_000);
        let ids: Vec<u64> = stage.fake.edit(|account| {
            let ids: Vec<u64> = (0..25_700).map(|_| account.add(Kind::Contact, &[("firstname", "A")], old)).collect();
            account.touch(Kind::Contact, ids[..300].iter().copied(), start.plus_ms(5));
            account.touch(Kind::Contact, ids[300..25_300].iter().copied(), bulk);
            for (n, id) in ids[25_300..].iter().enumerate() {
                account.touch(Kind::Contact, [*id], bulk.plus_ms(1 + n as i64));
            }
            ids
        });
        let checkpoint = checkpoint(start);
        let pull = stage.pull("contacts", Mode::Incremental, Some(&checkpoint)).await;
        assert_eq!(pull.ids(), ids.into_iter().collect());
        assert!(pull.windows.iter().all(|window| window.stated.basis == CountBasis::Stated));
        // 129 full pages; the rest is cutting.
        assert!(stage.calls("search") < 150, "{} searches", stage.calls("search"));
    }
}

#[tokio::test]
async fn a_change_that_search_does_not_show_yet_comes_with_the_next_run() {
    let stage = Stage::of(FakeConfig { search_lag_ms: 120_000, ..FakeConfig::for_tests() }).await;
    let old = stage.now().plus_ms(-86_400_000);
    let id = stage.fake.edit(|account| account.add(Kind::Contact, &[("firstname", "A")], old));
    let first = stage.pull("contacts", Mode::Incremental, Some(&checkpoint(old.plus_ms(1)))).await;
    stage.fake.edit(|account| account.set(Kind::Contact, id, &[("firstname", "B")], stage.now()));
    stage.clock.advance(std::time::Duration::from_secs(10));
    let second = stage.pull("contacts", Mode::Incremental, Some(&first.checkpoint)).await;
    assert_eq!(second.ids().len(), 0, "the index does not show it");
    stage.clock.advance(std::time::Duration::from_secs(150));
    let third = stage.pull("contacts", Mode::Incremental, Some(&second.checkpoint)).await;
    assert_eq!(third.ids(), [id].into());
    stage.clock.advance(std::time::Duration::from_secs(600));
    let fourth = stage.pull("contacts", Mode::Incremental, Some(&third.checkpoint)).await;
    stage.clock.advance(std::time::Duration::from_secs(600));
    let fifth = stage.pull("contacts", Mode::Incremental, Some(&fourth.checkpoint)).await;
    assert_eq!(fifth.ids().len(), 0, "once settled it is not read again");
}

/// Records that are modified while a window is read leave it, and those behind them move up into places already read.
#[tokio::test]
async fn records_that_leave_the_window_while_it_is_read_take_nobody_with_them() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let start = stage.now().plus_ms(-3_600_000);
    let ids: Vec<u64> = stage.fake.edit(|account| {
        (0..900).map(|n| account.add(Kind::Contact, &[("firstname", "A")], start.plus_ms(n))).collect()
    });
    let leave = |page: usize| {
        // Three of the records just read, and one that is still to come.
        let leaving = [page * 10, page * 10 + 1, page * 10 + 2, 880 + page].map(|n| ids[n]);
        stage.fake.edit(|account| account.touch(Kind::Contact, leaving, stage.now().plus_ms(60_000)));
    };
    let mut left_unread = std::collections::BTreeSet::new();
    let pull = stage
        .pull_while("contacts", Mode::Incremental, Some(&checkpoint(start)), |page| {
            // The first answer only cuts the window where the index has settled.
            if (2..=4).contains(&page) {
                leave(page - 1);
                left_unread.insert(ids[880 + page - 1]);
            }
        })
        .await
        .unwrap();
    let missing: std::collections::BTreeSet<u64> = ids.iter().copied().filter(|id| !pull.ids().contains(id)).collect();
    assert_eq!(missing, left_unread, "only those that belong to a later window are not here");
    assert_eq!(pull.windows[0].stated.expected, pull.windows[0].distinct, "{:?}", pull.windows);
}

#[tokio::test]
async fn companies_and_deals_have_another_last_modified_property() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let now = stage.now();
    for (kind, stream) in [(Kind::Company, "companies"), (Kind::Deal, "deals"), (Kind::Contact, "contacts")] {
        let id = stage.fake.edit(|account| account.add(kind, &[], now.plus_ms(-1_000)));
        let pull = stage.pull(stream, Mode::Incremental, Some(&checkpoint(now.plus_ms(-2_000)))).await;
        assert_eq!(pull.ids(), [id].into(), "{stream}");
    }
}

#[tokio::test]
async fn a_clock_that_went_back_still_gives_a_window_that_ends() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let ahead = checkpoint(stage.now().plus_ms(86_400_000));
    let pull = stage.pull("contacts", Mode::Incremental, Some(&ahead)).await;
    assert_eq!((pull.items.len(), &pull.checkpoint), (0, &ahead), "what is settled stays settled");
}

fn checkpoint(settled: Timestamp) -> intentd_sdk::cursor::Checkpoint {
    intentd_sdk::cursor::Checkpoint(serde_json::json!({"settled_ms": settled.as_ms()}))
}
