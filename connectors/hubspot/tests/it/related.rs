//! Associations, segments, and reference data.

use std::collections::BTreeMap;

use intentd_hubspot::fake::{FakeConfig, Kind, Processing};
use intentd_sdk::record::{ExternalId, Item, ObjectKind};
use intentd_sdk::source::{CountBasis, EmptyMirror, Mode, Next, ReadContext, WindowSpec};

use crate::drive::Stage;

#[tokio::test]
async fn a_deal_with_twelve_hundred_contacts_is_read_to_its_end() {
    for association_ids_as_text in [false, true] {
        let stage = Stage::of(FakeConfig { association_ids_as_text, ..FakeConfig::for_tests() }).await;
        let now = stage.now();
        let (deal, company) = stage.fake.edit(|account| {
            let deal = account.add(Kind::Deal, &[("dealname", "D")], now);
            let company = account.add(Kind::Company, &[("name", "C")], now);
            account.associate((Kind::Deal, deal), (Kind::Company, company));
            for _ in 0..1_200 {
                let contact = account.add(Kind::Contact, &[("firstname", "A")], now);
                account.associate((Kind::Deal, deal), (Kind::Contact, contact));
            }
            (deal, company)
        });
        let pull = stage.pull("deals", Mode::Backfill, None).await;
        let sets: BTreeMap<ObjectKind, Vec<ExternalId>> = pull
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Associations(set) => {
                    assert_eq!(set.from_id.as_str(), deal.to_string());
                    Some((set.to_kind, set.to.iter().map(|to| to.id.clone()).collect()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(sets[&ObjectKind::Contact].len(), 1_200);
        assert_eq!(sets[&ObjectKind::Company], [ExternalId::new(company.to_string())]);
    }
}

#[tokio::test]
async fn every_contact_asked_about_gets_a_set_even_an_empty_one() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let now = stage.now();
    let (linked, lonely, company) = stage.fake.edit(|account| {
        let linked = account.add(Kind::Contact, &[("firstname", "A")], now);
        let lonely = account.add(Kind::Contact, &[("firstname", "B")], now);
        let company = account.add(Kind::Company, &[("name", "C")], now);
        account.associate((Kind::Contact, linked), (Kind::Company, company));
        (linked, lonely, company)
    });
    let context = ReadContext { permits: &stage.permits, selection: &stage.selection, mirror: &EmptyMirror, now };
    let window = WindowSpec {
        key: "1".into(),
        mode: Mode::Incremental,
        ids: [linked, lonely].map(|id| ExternalId::new(id.to_string())).to_vec(),
        bounds: serde_json::Value::Null,
    };
    let page = stage.connector.source().read(&context, &"associations".into(), &window, None).await.unwrap();
    let sets: Vec<(String, Vec<(String, bool)>)> = page
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Associations(set) => {
                let to = set.to.iter().map(|to| (to.id.to_string(), to.primary)).collect();
                Some((set.from_id.to_string(), to))
            }
            _ => None,
        })
        .collect();
    let expected = [(linked.to_string(), vec![(company.to_string(), true)]), (lonely.to_string(), vec![])];
    assert_eq!(sets, expected);
    assert!(matches!(page.next, Next::Done(count) if count.expected == 2));
}

#[tokio::test]
async fn segments_come_with_all_their_members() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let now = stage.now();
    stage.fake.edit(|account| {
        let list = account.lists.add("Intent", Kind::Contact, Processing::Manual, now);
        account.lists.add("Target accounts", Kind::Company, Processing::Dynamic, now);
        account.lists.add("Deals", Kind::Deal, Processing::Manual, now);
        for _ in 0..600 {
            let contact = account.add(Kind::Contact, &[("firstname", "A")], now);
            account.lists.join(list, contact, now);
        }
    });
    let pull = stage.pull("segments", Mode::Incremental, None).await;
    let segments = pull.items.iter().filter_map(|item| match item {
        Item::Segment(segment) => Some((segment.name.as_str(), segment.kind, segment.writable, segment.size)),
        _ => None,
    });
    let segments: Vec<_> = segments.collect();
    assert_eq!(
        segments,
        [("Intent", ObjectKind::Contact, true, Some(600)), ("Target accounts", ObjectKind::Company, false, Some(0)),]
    );
    assert_eq!(pull.items.iter().filter(|item| matches!(item, Item::Membership(_))).count(), 600);
    let bases: Vec<CountBasis> = pull.windows.iter().map(|window| window.stated.basis).collect();
    assert_eq!(bases, [CountBasis::Stated, CountBasis::Mirrored], "there is nobody to ask for on an empty list");
}

#[tokio::test]
async fn definitions_and_owners_come_and_legacy_versions_work_too() {
    for legacy in [false, true] {
        let stage = Stage::with(FakeConfig::for_tests(), |settings| {
            if legacy {
                let versions = [
                    ("crm", "v3"),
                    ("associations", "v4"),
                    ("properties", "v3"),
                    ("owners", "v3"),
                    ("lists", "v3"),
                    ("events", "v3"),
                    ("account_info", "v3"),
                    ("oauth", "v1"),
                ];
                settings.versions = versions.map(|(family, version)| (family.into(), version.into())).into();
            }
        })
        .await;
        let pull = stage.pull("properties", Mode::Incremental, None).await;
        let email = pull.items.iter().find_map(|item| match item {
            Item::Property(property) if property.kind == ObjectKind::Contact && property.name == "email" => {
                Some(property)
            }
            _ => None,
        });
        assert!(email.is_some_and(|email| !email.read_only));
        for stream in ["owners", "contacts", "companies", "deals", "segments", "page_views", "form_submissions"] {
            stage.pull(stream, Mode::Backfill, None).await;
            stage.pull(stream, Mode::Incremental, None).await;
        }
        let account = stage.connector.describe(&stage.permits).await.unwrap();
        assert_eq!((account.id.as_str(), account.time_zone.as_str()), ("1234567", "Europe/Stockholm"));
    }
}
