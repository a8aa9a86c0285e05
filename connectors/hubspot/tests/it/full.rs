//! Backfill and reconcile of objects.

use intentd_hubspot::fake::{FakeConfig, Kind};
use intentd_sdk::record::{Departure, Item, ObjectKind};
use intentd_sdk::source::{CountBasis, Mode};

use crate::drive::Stage;

#[tokio::test]
async fn twenty_thousand_contacts_come_in_several_windows_with_few_extra_calls() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let old = stage.now().plus_ms(-86_400_000);
    let ids: Vec<u64> = stage.fake.edit(|account| {
        let mut ids: Vec<u64> = (0..20_600).map(|_| account.add(Kind::Contact, &[("firstname", "A")], old)).collect();
        // Gaps, so that places and ids differ.
        ids.retain(|id| id % 35 != 0 || !account.archive(Kind::Contact, *id, old));
        ids
    });
    let pull = stage.pull("contacts", Mode::Backfill, None).await;
    assert_eq!(pull.ids(), ids.iter().copied().collect());
    assert_eq!(pull.items.len(), ids.len(), "nobody comes twice");
    assert!(pull.windows.len() >= 4, "{:?}", pull.windows);
    assert!(pull.windows.iter().all(|window| window.stated.basis == CountBasis::Stated));
    let needed = (ids.len() as u64).div_ceil(100);
    assert!(stage.fake.stats().calls < needed + 30, "{} calls", stage.fake.stats().calls);
}

#[tokio::test]
async fn a_small_account_costs_one_page_and_one_count() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    stage.fake.edit(|account| (0..70).for_each(|_| _ = account.add(Kind::Company, &[("name", "B")], stage.now())));
    let pull = stage.pull("companies", Mode::Backfill, None).await;
    assert_eq!((pull.ids().len(), stage.fake.stats().calls), (70, 2));
    let empty = stage.pull("deals", Mode::Backfill, None).await;
    assert_eq!(empty.items.len(), 0);
}

#[tokio::test]
async fn an_index_that_lags_behind_the_list_takes_nothing_from_a_backfill() {
    let config = FakeConfig { search_lag_ms: 600_000, ..FakeConfig::for_tests() };
    let stage = Stage::of(config).await;
    stage.fake.edit(|account| (0..3).for_each(|_| _ = account.add(Kind::Contact, &[("firstname", "A")], stage.now())));
    let pull = stage.try_pull("contacts", Mode::Backfill, None).await.unwrap();
    let window = &pull.windows[0];
    assert_eq!((pull.ids().len(), window.stated.expected, window.distinct), (3, 3, 3));
    assert_eq!(window.stated.basis, CountBasis::Listed, "the search does not know them yet");
}

#[tokio::test]
async fn very_many_properties_are_read_in_batches() {
    let mut stage = Stage::of(FakeConfig::for_tests()).await;
    let names: Vec<String> = (0..400).map(|number| format!("a_rather_long_property_{number}")).collect();
    stage.selection.properties.insert(ObjectKind::Contact, [names, vec!["jobtitle".into()]].concat());
    stage
        .fake
        .edit(|account| (0..250).for_each(|_| _ = account.add(Kind::Contact, &[("jobtitle", "CEO")], stage.now())));
    let pull = stage.pull("contacts", Mode::Backfill, None).await;
    let titled =
        |item: &Item| matches!(item, Item::Object(record) if record.properties["jobtitle"].as_deref() == Some("CEO"));
    assert_eq!(pull.items.iter().filter(|item| titled(item)).count(), 250);
    let changed = stage.pull("contacts", Mode::Incremental, None).await;
    assert_eq!(changed.items.iter().filter(|item| titled(item)).count(), 250);
}

#[tokio::test]
async fn a_merge_names_the_absorbed_and_reconcile_finds_who_left() {
    for new_id in [false, true] {
        let stage = Stage::of(FakeConfig { merge_makes_new_id: new_id, ..FakeConfig::for_tests() }).await;
        let now = stage.now();
        let (kept, absorbed, archived, survivor) = stage.fake.edit(|account| {
            let [a, b, c] = [(); 3].map(|()| account.add(Kind::Contact, &[("firstname", "A")], now));
            let survivor = account.merge(Kind::Contact, a, b, now).unwrap();
            account.archive(Kind::Contact, c, now);
            (a, b, c, survivor)
        });
        let pull = stage.pull("contacts", Mode::Backfill, None).await;
        let [Item::Object(record)] = pull.items.as_slice() else { panic!("one contact is left") };
        assert_eq!(record.id.as_str(), survivor.to_string());
        let merged: Vec<u64> = record.merged_ids.iter().map(|id| id.as_str().parse().unwrap()).collect();
        assert_eq!(merged, if new_id { vec![kept, absorbed] } else { vec![absorbed] });

        let pull = stage.pull("contacts", Mode::Reconcile, Some(&pull.checkpoint)).await;
        assert_eq!(pull.ids(), [survivor].into());
        let gone = pull.items.iter().filter_map(|item| match item {
            Item::Gone(record) => Some((record.id.to_string(), record.departure.clone())),
            _ => None,
        });
        let gone: Vec<_> = gone.collect();
        assert_eq!(gone, [(archived.to_string(), Departure::Archived)]);
    }
}
