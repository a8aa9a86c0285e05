//! What lists and pages for people read: deals with whom they belong to, companies by name, the newest visit of a page, the
//! calibration of an instant.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::engagement::Calibration;
use intentd::domain::model::{CompanyId, ContactId, Country, DealId, Value};
use intentd::domain::visit::Page;
use intentd::store::{LocalRow, NewVisit, RemoteUpsert};
use intentd_sdk::record::{Actor, AssociatedObject, AssociationSet, ExternalId, ObjectKind, StreamName};

use crate::objects::store_contacts;
use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    deals_know_whom_they_belong_to_from_either_side,
    companies_are_found_by_name_in_any_case,
    the_newest_visit_counts_before_and_after_a_fold,
    the_calibration_of_an_instant,
);

async fn store(bench: &Bench, kind: ObjectKind, records: &[(i64, &str, &str)]) {
    let local = |(id, _, name): &(i64, &str, &str)| LocalRow {
        id: *id,
        key: None,
        secondary_keys: Vec::new(),
        fields: BTreeMap::from([("name".to_owned(), Value::Text((*name).to_owned()))]),
    };
    let remote = |(id, external, _): &(i64, &str, &str)| RemoteUpsert {
        external_id: ExternalId::from(*external),
        local_id: *id,
        modified_at: None,
        content_hash: 0,
        owned: BTreeMap::new(),
        window_id: None,
    };
    let locals: Vec<LocalRow> = records.iter().map(local).collect();
    let remotes: Vec<RemoteUpsert> = records.iter().map(remote).collect();
    write!(bench, tx => {
        tx.upsert_objects(kind, &locals, at(0)).await.unwrap();
        tx.upsert_remote(&hubspot(), kind, &remotes, at(0)).await.unwrap();
    });
}

fn link(from: (ObjectKind, &str), to: (ObjectKind, &str)) -> AssociationSet {
    let object = AssociatedObject { id: ExternalId::from(to.1), primary: false, labels: Vec::new() };
    AssociationSet { from_kind: from.0, from_id: ExternalId::from(from.1), to_kind: to.0, to: vec![object] }
}

async fn deals_know_whom_they_belong_to_from_either_side(bench: Bench) {
    let (contact, company, deal) = (ObjectKind::Contact, ObjectKind::Company, ObjectKind::Deal);
    write!(bench, tx => store_contacts(&mut tx, &[(1, "501", "ann@example.org")], None).await);
    store(&bench, company, &[(7, "c7", "Acme"), (8, "c8", "Beta")]).await;
    store(&bench, deal, &[(3, "d3", "Big"), (4, "d4", "Small"), (5, "d5", "Nobody's")]).await;
    let links = [
        link((deal, "d3"), (company, "c7")),
        link((contact, "501"), (deal, "d3")),
        link((company, "c7"), (deal, "d4")),
    ];
    write!(bench, tx => tx.replace_associations(&hubspot(), &links).await.unwrap());
    let deals = bench.store.list_deals(DealId(0), 10).await.unwrap();
    assert_eq!(deals.iter().map(|deal| deal.id.0).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(deals[0].companies, BTreeSet::from([CompanyId(7)]));
    assert_eq!(deals[0].contacts, BTreeSet::from([ContactId(1)]));
    assert_eq!((deals[1].companies.len(), deals[1].contacts.len()), (1, 0));
    assert!(deals[2].companies.is_empty());
    assert_eq!(bench.store.list_deals(DealId(3), 1).await.unwrap()[0].id, DealId(4));
    let of_acme = bench.store.load_deals_of_company(CompanyId(7)).await.unwrap();
    assert_eq!(of_acme, deals[..2]);
    assert!(bench.store.load_deals_of_company(CompanyId(8)).await.unwrap().is_empty());
}

async fn companies_are_found_by_name_in_any_case(bench: Bench) {
    store(&bench, ObjectKind::Company, &[(7, "c7", "Åkeri Nord"), (8, "c8", "Beta"), (9, "c9", "ÅKERI NORD ")]).await;
    let found = bench.store.find_companies_by_name(" åkeri nord").await.unwrap();
    assert_eq!(found, [CompanyId(7), CompanyId(9)]);
    assert!(bench.store.find_companies_by_name("Åkeri").await.unwrap().is_empty());
}

async fn the_newest_visit_counts_before_and_after_a_fold(bench: Bench) {
    assert!(bench.store.newest_visits().await.unwrap().is_empty());
    write!(bench, tx => store_contacts(&mut tx, &[(1, "501", "ann@example.org")], None).await);
    let visit = |id: &str, actor: &str, path: &str, minute: i64| NewVisit {
        remote_id: id.to_owned(),
        actor: match actor {
            "ann" => Actor::Contact(ExternalId::from("501")),
            other => Actor::Visitor(other.to_owned()),
        },
        at: at(minute),
        page: Page { host: "example.com".to_owned(), path: path.to_owned() },
        country: Country::default(),
        organisation: None,
    };
    let visits = [
        visit("1", "ann", "/prices", 5),
        visit("2", "ann", "/prices", 9),
        visit("3", "stranger", "/prices", 7),
        visit("4", "stranger", "/demo", 8),
    ];
    let stream = StreamName::from("visits");
    write!(bench, tx => tx.record_visits(&hubspot(), &stream, &visits, at(10)).await.unwrap());
    let before = bench.store.newest_visits().await.unwrap();
    assert_eq!(before.values().copied().collect::<BTreeSet<_>>(), BTreeSet::from([at(8), at(9)]));
    assert!(bench.store.fold_timelines(0).await.unwrap().ran);
    assert_eq!(bench.store.newest_visits().await.unwrap(), before);
}

async fn the_calibration_of_an_instant(bench: Bench) {
    assert_eq!(bench.store.find_calibration_at(at(0)).await.unwrap(), None);
    let calibration = |person_max: u64| Calibration {
        basis: "basis".to_owned(),
        period_start: jiff::civil::date(2026, 11, 21),
        weight_floor: 0,
        person_max,
        group_max: 1,
    };
    for (minute, person_max) in [(10, 1), (20, 2)] {
        write!(bench, tx => tx.insert_calibration(&calibration(person_max), at(minute)).await.unwrap());
    }
    for (minute, person_max) in [(5, 1), (10, 1), (19, 1), (20, 2), (99, 2)] {
        let found = bench.store.find_calibration_at(at(minute)).await.unwrap().unwrap();
        assert_eq!(found.person_max, person_max, "at minute {minute}");
    }
}
